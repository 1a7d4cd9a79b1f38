import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { DeploymentHistory } from '../deployments/deploymentHistory';
import type { DeploymentTracker } from '../deployments/deploymentTracker';
import type { Favourites } from '../fleet/favourites';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import type { Repeat } from '../forge/clock';
import { isRunning } from '../forge/deploymentStatus';
import type { Event } from '../forge/emitter';
import { isAborted } from '../forge/errors';
import type { Log } from '../ui/log';
import { thisFolder } from '../ui/thisFolder';
import type { LinkedSites } from '../workspace/linkedSites';
import type { SiteCodes } from '../workspace/siteCodes';
import { ArrangedRows, favouritesId, folderId } from './arrangedRows';
import { type Arrangement, type Arrangements, filterLabel } from './arrangement';
import { DrawnRows, drawMs } from './drawnRows';
import {
  deploymentItem,
  groupItem,
  lookOf,
  moreItem,
  noteItem,
  organizationItem,
  serverItem,
  siteItem,
} from './fleetItems';
import { type FleetNode, type NodeKind, type NodeOf, serverNode, siteNode } from './fleetNodes';

/** Ages are shown in minutes; they are drawn anew this often, in milliseconds, while the tree is on screen. */
const ageMs = 60_000;
const elapsedMs = 1_000;

/** How often a row is looked for while rows are drawn anew. */
const mostAttempts = 5;

/** What is to be done with a row besides selecting it. */
interface Revealing {
  readonly focus: boolean;
  readonly expand?: boolean;
}

/** What the tree knows of a kind of row. */
interface Kind<Node extends FleetNode> {
  /** How it looks; undefined once what it shows is gone. */
  readonly item: (node: Node) => vscode.TreeItem | undefined;
  /** The rows below it, as far as they are known; undefined where they are to be read. */
  readonly below?: (node: Node) => readonly FleetNode[] | undefined;
  /** The row above it; none for one at the top. */
  readonly above?: (node: Node) => FleetNode | undefined;
  /** What of it may be otherwise with any change in the fleet. */
  readonly dependence?: { readonly rows: boolean; readonly look: boolean };
}

/** Draws the fleet. Fetches nothing but the deployments of a site that is opened. */
export class FleetTree implements vscode.TreeDataProvider<FleetNode>, vscode.Disposable {
  private readonly rows: ArrangedRows;
  private readonly drawn: DrawnRows<FleetNode>;
  private readonly clock: Repeat;
  private readonly disposables: vscode.Disposable[];
  /** What has been logged: the same failure is met again each time that a row is drawn. */
  private readonly logged = new WeakSet<Error>();

  readonly onDidChangeTreeData: vscode.Event<FleetNode | undefined>;

