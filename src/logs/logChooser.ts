import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { type ServerEntry, type SiteEntry, serverKeyOf } from '../fleet/rows';
import { type AnyResource, type Decoded, phpVersion, time } from '../forge/resources';
import { type KindId, kindOf, kinds } from '../resources/catalogue';
import { nameOf } from '../resources/resourceWords';
import { pickHeading } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import { relativeTime } from '../ui/relativeTime';
import { logAddress } from './logAddress';
import type { LogDocuments } from './logDocuments';
import type { LogReader } from './logReader';
import { serverLogKeys } from './serverLogKeys';

/** Maximum number of rows to load from a list: a server has endless events. */
const mostRows = 300;

interface Choice extends vscode.QuickPickItem {
  /** Shows the log, or the next list. */
  readonly choose?: () => unknown;
}

/** Lets the user select one of the logs of a site or server, and shows it. */
export class LogChooser {
  constructor(
    private readonly documents: LogDocuments,
    private readonly reader: LogReader,
    private readonly fleet: Fleet,
  ) {}

  /** Asks which log of a site or server to show. */
  of(entry: ServerEntry | SiteEntry): Promise<void> {
    return 'site' in entry ? this.ofSite(entry) : this.ofServer(entry);
  }

  /** Asks which log of a site to show. Makes no requests. */
  private async ofSite(site: SiteEntry): Promise<void> {
    const { name, phpVersion, latestDeployment } = site.site;
    const server = this.fleet.server(serverKeyOf(site) ?? '');
    const open = (kind: 'deployment' | 'siteLog', id: string) => () => this.open(logAddress(kind, site, id));
    await choose(l10n.t('Logs of {0}', name), [
      ...(latestDeployment
        ? [
            {
              label: l10n.t('Latest Deployment'),
              iconPath: new vscode.ThemeIcon('rocket'),
              choose: open('deployment', latestDeployment.id),
            },
          ]
        : []),
      // Without PHP there is no Laravel.
      ...(phpVersion === null
        ? []
        : [
            {
              label: l10n.t('Laravel Log'),
              description: 'storage/logs/laravel.log',
              iconPath: new vscode.ThemeIcon('output'),
              choose: open('siteLog', 'application'),
            },
          ]),
      {
        label: l10n.t('Nginx Access'),
        iconPath: new vscode.ThemeIcon('globe'),
        choose: open('siteLog', 'nginx-access'),
      },
      {
        label: l10n.t('Nginx Error'),
        iconPath: new vscode.ThemeIcon('warning'),
        choose: open('siteLog', 'nginx-error'),
      },
      {
        label: l10n.t('Scheduled Job…'),
        iconPath: new vscode.ThemeIcon('clock'),
        choose: () => this.siteJobs(site),
      },
      ...(server
        ? [
            {
              label: l10n.t('Background Process…'),
              iconPath: new vscode.ThemeIcon('server-process'),
              choose: () => this.outputs(server, 'process', { 'filter[site_id]': site.site.id }),
            },
            {
              label: l10n.t('Server {0}…', server.server.name),
              iconPath: new vscode.ThemeIcon('server'),
              choose: () => this.ofServer(server),
            },
          ]
        : []),
    ]);
  }

  /** Asks which log of a server to show, depending on what is installed. Makes one request. */
  private async ofServer(server: ServerEntry): Promise<void> {
    const more = [
      {
        label: l10n.t('Background Process…'),
        iconPath: new vscode.ThemeIcon('server-process'),
        choose: () => this.outputs(server, 'process'),
      },
      {
        label: l10n.t('Scheduled Job…'),
        iconPath: new vscode.ThemeIcon('clock'),
        choose: () => this.outputs(server, 'job'),
      },
      {
        label: l10n.t('Event…'),
        iconPath: new vscode.ThemeIcon('history'),
        choose: () => this.outputs(server, 'event'),
      },
    ];
    const choices = this.serverKeys(server).then((keys) => [
      ...keys.map((key) => ({
        label: keyName(key),
        description: key,
        iconPath: new vscode.ThemeIcon('output'),
        choose: () => this.open(logAddress('serverLog', server, key)),
      })),
      pickHeading(''),
      ...more,
    ]);
    await choose(l10n.t('Logs of {0}', server.server.name), choices);
  }

