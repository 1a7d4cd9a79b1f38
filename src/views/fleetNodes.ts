import type { CommandId } from '../manifest';
import type { Target } from '../ui/target';

/**
 * A row of the tree: what it shows, not how that stands. `id` is its own, since a site may stand in several places; `key` is that of what it
 * shows, with whose changes it is drawn anew.
 */
export type FleetNode = Place &
  (
    | Exclude<Target, { readonly kind: 'resource' | 'resources' }>
    /** Sites that something other than their server puts together. */
    | { readonly kind: 'group'; readonly name: string; readonly icon: string }
    /** Stands for the deployments of a site that were not read yet. */
    | { readonly kind: 'more'; readonly siteKey: string }
    /** Says something, and does something about it when it is clicked, where it has a command. */
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

/** @param place the id of the group in which it stands; none where it stands below its server or organization. */
export function siteNode({ key }: Keyed, place?: string): NodeOf<'site'> {
  return { kind: 'site', id: place === undefined ? key : `${place}>${key}`, key };
}

export function groupNode(id: string, name: string, icon: string): NodeOf<'group'> {
  return { kind: 'group', id, key: id, name, icon };
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
 * @param parent the row below which it stands; none where it stands at the top
 * @param command what a click on it does; nothing where there is none
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
