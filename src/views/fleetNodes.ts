import type { CommandId } from '../manifest';
import type { Target } from '../ui/target';

/**
 * A row of the tree: what it shows, without its state. `id` is unique, because a site may be in several places; `key` is the key of what
 * it shows, and changes of that update the row.
 */
export type FleetNode = Place &
  (
    | Exclude<Target, { readonly kind: 'resource' | 'resources' }>
    /** Everything that needs attention. */
    | { readonly kind: 'attention' }
    /** Sites grouped by something other than their server. */
    | { readonly kind: 'group'; readonly name: string; readonly icon: string }
    /** Loads more deployments of a site. */
    | { readonly kind: 'more'; readonly siteKey: string }
    /** A message, with a command to run when it is clicked, if any. */
    | { readonly kind: 'note'; readonly text: string; readonly icon: string; readonly command: CommandId | undefined }
  );

interface Place {
  readonly id: string;
  readonly key: string;
}

export type NodeKind = FleetNode['kind'];

export type NodeOf<Kind extends NodeKind> = Extract<FleetNode, { readonly kind: Kind }>;

interface Keyed {
  readonly key: string;
}

export function organizationNode({ key }: Keyed): FleetNode {
  return { kind: 'organization', id: key, key };
}

export function serverNode({ key }: Keyed): FleetNode {
  return { kind: 'server', id: key, key };
}

/** @param place the id of its group; omitted if it is below its server or organization */
export function siteNode({ key }: Keyed, place?: string): NodeOf<'site'> {
  return { kind: 'site', id: place === undefined ? key : `${place}>${key}`, key };
}

export function groupNode(id: string, name: string, icon: string): NodeOf<'group'> {
  return { kind: 'group', id, key: id, name, icon };
}

export const attentionNode: NodeOf<'attention'> = { kind: 'attention', id: 'attention', key: 'attention' };

export function findingNode({ id, at }: { readonly id: string; readonly at: string }): NodeOf<'finding'> {
  return { kind: 'finding', id: `${attentionNode.id}>${id}`, key: at, finding: id, at };
}

/** @param parent the row of its site */
export function deploymentNode(parent: Place, deployment: { readonly id: string }): NodeOf<'deployment'> {
  const { id, key } = parent;
  return { kind: 'deployment', id: `${id}/${deployment.id}`, key, siteKey: key, deploymentId: deployment.id };
}

/** @param parent the row of its site */
export function moreNode({ id, key }: Place): FleetNode {
  return { kind: 'more', id: `${id}/more`, key: `${key}/more`, siteKey: key };
}

/**
 * @param parent the row above it; undefined at the top
 * @param command to run on a click; undefined for none
 */
export function noteNode(
  parent: Place | undefined,
  text: string,
  icon: 'info' | 'warning' | 'sign-in',
  command?: CommandId,
): NodeOf<'note'> {
  const below = (part: string | undefined) => (part === undefined ? (command ?? 'note') : `${part}/note`);
  return { kind: 'note', id: below(parent?.id), key: below(parent?.key), text, icon, command };
}
