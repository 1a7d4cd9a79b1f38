import * as l10n from '@vscode/l10n';
import type { DeploymentHistory } from '../deployments/deploymentHistory';
import type { Fleet } from '../fleet/fleet';
import { isOutOfOrder } from '../fleet/isOutOfOrder';
import { readKey } from '../fleet/keys';
import { endedPhpSupport } from '../fleet/phpSupport';
import {
  byName,
  type FleetList,
  type OrganizationEntry,
  type ServerEntry,
  type SiteEntry,
  serverKeyOf,
} from '../fleet/rows';
import type { Server } from '../forge/resources';
import { commands } from '../manifest';
import type { Finding } from '../operate/findings';
import { explain } from '../ui/explain';
import type { LinkedSites } from '../workspace/linkedSites';
import { type Arrangement, inOrder, isShown } from './arrangement';
import {
  attentionNode,
  deploymentNode,
  type FleetNode,
  findingNode,
  groupNode,
  moreNode,
  type NodeOf,
  noteNode,
  organizationNode,
  serverNode,
  siteNode,
} from './fleetNodes';

/** The ids of the groups at the top. Those of tags start with `tag:`. */
export const folderId = 'folder';
export const favouritesId = 'favourites';
const untaggedId = 'untagged';

/** How many findings have a row of their own. A list offers all of them. */
export const mostFindings = 100;

/** How the tree is arranged, and the user's favorites. */
export interface Arranged extends Arrangement {
  /** Keys of sites. */
  readonly favourites: ReadonlySet<string>;
}

/** Which rows are below which, for the current arrangement and the known part of the fleet. */
export class ArrangedRows {
  /** The sites of each group, cached until something changes: each row asks for its sites, and there may be hundreds of tags. */
  private groups: ReadonlyMap<string, readonly SiteEntry[]> | undefined;

  constructor(
    private readonly fleet: Fleet,
    private readonly history: DeploymentHistory,
    private readonly linked: Pick<LinkedSites, 'sites'>,
    private readonly findings: () => readonly Finding[],
    private readonly thisFolder: () => string,
    private readonly read: () => Arranged,
    public arranged = read(),
  ) {}

  /** The arrangement has changed. */
  arrange(): void {
    this.arranged = this.read();
    this.forget();
  }

  /** The fleet has changed. */
  forget(): void {
    this.groups = undefined;
  }

  /** How sites are grouped. With a filter not by server: the servers' rows are collapsed at first, and would hide what it finds. */
  get group(): Arrangement['group'] {
    const { group, only } = this.arranged;
    return group === 'server' && only !== 'all' ? 'none' : group;
  }

  roots(): FleetNode[] {
    if (this.fleet.state !== 'ready') {
      // The welcome content says what is missing.
      return [];
    }
    const { only } = this.arranged;
    const first = [...this.signIn(), ...(this.findings().length > 0 ? [attentionNode] : [])];
    const rows = this.first();
    if (rows.length === 0) {
      // Nothing can be said about sites before they are loaded.
      return this.fleet.isIncomplete ? [] : [...first, noteNode(undefined, nothingShown(only), 'info')];
    }
    const pinned = [
      groupNode(folderId, this.thisFolder(), 'root-folder'),
      ...(only === 'favourites' ? [] : [groupNode(favouritesId, l10n.t('Favorites'), 'star-full')]),
    ];
    return [...first, ...pinned.filter((node) => this.inGroup(node).length > 0), ...rows];
  }

  /** The findings, most urgent first. */
  inAttention(): FleetNode[] {
    const findings = this.findings();
    const rows = findings.slice(0, mostFindings).map(findingNode);
    return findings.length > rows.length
      ? [...rows, noteNode(attentionNode, l10n.t('Show All {0}…', findings.length), 'info', commands.showFindings)]
      : rows;
  }

  inOrganization(entry: OrganizationEntry): FleetNode[] {
    const servers = this.fleet.servers(entry);
    const homeless = this.fleet.sites(entry, null);
    if (this.group === 'organization') {
      const sites = servers.flatMap(({ server }) => this.fleet.sites(entry, server));
      return [
        ...this.siteRows([...sites, ...homeless].sort((a, b) => byName(a.site, b.site))),
        ...this.alone(servers).map(serverNode),
      ];
    }
    const [only] = servers;
    const rows = only && this.isSkipped(entry, only.server) ? this.inServer(only) : servers.map(serverNode);
    return [...rows, ...this.siteRows(homeless)];
  }

