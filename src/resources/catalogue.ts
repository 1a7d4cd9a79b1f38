import type { ListName, OperationName } from '../forge/operationTable';
import { type AnyResource, type Json, line, phpVersion } from '../forge/resources';

/** What resources lie below. */
export type Place = 'organization' | 'server' | 'site';

/** Something that can be done with a resource without asking for more. */
export interface Action {
  readonly operation: OperationName;
  readonly body?: object;
  /** The states in which it makes sense; any where that is not said. */
  readonly when?: readonly string[];
}

/** A kind of resource: where it lies, how it is read, what a row tells, and what can be done. */
export interface Kind {
  readonly on: Place;
  readonly icon: string;
  readonly list: ListName;
  /** The name of its id in paths. */
  readonly parameter: string;
  /** Reads one of them; the row of the list is all that there is without it. */
  readonly show?: OperationName;
  /** What a person calls it; null where Forge does not tell, and its id has to do. */
  readonly name: (attributes: Json) => string | null;
  /** What else is worth a glance, most important first. */
  readonly about?: (attributes: Json) => readonly (string | null)[];
  /** When it happened or will, milliseconds since 1970 as Forge writes times: the name of the attribute. */
  readonly at?: string;
  /** The attribute that says how it stands. */
  readonly state?: string;
  /** The kind of log that shows what it has printed. */
  readonly output?: 'process' | 'job' | 'siteJob' | 'event';
  readonly actions?: Readonly<Partial<Record<ActionName, Action>>>;
}

/** What actions are called. */
export type ActionName = 'restart' | 'start' | 'stop' | 'delete';

const text = (name: string) => (attributes: Json) => line(attributes[name]);
const firstOf =
  (...names: readonly string[]) =>
  (attributes: Json) =>
    names.map((name) => line(attributes[name])).find((value) => value !== null) ?? null;
const word = (value: unknown) => (typeof value === 'number' ? String(value) : line(value));
const schedule = ({ frequency, cron }: Json) => word(/^custom$/i.test(String(frequency)) ? cron : frequency);

/**
 * Every kind of resource that is shown. Adding one is adding a row here and its words in resourceWords.ts.
 * The order is that in which groups stand below their place.
 */
