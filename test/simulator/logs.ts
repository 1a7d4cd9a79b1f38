import { Random } from './random';
import { type BackgroundProcess, phpVersionsOf, processesOf } from './remoteFiles';
import type { SiteLogName } from './siteFiles';
import { siteLog } from './siteFiles';
import type { Server, Site, World } from './world';

/** As many lines as Forge gives, from the end, whatever there is. */
const window = 500;

export interface ScheduledJob {
  readonly id: number;
  readonly server: Server;
  /** Null for one of the server itself. */
  readonly site: Site | null;
  readonly name: string;
  readonly command: string;
}

/** The logs of servers, sites, processes and jobs: written at the start, and growing, rotating and cleared as told. */
export class Logs {
  readonly #world: World;
  readonly #texts = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The last lines of a site's log. */
  ofSite(site: Site, name: SiteLogName): string {
    return lastLines(this.#text(`site/${site.id}/${name}`));
  }

  /** The last lines of a server's log; undefined for a key that it does not have. */
  ofServer(server: Server, key: string): string | undefined {
    return serverLogKeys(server).includes(key) ? lastLines(this.#text(`server/${server.id}/${key}`)) : undefined;
  }

  ofProcess({ id }: BackgroundProcess): string {
    return lastLines(this.#text(`process/${id}`));
  }

  /** The output of a job's last run. */
  ofJob({ id, name }: ScheduledJob): string {
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

  /** The scheduled jobs of a server and of its sites. */
  jobsOf(server: Server): ScheduledJob[] {
    const own = {
      id: 500_000 + (server.id % 10_000),
      server,
      site: null,
      name: 'composer self-update',
      command: 'composer self-update',
    };
    return [
      own,
      ...this.#sitesOf(server)
        .filter(({ phpVersion }) => phpVersion !== null)
        .slice(0, 3)
        .map((site) => ({
          id: 510_000 + (site.id % 100_000),
          server,
          site,
          name: `Scheduler of ${site.name}`,
          command: `php8.4 /home/${site.user}/${site.name}/artisan schedule:run`,
        })),
    ];
  }

  /** What a log of that name holds at the start. */
  #first(name: string): string {
    const [kind, id, log = ''] = name.split('/');
    const servers = this.#world.organizations.flatMap((organization) => organization.servers);
    const site = kind === 'site' ? this.#world.sites.get(Number(id)) : undefined;
    const server = kind === 'server' ? servers.find((candidate) => String(candidate.id) === id) : undefined;
    const process = servers
      .flatMap((one) => processesOf(this.#world, one))
      .find((one) => kind === 'process' && String(one.id) === id);
    return site
      ? siteLog(this.#world.seed, site, log as SiteLogName, this.#world.startedAt)
      : server
        ? serverLog(this.#world, server, log)
        : process
          ? workerLog(this.#world, process.site)
          : '';
  }

  #sitesOf(server: Server): Site[] {
    return this.#world.sitesOf(server.organization).filter((site) => site.server === server);
  }

  #text(name: string): string {
    const known = this.#texts.get(name) ?? this.#first(name);
    this.#texts.set(name, known);
    return known;
  }
}

/** The keys of the logs that a server has (src/forge/README.md, Logs). */
export function serverLogKeys(server: Server): string[] {
  const { type, databaseType } = server;
  return [
    ...(['database', 'cache'].includes(type) ? [] : ['nginx-access', 'nginx-error']),
    ...phpVersionsOf(server).map(({ name }) => `php-${name}`),
    ...(hasRedis(type) ? ['redis-server'] : []),
    ...(/^(?:mysql|mariadb)/.test(databaseType) ? ['database-mysql'] : []),
  ];
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