  inServer(entry: ServerEntry): FleetNode[] {
    return this.siteRows(this.fleet.sites(entry, entry.server));
  }

  inGroup(group: NodeOf<'group'>): FleetNode[] {
    return this.siteRows(
      [...this.sitesIn(group)].sort((a, b) => byName(a.site, b.site)),
      group.id,
    );
  }

  /** The rows of a site's deployments; undefined if they have to be loaded. */
  inSite(site: NodeOf<'site'>): FleetNode[] | undefined {
    const failure = this.history.failure(site.key);
    if (failure !== undefined) {
      const { sentence, steps } = explain(failure);
      // A row has no buttons: a click does what the sentence names, and what is to be tried again is with a refresh.
      const signsIn = steps.some(({ command }) => command === commands.signIn);
      const again = steps.length > 0 ? commands.refresh : undefined;
      return [noteNode(site, sentence, 'warning', signsIn ? commands.signIn : again)];
    }
    const deployments = this.history.known(site.key);
    if (deployments?.length === 0) {
      return [noteNode(site, l10n.t('No deployments yet'), 'info')];
    }
    return (
      deployments && [
        ...deployments.map((deployment) => deploymentNode(site, deployment)),
        ...(this.history.hasMore(site.key) ? [moreNode(site)] : []),
      ]
    );
  }

  /** The parent row of a site. A single organization or server has no row. */
  above(node: NodeOf<'site'>): FleetNode | undefined {
    const place = node.id.slice(0, -node.key.length - 1);
    if (place !== '') {
      return this.roots().find(({ id }) => id === place);
    }
    const site = this.fleet.site(node.key);
    const { group } = this;
    if (!site || group === 'none') {
      return undefined;
    }
    const serverKey = serverKeyOf(site);
    return group === 'server' && site.server && serverKey !== undefined && !this.isSkipped(site, site.server)
      ? serverNode({ key: serverKey })
      : this.organizationOf(site);
  }

  /** The row of a site's or server's organization; undefined if organizations have no rows. */
  organizationOf({ account, organization }: OrganizationEntry): FleetNode | undefined {
    const organizations = this.fleet.organizations();
    const entry = organizations.find((other) => other.account === account && other.organization.id === organization.id);
    return entry && organizations.length > 1 ? organizationNode(entry) : undefined;
  }

  /** The row of a site in This Folder; undefined if the site doesn't belong to an open folder. */
  placeAtTop(site: SiteEntry): NodeOf<'site'> | undefined {
    return this.linked.sites.some(({ key }) => key === site.key) ? siteNode(site, folderId) : undefined;
  }

  /** The row of a site; the first one if it is in several groups. */
  placeOf(site: SiteEntry): NodeOf<'site'> {
    const [tag] = site.site.tags;
    return siteNode(site, this.group === 'tag' ? (tag === undefined ? untaggedId : `tag:${tag}`) : undefined);
  }

  /** Whether a server has a row. */
  hasRow(entry: ServerEntry): boolean {
    return this.group === 'server' && !this.isSkipped(entry, entry.server);
  }

  /** The sites of a group, unsorted. */
  sitesIn({ id }: NodeOf<'group'>): readonly SiteEntry[] {
    this.groups ??= this.grouped();
    return this.groups.get(id) ?? [];
  }

  /** The sites of an organization, unsorted. */
  sitesOf({ key }: OrganizationEntry): readonly SiteEntry[] {
    return this.fleet.allSites().filter((entry) => readKey(entry.key)?.organization === key);
  }

  /** The sites that pass the filter. */
  shown(sites: readonly SiteEntry[]): readonly SiteEntry[] {
    return this.arranged.only === 'all' ? sites : sites.filter((entry) => this.isShown(entry));
  }

  isShown(entry: SiteEntry): boolean {
    return isShown(entry, this.arranged.only, this.arranged.favourites);
  }