export const kinds = {
  // Of a server
  databases: {
    on: 'server',
    icon: 'database',
    list: 'listDatabases',
    parameter: 'database',
    show: 'showDatabase',
    name: text('name'),
    state: 'status',
  },
  databaseUsers: {
    on: 'server',
    icon: 'account',
    list: 'listDatabaseUsers',
    parameter: 'databaseUser',
    show: 'showDatabaseUser',
    name: text('name'),
    state: 'status',
    actions: { delete: { operation: 'deleteDatabaseUser' } },
  },
  backups: {
    on: 'server',
    icon: 'archive',
    list: 'listBackupConfigurations',
    parameter: 'backupConfiguration',
    show: 'showBackupConfiguration',
    name: firstOf('name', 'displayable_schedule'),
    about: ({ name, displayable_schedule, provider, bucket }) => [
      name ? line(displayable_schedule) : null,
      word(provider),
      word(bucket),
    ],
    state: 'status',
    actions: { delete: { operation: 'deleteBackupConfiguration' } },
  },
  backgroundProcesses: {
    on: 'server',
    icon: 'server-process',
    list: 'listBackgroundProcesses',
    parameter: 'backgroundProcess',
    show: 'showBackgroundProcess',
    name: firstOf('name', 'command'),
    about: ({ user, directory }) => [word(user), word(directory)],
    state: 'status',
    output: 'process',
    actions: {
      restart: { operation: 'runBackgroundProcessAction', body: { action: 'restart' }, when: ['installed'] },
      start: { operation: 'runBackgroundProcessAction', body: { action: 'start' }, when: ['installed'] },
      stop: { operation: 'runBackgroundProcessAction', body: { action: 'stop' }, when: ['installed'] },
      delete: { operation: 'deleteBackgroundProcess' },
    },
  },
  scheduledJobs: {
    on: 'server',
    icon: 'clock',
    list: 'listServerScheduledJobs',
    parameter: 'job',
    show: 'showServerScheduledJob',
    name: firstOf('name', 'command'),
    about: (attributes) => [schedule(attributes), word(attributes.user)],
    at: 'next_run_time',
    state: 'status',
    output: 'job',
    actions: { delete: { operation: 'deleteServerScheduledJob' } },
  },
  phpVersions: {
    on: 'server',
    icon: 'symbol-misc',
    list: 'listPhpVersions',
    parameter: 'phpVersion',
    show: 'showPhpVersion',
    name: ({ version }) => {
      const known = phpVersion(version);
      return known && `PHP ${known}`;
    },
    state: 'status',
  },
  firewallRules: {
    on: 'server',
    icon: 'shield',
    list: 'listFirewallRules',
    parameter: 'rule',
    show: 'showFirewallRule',
    name: text('name'),
    about: ({ type, port, ip_address }) => [word(type), word(port), word(ip_address)],
    state: 'status',
    actions: { delete: { operation: 'deleteFirewallRule' } },
  },
  sshKeys: {
    on: 'server',
    icon: 'key',
    list: 'listSshKeys',
    parameter: 'key',
    show: 'showSshKey',
    name: text('name'),
    about: ({ user, created_by }) => [word(user), word(created_by)],
    state: 'status',
    actions: { delete: { operation: 'deleteSshKey' } },
  },
  monitors: {
    on: 'server',
    icon: 'pulse',
    list: 'listMonitors',
    parameter: 'monitor',
    show: 'showMonitor',
    name: ({ type }) => line(typeof type === 'string' ? type.replaceAll('_', ' ') : type),
    about: ({ operator, threshold, minutes }) => [
      word(threshold) && `${operator === 'lte' ? '≤' : '≥'} ${word(threshold)}`,
      word(minutes) && `${word(minutes)} min`,
    ],
    state: 'state',
    actions: { delete: { operation: 'deleteMonitor' } },
  },
  nginxTemplates: {
    on: 'server',
    icon: 'file-code',
    list: 'listNginxTemplates',
    parameter: 'nginxTemplate',
    name: text('name'),
    actions: { delete: { operation: 'deleteNginxTemplate' } },
  },
  events: {
    on: 'server',
    icon: 'history',
    list: 'listServerEvents',
    parameter: 'event',
    show: 'showServerEvent',
    name: text('description'),
    about: ({ ran_as }) => [word(ran_as)],
    at: 'created_at',
    output: 'event',
  },

  // Of a site
  domains: {
    on: 'site',
    icon: 'globe',
    list: 'listDomains',
    parameter: 'domainRecord',
    show: 'showDomain',
    name: text('name'),
    about: ({ type }) => [word(type)],
    state: 'status',
    actions: { delete: { operation: 'deleteDomain' } },
  },
  certificates: {
    on: 'site',
    icon: 'lock',
    list: 'listSiteCertificates',
    parameter: 'certificate',
    name: ({ type }) => (type === 'letsencrypt' ? "Let's Encrypt" : type === 'csr' ? 'CSR' : line(type)),
    at: 'created_at',
    state: 'status',
  },
  siteScheduledJobs: {
    on: 'site',
    icon: 'clock',
    list: 'listSiteScheduledJobs',
    parameter: 'job',
    show: 'showSiteScheduledJob',
    name: firstOf('name', 'command'),
    about: (attributes) => [schedule(attributes)],
    at: 'next_run_time',
    state: 'status',
    output: 'siteJob',
    actions: { delete: { operation: 'deleteSiteScheduledJob' } },
  },
  commands: {
    on: 'site',
    icon: 'terminal',
    list: 'listCommands',
    parameter: 'command',
    show: 'showCommand',
    name: text('command'),
    about: ({ exit_code }) => [word(exit_code) && `exit ${word(exit_code)}`],
    at: 'created_at',
    state: 'status',
  },
  heartbeats: {
    on: 'site',
    icon: 'pulse',
    list: 'listHeartbeats',
    parameter: 'heartbeat',
    show: 'showHeartbeat',
    name: text('name'),
    state: 'status',
    actions: { delete: { operation: 'deleteHeartbeat' } },
  },
  redirectRules: {
    on: 'site',
    icon: 'arrow-right',
    list: 'listRedirectRules',
    parameter: 'redirectRule',
    show: 'showRedirectRule',
    name: ({ from, to }) => [line(from), line(to)].filter(Boolean).join(' → ') || null,
    about: ({ type }) => [word(type)],
    state: 'status',
    actions: { delete: { operation: 'deleteRedirectRule' } },
  },
  securityRules: {
    on: 'site',
    icon: 'lock',
    list: 'listSecurityRules',
    parameter: 'securityRule',
    show: 'showSecurityRule',
    name: text('name'),
    about: ({ path }) => [word(path)],
    state: 'status',
    actions: { delete: { operation: 'deleteSecurityRule' } },
  },
  webhooks: {
    on: 'site',
    icon: 'broadcast',
    list: 'listDeploymentWebhooks',
    parameter: 'deploymentWebhook',
    show: 'showDeploymentWebhook',
    name: text('host'),
    at: 'created_at',
    actions: { delete: { operation: 'deleteDeploymentWebhook' } },
  },

  // Of an organization
  recipes: {
    on: 'organization',
    icon: 'notebook',
    list: 'listRecipes',
    parameter: 'recipe',
    show: 'showRecipe',
    name: text('name'),
    about: ({ user }) => [word(user)],
  },
  teams: {
    on: 'organization',
    icon: 'organization',
    list: 'listTeams',
    parameter: 'team',
    show: 'showTeam',
    name: text('name'),
  },
  roles: {
    on: 'organization',
    icon: 'person',
    list: 'listRoles',
    parameter: 'role',
    show: 'showRole',
    name: text('name'),
  },
  storageProviders: {
    on: 'organization',
    icon: 'cloud',
    list: 'listStorageProviders',
    parameter: 'storageConfiguration',
    show: 'showStorageProvider',
    name: text('name'),
    about: ({ provider_name, bucket }) => [word(provider_name), word(bucket)],
  },
  serverCredentials: {
    on: 'organization',
    icon: 'key',
    list: 'listServerCredentials',
    parameter: 'credential',
    show: 'showServerCredential',
    name: text('name'),
    about: ({ provider }) => [word(provider)],
  },
  archivedServers: {
    on: 'organization',
    icon: 'archive',
    list: 'listArchivedServers',
    parameter: 'server',
    name: text('name'),
    about: ({ provider, region }) => [word(provider), word(region)],
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type KindId = keyof typeof kinds;

/** A kind by its id, without what is special about it. */
export function kindOf(id: KindId): Kind {
  return kinds[id];
}

export function isKind(text: string): text is KindId {
  return Object.hasOwn(kinds, text);
}

/** The kinds that lie below a place, in order. */
export function kindsOn(place: Place): readonly KindId[] {
  return (Object.keys(kinds) as KindId[]).filter((id) => kinds[id].on === place);
}

/** What a person calls a resource. */
export function nameOf(id: KindId, resource: AnyResource): string {
  return kindOf(id).name(resource.attributes) ?? resource.id;
}

/** How a resource stands, in Forge's words; null where it does not tell. */
export function stateOf(id: KindId, { attributes }: AnyResource): string | null {
  const { state } = kindOf(id);
  return state === undefined ? null : line(attributes[state]);
}

/** Words that end like those of a change, and are none. */
const lasting = /^(?:missing|pending)$/i;

/** Whether a state is one on the way to another: installing, removing, restarting. */
export function isChanging(state: string | null): boolean {
  return state !== null && /ing$/i.test(state) && !lasting.test(state);
}

/** Whether a state is one that somebody should look into. */
export function isBad(state: string | null): boolean {
  return state !== null && /^(?:alert|missing|failed.*|timeout)$/i.test(state);
}

/** What can be done with a resource now. */
export function actionsOf(id: KindId, resource: AnyResource): readonly ActionName[] {
  const state = stateOf(id, resource);
  return (Object.entries(kindOf(id).actions ?? {}) as [ActionName, Action][])
    .filter(([, { when }]) => !isChanging(state) && (when === undefined || state === null || when.includes(state)))
    .map(([name]) => name);
}
