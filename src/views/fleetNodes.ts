import { deploymentKey, organizationKey } from '../fleet/keys';
import type { OrganizationEntry, ServerEntry, SiteEntry } from '../fleet/rows';
import type { Deployment } from '../forge/resources';

/**
 * A row of the tree, with what it showed when it was made. How that is now is asked of the fleet each time. `key` is that of
 * what it shows, `id` its own: a site may stand in several places.
 */
export type FleetNode =
  | OrganizationNode
  | ServerNode
  | SiteNode
  | GroupNode
  | DeploymentNode
  | MoreNode
  | {
      readonly kind: 'note';
      readonly id: string;
      readonly key: string;
      readonly text: string;
      readonly icon: string;
    };

export type OrganizationNode = { readonly kind: 'organization'; readonly id: string } & OrganizationEntry;
export type ServerNode = { readonly kind: 'server'; readonly id: string } & ServerEntry;
export type SiteNode = { readonly kind: 'site'; readonly id: string } & SiteEntry;

/** Sites that something other than their server puts together. */
export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly icon: string;
}

export interface DeploymentNode {
  readonly kind: 'deployment';
  readonly id: string;
  readonly key: string;
  readonly site: SiteEntry;
  readonly deployment: Deployment;
}

/** Stands for the deployments of a site that were not read yet. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly key: string;
  readonly site: SiteEntry;
}

export function organizationNode(entry: OrganizationEntry): OrganizationNode {
  const { account, organization } = entry;
  const key = organizationKey(entry);
  return { kind: 'organization', id: key, key, account, organization };
}

export function serverNode(entry: ServerEntry): ServerNode {
  return { ...entry, kind: 'server', id: entry.key };
}

/** @param place the id of the group in which it stands; none where it stands below its server or organization. */
export function siteNode(entry: SiteEntry, place?: string): SiteNode {
  return { ...entry, kind: 'site', id: place === undefined ? entry.key : `${place}>${entry.key}` };
}

/** @param parent the row of its site; the site alone stands for the one below its server. */
export function deploymentNode(parent: SiteEntry & { readonly id?: string }, deployment: Deployment): DeploymentNode {
  const key = deploymentKey(parent.key, deployment.id);
  return { kind: 'deployment', id: `${parent.id ?? parent.key}/${deployment.id}`, key, site: parent, deployment };
}

/** @param parent the row of its site */
export function moreNode(parent: SiteEntry & { readonly id: string }): MoreNode {
  return { kind: 'more', id: `${parent.id}/more`, key: `${parent.key}/more`, site: parent };
}
