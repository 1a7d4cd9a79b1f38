import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { LogDocuments, OpenLog } from './logDocuments';
import { entryOf } from './logSources';

/** Why a log whose site or server is unknown can't be shown. */
export function absence(fleet: Fleet): string {
  if (fleet.state === 'signedOut') {
    return l10n.t('Sign in to Laravel Forge to read this log.');
  }
  return fleet.state === 'ready' && !fleet.isRefreshing
    ? l10n.t('The site or server of this log no longer exists in Forge.')
    : l10n.t('Waiting for Laravel Forge…');
}

/** Reloads open logs that need it whenever the fleet changes. */
export function readWithFleet(documents: LogDocuments, fleet: Fleet): vscode.Disposable {
  const readAgain = async (log: OpenLog) => {
    // A running read doesn't know about the change, and ends silently if the change removed its account.
    await log.reading;
    if (documents.get(log.uri) === log && isToBeReadAgain(fleet, log)) {
      await documents.read(log);
    }
  };
  return fleet.onDidChange(() => {
    for (const log of documents.all()) {
      void readAgain(log);
    }
  });
}

/**
 * Whether to reload a log now that the fleet has changed: if it was restored with the window and waited for the fleet, if its account
 * signed out, if nothing has been loaded yet, or if it failed, is on screen, and Forge has responded since.
 */
function isToBeReadAgain(fleet: Fleet, log: OpenLog): boolean {
  if (!entryOf(fleet, log.source)) {
    // If only its site is gone, the loaded text stays.
    return fleet.isOfAccount(log.source.key) && log.isShown
      ? fleet.state === 'ready' && !fleet.isRefreshing
      : log.standIn !== 'absent' || log.text !== absence(fleet);
  }
  return (
    log.version === 0 ||
    log.standIn === 'absent' ||
    (log.standIn === 'failed' && log.isVisible && (fleet.refreshedAt ?? 0) > log.failedAt)
  );
}
