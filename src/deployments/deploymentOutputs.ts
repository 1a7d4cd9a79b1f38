import type { Account } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import type { SiteEntry } from '../fleet/rows';
import type { CallOptions } from '../forge/client';
import { isEnd } from '../forge/deploymentStatus';
import type { Disposable } from '../forge/emitter';
import { ForgeError } from '../forge/errors';
import { pauseForOutput, writtenPart } from '../forge/writtenOutput';
import type { DeploymentTracker } from './deploymentTracker';

/** How long whoever has something to tell waits for an output that isn't there after the end, in milliseconds. */
export const hurryMs = 15_000;

/** Of how many deployments the end is remembered: more than end within a minute. */
const mostEnds = 500;

/** How many complete outputs are remembered, and how long each may be, in characters. */
const mostRemembered = 5;
const longestRemembered = 1_000_000;

/** What a deployment has printed by now. */
export interface DeploymentOutput {
  /** As it came, with its colors; empty where nothing is written. */
  readonly text: string;
  /** `running` while more comes, `late` where it has ended and the rest isn't written yet, `final` for the whole. */
  readonly state: 'running' | 'late' | 'final';
  /** In how many milliseconds to ask again for what is late; undefined for the others, and after a minute. */
  readonly againInMs: number | undefined;
}

/**
 * Reads what deployments print, for all who show or tell it. Forge can answer for some seconds after a deployment has ended that there
 * is no output: that is never final, and asked again.
 */
export class DeploymentOutputs implements Disposable {
  /** When the last deployments have ended, as `Clock.elapsed` has it. */
  private readonly ends = new Map<string, number>();
  /** The last complete outputs by account, so that Problems, notification and document need one request together. */
  private readonly complete = new WeakMap<Account, Map<string, DeploymentOutput>>();
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

  /** Looks once. @throws ForgeError but for an output that isn't there @throws PlainError where the site's server isn't known */
  async read(site: SiteEntry, deploymentId: string, options: CallOptions = {}): Promise<DeploymentOutput> {
    // Before the output is, so that one read in the last moment isn't taken for the whole.
    const sinceEndMs = this.sinceEndMs(site, deploymentId);
    const complete = this.complete.get(site.account) ?? new Map<string, DeploymentOutput>();
    const key = `${site.key}/${deploymentId}`;
    const known = complete.get(key);
    if (known) {
      return known;
    }
    const { text, isWritten } = await site.api
      .call('showDeploymentLog', { deployment: deploymentId }, options)
      .then(writtenPart, (error: unknown) => {
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
      const [oldest] = complete.keys();
      if (complete.size > mostRemembered && oldest !== undefined) {
        complete.delete(oldest);
      }
      this.complete.set(site.account, complete);
    }
    return output;
  }

  /**
   * The whole of a deployment that has ended, asked for again as long as it isn't there.
   * @param mostMs how long after the end that goes on, in milliseconds
   * @returns what is there then, which may be `late`
   * @throws as `read` does, and AbortError when the account is signed out
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

  /** How long ago a deployment has ended, in milliseconds; undefined while it runs, infinite where that was long ago. */
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
    const [oldest] = this.ends.keys();
    if (this.ends.size > mostEnds && oldest !== undefined) {
      this.ends.delete(oldest);
    }
  }
}
