import type { DeploymentTracker } from '../deployments/deploymentTracker';
import type { Fleet } from '../fleet/fleet';
import { allOf, type Disposable, type Event } from '../forge/emitter';
import { absence } from './absence';
import { entryOf } from './logSources';
import type { OpenLog } from './openLog';

/** The logs that are open. */
interface OpenLogs {
  all(): readonly OpenLog[];
}

/**
 * Reads open logs again that need it whenever the fleet changes.
 * @param onDidLook fires when other logs are on screen
 */
export function readWithFleet(logs: OpenLogs, fleet: Fleet, onDidLook: Event<unknown>): Disposable {
  const readAgain = async (log: OpenLog) => {
    // A running read doesn't know about the change, and ends silently if the change removed its account.
    await log.reading;
    if (!log.isClosed && isToBeReadAgain(fleet, log)) {
      await log.read();
    }
  };
  const look = () => {
    for (const log of logs.all()) {
      void readAgain(log);
    }
  };
  return allOf(fleet.onDidChange(look), onDidLook(look));
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
 * Whether to reload a log now that the fleet or what is on screen has changed: if nothing has been loaded yet, if its account signed out,
 * or, once it is on screen, if its message no longer holds. VS Code keeps logs for minutes that no tab shows anymore.
 */
function isToBeReadAgain(fleet: Fleet, log: OpenLog): boolean {
  const { source, standIn } = log;
  if (log.version === 0) {
    return true;
  }
  if (!entryOf(fleet, source)) {
    // If only its site is gone, the loaded text stays.
    return fleet.isOfAccount(source.key) && log.isShown
      ? fleet.state === 'ready' && !fleet.isRefreshing
      : standIn !== 'absent' || (log.isVisible && log.text !== absence(fleet, log.text));
  }
  return (standIn === 'absent' || (standIn === 'failed' && (fleet.refreshedAt ?? 0) > log.failedAt)) && log.isVisible;
}