  /**
   * Whether the tree shows rows of a list, regardless of the scroll position.
   * @param isOpen whether the row with that id is expanded
   */
  isOnScreen(entry: OrganizationEntry, list: FleetList, isOpen: (id: string) => boolean): boolean {
    const { group } = this;
    const isGrouped = group === 'server' || group === 'organization';
    if (isGrouped && !isOpen(entry.key) && this.fleet.organizations().length > 1) {
      return false;
    }
    if (group !== 'server') {
      return list === 'sites';
    }
    if (list === 'servers') {
      return true;
    }
    const servers = this.fleet.servers(entry);
    const [only] = servers;
    return servers.some(({ key }) => isOpen(key)) || (only !== undefined && this.isSkipped(entry, only.server));
  }

  /** The row for signing in again, above the last known data, if Forge rejected the token. */
  private signIn(): FleetNode[] {
    return this.fleet.isRefused ? [noteNode(undefined, l10n.t('Sign In Again…'), 'sign-in', commands.signIn)] : [];
  }

  private first(): FleetNode[] {
    const organizations = this.fleet.organizations();
    const [only] = organizations;
    switch (this.group) {
      case 'server':
      case 'organization':
        return organizations.length === 1 && only
          ? this.inOrganization(only)
          : organizations
              .filter((entry) => this.arranged.only === 'all' || this.inOrganization(entry).length > 0)
              .map(organizationNode);
      case 'tag':
        return [...this.tagGroups(), ...this.alone(this.fleet.allServers()).map(serverNode)];
      case 'none':
        return [
          ...this.siteRows([...this.fleet.allSites()].sort((a, b) => byName(a.site, b.site))),
          ...this.alone(this.fleet.allServers()).map(serverNode),
        ];
    }
  }

  private tagGroups(): FleetNode[] {
    const sites = this.shown(this.fleet.allSites());
    const tags = [...new Set(sites.flatMap(({ site }) => site.tags))].sort((a, b) => byName({ name: a }, { name: b }));
    const untagged = sites.some(({ site }) => site.tags.length === 0);
    return [
      ...tags.map((tag) => groupNode(`tag:${tag}`, tag, 'tag')),
      ...(untagged ? [groupNode(untaggedId, l10n.t('Untagged'), 'circle-outline')] : []),
    ];
  }

  /** The servers that the filter finds although it finds none of their sites. */
  private alone(servers: readonly ServerEntry[]): readonly ServerEntry[] {
    const isFound = ({ server, account }: ServerEntry) =>
      endedPhpSupport(server.phpVersion, account.client.now()) !== undefined;
    return this.arranged.only === 'unsupportedPhp'
      ? servers.filter((entry) => isFound(entry) && this.inServer(entry).length === 0)
      : [];
  }

  /** All sites, by group. */
  private grouped(): ReadonlyMap<string, readonly SiteEntry[]> {
    const { group } = this;
    const { favourites } = this.arranged;
    const groups = new Map<string, SiteEntry[]>([[folderId, [...this.linked.sites]]]);
    for (const entry of this.fleet.allSites()) {
      const { tags } = entry.site;
      const byTag = group === 'tag' ? (tags.length === 0 ? [untaggedId] : tags.map((tag) => `tag:${tag}`)) : [];
      for (const id of new Set([...(favourites.has(entry.key) ? [favouritesId] : []), ...byTag])) {
        const known = groups.get(id);
        known ? known.push(entry) : groups.set(id, [entry]);
      }
    }
    return groups;
  }

  /** @param place the id of their group, if they are in one */
  private siteRows(sites: readonly SiteEntry[], place?: string): FleetNode[] {
    return inOrder(this.shown(sites), this.arranged.order).map((entry) => siteNode(entry, place));
  }

  /** Whether a server's row is left out because it is the only one. An empty or disconnected server is always shown. */
  private isSkipped(entry: OrganizationEntry, server: Server): boolean {
    return (
      this.fleet.organizations().length === 1 &&
      this.fleet.servers(entry).length === 1 &&
      this.fleet.sites(entry, server).length > 0 &&
      !isOutOfOrder(server)
    );
  }
}

function nothingShown(only: Arrangement['only']): string {
  switch (only) {
    case 'all':
      return l10n.t('No sites yet');
    case 'failing':
      return l10n.t('No site has failed.');
    case 'deploying':
      return l10n.t('Nothing is being deployed.');
    case 'unsupportedPhp':
      return l10n.t('All sites and servers have a supported PHP version.');
    case 'favourites':
      return l10n.t('No favorites yet. Right-click a site to add it.');
  }
}
