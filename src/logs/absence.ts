import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';

/**
 * Why a log whose site or server is unknown can't be shown.
 * @param said what it shows now: what is gone stays gone while the fleet is refreshed
 */
export function absence(fleet: Fleet, said?: string): string {
  if (fleet.state === 'signedOut') {
    return l10n.t('Sign in to Laravel Forge to read this log.');
  }
  const gone = l10n.t('The site or server of this log no longer exists in Forge.');
  return fleet.state === 'ready' && (!fleet.isRefreshing || said === gone)
    ? gone
    : l10n.t('Waiting for Laravel Forge…');
}
