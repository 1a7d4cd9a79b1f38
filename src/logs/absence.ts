import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';

/** Why a log whose site or server is unknown can't be shown. */
export function absence(fleet: Fleet): string {
  if (fleet.state === 'signedOut') {
    return l10n.t('Sign in to Laravel Forge to read this log.');
  }
  return fleet.state === 'ready' && !fleet.isRefreshing
    ? l10n.t('The site or server of this log no longer exists in Forge.')
    : l10n.t('Waiting for Laravel Forge…');
}
