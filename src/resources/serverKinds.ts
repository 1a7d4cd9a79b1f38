import * as l10n from '@vscode/l10n';
import type { FleetEntry } from '../fleet/rows';
import { isRecord, type Json } from '../forge/json';
import { line, phpVersion } from '../forge/resources';
import {
  acts,
  attribute,
  choice,
  deletes,
  disabling,
  document,
  enabling,
  entries,
  firstOf,
  graceOptions,
  number,
  onlyOne,
  option,
  phpOptions,
  plainOptions,
  plainPhpOptions,
  resource,
  resources,
  restarting,
  secret,
  starting,
  stopping,
  text,
  userOptions,
  word,
  words,
  yesNo,
} from './fields';
import type { CreateForm, Field, Form, FormContext, Kind, Values } from './kind';
import { scheduleWords } from './scheduleWords';
import { watchedKinds } from './watchedKinds';

/** Whether the frequency is a cron expression instead of one of Forge's words. */
const isCustom = ({ frequency }: Values) => frequency === 'custom';

/** A resource's schedule in words; null if Forge reports none. */
export function schedule({ frequency, cron }: Json): string | null {
  return scheduleWords(/^custom$/i.test(String(frequency)) ? cron : frequency);
}

/** The form for a new scheduled job of a server or site. */
export function jobForm(operation: Form['operation']): CreateForm {
  return {
    operation,
    title: () => l10n.t('New Scheduled Job'),
    fields: [
      text('command', () => l10n.t('Command'), { isRequired: true, placeholder: 'php artisan schedule:run' }),
      choice(
        'frequency',
        () => l10n.t('Frequency'),
        [
          option('minutely', () => l10n.t('Every minute')),
          option('hourly', () => l10n.t('Every hour')),
          option('nightly', () => l10n.t('Every night')),
          option('weekly', () => l10n.t('Every week')),
          option('monthly', () => l10n.t('Every month')),
          option('reboot', () => l10n.t('After each reboot')),
          option('custom', () => l10n.t('Custom…')),
        ],
        { isRequired: true, preset: 'minutely' },
      ),
      text('cron', () => l10n.t('Cron Expression'), {
        isRequired: true,
        when: isCustom,
        format: 'cron',
        placeholder: '*/5 * * * *',
      }),
      text('user', () => l10n.t('User'), { isRequired: true, preset: userOf, format: 'userName' }),
      text('name', () => l10n.t('Name')),
      yesNo('heartbeat', () => l10n.t('Heartbeat'), {
        hint: () => l10n.t('Forge notifies you if the job stops running.'),
        was: null,
      }),
      choice('grace_period', () => l10n.t('Grace Period'), graceOptions, {
        when: ({ heartbeat }) => heartbeat === true,
        preset: 5,
        was: null,
      }),
    ],
  };
}

/** The user that a site runs as; `forge` for a server, or if unknown. */
export function userOf({ entry }: FormContext): string {
  return ('site' in entry && entry.site.user) || 'forge';
}

/** What the background processes of servers and sites have in common. */
export const processKind = {
  command: 'newBackgroundProcess',
  icon: 'server-process',
  list: 'listBackgroundProcesses',
  parameter: 'backgroundProcess',
  show: 'showBackgroundProcess',
  name: firstOf('name', 'command'),
  about: ({ name, command, user, directory }) => [name ? word(command) : null, word(user), word(directory)],
  state: 'status',
  output: 'process',
  docs: 'resources/background-processes',
  create: {
    operation: 'createBackgroundProcess',
    title: () => l10n.t('New Background Process'),
    fields: [
      text('command', () => l10n.t('Command'), { isRequired: true, placeholder: 'php artisan queue:work' }),
      text('name', () => l10n.t('Name'), { isRequired: true }),
      choice('user', () => l10n.t('User'), userOptions, { isRequired: true, preset: 'forge' }),
      number('processes', () => l10n.t('Processes'), { isRequired: true, min: 1, preset: 1 }),
      text('directory', () => l10n.t('Directory'), {
        hint: () => l10n.t('The working directory of the command.'),
        placeholder: '/home/forge/example.com/current',
      }),
      resource('site_id', () => l10n.t('Site'), { kind: 'sites' }, { preset: siteOf, was: null }),
      number('startsecs', () => l10n.t('Start Seconds'), {
        min: 0,
        hint: () => l10n.t('How long the process must run to count as started.'),
      }),
      number('stopwaitsecs', () => l10n.t('Stop Seconds'), {
        min: 0,
        hint: () => l10n.t("How long the process may take to stop before it's killed."),
      }),
      choice(
        'stopsignal',
        () => l10n.t('Stop Signal'),
        plainOptions('TERM', 'HUP', 'INT', 'QUIT', 'KILL', 'USR1', 'USR2'),
      ),
    ],
  },
  edit: {
    operation: 'updateBackgroundProcess',
    fields: [
      text('name', () => l10n.t('Name'), { isRequired: true }),
      document('config', () => l10n.t('Supervisor Configuration')),
    ],
  },
  actions: {
    restart: acts('runBackgroundProcessAction', 'restart', restarting, { when: ['installed'] }),
    start: acts('runBackgroundProcessAction', 'start', starting, { when: ['installed'] }),
    stop: acts('runBackgroundProcessAction', 'stop', stopping, { when: ['installed'] }),
    emptyLog: acts(
      'runBackgroundProcessAction',
      'empty-log',
      {
        word: () => l10n.t('Clear Log'),
        done: (name) => l10n.t('Clearing the log of {0}', name),
      },
      {
        ask: ({ name }) => ({
          question: l10n.t('Clear the log of {0}?', name),
          detail: l10n.t("This empties the log on the server for everyone. You can't undo this."),
        }),
      },
    ),
    delete: deletes('deleteBackgroundProcess'),
  },
} as const satisfies Omit<Kind, 'on'>;