  /** The keys of a server's logs, by what runs on it, without those that Forge didn't find (src/forge/README.md, Logs). */
  private async serverKeys(server: ServerEntry): Promise<readonly string[]> {
    const versions = await rowsOf(server.api.list('listPhpVersions', {}, { lane: 'user' }));
    return serverLogKeys(server.server, versions.flatMap(installedVersion)).filter(
      (key) => !this.reader.isMissing(server.key, key),
    );
  }

  private async siteJobs(site: SiteEntry): Promise<void> {
    const list = site.api.list('listSiteScheduledJobs', {}, { lane: 'user' });
    const words = { title: l10n.t('Scheduled Jobs of {0}', site.site.name), none: l10n.t('No scheduled jobs found.') };
    await this.things(list, 'siteScheduledJobs', words, (id) => logAddress('siteJob', site, id));
  }

  private async outputs(
    server: ServerEntry,
    kind: keyof typeof resourcesOf,
    query: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const { name } = server.server;
    const words = {
      process: {
        title: l10n.t('Background Processes of {0}', name),
        none: l10n.t('No background processes found.'),
      },
      job: { title: l10n.t('Scheduled Jobs of {0}', name), none: l10n.t('No scheduled jobs found.') },
      event: { title: l10n.t('Events of {0}', name), none: l10n.t('No events found.') },
    };
    const resources = resourcesOf[kind];
    const list = server.api.list(kinds[resources].list, {}, { lane: 'user', query });
    await this.things(list, resources, words[kind], (id) => logAddress(kind, server, id));
  }

  /** Asks for an item of a list, and shows its output. */
  private async things(
    list: AsyncIterable<Decoded<AnyResource>>,
    kind: KindId,
    { title, none }: { readonly title: string; readonly none: string },
    uri: (id: string) => vscode.Uri,
  ): Promise<void> {
    const items = rowsOf(list).then((things) => {
      if (things.length === 0) {
        throw new PlainError(none);
      }
      const rows: Choice[] = things.map((thing) => ({
        ...row(kind, thing, this.fleet.clock.now()),
        choose: () => this.open(uri(thing.id)),
      }));
      return things.length < mostRows ? rows : [...rows, pickHeading(l10n.t('first {0} shown', things.length))];
    });
    await choose(title, items);
  }

  private async open(uri: vscode.Uri): Promise<void> {
    await this.documents.show(uri);
  }
}

/** Whose outputs they are. */
const resourcesOf = {
  process: 'backgroundProcesses',
  job: 'scheduledJobs',
  event: 'events',
} as const satisfies Readonly<Record<string, KindId>>;

/** A version of PHP as in "8.4"; none where it is being taken away. */
function installedVersion({ attributes: { version, status } }: AnyResource): readonly string[] {
  const known = phpVersion(version);
  return known !== null && /^\d+\.\d+$/.test(known) && !/uninstall|remov/i.test(String(status)) ? [known] : [];
}

/** The rows of all pages, up to the maximum. */
async function rowsOf<T>(pages: AsyncIterable<Decoded<T>>): Promise<T[]> {
  const rows: T[] = [];
  for await (const { items } of pages) {
    rows.push(...items);
    if (rows.length >= mostRows) {
      break;
    }
  }
  return rows;
}

async function choose(title: string, choices: readonly Choice[] | Promise<readonly Choice[]>): Promise<void> {
  const chosen = await vscode.window.showQuickPick<Choice>(
    Promise.resolve(choices).then((found) => [...found]),
    { title, placeHolder: l10n.t('Select a log'), matchOnDescription: true, matchOnDetail: true },
  );
  await chosen?.choose?.();
}

/** @param now milliseconds since 1970 */
function row(kind: KindId, thing: AnyResource, now: number): Choice {
  const { about, at } = kindOf(kind);
  const name = nameOf(kind, thing);
  const when = at === undefined ? null : time(thing.attributes[at]);
  const age = when === null ? null : relativeTime(when, now, vscode.env.language);
  return {
    label: name,
    description: [...(about?.(thing.attributes) ?? []), age].filter(Boolean).join(' · '),
    detail: thing.id === name ? '' : `#${thing.id}`,
  };
}

/** The display name of a log key. */
function keyName(key: string): string {
  const names: Readonly<Record<string, string>> = {
    'nginx-access': l10n.t('Nginx Access'),
    'nginx-error': l10n.t('Nginx Error'),
    'redis-server': l10n.t('Redis'),
    'database-mysql': l10n.t('Database'),
  };
  return names[key] ?? key.replace(/^php-/, 'PHP ');
}
