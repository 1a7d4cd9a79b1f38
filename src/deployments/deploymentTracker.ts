import pLimit from 'p-limit';
import type { Account } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import type { SiteEntry } from '../fleet/rows';
import type { Repeat } from '../forge/clock';
import { durationMs, isEnd, phaseOf } from '../forge/deploymentStatus';
import { allOf, type Disposable, Emitter } from '../forge/emitter';
import { ForgeError, isAborted, isForgesFailure } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import type { Focus } from '../ui/focus';
import { LastOnes } from '../ui/lastOnes';
import type { Log } from '../ui/log';
import { type Memory, textsIn } from '../ui/memory';
import type { DeploymentHistory } from './deploymentHistory';
import { pauseOf } from './pauseOf';

/** How long to follow a deployment, in milliseconds: it may take 10 minutes (src/forge/README.md, Deployments). */
const giveUpMs = 15 * 60_000;

/** How many times longer to follow a queued deployment, which waits for others that may take as long. */
const waitingFactor = 4;

/** After how many refusals in a row a deployment counts as lost. */
const refusalLimit = 20;

/** Maximum number of requests at the same time; others wait. */
const mostLooks = 4;

/** For how long after its end to report a deployment that this window started, in milliseconds. */
const missedMs = 3_600_000;

/** The key for storing which deployments this window started, and the maximum number of them. */
const ownKey = 'forge.ownDeployments';
const mostOwn = 50;

/** For how many deployments to remember that they are no longer followed: more than one window has at once. */
const mostDone = 500;

/** After how many responses in a row that Forge doesn't know a deployment it counts as gone. A new one may appear late. */
const notFoundLimit = 3;

/** How following a deployment ended. */
export type Outcome =
  | { readonly kind: 'ended'; readonly deployment: Deployment }
  /** Forge no longer knows it. */
  | { readonly kind: 'vanished'; readonly deployment: Deployment }
  /** Its end wasn't seen in time. */
  | {
      readonly kind: 'lost';
      readonly deployment: Deployment;
      /** How long it was followed, in milliseconds. */
      readonly afterMs: number;
    };

export interface DeploymentEnd {
  readonly site: SiteEntry;
  readonly outcome: Outcome;
  /** Whether this window started it. */
  readonly own: boolean;
  /** Whether this window reports it: the window started it, or the site belongs to the window. */
  readonly isToldHere: boolean;
}

/** A followed deployment was checked. */
export interface DeploymentLook {
  readonly siteKey: string;
  readonly deployment: Deployment;
  /** Undefined while it continues. */
  readonly outcome: Outcome | undefined;
}

interface Followed {
  readonly siteKey: string;
  readonly repeat: Repeat;
  readonly account: Account;
  deployment: Deployment;
  /** When it was first seen in its current state, in `Clock.elapsed` time. */
  changedAt: number;
  own: boolean;
  notFound: number;
  failures: number;
}

/** Polls running deployments; nothing else does. Tree, status bar, log documents and notifications listen to it. */
export class DeploymentTracker implements Disposable {
  private readonly ended = new Emitter<DeploymentEnd>();
  private readonly counted = new Emitter<void>();
  private readonly looked = new Emitter<DeploymentLook>();
  private readonly dropped = new Emitter<{ readonly siteKey: string; readonly deployment: Deployment }>();
  private readonly followed = new Map<string, Followed>();
  /** The accounts whose sign-out is listened for. */
  private readonly heeded = new WeakSet<Account>();
  /** Deployments that ended or were lost: if found again, they aren't followed again. */
  private readonly done = new LastOnes<'ended' | 'lost'>(mostDone);
  /** Deployments of this window that were requested from Forge. */
  private readonly searched = new Set<string>();
  /** Those for which Forge didn't respond, by site and id. They are requested again after a successful refresh. */
  private readonly unanswered = new Map<string, { readonly siteKey: string; readonly id: string }>();
  private readonly inTurn = pLimit(mostLooks);
  private readonly listener: Disposable;

  /** The number of followed deployments has changed. */
  readonly onDidChangeCount = this.counted.event;
  readonly onDidEnd = this.ended.event;
  readonly onDidLook = this.looked.event;
  /** A deployment is no longer followed, without a known end: its account signed out, or its site is gone. */
  readonly onDidDrop = this.dropped.event;

  /**
   * @param isOfInterest whether the site belongs to this window, which justifies a request for the usual duration of its deployments
   * @param memory keeps which deployments this window started, across reloads
   */
  constructor(
    private readonly fleet: Fleet,
    private readonly history: DeploymentHistory,
    private readonly isOfInterest: (siteKey: string) => boolean,
    private readonly memory: Memory,
    private readonly focus: Focus,
    private readonly log: Log,
  ) {
    // Follow running deployments, no matter who started them.
    this.listener = allOf(
      fleet.onDidChangeDeployment((site) => this.find(site)),
      fleet.onDidChange(() => this.findUnanswered()),
      focus.onDidChange(() => this.wakeAll()),
    );
  }

