import type { Hono } from 'hono';
import { type ApiBindings, createdAt, empty, needs, single, success } from './answers';
import { notFound } from './apiError';
import { type Documents, type Inclusion, included } from './documents';
import type { Logs } from './logs';
import { filterBy, includesOf, orderOf, type SortField } from './pages';
import type { SiteLogName } from './siteFiles';
import type { Caller } from './tokens';
import type { FleetEvent, Server, Site, World } from './world';

const siteLogs: readonly (readonly [name: SiteLogName, type: string, meta?: string])[] = [
  ['application', 'applicationLogs', 'site'],
  ['nginx-access', 'nginxAccessLogs', 'site-nginx-access'],
  ['nginx-error', 'nginxErrorLogs'],
];

/** The logs of sites and servers, and the events of servers with their outputs. */
export function addLogRoutes(
  routes: Hono<{ Bindings: ApiBindings }>,
  parts: {
    readonly world: World;
    readonly logs: Logs;
    readonly documents: Documents;
    readonly siteOf: (caller: Caller, slug: string, serverId: string, id: string) => Site;
    readonly serverOf: (caller: Caller, slug: string, id: string) => Server;
    readonly list: <T extends { readonly id: number }>(
      url: string,
      items: readonly T[],
      order: readonly SortField<T>[],
      document: (item: T) => Inclusion,
    ) => Response;
  },
): void {
  const { world, logs, documents, siteOf, serverOf, list } = parts;
  const below = '/orgs/:organization/servers/:server{[0-9]+}/sites/:site{[0-9]+}' as const;
  const findSite = (caller: Caller, path: { organization: string; server: string; site: string }): Site =>
    siteOf(caller, path.organization, path.server, path.site);
  for (const [name, type, meta] of siteLogs) {
    routes.get(`${below}/logs/${name}`, needs('server:manage-logs'), (c) => {
      const site = findSite(c.env.caller, c.req.param());
      const data = documents.ofSite(site, type, `/logs/${name}`, { content: logs.ofSite(site, name) });
      return success({ data, ...(meta !== undefined && { meta: { log: meta } }) });
    });
    routes.delete(`${below}/logs/${name}`, needs('server:manage-logs'), (c) => {
      logs.clear(`site/${findSite(c.env.caller, c.req.param()).id}/${name}`);
      return empty(202);
    });
  }

  const onServer = '/orgs/:organization/servers/:server{[0-9]+}' as const;
  const findServer = (caller: Caller, path: { organization: string; server: string }): Server =>
    serverOf(caller, path.organization, path.server);
  routes.get(`${onServer}/logs/:key`, needs('server:manage-logs'), (c) => {
    const server = findServer(c.env.caller, c.req.param());
    const key = c.req.param('key');
    const content = logs.ofServer(server, key);
    if (content === undefined) {
      throw notFound('Log');
    }
    return success({ data: documents.ofServer(server, 'serverLogs', `/logs/${key}`, { content }), meta: { log: key } });
  });
  routes.delete(`${onServer}/logs/:key`, needs('server:manage-logs'), (c) => {
    logs.clear(`server/${findServer(c.env.caller, c.req.param()).id}/${c.req.param('key')}`);
    return empty(204);
  });
  const userId = world.user('default').id;
  const eventsOf = (server: Server) => server.organization.events.filter((event) => event.server === server);
  routes.get(`${onServer}/events`, needs('server:view'), (c) => {
    const query = new URL(c.req.url).searchParams;
    // An event is never changed.
    const order = orderOf<FleetEvent>(query, [createdAt, { ...createdAt, name: 'updated_at' }]);
    const all = eventsOf(findServer(c.env.caller, c.req.param()));
    return list(
      c.req.url,
      filterBy(all, query, {
        ran_as: ({ ranAs }) => ranAs,
        initiated_by: ({ ranAs }) => (ranAs === 'root' ? null : userId),
      }),
      order.length > 0 ? order : [createdAt],
      (row) => included(includesOf(query, ['initiator']), (names) => documents.event(row, names)),
    );
  });
  const eventOf = (server: Server, id: string): FleetEvent => {
    const found = eventsOf(server).find((event) => String(event.id) === id);
    if (!found) {
      throw notFound('Event');
    }
    return found;
  };
  routes.get(`${onServer}/events/:event{[0-9]+}`, needs('server:view'), (c) => {
    const { event, ...path } = c.req.param();
    const includes = includesOf(new URL(c.req.url).searchParams, ['initiator']);
    const row = eventOf(findServer(c.env.caller, path), event);
    return single(included(includes, (names) => documents.event(row, names)));
  });
  routes.get(`${onServer}/events/:event{[0-9]+}/output`, needs('server:view'), (c) => {
    const { event, ...path } = c.req.param();
    const server = findServer(c.env.caller, path);
    const found = eventOf(server, event);
    const output = `\u001b[2m${found.description}\u001b[22m\n\u001b[32mDone.\u001b[39m\n`;
    return success({
      data: documents.ofServer(server, 'eventOutputs', `/events/${found.id}/output`, { output }, found.id),
    });
  });
}
