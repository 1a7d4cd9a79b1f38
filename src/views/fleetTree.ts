import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import type { Deployments } from '../deployments/deployments';
import type { Favourites } from '../fleet/favourites';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import type { Repeat } from '../forge/clock';
import { isRunning } from '../forge/deploymentStatus';
import type { Event } from '../forge/emitter';
import { isAborted } from '../forge/errors';
import type { Attention } from '../operate/attention';
import type { Log } from '../ui/log';
import type { Memory } from '../ui/memory';
import { thisFolder } from '../ui/thisFolder';
import type { LinkedSites } from '../workspace/linkedSites';
import { ArrangedRows, favouritesId, folderId } from './arrangedRows';
import { type Arrangement, Arrangements, filterLabel } from './arrangement';
import { DrawnRows, drawMs } from './drawnRows';
import { attentionItem, findingItem } from './findingItems';
import { deploymentItem, groupItem, moreItem, noteItem, organizationItem, serverItem, siteItem } from './fleetItems';
import { attentionNode, type FleetNode, type NodeKind, type NodeOf, serverNode, siteNode } from './fleetNodes';
import { lookOf, RowItem } from './rowItem';
import { showViewMessage } from './showViewMessage';

/** How often to update the rows while the tree is visible, in milliseconds: ages are in minutes, running times in seconds. */
const ageMs = 60_000;
const elapsedMs = 1_000;

/** How long VS Code waits for the first rows before it shows the welcome content instead, in milliseconds. */
const firstRowsMs = 300;

/** How often to try to reveal a row while rows are updated. */
const mostAttempts = 5;

/** What to do with a row besides selecting it. */
interface Revealing {
  readonly focus: boolean;
  readonly expand?: boolean;
}

/** How rows of one kind look, and where they are. */
interface Kind<Node extends FleetNode> {
  /** Undefined if what it shows is gone. */
  readonly item: (node: Node) => RowItem | undefined;
  /** The rows below it; undefined if they have to be loaded. */
  readonly below?: (node: Node) => readonly FleetNode[] | undefined;
  /** Its parent row; omitted for rows at the top. */
  readonly above?: (node: Node) => FleetNode | undefined;
  /** What may change with any change in the fleet. */
  readonly dependence?: { readonly rows: boolean; readonly look: boolean };
}

/** The tree of the fleet. Loads only the deployments of an expanded site. */
export class FleetTree implements vscode.TreeDataProvider<FleetNode>, vscode.Disposable {
  readonly arrangements: Arrangements;
  private readonly rows: ArrangedRows;
  private readonly drawn: DrawnRows<FleetNode>;
  private readonly clock: Repeat;
  private readonly disposables: vscode.Disposable[];
  /** Errors that were logged: a row fails in the same way each time it is drawn. */
  private readonly logged = new WeakSet<Error>();

  readonly onDidChangeTreeData: vscode.Event<FleetNode | undefined>;

