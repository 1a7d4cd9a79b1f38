import * as vscode from 'vscode';
import type { DeploymentHistory } from '../deployments/history';
import type { DeploymentTracker } from '../deployments/tracker';
import { deploymentAge, deploymentIcon, deploymentSummary, shortHash, statusWord } from '../deployments/wording';
import { type Fleet, rootKey } from '../fleet/fleet';
import type { OrganizationEntry, ServerEntry, SiteEntry } from '../fleet/rows';
import { durationMs, isRunning } from '../forge/deploymentStatus';
import { isAborted } from '../forge/errors';
import type { Deployment, Server } from '../forge/resources';
import { commands, contextValues } from '../manifest';
import { explain } from '../ui/explain';
import type { Log } from '../ui/log';
import { clock } from '../ui/relativeTime';
import { Repeat } from '../ui/repeat';

/** A row of the tree, with what it showed when it was made. How that is now is asked of the fleet each time. */
export type FleetNode =
  | ({ readonly kind: 'organization' } & OrganizationEntry)
  | ({ readonly kind: 'server' } & ServerEntry)
  | ({ readonly kind: 'site' } & SiteEntry)
  | { readonly kind: 'deployment'; readonly key: string; readonly site: SiteEntry; readonly deployment: Deployment }
  | { readonly kind: 'note'; readonly key: string; readonly text: string; readonly icon: string };

/** Ages are shown in minutes; they are drawn anew this often, in milliseconds, while the tree is on screen. */
const ageMs = 60_000;
const elapsedMs = 1_000;

/** How long changes are gathered before they are drawn, in milliseconds. */
const drawMs = 50;

/** States of a site in which it is not what it will be. */
const changing = new Set(['creating', 'installing', 'uninstalling', 'removing']);

