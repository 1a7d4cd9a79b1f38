import type { Accounts } from '../account/accounts';
import { type Account, accountsOf } from '../account/session';
import type { CallOptions, ListOptions, ListPage } from '../forge/client';
import type { Clock, Debounced } from '../forge/clock';
import { allOf, type Disposable, Emitter } from '../forge/emitter';
import { ForgeError, type ForgeErrorKind, isAborted, isForgesFailure } from '../forge/errors';
import type { Lane } from '../forge/operations';
import type { Deployment, Organization, Server } from '../forge/resources';
import type { Log } from '../ui/log';
import type { WatchFolder } from '../ui/watchFolder';
import { changedServers } from './changedServers';
import { takeLease } from './lease';
import {
  byName,
  type FleetList,
  fleetLists,
  type ListReading,
  type OrganizationEntry,
  OrganizationRows,
  type ServerEntry,
  type SiteEntry,
} from './rows';
import { type Snapshot, type Snapshots, snapshotOf } from './snapshots';

/** What the view's welcome content depends on. */
export type FleetState =
  | 'starting'
  | 'signedOut'
  | 'loading'
  | 'offline'
  | 'expired'
  | 'forbidden'
  | 'failed'
  | 'noServers'
  | 'ready';

/** How far a refresh has come. */
export interface Progress {
  /** Servers and sites that it has read. */
  readonly read: number;
  /** How many there were the last time; undefined where nothing was known. */
  readonly about: number | undefined;
}

/** Somebody who shows part of the fleet: tells whether a list of an organization is on screen, or would be, were it known. */
export type Showing = (organization: OrganizationEntry, list: FleetList) => boolean;

/** How an account stands of which nothing could be read. */
const states: Partial<Record<ForgeErrorKind, FleetState>> = {
  network: 'offline',
  timeout: 'offline',
  unauthenticated: 'expired',
  forbidden: 'forbidden',
};

/** How long after a deployment has changed its state other windows are told, in milliseconds: it often does so twice. */
const tellMs = 500;

/** How often what a long refresh has read so far is written down, for other windows and for a next start, in milliseconds. */
const keepMs = 15_000;

/** How long the feed of events may stand for the lists, which tell what it does not: new names, new tags, in milliseconds. */
const feedTrustMs = 30 * 60_000;

/** How long after an account had no feed of events it is asked for one again, in milliseconds. */
const feedAgainMs = 86_400_000;

/** Rows that Forge gives a page (src/forge/README.md, Lists). */
const pageRows = 30;

/** Stands among the changed keys for the organizations themselves. */
export const rootKey = '';

interface Holding {
  readonly organizations: Map<string, OrganizationRows>;
  /** What went wrong in the last refresh; undefined where it went well. */
  error: ForgeError | undefined;
  /** Resolves when the rows are there that stand at the top in the last snapshot, if there is one. */
  readonly outlined: Promise<void>;
  /** Ends when the last snapshot was taken over, if there was one; undefined before anybody wanted to see it. */
  restoring: Promise<void> | undefined;
  refreshing: Promise<void> | undefined;
  /** How urgent the refresh is that is under way, and how old what is known may be to be left as it is, in milliseconds. */
  lane: Lane;
  maxAgeMs: number;
  progress: Progress | undefined;
  /** When everything was last read without an error, milliseconds since 1970, by whichever window. */
  refreshedAt: number | undefined;
  /** When the reading began of which that is the end, milliseconds since 1970: what has changed since then may be missing. */
  begunAt: number | undefined;
  /** When all lists were last read to their ends, milliseconds since 1970, by whichever window. */
  listedAt: number | undefined;
  /** When Forge last had no feed of events, milliseconds since 1970; undefined where it has one or was never asked. */
  feedMissedAt: number | undefined;
  /** When this window last began to read, milliseconds since 1970. */
  triedAt: number | undefined;
  /** Whether this window last wanted to read while another one was at it, and left it to that. */
  leftToAnother: boolean;
  /** Tells other windows what has become of a deployment. */
  readonly tellOthers: Debounced;
  /** When what is known was last written down, milliseconds since 1970. */
  savedAt: number;
}

/** The one place that knows organizations, servers and sites. Everything else asks here and listens here. */
export class Fleet implements Disposable {
  private readonly changed = new Emitter<ReadonlySet<string>>();
  private readonly deploymentChanged = new Emitter<SiteEntry>();
  private readonly holdings = new Map<Account, Holding>();
  private readonly disposables: Disposable[];
  private readonly showings = new Set<Showing>();
  private known = false;
  private watcher: Disposable | undefined;

