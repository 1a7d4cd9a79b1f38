import { Random } from './random';
import { processesTemplate } from './remoteFiles';
import type { SiteLogName } from './siteFiles';
import { siteLog } from './siteFiles';
import type { Store } from './store';
import type { Server, Site, World } from './world';

/** As many lines as Forge gives, from the end, whatever there is. */
const window = 500;

/** The logs of servers, sites, processes and jobs: written at the start, and growing, rotating and cleared as told. */
export class Logs {
  readonly #world: World;
  readonly #texts = new Map<string, string>();

  constructor(
    world: World,
    private readonly store: Store,
  ) {
    this.#world = world;
  }

  /** The last lines of a site's log. */
  ofSite(site: Site, name: SiteLogName): string {
    return lastLines(this.#text(`site/${site.id}/${name}`));
  }

  /** The last lines of a server's log; undefined for a key that it does not have. */
  ofServer(server: Server, key: string): string | undefined {
    return this.#keysOf(server).includes(key) ? lastLines(this.#text(`server/${server.id}/${key}`)) : undefined;
  }

  ofProcess(id: string): string {
    return lastLines(this.#text(`process/${id}`));
  }

  /** The output of a job's last run. */
  ofJob(id: string, name: string): string {
    return this.#texts.get(`job/${id}`) ?? `Running ["${name}"]\n\u001b[32m12 done\u001b[39m\n`;
  }

  /** Writes at the end of a log; `name` as in the methods above, for example `site/2000001/application`. */
  append(name: string, text: string): void {
    // What was there at the start comes first.
    this.#texts.set(name, this.#text(name) + text);
  }

  /** Empties a log, as clearing and rotating do. */
  clear(name: string): void {
    this.#texts.set(name, '');
  }

  /** What a log of that name holds at the start. */
  #first(name: string): string {
    const [kind, id, log = ''] = name.split('/');
    const servers = this.#world.organizations.flatMap((organization) => organization.servers);
    const site = kind === 'site' ? this.#world.sites.get(Number(id)) : undefined;
    const server = kind === 'server' ? servers.find((candidate) => String(candidate.id) === id) : undefined;
    const process = kind === 'process' ? servers.map((one) => this.#siteOfProcess(one, id)).find(Boolean) : undefined;
    return site
      ? siteLog(this.#world.seed, site, log as SiteLogName, this.#world.startedAt)
      : server
        ? serverLog(this.#world, server, log)
        : process
          ? workerLog(this.#world, process)
          : '';
  }

  /** The site that a background process of a server works for. */
  #siteOfProcess({ id, organization }: Server, processId: string | undefined): Site | undefined {
    const path = `/orgs/${organization.slug}/servers/${id}/background-processes`;
    const row = this.store.row(processesTemplate, path, processId ?? '');
    return this.#world.sites.get(Number(row?.said.site_id));
  }

  /** The keys of the logs that a server has (src/forge/README.md, Logs). */
  #keysOf({ id, organization, type, databaseType }: Server): string[] {
    const versions = this.store.rows(
      '/orgs/{organization}/servers/{server}/php/versions',
      `/orgs/${organization.slug}/servers/${id}/php/versions`,
    );
    return [
      ...(['database', 'cache'].includes(type) ? [] : ['nginx-access', 'nginx-error']),
      ...versions.map(({ attributes }) => `php-${attributes.version}`),
      ...(hasRedis(type) ? ['redis-server'] : []),
      ...(/^(?:mysql|mariadb)/.test(databaseType) ? ['database-mysql'] : []),
    ];
  }

  #text(name: string): string {
    const known = this.#texts.get(name) ?? this.#first(name);
    this.#texts.set(name, known);
    return known;
  }
}

/** Whether Redis runs on a server of that type. */
export function hasRedis(type: string): boolean {
  return type === 'cache' || type === 'app';
}

function serverLog(world: World, server: Server, key: string): string {
  const random = new Random(world.seed, 'server log', key, server.id);
  const lines: string[] = [];
  for (let index = 40; index > 0; index -= 1) {
    const date = new Date(world.startedAt - index * random.integer(40, 400) * 1000).toISOString().slice(0, 19);
    lines.push(
      key.startsWith('php-')
        ? `[${date}] NOTICE: [pool www] child ${random.integer(1000, 9999)} started`
        : key === 'redis-server'
          ? `1042:M ${date} * ${random.integer(1, 99)} changes in 300 seconds. Saving...`
          : key === 'database-mysql'
            ? `${date}Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections.`
            : `${date} [notice] 1042#1042: signal process started`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function workerLog(world: World, site: Site): string {
  const random = new Random(world.seed, 'worker log', site.id);
  const lines: string[] = [];
  for (let index = 60; index > 0; index -= 1) {
    const date = new Date(world.startedAt - index * 20_000).toISOString().slice(0, 19).replace('T', ' ');
    const job = random.pick(['App\\Jobs\\SendInvoice', 'App\\Mail\\OrderShipped', 'App\\Jobs\\SyncStock']);
    lines.push(`  ${date} ${job} ${'.'.repeat(20)} ${random.integer(5, 900)}ms \u001b[32;1mDONE\u001b[39;22m`);
  }
  return `${lines.join('\n')}\n`;
}

function lastLines(text: string): string {
  let from = text.length;
  for (let count = 0; count <= window && from > 0; count += 1) {
    from = text.lastIndexOf('\n', from - 1);
    if (from < 0) {
      return text;
    }
  }
  return from <= 0 ? text : text.slice(from + 1);
}
