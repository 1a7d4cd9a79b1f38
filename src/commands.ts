import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Accounts } from './account/accounts';
import { copyScopes } from './account/copyScopes';
import { manageAccounts, signOut } from './account/manageAccounts';
import { explainWithCopilot } from './assistant/explainWithCopilot';
import { browseDeployments } from './deployments/browseDeployments';
import { clearStuckDeployment } from './deployments/clearStuckDeployment';
import { compareDeployments, copyCommitHash, openCommit } from './deployments/commits';
import { copyDeployHook, regenerateDeployHook } from './deployments/deployHook';
import { isProduction } from './deployments/isProduction';
import { setPushToDeploy } from './deployments/setPushToDeploy';
import { compareResources } from './files/compareResources';
import type { FileEditing } from './files/fileEditing';
import { openResource } from './files/openResource';
import type { Favourites } from './fleet/favourites';
import type { Fleet } from './fleet/fleet';
import { organizationKey } from './fleet/keys';
import { pickServer, pickSite } from './fleet/pick';
import type { RecentSites } from './fleet/recentSites';
import { nameOfEntry, type SiteEntry } from './fleet/rows';
import { logAddress } from './logs/logAddress';
import { LogChooser } from './logs/logChooser';
import { activeLog, clearLog, filterLog, showLogExceptions } from './logs/logCommands';
import { logSource } from './logs/logSources';
import type { Logs } from './logs/logs';
import { resourceOutput } from './logs/resourceOutput';
import { type CommandName, commands, extensionId, logScheme, walkthroughId } from './manifest';
import { askToCheckFleet } from './operate/askToCheckFleet';
import { cacheConfiguration } from './operate/cacheConfiguration';
import type { Care } from './operate/care';
import { restartProcesses } from './operate/restartProcesses';
import { restartNginx, restartService, stopService } from './operate/restartService';
import { runRecipe } from './operate/runRecipe';
import { runSiteCommand } from './operate/runSiteCommand';
import { showServerCheck } from './operate/showServerCheck';
import { forwardDatabasePort, openFolderOnServer, openSsh } from './operate/sshTerminals';
import { ownCommands } from './operate/suggestedCommands';
import { updatePhp } from './operate/updatePhp';
import { type KindId, kindOf } from './resources/catalogue';
import { asServer, asSite } from './resources/fleetResources';
import { entryAt } from './resources/place';
import { nameOf } from './resources/resourceWords';
import type { Late } from './ui/late';
import type { Log } from './ui/log';
import { type Command, runCommand } from './ui/run';
import { deploySettings } from './ui/settings';
import { asTarget, deploymentTarget, siteTarget } from './ui/target';
import { arrange } from './views/arrange';
import type { FleetTree } from './views/fleetTree';
import { goToServer, goToSite } from './views/goTo';
import { openFinding, showFindings } from './views/openFinding';
import { type KindAt, pickResource } from './views/pickResource';
import { reportIssue } from './views/reportIssue';
import { creatableIn } from './views/resourceItems';
import type { ResourcesTree } from './views/resourcesTree';
import type { ShownDeployments } from './views/shownDeployments';
import { showSiteActions } from './views/showSiteActions';
import { copyIpAddress, copySiteName, openInForge, openSite } from './views/siteCommands';
import { Targets } from './views/targets';
import type { Git } from './workspace/git';
import type { LinkedSites } from './workspace/linkedSites';
import { linkFolder } from './workspace/linkFolder';

/** What the commands need. */
export interface CommandParts {
  readonly accounts: Accounts;
  readonly fleet: Fleet;
  readonly recent: RecentSites;
  readonly favourites: Favourites;
  readonly git: Git;
  readonly linked: LinkedSites;
  readonly shownDeployments: Late<ShownDeployments>;
  readonly editing: Late<FileEditing>;
  readonly logs: Late<Logs>;
  readonly tree: Late<FleetTree>;
  readonly resources: Late<ResourcesTree>;
  readonly care: Late<Care>;
  readonly log: Log;
}

