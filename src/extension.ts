import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Accounts } from './account/accounts';
import { SignOuts } from './account/signOuts';
import { warnOfExpiry } from './account/warnOfExpiry';
import { registerTools } from './assistant/registerTools';
import { provideDeployTasks } from './deployments/provideDeployTasks';
import { Favourites } from './fleet/favourites';
import { Fleet } from './fleet/fleet';
import { RecentSites } from './fleet/recentSites';
import { Snapshots } from './fleet/snapshots';
import { Clock } from './forge/clock';
import type { Disposable } from './forge/emitter';
import { authenticationId, fileScheme, logScheme } from './manifest';
import { terminalProfiles } from './operate/terminalProfiles';
import { Late } from './ui/late';
import { LateFiles } from './ui/lateFiles';
import { Log } from './ui/log';
import { registerCommands } from './ui/run';
import { watchFolder } from './ui/watchFolder';
import { windowFocus } from './ui/windowFocus';
import type { ShownDeployments } from './views/shownDeployments';
import { Views } from './views/views';
import { Git } from './workspace/git';
import { LinkedSites } from './workspace/linkedSites';
import { windowFolders } from './workspace/windowFolders';

/** What the integration suite looks at. Only returned to tests. */
export type Services = NonNullable<ReturnType<typeof activate>>;

/** Builds the services, each from those before it, and registers the commands. */
export function activate(context: vscode.ExtensionContext) {
  if (vscode.l10n.bundle) {
    l10n.config({ contents: vscode.l10n.bundle });
  }
  const { globalState, workspaceState } = context;
  const { packageJSON } = context.extension;
  const userAgent = `vscode-laravel-forge/${packageJSON.version as string}`;
  const { fsPath: storage } = context.globalStorageUri;
  const own = <Thing extends Disposable>(thing: Thing): Thing => {
    context.subscriptions.push(thing);
    return thing;
  };
  const late = <Thing extends object>(make: () => Promise<Thing>): Late<Thing> => own(new Late(make));

  const clock = new Clock();
  const log = new Log(own(vscode.window.createOutputChannel('Laravel Forge', { log: true })));
  const signOuts = new SignOuts(join(storage, 'sign-outs'), watchFolder, globalState, windowFocus, clock, log);
  const accounts = own(new Accounts(context.secrets, globalState, process.env, userAgent, signOuts, clock, log));
  own(
    vscode.authentication.registerAuthenticationProvider(authenticationId, 'Laravel Forge', accounts, {
      supportsMultipleAccounts: true,
    }),
  );
  const snapshots = new Snapshots(join(storage, 'fleet'), clock, log);
  const fleet = own(new Fleet(accounts, snapshots, watchFolder, clock, log));
  const favourites = own(new Favourites(globalState));
  const recent = own(new RecentSites(globalState, workspaceState));
  const git = own(new Git(clock));
  const linked = own(new LinkedSites(fleet, git, recent, windowFolders));
  const localFiles = late(async () => new (await import('./logs/localFiles')).LocalFiles(fleet, git, linked));
  const shownDeployments: Late<ShownDeployments> = late(async () => {
    const { ShownDeployments: Shown } = await import('./views/shownDeployments');
    const memories = { everywhere: globalState, here: workspaceState };
    return new Shown(fleet, git, linked, recent, localFiles, views.tree.view, memories, windowFocus, userAgent, log);
  });
  const deployments = async () => (await shownDeployments.get()).deployments;
  own(provideDeployTasks(accounts, fleet, linked, deployments, log));
  const logs = late(
    async () => new (await import('./logs/logs')).Logs(fleet, await deployments(), await localFiles.get(), log),
  );
  own(new LateFiles(logScheme, async () => (await logs.get()).documents, { isReadonly: true }));
  const editing = late(
    async () => new (await import('./files/fileEditing')).FileEditing(fleet, recent, linked, globalState, log),
  );
  own(new LateFiles(fileScheme, async () => (await editing.get()).files));
  const care = late(async () => {
    const { Care } = await import('./operate/care');
    return new Care(accounts, fleet, snapshots, logs, globalState, windowFocus, log);
  });
  const views = own(
    new Views(accounts, fleet, git, linked, shownDeployments, favourites, care, logs, workspaceState, windowFocus, log),
  );
  const { tree, resources } = views;
  own(warnOfExpiry(accounts, globalState, clock));

  const services = {
    clock,
    // What is stored for all windows, and for this workspace.
    memories: [globalState, workspaceState],
    accounts,
    snapshots,
    fleet,
    favourites,
    recent,
    git,
    linked,
    shownDeployments,
    logs,
    editing,
    care,
    tree,
    resources,
    log,
    // It recognizes errors by class, so tests need the extension's own.
    explain: async (error: unknown) => (await import('./ui/explain')).explain(error),
  };
  own(terminalProfiles(fleet, recent, linked));
  own(
    vscode.window.registerUriHandler({
      handleUri: async ({ path }) => (await import('./views/openLink')).openLink(path, services),
    }),
  );
  registerCommands(async () => (await import('./commands')).commandTable(services), packageJSON, log).forEach(own);
  own(
    registerTools(async () => {
      const { ToolCaller } = await import('./assistant/callTool');
      const actions = async () => (await resources.get()).parts.actions;
      return new ToolCaller({ ...services, ...(await deployments()), localFiles, actions });
    }),
  );
  void git.start();

  return context.extensionMode === vscode.ExtensionMode.Test ? services : undefined;
}
