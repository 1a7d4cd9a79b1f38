import { createdAt, empty, single, success, updatedAt } from './answers';
import { notFound } from './apiError';
import type { Call, Override } from './describedApi';
import type { Json } from './description';
import type { Documents, Resource } from './documents';
import { orderOf, type Page, pageOf, type SortField } from './pages';
import { refusal } from './particulars';
import { Random } from './random';
import { addNewServer, addNewSite } from './seededFleet';
import type { Store } from './store';
import type { Transitions } from './transitions';
import { type Server, type Site, type World, wholeSecond } from './world';

const organization = '/orgs/{organization}';
const server = `${organization}/servers/{server}`;
const site = `${server}/sites/{site}`;
const none: ReadonlySet<string> = new Set();

/** As the API calls a type of site, and as a site says what it is. */
const appTypes: Readonly<Record<string, string>> = {
  laravel: 'Laravel',
  symfony: 'Symfony',
  statamic: 'Statamic',
  wordpress: 'WordPress',
  phpmyadmin: 'phpMyAdmin',
  php: 'PHP',
  nextjs: 'Next.js',
  nuxtjs: 'Nuxt.js',
  'static-html': 'Static HTML',
};

/** The operations that change the fleet, or show servers in lists of other kinds. */
export function fleetOperations(parts: {
  readonly world: World;
  readonly store: Store;
  readonly documents: Documents;
  readonly transitions: Transitions;
  /** Absolute URL of the API. */
  readonly api: string;
}): Readonly<Record<string, Override>> {
  const { world, store, documents, transitions, api } = parts;
  /** Ids of the servers that a list shows, by its path. */
  const shown = new Map<string, number[]>();

  const servers = ({ at }: Call): readonly Server[] => at.organization?.servers ?? [];
  const host = ({ at }: Call): Server => at.server ?? fail('Server');
  const ownSite = ({ at }: Call): Site => at.site ?? fail('Site');
  const idsAt = (call: Call, path = call.path): number[] => {
    const ids =
      shown.get(path) ??
      servers(call)
        .slice(0, 2)
        .map(({ id }) => id);
    shown.set(path, ids);
    return ids;
  };
  const find = (call: Call, field: string): Server => {
    const found = servers(call).find(({ id }) => id === call.body[field]);
    if (!found) {
      throw refusal(field, `The selected ${field.replaceAll('_', ' ')} is invalid.`);
    }
    return found;
  };
  const resourceOf = (one: Server): Resource => documents.server(one, none).resource;
  const paged = (
    { path, query }: Call,
    rows: readonly Server[],
    sorts: readonly SortField<Server>[] = [],
  ): Response => {
    const page: Page<Server> = pageOf(rows, orderOf(query, sorts), `${api}${path}`, query);
    return success({ data: page.items.map(resourceOf), links: page.links, meta: page.meta });
  };
  const touch = (one: Server | Site) => {
    one.updatedAt = wholeSecond(world.time.now());
  };
  const removeSite = (one: Site) => {
    world.sites.delete(one.id);
    store.forget(`/orgs/${one.server.organization.slug}/sites/${one.id}`);
  };

  const createSite = (
    call: Call,
    name: string,
    plan: Parameters<typeof addNewSite>[3],
    said: Partial<Site>,
  ): Response => {
    const owner = host(call);
    if (world.sitesOf(owner.organization).some((one) => one.server === owner && one.name === name)) {
      throw refusal('name', 'The name has already been taken.');
    }
    const now = wholeSecond(world.time.now());
    const made: Site = Object.assign(addNewSite(world, owner, name, plan), said, { createdAt: now, updatedAt: now });
    world.fresh.add(made);
    made.state = 'installing';
    world.addEvent(owner, `Creating site ${name}`, 'root');
    const make = () => {
      made.state = undefined;
      touch(made);
    };
    const fails = () => {
      made.state = 'failed';
    };
    transitions.begin({ steps: [{ make }], fail: fails }, transitions.wishFor('POST', call.path));
    return single(documents.site(made, none), 202);
  };

  return {
    [`POST ${organization}/servers`]: (call) => {
      const { body, at } = call;
      const owner = at.organization ?? fail('Organization');
      const { name, provider, type, ubuntu_version, php_version = null, database_type, tags } = body;
      const place = (body[String(provider)] ?? {}) as Json;
      const random = new Random(world.seed, 'new server', owner.servers.length, String(name));
      const now = wholeSecond(world.time.now());
      const made = addNewServer(world, owner, String(name), {
        type: String(type),
        provider: String(provider),
        credentialId: (body.credential_id as number | undefined) ?? null,
        size: String(place.size_id ?? 'Custom'),
        region: String(place.region_id ?? 'Custom'),
        ubuntuVersion: String(ubuntu_version),
        phpVersion: php_version as string | null,
        databaseType: String(database_type ?? ''),
        ipAddress: null,
        privateIpAddress: null,
        revoked: null,
        connectionStatus: null,
        isReady: false,
        createdAt: now,
        updatedAt: now,
        tags: world.tags(owner, (tags ?? []) as string[]),
      });
      world.fresh.add(made);
      world.addEvent(made, `Creating server ${made.name}`, 'root');
      const address = String(place.ip_address ?? `203.0.113.${random.integer(1, 254)}`);
      const connect = () => Object.assign(made, { ipAddress: address, connectionStatus: 'connecting', revoked: false });
      const ready = () => Object.assign(made, { connectionStatus: 'successful', isReady: true });
      const fails = () => Object.assign(made, { connectionStatus: 'failed' });
      const steps = [{ make: connect }, { make: ready }];
      transitions.begin({ steps, fail: fails }, transitions.wishFor('POST', call.path));
      // It is told this one time.
      const meta = {
        sudo_password: `canary-sudo-${random.hex(20)}`,
        database_password: `canary-database-${random.hex(20)}`,
      };
      return success({ data: { ...resourceOf(made), meta } }, 202);
    },
    [`PUT ${server}`]: (call) => {
      const one = host(call);
      const { name, ip_address, private_ip_address, timezone, tags } = call.body;
      one.name = String(name ?? one.name);
      one.ipAddress = (ip_address as string | undefined) ?? one.ipAddress;
      one.privateIpAddress = (private_ip_address as string | undefined) ?? one.privateIpAddress;
      one.timezone = String(timezone ?? one.timezone);
      one.tags = Array.isArray(tags) ? world.tags(one.organization, tags as string[]) : one.tags;
      touch(one);
      return single(documents.server(one, none));
    },
    [`DELETE ${server}`]: (call) => {
      const one = host(call);
      const make = () => {
        for (const below of world.sitesOf(one.organization).filter((candidate) => candidate.server === one)) {
          removeSite(below);
        }
        world.removeServer(one);
        store.forget(call.path);
      };
      transitions.begin({ steps: [{ make }], fail: () => undefined }, transitions.wishFor('DELETE', call.path));
      return empty(202);
    },
    [`GET ${organization}/servers/archives`]: (call) =>
      paged(
        call,
        servers(call).filter(({ revoked }) => revoked === true),
        [createdAt, updatedAt],
      ),
    [`POST ${organization}/servers/archives`]: (call) => {
      const one = find(call, 'server_id');
      const make = () => {
        one.revoked = true;
        touch(one);
      };
      transitions.begin({ steps: [{ make }], fail: () => undefined }, transitions.wishFor('POST', call.path));
      return empty(202);
    },
    [`DELETE ${organization}/servers/archives/{server}`]: (call) => {
      const one = host(call);
      if (one.revoked !== true) {
        throw notFound('Server');
      }
      const make = () => {
        one.revoked = false;
        touch(one);
      };
      transitions.begin({ steps: [{ make }], fail: () => undefined }, transitions.wishFor('DELETE', call.path));
      return empty(202);
    },
    [`GET ${organization}/teams/{team}/servers`]: (call) => {
      const ids = idsAt(call);
      return paged(
        call,
        servers(call).filter(({ id }) => ids.includes(id)),
      );
    },
    [`POST ${organization}/teams/{team}/servers`]: (call) => {
      const one = find(call, 'server_id');
      shown.set(call.path, [...idsAt(call).filter((id) => id !== one.id), one.id]);
      return single(documents.server(one, none), 201);
    },
    [`DELETE ${organization}/teams/{team}/servers/{server}`]: (call) => {
      const path = call.path.slice(0, call.path.lastIndexOf('/'));
      const one = host(call);
      if (!idsAt(call, path).includes(one.id)) {
        throw notFound('Server');
      }
      shown.set(
        path,
        idsAt(call, path).filter((id) => id !== one.id),
      );
      return empty(204);
    },
    [`GET ${server}/network`]: (call) => {
      const ids = idsAt(call);
      const connected = servers(call).filter((one) => one !== host(call) && ids.includes(one.id));
      return success({ data: connected.map(resourceOf) });
    },
    [`PUT ${server}/network`]: (call) => {
      shown.set(call.path, call.body.servers as number[]);
      return empty(202);
    },
    ...Object.fromEntries(
      (
        [
          ['mysql', 'database'],
          ['postgres', 'database'],
          ['redis', 'redis'],
        ] as const
      ).map(([name, service]) => [
        `POST ${server}/services/${name}/actions`,
        (call: Call) => {
          const { serviceStates } = host(call);
          const isStop = call.body.action === 'stop';
          const former = serviceStates[service] ?? 'running';
          serviceStates[service] = isStop ? 'stopping' : 'restarting';
          world.addEvent(host(call), `${isStop ? 'Stopping' : 'Restarting'} ${name}`, 'root');
          const make = () => {
            serviceStates[service] = isStop ? 'stopped' : 'running';
          };
          const fails = () => {
            serviceStates[service] = former;
          };
          transitions.begin({ steps: [{ make }], fail: fails }, transitions.wishFor('POST', call.path));
          return empty(202);
        },
      ]),
    ),
    [`POST ${server}/sites`]: (call) => {
      const { body } = call;
      const {
        name,
        domain_mode,
        is_isolated,
        isolated_user,
        source_control_provider = null,
        repository,
        branch,
        tags,
      } = body;
      if (typeof name !== 'string' || name === '') {
        throw refusal('name', 'The name field is required.');
      }
      const plan = {
        app: appTypes[String(body.type)] ?? 'Custom',
        repository:
          typeof repository === 'string'
            ? ([source_control_provider as string | null, repository, String(branch ?? 'main')] as const)
            : null,
        isolated: is_isolated === true,
        zeroDowntime: body.zero_downtime_deployments === true,
        pushToDeploy: body.push_to_deploy === true,
        tags: (tags ?? []) as string[],
        maintenance: false,
      };
      return createSite(call, domain_mode === 'on-forge' ? `${name}.on-forge.com` : name, plan, {
        ...(is_isolated === true && typeof isolated_user === 'string' && { user: isolated_user }),
        ...(typeof body.php_version === 'string' && { phpVersion: body.php_version }),
        ...(typeof body.web_directory === 'string' && { webDirectory: body.web_directory }),
        ...(typeof body.root_directory === 'string' && { rootDirectory: body.root_directory }),
      });
    },
    [`POST ${server}/sites/balancer`]: (call) =>
      createSite(call, String(call.body.domain), { app: 'Custom', maintenance: false }, {}),
    [`PUT ${site}`]: (call) => {
      const one = ownSite(call);
      const { root_path, directory, type, php_version, push_to_deploy, repository_branch } = call.body;
      one.rootDirectory = (root_path as string | null | undefined) ?? one.rootDirectory;
      one.webDirectory = (directory as string | null | undefined) ?? one.webDirectory;
      one.appType = type === undefined ? one.appType : (appTypes[String(type)] ?? 'Custom');
      one.phpVersion = (php_version as string | undefined) ?? one.phpVersion;
      one.pushToDeploy = (push_to_deploy as boolean | undefined) ?? one.pushToDeploy;
      if (typeof repository_branch === 'string' && one.repository) {
        one.repository.branch = repository_branch;
      }
      touch(one);
      return empty(202);
    },
    [`DELETE ${site}`]: (call) => {
      const one = ownSite(call);
      const { state } = one;
      one.state = 'removing';
      world.addEvent(one.server, `Removing site ${one.name}`, 'root');
      const fails = () => {
        one.state = state;
      };
      const wish = transitions.wishFor('DELETE', call.path);
      transitions.begin({ steps: [{ make: () => removeSite(one) }], fail: fails }, wish);
      return empty(202);
    },
  };
}

function fail(model: string): never {
  throw notFound(model);
}