  /**
   * Something has changed: the rows with these keys, which may be new or gone. No key where it is only about the state,
   * an error or a refresh that begins or ends.
   */
  readonly onDidChange = this.changed.event;
  /** A site's latest deployment has another id or another state now. */
  readonly onDidChangeDeployment = this.deploymentChanged.event;

  constructor(
    private readonly accounts: Pick<Accounts, 'session' | 'onDidChange' | 'onDidSignOut' | 'ready' | 'leave'>,
    private readonly snapshots: Snapshots,
    private readonly watchFolder: WatchFolder,
    /** Whoever has the fleet goes by its clock. */
    readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.disposables = [
      this.changed,
      this.deploymentChanged,
      accounts.onDidChange(() => this.takeAccounts()),
      accounts.onDidSignOut(({ id }) => void this.snapshots.leave(id)),
      { dispose: () => this.watcher?.dispose() },
    ];
    void accounts.ready.then(() => this.takeAccounts());
  }

  /** Resolves when it is known who is signed in. */
  get ready(): Promise<void> {
    return this.accounts.ready;
  }

  get state(): FleetState {
    if (!this.known) {
      return 'starting';
    }
    const holdings = [...this.holdings.values()];
    if (holdings.length === 0) {
      return 'signedOut';
    }
    if (this.rows().some(({ counts: { servers, sites } }) => servers + sites > 0)) {
      return 'ready';
    }
    const error = this.error;
    if (error) {
      return states[error.kind] ?? 'failed';
    }
    return holdings.some(({ refreshedAt }) => refreshedAt === undefined) ? 'loading' : 'noServers';
  }

  /** The first problem that the last refresh met; undefined where all went well. */
  get error(): ForgeError | undefined {
    return [...this.holdings.values()].find(({ error }) => error)?.error;
  }

  /** Whether this window reads. One that only asks again whether another is still at it does not. */
  get isRefreshing(): boolean {
    return [...this.holdings.values()].some(({ refreshing, leftToAnother }) => refreshing && !leftToAnother);
  }

  /** How far the refresh has come that is under way; undefined without one. */
  get progress(): Progress | undefined {
    const parts = [...this.holdings.values()].flatMap(({ progress }) => progress ?? []);
    const abouts = parts.flatMap(({ about }) => about ?? []);
    return parts.length === 0
      ? undefined
      : { read: sum(parts.map(({ read }) => read)), about: abouts.length === parts.length ? sum(abouts) : undefined };
  }

  /** When the oldest of what is shown was read, milliseconds since 1970; undefined before the first time. */
  get refreshedAt(): number | undefined {
    return earliest([...this.holdings.values()].flatMap(({ refreshedAt }) => refreshedAt ?? []));
  }

  /** Whether an account is yet to be read for the first time: what is counted changes with every page. One that cannot be read is not. */
  get isIncomplete(): boolean {
    return [...this.holdings.values()].some(({ refreshedAt, error }) => refreshedAt === undefined && !error);
  }

  /** Whether an account could not be read for a reason that passes. */
  get isFailing(): boolean {
    return [...this.holdings.values()].some(({ error }) => isForgesFailure(error));
  }

  /** When the oldest was read or tried to be, milliseconds since 1970; undefined where that is still to come. */
  get lookedAt(): number | undefined {
    return earliest([...this.holdings.values()].map(lookedAtOf));
  }

  /** Whether another window is at what this one wanted to read, as far as it knew when it last asked. */
  get isLeftToAnother(): boolean {
    return [...this.holdings.values()].some(({ leftToAnother }) => leftToAnother);
  }

  /** Whether what is shown was seen with more than one account, so that the same may be there twice. */
  get hasSeveralAccounts(): boolean {
    return [...this.holdings.values()].filter(({ organizations }) => organizations.size > 0).length > 1;
  }

  organizations(): readonly OrganizationEntry[] {
    return this.rows()
      .map(({ entry }) => entry)
      .sort((a, b) => byName(a.organization, b.organization));
  }

  servers({ key }: OrganizationEntry): readonly ServerEntry[] {
    return this.rowsOf(key)?.serverEntries() ?? [];
  }

