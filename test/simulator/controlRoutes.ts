import { type Context, Hono } from 'hono';
import { knownScopes } from '../../src/forge/scopes';
import { ApiError } from './apiError';
import type {
  ChangeWish,
  DeploymentWish,
  Fault,
  Fleet,
  FleetChange,
  LimitWish,
  LogChange,
  RowsWish,
  Switches,
  TokenWish,
} from './control';
import type { Deployments } from './deployments';
import { findPlace } from './description';
import { siteStatus } from './documents';
import type { Faults } from './faults';
import type { Logs } from './logs';
import { particularOf } from './particulars';
import type { RateLimiter } from './rateLimit';
import type { RemoteFile, RemoteFiles } from './remoteFiles';
import type { RequestLog } from './requestLog';
import type { OptionalOperations } from './routes';
import { addNewServer, addNewSite } from './seededFleet';
import type { Row, Store } from './store';
import type { TokenRegistry } from './tokens';
import type { Transitions } from './transitions';
import { type Organization, type Server, type Site, type World, wholeSecond } from './world';

/** What the control API steers. */
export interface Steered {
  readonly world: World;
  readonly deployments: Deployments;
  readonly files: RemoteFiles;
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  readonly commandLimiter: RateLimiter;
  readonly tokens: TokenRegistry;
  readonly log: RequestLog;
  readonly logs: Logs;
  readonly optional: OptionalOperations;
  readonly store: Store;
  readonly transitions: Transitions;
  /** Milliseconds added to each API answer. */
  readonly setLatency: (milliseconds: number) => void;
}

const yearInSeconds = 365 * 86_400;