  /** The number of followed deployments. */
  get count(): number {
    return this.followed.size;
  }

  isFollowing(siteKey: string, deploymentId: string): boolean {
    return this.followed.has(`${siteKey}/${deploymentId}`);
  }

  /** Looks at the latest deployments of all sites: those that were known before anyone listened. */
  findAll(): void {
    for (const site of this.fleet.allSites()) {
      this.find(site);
    }
  }

  /** Follows a deployment to its end, and reports it even if it has ended already. No deployment is followed twice. */
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
    if (signal.aborted || (!own && isAncient(deployment, site.account.client.now()))) {
      return;
    }
    const repeat = this.fleet.clock.every(
      () => this.pauseMs(key),
      () => this.inTurn(() => this.look(key)),
    );
    this.heedEnd(site.account);
    this.followed.set(key, {
      siteKey: site.key,
      repeat,
      account: site.account,
      deployment,
      changedAt: this.fleet.clock.elapsed(),
      own,
      notFound: 0,
      failures: 0,
    });
    this.counted.fire();
    this.fleet.setDeployment(site.key, deployment);
    if (own || (this.isOfInterest(site.key) && this.focus.isFocused)) {
      // Provides the usual duration, which is optional.
      this.history.of(site, 'visible').catch(() => undefined);
    }
    repeat.wake();
  }

  /** Stops following an account's deployments when it signs out. Listens once for each account. */
  private heedEnd(account: Account): void {
    if (this.heeded.has(account)) {
      return;
    }
    this.heeded.add(account);
    const giveUp = () => {
      for (const [key, followed] of [...this.followed]) {
        if (followed.account === account) {
          this.abandon(key);
        }
      }
    };
    account.signal.addEventListener('abort', giveUp, { once: true });
  }

  dispose(): void {
    for (const key of [...this.followed.keys()]) {
      this.drop(key);
    }
    allOf(this.listener, this.counted, this.ended, this.looked, this.dropped).dispose();
  }

  /** Follows a running deployment, no matter who started it, or reports one of this window that has ended unnoticed. */
  private find(site: SiteEntry): void {
    const deployment = site.site.latestDeployment;
    if (!deployment) {
      return;
    }
    const key = `${site.key}/${deployment.id}`;
    const own = this.ownKeys();
    if (isEnd(deployment)) {
      if (own.includes(key) && !this.followed.has(key) && !this.done.has(key)) {
        this.tellMissed(site, deployment);
      }
    } else if (this.done.get(key) === 'lost') {
      // Forge still reports it as running, but it counts as lost.
      this.fleet.setDeployment(site.key, asLost(deployment));
    } else {
      this.follow(site, deployment, own.includes(key));
    }
    for (const other of own) {
      if (other !== key && other.startsWith(`${site.key}/`) && !this.followed.has(other) && !this.done.has(other)) {
        void this.findOwn(site, other.slice(site.key.length + 1));
      }
    }
  }

  /** Follows a deployment that this window started, if it isn't the latest of its site. Never rejects. */
  private async findOwn(site: SiteEntry, deploymentId: string): Promise<void> {
    const key = `${site.key}/${deploymentId}`;
    if (!site.api.isPlaced || this.searched.has(key)) {
      return;
    }
    this.searched.add(key);
    try {
      const deployment = await site.api.call('showDeployment', { deployment: deploymentId });
      if (!isEnd(deployment)) {
        this.follow(site, deployment, true);
      } else if (!this.followed.has(key) && !this.done.has(key)) {
        this.tellMissed(site, deployment);
      }
      this.searched.delete(key);
    } catch (error) {
      if (error instanceof ForgeError && error.kind === 'notFound') {
        this.forget(key);
        this.searched.delete(key);
        return;
      }
      this.unanswered.set(key, { siteKey: site.key, id: deploymentId });
      if (!isAborted(error)) {
        this.log.error(`Could not look for deployment ${deploymentId} of ${site.site.name}`, error);
      }
    }
  }

  /** A successful refresh means that Forge responds again. */
  private findUnanswered(): void {
    if (this.unanswered.size === 0 || this.fleet.isRefreshing || this.fleet.error) {
      return;
    }
    for (const [key, { siteKey, id }] of [...this.unanswered]) {
      this.unanswered.delete(key);
      this.searched.delete(key);
      const site = this.fleet.site(siteKey);
      if (site) {
        void this.findOwn(site, id);
      }
    }
  }

  /** Reports the end of a deployment of this window that came while it was closed. */
  private tellMissed(site: SiteEntry, deployment: Deployment): void {
    const key = `${site.key}/${deployment.id}`;
    this.done.set(key, 'ended');
    this.forget(key);
    if (deployment.endedAt !== null && site.account.client.now() - deployment.endedAt < missedMs) {
      this.ended.fire({ site, outcome: { kind: 'ended', deployment }, own: true, isToldHere: true });
    }
  }

  private wakeAll(): void {
    for (const { repeat } of this.followed.values()) {
      repeat.wake();
    }
  }

  /**
   * The pause before the next request, in milliseconds; undefined for someone else's deployment while the window has no focus. Several
   * deployments share the rate of one: those started here, and those of others.
   */
  private pauseMs(key: string): number | undefined {
    const followed = this.followed.get(key);
    if (!followed || (!followed.own && !this.focus.isFocused)) {
      return undefined;
    }
    const { own, failures, siteKey, deployment, account, changedAt } = followed;
    const elapsed = durationMs(deployment, account.client.now()) ?? this.fleet.clock.elapsed() - changedAt;
    const pause = pauseOf(elapsed, this.history.usualMs(siteKey));
    const backOff = failures < 2 ? 0 : Math.min(30_000, 1_000 * 2 ** (failures - 1));
    const sharing = [...this.followed.values()].filter((other) => other.own || !own).length;
    return pause * sharing + backOff;
  }

  private async look(key: string): Promise<void> {
    const followed = this.followed.get(key);
    const site = followed && this.fleet.site(followed.siteKey);
    if (!followed || !site?.api.isPlaced) {
      // The site is gone, or its server is no longer known.
      this.abandon(key);
      return;
    }
    let isSeen = true;
    try {
      const deployment = await site.api.call('showDeployment', { deployment: followed.deployment.id });
      if (this.followed.get(key) !== followed) {
        return;
      }
      if (deployment.status !== followed.deployment.status) {
        followed.changedAt = this.fleet.clock.elapsed();
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
        // The token is no longer valid. The fleet reports that.
        this.abandon(key);
        return;
      }
      followed.failures += 1;
      // The network may need time after sleep, or Forge may be down. Neither means that the deployment is lost.
      isSeen = !isForgesFailure(error) && followed.failures >= refusalLimit;
      followed.notFound = error instanceof ForgeError && error.kind === 'notFound' ? followed.notFound + 1 : 0;
    }
    this.conclude(key, followed, isSeen);
  }

  /** @param isSeen whether Forge has reported its state, or refuses to */
  private conclude(key: string, followed: Followed, isSeen: boolean): void {
    const { deployment, siteKey, own, changedAt } = followed;
    const patienceMs = giveUpMs * (phaseOf(deployment) === 'waiting' ? waitingFactor : 1);
    const outcome: Outcome | undefined = isEnd(deployment)
      ? { kind: 'ended', deployment }
      : followed.notFound >= notFoundLimit
        ? { kind: 'vanished', deployment }
        : isSeen && this.fleet.clock.elapsed() - changedAt > patienceMs
          ? { kind: 'lost', deployment, afterMs: patienceMs }
          : undefined;
    if (outcome) {
      this.drop(key);
    }
    if (outcome && outcome.kind !== 'vanished') {
      this.done.set(key, outcome.kind);
    }
    if (outcome?.kind === 'vanished') {
      this.fleet.forgetDeployment(siteKey, deployment.id);
    } else {
      this.fleet.setDeployment(siteKey, outcome?.kind === 'lost' ? asLost(deployment) : deployment);
    }
    this.history.take(siteKey, deployment, outcome?.kind === 'vanished');
    const [before] = outcome?.kind === 'vanished' ? this.history.last(siteKey) : [];
    if (before) {
      // Otherwise the site would look as if it had never been deployed.
      this.fleet.setDeployment(siteKey, before);
    }
    if (outcome && own) {
      this.forget(key);
    }
    this.looked.fire({ siteKey, deployment, outcome });
    const site = this.fleet.site(siteKey);
    if (outcome && site) {
      this.ended.fire({ site, outcome, own, isToldHere: own || this.isOfInterest(siteKey) });
    }
  }

  /** The deployments that this window started and whose end it hasn't seen, as site key and id. */
  private ownKeys(): readonly string[] {
    return textsIn(this.memory, ownKey);
  }

  private forget(key: string): void {
    this.remember(this.ownKeys().filter((other) => other !== key));
  }

  private remember(keys: readonly string[]): void {
    // Older ones have ended by now.
    void this.memory.update(ownKey, keys.slice(-mostOwn));
  }

  /** Stops following it, without a known end. */
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
      this.followed.delete(key);
      this.counted.fire();
    }
  }
}

/** How a lost deployment is shown. */
function asLost(deployment: Deployment): Deployment {
  return { ...deployment, status: 'unknown' };
}

/** Whether it started so long ago that it can't be running, whatever its state. */
function isAncient({ createdAt }: Deployment, now: number): boolean {
  return createdAt !== null && now - createdAt > 24 * 3_600_000;
}