  /** The sites of a server by name; without one those whose server is not known. */
  sites(entry: OrganizationEntry, server: Server | null): readonly SiteEntry[] {
    const entries = this.rowsOf(organizationKey(entry))?.siteEntries(server?.id ?? null) ?? [];
    // While a refresh runs, a site may be known before its server is: it waits instead of moving about.
    return server || !this.holdings.get(entry.account)?.progress
      ? entries
      : entries.filter(({ site }) => site.serverId === null);
  }

  allServers(): readonly ServerEntry[] {
    return this.rows().flatMap((rows) => rows.serverEntries());
  }

  allSites(): readonly SiteEntry[] {
    return this.rows().flatMap((rows) => rows.siteEntries());
  }

  /** The organization of a key as it is now; undefined once it is gone. */
  organization(key: string): OrganizationEntry | undefined {
    return this.rowsOf(key)?.entry;
  }

  /** The site of a key as it is now; undefined once it is gone. */
  site(key: string): SiteEntry | undefined {
    const rows = this.rowsOf(key.slice(0, key.lastIndexOf('/')));
    const site = rows?.site(key.slice(key.lastIndexOf('/') + 1).replace(/^site-/, ''));
    return rows && site && rows.siteEntry(site);
  }

  /** The server of a key as it is now; undefined once it is gone. */
  server(key: string): ServerEntry | undefined {
    const rows = this.rowsOf(key.slice(0, key.lastIndexOf('/')));
    return rows?.serverEntries().find((entry) => entry.key === key);
  }

  /** Takes on somebody who shows part of the fleet: that is read first. @returns what ends that. */
  addShowing(showing: Showing): Disposable {
    this.showings.add(showing);
    return { dispose: () => this.showings.delete(showing) };
  }

  /** Whether anybody shows a list of an organization. */
  isOnScreen(organization: OrganizationEntry, list: FleetList): boolean {
    return [...this.showings].some((showing) => showing(organization, list));
  }

  /** Something else is on screen now: what a refresh reads next is chosen anew. */
  reconsider(): void {
    for (const [account, { refreshing }] of this.holdings) {
      if (refreshing) {
        account.limiter.reconsider();
      }
    }
  }

  /** Whether the account that an organization, a server or a site was seen with is signed in, whether or not that is there any more. */
  isOfAccount(key: string): boolean {
    return [...this.holdings.keys()].some((account) => key.startsWith(`${account.key}/`));
  }

  /** Shows what the last snapshots hold. Costs no request. Resolves when it is there. */
  async open(): Promise<void> {
    await Promise.all([...this.holdings].map(([account, holding]) => this.restore(account, holding)));
  }

  /**
   * Reads everything anew: organizations, then their servers and sites side by side, 1 + ⌈servers/30⌉ + ⌈sites/30⌉
   * requests an organization, what is on screen first; where nobody clicked and Forge has a feed of events, only what that names. Rows
   * appear as pages arrive; what fails leaves what was there. A refresh that is under way is joined, and becomes as urgent as the one who joins. What nobody clicked for is left to another window where one is at it.
   * Never rejects: `error` tells.
   * @param maxAgeMs how old what is known of an account may be, in milliseconds, to be left as it is; a click means 0. One that
   * could not be read for a reason that passes is always read, and only that one: what of it has come already, if it is not older, is not asked for again.
   */
  async refresh(lane: Lane = 'visible', maxAgeMs = 0): Promise<void> {
    await Promise.all(
      [...this.holdings].map(([account, holding]) => {
        if (
          !holding.refreshing &&
          !isForgesFailure(holding.error) &&
          isYounger(lookedAtOf(holding), maxAgeMs, this.clock.now())
        ) {
          return undefined;
        }
        if (!holding.refreshing || lane === 'user') {
          holding.lane = lane;
          holding.maxAgeMs = lane === 'user' ? 0 : maxAgeMs;
          holding.leftToAnother &&= lane !== 'user';
          account.limiter.reconsider();
        }
        if (!holding.refreshing) {
          holding.refreshing = this.refreshInTurn(account, holding).finally(() => {
            holding.refreshing = undefined;
            holding.progress = undefined;
            this.tell();
          });
          this.tell();
        }
        return holding.refreshing;
      }),
    );
  }

  /**
   * Reads one site anew, after a change that touched it alone.
   * @throws ForgeError
   */
  async readSite({ key, account, organization, site }: SiteEntry): Promise<void> {
    const parameters = { organization: organization.slug, site: site.id };
    const read = await account.client.call('showSite', parameters, { lane: 'user' });
    const entry = this.site(key);
    const rows = entry && this.rowsOf(organizationKey(entry));
    if (rows) {
      this.tell(this.noting(rows, site.id, () => rows.putPartialSite(read)));
      this.tellOthers(account);
    }
  }

