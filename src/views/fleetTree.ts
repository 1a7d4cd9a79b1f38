import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { DeploymentHistory } from '../deployments/history';
import type { DeploymentTracker } from '../deployments/tracker';
import type { Favourites } from '../fleet/favourites';
import { type Fleet, rootKey } from '../fleet/fleet';
import {
  byName,
  type FleetList,
  type OrganizationEntry,
  type ServerEntry,
  type SiteEntry,
  serverKeyOf,
} from '../fleet/rows';
import type { Debounced, Repeat } from '../forge/clock';
import { isRunning } from '../forge/deploymentStatus';
import { isAborted } from '../forge/errors';
import type { Deployment, Server } from '../forge/resources';
import { explain } from '../ui/explain';
import type { Log } from '../ui/log';
import { thisFolder } from '../ui/thisFolder';
import type { LinkedSites } from '../workspace/linkedSites';
import type { SiteCodes } from '../workspace/siteCodes';
import { type Arrangement, type Arrangements, filterLabel, inOrder, isShown } from './arrangement';
import {
  deploymentItem,
  groupItem,
  isOutOfOrder,
  lookOf,
  moreItem,
  noteItem,
  organizationItem,
  serverItem,
  siteItem,
} from './fleetItems';
import {
  deploymentNode,
  type FleetNode,
  type GroupNode,
  moreNode,
  organizationNode,
  type SiteNode,
  serverNode,
  siteNode,
} from './fleetNodes';

/** Ages are shown in minutes; they are drawn anew this often, in milliseconds, while the tree is on screen. */
const ageMs = 60_000;
const elapsedMs = 1_000;

/** How long changes are gathered before they are drawn, in milliseconds. */
const drawMs = 50;

/** How often a row is looked for while rows are drawn anew. */
const mostAttempts = 5;

/** The groups at the top. No tag has such an id: theirs begin with `tag:`. */
const folderId = 'folder';
const favouritesId = 'favourites';
const untaggedId = 'untagged';

/** What the tree is drawn from. */
interface Arranged extends Arrangement {
  readonly favourites: ReadonlySet<string>;
}

/** What is to be done with a row besides selecting it. */
interface Revealing {
  readonly focus: boolean;
  readonly expand?: boolean;
}

