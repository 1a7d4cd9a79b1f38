import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../account/session';
import type { Deployment, Organization, Server, Site } from '../forge/resources';
import { Api } from './api';
import { organizationKey, serverKey, siteKey } from './keys';
import { newerDeployment } from './newerDeployment';
import type { OrganizationSnapshot } from './snapshots';

/** An organization as one account sees it. */
export interface OrganizationEntry {
  readonly key: string;
  readonly account: Account;
  readonly organization: Organization;
}

export interface ServerEntry extends OrganizationEntry {
  readonly api: Api<'organization' | 'server'>;
  readonly server: Server;
}

export interface SiteEntry extends OrganizationEntry {
  readonly api: Api<'organization' | 'server' | 'site'>;
  readonly site: Site;
  /** Null if Forge doesn't say which server the site is on; such a site can be viewed but not deployed. */
  readonly server: Server | null;
}

/** What a row of the fleet stands for. */
export type FleetEntry = OrganizationEntry | ServerEntry | SiteEntry;

/** The name of an organization, a server or a site. */
export function nameOfEntry(entry: FleetEntry): string {
  return 'site' in entry ? entry.site.name : 'server' in entry ? entry.server.name : entry.organization.name;
}

/** A list that each organization has. */
export const fleetLists = ['servers', 'sites'] as const;
export type FleetList = (typeof fleetLists)[number];

/** The progress of reading a list, to continue after a failure. */
export interface ListReading {
  /** When reading started, in milliseconds since 1970. */
  readonly begunAt: number;
  /** The ids of all rows so far. */
  readonly seen: Set<string>;
  /** Whether all rows so far were readable, so that missing ones are known to be gone. */
  isWhole: boolean;
  /** Cursor of the next page; undefined for the first one. */
  next: string | undefined;
  isAtEnd: boolean;
}

/** The sites of one server. */
interface SiteGroup {
  /** In the order in which they arrived. */
  readonly entries: SiteEntry[];
  /** By name; sorted on first use, which most servers never need. */
  inOrder: readonly SiteEntry[] | undefined;
}

/** The known servers and sites of an organization, in display order. */
export class OrganizationRows {
  private readonly servers = new Map<string, Server>();
  private readonly sites = new Map<string, Site>();
  /** This window's progress in each list. */
  readonly readings = new Map<FleetList, ListReading>();
  /** Built on demand, and again after a change. */
  private serversInOrder: readonly ServerEntry[] | undefined;
  private sitesByServer: ReadonlyMap<string | null, SiteGroup> | undefined;

  private present: OrganizationEntry;

  /** @param onDeployment called when a site's latest deployment, or its state, changes */
  constructor(
    account: Account,
    organization: Organization,
    private readonly onDeployment: (site: SiteEntry) => void,
  ) {
    this.present = { key: organizationKey({ account, organization }), account, organization };
  }

  /** The organization as it is now. */
  get entry(): OrganizationEntry {
    return this.present;
  }

  /** @returns whether its name changed. */
  rename(organization: Organization): boolean {
    const changed = !isDeepStrictEqual(organization, this.present.organization);
    if (changed) {
      this.present = { ...this.present, organization };
      this.forgetOrder();
    }
    return changed;
  }

  get counts(): { readonly servers: number; readonly sites: number } {
    return { servers: this.servers.size, sites: this.sites.size };
  }

  /** What is stored on disk. */
  snapshot(): OrganizationSnapshot {
    const { organization } = this.entry;
    return { organization, servers: [...this.servers.values()], sites: [...this.sites.values()] };
  }

  /** Servers by name. */
  serverEntries(): readonly ServerEntry[] {
    const { account, organization, key } = this.present;
    this.serversInOrder ??= [...this.servers.values()].sort(byName).map((server) => ({
      ...this.present,
      key: serverKey(key, server.id),
      api: new Api(account.client, { organization: organization.slug, server: server.id }, server.name),
      server,
    }));
    return this.serversInOrder;
  }

  /** A server as it is now; undefined once it is gone. */
  serverEntry(id: string): ServerEntry | undefined {
    return this.serverEntries().find(({ server }) => server.id === id);
  }

  /** All sites, in no particular order; with a server's id, only those on it, and with null, those whose server is unknown, by name. */
  siteEntries(serverId?: string | null): readonly SiteEntry[] {
    this.sitesByServer ??= this.group();
    if (serverId === undefined) {
      return [...this.sitesByServer.values()].flatMap(({ entries }) => entries);
    }
    const group = this.sitesByServer.get(serverId);
    if (group) {
      group.inOrder ??= [...group.entries].sort((a, b) => byName(a.site, b.site));
    }
    return group?.inOrder ?? [];
  }

  /** A site as it is now; undefined once it is gone. */
  siteEntry(id: string): SiteEntry | undefined {
    const site = this.sites.get(id);
    return site && this.entryOf(site);
  }

