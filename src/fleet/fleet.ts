import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import { type Account, accountsOf } from '../account/session';
import type { SitePath } from '../forge/client';
import { ForgeError, type ForgeErrorKind, isAborted } from '../forge/errors';
import type { Lane } from '../forge/operations';
import type { Deployment, Organization, Server, Site } from '../forge/resources';
import type { Log } from '../ui/log';
import { newerDeployment } from './newerDeployment';

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

/** An organization as one account sees it. */
export interface OrganizationEntry {
  readonly key: string;
  readonly account: Account;
  readonly organization: Organization;
}

export interface ServerEntry extends OrganizationEntry {
  readonly server: Server;
}

export interface SiteEntry extends OrganizationEntry {
  readonly site: Site;
  /** Null where Forge does not say on which server the site is; such a site can be looked at, not deployed. */
  readonly server: Server | null;
}

/** How an account stands of which nothing could be read. */
const states: Partial<Record<ForgeErrorKind, FleetState>> = {
  network: 'offline',
  timeout: 'offline',
  unauthenticated: 'expired',
  forbidden: 'forbidden',
};

interface Rows {
  readonly entry: OrganizationEntry;
  readonly servers: Map<string, Server>;
  readonly sites: Map<string, Site>;
}

interface Holding {
  readonly organizations: Map<string, Rows>;
  /** What went wrong in the last refresh; undefined where it went well. */
  error: ForgeError | undefined;
  refreshing: Promise<void> | undefined;
  /** How urgent the refresh is that is under way. */
  lane: Lane;
  /** When everything was last read without an error, milliseconds since 1970. */
  refreshedAt: number | undefined;
  /** When a refresh last began, milliseconds since 1970. */
  triedAt: number | undefined;
}

