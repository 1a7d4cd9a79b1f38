import type { ServerEntry, SiteEntry } from '../fleet/rows';
import type { Deployment } from '../forge/resources';

/** The logs that every site has; `application` is that of Laravel. */
export const siteLogNames = ['application', 'nginx-access', 'nginx-error'] as const;

export type SiteLogName = (typeof siteLogNames)[number];

/** Things of a server that have an output. */
export const outputKinds = ['process', 'job', 'event'] as const;

export type OutputKind = (typeof outputKinds)[number];

/** Which log a document shows. Keys are those of the fleet. */
export type LogSource =
  | { readonly kind: 'deployment'; readonly siteKey: string; readonly deploymentId: string }
  | { readonly kind: 'site'; readonly siteKey: string; readonly log: SiteLogName }
  /** The last output of a scheduled job of a site. */
  | { readonly kind: 'siteJob'; readonly siteKey: string; readonly id: string }
  /** A log of a server by Forge's key, for example `php-8.4`. */
  | { readonly kind: 'server'; readonly serverKey: string; readonly log: string }
  | { readonly kind: OutputKind; readonly serverKey: string; readonly id: string };

/** The parts of a `forge-log:` address: a path to read, a query to act on. */
export interface LogUri {
  readonly path: string;
  readonly query: string;
}

/** The address of a deployment's log. The path is for people: /acme/web-1/example.com deployment 123.log */
export function logUri(site: SiteEntry, { id }: Deployment): LogUri {
  return siteUri(site, `deployment ${id}`, { deployment: id });
}

/** /acme/web-1/example.com application.log */
export function siteLogUri(site: SiteEntry, log: SiteLogName): LogUri {
  return siteUri(site, log, { log });
}

/** /acme/web-1/example.com job 123.log */
export function siteJobUri(site: SiteEntry, id: string): LogUri {
  return siteUri(site, `job ${id}`, { job: id });
}

/** /acme/web-1 php-8.4.log */
export function serverLogUri(server: ServerEntry, key: string): LogUri {
  return serverUri(server, key, { log: key });
}

/** /acme/web-1 process 123.log */
export function outputUri(server: ServerEntry, kind: OutputKind, id: string): LogUri {
  return serverUri(server, `${kind} ${id}`, { [kind]: id });
}

/** What an address names; undefined for one that this module did not make. */
export function logSource({ query }: Pick<LogUri, 'query'>): LogSource | undefined {
  const parameters = new URLSearchParams(query);
  const get = (name: string) => parameters.get(name) || undefined;
  const [siteKey, serverKey, log] = [get('site'), get('server'), get('log')];
  if (siteKey !== undefined) {
    const [deploymentId, id] = [get('deployment'), get('job')];
    const name = siteLogNames.find((candidate) => candidate === log);
    return deploymentId !== undefined
      ? { kind: 'deployment', siteKey, deploymentId }
      : name !== undefined
        ? { kind: 'site', siteKey, log: name }
        : id === undefined
          ? undefined
          : { kind: 'siteJob', siteKey, id };
  }
  if (serverKey === undefined) {
    return undefined;
  }
  if (log !== undefined) {
    return { kind: 'server', serverKey, log };
  }
  const kind = outputKinds.find((candidate) => get(candidate) !== undefined);
  const id = kind && get(kind);
  return kind && id !== undefined ? { kind, serverKey, id } : undefined;
}

/** Whether it is the log of Laravel, which has entries with levels. */
export function isLaravelLog(source: LogSource): boolean {
  return source.kind === 'site' && source.log === 'application';
}

/** The site that a log belongs to, as the fleet's key; undefined where it belongs to none. */
export function siteKeyOf(source: LogSource): string | undefined {
  return 'siteKey' in source ? source.siteKey : undefined;
}

function siteUri(
  { key, organization, server, site }: SiteEntry,
  what: string,
  parameters: Readonly<Record<string, string>>,
): LogUri {
  return uri([organization.name, server?.name, `${site.name} ${what}.log`], { site: key, ...parameters });
}

function serverUri(
  { key, organization, server }: ServerEntry,
  what: string,
  parameters: Readonly<Record<string, string>>,
): LogUri {
  return uri([organization.name, `${server.name} ${what}.log`], { server: key, ...parameters });
}

function uri(names: readonly (string | undefined)[], parameters: Readonly<Record<string, string>>): LogUri {
  const path = names.flatMap((name) => (name === undefined ? [] : `/${name.replace(/[\\/?#%:]+/g, '-')}`)).join('');
  return { path, query: new URLSearchParams(parameters).toString() };
}
