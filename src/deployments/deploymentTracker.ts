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
import type { Log } from '../ui/log';
import { type Memory, textsIn } from '../ui/memory';
import type { DeploymentHistory } from './deploymentHistory';
import { pauseOf } from './pauseOf';

/** A deployment may take 10 minutes (src/forge/README.md, Deployments). One that Forge still takes for running after longer is given up. */
const giveUpMs = 15 * 60_000;

/** How many times as long one may wait for its turn, behind others that take as long. */
const waitingFactor = 4;

/** How often in a row Forge may refuse to tell of a deployment before its end counts as not seen. */
const refusalLimit = 20;

/** How many looks are under way at once; the others wait their turn. */
const mostLooks = 4;

/** How long ago a deployment begun here may have ended unseen, and still be told of, in milliseconds. */
const missedMs = 3_600_000;

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
  | {
      readonly kind: 'lost';
      readonly deployment: Deployment;
      /** How long it was waited for, in milliseconds. */
      readonly afterMs: number;
    };

export interface DeploymentEnd {
  readonly site: SiteEntry;
  readonly outcome: Outcome;
  /** Whether this window started it. */
  readonly own: boolean;
  /** Whether this window tells of it: it started it, or is about its site. */
  readonly isToldHere: boolean;
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
  readonly repeat: Repeat;
  readonly account: Account;
  deployment: Deployment;
  /** When it was first seen in its present state, in milliseconds that had passed. */
  changedAt: number;
  own: boolean;
  notFound: number;
  failures: number;
}

/** The only one that polls running deployments. Tree, status bar, log documents and notifications listen to it. */
export class DeploymentTracker implements Disposable {
  private readonly ended = new Emitter<DeploymentEnd>();
  private readonly counted = new Emitter<void>();
  private readonly looked = new Emitter<DeploymentLook>();
  private readonly dropped = new Emitter<{ readonly siteKey: string; readonly deployment: Deployment }>();
  private readonly followed = new Map<string, Followed>();
  /** The accounts whose end is listened for. */
  private readonly heeded = new WeakSet<Account>();
  /** Those whose end was seen, or not in time: found again, they are not followed again. */
  private readonly done = new Map<string, 'ended' | 'lost'>();
  /** Own ones that were asked for. */
  private readonly searched = new Set<string>();
  /** Those of them that Forge could not be asked for, by site and id: they are asked for again when it answers. */
  private readonly unanswered = new Map<string, { readonly siteKey: string; readonly id: string }>();
  private readonly inTurn = pLimit(mostLooks);
  private readonly listener: Disposable;

  /** Another number of deployments is followed now. */
  readonly onDidChangeCount = this.counted.event;
  readonly onDidEnd = this.ended.event;
  readonly onDidLook = this.looked.event;
  /** A deployment is not followed any more, and its end was not seen: signed out, or its site is gone. */
  readonly onDidDrop = this.dropped.event;

  /**
   * @param isOfInterest whether this window is about a site, so that somebody wants to know how long its deployment takes
   * @param memory keeps which deployments this window began, so that it still knows after it was loaded again
   */
  constructor(
    private readonly fleet: Fleet,
    private readonly history: DeploymentHistory,
    private readonly isOfInterest: (siteKey: string) => boolean,
    private readonly memory: Memory,
    private readonly focus: Focus,
    private readonly log: Log,
  ) {
    // Deployments that were found running, begun by whomever, are followed like one's own.
    this.listener = allOf(
      fleet.onDidChangeDeployment((site) => this.find(site)),
      fleet.onDidChange(() => this.findUnanswered()),
      focus.onDidChange(() => this.wakeAll()),
    );
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
      // How long it usually takes. Not to know that is no harm.
      this.history.of(site, 'visible').catch(() => undefined);
    }
    repeat.wake();
  }

  /** Gives up all that is followed of an account when that ends: heard once, however many deployments it has. */
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

  /** Follows what is found running, begun by whomever, like one's own, and tells of what this window began and has not seen end. */
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
      // Forge still takes it for running; nobody looks after it any more.
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

  /** Takes up a deployment that this window began and that is not the latest of its site any more, or not yet. Never rejects. */
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
    } catch (error) {
      if (error instanceof ForgeError && error.kind === 'notFound') {
        this.forget(key);
        return;
      }
      this.unanswered.set(key, { siteKey: site.key, id: deploymentId });
      if (!isAborted(error)) {
        this.log.error(`Could not look for deployment ${deploymentId} of ${site.site.name}`, error);
      }
    }
  }

  /** A refresh that went well says that Forge answers again. */
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

  /** The end of a deployment that this window began, and that came while it was closed. */
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
   * The pause before the next look, in milliseconds; undefined for somebody else's deployment while the window has no focus, which
   * nobody waits for. Several deployments share the pace of one: those begun here, and those of others.
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
      // The site is gone, or its server is not known any more.
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
        // The token is no good any more; the fleet says so.
        this.abandon(key);
        return;
      }
      followed.failures += 1;
      // After a sleep the network takes its time, and Forge may be away for longer: the end is still to be seen.
      isSeen = !isForgesFailure(error) && followed.failures >= refusalLimit;
      followed.notFound = error instanceof ForgeError && error.kind === 'notFound' ? followed.notFound + 1 : 0;
    }
    this.conclude(key, followed, isSeen);
  }

  /** @param isSeen whether Forge has told how it stands, or will not */
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
      // The site is not one that was never deployed.
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

  /** The deployments that this window began and whose end it has not seen, as site key and id. */
  private ownKeys(): readonly string[] {
    return textsIn(this.memory, ownKey);
  }

  private forget(key: string): void {
    this.remember(this.ownKeys().filter((other) => other !== key));
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
      this.followed.delete(key);
      this.counted.fire();
    }
  }
}

/** As it is shown where nobody looks after it any more. */
function asLost(deployment: Deployment): Deployment {
  return { ...deployment, status: 'unknown' };
}

/** Whether it began so long ago that it cannot be running, whatever its state says. */
function isAncient({ createdAt }: Deployment, now: number): boolean {
  return createdAt !== null && now - createdAt > 24 * 3_600_000;
}
