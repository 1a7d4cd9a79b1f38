import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { LogDocuments, OpenLog } from './logDocuments';
import { entryOf } from './logSources';

/** Why there is nothing of what the fleet does not know. */
export function absence(fleet: Fleet): string {
  if (fleet.state === 'signedOut') {
    return l10n.t('Sign in to Laravel Forge to read this log.');
  }
  return fleet.state === 'ready' && !fleet.isRefreshing
    ? l10n.t('The site or server of this log no longer exists in Forge.')
    : l10n.t('Waiting for Laravel Forge…');
}

/** Reads the open logs again that are to be whenever the fleet changes. */
export function readWithFleet(documents: LogDocuments, fleet: Fleet): vscode.Disposable {
  const readAgain = async (log: OpenLog) => {
    // A reading that is under way knows nothing of the change, and ends without a word where the change took its account away.
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
 * Whether a log is to be read again now that the fleet has changed: one that was restored with the window waits for the fleet, one of
 * a signed-out account is taken away, one of which nothing has come is still waited for, and one that failed and is on screen is tried
 * again when Forge has answered since.
 */
function isToBeReadAgain(fleet: Fleet, log: OpenLog): boolean {
  if (!entryOf(fleet, log.source)) {
    // Where only its site is gone, what was read stays.
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
