import * as l10n from '@vscode/l10n';
import {
  acts,
  attribute,
  choice,
  deletes,
  document,
  entries,
  nameOfRow,
  number,
  option,
  phpOptions,
  plainOptions,
  resource,
  resources,
  secret,
  text,
  userOptions,
  word,
  words,
  yesNo,
} from './fields';
import type { Action, Field, Kind, Source, Values } from './kind';

const roleOf = () => resource('role_id', () => l10n.t('Role'), { kind: 'roles' }, { isRequired: true });

const roleFields: readonly Field[] = [
  text('name', () => l10n.t('Name'), { isRequired: true, maxLength: 50 }),
  resources(
    'permissions',
    () => l10n.t('Permissions'),
    {
      list: 'listPermissions',
      path: () => ({}),
      name: nameOfRow,
      value: ({ attributes }) => String(attributes.name),
    },
    { isAsked: true, selected: { list: 'listRolePermissions', value: ({ attributes }) => String(attributes.name) } },
  ),
];

const s3Fields = (assumeRole: string): readonly Field[] => [
  text('name', () => l10n.t('Name'), { isRequired: true, maxLength: 255 }),
  choice(
    'provider',
    () => l10n.t('Provider'),
    [
      option('s3', () => 'Amazon S3'),
      option('spaces', () => 'DigitalOcean Spaces'),
      option('hetzner', () => 'Hetzner'),
      option('ovh', () => 'OVH'),
      option('scaleway', () => 'Scaleway'),
      option('custom', () => l10n.t('S3-compatible')),
    ],
    { isRequired: true, preset: 's3' },
  ),
  text('region', () => l10n.t('Region'), { isAsked: true, format: 'noSpaces', placeholder: 'us-east-1' }),
  text('bucket', () => l10n.t('Bucket'), { isAsked: true }),
  text('endpoint', () => l10n.t('Endpoint'), {
    isRequired: true,
    format: 'url',
    when: ({ provider }) => provider === 'custom',
    placeholder: 'https://s3.example.com',
  }),
  secret('access_key', () => l10n.t('Access Key'), { isAsked: true }),
  secret('secret_key', () => l10n.t('Secret Key'), { isAsked: true }),
  text('directory', () => l10n.t('Directory')),
  yesNo(assumeRole, () => l10n.t("Use the Server's IAM Role"), { when: ({ provider }) => provider === 's3' }),
];

const sharedSource = (kind: string): Source => ({ kind });

/** Shares something of the organization with a team, or stops sharing it. */
function shared(kind: string, field: string, share: Action['operation'], unshare: Action['operation']) {
  return {
    create: {
      operation: share,
      done: () => l10n.t('Sharing with the team'),
      title: () => l10n.t('Share with Team'),
      word: () => l10n.t('Share'),
      fields: [resource(field, () => l10n.t('Resource to Share'), sharedSource(kind), { isRequired: true })],
    },
    actions: {
      unshare: {
        operation: unshare,
        word: () => l10n.t('Stop Sharing'),
        done: (name: string) => l10n.t('No longer sharing {0}', name),
        ask: ({ name }: { readonly name: string }) => ({
          question: l10n.t('Stop sharing {0} with this team?', name),
          detail: l10n.t('Team members will lose access.'),
        }),
        isMove: true,
      },
    },
  } as const;
}

const isAt = (provider: string) => (values: Values) => values.provider === provider;

/** The fields for the region and size at a provider. */
function machineFields(provider: string): readonly Field[] {
  const when = isAt(provider);
  return [
    resource(
      `${provider}.region_id`,
      () => l10n.t('Region'),
      {
        list: 'listProviderRegions',
        path: ({ provider_id: id }) => (id === undefined ? undefined : { provider: String(id) }),
        name: nameOfRow,
        about: ({ attributes }) => [word(attributes.code)],
        value: ({ attributes, id }) => word(attributes.code) ?? id,
      },
      { isRequired: true, when },
    ),
    resource(
      `${provider}.size_id`,
      () => l10n.t('Size'),
      {
        list: 'listProviderSizes',
        path: ({ provider_id: id }) => (id === undefined ? undefined : { provider: String(id) }),
        name: nameOfRow,
        about: ({ attributes: { cpus, ram, disk } }) => [
          word(cpus) && l10n.t('{0} CPUs', word(cpus) ?? ''),
          word(ram) && l10n.t('{0} MB memory', word(ram) ?? ''),
          word(disk) && l10n.t('{0} GB disk', word(disk) ?? ''),
        ],
        value: ({ attributes, id }) => word(attributes.code) ?? id,
      },
      { isRequired: true, when },
    ),
  ];
}

