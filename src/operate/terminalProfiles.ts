import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { FolderSites } from '../fleet/pick';
import type { RecentSites } from '../fleet/recentSites';
import { terminalProfiles as ids } from '../manifest';
import type { ShellUse } from './remoteShell';

const profiles: Readonly<Record<keyof typeof ids, { readonly use: ShellUse; readonly title: () => string }>> = {
  ssh: { use: 'shell', title: () => l10n.t('Open SSH Terminal') },
  tinker: { use: 'tinker', title: () => l10n.t('Open Tinker') },
  database: { use: 'database', title: () => l10n.t('Open Database Shell') },
};

/** Offers terminals on sites where VS Code offers terminals. Each asks for a site. */
export function terminalProfiles(fleet: Fleet, recent: RecentSites, folder: FolderSites): vscode.Disposable {
  const names = Object.keys(ids) as (keyof typeof ids)[];
  return vscode.Disposable.from(
    ...names.map((name) =>
      vscode.window.registerTerminalProfileProvider(ids[name], {
        provideTerminalProfile: async () => {
          const [{ pickSite }, { sshTerminal }] = await Promise.all([
            import('../fleet/pick'),
            import('./sshTerminals'),
          ]);
          const site = await pickSite(fleet, recent, folder, profiles[name].title());
          return site && new vscode.TerminalProfile(sshTerminal(site, profiles[name].use));
        },
      }),
    ),
  );
}
