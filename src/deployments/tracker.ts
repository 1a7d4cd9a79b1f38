import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { type SiteEntry, sitePath } from '../fleet/rows';
import { durationMs, isEnd } from '../forge/deploymentStatus';
import { ForgeError, isAborted, isForgesFailure } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import type { Log } from '../ui/log';
import { Repeat } from '../ui/repeat';
import type { DeploymentHistory } from './history';
import { pauseOf } from './pace';

/** A deployment may take 10 minutes (behaviour.md §4). One that Forge still takes for running after longer is given up. */
const defaultGiveUpMs = 15 * 60_000;

/** The pause for somebody else's deployment while the window has no focus, in milliseconds. */
const unseenPauseMs = 30_000;

/** Where it is kept which deployments this window began, and how many at most. */
const ownKey = 'forge.ownDeployments';
const mostOwn = 50;

/** How often in a row Forge may not know the deployment, which can be late to appear, before it counts as gone. */
const notFoundLimit = 3;

/** How a followed deployment came to its end. */
export type Outcome =
  | { readonly kind: 'ended'; readonly deployment: Deployment }
  /** Forge does not know it any more. */
  | { readonly kind: 'vanished'; readonly deployment: Deployment }
  /** Its end was not seen in time. */
  | { readonly kind: 'lost'; readonly deployment: Deployment };

export interface DeploymentEnd {
  readonly site: SiteEntry;
  readonly outcome: Outcome;
  /** Whether this window started it. */
  readonly own: boolean;
}

/** One look at a followed deployment was taken. */
export interface DeploymentLook {
  readonly siteKey: string;
  readonly deployment: Deployment;
  /** Undefined while it goes on. */
  readonly outcome: Outcome | undefined;
}

interface Followed {
  readonly siteKey: string;
  readonly since: number;
  readonly repeat: Repeat;
  readonly signal: AbortSignal;
  readonly stop: () => void;
  deployment: Deployment;
  own: boolean;
  notFound: number;
  failures: number;
}

/** The only one that polls running deployments. Tree, status bar, log documents and notifications listen to it. */
export class DeploymentTracker implements vscode.Disposable {
  private readonly ended = new vscode.EventEmitter<DeploymentEnd>();
  private readonly counted = new vscode.EventEmitter<void>();
  private readonly looked = new vscode.EventEmitter<DeploymentLook>();
  private readonly dropped = new vscode.EventEmitter<{ readonly siteKey: string; readonly deployment: Deployment }>();
  private readonly followed = new Map<string, Followed>();
  /** Those whose end was seen, or not in time: found again, they are not followed again. */
  private readonly done = new Set<string>();
  private readonly listener: vscode.Disposable;

  /** Another number of deployments is followed now. */
  readonly onDidChangeCount = this.counted.event;
  readonly onDidEnd = this.ended.event;
  readonly onDidLook = this.looked.event;
  /** A deployment is not followed any more, and its end was not seen: signed out, or its site is gone. */
  readonly onDidDrop = this.dropped.event;

  /**
   * @param memory keeps which deployments this window began, so that it still knows after it was loaded again
   * @param giveUpMs how long an end is waited for, in milliseconds
   */
  constructor(
    private readonly fleet: Fleet,
    private readonly history: DeploymentHistory,
    private readonly memory: vscode.Memento,
    private readonly log: Log,
    private readonly giveUpMs = defaultGiveUpMs,
  ) {
    // Deployments that were found running, begun by whomever, are followed like one's own.
    this.listener = fleet.onDidChangeDeployment((site) => {
      const deployment = site.site.latestDeployment;
      if (deployment && !isEnd(deployment)) {
        this.follow(site, deployment, this.ownKeys().includes(`${site.key}/${deployment.id}`));
      }
    });
  }

  /** How many deployments run, as far as is known. */
  get count(): number {
    return this.followed.size;
  }

  isFollowing(siteKey: string, deploymentId: string): boolean {
    return this.followed.has(`${siteKey}/${deploymentId}`);
  }

  /** Follows a deployment to its end, which is told also where it has come already. No deployment is followed twice. */
  follow(site: SiteEntry, deployment: Deployment, own: boolean): void {
    const key = `${site.key}/${deployment.id}`;
    const known = this.followed.get(key);
    if (this.done.has(key)) {
      return;
    }
    if (own) {
      this.remember([...new Set([...this.ownKeys(), key])]);
    }
    if (known) {
      known.own ||= own;
      return;
    }
    const { signal } = site.account;
    if (signal.aborted || (!own && isAncient(deployment))) {
      return;
    }
    const since = Date.now();
    const repeat = new Repeat(
      () => this.pauseMs(key),
      () => this.look(key),
    );
    const stop = () => this.abandon(key);
    signal.addEventListener('abort', stop, { once: true });
    this.followed.set(key, {
      siteKey: site.key,
      since,
      repeat,
      signal,
      stop,
      deployment,
      own,
      notFound: 0,
      failures: 0,
    });
    this.counted.fire();
    this.fleet.setDeployment(site.key, deployment);
    if (own) {
      // How long it usually takes. Not to know that is no harm.
      this.history.of(site, 'visible').catch(() => undefined);
    }
    repeat.wake();
  }