  /** @param memory of this workspace */
  constructor(
    readonly treeView: vscode.TreeView<FleetNode>,
    accounts: Accounts,
    private readonly fleet: Fleet,
    private readonly deployments: Deployments,
    linked: LinkedSites,
    private readonly attention: Attention,
    favourites: Favourites,
    memory: Memory,
    private readonly log: Log,
  ) {
    const { history, tracker, codes } = deployments;
    const arrangements = new Arrangements(memory);
    this.arrangements = arrangements;
    const rows = new ArrangedRows(
      fleet,
      history,
      linked,
      () => attention.findings,
      thisFolder,
      () => ({
        ...arrangements.present,
        favourites: favourites.keys,
      }),
    );
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
      () => (this.treeView.visible && fleet.state === 'ready' ? (tracker.count > 0 ? elapsedMs : ageMs) : undefined),
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
      this.arrangements,
      this.drawn,
      this.clock,
      showViewMessage(accounts, fleet, this.treeView, vscode.env.language),
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
      attention.onDidChange(() => redraw([attentionNode.key])),
      arrangements.onDidChange(() => {
        arrange([]);
        this.drawn.redrawAll();
      }),
      favourites.onDidChange((key) => arrange([key])),
      // Another window may have changed them, which fires no event here.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        const before = rows.arranged.favourites;
        const now = favourites.keys;
        const others = [...before, ...now].filter((key) => before.has(key) !== now.has(key));
        if (focused && others.length > 0) {
          arrange(others);
        }
      }),
      // The end of a deployment needs nothing: the tick that is running is the last short one.
      fleet.onDidChangeDeployment((site) => isDeploying(site) && this.clock.restart()),
      this.treeView.onDidChangeVisibility(() => this.clock.restart()),
    ];
    // A refresh may have started before the tree could say what is on screen.
    fleet.reconsider();
    // The first sort creates a collator, which takes longer than the rows themselves: done before VS Code asks for them.
    rows.roots();
  }

  /** Fires with the key of the selected organization, server or site, or of the site that the selected row belongs to. */
  readonly onDidSelect: Event<string> = (hear) =>
    this.treeView.onDidChangeSelection(() => {
      const key = this.selectedKey;
      return key === undefined ? undefined : hear(key);
    });

  /** The key of the selection, as for `onDidSelect`; undefined if there is none. */
  get selectedKey(): string | undefined {
    const [node] = this.treeView.selection;
    return node && ('siteKey' in node ? node.siteKey : isPlace(node) ? node.key : undefined);
  }

  /**
   * Selects the row of a site and expands the rows above it. Removes a filter that hides it.
   * @param focus whether to focus the row; if not, a site of the folder is selected in This Folder
   */
  async show(site: SiteEntry, focus = false): Promise<void> {
    if (focus && !this.rows.isShown(site)) {
      await this.arrangements.change({ only: 'all' });
    }
    await this.reveal(() => (focus ? undefined : this.rows.placeAtTop(site)) ?? this.rows.placeOf(site), { focus });
  }

  /** Selects and expands the row of a server, or that of its first site if the server has no row. */
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

  getTreeItem(node: FleetNode): RowItem {
    const item = this.itemOf(node);
    this.drawn.giveLook(node, lookOf(item));
    return item;
  }

  /** Writes the tooltip, when the pointer rests on a row. */
  resolveTreeItem(item: RowItem): RowItem {
    return item.withTooltip();
  }

  async getChildren(node?: FleetNode): Promise<FleetNode[]> {
    if (node?.kind === 'site') {
      await this.readDeployments(node);
    } else if (!node) {
      await this.firstRows();
    }
    return this.drawn.give(node, (node ? this.kind(node).below?.(node) : this.rows.roots()) ?? []);
  }

  /** The parent row, as VS Code has it, if it has it. */
  getParent(node: FleetNode): FleetNode | undefined {
    const above = this.kind(node).above?.(node);
    return above && (this.drawn.node(above.id) ?? above);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Waits a moment for the first rows: VS Code takes longer to ask once more than Forge usually takes to answer. */
  private async firstRows(): Promise<void> {
    const { fleet } = this;
    if (fleet.state !== 'loading') {
      return;
    }
    let listener: vscode.Disposable | undefined;
    const change = new Promise<void>((resolve) => {
      listener = fleet.onDidChange(() => fleet.state !== 'loading' && resolve());
    });
    await fleet.clock.within(firstRowsMs, change);
    listener?.dispose();
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
        const known = sites && (sites.length > 0 || !this.fleet.isIncomplete) ? sites : undefined;
        return entry && serverItem(entry, known, entry.account.client.now());
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
          usualMs: this.deployments.history.usualMs(node.key),
          drift: this.deployments.codes.drift(node.key),
        };
        return entry && siteItem(entry, look, entry.account.client.now());
      },
      below: (node) => this.rows.inSite(node),
      above: (node) => this.rows.above(node),
    },
    deployment: {
      item: (node) => {
        const site = this.fleet.site(node.siteKey);
        const deployment = this.deployments.history.find(node.siteKey, node.deploymentId);
        return (
          site &&
          deployment &&
          deploymentItem(node, deployment, site.account.client.now(), this.deployments.history.usualMs(node.siteKey))
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
    attention: {
      item: (node) => attentionItem(node, this.attention.findings.length),
      below: () => this.rows.inAttention(),
    },
    finding: {
      item: (node) => findingItem(node, this.fleet, this.attention.find(node.finding)),
      above: () => attentionNode,
    },
    note: { item: noteItem },
  };

  private kind<Node extends FleetNode>(node: Node): Kind<Node> {
    return this.kinds[node.kind] as unknown as Kind<Node>;
  }

  private itemOf(node: FleetNode): RowItem {
    // VS Code may ask for a row that has just gone.
    return this.kind(node).item(node) ?? new RowItem('');
  }

  /** The row of the site that a row of a deployment is below. */
  private ofDeployments(id: string, siteKey: string): FleetNode {
    return this.drawn.node(id.slice(0, id.lastIndexOf('/'))) ?? siteNode({ key: siteKey });
  }

  /** Whether rows show how many sites are below them: not with a filter. */
  private get isCounted(): boolean {
    return this.rows.arranged.only === 'all';
  }

  /** The sites that the row above them summarizes; undefined until all are loaded, because the row would change all the time. */
  private told(sites: readonly SiteEntry[]): readonly SiteEntry[] | undefined {
    return this.fleet.isIncomplete ? undefined : this.rows.shown(sites);
  }

  /** Loads the deployments of a site, if needed. Never rejects: a row below the site says what failed. */
  private async readDeployments({ key }: NodeOf<'site'>): Promise<void> {
    const site = this.fleet.site(key);
    try {
      await (site && this.deployments.history.of(site));
    } catch (error) {
      if (!isAborted(error) && error instanceof Error && !this.logged.has(error)) {
        this.logged.add(error);
        this.log.error(`Could not read the deployments of ${site?.site.name}`, error);
      }
    }
  }

  /** Updates rows that show a time: while deployments run, only theirs, every second. */
  private tick(): void {
    const { nodes } = this.drawn;
    const running = nodes.filter(
      (node) =>
        (node.kind === 'site' && isDeploying(this.fleet.site(node.key))) ||
        (node.kind === 'deployment' && this.deployments.tracker.isFollowing(node.siteKey, node.deploymentId)),
    );
    for (const node of running.length > 0 ? running : nodes) {
      this.drawn.draw(node);
    }
  }

  /**
   * Selects a row and expands the rows above it. VS Code searches the rows that it has: if they are updated at the same moment, it doesn't
   * find the row, or loses the selection, so try again.
   * @throws if the row isn't there
   */
  private async reveal(find: () => FleetNode, options: Revealing): Promise<void> {
    const before = this.treeView.selection[0]?.id;
    for (let attempt = 1; ; attempt += 1) {
      const node = find();
      const failure = await this.tryToReveal(node, options);
      const selected = this.treeView.selection[0]?.id;
      // It is this row, or one that the user has selected in the meantime.
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

  /** @returns the error; undefined if VS Code reports success. It may still lose the selection right after */
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
  return kind === 'organization' || kind === 'server' || kind === 'site' || kind === 'finding';
}

function isDeploying(entry: SiteEntry | undefined): boolean {
  const latest = entry?.site.latestDeployment;
  return !!latest && isRunning(latest);
}

function titleOf({ only }: Arrangement): string {
  return only === 'all' ? l10n.t('Sites') : filterLabel(only);
}
