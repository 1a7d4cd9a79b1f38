import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import {
  deploymentAge,
  deploymentIcon,
  deploymentSummary,
  driftText,
  failedColor,
  shortHash,
  siteIcon,
  statusWord,
  warningColor,
} from '../deployments/wording';
import type { Fleet } from '../fleet/fleet';
import { isOutOfOrder } from '../fleet/isOutOfOrder';
import { endedPhpSupport } from '../fleet/phpSupport';
import type { OrganizationEntry, ServerEntry, SiteEntry } from '../fleet/rows';
import { durationMs, isEnd, phaseOf } from '../forge/deploymentStatus';
import type { Deployment } from '../forge/resources';
import { commands, contextValues } from '../manifest';
import { localDay } from '../ui/localDay';
import { localNumber } from '../ui/localNumber';
import { clock } from '../ui/relativeTime';
import { spinning } from '../ui/spinning';
import { siteTarget } from '../ui/target';
import type { Drift } from '../workspace/siteCode';
import type { NodeOf } from './fleetNodes';
import { RowItem } from './rowItem';

/** States in which a site isn't ready yet. */
const changing = new Set(['creating', 'installing', 'uninstalling', 'removing']);

/**
 * @param sites the shown sites below it; undefined until they are known
 * @param isCounted whether to show how many these are
 */