  /** Adds or updates a server. @returns the keys of the rows that look different */
  putServer(server: Server): readonly string[] {
    const before = this.servers.get(server.id);
    if (before && isDeepStrictEqual(before, server)) {
      return [];
    }
    this.servers.set(server.id, server);
    this.serversInOrder = undefined;
    this.sitesByServer = undefined;
    return before?.name === server.name
      ? [serverKey(this.present.key, server.id)]
      : [serverKey(this.present.key, server.id), this.present.key];
  }

  /**
   * Adds or updates a site, but keeps its latest deployment if that is newer.
   * @returns the keys of the rows that look different: the site's, and those of its current and previous servers
   */
  putSite(site: Site): readonly string[] {
    const before = this.sites.get(site.id);
    const latestDeployment = newerDeployment(before?.latestDeployment ?? null, site.latestDeployment);
    return this.replaceSite(latestDeployment === site.latestDeployment ? site : { ...site, latestDeployment });
  }

  /** Updates the deployment of a known site. @returns the keys of the rows that look different */
  putDeployment(id: string, latestDeployment: Deployment | null): readonly string[] {
    const site = this.sites.get(id);
    return site ? this.putSite({ ...site, latestDeployment }) : [];
  }

  /**
   * Adds or updates a site from a response that may lack its included resources (src/forge/README.md, Lists): without its server, its
   * tags and latest deployment are unknown too.
   * @param serverId the server whose list it is from, if any
   * @returns the keys of the rows that look different
   */
  putPartialSite(site: Site, serverId?: string): readonly string[] {
    const known = this.sites.get(site.id);
    return this.putSite(
      site.serverId === null
        ? { ...site, serverId: serverId ?? known?.serverId ?? null, tags: known?.tags ?? site.tags }
        : site,
    );
  }

  /** Adds or updates a site exactly as given. @returns the keys of the rows that look different */
  replaceSite(site: Site): readonly string[] {
    const before = this.sites.get(site.id);
    if (before && isDeepStrictEqual(before, site)) {
      return [];
    }
    this.sites.set(site.id, site);
    this.sitesByServer = undefined;
    const latest = site.latestDeployment;
    if (latest && (latest.id !== before?.latestDeployment?.id || latest.status !== before.latestDeployment.status)) {
      this.onDeployment(this.entryOf(site));
    }
    return [siteKey(this.present.key, site.id), ...this.above(site), ...(before ? this.above(before) : [])];
  }

  /** Removes all other servers. @returns the keys of the rows that are gone, and of their parent */
  keepServers(ids: ReadonlySet<string>): readonly string[] {
    return [...this.servers.keys()]
      .filter((id) => !ids.has(id))
      .flatMap((id) => {
        this.servers.delete(id);
        this.forgetOrder();
        return [serverKey(this.present.key, id), this.present.key];
      });
  }

  /** Removes all other sites. @returns the keys of the rows that are gone, and of their servers */
  keepSites(ids: ReadonlySet<string>): readonly string[] {
    return [...this.sites.values()]
      .filter(({ id }) => !ids.has(id))
      .flatMap((site) => {
        this.sites.delete(site.id);
        this.sitesByServer = undefined;
        return [siteKey(this.present.key, site.id), ...this.above(site)];
      });
  }

  /** Servers changed, and with them the parents of their sites. */
  private forgetOrder(): void {
    this.serversInOrder = undefined;
    this.sitesByServer = undefined;
  }

  private entryOf(site: Site): SiteEntry {
    const { account, organization, key } = this.present;
    const place = { organization: organization.slug, server: site.serverId, site: site.id };
    return {
      ...this.present,
      key: siteKey(key, site.id),
      api: new Api(account.client, place, site.name),
      site,
      server: (site.serverId !== null && this.servers.get(site.serverId)) || null,
    };
  }

  private above({ serverId }: Site): string[] {
    return [serverId !== null && this.servers.has(serverId) ? serverKey(this.present.key, serverId) : this.present.key];
  }

  private group(): Map<string | null, SiteGroup> {
    const groups = new Map<string | null, SiteGroup>();
    for (const site of this.sites.values()) {
      const entry = this.entryOf(site);
      const server = entry.server?.id ?? null;
      const group = groups.get(server);
      if (group) {
        group.entries.push(entry);
      } else {
        groups.set(server, { entries: [entry], inOrder: undefined });
      }
    }
    return groups;
  }
}

/** The key of the server that a site is on; undefined if Forge doesn't say. */
export function serverKeyOf(entry: SiteEntry): string | undefined {
  return entry.server ? serverKey(organizationKey(entry), entry.server.id) : undefined;
}

let collator: Intl.Collator | undefined;

/** Natural sort order of names: "web-2" before "web-10". */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  // Created with the first comparison: it costs more than anything else when a window opens.
  collator ??= new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  return collator.compare(a.name, b.name);
}
