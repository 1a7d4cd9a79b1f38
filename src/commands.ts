import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Accounts } from './account/accounts';
import { manageAccounts, signOut } from './account/manageAccounts';
import { browseDeployments } from './deployments/browseDeployments';
import { clearStuckDeployment } from './deployments/clearStuck';
import { compareDeployments, copyCommitHash, openCommit } from './deployments/commits';
import { copyDeployHook, regenerateDeployHook } from './deployments/deployHook';
import type { Deployer } from './deployments/deploySite';
import type { DeploymentHistory } from './deployments/history';
import { setPushToDeploy } from './deployments/pushToDeploy';
import type { FileEditing } from './files/fileEditing';
import type { Favourites } from './fleet/favourites';
import type { Fleet } from './fleet/fleet';
import { pickSite } from './fleet/pick';
import type { RecentSites } from './fleet/recentSites';
import { logAddress } from './logs/logAddress';
import { activeLog, clearLog, filterLog, showLogExceptions } from './logs/logCommands';
import type { LogDocuments } from './logs/logDocuments';
import type { LogFollower } from './logs/logFollower';
import type { RemoteLogs } from './logs/remoteLogs';
import { LogChooser } from './logs/viewLog';
import { type CommandName, commands } from './manifest';
import { openSsh } from './terminal/openSsh';
import type { Log } from './ui/log';
import { registerCommand } from './ui/run';
import { arrange } from './views/arrange';
import type { Arrangements } from './views/arrangement';
import type { FleetTree } from './views/fleetTree';
import { goToServer, goToSite } from './views/goTo';
import { showSiteActions } from './views/siteActions';
import { copyIpAddress, copySiteName, openInForge, openSite } from './views/siteCommands';
import { type Command, Targets } from './views/targets';
import type { Git } from './workspace/git';
import type { LinkedSites } from './workspace/linkedSites';
import { linkFolder } from './workspace/linkFolder';

/** What commands are made of. */
export interface CommandParts {
  readonly accounts: Accounts;
  readonly fleet: Fleet;
  readonly recent: RecentSites;
  readonly favourites: Favourites;
  readonly git: Git;
  readonly linked: LinkedSites;
  readonly history: DeploymentHistory;
  readonly deployer: Deployer;
  readonly editing: FileEditing;
  readonly logDocuments: LogDocuments;
  readonly logFollower: LogFollower;
  readonly remoteLogs: RemoteLogs;
  readonly arrangements: Arrangements;
  readonly tree: FleetTree;
  readonly log: Log;
}

