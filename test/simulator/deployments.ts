import type { FailingLogName } from '../failingLogs';
import type { DeploymentCommit, DeploymentEnd, LateLog } from './control';
import { deploymentLog } from './deploymentLog';
import { Random } from './random';
import { deploymentsOfWorld, type Site, type World, wholeSecond } from './world';

export type DeploymentStatus = 'queued' | 'pending' | 'deploying' | DeploymentEnd;

export interface Deployment {
  readonly id: number;
  readonly site: Site;
  /** What started it: "user" or "push". */
  readonly type: string;
  readonly commit: DeploymentCommit;
  status: DeploymentStatus;
  // Milliseconds since the epoch, whole seconds.
  readonly createdAt: number;
  updatedAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** How it will end, or has ended: decides what the log says. */
  readonly end: DeploymentEnd | 'hang';
  /** From the moment it is the site's running one to its end, in seconds at speed 1. */
  readonly seconds: number;
  /** Virtual time at which it became the site's running one; undefined while it waits behind another. */
  headAt: number | undefined;
  /** How much of the log there is, 0 to 1, once it has ended. */
  finalShare: number;
  /** What it prints where it fails; undefined for what `end` has printed. */
  readonly log: FailingLogName | undefined;
  /** How its log is answered for now once it has ended. */
  late: LateLog | undefined;
}

/** How the site's next deployment is to go. */
export interface DeploymentPlan {
  readonly end?: DeploymentEnd | 'hang';
  readonly seconds?: number;
  readonly commit?: Partial<DeploymentCommit>;
  readonly log?: FailingLogName;
  readonly late?: LateLog;
  readonly minutesAgo?: number;
}

const defaultSeconds = 20;

const authors: readonly [string, ...string[]] = [
  'Robin Acker',
  'Mika Lund',
  'Priya Raman',
  'Jonas Weber',
  'Ana Sousa',
  'Noor Haddad',
  'dependabot[bot]',
];
const messages: readonly [string, ...string[]] = [
  'Fix rounding of order totals',
  'Add export of invoices',
  'Upgrade to Laravel 12',
  'Queue the welcome mail',
  'Wording of the checkout',
  'Bump vite from 6.3.4 to 6.3.5',
  'Cache the product list',
  'Merge pull request #482 from acme/faster-search',
  'Drop the old importer',
  'Show the delivery date “today” when it is today',
  'Index orders by customer',
  'wip',
];

/** The deployments of all sites: past ones generated when looked at, new ones moving with a clock of their own. */
export class Deployments {
  readonly #world: World;
  readonly #active = new Map<Site, Deployment[]>();
  readonly #plans = new Map<Site, DeploymentPlan>();
  #speed: number;
  // Virtual seconds at a real time: lets the speed change while deployments run.
  #anchor: { readonly real: number; readonly virtual: number };

  constructor(world: World, speed: number) {
    this.#world = world;
    this.#speed = speed;
    this.#anchor = { real: world.time.now(), virtual: 0 };
  }

  /** From now on, deployment time passes that many times as fast as the clock; 0 stands still. */
  setSpeed(speed: number): void {
    this.settle();
    this.#anchor = { real: this.#world.time.now(), virtual: this.now() };
    this.#speed = speed;
  }

  /** Lets that many seconds of deployment time pass at once. */
  advance(seconds: number): void {
    this.settle();
    this.#anchor = { real: this.#world.time.now(), virtual: this.now() + seconds };
    this.settle();
  }

  /** Sets how the site's next deployment goes. */
  plan(site: Site, plan: DeploymentPlan): void {
    this.#plans.set(site, plan);
  }

