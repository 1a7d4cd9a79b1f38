import * as vscode from 'vscode';
import type { DeploymentHistory } from '../deployments/history';
import type { DeploymentTracker } from '../deployments/tracker';
import { deploymentAge, deploymentIcon, deploymentSummary, shortHash, statusWord } from '../deployments/wording';
import type { Fleet, OrganizationEntry, ServerEntry, SiteEntry } from '../fleet/fleet';
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

/** States of a site in which it is not what it will be. */
const changing = new Set(['creating', 'installing', 'uninstalling', 'removing']);

/** Draws the fleet. Fetches nothing but the deployments of a site that is opened. */
export class FleetTree implements vscode.TreeDataProvider<FleetNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<FleetNode | undefined>();
  private readonly view: vscode.TreeView<FleetNode>;
  private readonly disposables: vscode.Disposable[];
  private readonly clock: Repeat;
  /** The rows that VS Code was given last, by key: it knows a row by the object. */
  private readonly given = new Map<string, FleetNode>();
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
    const redraw = () => this.redraw();
    this.disposables = [
      this.changed,
      this.view,
      this.clock,
      fleet.onDidChange(redraw),
      history.onDidChange(redraw),
      fleet.onDidChangeDeployment(() => this.clock.restart()),
      this.view.onDidChangeVisibility(() => this.clock.restart()),
    ];
  }

  get treeView(): vscode.TreeView<FleetNode> {
    return this.view;
  }

  /** Selects the row of a site and opens what it is in. */
  async show(site: SiteEntry): Promise<void> {
    await this.view.reveal(siteNode(site), { select: true, focus: false });
  }

  getTreeItem(node: FleetNode): vscode.TreeItem {
    switch (node.kind) {
      case 'organization':
        return organizationItem(node, this.fleet);
      case 'server':
        return serverItem(node, this.fleet.sites(node, node.server).length > 0 || this.fleet.isRefreshing);
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
    for (const child of children) {
      this.given.set(child.key, child);
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
        return this.fleet.sites(node, node.server).map(siteNode);
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

  /** Draws anew what shows a time: while something is deployed only that, since a row that is drawn loses its tooltip. */
  private tick(): void {
    const running = [...this.given.values()].filter(
      (node) =>
        (node.kind === 'site' && isDeploying(this.fleet.site(node.key))) ||
        (node.kind === 'deployment' && this.tracker.isFollowing(node.site.key, node.deployment.id)),
    );
    if (running.length === 0) {
      this.changed.fire(undefined);
    }
    for (const node of running) {
      this.changed.fire(node);
    }
  }

  /** Draws once for all the changes that come in one go. */
  private redraw(): void {
    this.pending ??= setTimeout(() => {
      this.pending = undefined;
      this.given.clear();
      this.changed.fire(undefined);
      this.clock.wake();
    }, 30);
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
        : deployments.map((deployment) => ({
            kind: 'deployment',
            key: `${site.key}/${deployment.id}`,
            site,
            deployment,
          }));
    } catch (error) {
      if (isAborted(error)) {
        return [];
      }
      this.log.error(`Could not read the deployments of ${site.site.name}`, error);
      return [{ kind: 'note', key: `${site.key}/error`, text: explain(error).sentence, icon: 'warning' }];
    }
  }
}

function organizationNode({ key, account, organization }: OrganizationEntry): FleetNode {
  const slug = key.split('/').slice(0, 2).join('/');
  return { kind: 'organization', key: slug, account, organization };
}

function siteNode(entry: SiteEntry): FleetNode {
  return { ...entry, kind: 'site' };
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

function serverItem(entry: ServerEntry, hasSites: boolean): vscode.TreeItem {
  const { server, key } = entry;
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
