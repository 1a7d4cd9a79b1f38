import type { Deployment, Deployments } from './deployments';
import { hasRedis } from './logs';
import { deployScript, deployUrl } from './siteFiles';
import type { FleetEvent, Organization, Server, Site, Tag, User, World } from './world';

/** A resource of the API as it is sent. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships?: Readonly<Record<string, { readonly data: unknown }>>;
  readonly links?: { readonly self: { readonly href: string } };
}

/** A resource with those its relationships name. */
export interface Inclusion {
  readonly resource: Resource;
  readonly included: readonly Resource[];
}

/**
 * A resource with what `include` asks for. `tagsCount` and `tagsExists` are attributes, under the names that Laravel gives them; the
 * relationship itself is told only where that is asked for, too.
 * @param make makes it with the relationships of these names
 */
export function included(asked: ReadonlySet<string>, make: (names: ReadonlySet<string>) => Inclusion): Inclusion {
  const counted = [...asked].flatMap((name) => {
    const [, of, what] = /^(.+)(Count|Exists)$/.exec(name) ?? [];
    return of === undefined ? [] : [{ of, what }];
  });
  const made = make(asked);
  if (counted.length === 0) {
    return made;
  }
  const { relationships = {} } = make(new Set(counted.map(({ of }) => of))).resource;
  const attributes = counted.map(({ of, what }) => {
    const count = [relationships[of]?.data ?? []].flat().length;
    const name = of.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return [`${name}_${what?.toLowerCase()}`, what === 'Count' ? count : count > 0];
  });
  return {
    ...made,
    resource: { ...made.resource, attributes: { ...made.resource.attributes, ...Object.fromEntries(attributes) } },
  };
}

/** The time as the API writes it: UTC, with microseconds; null stays null. */
export function timestamp(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString().replace('Z', '000Z');
}

/** The site's status as the API computes it. */
export function siteStatus(site: Site, deployments: Deployments): string {
  if (site.state) {
    return site.state;
  }
  if (site.maintenance) {
    return 'maintenance';
  }
  if (deployments.running(site)) {
    return 'deploying';
  }
  switch (deployments.latest(site)?.status) {
    case undefined:
      return 'never-deployed';
    case 'finished':
      return 'deployed';
    case 'failed':
    case 'failed-build':
      return 'failed';
    default:
      return 'installed';
  }
}

/** Turns the world into resources. */
export class Documents {
  readonly #world: World;
  readonly #deployments: Deployments;
  readonly #api: string;
  /** The rules of a site, which are kept elsewhere. */
  rulesOf: (site: Site, name: 'securityRules' | 'redirectRules') => readonly Resource[] = () => [];

  /** `api` is the absolute URL of the API, for links. */
  constructor(world: World, deployments: Deployments, api: string) {
    this.#world = world;
    this.#deployments = deployments;
    this.#api = api;
  }

  user(user: User): Resource {
    return {
      id: String(user.id),
      type: 'users',
      attributes: {
        name: user.name,
        email: user.email,
        created_at: timestamp(user.createdAt),
        updated_at: timestamp(user.createdAt),
      },
      ...this.#self('/user'),
    };
  }

  organization(organization: Organization): Resource {
    return {
      id: String(organization.id),
      type: 'organizations',
      attributes: {
        name: organization.name,
        slug: organization.slug,
        created_at: timestamp(organization.createdAt),
        updated_at: timestamp(organization.createdAt),
      },
      ...this.#self(`/orgs/${organization.slug}`),
    };
  }

  server(server: Server, includes: ReadonlySet<string>): Inclusion {
    const relationships = includes.has('tags') ? { tags: { data: server.tags.map(tagIdentifier) } } : undefined;
    const database = server.databaseType === '' ? null : (server.serviceStates.database ?? 'running');
    const resource: Resource = {
      id: String(server.id),
      type: 'servers',
      attributes: {
        id: server.id,
        credential_id: server.credentialId,
        name: server.name,
        slug: server.slug,
        type: server.type,
        ubuntu_version: server.ubuntuVersion,
        ssh_port: 22,
        provider: server.provider,
        identifier: server.provider === 'custom' ? null : String(server.id * 613),
        size: server.size,
        region: server.region,
        php_version: server.phpVersion,
        php_cli_version: server.phpCliVersion ?? server.phpVersion,
        opcache_status:
          server.phpVersion === null ? null : server.phpSettings.opcache_enabled === false ? 'disabled' : 'enabled',
        database_type: server.databaseType,
        db_status: database,
        redis_status: hasRedis(server.type) ? (server.serviceStates.redis ?? 'running') : null,
        ip_address: server.ipAddress,
        private_ip_address: server.privateIpAddress,
        revoked: server.revoked,
        created_at: timestamp(server.createdAt),
        updated_at: timestamp(server.updatedAt),
        connection_status: server.connectionStatus,
        timezone: server.timezone,
        local_public_key: null,
        is_ready: server.isReady,
      },
      ...(relationships && { relationships }),
      ...this.#self(serverPath(server)),
    };
    return { resource, included: relationships ? server.tags.map((tag) => this.tag(tag)) : [] };
  }