function isLoadBalancer(entry: FleetEntry): boolean {
  return 'server' in entry && entry.server?.type === 'loadbalancer';
}

function siteOf({ entry }: FormContext): number | undefined {
  return 'site' in entry ? Number(entry.site.id) : undefined;
}

const databaseUserName = text('name', () => l10n.t('Name'), { isRequired: true, format: 'noSpaces' });
const databases = { kind: 'databases' } as const;

const days = [
  option('0', () => l10n.t('Sunday')),
  option('1', () => l10n.t('Monday')),
  option('2', () => l10n.t('Tuesday')),
  option('3', () => l10n.t('Wednesday')),
  option('4', () => l10n.t('Thursday')),
  option('5', () => l10n.t('Friday')),
  option('6', () => l10n.t('Saturday')),
];

const halfHours = Array.from({ length: 48 }, (_, half) => {
  const hour = String(Math.floor(half / 2)).padStart(2, '0');
  return `${hour}:${half % 2 === 0 ? '00' : '30'}`;
});

const backupFields: readonly Field[] = [
  resource('storage_provider_id', () => l10n.t('Storage Provider'), { kind: 'storageProviders' }, { isRequired: true }),
  resources('database_ids', () => l10n.t('Databases'), databases, { isRequired: true }),
  choice(
    'frequency',
    () => l10n.t('Frequency'),
    [
      option('hourly', () => l10n.t('Every hour')),
      option('daily', () => l10n.t('Every day')),
      option('weekly', () => l10n.t('Every week')),
      option('custom', () => l10n.t('Custom…')),
    ],
    { isRequired: true, preset: 'daily', was: 'schedule' },
  ),
  choice('day', () => l10n.t('Day'), days, {
    isRequired: true,
    when: ({ frequency }) => frequency === 'weekly',
    was: ({ day_of_week: day }) => (typeof day === 'number' ? String(day) : undefined),
  }),
  choice('time', () => l10n.t('Time'), plainOptions(...halfHours), {
    isRequired: true,
    hint: () => l10n.t("In the server's time zone."),
    when: ({ frequency }) => frequency === 'daily' || frequency === 'weekly',
    preset: '00:00',
  }),
  text('cron', () => l10n.t('Cron Expression'), {
    isRequired: true,
    when: isCustom,
    format: 'cron',
    placeholder: '0 3 * * *',
    was: 'cron_schedule',
  }),
  number('retention', () => l10n.t('Backups to Keep'), { isRequired: true, min: 1, max: 8760, preset: 7 }),
  text('name', () => l10n.t('Name'), { maxLength: 255 }),
  text('bucket', () => l10n.t('Bucket')),
  text('directory', () => l10n.t('Directory')),
  yesNo('include_new_databases', () => l10n.t('Include New Databases')),
  text('notification_email', () => l10n.t('Notification Email'), { format: 'email', was: 'notify_email' }),
];

const phpFlags = {
  version: choice('version', () => l10n.t('Version'), phpOptions, { isRequired: true }),
  cli: yesNo('cli_default', () => l10n.t('Default CLI Version')),
  site: yesNo('site_default', () => l10n.t('Default for New Sites')),
};