/** Every command of the extension: what it acts on, and what it does there. */
export function commandTable(parts: CommandParts): Readonly<Record<CommandName, Command>> {
  const { accounts, fleet, recent, favourites, git, linked, history, deployer, editing, log } = parts;
  const { logDocuments, logFollower, remoteLogs, arrangements, tree } = parts;
  const on = new Targets(fleet, recent, history, editing);
  const logChooser = new LogChooser(logDocuments, remoteLogs, fleet);
  const isUri = (given: unknown) => (given instanceof vscode.Uri ? given : undefined);

  return {
    // Accounts
    signIn: () => accounts.signIn(),
    signOut: () => signOut(accounts),
    manageAccounts: () => manageAccounts(accounts),

    // The tree
    refresh: async () => {
      await fleet.ready;
      history.renew();
      await fleet.refresh('user');
    },
    arrange: () => arrange(arrangements),
    goToSite: () => goToSite(fleet, recent, tree),
    goToServer: () => goToServer(fleet, recent, tree),
    addFavourite: on.onSite(({ key }) => favourites.add(key)),
    removeFavourite: on.onSite(({ key }) => favourites.remove(key)),

    // A site or server
    showSiteActions: (given, title) =>
      linked.entry
        ? showSiteActions(linked.entry, linked)
        : on.onSite((site) => showSiteActions(site, linked))(given, title),
    linkFolder: (_, title) => linkFolder(() => pickSite(fleet, recent, title)),
    openSite: on.onSite(openSite),
    openInForge: on.onAnyRow(openInForge),
    openSsh: on.onServerOrSite(openSsh),
    copyIpAddress: on.onServerOrSite(copyIpAddress),
    copySiteName: on.onSite(copySiteName),
    restartNginx: on.onServer((server) => editing.restartNginx(server)),

    // Deployments
    deploySite: on.onSite((site) => deployer.isStarting(site) || deployer.deploySite(site)),
    viewDeploymentLog: on.onLatestDeployment((site, deployment) =>
      logDocuments.show(logAddress('deployment', site, deployment.id)),
    ),
    browseDeployments: on.onSite(async (site) => {
      const picked = await browseDeployments(history, site, l10n.t('Deployments of {0}', site.site.name));
      return picked && logDocuments.show(logAddress('deployment', site, picked.id));
    }),
    showMoreDeployments: on.onSite((site) => history.more(site)),
    compareDeployments: on.onDeployment(async (site, deployment, title) => {
      const other = await browseDeployments(history, site, title, deployment);
      return other && compareDeployments(git, site, [deployment, other]);
    }),
    openCommit: on.onDeployment((site, deployment) => openCommit(git, site, deployment)),
    copyCommitHash: on.onDeployment((_, deployment) => copyCommitHash(deployment)),
    enablePushToDeploy: on.onSite((site) => setPushToDeploy(fleet, site, true)),
    disablePushToDeploy: on.onSite((site) => setPushToDeploy(fleet, site, false)),
    clearStuckDeployment: on.onSite((site) => clearStuckDeployment(fleet, history, site)),
    copyDeployHook: on.onSite(copyDeployHook),
    regenerateDeployHook: on.onSite(regenerateDeployHook),

    // Logs
    viewLog: on.onServerOrSite((entry) => logChooser.of(entry)),
    viewServerLog: on.onServer((server) => logChooser.of(server)),
    followLog: () => logFollower.follow(activeLog(logDocuments).log),
    stopFollowingLog: () => logFollower.stop(activeLog(logDocuments).log),
    filterLog: () => filterLog(logDocuments, remoteLogs),
    showLogExceptions: () => showLogExceptions(logDocuments),
    clearLog: () => clearLog(logDocuments, fleet),

    // Files
    openFile: on.onServerOrSite((entry) => editing.openFile(entry)),
    openEnvironment: on.onSite((site) => editing.openEnvironment(site)),
    allowEditing: (given) => editing.allowEditing(isUri(given)),
    showValues: () => editing.showValues(true),
    hideValues: () => editing.showValues(false),
    showValue: () => editing.showValue(),
    compareWithLocal: on.onEnvironment((site) => editing.compareWithLocal(site)),
    compareWithSite: on.onEnvironment((site) => editing.compareWithSite(site)),
    addMissingKeys: on.onEnvironment((site) => editing.addMissingKeys(site)),
    setValue: on.onEnvironment((site) => editing.setValue(site)),
    cacheConfiguration: on.onSite((site) => editing.cacheConfiguration(site)),

    showLog: () => log.show(),
  };
}

/**
 * Registers the commands. Each is called what package.json calls it, without the mark that it asks for more: VS Code has put the words in
 * the person's language there before the extension is activated (seen in 1.100 and 1.139).
 */
export function registerCommands(
  table: ReturnType<typeof commandTable>,
  packageJson: unknown,
  log: Log,
): vscode.Disposable[] {
  const { contributes } = packageJson as {
    readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: string }[] };
  };
  const titles = new Map(contributes.commands.map(({ command, title }) => [command, title.replace(/…$/, '')]));
  return (Object.keys(table) as CommandName[]).map((name) =>
    registerCommand(commands[name], (given) => table[name](given, titles.get(commands[name]) ?? ''), log),
  );
}
