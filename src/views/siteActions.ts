import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { deploymentSummary } from '../deployments/wording';
import type { SiteEntry } from '../fleet/rows';
import { commands } from '../manifest';
import { withoutIcons } from '../ui/inertText';
import type { LinkedSites } from '../workspace/linkedSites';

/** How many other sites are offered: of a repository with hundreds, the picker finds them better. */
const othersShown = 8;

interface ActionItem extends vscode.QuickPickItem {
  readonly command?: string;
  /** Another site, of which one is asked the same. */
  readonly site?: SiteEntry;
}

/** What can be done with a site of this window: the menu behind the status bar item. Its other sites are behind it. */
export async function showSiteActions(entry: SiteEntry, linked: LinkedSites): Promise<void> {
  const { site, server } = entry;
  const latest = site.latestDeployment;
  const items: ActionItem[] = [
    {
      label: `$(rocket) ${l10n.t('Deploy…')}`,
      description: withoutIcons(site.repository?.branch ?? ''),
      command: commands.deploySite,
    },
    ...(latest
      ? [
          {
            label: `$(output) ${l10n.t('View Deployment Log')}`,
            description: withoutIcons(deploymentSummary(latest, entry.account.client.now())),
            command: commands.viewDeploymentLog,
          },
        ]
      : []),
    { label: `$(list-selection) ${l10n.t('View Log…')}`, command: commands.viewLog },
    {
      label: `$(globe) ${l10n.t('Open Site')}`,
      description: withoutIcons(site.url ?? ''),
      command: commands.openSite,
    },
    { label: `$(link-external) ${l10n.t('Open in Forge')}`, command: commands.openInForge },
    { label: l10n.t('other sites'), kind: vscode.QuickPickItemKind.Separator },
    ...others(entry, linked).map((other) => ({
      label: `$(server-environment) ${other.site.name}`,
      description: withoutIcons(
        [other.site.repository?.branch, deploymentSummary(other.site.latestDeployment, entry.account.client.now())]
          .filter(Boolean)
          .join(' · '),
      ),
      site: other,
    })),
    { label: `$(list-unordered) ${l10n.t('Deploy Another Site…')}`, command: `${commands.deploySite}?` },
  ];
  const item = await vscode.window.showQuickPick(items, {
    title: [site.name, server?.name].filter(Boolean).join(' · '),
    placeHolder: l10n.t('What do you want to do?'),
  });
  if (item?.site) {
    await showSiteActions(item.site, linked);
  } else if (item?.command === `${commands.deploySite}?`) {
    await vscode.commands.executeCommand(commands.deploySite);
  } else if (item?.command) {
    await vscode.commands.executeCommand(item.command, { ...entry, kind: 'site' });
  }
}

/** The other sites of this window's roots, the one that one works in first. */
function others({ key }: SiteEntry, { sites }: LinkedSites): readonly SiteEntry[] {
  return sites.filter((site) => site.key !== key).slice(0, othersShown);
}
