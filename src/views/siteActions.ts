import * as vscode from 'vscode';
import { deploymentSummary } from '../deployments/wording';
import type { SiteEntry } from '../fleet/rows';
import { commands } from '../manifest';

interface ActionItem extends vscode.QuickPickItem {
  readonly command?: string;
}

/** What can be done with the window's site: the menu behind the status bar item. */
export async function showSiteActions(entry: SiteEntry): Promise<void> {
  const { site, server } = entry;
  const latest = site.latestDeployment;
  const items: ActionItem[] = [
    {
      label: `$(rocket) ${vscode.l10n.t('Deploy…')}`,
      description: site.repository?.branch ?? '',
      command: commands.deploySite,
    },
    ...(latest
      ? [
          {
            label: `$(output) ${vscode.l10n.t('View Deployment Log')}`,
            description: deploymentSummary(latest, Date.now()),
            command: commands.viewDeploymentLog,
          },
        ]
      : []),
    { label: `$(globe) ${vscode.l10n.t('Open Site')}`, description: site.url ?? '', command: commands.openSite },
    { label: `$(link-external) ${vscode.l10n.t('Open in Forge')}`, command: commands.openInForge },
    { label: vscode.l10n.t('other sites'), kind: vscode.QuickPickItemKind.Separator },
    { label: `$(list-unordered) ${vscode.l10n.t('Deploy Another Site…')}`, command: `${commands.deploySite}?` },
  ];
  const item = await vscode.window.showQuickPick(items, {
    title: [site.name, server?.name].filter(Boolean).join(' · '),
    placeHolder: vscode.l10n.t('What do you want to do?'),
  });
  if (item?.command === `${commands.deploySite}?`) {
    await vscode.commands.executeCommand(commands.deploySite);
  } else if (item?.command) {
    await vscode.commands.executeCommand(item.command, { ...entry, kind: 'site' });
  }
}
