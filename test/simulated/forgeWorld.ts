import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account, Session } from '../../src/account/session';
import { Deployer, type DeployTalk } from '../../src/deployments/deployer';
import { DeploymentHistory } from '../../src/deployments/deploymentHistory';
import { DeploymentTracker } from '../../src/deployments/deploymentTracker';
import { PushFollower } from '../../src/deployments/pushFollower';
import { Fleet } from '../../src/fleet/fleet';
import { RecentSites } from '../../src/fleet/recentSites';
import type { SiteEntry } from '../../src/fleet/rows';
import { Snapshots } from '../../src/fleet/snapshots';
import { ForgeClient, type SitePath } from '../../src/forge/client';
import { Clock, type Time } from '../../src/forge/clock';
import { type Disposable, Emitter } from '../../src/forge/emitter';
import { Limiter } from '../../src/forge/limiter';
import type { Focus } from '../../src/ui/focus';
import type { Memory } from '../../src/ui/memory';
import { type MessageView, showViewMessage } from '../../src/views/showViewMessage';
import type { Place } from '../../src/workspace/git';
import { deployedBy } from '../../src/workspace/siteCode';
import type { BranchPush } from '../../src/workspace/siteCodes';
import { quiet } from '../quietLog';
import { SimulatorControl } from '../simulator/control';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator';
import { VirtualTime } from '../virtualTime';
import { watchFolder } from '../watchFolder';

/** Enough for any test that is not about the limit. */
const limit = 6_000;

/** Somebody in front of the window, or not. */
export class TestFocus implements Focus {
  private readonly changed = new Emitter<void>();
  isFocused = true;
  readonly onDidChange = this.changed.event;

  set(isFocused: boolean): void {
    this.isFocused = isFocused;
    this.changed.fire();
  }
}

/** What is kept of a window; gone with it. */
export class TestMemory implements Memory {
  private readonly kept = new Map<string, unknown>();
  /** What each writing waits for, as for a VS Code that is busy. */
  isReady: Promise<void> = Promise.resolve();

  get<T>(key: string): T | undefined {
    return this.kept.get(key) as T | undefined;
  }

  async update(key: string, value: unknown): Promise<void> {
    this.kept.set(key, value);
    await this.isReady;
  }
}

/** Who is signed in, without VS Code's SecretStorage and its question for a token. */
export class TestAccounts {
  private readonly changed = new Emitter<Session>();
  private readonly ends = new Map<Account, AbortController>();
  private readonly limiters = new Map<string, Limiter>();
  session: Session = { state: 'signedOut' };
  readonly ready = Promise.resolve();
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly apiUrl: string,
    private readonly clock: Clock,
  ) {}

  async signIn(token: string): Promise<Account> {
    const known = new Limiter({ clock: this.clock, limit });
    const end = new AbortController();
    const client = (limiter: Limiter) =>
      new ForgeClient({ apiUrl: this.apiUrl, token: () => token, limiter, userAgent: 'tests', signal: end.signal });
    const user = await client(known).call('me', {});
    const limiter = this.limiters.get(user.id) ?? known;
    this.limiters.set(user.id, limiter);
    const account: Account = {
      id: `${user.id}-${this.ends.size}`,
      key: `${user.id}@${new URL(this.apiUrl).host}`,
      user,
      label: user.name ?? user.id,
      source: 'stored',
      expiresAt: null,
      apiUrl: this.apiUrl,
      client: client(limiter),
      limiter,
      clock: this.clock,
      signal: end.signal,
    };
    this.ends.set(account, end);
    const others = this.session.state === 'signedIn' ? this.session.accounts : [];
    this.replace([...others.filter(({ key }) => key !== account.key), account]);
    return account;
  }

  signOut(account: Account): void {
    const others = this.session.state === 'signedIn' ? this.session.accounts : [];
    this.replace(others.filter((other) => other !== account));
  }

  private replace([first, ...rest]: readonly Account[]): void {
    const now = first ? [first, ...rest] : [];
    for (const [account, end] of this.ends) {
      if (!now.includes(account)) {
        end.abort();
      }
    }
    this.session = first ? { state: 'signedIn', accounts: [first, ...rest] } : { state: 'signedOut' };
    this.changed.fire(this.session);
  }
}

/** A window: what holds the fleet, and what follows deployments, on a folder that other windows may share. */
export class TestWindow implements Disposable {
  readonly accounts: TestAccounts;
  readonly snapshots: Snapshots;
  readonly fleet: Fleet;
  readonly focus = new TestFocus();
  readonly history: DeploymentHistory;
  readonly tracker: DeploymentTracker;
  /** What git tells of pushes. */
  readonly pushed = new Emitter<BranchPush>();
  readonly pushes: PushFollower;
  /** The clones that are open; none at first. */
  readonly checkouts: Place[] = [];
  readonly deployer: Deployer;
  /** Whoever is asked whether to deploy agrees, without looking how things stand. */
  readonly talk: { -readonly [Part in keyof DeployTalk]: DeployTalk[Part] } = {
    ask: async () => 'deploy',
    isProposed: () => false,
    hints: async () => [],
    saying: (_, work) => work(),
  };
  /** The view of the tree, as far as it says something above the rows. */
  readonly view: MessageView & { visible: boolean };
  private readonly seen = new Emitter<void>();
  private readonly shown: Disposable;
  /** The keys of the sites that the window is about. */
  readonly interests = new Set<string>();

