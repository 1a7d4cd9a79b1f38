import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Account, accountsOf } from '../../src/account/session';
import type { Services } from '../../src/extension';
import type { SiteEntry } from '../../src/fleet/rows';
import type { SitePath } from '../../src/forge/client';
import { systemTime } from '../../src/forge/clock';
import type { Deployment } from '../../src/forge/resources';
import { settings } from '../../src/manifest';
import type { FleetNode } from '../../src/views/fleetNodes';
import { HastenedTime } from '../hastenedTime';
import { SimulatorControl } from '../simulator/control';
import { type Changes, eventually } from './eventually';

export const extensionId = 'laravel-forge-community.vscode-laravel-forge';

/** How the extension names itself to Forge. */
export const userAgent = () =>
  `vscode-laravel-forge/${vscode.extensions.getExtension(extensionId)?.packageJSON.version as string}`;

/** The address of the simulator's API. */
export const url = process.env.FORGE_SIMULATOR ?? '';

/** The token of the simulator that this extension host was given. */
export const token = process.env.FORGE_SIMULATOR_TOKEN ?? '';

/** The signal of somebody who never gives up. */
export const never = new AbortController().signal;

/**
 * The extension in this extension host, for a module of tests: activated before the first, and before each signed out, with a new
 * Forge and nothing remembered. To be called inside `describe`. The extension's pauses are short in it: see `time`.
 */
export function extensionUnderTest() {
  const control = new SimulatorControl(url);
  const time = new HastenedTime();
  let services: Services | undefined;

  const under = {
    control,
    time,

    /** What the extension has made, also what it makes only when it is needed. */
    get services() {
      assert.ok(services, 'the extension is active');
      const [logs, editing, tree, shown] = [
        services.logs.now,
        services.editing.now,
        services.tree.now,
        services.shownDeployments.now,
      ];
      assert.ok(logs && editing && tree && shown, 'all of it is loaded');
      const { documents: logDocuments, follower: logFollower, reader: logReader, filter: shownFilter } = logs;
      const { codes, deployer, history, pushes, tracker } = shown.deployments;
      const { problems, statusBar } = shown;
      const { arrangements } = tree;
      return {
        ...services,
        ...{ arrangements, codes, deployer, editing, history, problems, pushes, statusBar, tracker, tree },
        ...{ logDocuments, logFollower, logReader, shownFilter },
      };
    },

    /** What tells that something may have changed. */
    changes: (): Changes[] => [under.services.fleet.onDidChange, under.services.accounts.onDidChange],

    site: (name: string): SiteEntry => {
      const entry = under.services.fleet.allSites().find((candidate) => candidate.site.name === name);
      assert.ok(entry, `the fleet has ${name}`);
      return entry;
    },

    pathOf: ({ api }: SiteEntry): SitePath => api.path,

    /** Signs in and waits for the whole fleet. */
    signIn: async (as = token): Promise<Account> => {
      const account = await under.services.accounts.signInWith(as, never);
      assert.ok('client' in account, JSON.stringify(account));
      const { fleet } = under.services;
      await eventually('the fleet', () => fleet.state === 'ready' && !fleet.isRefreshing, under.changes());
      return account;
    },

    signOutAll: async (): Promise<void> => {
      for (const account of accountsOf(under.services.accounts.session)) {
        await under.services.accounts.signOut(account);
      }
    },

    /** Deploys a site as where nobody is to be asked. @throws what `Deployer.deploySite` throws. */
    deployUnasked: async (entry: SiteEntry): Promise<Deployment> => {
      const configuration = vscode.workspace.getConfiguration();
      await configuration.update(settings.deployConfirm, 'never', vscode.ConfigurationTarget.Global);
      try {
        const deployment = await under.services.deployer.deploySite(entry);
        assert.ok(deployment);
        return deployment;
      } finally {
        await configuration.update(settings.deployConfirm, undefined, vscode.ConfigurationTarget.Global);
      }
    },

    /** The rows below one of the tree, or its first ones but for what needs attention and the folder's, which are there once more. */
    rows: async (node?: FleetNode): Promise<{ node: FleetNode; item: vscode.TreeItem }[]> => {
      const { tree } = under.services;
      return (await tree.getChildren(node))
        .filter((child) => child.id !== 'folder' && child.kind !== 'attention')
        .map((child) => ({ node: child, item: tree.getTreeItem(child).withTooltip() }));
    },
  };

  before(async () => {
    const extension = vscode.extensions.getExtension<Services>(extensionId);
    assert.ok(extension);
    services = await extension.activate();
    services.clock.goBy(time);
    // VS Code draws a tree with each change of it, if it is on screen: only where a module opens it.
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await Promise.all([services.logs.get(), services.editing.get(), services.resources.get(), services.care.get()]);
    await under.services.accounts.ready;
  });

  after(async () => {
    await control.endDeployments();
    await under.signOutAll();
    services?.clock.goBy(systemTime);
    removeFolderSettings();
  });

  beforeEach(async () => {
    time.reset();
    await under.signOutAll();
    await Promise.all([
      control.renew(),
      ...under.services.memories.flatMap((memory) => memory.keys().map((key) => memory.update(key, undefined))),
    ]);
  });

  return under;
}

/** Removes the file that is left when a setting of the folder is taken back: to git, it is a change. */
function removeFolderSettings(): void {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    rmSync(join(uri.fsPath, '.vscode'), { recursive: true, force: true });
  }
}