export function organizationItem(
  { key, organization, account }: OrganizationEntry,
  fleet: Fleet,
  sites: readonly SiteEntry[] | undefined,
  isCounted: boolean,
): RowItem {
  const item = new RowItem(organization.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = key;
  item.iconPath = new vscode.ThemeIcon('organization');
  item.contextValue = contextValues.organization;
  describe(item, organization.name, [
    fleet.hasSeveralAccounts ? account.label : undefined,
    ...troubles(sites),
    isCounted ? countOf(sites) : undefined,
  ]);
  return item;
}

/** @param sites the shown sites below it; undefined until they are known */
export function serverItem(entry: ServerEntry, sites: readonly SiteEntry[] | undefined, now: number): RowItem {
  const { server, key } = entry;
  const item = new RowItem(
    server.name,
    sites?.length === 0 ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Collapsed,
  );
  const state = serverState(entry);
  const { failing } = statesOf(sites ?? []);
  const php = phpWord(server.phpVersion, now);
  // What needs attention goes before what may be cut off.
  const facts =
    endedPhpSupport(server.phpVersion, now) === undefined ? [server.ipAddress, php] : [php, server.ipAddress];
  const words = [...troubles(sites), ...facts];
  item.id = key;
  item.description = (isOutOfOrder(server) ? [state, ...words] : words).filter(Boolean).join(' · ');
  item.iconPath = server.revoked
    ? new vscode.ThemeIcon('archive')
    : server.isReady === false
      ? new vscode.ThemeIcon(spinning('loading'))
      : isOutOfOrder(server)
        ? new vscode.ThemeIcon('warning', new vscode.ThemeColor(warningColor))
        : new vscode.ThemeIcon('server', failing > 0 ? new vscode.ThemeColor(failedColor) : undefined);
  item.contextValue = contextValues.server;
  item.about = [
    [l10n.t('State'), state],
    [l10n.t('Connection'), isOutOfOrder(server) ? server.connectionStatus : null],
    [l10n.t('Type'), server.type],
    [l10n.t('IP address'), server.ipAddress],
    [l10n.t('Private address'), server.privateIpAddress],
    ['PHP', server.phpVersion, (version) => phpSupport(version, now)],
    ['Ubuntu', server.ubuntuVersion],
    [l10n.t('Provider'), [server.provider, server.region].filter(Boolean).join(', ')],
  ];
  item.accessibilityInformation = { label: [server.name, state, ...words].filter(Boolean).join(', ') };
  return item;
}

/** A PHP version in a row; undefined if there is none. */
function phpWord(version: string | null, now: number): string | undefined {
  return version === null
    ? undefined
    : endedPhpSupport(version, now) === undefined
      ? `PHP ${version}`
      : l10n.t('PHP {0} (unsupported)', version);
}

/** A PHP version and, if it is over, the end of its support. Whether it is patched is up to the distribution, so this doesn't say. */
function phpSupport(version: string, now: number): string {
  const ended = endedPhpSupport(version, now);
  return ended === undefined
    ? version
    : l10n.t('{0} (PHP ended its security support on {1})', version, localDay(ended, vscode.env.language));
}

/** How many of the sites failed last, and how many have a deployment that waits or runs. */
function statesOf(sites: readonly SiteEntry[]): { readonly failing: number; readonly deploying: number } {
  const phases = sites.map(({ site: { latestDeployment } }) => latestDeployment && phaseOf(latestDeployment));
  return {
    failing: phases.filter((phase) => phase === 'failed').length,
    deploying: phases.filter((phase) => phase === 'waiting' || phase === 'running').length,
  };
}

/** A summary of the sites below a row; empty if all is well. */
function troubles(sites: readonly SiteEntry[] | undefined): readonly string[] {
  const { failing, deploying } = statesOf(sites ?? []);
  return [
    ...(failing > 0
      ? [l10n.t({ message: '{0} failed', args: [number(failing)], comment: ['{0} is the number of sites.'] })]
      : []),
    ...(deploying > 0
      ? [l10n.t({ message: '{0} deploying', args: [number(deploying)], comment: ['{0} is the number of sites.'] })]
      : []),
  ];
}

function countOf(sites: readonly SiteEntry[] | undefined): string | undefined {
  return sites && (sites.length === 1 ? l10n.t('1 site') : l10n.t('{0} sites', number(sites.length)));
}

function number(value: number): string {
  return localNumber(value, vscode.env.language);
}

/** Shows words beside the name, and adds them to what screen readers say. */
function describe(item: RowItem, name: string, words: readonly (string | undefined)[]): void {
  item.description = words.filter(Boolean).join(' · ');
  item.accessibilityInformation = { label: [name, ...words].filter(Boolean).join(', ') };
}

function serverState({ server }: ServerEntry): string {
  if (server.revoked) {
    return l10n.t('archived');
  }
  if (server.isReady === false) {
    return l10n.t('being set up');
  }
  if (server.connectionStatus === null || server.connectionStatus === 'successful') {
    return l10n.t('connected');
  }
  return l10n.t('not connected');
}

export interface SiteLook {
  /** Unique in the tree, which may have several rows for the site. */
  readonly id: string;
  readonly isFavourite: boolean;
  /** Whether to name its server, which isn't the row above. */
  readonly tellsServer: boolean;
  /** How long a deployment usually takes, in milliseconds; undefined if unknown. */
  readonly usualMs: number | undefined;
  /** Undefined if Git doesn't know. */
  readonly drift: Drift | undefined;
}

export function siteItem(
  { site, server }: SiteEntry,
  { id, isFavourite, tellsServer, usualMs, drift }: SiteLook,
  now: number,
): RowItem {
  const { latestDeployment: latest, repository } = site;
  const item = new RowItem(
    site.name,
    server ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  const summary = deploymentSummary(latest, now, usualMs);
  const behind = drift?.kind === 'behind' ? driftText(drift, null) : undefined;
  const maintenance = site.inMaintenance ? l10n.t('maintenance') : undefined;
  const php = phpWord(site.phpVersion, now);
  const isUnsupported = endedPhpSupport(site.phpVersion, now) !== undefined;
  item.id = id;
  const change = site.status !== null && changing.has(site.status) ? site.status : undefined;
  // The server's row shows the version already, if it is the same.
  const ownPhp = site.phpVersion === server?.phpVersion ? undefined : php;
  const place = tellsServer ? server?.name : undefined;
  // The icon says that it succeeded. That leaves room for the time beside a long name.
  const isDeployed = latest !== null && phaseOf(latest) === 'succeeded';
  const outcome = (isDeployed && deploymentAge(latest, now)) || summary;
  const facts = isUnsupported ? [php, behind, place, repository?.branch] : [behind, place, repository?.branch, ownPhp];
  item.description = [change, maintenance, outcome, ...facts].filter(Boolean).join(' · ');
  item.iconPath = siteIcon(site);
  item.contextValue = contextOf(contextValues.site, {
    [contextValues.favourite]: isFavourite,
    [contextValues.pushToDeploy]: site.pushToDeploy,
    [contextValues.repository]: repository !== null,
    [contextValues.deploying]: latest !== null && !isEnd(latest),
  });
  item.about = [
    [l10n.t('Last deployment'), summary],
    [l10n.t('Commit'), latest && [shortHash(latest), latest.commit.message].filter(Boolean).join(' ')],
    [
      l10n.t('Deployed commit'),
      drift?.kind === 'notInClone'
        ? l10n.t('not in your clone')
        : drift && driftText(drift, repository?.branch ?? null),
    ],
    [l10n.t('Repository'), repository?.url],
    [l10n.t('Branch'), repository?.branch],
    ['PHP', site.phpVersion, (version) => phpSupport(version, now)],
    [l10n.t('Server'), server && [server.name, server.ipAddress].filter(Boolean).join(', ')],
    [l10n.t('Status'), site.status === 'deployed' ? null : site.status],
    [l10n.t('Maintenance'), site.inMaintenance ? switchedOn() : null],
    [l10n.t('Push to deploy'), site.pushToDeploy ? switchedOn() : null],
    [l10n.t('Tags'), site.tags.join(', ')],
  ];
  item.accessibilityInformation = {
    label: [site.name, change, maintenance, summary, behind, place, repository?.branch, php].filter(Boolean).join(', '),
  };
  return item;
}

/**
 * @param sites the shown sites below it; undefined until they are known
 * @param isCounted whether to show how many these are
 */
export function groupItem(
  { id, name, icon }: NodeOf<'group'>,
  sites: readonly SiteEntry[] | undefined,
  isCounted: boolean,
): RowItem {
  const item = new RowItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = id;
  item.iconPath = new vscode.ThemeIcon(icon);
  describe(item, name, [...troubles(sites), isCounted ? countOf(sites) : undefined]);
  return item;
}

/** @param usualMs how long a deployment of its site usually takes, in milliseconds; undefined if unknown */
export function deploymentItem(
  node: NodeOf<'deployment'>,
  deployment: Deployment,
  now: number,
  usualMs: number | undefined,
): RowItem {
  const { commit } = deployment;
  const label = commit.message ?? l10n.t('Deployment {0}', deployment.id);
  const item = new RowItem(label, vscode.TreeItemCollapsibleState.None);
  const took = durationMs(deployment, now);
  const ended = isEnd(deployment);
  item.id = node.id;
  const summary = deploymentSummary(deployment, now, usualMs);
  item.description = [summary, commit.author, ended && took !== null ? clock(took) : undefined]
    .filter(Boolean)
    .join(' · ');
  item.iconPath = deploymentIcon(deployment);
  item.contextValue = contextOf(contextValues.deployment, {
    [contextValues.commit]: commit.hash !== null,
    [contextValues.failed]: phaseOf(deployment) === 'failed',
  });
  item.about = [
    [l10n.t('State'), statusWord(deployment)],
    [l10n.t('Commit'), shortHash(deployment)],
    [l10n.t('Branch'), commit.branch],
    [l10n.t('Author'), commit.author],
    [l10n.t('Duration'), took === null ? null : clock(took)],
    [l10n.t({ message: 'When', comment: ['Before a time: “When: 5m ago”.'] }), deploymentAge(deployment, now)],
  ];
  item.accessibilityInformation = {
    label: [label, summary, commit.author].filter(Boolean).join(', '),
  };
  item.command = {
    command: commands.viewDeploymentLog,
    title: l10n.t('View Deployment Log'),
    arguments: [node],
  };
  return item;
}

export function moreItem({ id, siteKey }: NodeOf<'more'>): RowItem {
  const item = new RowItem(l10n.t('Show More…'), vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = {
    command: commands.showMoreDeployments,
    title: l10n.t('Show More Deployments'),
    arguments: [siteTarget({ key: siteKey })],
  };
  return item;
}

export function noteItem({ id, text, icon, command }: NodeOf<'note'>): RowItem {
  const item = new RowItem(command ? text : '', vscode.TreeItemCollapsibleState.None);
  item.id = id;
  if (command) {
    item.command = { command, title: text };
  } else {
    item.description = text;
  }
  item.tooltip = text;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.accessibilityInformation = { label: text };
  return item;
}

/** The kind and state of a row, for `when` clauses. */
export function contextOf(kind: string, states: Readonly<Record<string, boolean>>): string {
  return [kind, ...Object.keys(states).filter((state) => states[state])].join(' ');
}

function switchedOn(): string {
  return l10n.t({ message: 'on', comment: ['The state of a switch: “Maintenance: on”.'] });
}