const networkOf = (provider: string, name: string, more: Partial<Field> = {}) =>
  resource(
    `${provider}.${name}`,
    () => l10n.t('Private Network'),
    {
      list: 'listVpcs',
      path: (values, { organization = '' }) => {
        const { credential_id: credential, [`${provider}.region_id`]: region } = values;
        return credential === undefined || region === undefined
          ? undefined
          : { organization, credential: String(credential), region: String(region) };
      },
      name: nameOfRow,
      about: ({ attributes }) => [word(attributes.cidrBlock)],
    },
    { when: isAt(provider), ...(more as object) },
  );

const hasPhp = ({ type }: Values) => type === 'app' || type === 'web' || type === 'worker';
const hasDatabase = ({ type }: Values) => type === 'app' || type === 'database';
const hasSource = ({ provider }: Values) => provider !== 'custom';

const serverFields: readonly Field[] = [
  text('name', () => l10n.t('Name'), { isRequired: true, maxLength: 30, format: 'noSpaces' }),
  resource(
    'provider',
    () => l10n.t('Provider'),
    {
      list: 'listProviders',
      path: () => ({}),
      name: nameOfRow,
      value: ({ attributes, id }) => word(attributes.slug) ?? id,
    },
    { isRequired: true, idAs: 'provider_id', others: [option('custom', () => l10n.t('Your own server'))] },
  ),
  resource(
    'credential_id',
    () => l10n.t('Credential'),
    { kind: 'serverCredentials' },
    { isRequired: true, when: hasSource },
  ),
  ...['ocean2', 'hetzner', 'aws', 'vultr', 'akamai', 'laravel'].flatMap(machineFields),
  networkOf('hetzner', 'network_id', { isRequired: true }),
  text('custom.ip_address', () => l10n.t('IP Address'), { isRequired: true, format: 'noSpaces', when: isAt('custom') }),
  choice(
    'type',
    () => l10n.t('Type'),
    [
      option('app', () => l10n.t('App server (all in one)')),
      option('web', () => l10n.t('Web server')),
      option('worker', () => l10n.t('Worker server')),
      option('database', () => l10n.t('Database server')),
      option('cache', () => l10n.t('Cache server')),
      option('loadbalancer', () => l10n.t('Load balancer')),
      option('meilisearch', () => 'Meilisearch'),
      option('openclaw', () => 'OpenClaw'),
    ],
    { isRequired: true, preset: 'app' },
  ),
  choice('php_version', () => l10n.t('PHP Version'), phpOptions, { isAsked: true, when: hasPhp, preset: 'php84' }),
  choice(
    'database_type',
    () => l10n.t('Database'),
    [
      ...[9, 84, 8].map((version) => option(`mysql${version}`, () => `MySQL ${version === 84 ? '8.4' : version}`)),
      option('mysql', () => 'MySQL'),
      ...[114, 1011, 106].map((version) =>
        option(`mariadb${version}`, () => `MariaDB ${String(version).replace(/^(1[01])(\d+)$/, '$1.$2')}`),
      ),
      option('mariadb', () => 'MariaDB'),
      ...[18, 17, 16, 15, 14, 13].map((version) => option(`postgres${version}`, () => `PostgreSQL ${version}`)),
      option('postgres', () => 'PostgreSQL'),
    ],
    { isAsked: true, when: hasDatabase, preset: 'mysql84' },
  ),
  choice('ubuntu_version', () => l10n.t('Ubuntu'), plainOptions('24.04', '22.04'), {
    isRequired: true,
    preset: '24.04',
  }),
  text('database', () => l10n.t('First Database'), { when: hasDatabase, format: 'noSpaces', placeholder: 'forge' }),
  networkOf('ocean2', 'vpc_uuid'),
  networkOf('aws', 'vpc_uuid'),
  networkOf('vultr', 'network_id'),
  networkOf('laravel', 'vpc_uuid'),
  text('aws.subnet_uuid', () => l10n.t('Subnet'), { when: isAt('aws'), format: 'noSpaces' }),
  number('aws.disk_size', () => l10n.t('Disk Size in GB'), { when: isAt('aws'), min: 20, max: 2000 }),
  yesNo('ocean2.enable_weekly_backups', () => l10n.t('Weekly Backups'), { when: isAt('ocean2') }),
  yesNo('hetzner.enable_daily_backups', () => l10n.t('Daily Backups'), { when: isAt('hetzner') }),
  yesNo('hetzner.enable_weekly_backups', () => l10n.t('Weekly Backups'), { when: isAt('hetzner') }),
  text('custom.private_ip_address', () => l10n.t('Private IP Address'), { when: isAt('custom'), format: 'noSpaces' }),
  number('custom.ssh_port', () => l10n.t('SSH Port'), { when: isAt('custom'), min: 1, max: 65_535, preset: 22 }),
  yesNo('custom.behind_nat', () => l10n.t('Behind NAT'), { when: isAt('custom') }),
  number('custom.nat_ssh_port', () => l10n.t('NAT SSH Port'), {
    when: (values) => isAt('custom')(values) && values['custom.behind_nat'] === true,
    min: 1,
    max: 65_535,
  }),
  resource('recipe_id', () => l10n.t('Recipe to Run'), { kind: 'recipes' }),
  resource('team_id', () => l10n.t('Team'), { kind: 'teams' }),
  yesNo('add_key_to_source_control', () => l10n.t('Add Server Key to Source Control'), { preset: true }),
  words('tags', () => l10n.t('Tags')),
];

