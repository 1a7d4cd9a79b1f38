import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { deploymentSummary } from '../deployments/wording';
import type { SiteEntry } from '../fleet/rows';
import { type CommandId, commands } from '../manifest';
import { pickHeading, pickRow } from '../ui/pickRow';
import { runCommand } from '../ui/run';
import { siteTarget } from '../ui/target';
import type { LinkedSites } from '../workspace/linkedSites';

/** Maximum number of other sites to offer: the picker is better for a repository with hundreds. */
const othersShown = 8;

interface ActionItem extends vscode.QuickPickItem {
  readonly command?: CommandId;
  /** Whether it asks for another site. */
  readonly asks?: true;
  /** Another site, to show this menu for. */
  readonly site?: SiteEntry;
}

/** The menu of the status bar item: what can be done with the window's site, and its other sites. */
export async function showSiteActions(entry: SiteEntry, linked: LinkedSites): Promise<void> {
  const { site, server } = entry;
  const latest = site.latestDeployment;
  const now = entry.account.client.now();
  const action = (icon: string, label: string, command: CommandId, description?: string | null): ActionItem =>
    pickRow({ icon, label, description }, { command });
  const items: ActionItem[] = [
    ...(site.repository ? [action('rocket', l10n.t('Deploy…'), commands.deploySite, site.repository.branch)] : []),
    ...(latest
      ? [
          action(
            'output',
            l10n.t('View Latest Deployment Log'),
            commands.viewDeploymentLog,
            deploymentSummary(latest, now),
          ),
        ]
      : []),
    action('list-selection', l10n.t('View Logs…'), commands.viewLog),
    action('globe', l10n.t('Open Site'), commands.openSite, site.url),
    action('link-external', l10n.t('Open in Forge'), commands.openInForge),
    action('terminal', l10n.t('Run Command…'), commands.runCommand),
    pickHeading(l10n.t('Other Sites')),
    ...others(entry, linked).map((other) => {
      const { name: label, repository, latestDeployment } = other.site;
      const about = [repository?.branch, deploymentSummary(latestDeployment, now)];
      return pickRow(
        { icon: 'server-environment', label, description: about.filter(Boolean).join(' · ') },
        { site: other },
      );
    }),
    pickRow(
      { icon: 'list-unordered', label: l10n.t('Deploy Another Site…') },
      { command: commands.deploySite, asks: true as const },
    ),
  ];
  const item = await vscode.window.showQuickPick(items, {
    title: [site.name, server?.name].filter(Boolean).join(' · '),
    placeHolder: l10n.t('Select an action'),
  });
  if (item?.site) {
    await showSiteActions(item.site, linked);
  } else if (item?.command) {
    await runCommand(item.command, item.asks ? undefined : siteTarget(entry));
  }
}

/** The other sites of the open folders, those of the active editor's folder first. */
function others({ key }: SiteEntry, { sites }: LinkedSites): readonly SiteEntry[] {
  return sites.filter((site) => site.key !== key).slice(0, othersShown);
}
