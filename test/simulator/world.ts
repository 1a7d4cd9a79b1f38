import type { Time } from '../../src/forge/clock';
import type { DeploymentEnd } from './control';
import type { Deployment } from './deployments';

export interface User {
  readonly id: number;
  /** How the control API names the user; the token's owner is `default`. */
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly createdAt: number;
  organizations: Organization[];
}

export interface Tag {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
}

/** A row of the change feed and of the server's history. */
export interface FleetEvent {
  readonly id: number;
  readonly description: string;
  readonly ranAs: string | null;
  readonly server: Server;
  readonly createdAt: number;
}

// All times are milliseconds since the epoch, cut to whole seconds as the database of Forge keeps them.
export interface Organization {
  readonly id: number;
  name: string;
  readonly slug: string;
  readonly createdAt: number;
  readonly servers: Server[];
  readonly tags: Map<string, Tag>;
  readonly events: FleetEvent[];
}

export interface Server {
  readonly id: number;
  readonly organization: Organization;
  name: string;
  /** Part of dashboard links; does not follow a rename. */
  readonly slug: string;
  readonly type: string;
  /** At its provider; null where it is nobody's but the owner's. */
  readonly credentialId: number | null;
  readonly provider: string;
  readonly size: string;
  readonly region: string;
  readonly ubuntuVersion: string;
  /** What new sites get. */
  phpVersion: string | null;
  /** What the command line has, where it was changed. */
  phpCliVersion: string | null;
  /** What was set of PHP, by the names of the API. */
  readonly phpSettings: Record<string, unknown>;
  /** How its services are that do not just run, by name: database, redis. */
  readonly serviceStates: Record<string, string>;
  /** Empty when the server has no database. */
  readonly databaseType: string;
  ipAddress: string | null;
  privateIpAddress: string | null;
  timezone: string;
  /** Null on a server that has just been created; true once archived. */
  revoked: boolean | null;
  /** Null until the server has connected for the first time. */
  connectionStatus: string | null;
  isReady: boolean;
  readonly createdAt: number;
  updatedAt: number;
  tags: Tag[];
}

export interface Repository {
  readonly provider: string | null;
  readonly url: string | null;
  branch: string | null;
}

export interface Site {
  readonly id: number;
  server: Server;
  name: string;
  readonly user: string;
  readonly isolated: boolean;
  readonly aliases: readonly string[] | null;
  phpVersion: string | null;
  appType: string;
  repository: Repository | null;
  readonly zeroDowntime: boolean;
  pushToDeploy: boolean;
  /** How often its deploy hook was replaced. */
  hooksReplaced: number;
  maintenance: boolean | null;
  readonly database: string | null;
  healthcheckUrl: string | null;
  webDirectory: string | null;
  rootDirectory: string;
  /** Where it is neither installed nor failed to be. */
  state: 'installing' | 'removing' | 'failed' | undefined;
  readonly createdAt: number;
  updatedAt: number;
  tags: Tag[];
  /** What the site's history is generated from when it is first looked at. */
  readonly past: {
    readonly count: number;
    readonly firstId: number;
    readonly lastEnd: DeploymentEnd;
    readonly lastEndedAt: number;
  };
}

/** How far apart the ids of deployments begin in worlds that follow each other at an address. */
export const deploymentsOfWorld = 1_000_000;

/** Everything the simulated account can see. Ids are whole numbers, unique over all organizations. */
export class World {
  readonly users = new Map<string, User>();
  readonly organizations: Organization[] = [];
  readonly sites = new Map<number, Site>();
  readonly histories = new Map<Site, Deployment[]>();
  /** Servers and sites that somebody made since the start: there is nothing in them but what comes with them. */
  readonly fresh = new WeakSet<Server | Site>();
  #lastId = {
    organization: 100,
    server: 700_000,
    site: 2_000_000,
    deployment: 40_000_000,
    tag: 5_000,
    user: 10,
    event: 9_000_000,
  };

  /** Start-up time, in milliseconds since the epoch and whole seconds. */
  readonly startedAt: number;

  constructor(
    readonly seed: number,
    /** What it goes by. */
    readonly time: Pick<Time, 'now'>,
    /** How many worlds there were before at the same address: what is in this one has ids that were in none of them. */
    generation = 0,
  ) {
    this.startedAt = wholeSecond(time.now());
    this.#lastId.organization += generation * 100;
    this.#lastId.server += generation * 10_000;
    this.#lastId.site += generation * 100_000;
    this.#lastId.deployment += generation * deploymentsOfWorld;
    this.#lastId.event += generation * 100_000;
  }

  /** A fresh id; with `count`, the first of that many. */
  nextId(kind: 'organization' | 'server' | 'site' | 'deployment' | 'tag' | 'user' | 'event', count = 1): number {
    const first = this.#lastId[kind] + 1;
    this.#lastId[kind] += count;
    return first;
  }

  /** The user of that key, made on first mention with the same organizations as the default user. */
  user(key: string): User {
    const known = this.users.get(key);
    if (known) {
      return known;
    }
    const user: User = {
      id: this.nextId('user'),
      key,
      name: key === 'default' ? 'Robin Acker' : key,
      email: key === 'default' ? 'robin@acme.example' : `${encodeURIComponent(key)}@acme.example`,
      createdAt: this.startedAt - 900 * 86_400_000,
      organizations: [...this.organizations],
    };
    this.users.set(key, user);
    return user;
  }

  organization(slug: string): Organization | undefined {
    return this.organizations.find((organization) => organization.slug === slug);
  }

  /** An organization without servers. */
  addOrganization(name: string, slug: string, createdAt: number): Organization {
    const organization: Organization = {
      id: this.nextId('organization'),
      name,
      slug,
      createdAt,
      servers: [],
      tags: new Map(),
      events: [],
    };
    this.organizations.push(organization);
    return organization;
  }

  /** The organization's sites, oldest first. */
  sitesOf(organization: Organization): Site[] {
    return [...this.sites.values()].filter((site) => site.server.organization === organization);
  }

  /** Takes a server and its sites away. */
  removeServer(server: Server): void {
    const { servers } = server.organization;
    servers.splice(servers.indexOf(server), 1);
    for (const site of [...this.sites.values()].filter((one) => one.server === server)) {
      this.sites.delete(site.id);
    }
  }

  /** The organization's tags of those names, made when they are new. */
  tags(organization: Organization, names: readonly string[]): Tag[] {
    return names.map((name) => {
      const tag = organization.tags.get(name) ?? { id: this.nextId('tag'), name, createdAt: organization.createdAt };
      organization.tags.set(name, tag);
      return tag;
    });
  }

  /** Adds a row to the organization's change feed, dated now unless told otherwise. */
  addEvent(server: Server, description: string, ranAs: string | null, createdAt = wholeSecond(this.time.now())): void {
    server.organization.events.push({ id: this.nextId('event'), description, ranAs, server, createdAt });
  }
}

/** The time cut to whole seconds, in milliseconds. */
export function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
