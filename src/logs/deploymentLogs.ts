import * as l10n from '@vscode/l10n';
import type { DeploymentOutput, DeploymentOutputs } from '../deployments/deploymentOutputs';
import type { DeploymentTracker } from '../deployments/deploymentTracker';
import type { Fleet } from '../fleet/fleet';
import type { Disposable } from '../forge/emitter';
import { isAborted } from '../forge/errors';
import { explain } from '../ui/explain';
import type { Log } from '../ui/log';
import { absence } from './absence';
import { shownOutput } from './growingText';
import type { LogDocuments, OpenLog } from './logDocuments';
import { logKinds } from './logSources';

type DeploymentLog = OpenLog<'deployment'>;

/** Reads deployment logs; they grow while the deployment runs and the log is visible. */
export class DeploymentLogs implements Disposable {
  private readonly listener: Disposable;
  /** The last raw output. */
  private readonly outputs = new WeakMap<DeploymentLog, string>();
  /** Cancels the next request for a late log. */
  private readonly waiting = new Map<DeploymentLog, () => void>();

  constructor(
    private readonly documents: Pick<LogDocuments, 'draw' | 'ofKind' | 'readAnew' | 'say' | 'serve'>,
    private readonly fleet: Fleet,
    tracker: DeploymentTracker,
    private readonly reader: DeploymentOutputs,
    private readonly log: Log,
  ) {
    documents.serve('deployment', (log) => this.read(log));
    this.listener = tracker.onDidLook(({ siteKey, deployment: { id }, outcome }) => {
      for (const log of documents.ofKind('deployment')) {
        if (log.source.key === siteKey && log.source.id === id) {
          void this.lookAgain(log, outcome !== undefined);
        }
      }
    });
  }

  async read(log: DeploymentLog): Promise<void> {
    const { key, id } = log.source;
    const site = this.fleet.site(key);
    if (!site?.api.isPlaced) {
      if (log.isShown && this.fleet.isOfAccount(log.source.key)) {
        // The site no longer exists in Forge; the loaded text stays.
        return;
      }
      log.complete = false;
      this.documents.say(log, 'absent', absence(this.fleet));
      return;
    }
    try {
      await this.show(log, await this.reader.read(site, id, { lane: () => log.lane }));
    } catch (error) {
      if (!isAborted(error)) {
        this.tellFailure(log, error);
      }
    }
  }

  dispose(): void {
    for (const cancel of this.waiting.values()) {
      cancel();
    }
    this.listener.dispose();
  }

  private async show(log: DeploymentLog, { text: raw, state, againInMs }: DeploymentOutput): Promise<void> {
    log.complete = state === 'final';
    if (againInMs !== undefined) {
      this.lookLater(log, againInMs);
    }
    const before = log.isShown ? this.outputs.get(log) : undefined;
    if (before === raw || (before !== undefined && (raw === '' || (state === 'late' && raw.length < before.length)))) {
      // Nothing is new, as usual during a long step; or the old text is briefly missing, and stays.
      return;
    }
    this.outputs.set(log, raw);
    const output = await shownOutput(raw);
    if (output.text === '') {
      const isAwaited = state === 'running' || againInMs !== undefined;
      const sentence = isAwaited ? l10n.t('No output yet.') : logKinds.deployment.absent(log.source.id);
      this.documents.say(log, 'empty', sentence);
    } else {
      this.documents.draw(log, output);
    }
  }

  /** Keeps the loaded text; a message in its place is replaced by the newest. */
  private tellFailure(log: DeploymentLog, error: unknown): void {
    this.log.error(`Could not read the log of deployment ${log.source.id}`, error);
    log.failedAt = this.fleet.clock.now();
    if (!log.isShown) {
      this.documents.say(log, 'failed', `${explain(error).sentence}\n`);
    }
  }

  private async lookAgain(log: DeploymentLog, ended: boolean): Promise<void> {
    // Read the end even if the log is hidden: the text must be complete when the user returns.
    if (!log.complete && (log.isVisible || ended)) {
      await this.documents.readAnew(log);
    }
  }

  /** Asks again for a late log, as long as it is open. */
  private lookLater(log: DeploymentLog, ms: number): void {
    this.waiting.get(log)?.();
    const cancel = this.fleet.clock.after(ms, () => {
      this.waiting.delete(log);
      if (this.documents.ofKind('deployment').includes(log)) {
        void this.lookAgain(log, true);
      }
    });
    this.waiting.set(log, cancel);
  }
}