/** The actions of a service. */
function service(operation: string, ...verbs: readonly ('restart' | 'stop')[]) {
  return {
    ...(verbs.includes('restart') && {
      // Forge calls it "reboot" (src/forge/README.md, Servers and sites).
      restart: acts(operation as 'runNginxAction', 'reboot', restarting, {
        isOnParent: true,
        ask: ({ name, place }) => ({
          question: l10n.t('Restart {0} on {1}?', name, place),
          detail: l10n.t('Sites on this server may be unavailable for a moment.'),
        }),
        affects: ['sites'],
      }),
    }),
    ...(verbs.includes('stop') && {
      stop: acts(operation as 'runNginxAction', 'stop', stopping, {
        isOnParent: true,
        ask: ({ name, place }) => ({
          question: l10n.t('Stop {0} on {1}?', name, place),
          detail: l10n.t('Sites on this server that need it will be unavailable until someone starts it again.'),
        }),
        affects: ['sites'],
      }),
    }),
  };
}

/** A service of a server. All services share a group. */
function serviceKind(
  icon: string,
  actions: Kind['actions'],
  isThere: (databaseType: string, hasRedis: boolean) => boolean,
) {
  return {
    ...onlyOne,
    on: 'server',
    icon,
    known: (entry) =>
      'server' in entry && isThere(entry.server?.databaseType ?? '', entry.server?.hasRedis ?? true)
        ? [{ id: 'service', attributes: {} }]
        : [],
    group: 'services',
    docs: 'servers/the-basics',
    ...(actions && { actions }),
  } as const satisfies Kind;
}

const minutesWord = (minutes: unknown) => {
  const value = word(minutes);
  return value && l10n.t('{0} min', value);
};