  constructor(
    readonly treeView: vscode.TreeView<FleetNode>,
    private readonly fleet: Fleet,
    private readonly history: DeploymentHistory,
    private readonly tracker: DeploymentTracker,
    private readonly codes: SiteCodes,
    linked: LinkedSites,
    private readonly arrangements: Arrangements,
    favourites: Favourites,
    private readonly log: Log,
  ) {
    const rows = new ArrangedRows(fleet, history, linked, thisFolder, () => ({
      ...arrangements.present,
      favourites: favourites.keys,
    }));
    this.rows = rows;
    this.drawn = new DrawnRows<FleetNode>(
      fleet.clock,
      {
        look: (node) => lookOf(this.itemOf(node)),
        below: (node) => (node ? this.kind(node).below?.(node) : rows.roots()),
        dependence: (node) => this.kind(node).dependence ?? { rows: false, look: false },
      },
      () => this.clock.wake(),
    );
    this.onDidChangeTreeData = this.drawn.onDidChange;
    this.clock = fleet.clock.every(
      () =>
        this.treeView.visible && fleet.state === 'ready' ? (this.tracker.count > 0 ? elapsedMs : ageMs) : undefined,
      () => this.tick(),
    );
    const redraw = (keys: Iterable<string>) => {
      rows.forget();
      this.drawn.redraw(keys);
    };
    const arrange = (keys: readonly string[]) => {
      rows.arrange();
      this.treeView.title = titleOf(rows.arranged);
      redraw(keys);
    };
    const setOpen = (node: FleetNode, isOpen: boolean) => {
      this.drawn.setOpen(node, isOpen);
      fleet.reconsider();
    };
    this.treeView.title = titleOf(rows.arranged);
    this.disposables = [
      this.drawn,
      this.clock,
      fleet.onDidChange(redraw),
      fleet.addShowing(
        (organization, list) =>
          this.treeView.visible && rows.isOnScreen(organization, list, (id) => this.drawn.isOpen(id)),
      ),
      this.treeView.onDidCollapseElement(({ element }) => setOpen(element, false)),
      this.treeView.onDidExpandElement(({ element }) => setOpen(element, true)),
      history.onDidChange(({ key }) => redraw([key])),
      codes.onDidChange(redraw),
      linked.onDidChange(() => redraw([])),
      arrangements.onDidChange(() => {
        arrange([]);
        this.drawn.redrawAll();
      }),
      favourites.onDidChange((key) => arrange([key])),
      // Another window may have changed them: it tells of them without an event.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        const before = rows.arranged.favourites;
        const now = favourites.keys;
        const others = [...before, ...now].filter((key) => before.has(key) !== now.has(key));
        if (focused && others.length > 0) {
          arrange(others);
        }
      }),
      // One that ends needs nothing: the tick under way is the last of the short ones.
      fleet.onDidChangeDeployment((site) => isDeploying(site) && this.clock.restart()),
      this.treeView.onDidChangeVisibility(() => this.clock.restart()),
    ];
    // A refresh may have started before the tree could say what is on screen.
    fleet.reconsider();
  }

  /** Tells the key of the organization, server or site that was selected, or of the site of what was. */
  readonly onDidSelect: Event<string> = (hear) =>
    this.treeView.onDidChangeSelection(() => {
      const key = this.selectedKey;
      return key === undefined ? undefined : hear(key);
    });

  /** The key of what is selected, as `onDidSelect` tells it; undefined where that is nothing of the kind. */
  get selectedKey(): string | undefined {
    const [node] = this.treeView.selection;
    return node && ('siteKey' in node ? node.siteKey : isPlace(node) ? node.key : undefined);
  }

  /**
   * Selects the row of a site and opens what it is in. One that is not shown at present is, with all others.
   * @param focus whether one goes there; else the row of a site of the folder is that at the top
   */
  async show(site: SiteEntry, focus = false): Promise<void> {
    if (focus && !this.rows.isShown(site)) {
      await this.arrangements.change({ only: 'all' });
    }
    await this.reveal(() => (focus ? undefined : this.rows.placeAtTop(site)) ?? this.rows.placeOf(site), { focus });
  }

  /** Selects the row of a server and opens it; its first site's where the server has no row of its own. */
  async showServer(entry: ServerEntry): Promise<void> {
    const [site] = this.fleet.sites(entry, entry.server);
    if (this.rows.arranged.only !== 'all') {
      await this.arrangements.change({ only: 'all' });
    }
    const hasRow = this.rows.hasRow(entry);
    if (!hasRow && !site) {
      await this.arrangements.change({ group: 'server' });
    }
    const find = () => (hasRow || !site ? serverNode(entry) : this.rows.placeOf(site));
    await this.reveal(find, { focus: true, expand: true });
  }

  getTreeItem(node: FleetNode): vscode.TreeItem {
    const item = this.itemOf(node);
    this.drawn.giveLook(node, lookOf(item));
    return item;
  }

  async getChildren(node?: FleetNode): Promise<FleetNode[]> {
    if (node?.kind === 'site') {
      await this.readDeployments(node);
    }
    const children = [...((node ? this.kind(node).below?.(node) : this.rows.roots()) ?? [])];
    this.drawn.give(node, children);
    return children;
  }

  /** The row above, as VS Code was given it where it was. */
  getParent(node: FleetNode): FleetNode | undefined {
    const above = this.kind(node).above?.(node);
    return above && (this.drawn.node(above.id) ?? above);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Every kind of row. */
  private readonly kinds: { readonly [Name in NodeKind]: Kind<NodeOf<Name>> } = {
    organization: {
      item: ({ key }) => {
        const entry = this.fleet.organization(key);
        return entry && organizationItem(entry, this.fleet, this.told(this.rows.sitesOf(entry)), this.isCounted);
      },
      below: ({ key }) => {
        const entry = this.fleet.organization(key);
        return entry ? this.rows.inOrganization(entry) : [];
      },
      dependence: { rows: true, look: true },
    },
    server: {
      item: ({ key }) => {
        const entry = this.fleet.server(key);
        const sites = entry && this.rows.shown(this.fleet.sites(entry, entry.server));
        return entry && serverItem(entry, sites && (sites.length > 0 || !this.fleet.isIncomplete) ? sites : undefined);
      },
      below: ({ key }) => {
        const entry = this.fleet.server(key);
        return entry ? this.rows.inServer(entry) : [];
      },
      above: ({ key }) => {
        const entry = this.fleet.server(key);
        return entry && this.rows.organizationOf(entry);
      },
      dependence: { rows: true, look: false },
    },
    site: {
      item: (node) => {
        const entry = this.fleet.site(node.key);
        const { group } = this.rows;
        const { favourites } = this.rows.arranged;
        const look = {
          id: node.id,
          isFavourite: favourites.has(node.key),
          tellsServer: group !== 'server' || node.id !== node.key,
          usualMs: this.history.usualMs(node.key),
          drift: this.codes.drift(node.key),
        };
        return entry && siteItem(entry, look, entry.account.client.now());
      },
      below: (node) => this.rows.inSite(node),
      above: (node) => this.rows.above(node),
    },
    deployment: {
      item: (node) => {
        const site = this.fleet.site(node.siteKey);
        const deployment = this.history.find(node.siteKey, node.deploymentId);
        return (
          site &&
          deployment &&
          deploymentItem(node, deployment, site.account.client.now(), this.history.usualMs(node.siteKey))
        );
      },
      above: ({ id, siteKey }) => this.ofDeployments(id, siteKey),
    },
    more: {
      item: moreItem,
      above: ({ id, siteKey }) => this.ofDeployments(id, siteKey),
    },
    group: {
      item: (node) =>
        groupItem(
          node,
          this.told(this.rows.sitesIn(node)),
          this.isCounted && node.id !== favouritesId && node.id !== folderId,
        ),
      below: (node) => this.rows.inGroup(node),
      dependence: { rows: true, look: true },
    },
    note: { item: noteItem },
  };

  private kind<Node extends FleetNode>(node: Node): Kind<Node> {
    return this.kinds[node.kind] as unknown as Kind<Node>;
  }

  private itemOf(node: FleetNode): vscode.TreeItem {
    // VS Code may ask for a row that went a moment ago.
    return this.kind(node).item(node) ?? new vscode.TreeItem('');
  }

  /** The row of the site of which a row below it stands for deployments. */
  private ofDeployments(id: string, siteKey: string): FleetNode {
    return this.drawn.node(id.slice(0, id.lastIndexOf('/'))) ?? siteNode({ key: siteKey });
  }

  /** Whether rows tell how many sites lie below them: not where some are left out. */
  private get isCounted(): boolean {
    return this.rows.arranged.only === 'all';
  }

  /** The sites of which the row above them tells; undefined until all were read once, since the row would change all the time. */
  private told(sites: readonly SiteEntry[]): readonly SiteEntry[] | undefined {
    return this.fleet.isIncomplete ? undefined : this.rows.shown(sites);
  }

  /** Has the deployments of a site read where they are not known. Never rejects: the row below the site says why they could not be. */
  private async readDeployments({ key }: NodeOf<'site'>): Promise<void> {
    const site = this.fleet.site(key);
    try {
      await (site && this.history.of(site));
    } catch (error) {
      if (!isAborted(error) && error instanceof Error && !this.logged.has(error)) {
        this.logged.add(error);
        this.log.error(`Could not read the deployments of ${site?.site.name}`, error);
      }
    }
  }

  /** Draws anew what shows a time that has passed on: while something is deployed, each second, only that. */
  private tick(): void {
    const { nodes } = this.drawn;
    const running = nodes.filter(
      (node) =>
        (node.kind === 'site' && isDeploying(this.fleet.site(node.key))) ||
        (node.kind === 'deployment' && this.tracker.isFollowing(node.siteKey, node.deploymentId)),
    );
    for (const node of running.length > 0 ? running : nodes) {
      this.drawn.draw(node);
    }
  }

  /**
   * Selects a row and shows what it is in. VS Code looks for it among the rows that it was given last: where they are drawn anew in the
   * same moment it does not find it, or selects it and forgets that, so one looks again.
   * @throws where the row is not there
   */
  private async reveal(find: () => FleetNode, options: Revealing): Promise<void> {
    const before = this.treeView.selection[0]?.id;
    for (let attempt = 1; ; attempt += 1) {
      const node = find();
      const failure = await this.tryToReveal(node, options);
      const selected = this.treeView.selection[0]?.id;
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
      await this.treeView.reveal(node, { select: true, ...options });
    } catch (error) {
      return error;
    }
    await this.fleet.clock.sleep(drawMs);
    return undefined;
  }
}

function isPlace({ kind }: FleetNode): boolean {
  return kind === 'organization' || kind === 'server' || kind === 'site';
}

function isDeploying(entry: SiteEntry | undefined): boolean {
  const latest = entry?.site.latestDeployment;
  return !!latest && isRunning(latest);
}

function titleOf({ only }: Arrangement): string {
  return only === 'all' ? l10n.t('Sites') : filterLabel(only);
}
