import { Hono } from 'hono';
import type { Scope } from '../../src/forge/scopes';
import { createdAt, type Environment, empty, hasScopes, needs, plain, single, success, updatedAt } from './answers';
import { ApiError, notFound } from './apiError';
import type { Deployment, Deployments } from './deployments';
import { type Access, DescribedApi, distinct, type Override } from './describedApi';
import { type Documents, type Inclusion, included, timestamp } from './documents';
import { fleetOperations } from './fleetOperations';
import { addLogRoutes } from './logRoutes';
import type { Logs } from './logs';
import { filterBy, includesOf, orderOf, pageOf, type SortField } from './pages';
import { type RateLimiter, tooManyAttempts } from './rateLimit';
import { processesTemplate as processes, type RemoteFile, type RemoteFiles } from './remoteFiles';
import { deployUrl } from './siteFiles';
import type { At, Store } from './store';
import type { Caller } from './tokens';
import type { Transitions } from './transitions';
import { bodyOf } from './validation';
import type { FleetEvent, Organization, Server, Site, World } from './world';

/** Operations that exist for some accounts only. */
export interface OptionalOperations {
  events: boolean;
  serverDeployments: boolean;
  siteInclude: boolean;
  later: boolean;
}

const siteIncludes = ['server', 'tags', 'latestDeployment', 'securityRules', 'redirectRules'];
const none: ReadonlySet<string> = new Set();

