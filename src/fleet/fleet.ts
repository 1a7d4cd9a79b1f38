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
import { readKey, rootKey } from './keys';
import {
  byName,
  type FleetEntry,
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

/** Tells whether a list of an organization is on screen, or would be if it were known. */
export type Showing = (organization: OrganizationEntry, list: FleetList) => boolean;

/** The state of an account of which nothing could be read. */
const states: Partial<Record<ForgeErrorKind, FleetState>> = {
  network: 'offline',
  timeout: 'offline',
  unauthenticated: 'expired',
  forbidden: 'forbidden',
  keychain: 'keychain',
};

/** The only place that knows organizations, servers and sites. Everything else asks it and listens to it. */
export class Fleet implements Disposable {
  private readonly changed = new Emitter<ReadonlySet<string>>();
  private readonly deploymentChanged = new Emitter<SiteEntry>();
  private readonly byAccount = new Map<Account, AccountFleet>();
  private readonly context: FleetContext;
  private readonly disposables: Disposable;
  private readonly showings = new Set<Showing>();
  private isKnown = false;

  /**
   * The rows with these keys changed; they may be new or gone. No keys if only the state or an error changed, or a
   * refresh started or ended.
   */
  readonly onDidChange = this.changed.event;
  /** The id or state of a site's latest deployment changed. */
  readonly onDidChangeDeployment = this.deploymentChanged.event;

  constructor(
    private readonly accounts: Pick<Accounts, 'session' | 'onDidChange' | 'ready'>,
    private readonly snapshots: Snapshots,
    watchFolder: WatchFolder,
    /** The clock for everything that uses the fleet. */
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

  /** The first error of the last refresh; undefined if it succeeded. */
  get error(): ForgeError | undefined {
    return this.fleets().find(({ error }) => error)?.error;
  }

  /** Whether this window is reading. Waiting for another window doesn't count. */
  get isRefreshing(): boolean {
    return this.fleets().some(({ reading, isLeftToAnother }) => reading !== undefined && !isLeftToAnother);
  }

  /** The progress of the running refresh; undefined if there is none. */
  get progress(): Progress | undefined {
    const parts = this.fleets().flatMap(({ reading }) => reading?.progress ?? []);
    return parts.length > 0 ? parts.reduce(together) : undefined;
  }

  /** When the oldest shown data was read, in milliseconds since 1970; undefined if never. */
  get refreshedAt(): number | undefined {
    return earliest(this.fleets().flatMap(({ times }) => times.refreshedAt ?? []));
  }

  /** Whether an account is being read for the first time: counts change with every page. False for one that can't be read. */
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

  /** When the oldest data was read, or an attempt was made, in milliseconds since 1970; undefined if never. */
  get lookedAt(): number | undefined {
    const times = this.fleets().flatMap(({ lookedAt }) => lookedAt ?? []);
    return times.length === this.byAccount.size ? earliest(times) : undefined;
  }

  /** Whether another window was already reading when this one last tried to. */
  get isLeftToAnother(): boolean {
    return this.fleets().some(({ isLeftToAnother }) => isLeftToAnother);
  }

  /** Whether several accounts are shown, so that the same site may be there twice. */
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

  /** The sites of a server by name; without a server, those whose server is unknown. */
  sites({ key, account }: OrganizationEntry, server: Server | null): readonly SiteEntry[] {
    const entries = this.rowsOf(key)?.siteEntries(server?.id ?? null) ?? [];
    // During a refresh a site may be known before its server: it waits instead of moving around.
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

  /** The organization, server or site of a key as it is now; undefined once it is gone. */
  entry(key: string): FleetEntry | undefined {
    switch (readKey(key)?.kind) {
      case 'organization':
        return this.organization(key);
      case 'server':
        return this.server(key);
      case 'site':
        return this.site(key);
      default:
        return undefined;
    }
  }

  /** Registers something that shows part of the fleet: that part is read first. @returns a function that unregisters it. */
  addShowing(showing: Showing): Disposable {
    this.showings.add(showing);
    return { dispose: () => this.showings.delete(showing) };
  }

  /** Whether a list of an organization is shown anywhere. */
  isOnScreen(organization: OrganizationEntry, list: FleetList): boolean {
    return [...this.showings].some((showing) => showing(organization, list));
  }

  /** Chooses again what a refresh reads next, because something else is on screen now. */
  reconsider(): void {
    for (const { reading, account } of this.fleets()) {
      if (reading) {
        account.limiter.reconsider();
      }
    }
  }

  /** Whether the account of an organization, a server or a site is signed in, even if the site no longer exists. */
  isOfAccount(key: string): boolean {
    const named = readKey(key);
    return this.fleets().some(({ account }) => account.key === named?.account);
  }

  /** Shows the last snapshots. Makes no requests. Resolves when they are shown. */
  async open(): Promise<void> {
    await Promise.all(this.fleets().map((fleet) => fleet.restore()));
  }

  /**
   * Reads everything again: organizations, then their servers and sites in parallel, what is on screen first. That takes
   * 1 + ⌈servers/30⌉ + ⌈sites/30⌉ requests per organization. Unless someone clicked, it reads only what Forge's event feed names, if
   * there is one, and leaves the work to another window that is already reading. Rows appear as pages arrive; failures keep the old rows.
   * A second call joins the running refresh and raises its urgency. Never rejects: see `error`.
   * @param maxAgeMs accounts with data no older than this, in milliseconds, aren't read; a click means 0. After a transient failure an
   * account is always read, without the pages that already arrived, if they are recent enough.
   */
  async refresh(lane: Lane = 'visible', maxAgeMs = 0): Promise<void> {
    const { refresh } = await import('./fleetReading');
    await Promise.all(this.fleets().map((fleet) => refresh(fleet, lane, maxAgeMs)));
  }

  /**
   * Reads one site again, after a change to it alone.
   * @throws ForgeError
   */
  async readSite({ key, account, organization, site }: SiteEntry): Promise<void> {
    const parameters = { organization: organization.slug, site: site.id };
    const read = await account.client.call('showSite', parameters, { lane: 'user' });
    this.changeSite(key, (rows) => rows.putPartialSite(read));
  }

  /** Updates a site's deployment, unless a newer one is already known. */
  setDeployment(key: string, deployment: Deployment): void {
    this.changeSite(key, (rows, { id }) => rows.putDeployment(id, deployment));
  }

  /** Updates whether push to deploy is on for a site. */
  setPushToDeploy(key: string, pushToDeploy: boolean): void {
    this.changeSite(key, (rows, site) => rows.replaceSite({ ...site, pushToDeploy }));
  }

  /** Removes a deployment that no longer exists in Forge. The next refresh finds the latest one. */
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

  /** Changes a site, if it is known. @param change returns the keys of the rows that look different afterwards */
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

/** The combined progress of two refreshes. */
function together(one: Progress, other: Progress): Progress {
  const about = one.about === undefined || other.about === undefined ? undefined : one.about + other.about;
  return { read: one.read + other.read, about };
}

/** The earliest of the times; undefined if there is none. */
function earliest(times: readonly number[]): number | undefined {
  return times.length > 0 ? Math.min(...times) : undefined;
}