  /** Takes over what is known of a site's deployment, unless something newer is known already. */
  setDeployment(key: string, deployment: Deployment): void {
    const entry = this.site(key);
    const rows = entry && this.rowsOf(organizationKey(entry));
    if (rows) {
      const keys = this.putSite(rows, { ...entry.site, latestDeployment: deployment });
      if (keys.length > 0) {
        this.tell(keys);
        this.tellOthers(entry.account);
      }
    }
  }

  /** Takes over that a site is deployed with each push, or no longer. */
  setPushToDeploy(key: string, pushToDeploy: boolean): void {
    const entry = this.site(key);
    if (entry) {
      this.tell(this.rowsOf(organizationKey(entry))?.replaceSite({ ...entry.site, pushToDeploy }));
      this.tellOthers(entry.account);
    }
  }

  /** Takes back a deployment that Forge does not know any more. The next refresh tells which one is the latest. */
  forgetDeployment(key: string, deploymentId: string): void {
    const entry = this.site(key);
    if (entry?.site.latestDeployment?.id === deploymentId) {
      const rows = this.rowsOf(organizationKey(entry));
      this.tell(rows?.replaceSite({ ...entry.site, latestDeployment: null }));
    }
  }

  dispose(): void {
    for (const { tellOthers } of this.holdings.values()) {
      tellOthers.cancel();
    }
    this.holdings.clear();
    allOf(...this.disposables).dispose();
  }

  private takeAccounts(): void {
    const accounts = accountsOf(this.accounts.session);
    let isNew = !this.known;
    this.known = true;
    for (const [account, { tellOthers }] of this.holdings) {
      if (!accounts.includes(account)) {
        isNew = true;
        tellOthers.cancel();
        this.holdings.delete(account);
        if (!accounts.some(({ key }) => key === account.key)) {
          void this.snapshots.forget(account.key);
        }
      }
    }
    for (const account of accounts) {
      if (!this.holdings.has(account)) {
        isNew = true;
        this.holdings.set(account, {
          organizations: new Map(),
          outlined: this.showOutline(account),
          error: undefined,
          restoring: undefined,
          refreshing: undefined,
          lane: 'visible',
          maxAgeMs: 0,
          progress: undefined,
          refreshedAt: undefined,
          begunAt: undefined,
          listedAt: undefined,
          feedMissedAt: undefined,
          triedAt: undefined,
          leftToAnother: false,
          tellOthers: this.clock.debounce(tellMs, () => void this.tellNow(account)),
          savedAt: 0,
        });
      }
    }
    if (isNew) {
      this.tell([rootKey]);
    }
  }

  private restore(account: Account, holding: Holding): Promise<void> {
    this.watcher ??= this.watch();
    holding.restoring ??= holding.outlined
      .then(() => this.snapshots.load(account.key))
      .then((snapshot) => this.take(account, snapshot, true));
    return holding.restoring;
  }

  /**
   * Shows servers before it is known what is on them: thousands of sites take a while, and are read only when somebody wants to see
   * them, but what they stand below is a small file. It is there when VS Code first asks for rows, so that it has to ask only once.
   */
  private async showOutline(account: Account): Promise<void> {
    if (await this.snapshots.hasLeft(account.id)) {
      await this.accounts.leave(account.id);
      return;
    }
    const outline = await this.snapshots.loadOutline(account.key);
    const holding = this.holdings.get(account);
    if (holding && outline) {
      for (const { organization, servers } of outline.organizations) {
        const rows = this.addOrganization(account, holding, organization);
        for (const server of servers) {
          rows.putServer(server);
        }
      }
      this.tell([rootKey]);
    }
  }

  /** Follows what other windows write, and hears of it when one of them signs out. */
  private watch(): Disposable {
    // A folder that is yet to come is followed only every now and then.
    this.snapshots.makeFolder();
    return this.watchFolder(this.snapshots.folder, async (file) => {
      const left = this.snapshots.leftBy(file);
      if (left) {
        await this.accounts.leave(left);
      }
      const account = [...this.holdings.keys()].find(({ key }) => this.snapshots.file(key) === file);
      // Who has not looked yet reads it when they do.
      if (account && this.holdings.get(account)?.restoring) {
        this.take(account, await this.snapshots.load(account.key));
      }
    });
  }