/** Every command of the extension: what it acts on, and what it does. */
export async function commandTable(parts: CommandParts): Promise<Readonly<Record<CommandName, Command>>> {
  const { accounts, fleet, recent, favourites, git, linked, log } = parts;
  const [{ deployments, problems }, { documents, reader, follower }, editing, tree, resources, { attention, check }] =
    await Promise.all([
      parts.shownDeployments.get(),
      parts.logs.get(),
      parts.editing.get(),
      parts.tree.get(),
      parts.resources.get(),
      parts.care.get(),
    ]);
  const { history, deployer } = deployments;
  const { lists, actions } = resources.parts;
  const on = new Targets(accounts, fleet, recent, linked, history, editing, lists, attention);
  const logChooser = new LogChooser(documents, reader, fleet);
  const viewDeploymentLog = on.onLatestDeployment((site, deployment) =>
    documents.show(logAddress('deployment', site, deployment.id)),
  );
  const surroundings = {
    clock: fleet.clock,
    documents,
    own: async ({ key }: SiteEntry) => {
      const folder = linked.roots.find(({ sites }) => sites.some((one) => one.key === key))?.root;
      return vscode.workspace.isTrusted && folder?.scheme === 'file' ? ownCommands(folder.fsPath) : [];
    },
    isProduction: ({ site }: SiteEntry) => isProduction(site, deploySettings().production),
  };
  const createResource = (where: KindAt) => {
    const { createdBy } = kindOf(where.kind);
    return createdBy ? runCommand(commands[createdBy.command], siteTarget(where.entry)) : actions.create(where);
  };
  const findKind = (title: string, which: { readonly isNew: boolean }) =>
    on.findKind(title, resources.shown ?? linked.entry, which);
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
    arrange: () => arrange(tree.arrangements),
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
    openSsh: on.onServerOrSite((entry) => openSsh(entry)),
    openTinker: on.onSite((site) => openSsh(site, 'tinker')),
    openDatabaseShell: on.onSite((site) => openSsh(site, 'database')),
    followLogOverSsh: on.onSite((site) => openSsh(site, 'log')),
    forwardDatabasePort: on.onServerOrSite(forwardDatabasePort),
    openFolderOnServer: on.onSite(openFolderOnServer),
    copyIpAddress: on.onServerOrSite(copyIpAddress),
    copySiteName: on.onSite(copySiteName),
    cacheConfiguration: on.onSite(cacheConfiguration),
    restartNginx: on.onServer((server) => restartNginx(actions, server)),
    runCommand: on.onSite((site) => runSiteCommand(site, surroundings)),

    // Deployments
    deploySite: on.onSite((site) => deployer.isStarting(site) || deployer.deploySite(site)),
    viewDeploymentLog,
    viewLogOfDeployment: viewDeploymentLog,
    explainDeployment: (given, title) => on.onLatestDeployment(explainWithCopilot)(deploymentOfLog(given), title),
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
    filterLog: () => filterLog(documents, reader),
    showLogExceptions: () => showLogExceptions(documents),
    clearLog: on.signedIn(() => clearLog(documents, fleet)),
    dismissProblems: (given) => problems.dismiss(asTarget(given)),

    // Files
    openFile: on.onServerOrSite((entry) => editing.openFile(entry)),
    openEnvironment: on.onSite((site) => editing.openEnvironment(site)),
    allowEditing: on.signedIn((given) => editing.allowEditing(isUri(given))),
    showValues: () => editing.showValues(true),
    hideValues: () => editing.showValues(false),
    showValue: () => editing.showValue(),
    compareWithLocal: on.onEnvironment((site) => editing.compareWithLocal(site)),
    compareWithSite: on.onEnvironment((site) => editing.compareWithSite(site)),
    addMissingKeys: on.onEnvironment((site) => editing.addMissingKeys(site)),
    setValue: on.onEnvironment((site) => editing.setValue(site)),

    // Resources
    openResource: on.onResource(({ entry, at, kind }, resource) => openResource(editing, entry, at, kind, resource)),
    viewResourceOutput: on.onResource(({ entry, at, kind }, resource) => {
      const uri = resourceOutput(fleet, entry, at, kind, resource);
      return uri && documents.show(uri);
    }),
    runOnResource: on.onResource((where, resource, title) => actions.pick(where, resource, title)),
    editResource: on.onResource((where, resource) => actions.edit(where, resource)),
    editResourceText: on.onResource(({ entry, kind }, resource) => {
      const { file } = kindOf(kind);
      return (
        file && 'server' in entry && editing.openItem(file, entry, { id: resource.id, name: nameOf(kind, resource) })
      );
    }),
    copyFromResource: on.onResource((where, resource, title) => actions.copy(where, resource, title)),
    deleteResource: on.onResource((where, resource) => actions.delete(where, resource)),
    showMoreResources: on.onResources((at, [kind]) => kind && lists.readMore(at, kind)),
    openResourceDocs: on.onResources((_, [kind]) => kind && openDocs(kind)),
    newResource: async (given, title) => {
      const target = asTarget(given);
      if (target?.kind === 'resources') {
        return on.onResources((at, kinds) => {
          const kind = creatableIn(kinds);
          const entry = entryAt(fleet, at);
          return kind && entry && createResource({ entry, at, kind });
        })(given, title);
      }
      const found = await findKind(title, { isNew: true });
      return found && createResource(found);
    },
    goToResource: async (_, title) => {
      const found = await findKind(title, { isNew: false });
      const resource = found && (await pickResource(lists, found, title));
      return found && resource && openResource(editing, found.entry, found.at, found.kind, resource);
    },
    compareResources: on.onServerOrSite(async (entry) => {
      const title = l10n.t('Compare Resources of {0} with', nameOfEntry(entry));
      const pick = 'site' in entry ? pickSite : pickServer;
      const other = await pick(fleet, recent, linked, title);
      return other && compareResources(editing, lists, entry, other);
    }),
    newDatabase: on.onServer((entry) => actions.createBy('newDatabase', entry)),
    newScheduledJob: on.onServerOrSite((entry) => actions.createBy('newScheduledJob', entry)),
    newBackgroundProcess: on.onServerOrSite((entry) => actions.createBy('newBackgroundProcess', entry)),
    addDomain: on.onSite((entry) => actions.createBy('addDomain', entry)),

    // Services, PHP and recipes
    restartService: on.onServer((entry, title) => restartService(lists, actions, entry, title)),
    stopService: on.onServer((entry, title) => stopService(lists, actions, entry, title)),
    restartProcesses: on.onServerOrSite((entry, title) => restartProcesses(lists, [entry], title)),
    runRecipe: async (given, title) => {
      const target = asTarget(given);
      const server = target?.kind === 'server' ? fleet.server(target.key) : undefined;
      return server
        ? runRecipe(fleet, lists, editing, fleet.organization(organizationKey(server)) ?? server, [server], title)
        : on.onOrganization((entry) => runRecipe(fleet, lists, editing, entry, [], title))(given, title);
    },
    checkServer: on.onServer((entry) => showServerCheck(fleet, editing, entry)),
    updatePhp: on.onServers((entries, title) => updatePhp(fleet, lists, entries, title)),

    // Servers and sites themselves
    newServer: on.onOrganization((entry) => actions.createBy('newServer', entry)),
    editServer: on.onServer((entry) => actions.edit(...asServer(entry))),
    rebootServer: on.onServer((entry) => actions.run(...asServer(entry), 'reboot')),
    powerCycleServer: on.onServer((entry) => actions.run(...asServer(entry), 'powerCycle')),
    runOnServer: on.onServer((entry, title) => actions.pick(...asServer(entry), title)),
    deleteServer: on.onServer((entry) => actions.delete(...asServer(entry))),
    newSite: on.onServer((entry) => actions.createBy('newSite', entry)),
    editSite: on.onSite((entry) => actions.edit(...asSite(entry))),
    deleteSite: on.onSite((entry) => actions.delete(...asSite(entry))),
    // What needs attention
    checkFleet: on.signedIn(async () => {
      await fleet.open();
      await askToCheckFleet(await check.get(), attention);
    }),
    showFindings: on.signedIn(() => showFindings(fleet, attention, (finding) => openFinding(fleet, lists, finding))),
    openFinding: on.onFinding((finding) => openFinding(fleet, lists, finding)),
    dismissFinding: on.onFinding((finding) => attention.dismiss([finding])),
    dismissFindings: () => attention.dismiss(attention.findings),
    showInTree: on.onServerOrSite((entry) => ('site' in entry ? tree.show(entry, true) : tree.showServer(entry))),

    refreshResources: () => resources.refresh(),
    pinResources: () => resources.pin(true),
    unpinResources: () => resources.pin(false),

    showLog: () => log.show(),
    getStarted: () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#${walkthroughId}`, false),
    reportIssue: () => reportIssue(fleet, log),
  };
}

/** The deployment whose log is the active editor, or the one that VS Code passes from its title; else what was given. */
function deploymentOfLog(given: unknown): unknown {
  const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
  const source = asTarget(given) || uri?.scheme !== logScheme ? undefined : logSource(uri);
  return source?.kind === 'deployment' ? deploymentTarget({ key: source.key }, { id: source.id }) : given;
}

/** Opens the page of Forge's documentation that explains a kind. */
function openDocs(kind: KindId): Thenable<unknown> {
  return vscode.env.openExternal(vscode.Uri.parse(`https://forge.laravel.com/docs/${kindOf(kind).docs}`));
}
