import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { type SiteEntry, sitePath } from '../fleet/rows';
import { isEnd } from '../forge/deploymentStatus';
import { ForgeError, isAborted } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import type { Log } from '../ui/log';
import { Repeat } from '../ui/repeat';

/** Pauses between two looks at a running deployment, in milliseconds, by how long it has been followed. */
const pauses: readonly { readonly untilMs: number; readonly pauseMs: number }[] = [
  { untilMs: 2 * 60_000, pauseMs: 3_000 },
  { untilMs: 5 * 60_000, pauseMs: 5_000 },
  { untilMs: Number.POSITIVE_INFINITY, pauseMs: 10_000 },
];

/** A deployment may take 10 minutes (behaviour.md §4). One whose end is not seen for longer is given up. */
const defaultGiveUpMs = 15 * 60_000;

/** The pause for somebody else's deployment while the window has no focus, in milliseconds. */
const unseenPauseMs = 30_000;

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
  private readonly followed = new Map<string, Followed>();
  /** Those whose end was not seen in time: found again, they are not followed again. */
  private readonly givenUp = new Set<string>();
  private readonly listener: vscode.Disposable;

  /** Another number of deployments is followed now. */
  readonly onDidChangeCount = this.counted.event;
  readonly onDidEnd = this.ended.event;
  readonly onDidLook = this.looked.event;

  constructor(
    private readonly fleet: Fleet,
    private readonly log: Log,
    private readonly giveUpMs = defaultGiveUpMs,
  ) {
    // Deployments that were found running, begun by whomever, are followed like one's own.
    this.listener = fleet.onDidChangeDeployment((site) => {
      const deployment = site.site.latestDeployment;
      if (deployment && !isEnd(deployment) && !this.givenUp.has(`${site.key}/${deployment.id}`)) {
        this.follow(site, deployment, false);
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

  /** Follows a deployment to its end. One that is followed already is not followed twice. */
  follow(site: SiteEntry, deployment: Deployment, own: boolean): void {
    const key = `${site.key}/${deployment.id}`;
    const known = this.followed.get(key);
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
    const stop = () => this.drop(key);
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
    repeat.wake();
  }

  dispose(): void {
    for (const key of [...this.followed.keys()]) {
      this.drop(key);
    }
    vscode.Disposable.from(this.listener, this.counted, this.ended, this.looked).dispose();
  }

  /** The pause before the next look, in milliseconds. Several deployments of others share the pace of one. */
  private pauseMs(key: string): number {
    const followed = this.followed.get(key);
    if (!followed) {
      return unseenPauseMs;
    }
    const { since, own, failures } = followed;
    if (!own && !vscode.window.state.focused) {
      return unseenPauseMs;
    }
    const pause = pauses.find(({ untilMs }) => Date.now() - since < untilMs)?.pauseMs ?? unseenPauseMs;
    const backOff = failures < 2 ? 0 : Math.min(30_000, 1_000 * 2 ** (failures - 1));
    return pause * (own ? 1 : this.count) + backOff;
  }

  private async look(key: string): Promise<void> {
    const followed = this.followed.get(key);
    const site = followed && this.fleet.site(followed.siteKey);
    const path = site && sitePath(site);
    if (!followed || !path) {
      // The site is gone, or its server is not known any more.
      this.drop(key);
      return;
    }
    const { signal, client } = site.account;
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
        this.drop(key);
        return;
      }
      followed.failures += 1;
      followed.notFound = error instanceof ForgeError && error.kind === 'notFound' ? followed.notFound + 1 : 0;
    }
    this.conclude(key, followed);
  }

  private conclude(key: string, followed: Followed): void {
    const { deployment, siteKey, own } = followed;
    const outcome: Outcome | undefined = isEnd(deployment)
      ? { kind: 'ended', deployment }
      : followed.notFound >= notFoundLimit
        ? { kind: 'vanished', deployment }
        : Date.now() - followed.since > this.giveUpMs
          ? { kind: 'lost', deployment }
          : undefined;
    if (outcome) {
      this.drop(key);
    }
    if (outcome?.kind === 'lost') {
      this.givenUp.add(key);
    }
    if (outcome?.kind === 'vanished') {
      this.fleet.forgetDeployment(siteKey, deployment.id);
    } else {
      this.fleet.setDeployment(siteKey, outcome?.kind === 'lost' ? { ...deployment, status: 'unknown' } : deployment);
    }
    this.looked.fire({ siteKey, deployment, outcome });
    const site = this.fleet.site(siteKey);
    if (outcome && site) {
      this.ended.fire({ site, outcome, own });
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