/** Draws the fleet. Fetches nothing but the deployments of a site that is opened. */
export class FleetTree implements vscode.TreeDataProvider<FleetNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<FleetNode | undefined>();
  private readonly view: vscode.TreeView<FleetNode>;
  private readonly disposables: vscode.Disposable[];
  private readonly clock: Repeat;
  /** The rows that VS Code was given last, by key, and how they looked: it knows a row by the object. */
  private readonly given = new Map<string, { readonly node: FleetNode; look: string | undefined }>();
  /** The keys of the rows below each row that was opened, in order; below `rootKey` the first ones. */
  private readonly opened = new Map<string, readonly string[]>();
  /** What has changed since it was last drawn. */
  private readonly stale = new Set<string>();
  private pending: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    viewId: string,
    private readonly fleet: Fleet,
    private readonly history: DeploymentHistory,
    private readonly tracker: DeploymentTracker,
    private readonly log: Log,
  ) {
    this.view = vscode.window.createTreeView(viewId, { treeDataProvider: this, showCollapseAll: true });
    this.clock = new Repeat(
      () => (this.view.visible && fleet.state === 'ready' ? (this.tracker.count > 0 ? elapsedMs : ageMs) : undefined),
      () => this.tick(),
    );
    this.disposables = [
      this.changed,
      this.view,
      this.clock,
      fleet.onDidChange((keys) => this.redraw(keys)),
      history.onDidChange(({ key }) => this.redraw([key])),
      fleet.onDidChangeDeployment(() => this.clock.restart()),
      this.view.onDidChangeVisibility(() => this.clock.restart()),
    ];
  }

  get treeView(): vscode.TreeView<FleetNode> {
    return this.view;
  }

  /** Selects the row of a site and opens what it is in. */
  async show(site: SiteEntry, focus = false): Promise<void> {
    await this.view.reveal(siteNode(site), { select: true, focus });
  }

  /** Selects the row of a server and opens it; its first site's where the row is left out as the only one. */
  async showServer(entry: ServerEntry): Promise<void> {
    const [site] = this.fleet.sites(entry, entry.server);
    const node: FleetNode = this.isSkipped(entry, entry.server) && site ? siteNode(site) : { ...entry, kind: 'server' };
    await this.view.reveal(node, { select: true, focus: true, expand: true });
  }

  getTreeItem(node: FleetNode): vscode.TreeItem {
    const item = this.itemOf(node);
    const given = this.given.get(node.key);
    if (given) {
      given.look = lookOf(item);
    }
    return item;
  }

  private itemOf(node: FleetNode): vscode.TreeItem {
    switch (node.kind) {
      case 'organization':
        return organizationItem(node, this.fleet);
      case 'server':
        return serverItem(this.fleet.server(node.key) ?? node, this.fleet);
      case 'site':
        return siteItem(this.fleet.site(node.key) ?? node, Date.now());
      case 'deployment': {
        const deployment = this.history.find(node.site.key, node.deployment.id) ?? node.deployment;
        return deploymentItem({ ...node, deployment }, Date.now());
      }
      case 'note':
        return noteItem(node);
    }
  }

  async getChildren(node?: FleetNode): Promise<FleetNode[]> {
    const children = await this.childrenOf(node);
    const parent = node?.key ?? rootKey;
    for (const gone of this.opened.get(parent) ?? []) {
      this.given.delete(gone);
    }
    this.opened.set(
      parent,
      children.map(({ key }) => key),
    );
    for (const child of children) {
      this.given.set(child.key, { node: child, look: undefined });
    }
    return children;
  }

  private async childrenOf(node?: FleetNode): Promise<FleetNode[]> {
    switch (node?.kind) {
      case undefined:
        return this.roots();
      case 'organization':
        return this.inOrganization(node);
      case 'server':
        return this.inServer(node);
      case 'site':
        return this.inSite(node);
      default:
        return [];
    }
  }

  /** The row above. Rows that stand for a single organization or server are left out on the way. */
  getParent(node: FleetNode): FleetNode | undefined {
    const organizations = this.fleet.organizations();
    switch (node.kind) {
      case 'deployment':
        return siteNode(node.site);
      case 'site': {
        if (node.server && !this.isSkipped(node, node.server)) {
          return { ...node, kind: 'server', server: node.server, key: serverKey(node) };
        }
        return organizations.length > 1 ? organizationNode(node) : undefined;
      }
      case 'server':
        return organizations.length > 1 ? organizationNode(node) : undefined;
      default:
        return undefined;
    }
  }

  dispose(): void {
    clearTimeout(this.pending);
    vscode.Disposable.from(...this.disposables).dispose();
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
      this.draw(node.key);
    }
  }

  /** Draws what has changed, once for all the changes that come in one go. */
  private redraw(keys: Iterable<string>): void {
    for (const key of keys) {
      this.stale.add(key);
    }
    this.pending ??= setTimeout(() => {
      this.pending = undefined;
      const stale = [...this.stale];
      this.stale.clear();
      this.drawRows(stale);
      this.clock.wake();
    }, drawMs);
  }

  /**
   * Draws these rows where they look different now, and what is below a row that was opened where other rows belong
   * there. A row that stays as it is is left alone: drawn anew, it would lose its tooltip.
   */
  private drawRows(keys: readonly string[]): void {
    const opened = [...this.opened.keys()];
    const moved = opened.filter((key) => key === rootKey || keys.includes(key)).filter((key) => this.hasOthers(key));
    if (moved.includes(rootKey)) {
      this.given.clear();
      this.opened.clear();
      this.changed.fire(undefined);
      return;
    }
    for (const key of moved) {
      this.changed.fire(this.given.get(key)?.node);
    }
    for (const key of keys.filter((candidate) => !moved.includes(candidate))) {
      const deployments = this.given.get(key)?.node.kind === 'site' ? (this.opened.get(key) ?? []) : [];
      for (const row of [key, ...deployments]) {
        this.draw(row);
      }
    }
  }

  private draw(key: string): void {
    const given = this.given.get(key);
    if (given?.look !== undefined && given.look !== lookOf(this.itemOf(given.node))) {
      this.changed.fire(given.node);
    }
  }

  /** Whether other rows belong below one that was opened than were given. */
  private hasOthers(key: string): boolean {
    const node = this.given.get(key)?.node;
    const present =
      key === rootKey
        ? this.roots()
        : node?.kind === 'organization'
          ? this.inOrganization(node)
          : node?.kind === 'server'
            ? this.inServer(node)
            : node?.kind === 'site'
              ? this.history.known(node.key)?.map((deployment) => deploymentNode(node, deployment))
              : [];
    return present?.map((child) => child.key).join('\n') !== this.opened.get(key)?.join('\n');
  }

  private roots(): FleetNode[] {
    const organizations = this.fleet.organizations();
    const [only] = organizations;
    if (this.fleet.state !== 'ready' || !only) {
      // The welcome content tells what is missing.
      return [];
    }
    return organizations.length === 1 ? this.inOrganization(only) : organizations.map(organizationNode);
  }

  private inOrganization(entry: OrganizationEntry): FleetNode[] {
    const servers = this.fleet.servers(entry);
    const homeless = this.fleet.sites(entry, null).map(siteNode);
    const [only] = servers;
    const rows =
      only && this.isSkipped(entry, only.server)
        ? this.fleet.sites(entry, only.server).map(siteNode)
        : servers.map((server): FleetNode => ({ ...server, kind: 'server' }));
    return [...rows, ...homeless];
  }

  private inServer(entry: ServerEntry): FleetNode[] {
    return this.fleet.sites(entry, entry.server).map(siteNode);
  }

  /** Whether the server's row is left out, as the only one on the way. One that is out of order is shown. */
  private isSkipped(entry: OrganizationEntry, server: Server): boolean {
    return (
      this.fleet.organizations().length === 1 && this.fleet.servers(entry).length === 1 && !isOutOfOrder({ server })
    );
  }

  private async inSite(site: SiteEntry & { readonly kind: 'site' }): Promise<FleetNode[]> {
    try {
      const deployments = await this.history.of(site);
      return deployments.length === 0
        ? [{ kind: 'note', key: `${site.key}/none`, text: vscode.l10n.t('No deployments yet'), icon: 'info' }]
        : deployments.map((deployment) => deploymentNode(site, deployment));
    } catch (error) {
      if (isAborted(error)) {
        return [];
      }
      this.log.error(`Could not read the deployments of ${site.site.name}`, error);
      return [{ kind: 'note', key: `${site.key}/error`, text: explain(error).sentence, icon: 'warning' }];
    }
  }
}

