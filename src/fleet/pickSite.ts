import * as vscode from 'vscode';
import { PlainError } from '../ui/explain';
import type { Fleet } from './fleet';
import type { RecentSites } from './recentSites';
import type { SiteEntry } from './rows';

interface SiteItem extends vscode.QuickPickItem {
  readonly entry?: SiteEntry;
}

/**
 * Asks for a site: those used last first. While the fleet is still being read, sites are added as they arrive.
 * @returns undefined when the person gave up.
 * @throws PlainError where there is no site to choose.
 */
export async function pickSite(fleet: Fleet, recent: RecentSites, title: string): Promise<SiteEntry | undefined> {
  await fleet.ready;
  if (fleet.state === 'signedOut') {
    throw new PlainError(vscode.l10n.t('Sign in to Laravel Forge first.'), 'signIn');
  }
  if (fleet.allSites().length === 0 && !fleet.isRefreshing) {
    void fleet.refresh('user');
  }
  const pick = vscode.window.createQuickPick<SiteItem>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('Site, server, repository or branch');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const fill = () => {
    const active = pick.activeItems[0]?.entry?.key;
    pick.busy = fleet.isRefreshing;
    pick.items = items(fleet, recent);
    pick.activeItems = pick.items.filter(({ entry }) => entry !== undefined && entry.key === active);
  };
  fill();
  let timer: NodeJS.Timeout | undefined;
  const listener = fleet.onDidChange(() => {
    // Several changes come in one go; the list is made once for them.
    timer ??= setTimeout(() => {
      timer = undefined;
      fill();
    }, 50);
  });
  try {
    return await new Promise<SiteEntry | undefined>((resolve, reject) => {
      const emptyCheck = fleet.onDidChange(() => {
        if (!fleet.isRefreshing && fleet.allSites().length === 0) {
          reject(nothingToPick(fleet));
        }
      });
      pick.onDidAccept(() => resolve(pick.activeItems[0]?.entry));
      pick.onDidHide(() => {
        emptyCheck.dispose();
        resolve(undefined);
      });
      pick.show();
    });
  } finally {
    clearTimeout(timer);
    listener.dispose();
    pick.dispose();
  }
}

function items(fleet: Fleet, recent: RecentSites): SiteItem[] {
  const rank = new Map(recent.keys().map((key, index) => [key, index]));
  const entries = fleet.allSites();
  const used = entries
    .filter(({ key }) => rank.has(key))
    .sort((a, b) => (rank.get(a.key) ?? 0) - (rank.get(b.key) ?? 0));
  const rest = entries
    .filter(({ key }) => !rank.has(key))
    .sort((a, b) => a.site.name.localeCompare(b.site.name, undefined, { numeric: true }));
  const several = fleet.organizations().length > 1;
  const item = (entry: SiteEntry): SiteItem => {
    const { site, server, organization } = entry;
    const description = [server?.name, several ? organization.name : undefined].filter(Boolean).join(' · ');
    const detail = [site.repository?.url, site.repository?.branch].filter(Boolean).join(' · ');
    return { entry, label: site.name, description, ...(detail ? { detail } : {}) };
  };
  const heading = (label: string): SiteItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return used.length > 0
    ? [heading(vscode.l10n.t('last used')), ...used.map(item), heading(vscode.l10n.t('all sites')), ...rest.map(item)]
    : rest.map(item);
}

function nothingToPick(fleet: Fleet): Error {
  return fleet.error ?? new PlainError(vscode.l10n.t('There is no site to choose from.'));
}