/** The operations of the API, below /api, for callers that are signed in and within their limit. */
export function apiRoutes(parts: {
  readonly world: World;
  readonly deployments: Deployments;
  readonly documents: Documents;
  readonly logs: Logs;
  readonly files: RemoteFiles;
  readonly optional: OptionalOperations;
  /** Counts site commands, besides the limiter of all calls. */
  readonly commandLimiter: RateLimiter;
  readonly store: Store;
  readonly transitions: Transitions;
  /** Absolute URL of the API. */
  readonly api: string;
}): Hono<Environment> {
  const { world, deployments, documents, files, logs, optional, commandLimiter, store, transitions, api } = parts;
  const routes = new Hono<Environment>().basePath('/api');

  const organizationOf = (caller: Caller, slug: string): Organization => {
    const organization = world.organization(slug);
    if (!organization) {
      throw notFound('Organization');
    }
    if (!world.user(caller.user).organizations.includes(organization)) {
      throw new ApiError(403, 'This action is unauthorized.');
    }
    return organization;
  };
  const serverOf = (caller: Caller, slug: string, id: string): Server => {
    const server = organizationOf(caller, slug).servers.find((candidate) => String(candidate.id) === id);
    if (!server) {
      throw notFound('Server');
    }
    return server;
  };
  const siteOf = (caller: Caller, slug: string, serverId: string, id: string): Site => {
    const server = serverOf(caller, slug, serverId);
    const site = world.sites.get(Number(id));
    if (site?.server !== server) {
      throw notFound('Site');
    }
    return site;
  };
  const deploymentOf = (site: Site, id: string): Deployment => {
    const deployment = deployments.of(site).find((candidate) => String(candidate.id) === id);
    if (!deployment) {
      throw notFound('Deployment');
    }
    return deployment;
  };
  const list = <T extends { readonly id: number }>(
    url: string,
    items: readonly T[],
    order: readonly SortField<T>[],
    document: (item: T) => Inclusion,
  ): Response => {
    const { pathname, searchParams } = new URL(url);
    const page = pageOf(items, order, `${api}${pathname.slice('/api'.length)}`, searchParams);
    const shown = page.items.map(document);
    const besides = distinct(shown.flatMap((row) => row.included));
    return success({
      data: shown.map((row) => row.resource),
      ...(besides.length > 0 && { included: besides }),
      links: page.links,
      meta: page.meta,
    });
  };
  const listSites = (url: string, sites: readonly Site[], order: readonly SortField<Site>[]): Response => {
    const query = new URL(url).searchParams;
    const includes = includesOf(query, siteIncludes);
    const kept = filterBy(sites, query, { name: (site) => site.name });
    return list(url, kept, order, (site) => included(includes, (names) => documents.site(site, names)));
  };
  const listDeployments = (url: string, all: readonly Deployment[], allowedIncludes: readonly string[]): Response => {
    const query = new URL(url).searchParams;
    const includes = includesOf(query, allowedIncludes);
    const kept = filterBy(all, query, {
      commit_hash: (deployment) => deployment.commit.hash,
      commit_message: (deployment) => deployment.commit.message,
      commit_author: (deployment) => deployment.commit.author,
    });
    const order = orderOf<Deployment>(query, [createdAt]);
    return list(url, kept, order.length > 0 ? order : [createdAt], (row) =>
      included(includes, (names) => documents.deployment(row, names)),
    );
  };

  for (const path of ['/me', '/user']) {
    routes.get(path, needs('user:view'), (c) => success({ data: documents.user(world.user(c.env.caller.user)) }));
  }
  routes.get('/orgs', needs('organization:view'), (c) =>
    list(c.req.url, world.user(c.env.caller.user).organizations, [], (row) => plain(documents.organization(row))),
  );
  routes.get('/orgs/:organization', needs('organization:view'), (c) =>
    success({ data: documents.organization(organizationOf(c.env.caller, c.req.param('organization'))) }),
  );
  routes.get('/orgs/:organization/events', needs('server:view'), (c) => {
    if (!optional.events) {
      return c.notFound();
    }
    const { events } = organizationOf(c.env.caller, c.req.param('organization'));
    const order = orderOf<FleetEvent>(new URL(c.req.url).searchParams, [createdAt]);
    return list(c.req.url, events, order.length > 0 ? order : [createdAt], (row) => documents.event(row));
  });

  routes.get('/orgs/:organization/servers', needs('server:view'), (c) => {
    const query = new URL(c.req.url).searchParams;
    const includes = includesOf(query, ['tags']);
    const order = orderOf(query, serverSorts);
    const all = organizationOf(c.env.caller, c.req.param('organization')).servers;
    return list(c.req.url, filterBy(all, query, serverFilters), order, (row) => documents.server(row, includes));
  });
  routes.get('/orgs/:organization/servers/:server{[0-9]+}', needs('server:view'), (c) => {
    const { organization, server } = c.req.param();
    const includes = includesOf(new URL(c.req.url).searchParams, ['tags']);
    return single(documents.server(serverOf(c.env.caller, organization, server), includes));
  });
  routes.get('/orgs/:organization/servers/:server{[0-9]+}/deployments', needs('server:view'), (c) => {
    if (!optional.serverDeployments) {
      return c.notFound();
    }
    const { organization, server } = c.req.param();
    const host = serverOf(c.env.caller, organization, server);
    const all = world.sitesOf(host.organization).filter((site) => site.server === host);
    return listDeployments(
      c.req.url,
      all.flatMap((site) => deployments.of(site)),
      ['site', 'initiator'],
    );
  });

  routes.get('/sites', needs('server:view'), (c) => {
    const { organizations } = world.user(c.env.caller.user);
    const all = [...world.sites.values()].filter((site) => organizations.includes(site.server.organization));
    return listSites(c.req.url, all, []);
  });
  routes.get('/orgs/:organization/sites', needs('server:view'), (c) =>
    // Any sort is accepted and none is honoured.
    listSites(c.req.url, world.sitesOf(organizationOf(c.env.caller, c.req.param('organization'))), []),
  );
  routes.get('/orgs/:organization/servers/:server{[0-9]+}/sites', needs('server:view'), (c) => {
    const { organization, server } = c.req.param();
    const host = serverOf(c.env.caller, organization, server);
    const order = orderOf<Site>(new URL(c.req.url).searchParams, [nameOf, createdAt, updatedAt]);
    return listSites(
      c.req.url,
      world.sitesOf(host.organization).filter((site) => site.server === host),
      order,
    );
  });
  routes.get('/orgs/:organization/sites/:site{[0-9]+}', needs('server:view'), (c) => {
    const organization = organizationOf(c.env.caller, c.req.param('organization'));
    const site = world.sites.get(Number(c.req.param('site')));
    if (site?.server.organization !== organization) {
      throw notFound('Site');
    }
    const asked = new URL(c.req.url).searchParams.get('include')?.split(',') ?? [];
    return single(documents.site(site, optional.siteInclude ? new Set(asked) : none));
  });

  const below = '/orgs/:organization/servers/:server{[0-9]+}/sites/:site{[0-9]+}' as const;
  const find = (caller: Caller, path: { organization: string; server: string; site: string }): Site =>
    siteOf(caller, path.organization, path.server, path.site);

  routes.get(`${below}/deployments`, needs('server:view'), (c) =>
    listDeployments(c.req.url, deployments.of(find(c.env.caller, c.req.param())), []),
  );
  routes.post(`${below}/deployments`, needs('site:manage-deploys'), (c) =>
    single(documents.deployment(deployments.start(find(c.env.caller, c.req.param()), 'user')), 202),
  );
  routes.get(`${below}/deployments/status`, needs('server:view'), (c) => {
    const site = find(c.env.caller, c.req.param());
    const running = deployments.running(site);
    if (!running) {
      throw new ApiError(404, 'No deployment is currently running.');
    }
    const attributes = { status: running.status, started_at: timestamp(running.startedAt) };
    return success({
      data: documents.ofSite(site, 'deploymentStatuses', '/deployments/status', attributes, running.id),
    });
  });
  routes.delete(`${below}/deployments/status`, needs('site:manage-deploys'), (c) => {
    deployments.reset(find(c.env.caller, c.req.param()));
    return empty(202);
  });
  const deployHook = (site: Site) =>
    success({
      data: documents.ofSite(site, 'deploymentHooks', '/deployments/deploy-hook', { url: deployUrl(world.seed, site) }),
    });
  routes.get(`${below}/deployments/deploy-hook`, needs('server:view', 'site:manage-deploys'), (c) =>
    deployHook(find(c.env.caller, c.req.param())),
  );
  routes.put(`${below}/deployments/deploy-hook`, needs('site:manage-deploys'), (c) => {
    const site = find(c.env.caller, c.req.param());
    site.hooksReplaced += 1;
    return deployHook(site);
  });
  routes.post(`${below}/deployments/push-to-deploy`, needs('site:manage-deploys'), (c) => {
    find(c.env.caller, c.req.param()).pushToDeploy = true;
    return empty(202);
  });
  routes.delete(`${below}/deployments/push-to-deploy`, needs('site:manage-deploys'), (c) => {
    find(c.env.caller, c.req.param()).pushToDeploy = false;
    return empty(202);
  });
  routes.get(`${below}/deployments/:deployment{[0-9]+}`, needs('server:view'), (c) => {
    const { deployment, ...path } = c.req.param();
    return single(documents.deployment(deploymentOf(find(c.env.caller, path), deployment)));
  });
  routes.get(`${below}/deployments/:deployment{[0-9]+}/log`, needs('site:manage-deploys'), (c) => {
    const { deployment, ...path } = c.req.param();
    const site = find(c.env.caller, path);
    const found = deploymentOf(site, deployment);
    const output = deployments.log(found);
    if (output === undefined) {
      throw new ApiError(404, 'The deployment has no output yet.');
    }
    const at = `/deployments/${found.id}/log`;
    return success({ data: documents.ofSite(site, 'deploymentOutputs', at, { output }, found.id) });
  });

  addLogRoutes(routes, { world, logs, documents, siteOf, serverOf, list });
  const fileDocument = (path: string, file: RemoteFile) => {
    const isTold = file.attribute !== 'config' || files.processConfigurations;
    return success({
      data: {
        id: file.id,
        type: file.type,
        attributes: { ...file.attributes, ...(isTold && { [file.attribute]: files.read(path, file) }) },
        links: { self: { href: `${api}${path}` } },
      },
    });
  };
  /** What is no file of ours is left to the description. */
  const onFile = (name: string, method: 'GET' | 'PUT') => {
    routes.on(method, name, async (c, next) => {
      const path = c.req.path.slice('/api'.length);
      const { organization = '', server = '', site } = c.req.param() as Partial<Record<string, string>>;
      const file = files.at(path);
      if (!file || (file.type === 'backgroundProcesses' && method === 'GET')) {
        return next();
      }
      const allowed = method === 'GET' ? file.reads : file.writes;
      return needs(...allowed)(c, async () => {
        site === undefined
          ? serverOf(c.env.caller, organization, server)
          : siteOf(c.env.caller, organization, server, site);
        if (method === 'PUT') {
          const text = await c.req.text();
          described.refuse(method, path, text);
          const body = bodyOf(text);
          files.write(path, file, String(body[file.field] ?? files.read(path, file)));
          file.take?.(body);
        }
        c.res = method === 'PUT' && !file.isAtOnce ? empty(202) : fileDocument(path, files.at(path) ?? file);
      });
    });
  };
  const host = '/orgs/:organization/servers/:server{[0-9]+}' as const;
  for (const name of [
    `${below}/environment`,
    `${below}/nginx`,
    `${below}/deployments/script`,
    `${below}/domains/:domain{[0-9]+}/nginx`,
    `${host}/php/versions/:version{[0-9]+}/configs/:part`,
    `${host}/background-processes/:process{[0-9]+}`,
  ]) {
    onFile(name, 'GET');
    onFile(name, 'PUT');
  }
  routes.post(`${below}/commands`, needs('site:manage-commands'), async (c, next) => {
    const verdict = commandLimiter.take(c.env.caller.user, world.time.now());
    if (!verdict.allowed) {
      throw tooManyAttempts(verdict);
    }
    return next();
  });

  const described = new DescribedApi({
    store,
    transitions,
    documents,
    api,
    overrides: {
      ...fleetOperations({ world, store, documents, transitions, api }),
      [`GET ${processes}/{backgroundProcess}/log`]: ({ path, at }) => {
        const id = at.parameters.backgroundProcess ?? '';
        const below = path.replace(/^.*(?=\/background-processes\/)/, '');
        const server = hostOf(at);
        const content = logs.ofProcess(id);
        return success({ data: documents.ofServer(server, 'backgroundProcessLogs', below, { content }, Number(id)) });
      },
      ...Object.fromEntries(
        ['', '/sites/{site}'].map((of): [string, Override] => {
          const template = `/orgs/{organization}/servers/{server}${of}/scheduled-jobs`;
          return [
            `GET ${template}/{job}/output`,
            ({ path, at }) => {
              const id = at.parameters.job ?? '';
              const row = store.row(template, path.replace(/\/\d+\/output$/, ''), id);
              const output = logs.ofJob(id, String(row?.attributes.name ?? row?.attributes.command));
              const below = path.replace(/^.*\/servers\/\d+/, '');
              const server = hostOf(at);
              return success({
                data: documents.ofServer(server, 'scheduledJobOutputs', below, { output }, Number(id)),
              });
            },
          ];
        }),
      ),
    },
    hasLater: () => optional.later,
    told: (template, path, { id, said }) => {
      const at = `${path}/${id}`;
      const file = template === processes && files.processConfigurations ? files.at(at) : undefined;
      return file ? { name: said.name, config: files.read(at, file) } : {};
    },
    acted: (_, { id }, { action }) => {
      if (action === 'empty-log') {
        logs.clear(`process/${id}`);
      }
    },
  });
  documents.rulesOf = ({ id, server }, name) => {
    const below = `sites/${id}/${name === 'securityRules' ? 'security-rules' : 'redirect-rules'}`;
    const path = `/orgs/${server.organization.slug}/servers/${server.id}/${below}`;
    const template = `/orgs/{organization}/servers/{server}/${below.replace(String(id), '{site}')}`;
    return store.rows(template, path).map((row) => described.resource(template, path, row));
  };
  const accessOf = (caller: Caller): Access => ({
    allow: (scopes) => {
      if (!hasScopes(caller, scopes as Scope[])) {
        throw new ApiError(403, 'Invalid scope(s) provided.');
      }
    },
    find: ({ organization, server, site }) => {
      if (organization !== undefined && server !== undefined && site !== undefined) {
        siteOf(caller, organization, server, site);
      } else if (organization !== undefined && server !== undefined) {
        serverOf(caller, organization, server);
      } else if (organization !== undefined) {
        organizationOf(caller, organization);
      }
    },
  });
  routes.all('*', async (c) => {
    const { pathname, searchParams } = new URL(c.req.url);
    const path = pathname.slice('/api'.length);
    const text = await c.req.text();
    const request = { method: c.req.method, path, query: searchParams, text };
    return described.answer(request, accessOf(c.env.caller)) ?? c.notFound();
  });

  routes.notFound((c) =>
    new ApiError(404, `The route ${new URL(c.req.url).pathname.slice(1)} could not be found.`).response(),
  );
  routes.onError((error) =>
    (error instanceof ApiError ? error : new ApiError(500, `Server Error: ${error.message}`)).response(),
  );
  return routes;
}

function hostOf({ server }: At): Server {
  if (!server) {
    throw notFound('Server');
  }
  return server;
}

const nameOf = { name: 'name', read: (row: { readonly name: string }) => row.name };

const serverSorts: readonly SortField<Server>[] = [
  nameOf,
  { name: 'provider', read: (server) => server.provider },
  { name: 'ubuntu_version', read: (server) => server.ubuntuVersion },
  { name: 'region', read: (server) => server.region },
  { name: 'php_version', read: (server) => server.phpVersion ?? '' },
  createdAt,
  updatedAt,
];

const serverFilters: Readonly<Record<string, (server: Server) => string | null>> = {
  ip_address: (server) => server.ipAddress,
  name: (server) => server.name,
  region: (server) => server.region,
  size: (server) => server.size,
  provider: (server) => server.provider,
  ubuntu_version: (server) => server.ubuntuVersion,
  php_version: (server) => server.phpVersion,
  database_type: (server) => server.databaseType,
};