/** All that a person sees of a row, for comparing. */
function lookOf({
  label,
  description,
  iconPath,
  collapsibleState,
  contextValue,
  tooltip: text,
}: vscode.TreeItem): string {
  const { id, color } = iconPath as vscode.ThemeIcon;
  const tooltip = text instanceof vscode.MarkdownString ? text.value : text;
  return JSON.stringify([label, description, id, color?.id, collapsibleState, contextValue, tooltip]);
}

function organizationNode({ key, account, organization }: OrganizationEntry): FleetNode {
  const slug = key.split('/').slice(0, 2).join('/');
  return { kind: 'organization', key: slug, account, organization };
}

function siteNode(entry: SiteEntry): FleetNode {
  return { ...entry, kind: 'site' };
}

function deploymentNode(site: SiteEntry, deployment: Deployment): FleetNode {
  return { kind: 'deployment', key: `${site.key}/${deployment.id}`, site, deployment };
}

function serverKey({ key, server }: SiteEntry): string {
  return `${key.split('/').slice(0, 2).join('/')}/${server?.id}`;
}

function isDeploying(entry: SiteEntry | undefined): boolean {
  const latest = entry?.site.latestDeployment;
  return !!latest && isRunning(latest);
}

function isOutOfOrder({ server }: Pick<ServerEntry, 'server'>): boolean {
  return (
    server.revoked ||
    server.isReady === false ||
    (server.connectionStatus !== null && server.connectionStatus !== 'successful')
  );
}

