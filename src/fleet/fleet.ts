import type { Accounts } from '../account/accounts';
import { type Account, accountsOf } from '../account/session';
import type { Clock } from '../forge/clock';
import { allOf, type Disposable, Emitter } from '../forge/emitter';
import { type ForgeError, type ForgeErrorKind, isForgesFailure } from '../forge/errors';
import type { Lane } from '../forge/operations';
import type { Deployment, Server, Site } from '../forge/resources';
import type { Log } from '../ui/log';
import type { WatchFolder } from '../ui/watchFolder';
import { AccountFleet, type FleetContext, type Progress } from './accountFleet';
import { refresh } from './fleetReading';
import { readKey, rootKey } from './keys';
import {
  byName,
  type FleetList,
  type OrganizationEntry,
  type OrganizationRows,
  type ServerEntry,
  type SiteEntry,
} from './rows';
import type { Snapshots } from './snapshots';

/** What the view's welcome content depends on. */
export type FleetState =
  | 'starting'
  | 'signedOut'
  | 'loading'
  | 'offline'
  | 'expired'
  | 'forbidden'
  | 'keychain'
  | 'failed'
  | 'noServers'
  | 'ready';

/** Somebody who shows part of the fleet: tells whether a list of an organization is on screen, or would be, were it known. */
export type Showing = (organization: OrganizationEntry, list: FleetList) => boolean;

/** How an account stands of which nothing could be read. */
const states: Partial<Record<ForgeErrorKind, FleetState>> = {
  network: 'offline',
  timeout: 'offline',
  unauthenticated: 'expired',
  forbidden: 'forbidden',
  keychain: 'keychain',
};

/** The one place that knows organizations, servers and sites. Everything else asks here and listens here. */
export class Fleet implements Disposable {
  private readonly changed = new Emitter<ReadonlySet<string>>();
  private readonly deploymentChanged = new Emitter<SiteEntry>();
  private readonly byAccount = new Map<Account, AccountFleet>();
  private readonly context: FleetContext;
  private readonly disposables: Disposable;
  private readonly showings = new Set<Showing>();
  private isKnown = false;

  /**
   * Something has changed: the rows with these keys, which may be new or gone. No key where it is only about the state,
   * an error or a refresh that begins or ends.
   */
  readonly onDidChange = this.changed.event;
  /** A site's latest deployment has another id or another state now. */
  readonly onDidChangeDeployment = this.deploymentChanged.event;

  constructor(
    private readonly accounts: Pick<Accounts, 'session' | 'onDidChange' | 'ready'>,
    private readonly snapshots: Snapshots,
    watchFolder: WatchFolder,
    /** Whoever has the fleet goes by its clock. */
    readonly clock: Clock,
    log: Log,
  ) {
    this.context = {
      snapshots,
      watchFolder,
      clock,
      log,
      tell: (keys = []) => this.changed.fire(new Set(keys)),
      tellDeployment: (site) => this.deploymentChanged.fire(site),
      isOnScreen: (organization, list) => this.isOnScreen(organization, list),
    };
    this.disposables = allOf(
      this.changed,
      this.deploymentChanged,
      accounts.onDidChange(() => this.takeAccounts()),
    );
    void accounts.ready.then(() => this.takeAccounts());
  }

  /** Resolves when it is known who is signed in. */
  get ready(): Promise<void> {
    return this.accounts.ready;
  }

  get state(): FleetState {
    if (!this.isKnown) {
      return 'starting';
    }
    if (this.byAccount.size === 0) {
      return 'signedOut';
    }
    if (this.fleets().some(({ size }) => size > 0)) {
      return 'ready';
    }
    if (this.error) {
      return states[this.error.kind] ?? 'failed';
    }
    return this.fleets().some(({ times }) => times.refreshedAt === null) ? 'loading' : 'noServers';
  }

  /** The first problem that the last refresh met; undefined where all went well. */
  get error(): ForgeError | undefined {
    return this.fleets().find(({ error }) => error)?.error;
  }

  /** Whether this window reads. One that only asks again whether another is still at it does not. */
  get isRefreshing(): boolean {
    return this.fleets().some(({ reading, isLeftToAnother }) => reading !== undefined && !isLeftToAnother);
  }

  /** How far the refresh has come that is under way; undefined without one. */
  get progress(): Progress | undefined {
    const parts = this.fleets().flatMap(({ reading }) => reading?.progress ?? []);
    return parts.length > 0 ? parts.reduce(together) : undefined;
  }

  /** When the oldest of what is shown was read, milliseconds since 1970; undefined before the first time. */
  get refreshedAt(): number | undefined {
    return earliest(this.fleets().flatMap(({ times }) => times.refreshedAt ?? []));
  }

  /** Whether an account is yet to be read for the first time: what is counted changes with every page. One that cannot be read is not. */
  get isIncomplete(): boolean {
    return this.fleets().some(({ times, error }) => times.refreshedAt === null && !error);
  }

  /** Whether Forge no longer accepts the token of an account. */
  get isRefused(): boolean {
    return this.fleets().some(({ error }) => error?.kind === 'unauthenticated');
  }

  /** Whether an account could not be read for a reason that passes. */
  get isFailing(): boolean {
    return this.fleets().some(({ error }) => isForgesFailure(error));
  }

  /** When the oldest was read or tried to be, milliseconds since 1970; undefined where that is still to come. */
  get lookedAt(): number | undefined {
    const times = this.fleets().flatMap(({ lookedAt }) => lookedAt ?? []);
    return times.length === this.byAccount.size ? earliest(times) : undefined;
  }

