import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import type { CallOptions } from '../forge/client';

/** How the logs of one kind are found, read and spoken of. */
interface Kind<Entry> {
  /** What they are of. */
  readonly on: Entry extends SiteEntry ? 'site' : 'server';
  /** What the id is called in an address. No two kinds of logs on the same have the same name and an id in common. */
  readonly parameter: string;
  /** The ids there are; any where they are not known here. */
  readonly ids?: readonly string[];
  /** Asks for all of it; undefined for those that `DeploymentLogs` reads. @throws ForgeError */
  readonly read?: (entry: Entry, id: string, options: CallOptions) => Promise<string>;
  /** Empties it on the server. @throws ForgeError */
  readonly clear?: (entry: Entry, id: string) => Promise<unknown>;
  /** What is said where Forge has no such log. */
  readonly absent: (id: string) => string;
}

const noOutput = () => l10n.t('No output yet, or it no longer exists.');

/** The logs that every site has; `application` is that of Laravel. */
const siteLogs = {
  application: { show: 'showApplicationLog', clear: 'clearApplicationLog' },
  'nginx-access': { show: 'showNginxAccessLog', clear: 'clearNginxAccessLog' },
  'nginx-error': { show: 'showNginxErrorLog', clear: 'clearNginxErrorLog' },
} as const;

function siteLog(id: string): (typeof siteLogs)[keyof typeof siteLogs] {
  return siteLogs[id as keyof typeof siteLogs];
}

function ofSite(kind: Omit<Kind<SiteEntry>, 'on'>) {
  return { on: 'site', ...kind } as const;
}

function ofServer(kind: Omit<Kind<ServerEntry>, 'on'>) {
  return { on: 'server', ...kind } as const;
}

/** Every kind of log. */
export const logKinds = {
  deployment: ofSite({
    parameter: 'deployment',
    absent: () => l10n.t('This deployment has no log.'),
  }),
  siteLog: ofSite({
    parameter: 'log',
    ids: Object.keys(siteLogs),
    read: ({ api }, id, options) => api.call(siteLog(id).show, {}, options),
    clear: ({ api }, id) => api.call(siteLog(id).clear),
    absent: () => l10n.t('Forge found no such log for this site. It may not have been written yet.'),
  }),
  siteJob: ofSite({
    parameter: 'job',
    read: ({ api }, job, options) => api.call('showSiteScheduledJobOutput', { job }, options),
    absent: noOutput,
  }),
  /** By Forge's key, for example `php-8.4`. */
  serverLog: ofServer({
    parameter: 'log',
    read: ({ api }, key, options) => api.call('showServerLog', { key }, options),
    clear: ({ api }, key) => api.call('clearServerLog', { key }),
    absent: (key) => l10n.t('Forge found no log “{0}” on this server.', key),
  }),
  process: ofServer({
    parameter: 'process',
    read: ({ api }, backgroundProcess, options) => api.call('showBackgroundProcessLog', { backgroundProcess }, options),
    clear: ({ api }, backgroundProcess) =>
      api.call('runBackgroundProcessAction', { backgroundProcess }, { body: { action: 'empty-log' } }),
    absent: noOutput,
  }),
  job: ofServer({
    parameter: 'job',
    read: ({ api }, job, options) => api.call('showServerScheduledJobOutput', { job }, options),
    absent: noOutput,
  }),
  event: ofServer({
    parameter: 'event',
    read: ({ api }, event, options) => api.call('showServerEventOutput', { event }, options),
    absent: noOutput,
  }),
} as const;

export type LogKind = keyof typeof logKinds;

export type EntryOf<Name extends LogKind> = (typeof logKinds)[Name]['on'] extends 'site' ? SiteEntry : ServerEntry;

/** Which log a document shows. */
export interface LogSource<Name extends LogKind = LogKind> {
  readonly kind: Name;
  /** The fleet's key of the site or server that it is of. */
  readonly key: string;
  /** Which one of its kind: a name, or Forge's id of what has printed it. */
  readonly id: string;
}

/** The parts of a `forge-log:` address: a path to read, a query to act on. */
export interface LogUri {
  readonly path: string;
  readonly query: string;
}

/** The address of a log. The path is for people: /acme/web-1/example.com deployment 123.log, /acme/web-1 php-8.4.log */
export function logUri<Name extends LogKind>(kind: Name, entry: EntryOf<Name>, id: string): LogUri {
  const { on, parameter } = logKinds[kind];
  const names = [entry.organization.name, entry.server?.name, 'site' in entry ? entry.site.name : undefined];
  const title = `${names.pop() ?? names.pop()} ${parameter === 'log' ? id : `${parameter} ${id}`}.log`;
  const path = [...names, title]
    .flatMap((name) => (name === undefined ? [] : `/${name.replace(/[\\/?#%:]+/g, '-')}`))
    .join('');
  return { path, query: new URLSearchParams({ [on]: entry.key, [parameter]: id }).toString() };
}

/** What an address names; undefined for one that this module did not make. */
export function logSource({ query }: Pick<LogUri, 'query'>): LogSource | undefined {
  const parameters = new URLSearchParams(query);
  for (const [kind, { on, parameter, ids }] of Object.entries(logKinds) as [LogKind, Kind<SiteEntry | ServerEntry>][]) {
    const [key, id] = [parameters.get(on), parameters.get(parameter)];
    if (key && id && (ids?.includes(id) ?? true)) {
      return { kind, key, id };
    }
  }
  return undefined;
}

/** What a log is of, as the fleet knows it now; undefined where it does not. */
export function entryOf(fleet: Fleet, { kind, key }: LogSource): SiteEntry | ServerEntry | undefined {
  return logKinds[kind].on === 'site' ? fleet.site(key) : fleet.server(key);
}

/** How the logs of a kind are read and spoken of, for whoever has what they are of from `entryOf`. */
export function kindOf({ kind }: LogSource): Kind<SiteEntry | ServerEntry> {
  return logKinds[kind] as unknown as Kind<SiteEntry | ServerEntry>;
}

/** Whether it is the log of Laravel, which has entries with levels. */
export function isLaravelLog({ kind, id }: LogSource): boolean {
  return kind === 'siteLog' && id === 'application';
}

/** Whose log it is, by the fleet's key. */
export function ownerOf({ kind, key }: LogSource): { readonly siteKey: string } | { readonly serverKey: string } {
  return logKinds[kind].on === 'site' ? { siteKey: key } : { serverKey: key };
}