  /** Starts a deployment, or queues it behind the one that runs. What is not given comes from the site's plan, then the defaults. */
  start(site: Site, type: string, wish: DeploymentPlan = {}): Deployment {
    this.settle();
    const plan = { ...this.#plans.get(site), ...wish };
    this.#plans.delete(site);
    const history = this.of(site);
    const id = this.#world.nextId('deployment');
    const queue = this.#active.get(site) ?? [];
    const secondsAgo = (plan.minutesAgo ?? 0) * 60;
    const createdAt = wholeSecond(this.#world.time.now() - secondsAgo * 1000);
    const deployment: Deployment = {
      id,
      site,
      type,
      commit: { ...this.#commit(site, id), ...plan.commit },
      status: 'queued',
      createdAt,
      updatedAt: createdAt,
      startedAt: null,
      endedAt: null,
      end: plan.end ?? 'finished',
      seconds: plan.seconds ?? defaultSeconds,
      headAt: queue.length === 0 ? this.now() - secondsAgo * this.#speed : undefined,
      finalShare: 1,
      log: plan.log,
      late: plan.late,
    };
    history.push(deployment);
    this.#active.set(site, [...queue, deployment]);
    this.#world.addEvent(site.server, `Deploying site ${site.name}`, site.user);
    return deployment;
  }

  /** Ends the running deployment as cancelled, as clearing a stuck state does; false when nothing runs. */
  reset(site: Site): boolean {
    this.settle();
    const [running, ...waiting] = this.#active.get(site) ?? [];
    if (!running) {
      return false;
    }
    running.finalShare = this.#share(running);
    this.#finish(running, 'cancelled', wholeSecond(this.#world.time.now()));
    this.#queue(site, waiting, this.now());
    return true;
  }

  /** Ends all that run or wait as cancelled, and forgets how the next ones were to go. */
  endAll(): void {
    for (const site of [...this.#active.keys()]) {
      while (this.reset(site)) {
        // The next one runs now.
      }
    }
    this.#plans.clear();
  }

  /** The site's deployments, oldest first. */
  of(site: Site): Deployment[] {
    const known = this.#world.histories.get(site);
    if (known) {
      return known;
    }
    const history: Deployment[] = [];
    let endedAt = site.past.lastEndedAt;
    for (let index = site.past.count - 1; index >= 0; index -= 1) {
      const id = site.past.firstId + index;
      const random = new Random(this.#world.seed, 'deployment', id);
      const seconds = random.integer(24, 95);
      const odd = random.chance(0.15)
        ? random.pick<DeploymentEnd>(['failed', 'failed-build', 'cancelled'])
        : 'finished';
      const end = index === site.past.count - 1 ? site.past.lastEnd : odd;
      const startedAt = endedAt - seconds * 1000;
      history.unshift({
        id,
        site,
        type: site.pushToDeploy && random.chance(0.7) ? 'push' : 'user',
        commit: this.#commit(site, id),
        status: end,
        createdAt: startedAt - 2000,
        updatedAt: endedAt,
        startedAt,
        endedAt,
        end,
        seconds,
        headAt: undefined,
        finalShare: 1,
        log: undefined,
        late: undefined,
      });
      endedAt = startedAt - random.integer(40, 2800) * 60_000;
    }
    this.#world.histories.set(site, history);
    return history;
  }

  /** The newest deployment of the site, undefined when it was never deployed. */
  latest(site: Site): Deployment | undefined {
    return this.of(site).at(-1);
  }

  /** The deployment that is queued, pending or deploying now, undefined when the site is idle. */
  running(site: Site): Deployment | undefined {
    return this.#active.get(site)?.[0];
  }

  /** The answer to a question for the whole log so far; undefined while there is none. */
  log(deployment: Deployment): string | undefined {
    const share = deployment.endedAt === null ? this.#share(deployment) : deployment.finalShare;
    const { late } = deployment;
    if (late && deployment.endedAt !== null) {
      deployment.late = late.answers > 1 ? { ...late, answers: late.answers - 1 } : undefined;
      const beginning = late.isBehind ? deploymentLog(this.#world.seed, deployment, share / 2) : '';
      return `${beginning}cat: /home/${deployment.site.user}/.forge/provision-${deployment.id}.output: No such file or directory\n`;
    }
    return share === 0 ? undefined : deploymentLog(this.#world.seed, deployment, share);
  }

  /** Moves all deployments to where they are now. To be called before anything is read. */
  settle(): void {
    for (const site of [...this.#active.keys()]) {
      this.#settleSite(site);
    }
  }

  #settleSite(site: Site): void {
    for (let [running, ...waiting] = this.#active.get(site) ?? []; running; [running, ...waiting] = waiting) {
      const { headAt = this.now(), seconds, end } = running;
      const step = stepOf(seconds);
      if (running.status === 'queued' && this.now() >= headAt + step) {
        running.status = 'pending';
        running.startedAt = this.#dateOf(running, headAt + step);
        running.updatedAt = running.startedAt;
      }
      if (running.status === 'pending' && this.now() >= headAt + 2 * step) {
        running.status = 'deploying';
        running.updatedAt = this.#dateOf(running, headAt + 2 * step);
      }
      if (running.status !== 'deploying' || end === 'hang' || this.now() < headAt + seconds) {
        return;
      }
      this.#finish(running, end, this.#dateOf(running, headAt + seconds));
      this.#queue(site, waiting, headAt + seconds);
    }
  }

  #finish(deployment: Deployment, status: DeploymentEnd, at: number): void {
    deployment.status = status;
    deployment.endedAt = at;
    deployment.updatedAt = deployment.endedAt;
    deployment.site.updatedAt = deployment.endedAt;
    const { site } = deployment;
    this.#world.addEvent(site.server, `Deployment of ${site.name}: ${status}`, site.user, deployment.endedAt);
  }

  #queue(site: Site, waiting: Deployment[], at: number): void {
    const [next] = waiting;
    if (next) {
      next.headAt = at;
      this.#active.set(site, waiting);
    } else {
      this.#active.delete(site);
    }
  }

  /** Share of the log written by a deployment that runs, 0 before it is deploying. */
  #share(deployment: Deployment): number {
    if (deployment.status !== 'deploying' || deployment.headAt === undefined) {
      return 0;
    }
    const before = 2 * stepOf(deployment.seconds);
    const share = (this.now() - deployment.headAt - before) / Math.max(deployment.seconds - before, 0.001);
    return Math.min(Math.max(share, 0.01), deployment.end === 'hang' ? 0.6 : 0.99);
  }

  #commit(site: Site, id: number): DeploymentCommit {
    // The same ones in each Forge at an address, as Git is asked about a commit once.
    const random = new Random(this.#world.seed, 'commit', id % deploymentsOfWorld);
    return {
      hash: random.hex(40),
      author: random.pick(authors),
      message: random.pick(messages),
      branch: site.repository?.branch ?? null,
    };
  }

  /** Seconds of simulated time since the start: they pass as fast as is told, and changes of states go by them as well. */
  now(): number {
    return this.#anchor.virtual + ((this.#world.time.now() - this.#anchor.real) / 1000) * this.#speed;
  }

  /** When the deployment got that far, in whole seconds: never before what is known of it, which leaps of the time would bring. */
  #dateOf(deployment: Deployment, virtual: number): number {
    const { real, virtual: anchored } = this.#anchor;
    const at = this.#speed === 0 ? real : real + ((virtual - anchored) / this.#speed) * 1000;
    return Math.max(deployment.updatedAt, wholeSecond(at));
  }
}

/** Seconds a deployment is queued, and again pending: one, less for very short ones. */
function stepOf(seconds: number): number {
  return Math.min(1, seconds / 4);
}