/** Draws the fleet. Fetches nothing but the deployments of a site that is opened. */
export class FleetTree implements vscode.TreeDataProvider<FleetNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<FleetNode | undefined>();
  private readonly view: vscode.TreeView<FleetNode>;
  private readonly disposables: vscode.Disposable[];
  private readonly clock: Repeat;
  /** The rows that VS Code was given last, by id, and how they looked: it knows a row by the object. */
  private readonly given = new Map<string, { readonly node: FleetNode; look: string | undefined }>();
  /** The ids of the rows below each row that was opened, in order; below `rootKey` the first ones. */
  private readonly opened = new Map<string, readonly string[]>();
  /** The ids of the rows that were opened once and are closed now. */
  private readonly closed = new Set<string>();
  /** The keys of what has changed since it was last drawn. */
  private readonly stale = new Set<string>();
  /** What has been logged: the same failure is met again each time that a row is drawn. */
  private readonly logged = new WeakSet<Error>();
  private readonly drawStale: Debounced;
  private arranged: Arranged;
  /** The sites of each group, until something changes: a fleet may have hundreds of tags, and each of its rows asks. */
  private groups: ReadonlyMap<string, readonly SiteEntry[]> | undefined;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    viewId: string,
    private readonly fleet: Fleet,
    private readonly history: DeploymentHistory,
    private readonly tracker: DeploymentTracker,
    private readonly codes: SiteCodes,
    private readonly linked: LinkedSites,
    private readonly arrangements: Arrangements,
    private readonly favourites: Favourites,
    private readonly log: Log,
  ) {
    this.arranged = this.read();
    this.drawStale = fleet.clock.debounce(drawMs, () => {
      const stale = new Set(this.stale);
      this.stale.clear();
      this.drawRows(stale);
      this.clock.wake();
    });
    this.view = vscode.window.createTreeView(viewId, { treeDataProvider: this, showCollapseAll: true });
    this.clock = fleet.clock.every(
      () => (this.view.visible && fleet.state === 'ready' ? (this.tracker.count > 0 ? elapsedMs : ageMs) : undefined),
      () => this.tick(),
    );
    const arrange = (keys: readonly string[]) => {
      this.arranged = this.read();
      this.groups = undefined;
      this.view.title = titleOf(this.arranged);
      this.redraw(keys);
    };
    this.view.title = titleOf(this.arranged);
    this.disposables = [
      this.changed,
      this.view,
      this.clock,
      fleet.onDidChange((keys) => this.redraw(keys)),
      fleet.addShowing((organization, list) => this.isOnScreen(organization, list)),
      this.view.onDidCollapseElement(({ element }) => {
        this.closed.add(element.id);
        fleet.reconsider();
      }),
      this.view.onDidExpandElement(({ element }) => {
        this.closed.delete(element.id);
        fleet.reconsider();
      }),
      history.onDidChange(({ key }) => this.redraw([key])),
      codes.onDidChange((keys) => this.redraw(keys)),
      linked.onDidChange(() => this.redraw([])),
      arrangements.onDidChange(() => {
        arrange([]);
        this.redrawAll();
      }),
      favourites.onDidChange((key) => arrange([key])),
      // Another window may have changed them: it tells of them without an event.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        const before = this.arranged.favourites;
        const now = favourites.keys;
        const others = [...before, ...now].filter((key) => before.has(key) !== now.has(key));
        if (focused && others.length > 0) {
          arrange(others);
        }
      }),
      // One that ends needs nothing: the tick under way is the last of the short ones.
      fleet.onDidChangeDeployment((site) => isDeploying(site) && this.clock.restart()),
      this.view.onDidChangeVisibility(() => this.clock.restart()),
    ];
  }

  get treeView(): vscode.TreeView<FleetNode> {
    return this.view;
  }

  /**
   * Selects the row of a site and opens what it is in. One that is not shown at present is, with all others.
   * @param focus whether one goes there; else the row of a site of the folder is that at the top
   */
  async show(site: SiteEntry, focus = false): Promise<void> {
    if (focus && !this.isShown(site)) {
      await this.arrangements.change({ only: 'all' });
    }
    const isAtTop = () => !focus && this.sitesIn({ id: folderId }).some(({ key }) => key === site.key);
    await this.reveal(() => (isAtTop() ? siteNode(site, folderId) : this.placeOf(site)), { focus });
  }

  /** Selects the row of a server and opens it; its first site's where the server has no row of its own. */
  async showServer(entry: ServerEntry): Promise<void> {
    const [site] = this.fleet.sites(entry, entry.server);
    const hasRow = this.arranged.group === 'server' && !this.isSkipped(entry, entry.server);
    if (!hasRow && !site) {
      await this.arrangements.change({ group: 'server', only: 'all' });
    } else if (this.arranged.only !== 'all') {
      await this.arrangements.change({ only: 'all' });
    }
    const find = () => (hasRow || !site ? serverNode(entry) : this.placeOf(site));
    await this.reveal(find, { focus: true, expand: true });
  }

  getTreeItem(node: FleetNode): vscode.TreeItem {
    const item = this.itemOf(node);
    const given = this.given.get(node.id);
    if (given) {
      given.look = lookOf(item);
    }
    return item;
  }

  async getChildren(node?: FleetNode): Promise<FleetNode[]> {
    const children = node?.kind === 'site' ? await this.inSite(node) : this.childrenOf(node);
    const parent = node?.id ?? rootKey;
    for (const gone of this.opened.get(parent) ?? []) {
      this.given.delete(gone);
    }
    this.opened.set(
      parent,
      children.map(({ id }) => id),
    );
    for (const child of children) {
      this.given.set(child.id, { node: child, look: undefined });
    }
    return children;
  }

  /** The row above. Rows that stand for a single organization or server are left out on the way. */
  getParent(node: FleetNode): FleetNode | undefined {
    const several = this.fleet.organizations().length > 1;
    switch (node.kind) {
      case 'deployment':
      case 'more':
        return this.given.get(node.id.slice(0, node.id.lastIndexOf('/')))?.node ?? this.placeOf(node.site);
      case 'site': {
        const place = node.id.slice(0, -node.key.length - 1);
        if (place !== '') {
          return this.roots().find(({ id }) => id === place);
        }
        if (this.arranged.group === 'server' && node.server && !this.isSkipped(node, node.server)) {
          return this.fleet
            .servers(organizationNode(node))
            .map(serverNode)
            .find(({ id }) => id === serverKeyOf(node));
        }
        return several && this.arranged.group !== 'none' ? organizationNode(node) : undefined;
      }
      case 'server':
        return several ? organizationNode(node) : undefined;
      default:
        return undefined;
    }
  }

  dispose(): void {
    this.drawStale.cancel();
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Whether rows of a list stand among those that are open. It does not matter how far the tree is scrolled. */
  private isOnScreen(entry: OrganizationEntry, list: FleetList): boolean {
    const { group } = this.arranged;
    const isGrouped = group === 'server' || group === 'organization';
    const isOpen = (id: string) => this.opened.has(id) && !this.closed.has(id);
    if (!this.view.visible || (isGrouped && !isOpen(entry.key) && this.fleet.organizations().length > 1)) {
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

  private read(): Arranged {
    return { ...this.arrangements.present, favourites: this.favourites.keys };
  }

  private itemOf(node: FleetNode): vscode.TreeItem {
    switch (node.kind) {
      case 'organization': {
        const entry = this.fleet.organization(node.key) ?? node;
        return organizationItem(entry, this.fleet, this.told(this.sitesOf(entry)), this.arranged.only === 'all');
      }
      case 'server': {
        const entry = this.fleet.server(node.key) ?? node;
        const sites = this.shown(this.fleet.sites(entry, entry.server));
        return serverItem(entry, sites.length > 0 || !this.fleet.isIncomplete ? sites : undefined);
      }
      case 'site': {
        const { group, favourites } = this.arranged;
        const look = {
          id: node.id,
          isFavourite: favourites.has(node.key),
          tellsServer: group !== 'server' || node.id !== node.key,
          usualMs: this.history.usualMs(node.key),
          drift: this.codes.drift(node.key),
        };
        return siteItem(this.fleet.site(node.key) ?? node, look, node.account.client.now());
      }
      case 'group':
        return groupItem(
          node,
          this.told(this.sitesIn(node)),
          this.arranged.only === 'all' && node.id !== favouritesId && node.id !== folderId,
        );
      case 'deployment': {
        const deployment = this.history.find(node.site.key, node.deployment.id) ?? node.deployment;
        return deploymentItem(
          { ...node, deployment },
          node.site.account.client.now(),
          this.history.usualMs(node.site.key),
        );
      }
      case 'more':
        return moreItem(node);
      case 'note':
        return noteItem(node);
    }
  }

  /** Draws anew what shows a time that has passed on: while something is deployed, each second, only that. */
  private tick(): void {
    const nodes = [...this.given.values()].map(({ node }) => node);
    const running = nodes.filter(
      (node) =>
        (node.kind === 'site' && isDeploying(this.fleet.site(node.key))) ||
        (node.kind === 'deployment' && this.tracker.isFollowing(node.site.key, node.deployment.id)),
    );
    for (const node of running.length > 0 ? running : nodes) {
      this.draw(node);
    }
  }

  /** Draws what has changed, once for all the changes that come in one go. */
  private redraw(keys: Iterable<string>): void {
    this.groups = undefined;
    for (const key of keys) {
      this.stale.add(key);
    }
    this.drawStale();
  }

  /**
   * Selects a row and shows what it is in. VS Code looks for it among the rows that it was given last: where they are drawn anew in the
   * same moment it does not find it, or selects it and forgets that, so one looks again.
   * @throws where the row is not there
   */
  private async reveal(find: () => FleetNode, options: Revealing): Promise<void> {
    const before = this.view.selection[0]?.id;
    for (let attempt = 1; ; attempt += 1) {
      const node = find();
      const failure = await this.tryToReveal(node, options);
      const selected = this.view.selection[0]?.id;
      // It is this one, or another that the person has chosen meanwhile.
      const isChosen = selected !== undefined && (selected === node.id || selected !== before);
      if (!failure && (isChosen || attempt === mostAttempts)) {
        return;
      }
      if (attempt === mostAttempts) {
        throw failure;
      }
      await this.fleet.clock.sleep(drawMs);
    }
  }

  /** @returns why it failed; undefined where VS Code says that it did not. What it selected it may forget right after */
  private async tryToReveal(node: FleetNode, options: Revealing): Promise<unknown> {
    try {
      await this.view.reveal(node, { select: true, ...options });
    } catch (error) {
      return error;
    }
    await this.fleet.clock.sleep(drawMs);
    return undefined;
  }

  private redrawAll(): void {
    this.given.clear();
    this.opened.clear();
    this.changed.fire(undefined);
  }

  /**
   * Draws these rows where they look different now, and what is below a row that was opened where other rows belong
   * there. A row that stays as it is is left alone: drawn anew, it would lose its tooltip.
   */
  private drawRows(keys: ReadonlySet<string>): void {
    if (this.opened.has(rootKey) && this.hasOthers(rootKey, undefined)) {
      this.redrawAll();
      return;
    }
    for (const { node } of [...this.given.values()]) {
      const isStale = keys.has(node.kind === 'deployment' ? node.site.key : node.key);
      // What belongs below these may change with any site.
      const mayHold = ['organization', 'server', 'group'].includes(node.kind);
      if ((isStale || mayHold) && this.opened.has(node.id) && this.hasOthers(node.id, node)) {
        this.changed.fire(node);
      } else if (isStale || node.kind === 'organization' || node.kind === 'group') {
        this.draw(node);
      }
    }
  }

  private draw(node: FleetNode): void {
    const given = this.given.get(node.id);
    if (given?.look !== undefined && given.look !== lookOf(this.itemOf(node))) {
      this.changed.fire(given.node);
    }
  }

  /** Whether other rows belong below one that was opened than were given. */
  private hasOthers(id: string, node: FleetNode | undefined): boolean {
    const present = node?.kind === 'site' ? this.knownIn(node) : this.childrenOf(node);
    return present?.map((child) => child.id).join('\n') !== this.opened.get(id)?.join('\n');
  }

  /** What is known to belong below a site; undefined where that is to be read. */
  private knownIn(site: SiteNode): FleetNode[] | undefined {
    if (this.history.failed(site.key)) {
      return [noteBelow(site, '', 'warning')];
    }
    const deployments = this.history.known(site.key);
    return deployments?.length === 0
      ? [noteBelow(site, '', 'info')]
      : deployments && this.deploymentRows(site, deployments);
  }

  private deploymentRows(site: SiteNode, deployments: readonly Deployment[]): FleetNode[] {
    const rows = deployments.map((deployment) => deploymentNode(site, deployment));
    return this.history.hasMore(site.key) ? [...rows, moreNode(site)] : rows;
  }

  private childrenOf(node: FleetNode | undefined): FleetNode[] {
    switch (node?.kind) {
      case undefined:
        return this.roots();
      case 'organization':
        return this.inOrganization(this.fleet.organization(node.key) ?? node);
      case 'server':
        return this.inServer(node);
      case 'group':
        return this.inGroup(node);
      default:
        return [];
    }
  }

  private roots(): FleetNode[] {
    if (this.fleet.state !== 'ready') {
      // The welcome content tells what is missing.
      return [];
    }
    const { only } = this.arranged;
    const rows = this.arrangedRows();
    if (rows.length === 0) {
      // Before the sites are known there is nothing to be said of them.
      return this.fleet.isIncomplete
        ? []
        : [{ kind: 'note', id: 'note', key: 'note', text: nothingShown(only), icon: 'info' }];
    }
    const group = (id: string, name: string, icon: string): GroupNode => ({ kind: 'group', id, key: id, name, icon });
    const pinned = [
      group(folderId, thisFolder(), 'root-folder'),
      ...(only === 'favourites' ? [] : [group(favouritesId, l10n.t('Favourites'), 'star-full')]),
    ];
    return [...pinned.filter((node) => this.inGroup(node).length > 0), ...rows];
  }

  private arrangedRows(): FleetNode[] {
    const organizations = this.fleet.organizations();
    const [only] = organizations;
    switch (this.arranged.group) {
      case 'server':
      case 'organization':
        return organizations.length === 1 && only
          ? this.inOrganization(only)
          : organizations
              .map(organizationNode)
              .filter((node) => this.arranged.only === 'all' || this.childrenOf(node).length > 0);
      case 'tag':
        return this.tagGroups();
      case 'none':
        return this.siteRows([...this.fleet.allSites()].sort((a, b) => byName(a.site, b.site)));
    }
  }

  private tagGroups(): FleetNode[] {
    const sites = this.shown(this.fleet.allSites());
    const tags = [...new Set(sites.flatMap(({ site }) => site.tags))].sort((a, b) => byName({ name: a }, { name: b }));
    const group = (id: string, name: string, icon: string): FleetNode => ({ kind: 'group', id, key: id, name, icon });
    const untagged = sites.some(({ site }) => site.tags.length === 0);
    return [
      ...tags.map((tag) => group(`tag:${tag}`, tag, 'tag')),
      ...(untagged ? [group(untaggedId, l10n.t('Without a Tag'), 'circle-outline')] : []),
    ];
  }

  private inGroup(group: GroupNode): FleetNode[] {
    return this.siteRows(
      [...this.sitesIn(group)].sort((a, b) => byName(a.site, b.site)),
      group.id,
    );
  }

  /** The sites that belong to a group, in no order. */
  private sitesIn({ id }: Pick<GroupNode, 'id'>): readonly SiteEntry[] {
    this.groups ??= this.group();
    return this.groups.get(id) ?? [];
  }

  /** All sites by the groups in which they stand. */
  private group(): ReadonlyMap<string, readonly SiteEntry[]> {
    const { favourites, group } = this.arranged;
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

  /** The sites of an organization, in no order. */
  private sitesOf({ key }: OrganizationEntry): readonly SiteEntry[] {
    return this.fleet.allSites().filter((entry) => entry.key.startsWith(`${key}/`));
  }

  private inOrganization(entry: OrganizationEntry): FleetNode[] {
    const servers = this.fleet.servers(entry);
    const homeless = this.fleet.sites(entry, null);
    if (this.arranged.group === 'organization') {
      const sites = servers.flatMap(({ server }) => this.fleet.sites(entry, server));
      return this.siteRows([...sites, ...homeless].sort((a, b) => byName(a.site, b.site)));
    }
    const [only] = servers;
    const rows =
      only && this.isSkipped(entry, only.server)
        ? this.inServer(only)
        : servers
            .filter(
              ({ server }) => this.arranged.only === 'all' || this.shown(this.fleet.sites(entry, server)).length > 0,
            )
            .map(serverNode);
    return [...rows, ...this.siteRows(homeless)];
  }

  private inServer(entry: ServerEntry): FleetNode[] {
    return this.siteRows(this.fleet.sites(entry, entry.server));
  }

  /** @param place the id of the group in which they stand, if it is one */
  private siteRows(sites: readonly SiteEntry[], place?: string): FleetNode[] {
    return inOrder(this.shown(sites), this.arranged.order).map((entry) => siteNode(entry, place));
  }

  private shown(sites: readonly SiteEntry[]): readonly SiteEntry[] {
    return this.arranged.only === 'all' ? sites : sites.filter((entry) => this.isShown(entry));
  }

  /** The sites of which the row above them tells; undefined until all were read once, since the row would change all the time. */
  private told(sites: readonly SiteEntry[]): readonly SiteEntry[] | undefined {
    return this.fleet.isIncomplete ? undefined : this.shown(sites);
  }

  private isShown(entry: SiteEntry): boolean {
    return isShown(entry, this.arranged.only, this.arranged.favourites);
  }

  /** The row of a site in the arrangement of the moment: the first one, where it stands in several groups. */
  private placeOf(site: SiteEntry): FleetNode {
    const [tag] = site.site.tags;
    return siteNode(site, this.arranged.group === 'tag' ? (tag === undefined ? untaggedId : `tag:${tag}`) : undefined);
  }

  /** Whether the server's row is left out, as the only one on the way. One that is empty or out of order is shown. */
  private isSkipped(entry: OrganizationEntry, server: Server): boolean {
    return (
      this.fleet.organizations().length === 1 &&
      this.fleet.servers(entry).length === 1 &&
      this.fleet.sites(entry, server).length > 0 &&
      !isOutOfOrder({ server })
    );
  }

  private async inSite(site: SiteNode): Promise<FleetNode[]> {
    try {
      const deployments = await this.history.of(site);
      return deployments.length === 0
        ? [noteBelow(site, l10n.t('No deployments yet'), 'info')]
        : this.deploymentRows(site, deployments);
    } catch (error) {
      if (isAborted(error)) {
        return [];
      }
      if (error instanceof Error && !this.logged.has(error)) {
        this.logged.add(error);
        this.log.error(`Could not read the deployments of ${site.site.name}`, error);
      }
      return [noteBelow(site, explain(error).sentence, 'warning')];
    }
  }
}

function noteBelow({ id, key }: FleetNode, text: string, icon: string): FleetNode {
  return { kind: 'note', id: `${id}/note`, key: `${key}/note`, text, icon };
}

function isDeploying(entry: SiteEntry | undefined): boolean {
  const latest = entry?.site.latestDeployment;
  return !!latest && isRunning(latest);
}

function titleOf({ only }: Arrangement): string {
  return only === 'all' ? l10n.t('Sites') : filterLabel(only);
}

function nothingShown(only: Arrangement['only']): string {
  switch (only) {
    case 'all':
      return l10n.t('No sites yet');
    case 'failing':
      return l10n.t('No site has failed.');
    case 'deploying':
      return l10n.t('Nothing is being deployed.');
    case 'favourites':
      return l10n.t('No favourites yet. Right-click a site to add it.');
  }
}