/** The control API, below /_simulator: nothing the real API has, and without its limit, latency and faults. */
export function controlRoutes(steered: Steered): Hono {
  const { world, deployments, files, faults, limiter, commandLimiter, tokens, log, logs, optional, setLatency } =
    steered;
  const { store, transitions } = steered;
  const routes = new Hono().basePath('/_simulator');

  routes.get('/requests', (c) => c.json(log.entries));
  routes.delete('/requests', (c) => {
    log.clear();
    return c.json({});
  });
  routes.post('/faults', async (c) => {
    faults.add(await bodyOf<Fault>(c));
    return c.json({});
  });
  routes.put('/faults', async (c) => {
    const fault = await bodyOf<Fault>(c);
    faults.clear();
    faults.add(fault);
    return c.json({});
  });
  routes.delete('/faults', (c) => {
    faults.clear();
    return c.json({});
  });
  routes.post('/deployments', async (c) => {
    const wish = await bodyOf<DeploymentWish & { start?: boolean }>(c);
    const { organization, site, start, ...plan } = wish;
    const found = siteOf(world, site, organization);
    if (start) {
      return c.json({ id: deployments.start(found, 'push', plan).id });
    }
    deployments.plan(found, plan);
    return c.json({});
  });
  routes.delete('/deployments', (c) => {
    deployments.endAll();
    return c.json({});
  });
  routes.get('/fleet', (c) => c.json(fleetOf(world, deployments)));
  routes.patch('/fleet', async (c) => {
    const { changes } = await bodyOf<{ changes: readonly FleetChange[] }>(c);
    for (const change of changes) {
      apply(world, change);
    }
    return c.json(fleetOf(world, deployments));
  });
  routes.post('/tokens', async (c) => {
    const { scopes = [...knownScopes], expiresIn = yearInSeconds, user = 'default' } = await bodyOf<TokenWish>(c);
    return c.json({ token: tokens.issue(user, world.user(user).id, scopes, expiresIn) });
  });
  routes.post('/tokens/revoke', async (c) => {
    const { token } = await bodyOf<{ token: string }>(c);
    if (!tokens.revoke(token)) {
      throw new ApiError(404, 'There is no such token.');
    }
    return c.json({});
  });
  routes.post('/logs', async (c) => {
    const { log: path, clear = false, append = '', repeat = 1 } = await bodyOf<LogChange>(c);
    const [kind = '', name = '', ...rest] = path.split('/');
    const servers = world.organizations.flatMap((organization) => organization.servers);
    const named: readonly { readonly id: number; readonly name: string }[] =
      kind === 'site' ? [...world.sites.values()] : kind === 'server' ? servers : [];
    const found = named.find((candidate) => candidate.name === name);
    const key = [kind, found?.id ?? name, ...rest].join('/');
    if (clear) {
      logs.clear(key);
    }
    logs.append(key, append.repeat(repeat));
    return c.json({});
  });
  routes.post('/limit', async (c) => {
    const { limit, commands, windowMs, used, user = 'default' } = await bodyOf<LimitWish>(c);
    limiter.limit = limit ?? limiter.limit;
    commandLimiter.limit = commands ?? commandLimiter.limit;
    limiter.windowMs = windowMs ?? limiter.windowMs;
    commandLimiter.windowMs = windowMs ?? commandLimiter.windowMs;
    if (used !== undefined) {
      limiter.use(user, used, world.time.now());
    }
    return c.json({});
  });
  routes.post('/switches', async (c) => {
    const { speed, advance, latency, fileDelay, processConfigurations, ...operations } = await bodyOf<Switches>(c);
    Object.assign(optional, operations);
    if (speed !== undefined) {
      deployments.setSpeed(speed);
    }
    if (advance !== undefined) {
      deployments.advance(advance);
    }
    files.delayMs = fileDelay ?? files.delayMs;
    files.processConfigurations = processConfigurations ?? files.processConfigurations;
    if (latency !== undefined) {
      setLatency(latency);
    }
    return c.json({});
  });
  const fileAt = (path: string): RemoteFile => {
    const file = files.at(path);
    if (!file) {
      throw new ApiError(404, `There is no file ${path}.`);
    }
    return file;
  };
  routes.get('/files', (c) => {
    const path = c.req.query('path') ?? '';
    return c.json({ text: files.read(path, fileAt(path)) });
  });
  routes.put('/files', async (c) => {
    const { path, text } = await bodyOf<{ path: string; text: string }>(c);
    files.put(path, fileAt(path), text);
    return c.json({});
  });
  routes.post('/users', async (c) => {
    const { user, organizations = [] } = await bodyOf<{ user: string; organizations?: readonly string[] }>(c);
    const wanted = world.user(user);
    wanted.organizations = organizations.map(
      (slug) => world.organization(slug) ?? world.addOrganization(slug, slug, wholeSecond(world.time.now())),
    );
    return c.json({});
  });

  routes.post('/changes', async (c) => {
    transitions.wish(await bodyOf<ChangeWish>(c));
    return c.json({});
  });
  routes.delete('/changes', (c) => {
    transitions.release();
    return c.json({});
  });
  /** The list at a path, and the row where the path is that of one. */
  const rowsAt = (path: string): { template: string; list: string; id: string | undefined } => {
    const isList = (at: string) => {
      const place = findPlace(store.description, 'GET', at);
      return place && store.collections.has(place.template) ? place.template : undefined;
    };
    const above = path.slice(0, path.lastIndexOf('/'));
    const [template, list, id] = isList(path)
      ? [isList(path), path]
      : [isList(above), above, path.slice(above.length + 1)];
    if (template === undefined || list === undefined) {
      throw new ApiError(404, `There is no list at ${path}.`);
    }
    return { template, list, id };
  };
  const shown = ({ id, attributes, said }: Row) => ({ id, attributes, said });
  routes.get('/rows', (c) => {
    transitions.settle();
    const { template, list, id } = rowsAt(c.req.query('path') ?? '');
    return c.json(
      store
        .rows(template, list)
        .filter((row) => id === undefined || row.id === id)
        .map(shown),
    );
  });
  routes.post('/rows', async (c) => {
    const { path, count = 1, attributes = {}, said = {} } = await bodyOf<RowsWish>(c);
    const { template, list } = rowsAt(path);
    const numbered = (value: unknown, index: number) =>
      typeof value === 'string' ? value.replaceAll('{n}', String(index + 1)) : value;
    const [{ id: _id, said: hidden = {}, ...usual } = {}] =
      particularOf(template).seeds?.(store.at(template, list)) ?? [];
    const made = Array.from({ length: count }, (_, index) => {
      const own = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, numbered(value, index)]));
      return store.make(template, list, { ...usual, ...own }, { ...hidden, ...said });
    });
    store.rows(template, list).push(...made);
    return c.json(made.map(shown));
  });
  routes.patch('/rows', async (c) => {
    const { path, attributes = {}, said = {} } = await bodyOf<RowsWish>(c);
    const { template, list, id } = rowsAt(path);
    const rows = store.rows(template, list).filter((row) => id === undefined || row.id === id);
    for (const row of rows) {
      Object.assign(row.attributes, attributes);
      Object.assign(row.said, said);
    }
    return c.json(rows.map(shown));
  });
  routes.delete('/rows', async (c) => {
    const { template, list, id } = rowsAt(c.req.query('path') ?? '');
    for (const row of store.rows(template, list).filter((one) => id === undefined || one.id === id)) {
      store.remove(template, list, row);
    }
    return c.json({});
  });

  routes.notFound((c) => c.json({ message: `No such control operation: ${c.req.method} ${c.req.path}` }, 404));
  routes.onError((error) => (error instanceof ApiError ? error : new ApiError(400, error.message)).response());
  return routes;
}

async function bodyOf<T>(c: Context): Promise<T> {
  const text = await c.req.text();
  return (text === '' ? {} : JSON.parse(text)) as T;
}

