import * as l10n from '@vscode/l10n';
import type { DeploymentTracker } from '../deployments/tracker';
import type { Fleet } from '../fleet/fleet';
import { type SiteEntry, sitePath } from '../fleet/rows';
import { logLimits } from '../forge/client';
import { isEnd } from '../forge/deploymentStatus';
import type { Disposable } from '../forge/emitter';
import { ForgeError, isAborted } from '../forge/errors';
import { explain } from '../ui/explain';
import type { Log } from '../ui/log';
import { absence, isOfAccount } from './absence';
import { shownOutput } from './growingText';
import type { LogDocuments, LogReader, OpenLog } from './logDocuments';
import type { LogSource } from './logUri';

type DeploymentLog = OpenLog<Extract<LogSource, { kind: 'deployment' }>>;

/** What Forge's own `cat` says while the server has not written the log yet (seen in public reports of its API's users). */
const notWrittenYet = /^cat: \S*\/\.forge\/provision-\d+\.output: No such file or directory\s*$/;

/** Reads the logs of deployments; they grow while the deployment runs and somebody reads them. */
export class DeploymentLogs implements LogReader<DeploymentLog['source']>, Disposable {
  private readonly listener: Disposable;
  /** What was read last, as it came. */
  private readonly outputs = new WeakMap<DeploymentLog, string>();

  constructor(
    private readonly documents: Pick<LogDocuments, 'draw' | 'ofKind' | 'readAnew' | 'say' | 'serve'>,
    private readonly fleet: Fleet,
    private readonly tracker: DeploymentTracker,
    private readonly log: Log,
  ) {
    documents.serve('deployment', this);
    this.listener = tracker.onDidLook(({ siteKey, deployment: { id }, outcome }) => {
      for (const log of documents.ofKind('deployment')) {
        if (log.source.siteKey === siteKey && log.source.deploymentId === id) {
          void this.lookAgain(log, outcome !== undefined);
        }
      }
    });
  }

  async read(log: DeploymentLog): Promise<void> {
    const { siteKey, deploymentId } = log.source;
    const site = this.fleet.site(siteKey);
    const path = site && sitePath(site);
    if (!path) {
      if (log.isShown && isOfAccount(this.fleet, log.source)) {
        // Forge has forgotten the site; what was read of it stays.
        return;
      }
      log.complete = false;
      this.documents.say(log, 'absent', absence(this.fleet));
      return;
    }
    const { client, signal } = site.account;
    // Asked before the text is, so that a log read in the last moment is not taken for the whole.
    const running = this.tracker.isFollowing(siteKey, deploymentId) || isLatestRunning(site, deploymentId);
    try {
      const lane = () => log.lane;
      const raw = await client.deploymentLog(path, deploymentId, { lane, signal, limits: logLimits });
      log.complete = !running;
      if (log.standIn === undefined && this.outputs.get(log) === raw) {
        // Most looks at a long step: nothing is drawn anew, and no colour is sent again.
        return;
      }
      this.outputs.set(log, raw);
      const output = await shownOutput(raw);
      if (output.text === '' || notWrittenYet.test(output.text)) {
        this.documents.say(log, 'empty', this.empty(running));
      } else {
        this.documents.draw(log, output);
      }
    } catch (error) {
      if (!isAborted(error)) {
        this.tellFailure(log, error, running);
      }
    }
  }

  dispose(): void {
    this.listener.dispose();
  }

  /** What was read stays; a sentence in its place is replaced by the newest. */
  private tellFailure(log: DeploymentLog, error: unknown, running: boolean): void {
    if (error instanceof ForgeError && error.kind === 'notFound') {
      log.complete = !running;
      if (!log.isShown) {
        this.documents.say(log, 'empty', this.empty(running));
      }
      return;
    }
    this.log.error(`Could not read the log of deployment ${log.source.deploymentId}`, error);
    log.failedAt = this.fleet.clock.now();
    if (!log.isShown) {
      this.documents.say(log, 'failed', `${explain(error).sentence}\n`);
    }
  }

  private async lookAgain(log: DeploymentLog, ended: boolean): Promise<void> {
    // The end is read even where nobody looks just now: the text must be whole when they come back.
    if (!log.complete && (log.isVisible || ended)) {
      await this.documents.readAnew(log);
    }
  }

  private empty(running: boolean): string {
    return running ? l10n.t('There is no output yet.') : l10n.t('This deployment left no log.');
  }
}

function isLatestRunning({ site: { latestDeployment } }: SiteEntry, deploymentId: string): boolean {
  return latestDeployment?.id === deploymentId && !isEnd(latestDeployment);
}