  /**
   * Takes over what a snapshot holds: all of it where it is newer than what is known, else only newer deployments.
   * @param isFirst whether nothing is known yet but the snapshot's own outline
   */
  private take(account: Account, snapshot: Snapshot | undefined, isFirst = false): void {
    const holding = this.holdings.get(account);
    if (!holding || !snapshot || (!isFirst && snapshot.writer === this.snapshots.writer)) {
      return;
    }
    let keys: readonly string[] = [];
    const isNewer = isFirst || (!holding.progress && isNewerThan(snapshot, holding, this.clock.now()));
    // While another window reads for the first time, what it has so far is more than nothing.
    const isMore = !isNewer && !holding.progress && holding.refreshedAt === undefined;
    for (const { organization, servers, sites } of snapshot.organizations) {
      const known = holding.organizations.get(organization.slug);
      if (isNewer || isMore) {
        // What this window has read of it before says nothing of what is gone.
        known?.readings.clear();
      }
      if (isNewer) {
        const rows = known ?? this.addOrganization(account, holding, organization);
        keys = keys.concat(
          rows.rename(organization) ? rows.entry.key : [],
          servers.flatMap((server) => rows.putServer(server)),
          sites.flatMap((site) => this.putSite(rows, site)),
          rows.keepServers(new Set(servers.map(({ id }) => id))),
          rows.keepSites(new Set(sites.map(({ id }) => id))),
        );
      } else if (isMore) {
        const rows = known ?? this.addOrganization(account, holding, organization);
        keys = keys.concat(
          known ? [] : rows.entry.key,
          servers.flatMap((server) => rows.putServer(server)),
          sites.flatMap((site) => this.putSite(rows, site)),
        );
      } else if (known) {
        keys = keys.concat(
          sites.flatMap(({ id, latestDeployment }) => {
            const site = known.site(id);
            return site && latestDeployment ? this.putSite(known, { ...site, latestDeployment }) : [];
          }),
        );
      }
    }
    if (isNewer) {
      const now = this.clock.now();
      const slugs = snapshot.organizations.map(({ organization }) => organization.slug);
      keys = keys.concat(this.keepOrganizations(holding, new Set(slugs)));
      holding.refreshedAt = past(snapshot.refreshedAt, now);
      holding.begunAt = past(snapshot.begunAt, now);
      holding.listedAt = past(snapshot.listedAt, now);
      holding.feedMissedAt = past(snapshot.feedMissedAt, now);
      holding.error = snapshot.refreshedAt === null ? holding.error : undefined;
    }
    this.tell(keys.length > 0 ? [rootKey, ...keys] : []);
  }

  /** Reads, unless nobody clicked for it and another window is at it or has just done it. */
  private async refreshInTurn(account: Account, holding: Holding): Promise<void> {
    await this.restore(account, holding);
    const release = await takeLease(this.snapshots.file(account.key), this.clock, this.log);
    try {
      const wasLeft = holding.leftToAnother;
      holding.leftToAnother = !release && holding.lane !== 'user';
      if (holding.leftToAnother) {
        return;
      }
      if (wasLeft) {
        this.tell();
      }
      if (holding.lane !== 'user') {
        // Another window may have read it meanwhile, and this one has not heard of it yet.
        await this.catchUp(account, holding);
      }
      const isDue =
        isForgesFailure(holding.error) || !isYounger(holding.refreshedAt, holding.maxAgeMs, this.clock.now());
      if (isDue && !account.signal.aborted) {
        await this.refreshAccount(account, holding);
        await this.save(account, holding);
      }
    } finally {
      await release?.();
    }
  }

  /** Takes over what another window has written that is newer than what is known here. */
  private async catchUp(account: Account, holding: Holding): Promise<void> {
    const outline = await this.snapshots.loadOutline(account.key);
    if (outline && outline.writer !== this.snapshots.writer && isNewerThan(outline, holding, this.clock.now())) {
      this.take(account, await this.snapshots.loadSites(account.key, outline));
    }
  }