/** The one place that knows organizations, servers and sites. Everything else asks here and listens here. */
export class Fleet implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly deploymentChanged = new vscode.EventEmitter<SiteEntry>();
  private readonly holdings = new Map<Account, Holding>();
  private readonly listener: vscode.Disposable;
  private known = false;

  /** Anything at all may have changed. */
  readonly onDidChange = this.changed.event;
  /** A site's latest deployment has another id or another state now. */
  readonly onDidChangeDeployment = this.deploymentChanged.event;

  constructor(
    private readonly accounts: Accounts,
    private readonly log: Log,
  ) {
    this.listener = accounts.onDidChange(() => this.takeAccounts());
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
    if (holdings.some(({ organizations }) => [...organizations.values()].some(hasRows))) {
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

  get isRefreshing(): boolean {
    return [...this.holdings.values()].some(({ refreshing }) => refreshing !== undefined);
  }

  /** When the oldest of what is shown was read, milliseconds since 1970; undefined before the first time. */
  get refreshedAt(): number | undefined {
    return earliest([...this.holdings.values()].map(({ refreshedAt }) => refreshedAt));
  }

  /** When the refresh longest ago began, well or not, milliseconds since 1970; undefined where one has yet to begin. */
  get triedAt(): number | undefined {
    return earliest([...this.holdings.values()].map(({ triedAt }) => triedAt));
  }

  organizations(): readonly OrganizationEntry[] {
    return this.rows()
      .map(({ entry }) => entry)
      .sort((a, b) => byName(a.organization, b.organization));
  }

  servers({ key }: OrganizationEntry): readonly ServerEntry[] {
    const rows = this.rowsOf(key);
    return rows
      ? [...rows.servers.values()]
          .sort(byName)
          .map((server) => ({ ...rows.entry, key: `${rows.entry.key}/${server.id}`, server }))
      : [];
  }

  /** The sites of a server; without one those whose server is not known. */
  sites(entry: OrganizationEntry, server: Server | null): readonly SiteEntry[] {
    const rows = this.rowsOf(organizationKey(entry));
    if (!rows) {
      return [];
    }
    // While a refresh runs, a site may be known before its server is: it waits instead of moving about.
    const homeless = ({ serverId }: Site) =>
      serverId === null || !(rows.servers.has(serverId) || this.holdings.get(entry.account)?.refreshing);
    return [...rows.sites.values()]
      .filter((site) => (server ? site.serverId === server.id : homeless(site)))
      .sort(byName)
      .map((site) => siteEntry(rows, site));
  }

  allSites(): readonly SiteEntry[] {
    return this.rows().flatMap((rows) => [...rows.sites.values()].map((site) => siteEntry(rows, site)));
  }

  /** The site of a key as it is now; undefined once it is gone. */
  site(key: string): SiteEntry | undefined {
    const rows = this.rowsOf(key.slice(0, key.lastIndexOf('/')));
    const site = rows?.sites.get(key.slice(key.lastIndexOf('/') + 1).replace(/^site-/, ''));
    return rows && site && siteEntry(rows, site);
  }

  /**
   * Reads everything anew: organizations, then their servers and sites side by side, 1 + ⌈servers/30⌉ + ⌈sites/30⌉
   * requests an organization. Rows appear as pages arrive; what fails leaves what was there. A refresh that is under way
   * is joined, and becomes as urgent as the one who joins. Never rejects: `error` tells.
   */
  async refresh(lane: Lane = 'visible'): Promise<void> {
    await Promise.all(
      [...this.holdings].map(([account, holding]) => {
        if (!holding.refreshing || lane === 'user') {
          holding.lane = lane;
          account.limiter.reconsider();
        }
        holding.refreshing ??= this.refreshAccount(account, holding).finally(() => {
          holding.refreshing = undefined;
          this.changed.fire();
        });
        return holding.refreshing;
      }),
    );
  }

  /** Takes over what is known of a site's deployment, unless something newer is known already. */
  setDeployment(key: string, deployment: Deployment): void {
    const entry = this.site(key);
    if (!entry) {
      return;
    }
    const rows = this.rowsOf(organizationKey(entry));
    if (rows && this.putSite(rows, { ...entry.site, latestDeployment: deployment })) {
      this.changed.fire();
    }
  }

  /** Takes back a deployment that Forge does not know any more. The next refresh tells which one is the latest. */
  forgetDeployment(key: string, deploymentId: string): void {
    const entry = this.site(key);
    if (entry?.site.latestDeployment?.id === deploymentId) {
      const site = { ...entry.site, latestDeployment: null };
      this.rowsOf(organizationKey(entry))?.sites.set(site.id, site);
      this.changed.fire();
    }
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
    this.deploymentChanged.dispose();
    this.holdings.clear();
  }

  private takeAccounts(): void {
    const accounts = accountsOf(this.accounts.session);
    this.known = true;
    for (const account of this.holdings.keys()) {
      if (!accounts.includes(account)) {
        this.holdings.delete(account);
      }
    }
    for (const account of accounts) {
      if (!this.holdings.has(account)) {
        this.holdings.set(account, {
          organizations: new Map(),
          error: undefined,
          refreshing: undefined,
          lane: 'visible',
          refreshedAt: undefined,
          triedAt: undefined,
        });
      }
    }
    this.changed.fire();
  }

  private async refreshAccount(account: Account, holding: Holding): Promise<void> {
    holding.triedAt = Date.now();
    const options = { lane: () => holding.lane, signal: account.signal };
    const problems: ForgeError[] = [];
    const note = (what: string, error: unknown): void => {
      if (!isAborted(error)) {
        this.log.error(`Could not read ${what}`, error);
        problems.push(error instanceof ForgeError ? error : new ForgeError('unexpected', String(error)));
      }
    };
    const reads: Promise<void>[] = [];
    try {
      const organizations = new Set<string>();
      for await (const { items } of account.client.organizations(options)) {
        for (const organization of items) {
          const entry = { key: organizationKey({ account, organization }), account, organization };
          const before = holding.organizations.get(organization.slug);
          const rows = { entry, servers: before?.servers ?? new Map(), sites: before?.sites ?? new Map() };
          organizations.add(organization.slug);
          holding.organizations.set(organization.slug, rows);
          reads.push(
            this.readInto(rows.servers, account.client.servers(organization.slug, options), (server) =>
              rows.servers.set(server.id, server),
            ).catch((error: unknown) => note(`the servers of ${organization.slug}`, error)),
            this.readInto(rows.sites, account.client.sites(organization.slug, options), (site) =>
              this.putSite(rows, site),
            ).catch((error: unknown) => note(`the sites of ${organization.slug}`, error)),
          );
        }
      }
      for (const slug of [...holding.organizations.keys()].filter((known) => !organizations.has(known))) {
        holding.organizations.delete(slug);
      }
    } catch (error) {
      note('the organizations', error);
    }
    await Promise.all(reads);
    holding.error = problems[0];
    if (problems.length === 0 && !account.signal.aborted) {
      holding.refreshedAt = Date.now();
    }
  }

  /** Puts the rows of a list where they belong and, once the list was read to its end, takes out those that are gone. */
  private async readInto<T extends { readonly id: string }>(
    rows: Map<string, T>,
    list: AsyncIterable<{ readonly items: readonly T[] }>,
    put: (item: T) => void,
  ): Promise<void> {
    const seen = new Set<string>();
    for await (const { items } of list) {
      for (const item of items) {
        seen.add(item.id);
        put(item);
      }
      this.changed.fire();
    }
    for (const id of [...rows.keys()].filter((known) => !seen.has(known))) {
      rows.delete(id);
    }
  }

  /** @returns whether the site's latest deployment is another one or in another state now. */
  private putSite(rows: Rows, site: Site): boolean {
    const before = rows.sites.get(site.id)?.latestDeployment ?? null;
    const latestDeployment = newerDeployment(before, site.latestDeployment);
    rows.sites.set(site.id, { ...site, latestDeployment });
    if (latestDeployment && (latestDeployment.id !== before?.id || latestDeployment.status !== before.status)) {
      this.deploymentChanged.fire(siteEntry(rows, rows.sites.get(site.id) ?? site));
      return true;
    }
    return false;
  }

  private rows(): Rows[] {
    return [...this.holdings.values()].flatMap(({ organizations }) => [...organizations.values()]);
  }

  private rowsOf(key: string): Rows | undefined {
    return this.rows().find(({ entry }) => entry.key === key);
  }
}

/** The site's place in paths. Undefined where Forge does not say on which server it is. */
export function sitePath({ organization, site: { id, serverId } }: SiteEntry): SitePath | undefined {
  return serverId === null ? undefined : { organization: organization.slug, server: serverId, site: id };
}

function organizationKey({ account, organization }: Pick<OrganizationEntry, 'account' | 'organization'>): string {
  return `${account.key}/${organization.slug}`;
}

function siteEntry({ entry, servers }: Rows, site: Site): SiteEntry {
  return { ...entry, key: `${entry.key}/site-${site.id}`, site, server: servers.get(site.serverId ?? '') ?? null };
}

function hasRows({ servers, sites }: Rows): boolean {
  return servers.size + sites.size > 0;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.localeCompare(b.name, undefined, { numeric: true, sensitivity: 'base' });
}

/** The earliest of the times; undefined where one is missing or there is none. */
function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 && known.length === times.length ? Math.min(...known) : undefined;
}