/** The kinds of a server. Groups appear in this order. */
export const serverKinds = {
  databases: {
    command: 'newDatabase',
    on: 'server',
    icon: 'database',
    list: 'listDatabases',
    parameter: 'database',
    show: 'showDatabase',
    name: attribute('name'),
    state: 'status',
    docs: 'resources/databases',
    create: {
      operation: 'createDatabase',
      title: () => l10n.t('New Database'),
      fields: [
        text('name', () => l10n.t('Name'), { isRequired: true, maxLength: 63, format: 'noSpaces' }),
        text('user', () => l10n.t('New User'), {
          isAsked: true,
          format: 'noSpaces',
          hint: () => l10n.t('Leave empty to create the database without a user.'),
        }),
        secret('password', () => l10n.t("New User's Password"), {
          isRequired: true,
          maxLength: 255,
          canBeGenerated: true,
          when: ({ user }) => user !== undefined,
        }),
        resources('backup_configuration_ids', () => l10n.t('Add to Backups'), { kind: 'backups' }),
      ],
    },
    actions: {
      delete: deletes('deleteDatabase', {
        isTyped: true,
        ask: ({ name, place }) => ({
          question: l10n.t('Delete the database {0}?', name),
          detail: l10n.t("All its data on {0} will be lost. You can't undo this.", place),
        }),
      }),
      sync: {
        operation: 'syncDatabases',
        word: () => l10n.t('Sync Databases with Server'),
        done: () => l10n.t('Synchronizing databases'),
        isOnParent: true,
      },
    },
  },
  databaseUsers: {
    on: 'server',
    icon: 'account',
    list: 'listDatabaseUsers',
    parameter: 'databaseUser',
    show: 'showDatabaseUser',
    name: attribute('name'),
    state: 'status',
    docs: 'resources/databases',
    create: {
      operation: 'createDatabaseUser',
      title: () => l10n.t('New Database User'),
      fields: [
        databaseUserName,
        secret('password', () => l10n.t('Password'), { isRequired: true, maxLength: 255, canBeGenerated: true }),
        resources('database_ids', () => l10n.t('Databases'), databases, { isAsked: true }),
        yesNo('read_only', () => l10n.t('Read-Only')),
      ],
    },
    edit: {
      operation: 'updateDatabaseUser',
      fields: [
        secret('password', () => l10n.t('New Password'), { maxLength: 255, canBeGenerated: true }),
        resources('database_ids', () => l10n.t('Databases'), databases, {
          was: null,
          hint: () => l10n.t("Forge doesn't report the current databases. Your selection replaces them."),
        }),
      ],
    },
    actions: {
      rootPassword: {
        operation: 'updateDatabasePassword',
        word: () => l10n.t("Change Forge's Database Password"),
        done: () => l10n.t("Changing Forge's database password"),
        isOnParent: true,
        when: ({ name }) => name === 'forge',
        fields: [
          secret('password', () => l10n.t('New Password'), { isRequired: true, maxLength: 255, canBeGenerated: true }),
        ],
      },
      delete: deletes('deleteDatabaseUser'),
    },
  },
  backups: {
    ...watchedKinds.backups,
    on: 'server',
    list: 'listBackupConfigurations',
    parameter: 'backupConfiguration',
    show: 'showBackupConfiguration',
    name: firstOf('name', 'displayable_schedule'),
    about: ({ name, displayable_schedule, provider, bucket }) => [
      name ? line(displayable_schedule) : null,
      word(provider),
      word(bucket),
    ],
    at: 'next_run_time',
    state: 'status',
    docs: 'resources/database-backups',
    create: {
      operation: 'createBackupConfiguration',
      title: () => l10n.t('New Backup Schedule'),
      fields: backupFields,
    },
    edit: { operation: 'updateBackupConfiguration', fields: backupFields },
    actions: {
      run: {
        operation: 'createBackup',
        word: () => l10n.t('Back Up Now'),
        done: (name) => l10n.t('Backing up {0}', name),
      },
      delete: deletes('deleteBackupConfiguration'),
    },
  },
  backupRuns: {
    on: { kind: 'backups' },
    icon: 'archive',
    list: 'listBackups',
    parameter: 'backup',
    show: 'showBackup',
    name: ({ finished_at }) =>
      typeof finished_at === 'number'
        ? new Date(finished_at * 1000).toISOString().slice(0, 16).replace('T', ' ')
        : null,
    about: ({ size, is_partial }) => [
      typeof size === 'number' ? l10n.t('{0} MB', (size / 1_048_576).toFixed(1)) : null,
      is_partial === true || is_partial === 'true' ? l10n.t('partial') : null,
    ],
    state: 'status',
    docs: 'resources/database-backups',
    actions: {
      restore: {
        operation: 'restoreBackup',
        word: () => l10n.t('Restore'),
        done: (name) => l10n.t('Restoring {0}', name),
        fields: [resource('database_id', () => l10n.t('Database to Restore To'), databases, { isRequired: true })],
        ask: ({ name, place }) => ({
          question: l10n.t('Restore the backup {0}?', name),
          detail: l10n.t("The data in that database on {0} will be replaced. You can't undo this.", place),
        }),
      },
      delete: deletes('deleteBackup'),
    },
  },
  backgroundProcesses: { on: 'server', ...processKind },
  scheduledJobs: {
    command: 'newScheduledJob',
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
    docs: 'resources/scheduler',
    create: jobForm('createServerScheduledJob'),
    actions: { delete: deletes('deleteServerScheduledJob') },
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
    docs: 'servers/php',
    create: {
      operation: 'installPhpVersion',
      done: (name) => l10n.t('Installing {0}', name),
      title: () => l10n.t('Install PHP Version'),
      word: () => l10n.t('Install'),
      fields: [phpFlags.version, phpFlags.cli, phpFlags.site],
    },
    actions: {
      update: {
        operation: 'updatePhpVersion',
        word: () => l10n.t('Update'),
        done: (name) => l10n.t('Updating {0}', name),
        when: ['installed'],
        ask: ({ name, place }) => ({
          question: l10n.t('Update {0} on {1}?', name, place),
          detail: l10n.t('Installs the latest patch release and restarts PHP.'),
        }),
      },
      restart: acts('runPhpAction', 'reboot', restarting, {
        when: ['installed'],
        isOnParent: true,
        body: ({ attributes: { version } }) => ({ action: 'reboot', version: phpValue(version) }),
        ask: ({ name, place }) => ({
          question: l10n.t('Restart {0} on {1}?', name, place),
          detail: l10n.t('Sites that use it may be unavailable for a moment. Reload lets running requests finish.'),
        }),
        affects: ['sites'],
      }),
      reload: acts(
        'runPhpAction',
        'reload',
        {
          word: () => l10n.t('Reload'),
          done: (name) => l10n.t('Reloading {0}', name),
        },
        {
          when: ['installed'],
          isOnParent: true,
          body: ({ attributes: { version } }) => ({ action: 'reload', version: phpValue(version) }),
        },
      ),
      delete: deletes('uninstallPhpVersion', {
        word: () => l10n.t('Uninstall'),
        done: (name) => l10n.t('Uninstalling {0}', name),
        ask: ({ name, place }) => ({
          question: l10n.t('Uninstall {0} from {1}?', name, place),
          detail: l10n.t('Sites that use it will stop working.'),
        }),
      }),
    },
  },
  phpCliVersion: {
    ...onlyOne,
    on: 'server',
    icon: 'terminal',
    single: 'showPhpCliVersion',
    about: ({ version }) => [phpVersion(version)],
    group: 'phpSettings',
    docs: 'servers/php',
    edit: {
      operation: 'updatePhpCliVersion',
      fields: [choice('php_version', () => l10n.t('Version'), plainPhpOptions, { isRequired: true, was: 'version' })],
    },
  },
  phpSiteVersion: {
    ...onlyOne,
    on: 'server',
    icon: 'globe',
    single: 'showPhpSiteVersion',
    about: ({ version }) => [phpVersion(version)],
    group: 'phpSettings',
    docs: 'servers/php',
    edit: {
      operation: 'updatePhpSiteVersion',
      fields: [choice('php_version', () => l10n.t('Version'), plainPhpOptions, { isRequired: true, was: 'version' })],
    },
  },
  phpMaxUploadSize: {
    ...onlyOne,
    on: 'server',
    icon: 'cloud-upload',
    single: 'showPhpMaxUploadSize',
    about: ({ max_upload_size: size }) => [word(size) && l10n.t('{0} MB', word(size) ?? '')],
    group: 'phpSettings',
    docs: 'servers/php',
    edit: {
      operation: 'updatePhpMaxUploadSize',
      fields: [number('max_upload_size', () => l10n.t('Megabytes'), { isAsked: true, min: 0 })],
    },
  },
  phpMaxExecutionTime: {
    ...onlyOne,
    on: 'server',
    icon: 'watch',
    single: 'showPhpMaxExecutionTime',
    about: ({ max_execution_time: seconds }) => [word(seconds) && l10n.t('{0} s', word(seconds) ?? '')],
    group: 'phpSettings',
    docs: 'servers/php',
    edit: {
      operation: 'updatePhpMaxExecutionTime',
      fields: [number('max_execution_time', () => l10n.t('Seconds'), { isAsked: true, min: 0 })],
    },
  },
  opcache: {
    ...onlyOne,
    on: 'server',
    icon: 'rocket',
    single: 'showOpcache',
    about: ({ opcache_enabled: on }) => [on === true ? l10n.t('enabled') : on === false ? l10n.t('disabled') : null],
    group: 'phpSettings',
    docs: 'servers/php',
    actions: {
      enable: { operation: 'enableOpcache', ...enabling, when: ({ opcache_enabled: on }) => on !== true },
      disable: { operation: 'disableOpcache', ...disabling, when: ({ opcache_enabled: on }) => on === true },
    },
  },
  nginx: serviceKind('server', service('runNginxAction', 'restart', 'stop'), () => true),
  mysql: serviceKind('database', service('runMysqlAction', 'restart', 'stop'), (type) =>
    /^(?:mysql|mariadb)/i.test(type),
  ),
  postgres: serviceKind('database', service('runPostgresAction', 'restart', 'stop'), (type) => /^postgres/i.test(type)),
  redis: serviceKind('layers', service('runRedisAction', 'restart'), (_, hasRedis) => hasRedis),
  supervisor: serviceKind('server-process', service('runSupervisorAction', 'restart'), () => true),
  firewallRules: {
    on: 'server',
    icon: 'shield',
    list: 'listFirewallRules',
    parameter: 'rule',
    show: 'showFirewallRule',
    name: attribute('name'),
    about: ({ type, port, ip_address }) => [word(type), word(port), word(ip_address)],
    state: 'status',
    docs: 'resources/network',
    create: {
      operation: 'createFirewallRule',
      title: () => l10n.t('New Firewall Rule'),
      fields: [
        text('name', () => l10n.t('Name'), { isRequired: true, maxLength: 50 }),
        choice(
          'type',
          () => l10n.t('Type'),
          [option('allow', () => l10n.t('Allow')), option('deny', () => l10n.t('Deny'))],
          { isRequired: true, preset: 'allow' },
        ),
        text('port', () => l10n.t('Port'), {
          isAsked: true,
          placeholder: '3306',
          hint: () => l10n.t('A port or a range such as 8000:8010. Leave empty for all ports.'),
        }),
        text('ip_address', () => l10n.t('IP Address'), {
          isAsked: true,
          placeholder: '203.0.113.7',
          hint: () => l10n.t('An address or a subnet. Leave empty for all addresses.'),
        }),
      ],
    },
    actions: { delete: deletes('deleteFirewallRule') },
  },
  network: {
    on: 'server',
    icon: 'vm-connect',
    list: 'showServerNetwork',
    parameter: 'server',
    name: attribute('name'),
    about: ({ private_ip_address, region }) => [word(private_ip_address), word(region)],
    docs: 'resources/network',
    create: {
      operation: 'updateServerNetwork',
      isChange: true,
      done: () => l10n.t('Changing the network'),
      title: () => l10n.t('Change Network'),
      word: () => l10n.t('Save'),
      fields: [
        resources(
          'servers',
          () => l10n.t('Servers This Server Can Connect To'),
          { kind: 'servers' },
          {
            isRequired: true,
            mayBeNone: true,
            selected: { list: 'showServerNetwork', isOfPlace: true },
          },
        ),
      ],
    },
  },
  sshKeys: {
    on: 'server',
    icon: 'key',
    list: 'listSshKeys',
    parameter: 'key',
    show: 'showSshKey',
    name: attribute('name'),
    about: ({ user }) => [word(user)],
    state: 'status',
    docs: 'ssh',
    create: {
      operation: 'createSshKey',
      title: () => l10n.t('New SSH Key'),
      fields: [
        text('name', () => l10n.t('Name'), { isRequired: true }),
        text('key', () => l10n.t('Public Key'), { isRequired: true, placeholder: 'ssh-ed25519 AAAA…' }),
        text('user', () => l10n.t('User'), { preset: 'forge', format: 'userName' }),
      ],
    },
    actions: { delete: deletes('deleteSshKey') },
  },
  serverKey: {
    ...onlyOne,
    on: 'server',
    icon: 'key',
    single: 'showServerKey',
    about: ({ fingerprint }) => [word(fingerprint)],
    group: 'sshKeys',
    docs: 'ssh',
    copies: [{ attribute: 'public_key', word: () => l10n.t('Copy Public Key') }],
    actions: {
      regenerate: {
        operation: 'regenerateServerKey',
        word: () => l10n.t('Regenerate'),
        done: () => l10n.t("Regenerated the server's key"),
        ask: ({ place }) => ({
          question: l10n.t('Regenerate the SSH key of {0}?', place),
          detail: l10n.t("The server can't access repositories until you add its new key there."),
        }),
      },
    },
  },
  monitors: {
    ...watchedKinds.monitors,
    on: 'server',
    list: 'listMonitors',
    parameter: 'monitor',
    show: 'showMonitor',
    name: ({ type }) => line(typeof type === 'string' ? type.replaceAll('_', ' ') : type),
    about: ({ operator, threshold, minutes }) => [
      word(threshold) && `${operator === 'lte' ? '≤' : '≥'} ${word(threshold)}`,
      minutesWord(minutes),
    ],
    state: 'state',
    docs: 'servers/monitoring',
    create: {
      operation: 'createMonitor',
      title: () => l10n.t('New Monitor'),
      fields: [
        choice(
          'type',
          () => l10n.t('Type'),
          [
            option('cpu_load', () => l10n.t('CPU load')),
            option('disk', () => l10n.t('Disk space')),
            option('free_memory', () => l10n.t('Free memory')),
            option('used_memory', () => l10n.t('Used memory')),
          ],
          { isRequired: true },
        ),
        choice(
          'operator',
          () => l10n.t('Condition'),
          [option('gte', () => l10n.t('At least')), option('lte', () => l10n.t('At most'))],
          { isRequired: true, preset: 'gte' },
        ),
        number('threshold', () => l10n.t('Threshold'), {
          isRequired: true,
          isDecimal: true,
          hint: () => l10n.t('A percentage, or a load average.'),
        }),
        text('notify', () => l10n.t('Notification Email'), { isRequired: true, format: 'email', preset: emailOf }),
        number('minutes', () => l10n.t('Minutes'), {
          min: 1,
          max: 60,
          preset: 5,
          hint: () => l10n.t('How long the condition must last.'),
        }),
      ],
    },
    actions: { delete: deletes('deleteMonitor') },
  },
  nginxTemplates: {
    on: 'server',
    icon: 'file-code',
    list: 'listNginxTemplates',
    parameter: 'nginxTemplate',
    name: attribute('name'),
    file: 'nginxTemplate',
    docs: 'servers/nginx-templates',
    create: {
      operation: 'createNginxTemplate',
      title: () => l10n.t('New Nginx Template'),
      fields: [
        text('name', () => l10n.t('Name'), { isRequired: true }),
        document('content', () => l10n.t('Contents'), { isRequired: true }),
      ],
    },
    actions: { delete: deletes('deleteNginxTemplate') },
  },
  events: {
    on: 'server',
    icon: 'history',
    list: 'listServerEvents',
    parameter: 'event',
    show: 'showServerEvent',
    name: attribute('description'),
    about: ({ ran_as }) => [word(ran_as)],
    at: 'created_at',
    output: 'event',
    isHistory: true,
    docs: 'servers/the-basics',
  },
  // Sites. Their rows are in the view of servers and sites.
  sites: {
    command: 'newSite',
    isFor: (entry) => !isLoadBalancer(entry),
    on: 'server',
    icon: 'globe',
    parameter: 'site',
    show: 'showSite',
    name: attribute('name'),
    isInFleet: true,
    docs: 'sites/the-basics',
    create: {
      operation: 'createSite',
      title: () => l10n.t('New Site'),
      fields: siteFields(),
    },
    edit: {
      operation: 'updateSite',
      fields: [
        choice('php_version', () => l10n.t('PHP Version'), phpOptions, {
          was: ({ php_version: php }) => phpValue(php),
        }),
        text('repository_branch', () => l10n.t('Branch'), {
          format: 'noSpaces',
          was: ({ repository }) =>
            isRecord(repository) && typeof repository.branch === 'string' ? repository.branch : undefined,
        }),
        text('directory', () => l10n.t('Web Directory'), { format: 'noSpaces', was: 'web_directory' }),
        text('root_path', () => l10n.t('Root Directory'), { format: 'noSpaces', was: 'root_directory' }),
        number('deployment_retention', () => l10n.t('Releases to Keep'), { min: 1, max: 100 }),
        yesNo('push_to_deploy', () => l10n.t('Push to Deploy'), { was: 'quick_deploy' }),
        choice('type', () => l10n.t('Type'), siteTypes(), { was: null }),
      ],
    },
    actions: {
      delete: deletes('deleteSite', {
        isTyped: true,
        ask: ({ name, place }) => ({
          question: l10n.t('Delete the site {0}?', name),
          detail: l10n.t(
            "Its files on {0}, domains, certificates and scheduled jobs will be removed. You can't undo this.",
            place,
          ),
        }),
      }),
    },
  },
  balancedSites: {
    command: 'newSite',
    isFor: isLoadBalancer,
    on: 'server',
    icon: 'globe',
    parameter: 'site',
    name: attribute('name'),
    isInFleet: true,
    docs: 'servers/load-balancing',
    create: {
      operation: 'createLoadBalancedSite',
      title: () => l10n.t('New Load-Balanced Site'),
      fields: [
        text('domain', () => l10n.t('Domain'), { isRequired: true, format: 'noSpaces', placeholder: 'example.com' }),
        ...balancingFields({ isRequired: false }),
        yesNo('allow_wildcard_subdomains', () => l10n.t('Allow Wildcard Subdomains')),
      ],
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;

function emailOf({ email }: FormContext): string | undefined {
  return email ?? undefined;
}

/** Normalizes any of Forge's spellings of a PHP version to the form "php84"; undefined if it isn't one. */
export function phpValue(version: unknown): string | undefined {
  const known = phpVersion(version);
  return known && /^\d\.\d$/.test(known) ? `php${known.replace('.', '')}` : undefined;
}

/** The fields for a load balancer's method and servers. */
export function balancingFields({ isRequired }: { readonly isRequired: boolean }): readonly Field[] {
  return [
    choice(
      'balancer_method',
      () => l10n.t('Method'),
      [
        option('round_robin', () => l10n.t('Round robin')),
        option('least_conn', () => l10n.t('Least connections')),
        option('ip_hash', () => l10n.t('IP hash')),
      ],
      { isRequired, isAsked: true, preset: 'round_robin', was: null },
    ),
    entries('balancing', () => l10n.t('Servers'), {
      isRequired,
      isAsked: true,
      add: () => l10n.t('Add Server'),
      entryName: ({ server_id, port, weight }) =>
        [server_id, port, weight].filter((part) => part !== undefined).join(' · '),
      fields: [
        resource('server_id', () => l10n.t('Server'), { kind: 'servers' }, { isRequired: true }),
        number('weight', () => l10n.t('Weight'), { isRequired: true, min: 1, preset: 1 }),
        number('port', () => l10n.t('Port'), { min: 1, max: 65_535, preset: 80 }),
        yesNo('backup', () => l10n.t('Backup Server')),
        yesNo('down', () => l10n.t('Out of Service')),
      ],
    }),
    number('balancer_keepalive_max_connections', () => l10n.t('Idle Connections to Keep'), {
      min: 0,
      max: 256,
      was: null,
    }),
  ];
}

function siteTypes() {
  return [
    option('laravel', () => 'Laravel'),
    option('symfony', () => 'Symfony'),
    option('statamic', () => 'Statamic'),
    option('wordpress', () => 'WordPress'),
    option('phpmyadmin', () => 'phpMyAdmin'),
    option('php', () => 'PHP'),
    option('nextjs', () => 'Next.js'),
    option('nuxtjs', () => 'Nuxt.js'),
    option('static-html', () => l10n.t('Static HTML')),
    option('other', () => l10n.t('Other')),
    option('custom', () => l10n.t('Custom')),
  ];
}

const isOfType =
  (...types: readonly string[]) =>
  ({ type }: Values) =>
    typeof type === 'string' && types.includes(type);

const isNode = isOfType('nextjs', 'nuxtjs');
const isStatamic = isOfType('statamic');
const hasCode = ({ source_control_provider: provider }: Values) => provider !== undefined;

function siteFields(): readonly Field[] {
  return [
    choice('type', () => l10n.t('Type'), siteTypes(), { isRequired: true, preset: 'laravel' }),
    choice(
      'domain_mode',
      () => l10n.t('Domain'),
      [option('custom', () => l10n.t('Custom domain')), option('on-forge', () => l10n.t('A free on-forge.com domain'))],
      { isAsked: true, preset: 'custom' },
    ),
    text('name', () => l10n.t('Domain Name'), {
      isAsked: true,
      isRequired: true,
      format: 'noSpaces',
      placeholder: 'example.com',
      hint: () => l10n.t('For a free domain, only the part before .on-forge.com.'),
    }),
    choice(
      'source_control_provider',
      () => l10n.t('Source Control'),
      [
        option('github', () => 'GitHub'),
        option('gitlab', () => 'GitLab'),
        option('bitbucket', () => 'Bitbucket'),
        option('gitlab-custom', () => l10n.t('GitLab (self-managed)')),
        option('custom', () => l10n.t('Other Git URL')),
      ],
      { isAsked: true, preset: ({ repository }) => repository?.provider },
    ),
    text('repository', () => l10n.t('Repository'), {
      isRequired: true,
      when: hasCode,
      format: 'noSpaces',
      placeholder: 'acme/shop',
      preset: ({ repository }) => repository?.url,
    }),
    text('branch', () => l10n.t('Branch'), {
      isRequired: true,
      when: hasCode,
      format: 'noSpaces',
      placeholder: 'main',
      preset: ({ repository }) => repository?.branch,
    }),
    choice('php_version', () => l10n.t('PHP Version'), phpOptions, {
      preset: ({ entry }) => ('server' in entry ? phpValue(entry.server?.phpVersion) : undefined),
    }),
    resource('database_id', () => l10n.t('Database'), databases),
    resource('database_user_id', () => l10n.t('Database User'), { kind: 'databaseUsers' }),
    yesNo('push_to_deploy', () => l10n.t('Push to Deploy'), { when: hasCode }),
    yesNo('zero_downtime_deployments', () => l10n.t('Zero-Downtime Deployments')),
    entries('shared_paths', () => l10n.t('Shared Paths'), {
      when: ({ zero_downtime_deployments: isZeroDowntime }) => isZeroDowntime === true,
      add: () => l10n.t('Add Path'),
      entryName: ({ from, to }) => `${from} → ${to}`,
      fields: [
        text('from', () => l10n.t('Path in the Project'), { isRequired: true, placeholder: 'storage' }),
        text('to', () => l10n.t('Path in the Release'), { isRequired: true, placeholder: 'storage' }),
      ],
    }),
    yesNo('install_composer_dependencies', () => l10n.t('Install Composer Dependencies'), { when: hasCode }),
    text('web_directory', () => l10n.t('Web Directory'), { format: 'noSpaces', placeholder: '/public' }),
    text('root_directory', () => l10n.t('Root Directory'), { format: 'noSpaces', placeholder: '/' }),
    choice('www_redirect_type', () => l10n.t('Redirect www.'), redirectTypes()),
    yesNo('allow_wildcard_subdomains', () => l10n.t('Allow Wildcard Subdomains')),
    yesNo('is_isolated', () => l10n.t('Isolated User')),
    text('isolated_user', () => l10n.t('User'), {
      isRequired: true,
      when: ({ is_isolated: isIsolated }) => isIsolated === true,
      format: 'userName',
      maxLength: 32,
    }),
    resource('nginx_template_id', () => l10n.t('Nginx Template'), { kind: 'nginxTemplates' }),
    yesNo('generate_deploy_key', () => l10n.t('Generate Deploy Key'), { when: hasCode }),
    document('public_deploy_key', () => l10n.t('Public Deploy Key'), { when: hasCode }),
    document('private_deploy_key', () => l10n.t('Private Deploy Key'), { when: hasCode, isSecret: true }),
    number('source_control_provider_id', () => l10n.t('Source Control Connection'), {
      when: hasCode,
      min: 1,
      hint: () => l10n.t('Its ID in Forge. Leave empty for the default connection.'),
    }),
    text('statamic_setup', () => l10n.t('Statamic Setup'), { when: isStatamic }),
    text('statamic_starter_kit', () => l10n.t('Statamic Starter Kit'), { when: isStatamic, format: 'noSpaces' }),
    text('statamic_super_user_email', () => l10n.t("Statamic User's Email"), { when: isStatamic, format: 'email' }),
    secret('statamic_super_user_password', () => l10n.t("Statamic User's Password"), {
      when: isStatamic,
      canBeGenerated: true,
    }),
    text('frontend_package_manager', () => l10n.t('Package Manager'), { when: isNode, placeholder: 'npm' }),
    text('frontend_build_command', () => l10n.t('Build Command'), { when: isNode, placeholder: 'npm run build' }),
    text('nuxt_next_mode', () => l10n.t('Render Mode'), { when: isNode }),
    number('nuxt_next_port', () => l10n.t('Port'), { when: isNode, min: 1, max: 65_535 }),
    words('tags', () => l10n.t('Tags')),
  ];
}

export function redirectTypes() {
  return [
    option('from-www', () => l10n.t('From www. to the domain')),
    option('to-www', () => l10n.t('From the domain to www.')),
    option('none', () => l10n.t('No redirect')),
  ];
}