function organizationItem({ key, organization, account }: OrganizationEntry, fleet: Fleet): vscode.TreeItem {
  const item = new vscode.TreeItem(organization.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = key;
  item.iconPath = new vscode.ThemeIcon('organization');
  item.contextValue = contextValues.organization;
  const accounts = new Set(fleet.organizations().map((entry) => entry.account));
  if (accounts.size > 1) {
    item.description = account.label;
  }
  return item;
}

function serverItem(entry: ServerEntry, fleet: Fleet): vscode.TreeItem {
  const { server, key } = entry;
  const hasSites = fleet.sites(entry, server).length > 0 || fleet.refreshedAt === undefined;
  const item = new vscode.TreeItem(
    server.name,
    hasSites ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  const state = serverState(entry);
  const words = [server.ipAddress, server.phpVersion && `PHP ${server.phpVersion}`];
  item.id = key;
  item.description = (isOutOfOrder(entry) ? [state, ...words] : words).filter(Boolean).join(' · ');
  item.iconPath = server.revoked
    ? new vscode.ThemeIcon('archive')
    : server.isReady === false
      ? new vscode.ThemeIcon('loading~spin')
      : isOutOfOrder(entry)
        ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'))
        : new vscode.ThemeIcon('server');
  item.contextValue = contextValues.server;
  item.tooltip = tooltip(server.name, [
    [vscode.l10n.t('State'), state],
    [vscode.l10n.t('Connection'), isOutOfOrder(entry) ? server.connectionStatus : null],
    [vscode.l10n.t('Type'), server.type],
    [vscode.l10n.t('IP address'), server.ipAddress],
    [vscode.l10n.t('Private address'), server.privateIpAddress],
    ['PHP', server.phpVersion],
    ['Ubuntu', server.ubuntuVersion],
    [vscode.l10n.t('Provider'), [server.provider, server.region].filter(Boolean).join(', ')],
  ]);
  item.accessibilityInformation = { label: [server.name, state, ...words].filter(Boolean).join(', ') };
  return item;
}

function serverState({ server }: ServerEntry): string {
  if (server.revoked) {
    return vscode.l10n.t('archived');
  }
  if (server.isReady === false) {
    return vscode.l10n.t('being set up');
  }
  if (server.connectionStatus === null || server.connectionStatus === 'successful') {
    return vscode.l10n.t('connected');
  }
  return vscode.l10n.t('not connected');
}

function siteItem({ site, key, server }: SiteEntry, now: number): vscode.TreeItem {
  const { latestDeployment: latest, repository } = site;
  const item = new vscode.TreeItem(
    site.name,
    server ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  const summary = deploymentSummary(latest, now);
  const maintenance = site.inMaintenance ? vscode.l10n.t('maintenance') : undefined;
  const php = site.phpVersion ? `PHP ${site.phpVersion}` : undefined;
  item.id = key;
  const change = site.status !== null && changing.has(site.status) ? site.status : undefined;
  // The server's row tells the version already, where it is the same.
  const ownPhp = site.phpVersion === server?.phpVersion ? undefined : php;
  item.description = [change, maintenance, summary, repository?.branch, ownPhp].filter(Boolean).join(' · ');
  item.iconPath = deploymentIcon(latest);
  item.contextValue = contextValues.site;
  item.tooltip = tooltip(site.name, [
    [vscode.l10n.t('Last deployment'), summary],
    [vscode.l10n.t('Commit'), latest && [shortHash(latest), latest.commit.message].filter(Boolean).join(' ')],
    [vscode.l10n.t('Repository'), repository?.url],
    [vscode.l10n.t('Branch'), repository?.branch],
    ['PHP', site.phpVersion],
    [vscode.l10n.t('Server'), server && [server.name, server.ipAddress].filter(Boolean).join(', ')],
    [vscode.l10n.t('Status'), site.status === 'deployed' ? null : site.status],
    [vscode.l10n.t('Maintenance'), site.inMaintenance ? vscode.l10n.t('on') : null],
    [vscode.l10n.t('Push to deploy'), site.pushToDeploy ? vscode.l10n.t('on') : null],
    [vscode.l10n.t('Tags'), site.tags.join(', ')],
  ]);
  item.accessibilityInformation = {
    label: [site.name, change, maintenance, summary, repository?.branch, php].filter(Boolean).join(', '),
  };
  return item;
}

function deploymentItem(node: FleetNode & { readonly kind: 'deployment' }, now: number): vscode.TreeItem {
  const { key, deployment } = node;
  const { commit } = deployment;
  const label = commit.message ?? vscode.l10n.t('Deployment {0}', deployment.id);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  const took = durationMs(deployment, now);
  item.id = key;
  item.description = [deploymentSummary(deployment, now), commit.author].filter(Boolean).join(' · ');
  item.iconPath = deploymentIcon(deployment);
  item.contextValue = contextValues.deployment;
  item.tooltip = tooltip(label, [
    [vscode.l10n.t('State'), statusWord(deployment)],
    [vscode.l10n.t('Commit'), shortHash(deployment)],
    [vscode.l10n.t('Branch'), commit.branch],
    [vscode.l10n.t('Author'), commit.author],
    [vscode.l10n.t('Duration'), took === null ? null : clock(took)],
    [vscode.l10n.t('When'), deploymentAge(deployment, now)],
  ]);
  item.accessibilityInformation = {
    label: [label, deploymentSummary(deployment, now), commit.author].filter(Boolean).join(', '),
  };
  item.command = {
    command: commands.viewDeploymentLog,
    title: vscode.l10n.t('View Deployment Log'),
    arguments: [node],
  };
  return item;
}

function noteItem({ key, text, icon }: FleetNode & { readonly kind: 'note' }): vscode.TreeItem {
  const item = new vscode.TreeItem('', vscode.TreeItemCollapsibleState.None);
  item.id = key;
  item.description = text;
  item.tooltip = text;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.accessibilityInformation = { label: text };
  return item;
}

/** A heading and a table of what is known. Remote text goes through `appendText`, so none of it is Markdown. */
function tooltip(
  heading: string,
  rows: readonly (readonly [string, string | null | undefined])[],
): vscode.MarkdownString {
  const text = new vscode.MarkdownString('**').appendText(heading).appendMarkdown('**\n\n');
  for (const [name, value] of rows) {
    if (value) {
      text.appendText(`${name}: `).appendText(value).appendMarkdown('  \n');
    }
  }
  return text;
}