  /** Whether another window is at what this one wanted to read, as far as it knew when it last asked. */
  get isLeftToAnother(): boolean {
    return this.fleets().some(({ isLeftToAnother }) => isLeftToAnother);
  }

  /** Whether what is shown was seen with more than one account, so that the same may be there twice. */
  get hasSeveralAccounts(): boolean {
    return this.fleets().filter((fleet) => fleet.rows().length > 0).length > 1;
  }

  organizations(): readonly OrganizationEntry[] {
    return this.rows()
      .map(({ entry }) => entry)
      .sort((a, b) => byName(a.organization, b.organization));
  }

  /** The servers of an organization by name. */
  servers({ key }: OrganizationEntry): readonly ServerEntry[] {
    return this.rowsOf(key)?.serverEntries() ?? [];
  }

  /** The sites of a server by name; without one those whose server is not known. */
  sites({ key, account }: OrganizationEntry, server: Server | null): readonly SiteEntry[] {
    const entries = this.rowsOf(key)?.siteEntries(server?.id ?? null) ?? [];
    // While a refresh runs, a site may be known before its server is: it waits instead of moving about.
    return server || !this.byAccount.get(account)?.reading?.progress
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
    const named = readKey(key);
    return named?.kind === 'site' ? this.rowsOf(key)?.siteEntry(named.id) : undefined;
  }

  /** The server of a key as it is now; undefined once it is gone. */
  server(key: string): ServerEntry | undefined {
    const named = readKey(key);
    return named?.kind === 'server' ? this.rowsOf(key)?.serverEntry(named.id) : undefined;
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
    for (const { reading, account } of this.fleets()) {
      if (reading) {
        account.limiter.reconsider();
      }
    }
  }

  /** Whether the account that an organization, a server or a site was seen with is signed in, whether or not that is there any more. */
  isOfAccount(key: string): boolean {
    const named = readKey(key);
    return this.fleets().some(({ account }) => account.key === named?.account);
  }

  /** Shows what the last snapshots hold. Costs no request. Resolves when it is there. */
  async open(): Promise<void> {
    await Promise.all(this.fleets().map((fleet) => fleet.restore()));
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
    await Promise.all(this.fleets().map((fleet) => refresh(fleet, lane, maxAgeMs)));
  }

  /**
   * Reads one site anew, after a change that touched it alone.
   * @throws ForgeError
   */
  async readSite({ key, account, organization, site }: SiteEntry): Promise<void> {
    const parameters = { organization: organization.slug, site: site.id };
    const read = await account.client.call('showSite', parameters, { lane: 'user' });
    this.changeSite(key, (rows) => rows.putPartialSite(read));
  }

  /** Takes over what is known of a site's deployment, unless something newer is known already. */
  setDeployment(key: string, deployment: Deployment): void {
    this.changeSite(key, (rows, { id }) => rows.putDeployment(id, deployment));
  }

  /** Takes over that a site is deployed with each push, or no longer. */
  setPushToDeploy(key: string, pushToDeploy: boolean): void {
    this.changeSite(key, (rows, site) => rows.replaceSite({ ...site, pushToDeploy }));
  }

  /** Takes back a deployment that Forge does not know any more. The next refresh tells which one is the latest. */
  forgetDeployment(key: string, deploymentId: string): void {
    this.changeSite(key, (rows, site) =>
      site.latestDeployment?.id === deploymentId ? rows.replaceSite({ ...site, latestDeployment: null }) : [],
    );
  }

  dispose(): void {
    allOf(...this.fleets()).dispose();
    this.byAccount.clear();
    this.disposables.dispose();
  }

  private takeAccounts(): void {
    const accounts = accountsOf(this.accounts.session);
    const gone = this.fleets().filter(({ account }) => !accounts.includes(account));
    const added = accounts.filter((account) => !this.byAccount.has(account));
    for (const fleet of gone) {
      fleet.dispose();
      this.byAccount.delete(fleet.account);
      if (!accounts.some(({ key }) => key === fleet.account.key)) {
        void this.snapshots.forget(fleet.account.key);
      }
    }
    for (const account of added) {
      this.byAccount.set(account, new AccountFleet(account, this.context));
    }
    if (!this.isKnown || gone.length + added.length > 0) {
      this.isKnown = true;
      this.context.tell([rootKey]);
    }
  }

  /** Changes a site, if it is known. @param change returns the keys of the rows that look different then */
  private changeSite(key: string, change: (rows: OrganizationRows, site: Site) => readonly string[]): void {
    const [rows, entry] = [this.rowsOf(key), this.site(key)];
    const keys = rows && entry ? change(rows, entry.site) : [];
    if (entry && keys.length > 0) {
      this.byAccount.get(entry.account)?.tellAll(keys);
    }
  }

  private fleets(): readonly AccountFleet[] {
    return [...this.byAccount.values()];
  }

  private rows(): readonly OrganizationRows[] {
    return this.fleets().flatMap((fleet) => fleet.rows());
  }

  /** @param key of an organization, or of what is in it */
  private rowsOf(key: string): OrganizationRows | undefined {
    const organization = readKey(key)?.organization;
    return this.rows().find((rows) => rows.entry.key === organization);
  }
}

/** How far two refreshes have come together. */
function together(one: Progress, other: Progress): Progress {
  const about = one.about === undefined || other.about === undefined ? undefined : one.about + other.about;
  return { read: one.read + other.read, about };
}

/** The earliest of the times; undefined where there is none. */
function earliest(times: readonly number[]): number | undefined {
  return times.length > 0 ? Math.min(...times) : undefined;
}
