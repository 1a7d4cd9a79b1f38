import type { DeploymentTracker } from '../deployments/deploymentTracker';
import type { Fleet } from '../fleet/fleet';
import type { Disposable } from '../forge/emitter';
import { absence } from './absence';
import { entryOf } from './logSources';
import type { OpenLog } from './openLog';

/** The logs that are open. */
interface OpenLogs {
  all(): readonly OpenLog[];
}

/** Reads open logs again that need it whenever the fleet changes. */
export function readWithFleet(logs: OpenLogs, fleet: Fleet): Disposable {
  const readAgain = async (log: OpenLog) => {
    // A running read doesn't know about the change, and ends silently if the change removed its account.
    await log.reading;
    if (!log.isClosed && isToBeReadAgain(fleet, log)) {
      await log.read();
    }
  };
  return fleet.onDidChange(() => {
    for (const log of logs.all()) {
      void readAgain(log);
    }
  });
}

/** Reads the open log of a deployment again with each look at the deployment, as long as it runs. */
export function readWithDeployment(logs: OpenLogs, tracker: Pick<DeploymentTracker, 'onDidLook'>): Disposable {
  return tracker.onDidLook(({ siteKey, deployment: { id }, outcome }) => {
    for (const log of logs.all()) {
      const { source } = log;
      const isIts = source.kind === 'deployment' && source.key === siteKey && source.id === id;
      // Read the end even if the log is hidden: the text must be complete when the user returns.
      if (isIts && !log.isComplete && (log.isVisible || outcome !== undefined)) {
        void log.readAnew();
      }
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
