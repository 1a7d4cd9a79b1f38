import type { Account } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import type { SiteEntry } from '../fleet/rows';
import type { CallOptions } from '../forge/client';
import { isEnd } from '../forge/deploymentStatus';
import type { Disposable } from '../forge/emitter';
import { ForgeError } from '../forge/errors';
import { pauseForOutput, type WrittenOutput } from '../forge/writtenOutput';
import { LastOnes } from '../ui/lastOnes';
import type { DeploymentTracker } from './deploymentTracker';

/** How long notifications wait for an output that is late, in milliseconds. */
export const hurryMs = 15_000;

/** How many ends of deployments to remember: more than happen within a minute. */
const mostEnds = 500;

/** How many complete outputs to remember, and the maximum length of each, in characters. */
const mostRemembered = 5;
const longestRemembered = 1_000_000;

/** The current output of a deployment. */
export interface DeploymentOutput {
  /** As received, with colors; empty if there is none yet. */
  readonly text: string;
  /** `running` if more will come, `late` if the deployment has ended but the rest isn't written yet, `final` if it is complete. */
  readonly state: 'running' | 'late' | 'final';
  /** When to ask again for a late output, in milliseconds; undefined for others, and after a minute. */
  readonly againInMs: number | undefined;
}

/**
 * Reads the outputs of deployments, for everything that shows or mentions them. For some seconds after a deployment has ended, Forge may
 * report no output. That never counts as final.
 */
export class DeploymentOutputs implements Disposable {
  /** When the last deployments ended, in `Clock.elapsed` time. */
  private readonly ends = new LastOnes<number>(mostEnds);
  /** The last complete outputs by account, so that Problems, notification and document need one request together. */
  private readonly complete = new WeakMap<Account, LastOnes<DeploymentOutput>>();
  private readonly listener: Disposable;

  constructor(
    private readonly fleet: Pick<Fleet, 'site' | 'clock'>,
    private readonly tracker: Pick<DeploymentTracker, 'isFollowing' | 'onDidLook'>,
  ) {
    this.listener = tracker.onDidLook(({ siteKey, deployment, outcome }) => {
      if (outcome) {
        this.noteEnd(`${siteKey}/${deployment.id}`, 0);
      }
    });
  }

  /** The complete output of a deployment if it was read before, so that reading it takes no request; else undefined. */
  known(site: SiteEntry, deploymentId: string): DeploymentOutput | undefined {
    return this.complete.get(site.account)?.get(`${site.key}/${deploymentId}`);
  }

  /** Reads once. @throws ForgeError, except for an output that isn't there @throws PlainError if the site's server is unknown */
  async read(site: SiteEntry, deploymentId: string, options: CallOptions = {}): Promise<DeploymentOutput> {
    // Before reading, so that an output from just before the end doesn't count as complete.
    const sinceEndMs = this.sinceEndMs(site, deploymentId);
    const complete = this.complete.get(site.account) ?? new LastOnes<DeploymentOutput>(mostRemembered);
    const key = `${site.key}/${deploymentId}`;
    const known = this.known(site, deploymentId);
    if (known) {
      return known;
    }
    const { text, isWritten } = await site.api
      .call('showDeploymentLog', { deployment: deploymentId }, options)
      .catch((error: unknown): WrittenOutput => {
        if (error instanceof ForgeError && error.kind === 'notFound') {
          return { text: '', isWritten: false };
        }
        throw error;
      });
    if (sinceEndMs === undefined) {
      return { text, state: 'running', againInMs: undefined };
    }
    if (!isWritten || text.trim() === '') {
      return { text, state: 'late', againInMs: pauseForOutput(sinceEndMs) };
    }
    const output: DeploymentOutput = { text, state: 'final', againInMs: undefined };
    if (text.length <= longestRemembered) {
      complete.set(key, output);
      this.complete.set(site.account, complete);
    }
    return output;
  }

  /**
   * The complete output of a deployment that has ended. Asks again until it is there.
   * @param mostMs how long to keep asking, in milliseconds
   * @returns the output so far, which may be `late`
   * @throws like `read`, and AbortError if the account signs out
   */
  async whole(
    site: SiteEntry,
    deploymentId: string,
    mostMs = Number.POSITIVE_INFINITY,
    options: CallOptions = {},
  ): Promise<DeploymentOutput> {
    const { clock } = this.fleet;
    const started = clock.elapsed();
    for (;;) {
      const output = await this.read(site, deploymentId, options);
      const { againInMs } = output;
      if (againInMs === undefined || clock.elapsed() - started + againInMs > mostMs) {
        return output;
      }
      await clock.sleep(againInMs, site.account.signal);
    }
  }

  dispose(): void {
    this.listener.dispose();
  }

  /** How long ago a deployment ended, in milliseconds; undefined while it runs, infinite if that was long ago. */
  private sinceEndMs({ key: siteKey, account: { client } }: SiteEntry, deploymentId: string): number | undefined {
    const { clock } = this.fleet;
    const key = `${siteKey}/${deploymentId}`;
    if (this.tracker.isFollowing(siteKey, deploymentId)) {
      return undefined;
    }
    const end = this.ends.get(key);
    if (end !== undefined) {
      return clock.elapsed() - end;
    }
    const latest = this.fleet.site(siteKey)?.site.latestDeployment;
    if (latest?.id !== deploymentId) {
      return Number.POSITIVE_INFINITY;
    }
    if (!isEnd(latest)) {
      return undefined;
    }
    const sinceMs = Math.max(0, client.now() - (latest.endedAt ?? 0));
    this.noteEnd(key, sinceMs);
    return sinceMs;
  }

  private noteEnd(key: string, sinceMs: number): void {
    this.ends.set(key, this.fleet.clock.elapsed() - sinceMs);
  }
}
