import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Accounts } from './account/accounts';
import { copyScopes } from './account/copyScopes';
import { manageAccounts, signOut } from './account/manageAccounts';
import { browseDeployments } from './deployments/browseDeployments';
import { clearStuckDeployment } from './deployments/clearStuckDeployment';
import { compareDeployments, copyCommitHash, openCommit } from './deployments/commits';
import type { Deployer } from './deployments/deployer';
import { copyDeployHook, regenerateDeployHook } from './deployments/deployHook';
import type { DeploymentHistory } from './deployments/deploymentHistory';
import { setPushToDeploy } from './deployments/setPushToDeploy';
import type { FileEditing } from './files/fileEditing';
import { openResource } from './files/openResource';
import type { Favourites } from './fleet/favourites';
import type { Fleet } from './fleet/fleet';
import { pickSite } from './fleet/pick';
import type { RecentSites } from './fleet/recentSites';
import type { DeploymentProblems } from './logs/deploymentProblems';
import { logAddress } from './logs/logAddress';
import { LogChooser } from './logs/logChooser';
import { activeLog, clearLog, filterLog, showLogExceptions } from './logs/logCommands';
import type { Logs } from './logs/logs';
import type { CommandName } from './manifest';
import { cacheConfiguration } from './operate/cacheConfiguration';
import { openSsh } from './operate/openSsh';
import { restartNginx } from './operate/restartNginx';
import { kindOf } from './resources/catalogue';
import { pickAction, runAction } from './resources/runAction';
import type { Late } from './ui/late';
import type { Log } from './ui/log';
import type { Command } from './ui/run';
import { asTarget } from './ui/target';
import { arrange } from './views/arrange';
import type { Arrangements } from './views/arrangement';
import type { FleetTree } from './views/fleetTree';
import { goToServer, goToSite } from './views/goTo';
import type { ResourcesTree } from './views/resourcesTree';
import { showSiteActions } from './views/showSiteActions';
import { copyIpAddress, copySiteName, openInForge, openSite } from './views/siteCommands';
import { Targets } from './views/targets';
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
  readonly editing: Late<FileEditing>;
  readonly logs: Late<Logs>;
  readonly problems: DeploymentProblems;
  readonly arrangements: Arrangements;
  readonly tree: FleetTree;
  readonly resources: Late<ResourcesTree>;
  readonly log: Log;
}

/** Every command of the extension: what it acts on, and what it does there. */
export async function commandTable(parts: CommandParts): Promise<Readonly<Record<CommandName, Command>>> {
  const { accounts, fleet, recent, favourites, git, linked, history, deployer, problems, arrangements, tree, log } =
    parts;
  const { documents, remote, follower } = await parts.logs.get();
  const [editing, resources] = await Promise.all([parts.editing.get(), parts.resources.get()]);
  const { lists } = resources;
  const on = new Targets(accounts, fleet, recent, linked, history, editing, lists);
  const logChooser = new LogChooser(documents, remote, fleet);
  const viewDeploymentLog = on.onLatestDeployment((site, deployment) =>
    documents.show(logAddress('deployment', site, deployment.id)),
  );
  const isUri = (given: unknown) => (given instanceof vscode.Uri ? given : undefined);

  return {
    // Accounts
    signIn: () => accounts.signIn(),
    signOut: () => signOut(accounts),
    manageAccounts: () => manageAccounts(accounts),
    copyScopes,

    // The tree
    refresh: async (given, title) => {
      await accounts.reload();
      await on.signedIn(() => {
        history.renew();
        return fleet.refresh('user');
      })(given, title);
    },
    arrange: () => arrange(arrangements),
    goToSite: on.signedIn(() => goToSite(fleet, recent, linked, tree)),
    goToServer: on.signedIn(() => goToServer(fleet, recent, linked, tree)),
    addFavourite: on.onSite(({ key }) => favourites.add(key)),
    removeFavourite: on.onSite(({ key }) => favourites.remove(key)),

    // A site or server
    showSiteActions: (given, title) =>
      linked.entry
        ? showSiteActions(linked.entry, linked)
        : on.onSite((site) => showSiteActions(site, linked))(given, title),
    linkFolder: on.signedIn((_, title) => linkFolder(() => pickSite(fleet, recent, linked, title))),
    openSite: on.onSite(openSite),
    openInForge: on.onAnyRow(openInForge),
    openSsh: on.onServerOrSite(openSsh),
    copyIpAddress: on.onServerOrSite(copyIpAddress),
    copySiteName: on.onSite(copySiteName),
    cacheConfiguration: on.onSite(cacheConfiguration),
    restartNginx: on.onServer((server) => restartNginx(fleet, server)),

    // Deployments
    deploySite: on.onSite((site) => deployer.isStarting(site) || deployer.deploySite(site)),
    viewDeploymentLog,
    viewLogOfDeployment: viewDeploymentLog,
    browseDeployments: on.onSite(async (site) => {
      const picked = await browseDeployments(history, site, l10n.t('Deployments of {0}', site.site.name));
      return picked && documents.show(logAddress('deployment', site, picked.id));
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
    followLog: () => follower.follow(activeLog(documents).log),
    stopFollowingLog: () => follower.stop(activeLog(documents).log),
    filterLog: () => filterLog(documents, remote),
    showLogExceptions: () => showLogExceptions(documents),
    clearLog: () => clearLog(documents, fleet),
    dismissProblems: (given) => problems.dismiss(asTarget(given)),

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

    // Resources
    openResource: on.onResource((entry, kind, resource) => openResource(editing, entry, kind, resource)),
    viewResourceOutput: on.onResource((entry, kind, { id }) => {
      const { output } = kindOf(kind);
      return output && 'server' in entry && documents.show(logAddress(output, entry as never, id));
    }),
    runOnResource: on.onResource((...what) => pickAction(lists, ...what)),
    deleteResource: on.onResource((entry, kind, resource) => runAction(lists, entry, kind, resource, 'delete')),
    refreshResources: () => resources.refresh(),
    pinResources: () => resources.pin(true),
    unpinResources: () => resources.pin(false),

    showLog: () => log.show(),
  };
}