  private async refreshAccount(account: Account, holding: Holding): Promise<void> {
    const begunAt = this.clock.now();
    holding.triedAt = begunAt;
    holding.savedAt = begunAt;
    const known = sum([...holding.organizations.values()].map(({ counts: { servers, sites } }) => servers + sites));
    // What an attempt has read that did not come to its end says nothing of how many there are.
    holding.progress = { read: 0, about: known > 0 && holding.refreshedAt !== undefined ? known : undefined };
    const options: CallOptions = { lane: () => holding.lane, signal: account.signal };
    const isFeedEnough =
      holding.lane !== 'user' && isYounger(holding.listedAt, feedTrustMs, this.clock.now()) && !holding.error;
    const since = unlessToCome(holding.begunAt, begunAt);
    const spared = new Set<OrganizationRows>();
    const problems: ForgeError[] = [];
    // An organization that one may not read does not make what was read of the others incomplete (src/forge/README.md, Tokens).
    const ofOrganizations = new Set<ForgeError>();
    const isForGood = (problem: ForgeError) =>
      ofOrganizations.has(problem) && ['forbidden', 'notFound'].includes(problem.kind);
    const note = (what: string, error: unknown, isOfOrganization: boolean): void => {
      if (!isAborted(error)) {
        this.log.error(`Could not read ${what}`, error);
        const problem = error instanceof ForgeError ? error : new ForgeError('unexpected', String(error));
        problems.push(problem);
        if (isOfOrganization) {
          ofOrganizations.add(problem);
        }
      }
    };
    /** Reads the lists that this refresh has not read from their beginnings. */
    const readLists = async (rows: OrganizationRows): Promise<void> => {
      spared.delete(rows);
      const lists = fleetLists.filter((list) => rows.readings.get(list)?.begunAt !== begunAt);
      const what = rows.entry.organization.slug;
      await Promise.all(
        lists.map((list) =>
          this.readList(account, holding, rows, list, begunAt).catch((error: unknown) =>
            note(`the ${list} of ${what}`, error, true),
          ),
        ),
      );
    };
    const reads: Promise<void>[] = [];
    const present: OrganizationRows[] = [];
    try {
      const slugs = new Set<string>();
      let isWhole = true;
      for await (const { items, malformed } of account.client.list('listOrganizations', {}, options)) {
        isWhole &&= malformed.length === 0;
        for (const organization of items) {
          const { slug } = organization;
          const known = holding.organizations.get(slug);
          const rows = known ?? this.addOrganization(account, holding, organization);
          slugs.add(slug);
          present.push(rows);
          this.tell(!known || rows.rename(organization) ? [rootKey, rows.entry.key] : []);
          if (known && isFeedEnough && since !== undefined) {
            spared.add(rows);
            reads.push(
              this.readChanged(account, holding, rows, since, options).then((isEnough) =>
                isEnough ? undefined : readLists(rows),
              ),
            );
          } else {
            reads.push(readLists(rows));
          }
        }
      }
      this.tell(isWhole ? this.keepOrganizations(holding, slugs) : []);
    } catch (error) {
      note('the organizations', error, false);
    }
    await Promise.all(reads);
    if (holding.lane === 'user') {
      // Who has clicked meanwhile wants all of it anew, also what was spared or left from an attempt before.
      await Promise.all(present.map(readLists));
    }
    // The worst comes first: what may pass is tried again soon, what is forbidden stays so.
    holding.error = problems.find((problem) => !isForGood(problem)) ?? problems[0];
    if (problems.every(isForGood) && !account.signal.aborted) {
      const listed = present.filter((rows) => !spared.has(rows)).flatMap(({ readings }) => [...readings.values()]);
      holding.begunAt = Math.min(begunAt, ...listed.map((reading) => reading.begunAt));
      holding.refreshedAt = holding.begunAt < begunAt ? holding.begunAt : this.clock.now();
      holding.listedAt = spared.size === 0 ? holding.refreshedAt : holding.listedAt;
      // Only now it is known which servers have no sites.
      this.tell([...holding.organizations.values()].flatMap((rows) => rows.serverEntries().map(({ key }) => key)));
    }
  }