  dispose(): void {
    for (const key of [...this.followed.keys()]) {
      this.drop(key);
    }
    vscode.Disposable.from(this.listener, this.counted, this.ended, this.looked, this.dropped).dispose();
  }

  /** The pause before the next look, in milliseconds. Several deployments share the pace of one: those begun here, and those of others. */
  private pauseMs(key: string): number {
    const followed = this.followed.get(key);
    if (!followed || (!followed.own && !vscode.window.state.focused)) {
      return unseenPauseMs;
    }
    const { own, failures, siteKey, deployment } = followed;
    const elapsed = durationMs(deployment, Date.now()) ?? Date.now() - followed.since;
    const pause = pauseOf(elapsed, this.history.usualMs(siteKey));
    const backOff = failures < 2 ? 0 : Math.min(30_000, 1_000 * 2 ** (failures - 1));
    const sharing = [...this.followed.values()].filter((other) => other.own || !own).length;
    return pause * sharing + backOff;
  }

  private async look(key: string): Promise<void> {
    const followed = this.followed.get(key);
    const site = followed && this.fleet.site(followed.siteKey);
    const path = site && sitePath(site);
    if (!followed || !path) {
      // The site is gone, or its server is not known any more.
      this.abandon(key);
      return;
    }
    const { signal, client } = site.account;
    let isUnseen = false;
    try {
      const lane = followed.own || vscode.window.state.focused ? 'visible' : 'background';
      const deployment = await client.deployment(path, followed.deployment.id, { lane, signal });
      if (this.followed.get(key) !== followed) {
        return;
      }
      followed.deployment = deployment;
      followed.notFound = 0;
      followed.failures = 0;
    } catch (error) {
      if (isAborted(error) || this.followed.get(key) !== followed) {
        return;
      }
      this.log.error(`Could not look at deployment ${followed.deployment.id} of ${site.site.name}`, error);
      if (error instanceof ForgeError && error.kind === 'unauthenticated') {
        // The token is no good any more; the fleet says so.
        this.abandon(key);
        return;
      }
      // After a sleep the network takes its time, and Forge may be away for longer: the end is still to be seen.
      isUnseen = isForgesFailure(error);
      followed.failures += 1;
      followed.notFound = error instanceof ForgeError && error.kind === 'notFound' ? followed.notFound + 1 : 0;
    }
    this.conclude(key, followed, isUnseen);
  }

  /** @param isUnseen whether Forge could not be asked */
  private conclude(key: string, followed: Followed, isUnseen: boolean): void {
    const { deployment, siteKey, own } = followed;
    const outcome: Outcome | undefined = isEnd(deployment)
      ? { kind: 'ended', deployment }
      : followed.notFound >= notFoundLimit
        ? { kind: 'vanished', deployment }
        : !isUnseen && Date.now() - followed.since > this.giveUpMs
          ? { kind: 'lost', deployment }
          : undefined;
    if (outcome) {
      this.drop(key);
    }
    if (outcome && outcome.kind !== 'vanished') {
      this.done.add(key);
    }
    if (outcome?.kind === 'vanished') {
      this.fleet.forgetDeployment(siteKey, deployment.id);
    } else {
      this.fleet.setDeployment(siteKey, outcome?.kind === 'lost' ? { ...deployment, status: 'unknown' } : deployment);
    }
    this.history.take(siteKey, deployment, outcome?.kind === 'vanished');
    const [before] = outcome?.kind === 'vanished' ? (this.history.known(siteKey) ?? []) : [];
    if (before) {
      // The site is not one that was never deployed.
      this.fleet.setDeployment(siteKey, before);
    }
    if (outcome && own) {
      this.remember(this.ownKeys().filter((other) => other !== key));
    }
    this.looked.fire({ siteKey, deployment, outcome });
    const site = this.fleet.site(siteKey);
    if (outcome && site) {
      this.ended.fire({ site, outcome, own });
    }
  }

  /** The deployments that this window began and whose end it has not seen, as site key and id. */
  private ownKeys(): readonly string[] {
    return this.memory.get<string[]>(ownKey) ?? [];
  }

  private remember(keys: readonly string[]): void {
    // Those of long ago have ended while nobody looked.
    void this.memory.update(ownKey, keys.slice(-mostOwn));
  }

  /** Follows it no longer, without having seen its end. */
  private abandon(key: string): void {
    const followed = this.followed.get(key);
    this.drop(key);
    if (followed) {
      this.dropped.fire({ siteKey: followed.siteKey, deployment: followed.deployment });
    }
  }

  private drop(key: string): void {
    const followed = this.followed.get(key);
    if (followed) {
      followed.repeat.dispose();
      followed.signal.removeEventListener('abort', followed.stop);
      this.followed.delete(key);
      this.counted.fire();
    }
  }
}

/** Whether it began so long ago that it cannot be running, whatever its state says. */
function isAncient({ createdAt }: Deployment): boolean {
  return createdAt !== null && Date.now() - createdAt > 24 * 3_600_000;
}
