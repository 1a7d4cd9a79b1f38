import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { LogDocuments, OpenLog } from './logDocuments';
import { type LogSource, siteKeyOf } from './logUri';

/** Whether the fleet knows what a log is of. */
export function isKnown(fleet: Fleet, source: LogSource): boolean {
  const siteKey = siteKeyOf(source);
  return siteKey === undefined
    ? 'serverKey' in source && fleet.server(source.serverKey) !== undefined
    : fleet.site(siteKey) !== undefined;
}

/** Whether the account that a log was read with is signed in: where only its site is gone, what was read stays. */
export function isOfAccount(fleet: Fleet, source: LogSource): boolean {
  return fleet.isOfAccount(siteKeyOf(source) ?? ('serverKey' in source ? source.serverKey : ''));
}

/** Why there is nothing of what the fleet does not know. */
export function absence(fleet: Fleet): string {
  if (fleet.state === 'signedOut') {
    return l10n.t('Sign in to Laravel Forge to read this log.');
  }
  return fleet.state === 'ready' && !fleet.isRefreshing
    ? l10n.t('Forge no longer knows what this log is of.')
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
  if (!isKnown(fleet, log.source)) {
    return isOfAccount(fleet, log.source) && log.isShown
      ? fleet.state === 'ready' && !fleet.isRefreshing
      : log.standIn !== 'absent' || log.text !== absence(fleet);
  }
  return (
    log.version === 0 ||
    log.standIn === 'absent' ||
    (log.standIn === 'failed' && log.isVisible && (fleet.refreshedAt ?? 0) > log.failedAt)
  );
}