  site(site: Site, includes: ReadonlySet<string>): Inclusion {
    const { server, repository } = site;
    const running = this.#deployments.running(site);
    const latest = this.#deployments.latest(site);
    const rules = (['securityRules', 'redirectRules'] as const)
      .filter((name) => includes.has(name))
      .map((name) => ({ name, rows: this.rulesOf(site, name) }));
    const relationships = {
      ...(includes.has('server') && { server: { data: { type: 'servers', id: String(server.id) } } }),
      ...(includes.has('tags') && { tags: { data: site.tags.map(tagIdentifier) } }),
      ...(includes.has('latestDeployment') && {
        latestDeployment: { data: latest ? { type: 'deployments', id: String(latest.id) } : null },
      }),
      ...Object.fromEntries(
        rules.map(({ name, rows }) => [name, { data: rows.map(({ type, id }) => ({ type, id })) }]),
      ),
    };
    const resource: Resource = {
      id: String(site.id),
      type: 'sites',
      attributes: {
        name: site.name,
        status: siteStatus(site, this.#deployments),
        url: `https://${site.name}`,
        user: site.user,
        https: true,
        web_directory: site.webDirectory ?? (site.appType === 'Static HTML' ? '/dist' : '/public'),
        root_directory: site.rootDirectory,
        aliases: site.aliases,
        php_version: site.phpVersion?.replace(/^php(\d)(\d+)$/, 'PHP $1.$2') ?? null,
        deployment_status: running ? running.status.replace(/^./, (letter) => letter.toUpperCase()) : null,
        quick_deploy: repository ? site.pushToDeploy : null,
        isolated: site.isolated,
        shared_paths: site.zeroDowntime ? { storage: 'storage', '.env': '.env' } : null,
        repository: repository && {
          provider: repository.provider,
          url: repository.url,
          branch: repository.branch,
          status: 'installed',
        },
        database: site.database,
        maintenance_mode: site.maintenance === null ? null : { enabled: site.maintenance, status: null },
        zero_downtime_deployments: site.zeroDowntime,
        deployment_retention: site.zeroDowntime ? 4 : null,
        deployment_script: deployScript(site),
        wildcards: false,
        app_type: site.appType,
        uses_envoyer: false,
        deployment_url: deployUrl(this.#world.seed, site),
        healthcheck_url: site.healthcheckUrl,
        created_at: timestamp(site.createdAt),
        updated_at: timestamp(site.updatedAt),
      },
      // The API leaves the member out altogether when no relation was asked for.
      ...(Object.keys(relationships).length > 0 && { relationships }),
      ...this.#self(`/orgs/${server.organization.slug}/sites/${site.id}`),
    };
    return {
      resource,
      included: [
        ...(includes.has('server') ? [this.server(server, new Set()).resource] : []),
        ...(includes.has('tags') ? site.tags.map((tag) => this.tag(tag)) : []),
        ...(includes.has('latestDeployment') && latest ? [this.deployment(latest).resource] : []),
        ...rules.flatMap(({ rows }) => rows),
      ],
    };
  }

  deployment(deployment: Deployment, includes: ReadonlySet<string> = new Set()): Inclusion {
    const { site } = deployment;
    const initiator = deployment.type === 'user' ? this.#world.user('default') : undefined;
    const relationships = {
      ...(includes.has('site') && { site: { data: { type: 'sites', id: String(site.id) } } }),
      ...(includes.has('initiator') && {
        initiator: { data: initiator ? { type: 'users', id: String(initiator.id) } : null },
      }),
    };
    const resource: Resource = {
      id: String(deployment.id),
      type: 'deployments',
      attributes: {
        commit: deployment.commit,
        type: deployment.type,
        status: deployment.status,
        started_at: timestamp(deployment.startedAt),
        ended_at: timestamp(deployment.endedAt),
        created_at: timestamp(deployment.createdAt),
        updated_at: timestamp(deployment.updatedAt),
      },
      ...(Object.keys(relationships).length > 0 && { relationships }),
    };
    return {
      resource,
      included: [
        ...(includes.has('site') ? [this.site(site, new Set()).resource] : []),
        ...(includes.has('initiator') && initiator ? [this.user(initiator)] : []),
      ],
    };
  }

  tag(tag: Tag): Resource {
    const created = timestamp(tag.createdAt);
    return {
      id: String(tag.id),
      type: 'tags',
      attributes: { name: tag.name, created_at: created, updated_at: created },
    };
  }

  event(event: FleetEvent, includes: ReadonlySet<string> = new Set()): Inclusion {
    const created = timestamp(event.createdAt);
    const initiator = event.ranAs === 'root' ? undefined : this.user(this.#world.user('default'));
    const resource: Resource = {
      id: String(event.id),
      type: 'events',
      attributes: { description: event.description, ran_as: event.ranAs, created_at: created, updated_at: created },
      ...(includes.has('initiator') && {
        relationships: { initiator: { data: initiator ? { type: 'users', id: initiator.id } : null } },
      }),
      ...this.#self(`${serverPath(event.server)}/events/${event.id}`),
    };
    return { resource, included: includes.has('initiator') && initiator ? [initiator] : [] };
  }

  /** A resource that hangs below a site, such as its environment; `below` is the rest of its path. */
  ofSite(site: Site, type: string, below: string, attributes: Resource['attributes'], id = site.id): Resource {
    return { id: String(id), type, attributes, ...this.#self(`${serverPath(site.server)}/sites/${site.id}${below}`) };
  }

  /** A resource that hangs below a server, such as a log; `below` is the rest of its path. */
  ofServer(server: Server, type: string, below: string, attributes: Resource['attributes'], id = server.id): Resource {
    return { id: String(id), type, attributes, ...this.#self(`${serverPath(server)}${below}`) };
  }

  #self(path: string): { links: { self: { href: string } } } {
    return { links: { self: { href: `${this.#api}${path}` } } };
  }
}

function serverPath(server: Server): string {
  return `/orgs/${server.organization.slug}/servers/${server.id}`;
}

function tagIdentifier(tag: Tag): { type: string; id: string } {
  return { type: 'tags', id: String(tag.id) };
}