  /**
   * Reads what the feed of events names, where that costs less than the lists.
   * @returns whether that was enough. Else only the lists tell: there is no feed, it tells too little or of a server that is not
   * known, or a site is gone from its server, perhaps to another. Never rejects.
   */
  private async readChanged(
    account: Account,
    holding: Holding,
    rows: OrganizationRows,
    since: number,
    options: CallOptions,
  ): Promise<boolean> {
    const { slug } = rows.entry.organization;
    const { client } = account;
    if (isYounger(holding.feedMissedAt, feedAgainMs, this.clock.now())) {
      return false;
    }
    try {
      const changed = await changedServers(client, slug, this.clock.now() - since, options).catch((error: unknown) => {
        const isMissing = error instanceof ForgeError && error.kind === 'notFound';
        holding.feedMissedAt = isMissing ? this.clock.now() : undefined;
        throw error;
      });
      const sitesOn = (id: string) => rows.siteEntries(id).map(({ site }) => site.id);
      const cost = sum([...(changed ?? [])].map((id) => 1 + pagesOf(sitesOn(id).length)));
      const { servers, sites } = rows.counts;
      if (!changed || cost >= pagesOf(servers) + pagesOf(sites) || ![...changed].every((id) => rows.server(id))) {
        return false;
      }
      const areWhole = await Promise.all(
        [...changed].map(async (id) => {
          this.tell(rows.putServer(await client.call('showServer', { organization: slug, server: id }, options)));
          const before = sitesOn(id);
          const reading = readingFrom(this.clock.now());
          const sites = client.list('listServerSites', { organization: slug, server: id }, options);
          await this.readPages(account, holding, reading, sites, (site) =>
            this.noting(rows, site.id, () => rows.putPartialSite(site, id)),
          );
          return reading.isWhole && before.every((site) => reading.seen.has(site));
        }),
      );
      return areWhole.every(Boolean);
    } catch (error) {
      this.log.debug(`What has changed in ${slug} is not to be had from its events: ${String(error)}`);
      return false;
    }
  }

  /**
   * Reads a list of an organization to its end, and takes out what is not in it any more. Where an attempt of this window has
   * failed that is not too old, it goes on with the page that was missing.
   * @throws ForgeError
   */
  private async readList(
    account: Account,
    holding: Holding,
    rows: OrganizationRows,
    list: FleetList,
    begunAt: number,
  ): Promise<void> {
    const before = rows.readings.get(list);
    const isToGoOn = holding.lane !== 'user' && before && isYounger(before.begunAt, holding.maxAgeMs, this.clock.now());
    const reading = isToGoOn ? before : readingFrom(begunAt);
    rows.readings.set(list, reading);
    if (reading.isAtEnd) {
      return;
    }
    const { slug } = rows.entry.organization;
    const options: ListOptions = {
      lane: () => (this.isOnScreen(rows.entry, list) ? holding.lane : lessUrgent(holding.lane)),
      signal: account.signal,
      ...(reading.next === undefined ? {} : { from: reading.next }),
    };
    try {
      if (list === 'servers') {
        const servers = account.client.list('listServers', { organization: slug }, options);
        await this.readPages(account, holding, reading, servers, (server) => rows.putServer(server));
      } else {
        const sites = account.client.list('listSites', { organization: slug }, options);
        await this.readPages(account, holding, reading, sites, (site) => this.putSite(rows, site));
      }
    } catch (error) {
      if (!isForgesFailure(error)) {
        // What Forge refuses it may refuse because of where the reading went on.
        rows.readings.set(list, readingFrom(reading.begunAt));
      }
      throw error;
    }
    reading.isAtEnd = true;
    if (reading.isWhole) {
      this.tell(list === 'servers' ? rows.keepServers(reading.seen) : rows.keepSites(reading.seen));
    }
  }

  /** Reads a list to its end, page by page. @param reading how far it has come, kept up to date */
  private async readPages<T extends { readonly id: string }>(
    account: Account,
    holding: Holding,
    reading: ListReading,
    list: AsyncIterable<ListPage<T>>,
    put: (item: T) => readonly string[],
  ): Promise<void> {
    for await (const { items, malformed, next } of list) {
      reading.isWhole &&= malformed.length === 0;
      reading.next = next;
      const keys = items.flatMap((item) => {
        reading.seen.add(item.id);
        return put(item);
      });
      if (holding.progress) {
        holding.progress = { ...holding.progress, read: holding.progress.read + items.length };
      }
      this.tell(keys);
      if (this.clock.now() - holding.savedAt >= keepMs) {
        void this.save(account, holding);
      }
    }
  }

  private addOrganization(account: Account, holding: Holding, organization: Organization): OrganizationRows {
    const rows = new OrganizationRows({ key: organizationKey({ account, organization }), account, organization });
    holding.organizations.set(organization.slug, rows);
    return rows;
  }

  /** Takes out the organizations that are not among these. @returns the keys of the rows that changed */
  private keepOrganizations(holding: Holding, slugs: ReadonlySet<string>): readonly string[] {
    const gone = [...holding.organizations.keys()].filter((slug) => !slugs.has(slug));
    for (const slug of gone) {
      holding.organizations.delete(slug);
    }
    return gone.length > 0 ? [rootKey] : [];
  }

