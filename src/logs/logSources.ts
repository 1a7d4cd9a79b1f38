import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import type { CallOptions } from '../forge/client';
import { isGone } from '../forge/errors';
import { line } from '../forge/resources';
import { type WrittenOutput, writtenPart } from '../forge/writtenOutput';
import { pathSegment } from '../ui/pathSegment';

/** How to find, read and describe the logs of one kind. */
interface Kind<Entry> {
  /** What they belong to. */
  readonly on: Entry extends SiteEntry ? 'site' : 'server';
  /** The parameter for the id in a URI. Two kinds of logs on the same target never share both parameter and id. */
  readonly parameter: string;
  /** The valid ids; any if omitted. */
  readonly ids?: readonly string[];
  /** Loads all of it; undefined for those that `DeploymentLogs` reads. @throws ForgeError */
  readonly read?: (
    entry: Entry,
    id: string,
    options: CallOptions,
  ) => Promise<WrittenOutput & { readonly isFinal?: boolean }>;
  /** Clears it on the server. @throws ForgeError */
  readonly clear?: (entry: Entry, id: string) => Promise<unknown>;
  /** Whether Forge knows of it some time before it finds the text. */
  readonly isLate?: true;
  /** The message if Forge doesn't find the log. */
  readonly absent: (id: string) => string;
}

const noOutput = () => l10n.t('No output yet, or it no longer exists.');

/** The logs that every site has; `application` is Laravel's. */
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

/** The states of a command that isn't over. */
const runningStates = ['waiting', 'running'];

/** The output of a command so far, and how it ended. @throws ForgeError */
async function readCommand(
  { api }: SiteEntry,
  command: string,
  options: CallOptions,
): Promise<WrittenOutput & { readonly isFinal?: boolean }> {
  const { attributes } = await api.call('showCommand', { command }, options);
  const { status, exit_code: code, duration } = attributes;
  const isFinal = !runningStates.includes(String(status).toLowerCase());
  const output =
    status === 'waiting'
      ? { text: '', isWritten: true }
      : await api.call('showCommandOutput', { command }, options).catch((error: unknown) => {
          if (isGone(error)) {
            return { text: '', isWritten: isFinal };
          }
          throw error;
        });
  if (!isFinal || !output.isWritten) {
    return output;
  }
  const how = [
    typeof code === 'number' ? l10n.t('exit code {0}', code) : line(status),
    typeof duration === 'string' && duration !== '' ? line(duration) : null,
  ];
  const end = `— ${how.filter(Boolean).join(' · ')} —`;
  return { text: `${output.text}${/\n$|^$/.test(output.text) ? '' : '\n'}${end}\n`, isWritten: true, isFinal: true };
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
    isLate: true,
    absent: noOutput,
  }),
  command: ofSite({
    parameter: 'command',
    read: readCommand,
    isLate: true,
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
    isLate: true,
    absent: noOutput,
  }),
  event: ofServer({
    parameter: 'event',
    read: ({ api }, event, options) => api.call('showServerEventOutput', { event }, options),
    isLate: true,
    absent: noOutput,
  }),
  /** By the ids of the recipe and its run, with a dot between them. */
  recipeRun: ofServer({
    parameter: 'recipe',
    read: async ({ account, organization }, id, options) => {
      const [recipe = '', log = ''] = id.split('.');
      const path = { organization: organization.slug, recipe, log };
      const { attributes } = await account.client.call('showRecipeRun', path, options);
      return writtenPart(typeof attributes.output === 'string' ? attributes.output : '');
    },
    isLate: true,
    absent: noOutput,
  }),
} as const;

export type LogKind = keyof typeof logKinds;

export type EntryOf<Name extends LogKind> = (typeof logKinds)[Name]['on'] extends 'site' ? SiteEntry : ServerEntry;

/** Which log a document shows. */
export interface LogSource<Name extends LogKind = LogKind> {
  readonly kind: Name;
  /** The key of its site or server. */
  readonly key: string;
  /** Which one of its kind: a name, or Forge's id of what printed it. */
  readonly id: string;
}

/** The parts of a `forge-log:` URI: a path for people, a query for the code. */
export interface LogUri {
  readonly path: string;
  readonly query: string;
}

/** The URI of a log. The path is for people: /acme/web-1/example.com deployment 123.log, /acme/web-1 php-8.4.log */
export function logUri<Name extends LogKind>(kind: Name, entry: EntryOf<Name>, id: string): LogUri {
  const { on, parameter } = logKinds[kind];
  const names = [entry.organization.name, entry.server?.name, 'site' in entry ? entry.site.name : undefined];
  const title = `${names.pop() ?? names.pop()} ${parameter === 'log' ? id : `${parameter} ${id}`}.log`;
  const path = [...names, title].flatMap((name) => (name === undefined ? [] : `/${pathSegment(name)}`)).join('');
  return { path, query: new URLSearchParams({ [on]: entry.key, [parameter]: id }).toString() };
}

/** Parses a URI; undefined for one that this module didn't create. */
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

/** The site or server of a log; undefined if the fleet doesn't know it. */
export function entryOf(fleet: Fleet, { kind, key }: LogSource): SiteEntry | ServerEntry | undefined {
  return logKinds[kind].on === 'site' ? fleet.site(key) : fleet.server(key);
}

/** How to read and describe the logs of a kind, for an entry from `entryOf`. */
export function kindOf({ kind }: LogSource): Kind<SiteEntry | ServerEntry> {
  return logKinds[kind] as unknown as Kind<SiteEntry | ServerEntry>;
}

/** Whether it is Laravel's log, which has entries with levels. */
export function isLaravelLog({ kind, id }: LogSource): boolean {
  return kind === 'siteLog' && id === 'application';
}

/** The site or server of a log, by key. */
export function ownerOf({ kind, key }: LogSource): { readonly siteKey: string } | { readonly serverKey: string } {
  return logKinds[kind].on === 'site' ? { siteKey: key } : { serverKey: key };
}
