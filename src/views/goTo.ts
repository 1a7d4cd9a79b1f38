import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';
import { type FolderSites, pickServer, pickSite } from '../fleet/pick';
import type { RecentSites } from '../fleet/recentSites';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import { type CommandId, commands } from '../manifest';
import { runCommand } from '../ui/run';
import { serverTarget, siteTarget } from '../ui/target';
import type { FleetTree } from './fleetTree';

/** Asks for a site of any account and shows it in the tree, or runs the command of a button. */
export async function goToSite(fleet: Fleet, recent: RecentSites, folder: FolderSites, tree: FleetTree): Promise<void> {
  const run = (command: CommandId) => async (entry: SiteEntry) => {
    await recent.used(entry.key);
    await runCommand(command, siteTarget(entry));
  };
  const site = await pickSite(fleet, recent, folder, l10n.t('Go to Site'), [
    { icon: 'rocket', tooltip: l10n.t('Deploy…'), run: run(commands.deploySite) },
    { icon: 'output', tooltip: l10n.t('View Latest Deployment Log'), run: run(commands.viewDeploymentLog) },
    { icon: 'globe', tooltip: l10n.t('Open Site'), run: run(commands.openSite) },
    { icon: 'terminal', tooltip: l10n.t('Open SSH Terminal'), run: run(commands.openSsh) },
  ]);
  if (site) {
    await recent.used(site.key);
    await tree.show(site, true);
  }
}

/** Asks for a server of any account and shows it in the tree, or runs the command of a button. */
export async function goToServer(
  fleet: Fleet,
  recent: RecentSites,
  folder: FolderSites,
  tree: FleetTree,
): Promise<void> {
  const run = (command: CommandId) => async (entry: ServerEntry) => {
    await recent.used(entry.key);
    await runCommand(command, serverTarget(entry));
  };
  const server = await pickServer(fleet, recent, folder, l10n.t('Go to Server'), [
    { icon: 'terminal', tooltip: l10n.t('Open SSH Terminal'), run: run(commands.openSsh) },
    { icon: 'link-external', tooltip: l10n.t('Open in Forge'), run: run(commands.openInForge) },
  ]);
  if (server) {
    await recent.used(server.key);
    await tree.showServer(server);
  }
}