  /** @returns the keys of the rows that look different now */
  private putSite(rows: OrganizationRows, site: SiteEntry['site']): readonly string[] {
    return this.noting(rows, site.id, () => rows.putSite(site));
  }

  /** Lets a site be changed, and tells where it has another deployment then, or the same in another state. */
  private noting(rows: OrganizationRows, id: string, put: () => readonly string[]): readonly string[] {
    const before = rows.site(id)?.latestDeployment;
    const keys = put();
    const now = rows.site(id);
    const latest = now?.latestDeployment;
    if (now && latest && (latest.id !== before?.id || latest.status !== before.status)) {
      this.deploymentChanged.fire(rows.siteEntry(now));
    }
    return keys;
  }

  private tell(keys: readonly string[] = []): void {
    this.changed.fire(new Set(keys));
  }

  /** Writes down what has become of a deployment, so that other windows see it too. */
  private tellOthers(account: Account): void {
    this.holdings.get(account)?.tellOthers();
  }

  private async tellNow(account: Account): Promise<void> {
    const holding = this.holdings.get(account);
    if (!holding) {
      return;
    }
    // What another window has read meanwhile is not overwritten with what was known here before.
    await this.catchUp(account, holding);
    await this.save(account, holding);
  }

  private async save(account: Account, holding: Holding): Promise<void> {
    // What was never read is not worth a file; that nothing is left is.
    if (
      this.holdings.get(account) === holding &&
      (holding.organizations.size > 0 || holding.refreshedAt !== undefined)
    ) {
      holding.savedAt = this.clock.now();
      await this.snapshots.save(account.key, () =>
        snapshotOf({
          account: account.key,
          writer: this.snapshots.writer,
          refreshedAt: holding.refreshedAt ?? null,
          begunAt: holding.begunAt ?? null,
          listedAt: holding.listedAt ?? null,
          feedMissedAt: holding.feedMissedAt ?? null,
          organizations: [...holding.organizations.values()].map((rows) => ({
            organization: rows.entry.organization,
            servers: rows.allServers(),
            sites: rows.allSites(),
          })),
        }),
      );
    }
  }

  private rows(): OrganizationRows[] {
    return [...this.holdings.values()].flatMap(({ organizations }) => [...organizations.values()]);
  }

  private rowsOf(key: string): OrganizationRows | undefined {
    return this.rows().find(({ entry }) => entry.key === key);
  }
}

/** The reading of a list that begins with its first page. @param begunAt milliseconds since 1970 */
function readingFrom(begunAt: number): ListReading {
  return { begunAt, seen: new Set(), isWhole: true, next: undefined, isAtEnd: false };
}

/** The lane of what is read along with what is on screen, and is not: it yields to that alone. */
function lessUrgent(lane: Lane): Lane {
  return lane === 'user' ? 'visible' : lane === 'visible' ? 'nearby' : lane;
}

function organizationKey({ account, organization }: Pick<OrganizationEntry, 'account' | 'organization'>): string {
  return `${account.key}/${organization.slug}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function pagesOf(rows: number): number {
  return Math.max(1, Math.ceil(rows / pageRows));
}

/** Whether a time lies less far back. @param time milliseconds since 1970 @param ms milliseconds */
function isYounger(time: number | undefined, ms: number, now: number): boolean {
  return time !== undefined && Math.abs(now - time) < ms;
}

/** When an account was last read or tried to be, milliseconds since 1970; undefined where that is still to come. */
function lookedAtOf({ refreshedAt, triedAt }: Holding): number | undefined {
  return refreshedAt === undefined && triedAt === undefined ? undefined : Math.max(refreshedAt ?? 0, triedAt ?? 0);
}

/** Whether all of it was read later than what is known. */
function isNewerThan({ refreshedAt }: Pick<Snapshot, 'refreshedAt'>, known: Holding, now: number): boolean {
  return (refreshedAt ?? 0) > (unlessToCome(known.refreshedAt, now) ?? 0);
}

/** A time out of a snapshot. Of one that is still to come, because a clock was wrong, nothing is to be believed but that it was before now. */
function past(time: number | null, now: number): number | undefined {
  return time === null ? undefined : Math.min(time, now);
}

/** The time, unless it is still to come, because a clock was wrong: then it tells nothing. */
function unlessToCome(time: number | undefined, now: number): number | undefined {
  return time !== undefined && time <= now ? time : undefined;
}

/** The earliest of the times; undefined where one is missing or there is none. */
function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 && known.length === times.length ? Math.min(...known) : undefined;
}
