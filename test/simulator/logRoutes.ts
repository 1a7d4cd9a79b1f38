import type { Hono, Next } from 'hono';
import { type ApiBindings, createdAt, empty, needs, plain, success } from './answers';
import { notFound } from './apiError';
import type { OpenApi } from './description';
import { type Documents, type Inclusion, timestamp } from './documents';
import type { Logs, ScheduledJob } from './logs';
import { orderOf, type SortField } from './pages';
import { processesOf } from './remoteFiles';
import type { SiteLogName } from './siteFiles';
import type { Caller } from './tokens';
import type { FleetEvent, Server, Site, World } from './world';

const siteLogs: readonly (readonly [name: SiteLogName, type: string, meta?: string])[] = [
  ['application', 'applicationLogs', 'site'],
  ['nginx-access', 'nginxAccessLogs', 'site-nginx-access'],
  ['nginx-error', 'nginxErrorLogs'],
];

/** The logs of sites, servers, background processes, scheduled jobs and events, and the lists that lead to them. */
export function addLogRoutes(
  routes: Hono<{ Bindings: ApiBindings }>,
  parts: {
    readonly world: World;
    readonly logs: Logs;
    readonly documents: Documents;
    readonly description: OpenApi | undefined;
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
  const { world, logs, documents, description, siteOf, serverOf, list } = parts;
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

  // What this simulator does not know may be made up by the description.
  const missing = (what: string, next: Next): Promise<void> => {
    if (description) {
      return next();
    }
    throw notFound(what);
  };
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
  const processOf = (server: Server, id: string) =>
    processesOf(world, server).find((candidate) => String(candidate.id) === id);
  routes.get(`${onServer}/background-processes/:process{[0-9]+}/log`, needs('server:create-daemons'), (c, next) => {
    const { process, ...path } = c.req.param();
    const server = findServer(c.env.caller, path);
    const found = processOf(server, process);
    if (!found) {
      return missing('BackgroundProcess', next);
    }
    const at = `/background-processes/${found.id}/log`;
    return success({
      data: documents.ofServer(server, 'backgroundProcessLogs', at, { content: logs.ofProcess(found) }, found.id),
    });
  });
  routes.post(
    `${onServer}/background-processes/:process{[0-9]+}/actions`,
    needs('server:create-daemons'),
    async (c, next) => {
      const { process, ...path } = c.req.param();
      const found = processOf(findServer(c.env.caller, path), process);
      if (!found) {
        return missing('BackgroundProcess', next);
      }
      const { action } = (await c.req.json()) as { action?: string };
      if (action === 'empty-log') {
        logs.clear(`process/${found.id}`);
      }
      return empty(202);
    },
  );
  const jobDocument = ({ id, server, site, name, command }: ScheduledJob): Inclusion =>
    plain(
      documents.ofServer(
        server,
        'scheduledJobs',
        `${site ? `/sites/${site.id}` : ''}/scheduled-jobs/${id}`,
        {
          name,
          command,
          status: 'installed',
          user: site?.user ?? 'root',
          frequency: site ? 'minutely' : 'nightly',
          cron: site ? '* * * * *' : '0 0 * * *',
          next_run_time: 'in a minute',
          created_at: timestamp(server.createdAt),
          updated_at: timestamp(server.createdAt),
        },
        id,
      ),
    );
  for (const place of [onServer, below]) {
    const jobsAt = (c: {
      readonly env: ApiBindings;
      readonly req: { param(): Record<string, string> };
    }): ScheduledJob[] => {
      const { organization = '', server: serverId = '', site: siteId } = c.req.param();
      const server = serverOf(c.env.caller, organization, serverId);
      return logs
        .jobsOf(server)
        .filter(({ site }) => (siteId === undefined ? site === null : String(site?.id) === siteId));
    };
    routes.get(`${place}/scheduled-jobs`, needs('server:view'), (c) => list(c.req.url, jobsAt(c), [], jobDocument));
    routes.get(`${place}/scheduled-jobs/:job{[0-9]+}/output`, needs('server:view'), (c, next) => {
      const job = jobsAt(c).find(({ id }) => String(id) === c.req.param('job'));
      if (!job) {
        return missing('ScheduledJob', next);
      }
      const at = `${job.site ? `/sites/${job.site.id}` : ''}/scheduled-jobs/${job.id}/output`;
      return success({
        data: documents.ofServer(job.server, 'scheduledJobOutputs', at, { output: logs.ofJob(job) }, job.id),
      });
    });
  }
  const eventsOf = (server: Server) => server.organization.events.filter((event) => event.server === server);
  routes.get(`${onServer}/events`, needs('server:view'), (c) => {
    const order = orderOf<FleetEvent>(new URL(c.req.url).searchParams, [createdAt]);
    return list(
      c.req.url,
      eventsOf(findServer(c.env.caller, c.req.param())),
      order.length > 0 ? order : [createdAt],
      (row) => plain(documents.event(row)),
    );
  });
  routes.get(`${onServer}/events/:event{[0-9]+}/output`, needs('server:view'), (c, next) => {
    const { event, ...path } = c.req.param();
    const server = findServer(c.env.caller, path);
    const found = eventsOf(server).find(({ id }) => String(id) === event);
    if (!found) {
      return missing('Event', next);
    }
    const output = `\u001b[2m${found.description}\u001b[22m\n\u001b[32mDone.\u001b[39m\n`;
    return success({
      data: documents.ofServer(server, 'eventOutputs', `/events/${found.id}/output`, { output }, found.id),
    });
  });
}
