import * as l10n from '@vscode/l10n';
import { endedPhpSupport } from '../fleet/phpSupport';
import type { SiteEntry } from '../fleet/rows';
import { phaseOf } from '../forge/deploymentStatus';
import { type Disposable, Emitter } from '../forge/emitter';
import { type Memory, recordIn } from '../ui/memory';

const arrangementKey = 'forge.arrangement';

/** How sites can be grouped, sorted and filtered. The first of each is the default. */
export const groupings = ['server', 'tag', 'organization', 'none'] as const;
export const orders = ['name', 'lastDeployment'] as const;
export const filters = ['all', 'failing', 'deploying', 'unsupportedPhp', 'favourites'] as const;

export interface Arrangement {
  readonly group: (typeof groupings)[number];
  readonly order: (typeof orders)[number];
  readonly only: (typeof filters)[number];
}

/** How the tree is arranged in this workspace. */
export class Arrangements implements Disposable {
  private readonly changed = new Emitter<void>();

  readonly onDidChange = this.changed.event;

  constructor(private readonly memory: Memory) {}

  /** Another version may have stored values that this one doesn't know; these are ignored. */
  get present(): Arrangement {
    const stored = recordIn(this.memory, arrangementKey);
    return {
      group: groupings.find((group) => group === stored.group) ?? 'server',
      order: orders.find((order) => order === stored.order) ?? 'name',
      only: filters.find((only) => only === stored.only) ?? 'all',
    };
  }

  async change(change: Partial<Arrangement>): Promise<void> {
    await this.memory.update(arrangementKey, { ...this.present, ...change });
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** Whether a site passes the filter. @param favourites keys of sites */
export function isShown(
  { site, key, account }: SiteEntry,
  only: Arrangement['only'],
  favourites: ReadonlySet<string>,
): boolean {
  const phase = site.latestDeployment && phaseOf(site.latestDeployment);
  switch (only) {
    case 'all':
      return true;
    case 'failing':
      return phase === 'failed';
    case 'deploying':
      return phase === 'waiting' || phase === 'running';
    case 'unsupportedPhp':
      return endedPhpSupport(site.phpVersion, account.client.now()) !== undefined;
    case 'favourites':
      return favourites.has(key);
  }
}

/** Sorts sites, given in order of their names. By last deployment: the latest first, never deployed ones last. */
export function inOrder(sites: readonly SiteEntry[], order: Arrangement['order']): readonly SiteEntry[] {
  const deployedAt = ({ site: { latestDeployment } }: SiteEntry) =>
    latestDeployment?.startedAt ?? latestDeployment?.createdAt ?? 0;
  return order === 'name' ? sites : sites.toSorted((a, b) => deployedAt(b) - deployedAt(a));
}

/** The label of a filter. */
export function filterLabel(only: Arrangement['only']): string {
  switch (only) {
    case 'all':
      return l10n.t('All Sites');
    case 'failing':
      return l10n.t('Failing Sites');
    case 'deploying':
      return l10n.t('Deploying');
    case 'unsupportedPhp':
      return l10n.t('Unsupported PHP');
    case 'favourites':
      return l10n.t('Favorites');
  }
}