function fleetOf(world: World, deployments: Deployments): Fleet {
  deployments.settle();
  // In one pass: a fleet of thousands of sites is asked for as well.
  const bySite = new Map<Server, Site[]>();
  for (const site of world.sites.values()) {
    bySite.set(site.server, [...(bySite.get(site.server) ?? []), site]);
  }
  return {
    organizations: world.organizations.map(({ id, name, slug, servers }) => ({
      id,
      name,
      slug,
      servers: servers.map((server) => ({
        id: server.id,
        name: server.name,
        slug: server.slug,
        archived: server.revoked === true,
        tags: server.tags.map((tag) => tag.name),
        sites: (bySite.get(server) ?? []).map((site) => {
          const latest = deployments.latest(site);
          return {
            id: site.id,
            name: site.name,
            branch: site.repository?.branch ?? null,
            status: siteStatus(site, deployments),
            tags: site.tags.map((tag) => tag.name),
            latestDeployment: latest ? { id: latest.id, status: latest.status } : null,
          };
        }),
      })),
    })),
  };
}

function apply(world: World, change: FleetChange): void {
  const now = wholeSecond(world.time.now());
  const scope = change.organization;
  switch (change.change) {
    case 'addOrganization': {
      const added = world.addOrganization(change.name, change.slug, now);
      world.user('default').organizations.push(added);
      return;
    }
    case 'renameOrganization':
      organizationOf(world, change.organization).name = change.name;
      return;
    case 'removeOrganization': {
      const removed = organizationOf(world, change.organization);
      world.organizations.splice(world.organizations.indexOf(removed), 1);
      for (const user of world.users.values()) {
        user.organizations = user.organizations.filter((organization) => organization !== removed);
      }
      for (const site of world.sitesOf(removed)) {
        world.sites.delete(site.id);
      }
      return;
    }
    case 'addServer':
      world.addEvent(
        addNewServer(world, organizationOf(world, change.organization), change.name),
        'Creating server',
        'root',
      );
      return;
    case 'removeServer':
      world.removeServer(serverOf(world, change.server, scope));
      return;
    case 'renameServer':
    case 'archiveServer':
    case 'connectServer':
    case 'phpOfServer':
    case 'tagServer': {
      const server = serverOf(world, change.server, scope);
      server.updatedAt = now;
      world.addEvent(server, `Changing server: ${change.change}`, 'root');
      if (change.change === 'renameServer') {
        server.name = change.name;
      } else if (change.change === 'archiveServer') {
        server.revoked = change.archived ?? true;
      } else if (change.change === 'connectServer') {
        server.connectionStatus = change.status;
      } else if (change.change === 'phpOfServer') {
        server.phpVersion = change.version;
      } else {
        server.tags = world.tags(server.organization, change.tags);
      }
      return;
    }
    case 'addSite': {
      const { repository, name } = change;
      const server = serverOf(world, change.server, scope);
      addNewSite(world, server, name, {
        repository: repository ? [repository.provider, repository.url, repository.branch] : null,
      });
      world.addEvent(server, `Creating site ${name}`, 'root');
      return;
    }
    default:
      changeSite(world, siteOf(world, change.site, scope), change, now);
  }
}

function changeSite(
  world: World,
  site: Site,
  change: Extract<FleetChange, { site: number | string }>,
  now: number,
): void {
  site.updatedAt = now;
  world.addEvent(site.server, `Changing site ${site.name}: ${change.change}`, 'root');
  switch (change.change) {
    case 'renameSite':
      site.name = change.name;
      return;
    case 'removeSite':
      world.sites.delete(site.id);
      return;
    case 'moveSite':
      site.server = serverOf(world, change.server, site.server.organization.slug);
      return;
    case 'tagSite':
      site.tags = world.tags(site.server.organization, change.tags);
      return;
    case 'branchOfSite':
      site.repository = { ...(site.repository ?? { provider: null, url: null }), branch: change.branch };
      return;
    case 'phpOfSite':
      site.phpVersion = change.version;
      return;
    case 'maintenanceOfSite':
      site.maintenance = change.enabled;
      return;
  }
}

function organizationOf(world: World, slug: string): Organization {
  const organization = world.organization(slug);
  if (!organization) {
    throw new ApiError(404, `There is no organization ${slug}.`);
  }
  return organization;
}

function serverOf(world: World, wanted: number | string, organization: string | undefined): Server {
  const all = organization === undefined ? world.organizations : [organizationOf(world, organization)];
  const server = all.flatMap(({ servers }) => servers).find(({ id, name }) => id === wanted || name === wanted);
  if (!server) {
    throw new ApiError(404, `There is no server ${wanted}.`);
  }
  return server;
}

function siteOf(world: World, wanted: number | string, organization: string | undefined): Site {
  for (const site of world.sites.values()) {
    const inside = organization === undefined || site.server.organization.slug === organization;
    if (inside && (site.id === wanted || site.name === wanted)) {
      return site;
    }
  }
  throw new ApiError(404, `There is no site ${wanted}.`);
}