const runForm = (operation: Action['operation']): Action => ({
  operation,
  word: () => l10n.t('Run'),
  done: (name) => l10n.t('Running {0}', name),
  fields: [
    resources('servers', () => l10n.t('Servers'), { kind: 'servers' }, { isRequired: true }),
    yesNo('email', () => l10n.t('Email the Output')),
  ],
  ask: ({ name }) => ({
    question: l10n.t('Run {0}?', name),
    detail: l10n.t('Runs its script on the selected servers.'),
  }),
});

const readOnlyServer = {
  icon: 'server',
  parameter: 'server',
  name: attribute('name'),
  about: ({ provider, region }: Readonly<Record<string, unknown>>) => [word(provider), word(region)],
} as const;

/** The kinds of an organization. Groups appear in this order. */
export const organizationKinds = {
  recipes: {
    on: 'organization',
    icon: 'notebook',
    list: 'listRecipes',
    parameter: 'recipe',
    show: 'showRecipe',
    name: attribute('name'),
    about: ({ user }) => [word(user)],
    docs: 'recipes',
    create: {
      operation: 'createRecipe',
      title: () => l10n.t('New Recipe'),
      fields: [
        text('name', () => l10n.t('Name'), { isRequired: true, maxLength: 255 }),
        choice('user', () => l10n.t('User'), userOptions, { isRequired: true, preset: 'forge' }),
        document('script', () => l10n.t('Script'), { isRequired: true }),
        resource('team_id', () => l10n.t('Team'), { kind: 'teams' }),
      ],
    },
    edit: {
      operation: 'updateRecipe',
      fields: [
        text('name', () => l10n.t('Name'), { maxLength: 255 }),
        choice('user', () => l10n.t('User'), userOptions),
        document('script', () => l10n.t('Script'), { was: 'script' }),
      ],
    },
    actions: { run: runForm('runRecipe'), delete: deletes('deleteRecipe') },
  },
  recipeRuns: {
    on: { kind: 'recipes' },
    icon: 'output',
    list: 'listRecipeRuns',
    parameter: 'log',
    show: 'showRecipeRun',
    name: ({ server_id: server }) => word(server) && l10n.t('Server {0}', word(server) ?? ''),
    at: 'started_at',
    state: 'status',
    output: 'recipeRun',
    docs: 'recipes',
  },
  forgeRecipes: {
    on: 'organization',
    icon: 'notebook-template',
    list: 'listForgeRecipes',
    parameter: 'forgeRecipe',
    show: 'showForgeRecipe',
    name: attribute('name'),
    about: ({ info }) => [word(info)],
    docs: 'recipes',
    actions: { run: runForm('runForgeRecipe') },
  },
  teams: {
    on: 'organization',
    icon: 'organization',
    list: 'listTeams',
    parameter: 'team',
    show: 'showTeam',
    name: attribute('name'),
    docs: 'teams',
    create: {
      operation: 'createTeam',
      title: () => l10n.t('New Team'),
      fields: [
        text('name', () => l10n.t('Name'), { isRequired: true, maxLength: 255 }),
        entries('invites', () => l10n.t('Members to Invite'), {
          isAsked: true,
          add: () => l10n.t('Add Person'),
          entryName: ({ email }) => String(email),
          fields: [
            text('email', () => l10n.t('Email'), { isRequired: true, format: 'email' }),
            resource('role.id', () => l10n.t('Role'), { kind: 'roles' }, { isRequired: true }),
          ],
        }),
      ],
    },
    edit: {
      operation: 'updateTeam',
      fields: [text('name', () => l10n.t('Name'), { isRequired: true, maxLength: 255 })],
    },
    actions: { delete: deletes('deleteTeam') },
  },
  teamMembers: {
    on: { kind: 'teams' },
    icon: 'person',
    list: 'listTeamMembers',
    parameter: 'user',
    show: 'showTeamMember',
    name: attribute('name'),
    about: ({ email }) => [word(email)],
    docs: 'teams',
    edit: { operation: 'updateTeamMember', fields: [roleOf()] },
    actions: {
      delete: deletes('deleteTeamMember', {
        word: () => l10n.t('Remove'),
        done: (name) => l10n.t('Removing {0}', name),
        ask: ({ name, place }) => ({
          question: l10n.t('Remove {0} from {1}?', name, place),
          detail: l10n.t("They'll lose access to everything shared with this team."),
        }),
      }),
    },
  },
  teamInvites: {
    on: { kind: 'teams' },
    icon: 'mail',
    list: 'listTeamInvites',
    parameter: 'invitation',
    show: 'showTeamInvite',
    name: attribute('email'),
    at: 'created_at',
    docs: 'teams',
    create: {
      operation: 'createTeamInvite',
      done: (name) => l10n.t('Inviting {0}', name),
      title: () => l10n.t('Invite to Team'),
      word: () => l10n.t('Invite'),
      fields: [text('email', () => l10n.t('Email'), { isRequired: true, format: 'email' }), roleOf()],
    },
    actions: {
      delete: deletes('deleteTeamInvite', {
        word: () => l10n.t('Revoke'),
        done: (name) => l10n.t('Revoking the invitation for {0}', name),
        ask: ({ name }) => ({
          question: l10n.t('Revoke the invitation for {0}?', name),
          detail: l10n.t('The link in the email will stop working.'),
        }),
      }),
    },
  },
  teamServers: {
    on: { kind: 'teams' },
    ...readOnlyServer,
    list: 'listTeamServers',
    docs: 'teams',
    ...shared('servers', 'server_id', 'shareServer', 'unshareServer'),
  },
  teamRecipes: {
    on: { kind: 'teams' },
    icon: 'notebook',
    list: 'listTeamRecipes',
    parameter: 'recipe',
    name: attribute('name'),
    docs: 'teams',
    ...shared('recipes', 'recipe_id', 'shareRecipe', 'unshareRecipe'),
  },
  teamCredentials: {
    on: { kind: 'teams' },
    icon: 'key',
    list: 'listTeamServerCredentials',
    parameter: 'credential',
    name: attribute('name'),
    about: ({ provider }) => [word(provider)],
    docs: 'teams',
    ...shared('serverCredentials', 'credential_id', 'shareServerCredential', 'unshareServerCredential'),
  },
  roles: {
    on: 'organization',
    icon: 'person',
    list: 'listRoles',
    parameter: 'role',
    show: 'showRole',
    name: attribute('name'),
    docs: 'organizations',
    create: { operation: 'createRole', title: () => l10n.t('New Role'), fields: roleFields },
    edit: {
      operation: 'updateRole',
      fields: [...roleFields, text('description', () => l10n.t('Description'))],
    },
    actions: { delete: deletes('deleteRole') },
  },
  rolePermissions: {
    on: { kind: 'roles' },
    icon: 'check',
    list: 'listRolePermissions',
    parameter: '',
    name: attribute('name'),
    docs: 'organizations',
  },
  predefinedRoles: {
    on: 'organization',
    icon: 'person',
    list: 'listPredefinedRoles',
    parameter: 'role',
    show: 'showPredefinedRole',
    name: attribute('name'),
    docs: 'organizations',
  },
  storageProviders: {
    on: 'organization',
    icon: 'cloud',
    list: 'listStorageProviders',
    parameter: 'storageConfiguration',
    show: 'showStorageProvider',
    name: attribute('name'),
    about: ({ provider_name, bucket }) => [word(provider_name), word(bucket)],
    docs: 'storage-providers',
    create: {
      operation: 'createStorageProvider',
      title: () => l10n.t('New Storage Provider'),
      fields: s3Fields('assume_role'),
    },
    edit: { operation: 'updateStorageProvider', fields: s3Fields('assume_role') },
    actions: { delete: deletes('deleteStorageProvider', { when: ({ in_use }) => in_use !== true }) },
  },
  serverCredentials: {
    on: 'organization',
    icon: 'key',
    list: 'listServerCredentials',
    parameter: 'credential',
    show: 'showServerCredential',
    name: attribute('name'),
    about: ({ provider }) => [word(provider)],
    docs: 'server-providers',
    actions: {
      createVpc: {
        operation: 'createVpc',
        word: () => l10n.t('New Private Network'),
        done: () => l10n.t('Created the private network'),
        fields: [
          text('name', () => l10n.t('Name'), { isRequired: true, maxLength: 255 }),
          text('region', () => l10n.t('Region'), {
            isRequired: true,
            isInPath: true,
            format: 'noSpaces',
            hint: () => l10n.t("The provider's region code."),
          }),
        ],
      },
    },
  },
  archivedServers: {
    on: 'organization',
    ...readOnlyServer,
    icon: 'archive',
    list: 'listArchivedServers',
    docs: 'servers/the-basics',
    actions: {
      unarchive: {
        operation: 'unarchiveServer',
        word: () => l10n.t('Restore'),
        done: (name) => l10n.t('Restoring {0}', name),
        isMove: true,
      },
    },
  },
  // Servers. Their rows are in the view of servers and sites.
  servers: {
    command: 'newServer',
    on: 'organization',
    icon: 'server',
    parameter: 'server',
    show: 'showServer',
    name: attribute('name'),
    isInFleet: true,
    docs: 'servers/the-basics',
    create: {
      operation: 'createServer',
      title: () => l10n.t('New Server'),
      fields: serverFields,
      reveals: [
        { attribute: 'sudo_password', label: () => l10n.t('Sudo password') },
        { attribute: 'database_password', label: () => l10n.t('Database password') },
      ],
    },
    edit: {
      operation: 'updateServer',
      fields: [
        text('name', () => l10n.t('Name'), { format: 'noSpaces' }),
        text('ip_address', () => l10n.t('IP Address'), { format: 'noSpaces' }),
        text('private_ip_address', () => l10n.t('Private IP Address'), { format: 'noSpaces' }),
        text('timezone', () => l10n.t('Time Zone'), { format: 'noSpaces', placeholder: 'UTC' }),
        words('tags', () => l10n.t('Tags'), {
          was: null,
          hint: () => l10n.t("Separated by commas. Replaces the server's current tags."),
        }),
      ],
    },
    actions: {
      reboot: acts(
        'runServerAction',
        'reboot',
        {
          word: () => l10n.t('Reboot'),
          done: (name) => l10n.t('Rebooting {0}', name),
        },
        {
          ask: ({ name }) => ({
            question: l10n.t('Reboot {0}?', name),
            detail: l10n.t('Everything on it will be unavailable until it has restarted.'),
          }),
          affects: ['sites'],
        },
      ),
      powerCycle: acts(
        'runServerAction',
        'power-cycle',
        {
          word: () => l10n.t('Power-Cycle'),
          done: (name) => l10n.t('Power-cycling {0}', name),
        },
        {
          ask: ({ name }) => ({
            question: l10n.t('Power-cycle {0}?', name),
            detail: l10n.t('Cuts the power without shutting down. Unsaved data will be lost.'),
          }),
          affects: ['sites'],
        },
      ),
      archive: {
        operation: 'archiveServer',
        word: () => l10n.t('Archive'),
        done: (name) => l10n.t('Archiving {0}', name),
        body: ({ id }) => ({ server_id: Number(id) }),
        isOnParent: true,
        ask: ({ name }) => ({
          question: l10n.t('Archive {0}?', name),
          detail: l10n.t('Forge will stop managing it. The machine keeps running.'),
        }),
        affects: ['sites'],
      },
      delete: deletes('deleteServer', {
        isTyped: true,
        affects: ['sites', 'databases'],
        ask: ({ name }) => ({
          question: l10n.t('Delete the server {0}?', name),
          detail: l10n.t("The machine at the provider and all data on it will be lost. You can't undo this."),
        }),
      }),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