  /** @param memory what is kept of the window when it is loaded again */
  constructor(
    readonly world: ForgeWorld,
    readonly memory = new TestMemory(),
  ) {
    const { clock } = world;
    this.accounts = new TestAccounts(world.simulator.url, clock);
    this.snapshots = new Snapshots(world.folder, clock, quiet);
    this.fleet = new Fleet(this.accounts, this.snapshots, watchFolder, clock, quiet);
    this.history = new DeploymentHistory(this.fleet);
    this.tracker = this.trackerWith(this.memory);
    this.pushes = new PushFollower({ onDidPush: this.pushed.event }, this.fleet, this.tracker, quiet);
    this.deployer = new Deployer(
      this.fleet,
      this.tracker,
      this.pushes,
      {
        checkouts: this.checkouts,
        clock,
        remoteCommit: () => Promise.reject(new Error('There are no files, so that Git is asked.')),
        textAt: async () => undefined,
      },
      { deployed: deployedBy },
      new RecentSites(this.memory, this.memory),
      this.talk,
      quiet,
    );
    this.view = { visible: true, onDidChangeVisibility: this.seen.event };
    this.shown = showViewMessage(this.accounts, this.fleet, this.view, 'en');
  }

  /** One that listens from now on. @param memory what is kept of the window that had one before */
  trackerWith(memory: Memory): DeploymentTracker {
    const isOfInterest = (key: string) => this.interests.has(key);
    return new DeploymentTracker(this.fleet, this.history, isOfInterest, memory, this.focus, quiet);
  }

  /** What stands above the rows; empty for nothing. */
  get message(): string {
    return this.view.message ?? '';
  }

  /** Somebody opens the view, or turns to another. */
  show(isVisible: boolean): void {
    this.view.visible = isVisible;
    this.seen.fire();
  }

  /** Signs in and reads the whole fleet. */
  async signIn(token = this.world.simulator.token): Promise<Account> {
    const account = await this.world.time.during(this.accounts.signIn(token));
    await this.world.time.during(this.fleet.refresh('user'));
    return account;
  }

  site(name: string): SiteEntry {
    const entry = this.fleet.allSites().find((candidate) => candidate.site.name === name);
    assert.ok(entry, `the fleet has ${name}`);
    return entry;
  }

  pathOf({ api }: SiteEntry): SitePath {
    return api.path;
  }

  dispose(): void {
    this.shown.dispose();
    this.pushes.dispose();
    this.tracker.dispose();
    this.history.dispose();
    this.fleet.dispose();
  }
}

/** A Forge, a disk and a time of its own, for the tests of one module, or for one test. */
export class ForgeWorld {
  readonly control: SimulatorControl;
  readonly folder = mkdtempSync(join(tmpdir(), 'forge-world-'));
  private readonly windows: TestWindow[] = [];

  private constructor(
    readonly time: VirtualTime,
    readonly clock: Clock,
    readonly simulator: Simulator,
  ) {
    this.control = new SimulatorControl(simulator.origin);
  }

  /** @param options.aheadMs how far the clock of Forge is ahead of that of the windows, in milliseconds */
  static async make({
    aheadMs = 0,
    ...options
  }: SimulatorOptions & { readonly aheadMs?: number } = {}): Promise<ForgeWorld> {
    const time = new VirtualTime();
    const timeOfForge: Time = {
      now: () => time.now() + aheadMs,
      elapsed: () => time.elapsed(),
      after: (ms, work, wait) => time.after(ms, work, wait),
    };
    const simulator = await startSimulator({ orgs: 1, limit, time: timeOfForge, ...options });
    time.held = () => simulator.held;
    return new ForgeWorld(time, new Clock(time), simulator);
  }

  /** @param memory that of a window that was closed and is loaded again */
  openWindow(memory?: TestMemory): TestWindow {
    const window = new TestWindow(this, memory);
    this.windows.push(window);
    return window;
  }

  /** Another window of a person who is signed in, which has read nothing. No request counts but those from then on. */
  async openAnother(token = this.simulator.token): Promise<TestWindow> {
    const window = this.openWindow();
    await this.time.during(window.accounts.signIn(token));
    await this.control.clearRequests();
    return window;
  }

  /** The paths that were asked for lists of the fleet. */
  async listRequests(): Promise<readonly string[]> {
    return (await this.control.requests())
      .map(({ path }) => path)
      .filter((path) => /^\/orgs(\/[^/]+\/(servers|sites))?$/.test(path));
  }

  closeWindows(): void {
    for (const window of this.windows.splice(0)) {
      window.dispose();
    }
  }

  async end(): Promise<void> {
    this.closeWindows();
    await this.simulator.close();
    this.time.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * One world for the tests of a block. Before each of them nothing is disturbed or deployed there, and somebody who was not there before
 * has read the fleet in a window. To be called inside `describe`.
 */
export function worldOfBlock() {
  let world: ForgeWorld | undefined;
  let window: TestWindow | undefined;
  let users = 0;
  const block = {
    /** The token of who is in the window. */
    token: '',
    get world(): ForgeWorld {
      return world ?? assert.fail('within a test');
    },
    get window(): TestWindow {
      return window ?? assert.fail('within a test');
    },
  };
  before(async () => {
    world = await ForgeWorld.make();
  });
  beforeEach(async () => {
    const { control } = block.world;
    await control.clearFaults();
    await control.endDeployments();
    users += 1;
    await control.setUser(`user-${users}`, ['acme']);
    block.token = await control.createToken({ user: `user-${users}` });
    window = block.world.openWindow();
    await window.signIn(block.token);
    await control.clearRequests();
  });
  afterEach(() => world?.closeWindows());
  after(() => world?.end());
  return block;
}

/** The names of all sites of a fleet, in order. */
export function namesOf(fleet: Fleet): string[] {
  return fleet
    .allSites()
    .map(({ site }) => site.name)
    .sort();
}
