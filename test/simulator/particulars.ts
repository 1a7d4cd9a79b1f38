import { ApiError } from './apiError';
import type { Json } from './description';
import { timestamp } from './documents';
import { Random } from './random';
import { markOf, serverCheckOutput } from './serverCheck';
import type { At, Row } from './store';
import type { Server, Site } from './world';

/** An initial row: its attributes, and those that are never returned. */
export type Seed = Json & { readonly id?: number | string; readonly said?: Json };

/** What the description doesn't say about a list, a document or an action, but a user would notice. */
export interface Particular {
  /** The initial rows; by default two, as in the schema. */
  readonly seeds?: (at: At) => readonly Seed[];
  /** Whether parents created since the start have these rows, too. */
  readonly isInherent?: true;
  /** The attribute that identifies a row in paths, if that isn't a number. */
  readonly key?: string;
  /** Attributes that follow from a body under other names. */
  readonly attributes?: (body: Json, at: At, row: Row | undefined) => Json;
  /** What one body creates, if that isn't a single row. */
  readonly each?: (body: Json) => readonly Json[];
  /** The states of a new row; by default installing and installed, if its status has these values. */
  readonly created?: readonly Json[];
  /** How a failure ends; by default failed, or removed if its status has no such value. */
  readonly failed?: Json;
  /** The attribute that must be unique in a list. */
  readonly unique?: string;
  /** Fields with ids, and the lists that must contain them. */
  readonly refers?: Readonly<Record<string, string>>;
  /** @throws ApiError 422 */
  readonly check?: (body: Json, at: At) => void;
  /** Side effects of creating, changing or acting on a row. */
  readonly done?: (row: Row, body: Json, at: At) => void;
  /** For a list that shares rows of another one: what shares them, and where they are. */
  readonly shares?: { readonly field: string; readonly template: string };
  /** For a list that only shows rows of other lists. */
  readonly view?: (at: At) => readonly Row[];
  /** The initial contents of a document. */
  readonly document?: (at: At) => Json;
  /** Attributes of a document that are computed for each response. */
  readonly reads?: (at: At, row: Row | undefined) => Json;
  /** The effects of a change on a document, by method, or the states it goes through; by default the body's attributes of the same name. */
  readonly changes?: Readonly<Record<string, (body: Json, at: At) => Json | readonly Json[]>>;
  /** The states that an action takes its row through. */
  readonly acts?: (body: Json, at: At) => readonly Json[];
  /** What comes of a change that has neither a row nor a document, once it is made. */
  readonly does?: (body: Json, at: At) => void;
  /** Relationships of a row: rows of another list. */
  readonly relations?: Readonly<Record<string, (row: Row, at: At) => Related>>;
}

/** Rows of a list, one or several. */
export interface Related {
  readonly template: string;
  readonly path: string;
  readonly rows: Row | readonly Row[] | undefined;
}

const organization = '/orgs/{organization}';
const server = `${organization}/servers/{server}`;
const site = `${server}/sites/{site}`;
const domain = `${site}/domains/{domainRecord}`;

/** By path template of the list, the document or the action. */
const particulars: Readonly<Record<string, Particular>> = {
  [`${server}/background-processes`]: {
    seeds: (at) =>
      sitesOf(at)
        .filter(({ phpVersion }) => phpVersion !== null)
        .slice(0, 3)
        .map((one) => {
          const id = 600_000 + (one.id % 100_000);
          const command = 'php8.4 artisan queue:work redis --tries=3';
          return {
            id,
            command,
            user: one.user,
            directory: `/home/${one.user}/${one.name}${one.zeroDowntime ? '/current' : ''}`,
            processes: 1,
            created_at: timestamp(one.createdAt),
            said: { name: `Queue of ${one.name}`, site_id: one.id },
          };
        }),
    attributes: ({ directory = null }, _, row) => (row ? {} : { directory }),
  },
  [`${server}/background-processes/{backgroundProcess}/actions`]: {
    acts: ({ action }) =>
      ({
        restart: [{ status: 'restarting' }, { status: 'installed' }],
        stop: [{ status: 'stopping' }, { status: 'installed' }],
        start: [{ status: 'starting' }, { status: 'installed' }],
      })[action as string] ?? [],
  },
  [`${server}/database/schemas/synchronizations`]: {
    // Finds what somebody has made on the server itself.
    does: (_, { store, parameters }) => {
      const list = `${server}/database/schemas`;
      const path = listAbove(list, parameters);
      const attributes = { name: 'made_by_hand', status: 'installed' };
      if (!store.rows(list, path).some((row) => row.attributes.name === attributes.name)) {
        store.rows(list, path).push(store.make(list, path, attributes));
      }
    },
  },
  [`${server}/database/schemas`]: {
    isInherent: true,
    seeds: ({ server: host, ...at }) =>
      hasDatabase(host)
        ? ['forge', ...sitesOf({ server: host, ...at }).flatMap(({ database }) => database ?? [])]
            .slice(0, 5)
            .map((name) => ({ name }))
        : [],
    unique: 'name',
    check: ({ name }) => {
      if (!/^[\w-]+$/.test(String(name))) {
        throw refusal('name', 'The name field must only contain letters, numbers, dashes, and underscores.');
      }
    },
    done: ({ said }, { user, password }, { store, path }) => {
      const users = path.replace(/schemas$/, 'users');
      const isNew =
        typeof user === 'string' && !store.rows(usersTemplate, users).some((row) => row.attributes.name === user);
      if (isNew) {
        store
          .rows(usersTemplate, users)
          .push(store.make(usersTemplate, users, { name: user, status: 'installed' }, { password }));
      }
      said.user = user;
    },
  },
  [`${server}/database/users`]: {
    seeds: ({ server: host }) =>
      hasDatabase(host)
        ? [
            { name: 'forge', said: { password: 'canary-database-user' } },
            { name: 'reporting', said: { read_only: true, password: 'canary-database-user' } },
          ]
        : [],
    unique: 'name',
    refers: { database_ids: `${server}/database/schemas` },
  },
  [`${server}/database/backups`]: {
    seeds: (at) => {
      const databases = listed(at, `${server}/database/schemas`);
      const [storage] = listed(at, `${organization}/storage-providers`);
      const common = {
        storage_provider_id: Number(storage?.id ?? 0) || null,
        provider: 's3',
        bucket: 'acme-backups',
        directory: `/${at.server?.slug}`,
        cron_schedule: null,
        include_new_databases: true,
        notify_email: 'ops@acme.example',
      };
      return databases.length === 0
        ? []
        : [
            {
              ...common,
              name: 'Nightly',
              schedule: 'daily',
              displayable_schedule: 'Daily at 02:00',
              next_run_time: inFuture(at, 9),
              day_of_week: null,
              time: '02:00',
              database_ids: databases.map(({ id }) => Number(id)),
              retention: 7,
            },
            {
              ...common,
              name: 'Weekly archive',
              schedule: 'weekly',
              displayable_schedule: 'Weekly on Sunday at 04:30',
              next_run_time: inFuture(at, 60),
              day_of_week: 0,
              time: '04:30',
              database_ids: databases.slice(0, 1).map(({ id }) => Number(id)),
              retention: 12,
            },
          ];
    },
    refers: { database_ids: `${server}/database/schemas`, storage_provider_id: `${organization}/storage-providers` },
    attributes: ({ frequency, day, time = null, cron = null, notification_email = null, ...body }, at, row) => ({
      name: body.name ?? row?.attributes.name ?? `Backup of ${at.server?.name}`,
      provider: listed(at, `${organization}/storage-providers`).find(
        ({ id }) => id === String(body.storage_provider_id),
      )?.attributes.provider,
      directory: body.directory ?? row?.attributes.directory ?? '',
      schedule: frequency,
      displayable_schedule: [
        String(frequency).replace(/^./, (letter) => letter.toUpperCase()),
        ...(time ? [`at ${time}`] : []),
      ].join(' '),
      next_run_time: inFuture(at, 5),
      day_of_week: day === undefined ? null : Number(day),
      time,
      cron_schedule: cron,
      include_new_databases: body.include_new_databases ?? false,
      notify_email: notification_email,
    }),
  },
  [`${server}/database/backups/{backupConfiguration}/instances`]: {
    seeds: (at) =>
      [26, 50, 74, 98].map((hours, index) => ({
        status: index === 2 ? 'failed' : 'success',
        is_partial: 'false',
        size: index === 2 ? 0 : 48_234_496 - index * 1_310_720,
        finished_at: Math.floor(at.world.startedAt / 1000) - hours * 3600,
      })),
    attributes: () => ({ is_partial: 'false', size: 0, finished_at: null }),
    created: [{ status: 'running' }, { status: 'success', size: 48_300_032 }],
    failed: { status: 'failed' },
    done: (row, _, at) => {
      row.attributes.finished_at = Math.floor(at.world.time.now() / 1000);
    },
  },
  [`${server}/database/backups/{backupConfiguration}/instances/{backup}/restores`]: {
    refers: { database_id: `${server}/database/schemas` },
    acts: () => [{ status: 'restoring' }, { status: 'success' }],
  },
  [`${site}/commands`]: {
    seeds: (at) => [
      { command: 'php artisan migrate --force', ...ended(at, 0), said: { output: '  INFO  Nothing to migrate.\n' } },
      {
        command: 'php artisan queue:restart',
        ...ended(at, 0),
        said: { output: '  INFO  Broadcasting queue restart signal.\n' },
      },
      {
        command: 'php artisan stock:sync',
        ...ended(at, 1),
        said: { output: 'In Connection.php line 824:\n\n  SQLSTATE[HY000] [2002] Connection refused\n' },
      },
    ],
    attributes: (_, at) => ({ user_id: userId(at), exit_code: null, error_output: null, duration: '' }),
    created: [{ status: 'waiting' }, { status: 'running' }, { status: 'finished', exit_code: 0, duration: '2s' }],
    failed: { status: 'failed', exit_code: 1, duration: '2s', error_output: 'The command ended with the exit code 1.' },
    done: ({ said, attributes }, { command }, { site: one, world }) => {
      const text = String(command);
      const usual = `$ ${command}\n${attributes.status === 'failed' ? 'It went wrong.' : 'Done.'}\n`;
      said.output ??= (one && serverCheckOutput(text, one, world.time.now())) ?? usual;
      said.output = String(said.output).replaceAll('{mark}', markOf(text) ?? '{mark}');
    },
  },
  [`${site}/commands/{command}/output`]: {
    reads: (_, row) => ({ output: row?.said.output ?? '' }),
  },
  [`${site}/webhooks`]: {
    seeds: ({ random }) => [{ url: `https://hooks.acme.example/deployed?token=canary-webhook-${random.hex(16)}` }],
  },
  [`${site}/deploy-key`]: {
    document: (at) => ({ key: publicKey(at.random, `forge@${at.site?.name}`) }),
    changes: {
      POST: (_, at) => ({
        key: publicKey(new Random(at.world.seed, at.path, at.world.time.now()), `forge@${at.site?.name}`),
      }),
      DELETE: () => ({ key: null }),
    },
  },
  [`${server}/firewall-rules`]: {
    isInherent: true,
    seeds: () => [
      { name: 'SSH', port: '22', type: 'allow', ip_address: null },
      { name: 'HTTP', port: '80', type: 'allow', ip_address: null },
      { name: 'HTTPS', port: '443', type: 'allow', ip_address: null },
      { name: 'MySQL for the office', port: '3306', type: 'allow', ip_address: '198.51.100.7' },
    ],
    attributes: ({ ip_address = null, port = null }) => ({
      port,
      ip_address: Array.isArray(ip_address) ? ip_address.join(', ') : ip_address === null ? null : String(ip_address),
    }),
  },
  ...Object.fromEntries(
    ['horizon', 'octane', 'reverb', 'inertia', 'pulse', 'laravel-scheduler'].map((name) => [
      `${site}/integrations/${name}`,
      integration(name),
    ]),
  ),
  [`${site}/integrations/laravel-maintenance`]: {
    document: ({ site: one }) => ({ status: null, laravel_installed: isLaravel(one) }),
    reads: ({ site: one }) => ({ enabled: one?.maintenance === true }),
    changes: {
      POST: () => [{ status: 'enabling', wanted: true }, { status: null }],
      DELETE: () => [{ status: 'disabling', wanted: false }, { status: null }],
    },
    done: ({ attributes }, _, { site: one }) => {
      if (one) {
        one.maintenance = attributes.wanted === true;
      }
    },
  },
  [`${server}/monitors`]: {
    seeds: (at) => [
      { ...monitor(at, 'cpu_load', 'gte', 80), state: 'OK' },
      { ...monitor(at, 'disk', 'gte', 85), state: 'ALERT' },
      { ...monitor(at, 'free_memory', 'lte', 10), state: 'OK' },
    ],
    attributes: ({ minutes = null }) => ({ minutes, state_changed_at: null }),
    created: [
      { status: 'installing', state: 'UNKNOWN' },
      { status: 'installed', state: 'OK' },
    ],
  },
  [`${server}/nginx/templates`]: {
    seeds: ({ server: host }) => [
      {
        id: (host?.id ?? 0) * 10,
        name: 'Default with HTTP/2',
        content: 'server {\n    listen 80;\n    server_name {{DOMAINS}};\n    root {{PATH}};\n}\n',
      },
      {
        id: (host?.id ?? 0) * 10 + 1,
        name: 'Node behind a proxy',
        content:
          'server {\n    listen 80;\n    server_name {{DOMAINS}};\n    location / {\n        proxy_pass http://127.0.0.1:3000;\n    }\n}\n',
      },
    ],
    check: ({ content, name }) => checkNginx(String(content), String(name), 'content'),
  },
  [`${organization}/server-credentials`]: {
    seeds: () => [
      { id: 3100, name: 'DigitalOcean of the shop', provider: 'ocean2', in_use: true },
      { id: 3101, name: 'Hetzner', provider: 'hetzner', in_use: true },
      { id: 3102, name: 'AWS (staging)', provider: 'aws', in_use: false },
    ],
  },
  [`${organization}/server-credentials/{credential}/regions/{region}/vpcs`]: {
    seeds: ({ random, parameters }) =>
      ['default', 'private'].map((name, index) => ({
        id: `vpc-${random.hex(12)}`,
        ...network(name, index, parameters.region),
      })),
    attributes: (_, { parameters, random }) => network('', random.integer(2, 200), parameters.region),
  },
  '/providers': {
    seeds: () =>
      providers.map(([slug, name, , [[size]], [[region]]], index) => ({
        id: index + 1,
        name,
        slug,
        simple_name: null,
        currency: 'USD',
        currency_symbol: '$',
        default_size_code: size,
        default_region_code: region,
      })),
  },
  '/providers/{provider}/sizes': { seeds: sizesOf },
  '/providers/{provider}/regions': {
    seeds: (at) =>
      providerOf(at)[4].map(([code, name], index) => ({
        id: Number(at.parameters.provider) * 100 + index,
        code,
        name,
        alternate_code: null,
      })),
  },
  '/providers/{provider}/regions/{providerRegion}/sizes': {
    seeds: (at) => sizesOf(at).map(({ id, name }) => ({ id: id as string, name })),
  },
  [`${organization}/recipes`]: {
    seeds: () => [
      { name: 'Install htop', user: 'root', script: 'apt-get update\napt-get install -y htop\n' },
      { name: 'Prune Docker images', user: 'root', script: 'docker image prune -af --filter "until=168h"\n' },
      { name: 'Warm the caches', user: 'forge', script: 'cd ~/shop.example.com/current\nphp artisan optimize\n' },
    ],
    refers: { team_id: `${organization}/teams` },
  },
  [`${organization}/recipes/{recipe}/runs`]: {
    seeds: (at) =>
      (at.organization?.servers ?? []).slice(0, 2).map(({ id, createdAt }, index) => ({
        server_id: id,
        executed_by: userId(at),
        recipe_id: Number(at.parameters.recipe),
        status: index === 0 ? 'finished' : 'failed',
        output: index === 0 ? 'Reading package lists...\nDone.\n' : 'E: Unable to locate package\n',
        started_at: timestamp(createdAt + 86_400_000),
        finished_at: timestamp(createdAt + 86_412_000),
      })),
    check: ({ servers }, { organization: owner }) => checkServers(servers, owner?.servers ?? []),
    each: ({ servers }) => (servers as number[]).map((server_id) => ({ server_id })),
    attributes: ({ server_id }, at) => ({
      server_id,
      executed_by: userId(at),
      recipe_id: Number(at.parameters.recipe),
      output: null,
      started_at: null,
      finished_at: null,
    }),
    created: [{ status: 'waiting' }, { status: 'running' }, { status: 'finished' }],
    failed: { status: 'failed' },
    done: (row, _, at) => {
      const now = at.world.time.now();
      const host = at.organization?.servers.find(({ id }) => id === row.attributes.server_id);
      const words = row.attributes.status === 'failed' ? 'The script ended with the exit code 1.' : 'Done.';
      Object.assign(row.attributes, {
        output: row.said.output ?? `Running on ${host?.name}\n${words}\n`,
        started_at: timestamp(now - 12_000),
        finished_at: timestamp(now),
      });
    },
  },
  [`${organization}/teams/{team}/recipes`]: { shares: { field: 'recipe_id', template: `${organization}/recipes` } },
  [`${organization}/teams/{team}/server-credentials`]: {
    shares: { field: 'credential_id', template: `${organization}/server-credentials` },
  },
  '/forge-recipes/{forgeRecipe}/runs': {
    check: ({ servers }, { world }) => checkServers(servers, serversOf(world)),
    // Nobody can ask for these runs; each server tells of its own.
    does: ({ servers }, { store, world, parameters }) => {
      const recipe = store.row('/forge-recipes', '/forge-recipes', parameters.forgeRecipe ?? '')?.attributes;
      for (const one of serversOf(world).filter(({ id }) => (servers as number[]).includes(id))) {
        world.addEvent(one, `Running recipe ${recipe?.name}`, String(recipe?.user));
      }
    },
  },
  '/forge-recipes': {
    seeds: () => [
      { name: 'Install MongoDB', user: 'root', info: 'Installs MongoDB.', script: 'apt-get install -y mongodb-org\n' },
      { name: 'Upgrade Composer', user: 'root', info: 'Updates Composer.', script: 'composer self-update\n' },
    ],
  },
  [`${site}/redirect-rules`]: {
    seeds: () => [
      { from: '/old-shop', to: '/shop', type: 'permanent' },
      { from: '/sale', to: '/offers/winter', type: 'redirect' },
    ],
  },
  '/permissions': { seeds: ({ store }) => scopesOf(store).map((name, index) => ({ id: index + 1, name })) },
  '/predefined-roles': {
    seeds: ({ store }) => {
      const all = scopesOf(store);
      return [
        { id: 1, name: 'Owner', said: { permissions: all } },
        {
          id: 2,
          name: 'Manager',
          said: { permissions: all.filter((name) => !/^(?:organization|billing)/.test(name)) },
        },
        { id: 3, name: 'Developer', said: { permissions: all.filter((name) => /^(?:site|server:view)/.test(name)) } },
        { id: 4, name: 'Viewer', said: { permissions: all.filter((name) => name.endsWith(':view')) } },
      ];
    },
    relations: { permissions: permissionsOf },
  },
  [`${organization}/roles`]: {
    seeds: () => [
      { name: 'Deployer', said: { permissions: ['server:view', 'site:manage-deploys'] } },
      { name: 'Support', said: { permissions: ['server:view', 'server:manage-logs', 'site:manage-commands'] } },
    ],
    unique: 'name',
    relations: { permissions: permissionsOf },
  },
  [`${organization}/roles/{role}/permissions`]: {
    view: ({ store, parameters, path }) => {
      const roles = path.replace(/\/[^/]+\/permissions$/, '');
      const row = store.row(`${organization}/roles`, roles, parameters.role ?? '');
      return store
        .rows('/permissions', '/permissions')
        .filter(({ attributes }) => has(row?.said.permissions, attributes.name));
    },
  },
  [`${server}/ssh-keys`]: {
    seeds: (at) => [
      { name: 'Robin (laptop)', user: 'forge', created_by: userId(at) },
      { name: 'CI of acme/shop', user: 'forge', created_by: userId(at) },
      { name: 'Mika’s desktop', user: 'root', created_by: null },
    ],
    attributes: ({ user }, at) => ({ user: user ?? 'forge', created_by: userId(at) }),
    check: ({ key }) => {
      if (!/^(?:ssh-|ecdsa-|sk-)\S+ \S+/.test(String(key))) {
        throw refusal('key', 'The key field must be a valid SSH public key.');
      }
    },
  },
  [`${server}/key`]: {
    document: ({ random, server: host }) => serverKey(random, host),
    changes: {
      PUT: (_, { world, path, server: host }) => serverKey(new Random(world.seed, path, world.time.now()), host),
    },
  },
  [`${server}/scheduled-jobs`]: {
    seeds: (at) => [
      {
        ...job(at, 'nightly', 'root', 'composer self-update', 'composer self-update'),
        id: 500_000 + ((at.server?.id ?? 0) % 10_000),
      },
      job(at, 'weekly', 'root', 'Security updates', 'apt-get update && unattended-upgrade'),
      { ...job(at, 'custom', 'forge', 'Rotate the reports', '/home/forge/bin/rotate-reports'), cron: '15 3 * * 1-5' },
    ],
    attributes: jobOf,
  },
  [`${site}/scheduled-jobs`]: {
    seeds: (at) => {
      const one = at.site;
      if (!one || one.phpVersion === null) {
        return [];
      }
      const artisan = `php8.4 /home/${one.user}/${one.name}${one.zeroDowntime ? '/current' : ''}/artisan`;
      return [
        {
          ...job(at, 'minutely', one.user, `Scheduler of ${one.name}`, `${artisan} schedule:run`),
          id: 510_000 + (one.id % 100_000),
        },
        job(at, 'nightly', one.user, 'Prune models', `${artisan} model:prune`),
        {
          ...job(at, 'custom', one.user, 'Send invoices', `${artisan} invoices:send --chunk=200`),
          cron: '*/15 8-18 * * 1-5',
        },
      ];
    },
    attributes: jobOf,
  },
  [`${site}/security-rules`]: {
    seeds: () => [
      { name: 'Staging is not public', path: null },
      { name: 'Horizon', path: '/horizon' },
    ],
    attributes: ({ path = null }) => ({ path }),
  },
  [`${server}/php/versions`]: {
    isInherent: true,
    seeds: ({ server: host }) => {
      const installed = host?.phpVersion ? [host.phpVersion, ...(host.phpVersion === 'php83' ? [] : ['php83'])] : [];
      return installed.map((name, index) => ({ id: (host?.id ?? 0) * 10 + index, ...phpVersion(name) }));
    },
    attributes: ({ version }) => (version === undefined ? {} : phpVersion(String(version))),
    unique: 'version',
    done: (row, { cli_default, site_default }, { server: host }) => {
      const name = `php${String(row.attributes.version).replace('.', '')}`;
      if (host && cli_default === true) {
        host.phpCliVersion = name;
      }
      if (host && site_default === true) {
        host.phpVersion = name;
      }
    },
  },
  ...Object.fromEntries(
    (['cli', 'site'] as const).map((of): [string, Particular] => {
      const field = of === 'cli' ? 'phpCliVersion' : 'phpVersion';
      return [
        `${server}/php/${of}-version`,
        {
          reads: ({ server: host, store, path }) => {
            const told = phpVersion(host?.[field] ?? host?.phpVersion ?? 'php84');
            const list = path.replace(/[^/]+$/, 'versions');
            const row = store
              .rows(`${server}/php/versions`, list)
              .find(({ attributes }) => attributes.version === told.version);
            return { ...told, ...row?.attributes, ...(row && { id: row.id }) };
          },
          changes: {
            PUT: ({ php_version }, { server: host }) => {
              if (host) {
                host[field] = `php${String(php_version).replace('.', '')}`;
              }
              return {};
            },
          },
        },
      ];
    }),
  ),
  ...Object.fromEntries(
    (
      [
        ['max-upload-size', 'max_upload_size', 64],
        ['max-execution-time', 'max_execution_time', 30],
        ['opcache', 'opcache_enabled', true],
      ] as const
    ).map(([name, attribute, initial]): [string, Particular] => {
      const set = (body: Json, { server: host }: At): Json => {
        Object.assign(host?.phpSettings ?? {}, body);
        return {};
      };
      return [
        `${server}/php/${name}`,
        {
          reads: ({ server: host }) => ({ [attribute]: host?.phpSettings[attribute] ?? initial }),
          changes: {
            PUT: ({ opcache, ...body }, at) =>
              set({ ...body, ...(opcache != null && { opcache_enabled: opcache }) }, at),
            POST: (_, at) => set({ opcache_enabled: true }, at),
            DELETE: (_, at) => set({ opcache_enabled: false }, at),
          },
        },
      ];
    }),
  ),
  [`${site}/domains`]: {
    isInherent: true,
    seeds: ({ site: one }) =>
      [one?.name ?? '', ...(one?.aliases ?? [])].map((name, index) => ({
        id: (one?.id ?? 0) * 10 + index,
        name,
        type: index === 0 ? 'primary' : 'alias',
        status: 'enabled',
        www_redirect_type: 'none',
        allow_wildcard_subdomains: false,
      })),
    attributes: (_, __, row) => (row ? {} : { type: 'alias' }),
    created: [{ status: 'pending' }, { status: 'connecting' }, { status: 'enabled' }],
    failed: { status: 'disabled' },
    unique: 'name',
  },
  [`${domain}/actions`]: {
    acts: ({ action }) =>
      ({
        enable: [{ status: 'enabling' }, { status: 'enabled' }],
        disable: [{ status: 'disabling' }, { status: 'disabled' }],
        'mark-as-primary': [{ status: 'updating' }, { status: 'enabled', type: 'primary' }],
      })[action as string] ?? [],
    done: (row, { action }, { store, path }) => {
      if (action === 'mark-as-primary') {
        for (const other of store.rows(`${site}/domains`, path.replace(/\/[^/]+\/actions$/, ''))) {
          other.attributes.type = other === row ? 'primary' : 'alias';
        }
      }
    },
  },
  [`${domain}/configurations`]: {
    isInherent: true,
    seeds: (at) => {
      const name = domainOf(at);
      return [
        { id: 1, type: 'A', name, value: at.server?.ipAddress ?? '203.0.113.1', ttl: 300 },
        { id: 2, type: 'CNAME', name: `www.${name}`, value: name, ttl: null },
      ];
    },
  },
  [`${domain}/certificates`]: {
    seeds: () => [
      { ...certificate, active: true },
      { ...certificate, type: 'existing', verification_method: null, key_type: null, active: false },
    ],
    attributes: ({ type, letsencrypt }) => {
      const {
        verification_method = 'http-01',
        key_type = 'ecdsa',
        preferred_chain = null,
      } = (letsencrypt ?? {}) as Json;
      const isOwn = type === 'letsencrypt';
      return {
        type: type === 'clone' ? 'existing' : type,
        verification_method: isOwn ? verification_method : null,
        key_type: isOwn ? key_type : null,
        preferred_chain: isOwn ? preferred_chain : null,
        active: false,
      };
    },
    created: [
      { status: 'installing', request_status: 'verifying' },
      { request_status: 'creating' },
      { status: 'installed', request_status: 'created' },
    ],
    failed: { status: 'failed', request_status: 'verifying' },
    done: (row, { enable }, at) => activate(row, at, at.path, enable === true && row.attributes.status === 'installed'),
  },
  [`${domain}/certificates/{certificate}/actions`]: {
    acts: ({ action }) =>
      action === 'enable'
        ? [{ status: 'enabling' }, { status: 'installed' }]
        : [{ status: 'disabling' }, { status: 'installed', active: false }],
    done: (row, { action }, at) => activate(row, at, at.path.replace(/\/[^/]+\/actions$/, ''), action === 'enable'),
  },
  [`${domain}/certificate`]: { reads: activeCertificate },
  [`${domain}/certificates/active`]: { reads: activeCertificate },
  [`${site}/certificates`]: {
    view: ({ store, path }) => {
      const domains = path.replace(/certificates$/, 'domains');
      return store
        .rows(`${site}/domains`, domains)
        .flatMap(({ id }) => store.rows(`${domain}/certificates`, `${domains}/${id}/certificates`));
    },
  },
  [`${site}/healthcheck`]: {
    reads: ({ site: one }) => ({ healthcheck_endpoint: one?.healthcheckUrl ?? null }),
    changes: {
      PUT: ({ healthcheck_endpoint = null }, { site: one }) => {
        if (one) {
          one.healthcheckUrl = healthcheck_endpoint as string | null;
        }
        return {};
      },
    },
  },
  [`${site}/composer/credentials`]: {
    key: 'repository',
    unique: 'repository',
    seeds: ({ random }) => [
      { repository: 'nova.laravel.com', username: 'ops@acme.example', password: `canary-composer-${random.hex(16)}` },
      { repository: 'satis.acme.example', username: 'deploy', password: `canary-composer-${random.hex(16)}` },
    ],
  },
  [`${site}/npm/credentials`]: {
    key: 'registry',
    unique: 'registry',
    seeds: ({ random }) => [
      { registry: 'npm.acme.example', token: `canary-npm-${random.hex(24)}`, scopes: ['@acme'] },
      { registry: 'npm.pkg.github.com', token: `canary-npm-${random.hex(24)}`, scopes: [] },
    ],
    attributes: ({ scopes }) => ({ scopes: scopes ?? [] }),
  },
  [`${site}/load-balancing-nodes`]: {
    seeds: ({ organization: owner }) =>
      (owner?.servers ?? [])
        .slice(0, 2)
        .map(({ id }, index) => ({ server_id: id, port: 80, weight: 1, backup: index > 0, down: false })),
  },
  [`${site}/heartbeats`]: {
    seeds: ({ random }) =>
      (
        [
          ['Nightly import', 'beating', 1440],
          ['Invoices', 'missing', 60],
          ['Newsletter', 'pending', 10080],
        ] as const
      ).map(([name, status, frequency]) => ({
        name,
        status,
        frequency,
        grace_period: 10,
        custom_frequency: null,
        ping_url: pingUrl(random),
      })),
    attributes: ({ custom_frequency = null }, { random, world }, row) => ({
      custom_frequency,
      ...(!row && { status: 'pending', ping_url: pingUrl(new Random(world.seed, random.hex(8), world.time.now())) }),
    }),
    created: [],
  },
  [`${organization}/storage-providers`]: {
    seeds: () => [
      { ...storage('Backups in Frankfurt', 's3'), region: 'eu-central-1', bucket: 'acme-backups', in_use: true },
      { ...storage('Archive', 'spaces'), region: 'fra1', bucket: 'acme-archive', in_use: false },
    ],
    attributes: ({ name, provider, ...body }, _, row) => ({
      ...storage(String(name), String(provider)),
      region: body.region ?? null,
      bucket: body.bucket ?? null,
      directory: body.directory ?? null,
      endpoint: body.endpoint ?? null,
      assume_role: body.assume_role ?? body.use_ec2_assumed_role ?? false,
      in_use: row?.attributes.in_use ?? false,
    }),
  },
  [`${organization}/teams`]: {
    seeds: () => [{ name: 'Developers' }, { name: 'Agency' }],
    done: ({ id }, { invites }, { store, path }) => {
      const list = `${path}/${id}/invites`;
      for (const { email, role } of (invites ?? []) as { email: string; role: { id: number } }[]) {
        store.rows(invitesTemplate, list).push(store.make(invitesTemplate, list, { email }, { role_id: role.id }));
      }
    },
  },
  [`${organization}/teams/{team}/members`]: {
    seeds: () => [
      { name: 'Robin Acker', email: 'robin@acme.example', said: { role_id: 2 } },
      { name: 'Mika Lund', email: 'mika@acme.example', said: { role_id: 3 } },
    ],
    relations: { role: roleOf },
  },
  [`${organization}/teams/{team}/invites`]: {
    seeds: () => [
      { email: 'priya@agency.example', said: { role_id: 3 } },
      { email: 'jonas@agency.example', said: { role_id: 4 } },
    ],
    unique: 'email',
    relations: {
      role: roleOf,
      team: (_, { store, path, parameters }) => {
        const list = path.replace(/\/[^/]+\/invites(?:\/[^/]+)?$/, '');
        return {
          template: `${organization}/teams`,
          path: list,
          rows: store.row(`${organization}/teams`, list, parameters.team ?? ''),
        };
      },
    },
  },
};

const usersTemplate = `${server}/database/users`;
const invitesTemplate = `${organization}/teams/{team}/invites`;
const nothing: Particular = {};

/** What is known about a list, a document or an action besides the description. */
export function particularOf(template: string): Particular {
  return Object.hasOwn(particulars, template) ? (particulars[template] ?? nothing) : nothing;
}

/** Laravel's message about a field. */
export function refusal(field: string, words: string): ApiError {
  return new ApiError(422, words, {}, { [field]: [words] });
}

/** The path of a list above or beside a place. */
export function listAbove(template: string, parameters: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
}

function listed({ store, parameters }: At, template: string): readonly Row[] {
  return store.rows(template, listAbove(template, parameters));
}

/** @throws ApiError 422 for servers that are not there */
function checkServers(ids: unknown, servers: readonly Server[]): void {
  for (const [index, id] of (ids as number[]).entries()) {
    if (!servers.some((one) => one.id === id)) {
      throw refusal(`servers.${index}`, `The selected servers.${index} is invalid.`);
    }
  }
}

function serversOf({ organizations }: At['world']): readonly Server[] {
  return [...organizations].flatMap(({ servers }) => servers);
}

function sitesOf({ world, server: host }: Pick<At, 'world' | 'server'>): readonly Site[] {
  return host ? world.sitesOf(host.organization).filter((one) => one.server === host) : [];
}

function hasDatabase(host: Server | undefined): boolean {
  return host !== undefined && host.databaseType !== '';
}

function userId({ world }: At): number {
  return world.user('default').id;
}

function inFuture({ world }: At, hours: number): string {
  return timestamp(world.startedAt + hours * 3_600_000) ?? '';
}

/** A command that ran some time ago. */
function ended(at: At, exit_code: number): Json {
  const time = timestamp(at.world.startedAt - at.random.integer(2, 200) * 3_600_000);
  const status = exit_code === 0 ? 'finished' : 'failed';
  const error_output = exit_code === 0 ? null : 'SQLSTATE[HY000] [2002] Connection refused';
  return { status, exit_code, error_output, duration: '3s', user_id: userId(at), created_at: time, updated_at: time };
}

function publicKey(random: Random, comment: string): string {
  return `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${random.hex(43)} ${comment}`;
}

function serverKey(random: Random, host: Server | undefined): Json {
  return { public_key: publicKey(random, `root@${host?.name}`), fingerprint: `SHA256:${random.hex(43)}` };
}

function integration(name: string): Particular {
  const installed = `${name.replace('-scheduler', '')}_installed`;
  const isText = name === 'laravel-scheduler';
  return {
    document: ({ site: one }) => ({
      // Each integration has two booleans, of which one is sent as a string; which one differs.
      enabled: isText ? false : 'false',
      [installed]: isText ? String(isLaravel(one)) : isLaravel(one),
      ...(name !== 'laravel-scheduler' && { port: null, host: null, connections: null }),
    }),
    changes: {
      POST: ({ port, host, connections }) => ({
        enabled: isText ? true : 'true',
        ...(port !== undefined && { port: Number.parseInt(String(port), 10) || 8000 }),
        ...(host !== undefined && { host }),
        ...(connections !== undefined && { connections }),
      }),
      DELETE: () => ({ enabled: isText ? false : 'false' }),
    },
  };
}

function isLaravel(one: Site | undefined): boolean {
  return one?.appType === 'Laravel' || one?.appType === 'Statamic';
}

function monitor({ world }: At, type: string, operator: string, threshold: number): Json {
  const state_changed_at = timestamp(world.startedAt - 7_200_000);
  return { type, operator, threshold, minutes: 5, notify: 'ops@acme.example', state_changed_at };
}

function network(name: string, index: number, region = ''): Json {
  const cidrBlock = `10.${110 + (index % 100)}.0.0/20`;
  return { ...(name && { name }), cidrBlock, region, subnets: [{ id: `subnet-${index}`, name: 'a', cidrBlock }] };
}

type Provider = readonly [
  slug: string,
  name: string,
  unit: string,
  sizes: readonly [Choice, ...Choice[]],
  regions: readonly [Choice, ...Choice[]],
];
type Choice = readonly [code: string, name: string];

const providers: readonly [Provider, ...Provider[]] = [
  [
    'ocean2',
    'DigitalOcean',
    's',
    [
      ['s-1vcpu-2gb', '2 GB RAM'],
      ['s-2vcpu-4gb', '4 GB RAM'],
    ],
    [
      ['fra1', 'Frankfurt 1'],
      ['nyc3', 'New York 3'],
    ],
  ],
  [
    'hetzner',
    'Hetzner Cloud',
    'cx',
    [
      ['cx22', '4 GB RAM'],
      ['cx32', '8 GB RAM'],
    ],
    [
      ['nbg1', 'Nuremberg'],
      ['fsn1', 'Falkenstein'],
    ],
  ],
  [
    'aws',
    'Amazon AWS',
    't3',
    [
      ['t3.small', '2 GB RAM'],
      ['t3.medium', '4 GB RAM'],
    ],
    [['eu-central-1', 'Frankfurt']],
  ],
  [
    'vultr',
    'Vultr',
    'vc2',
    [
      ['vc2-1c-2gb', '2 GB RAM'],
      ['vc2-2c-4gb', '4 GB RAM'],
    ],
    [['sgp', 'Singapore']],
  ],
  [
    'akamai',
    'Akamai',
    'g6',
    [
      ['g6-standard-1', '2 GB RAM'],
      ['g6-standard-2', '4 GB RAM'],
    ],
    [['us-east', 'Newark, NJ']],
  ],
  [
    'laravel',
    'Laravel VPS',
    'vps',
    [
      ['vps-1', '1 GB RAM'],
      ['vps-2', '2 GB RAM'],
    ],
    [['lax', 'Los Angeles']],
  ],
];

function providerOf({ parameters }: At): Provider {
  return providers[Number(parameters.provider) - 1] ?? providers[0];
}

function sizesOf(at: At): readonly Seed[] {
  return providerOf(at)[3].map(([code, name], index) => ({
    id: code,
    name,
    code,
    series: 'Basic',
    category: 'Shared CPU',
    cpus: index + 1,
    disk_type: 'ssd',
    architecture: 'x86',
    ram: 2048 * (index + 1),
    disk: 40 * (index + 1),
  }));
}

function scopesOf(store: At['store']): readonly string[] {
  return (store.description.components.schemas.Permission?.enum ?? []) as string[];
}

function has(names: unknown, name: unknown): boolean {
  return Array.isArray(names) && names.includes(name);
}

function permissionsOf({ said }: Row, { store }: At): Related {
  const all = store.rows('/permissions', '/permissions');
  return {
    template: '/permissions',
    path: '/permissions',
    rows: all.filter(({ attributes }) => has(said.permissions, attributes.name)),
  };
}

function roleOf({ said }: Row, { store }: At): Related {
  const rows = store.row('/predefined-roles', '/predefined-roles', String(said.role_id));
  return { template: '/predefined-roles', path: '/predefined-roles', rows };
}

const crons: Readonly<Record<string, string>> = {
  minutely: '* * * * *',
  hourly: '0 * * * *',
  nightly: '0 0 * * *',
  weekly: '0 0 * * 0',
  monthly: '0 0 1 * *',
  reboot: '@reboot',
};

function job(at: At, frequency: string, user: string, name: string, command: string): Json {
  return { name, command, user, frequency, cron: crons[frequency] ?? '', next_run_time: inFuture(at, 1) };
}

function jobOf({ frequency, cron, name = null }: Json, at: At): Json {
  return { name, cron: crons[String(frequency)] ?? cron ?? '* * * * *', next_run_time: inFuture(at, 1) };
}

/** As in Forge's lists: "8.4"; "php810" is 8.10. */
export function phpVersion(name: string): { readonly version: string; readonly binary_name: string } {
  const version = name.replace(/^php(\d)(\d*).*$/, (_, major, minor) => (minor === '' ? major : `${major}.${minor}`));
  return { version, binary_name: `php${version}` };
}

const certificate = {
  type: 'letsencrypt',
  verification_method: 'http-01',
  key_type: 'ecdsa',
  preferred_chain: null,
  request_status: 'created',
  status: 'installed',
};

/** A domain has at most one active certificate. */
function activate(row: Row, { store }: At, path: string, isActive: boolean): void {
  if (isActive) {
    for (const other of store.rows(`${domain}/certificates`, path)) {
      other.attributes.active = other === row;
    }
  }
}

function activeCertificate({ store, path }: At): Json {
  const list = path.replace(/\/certificates?(?:\/active)?$/, '/certificates');
  const found = store.rows(`${domain}/certificates`, list).find(({ attributes }) => attributes.active === true);
  if (!found) {
    throw new ApiError(404, 'No query results for model [App\\Models\\Certificate].');
  }
  return { ...found.attributes, id: found.id };
}

function domainOf({ store, path, parameters }: At): string {
  const list = path.replace(/\/[^/]+\/configurations$/, '');
  return String(store.row(`${site}/domains`, list, parameters.domainRecord ?? '')?.attributes.name ?? '');
}

function pingUrl(random: Random): string {
  return `https://forge.laravel.com/api/heartbeat/canary-ping-${random.hex(24)}`;
}

const providerNames: Readonly<Record<string, string>> = {
  s3: 'Amazon S3',
  spaces: 'DigitalOcean Spaces',
  hetzner: 'Hetzner',
  ovh: 'OVH',
  scaleway: 'Scaleway',
};

function storage(name: string, provider: string): Json {
  const provider_name = providerNames[provider] ?? 'Custom (S3 Compatible)';
  return { name, provider, provider_name, directory: null, endpoint: null, assume_role: false };
}

/** The Nginx directives that are needed here. */
const directives = new Set(
  'access_log add_header charset client_max_body_size deny error_log error_page fastcgi_index fastcgi_param fastcgi_pass include index listen location proxy_pass return rewrite root server_name server_tokens ssl_certificate ssl_certificate_key ssl_protocols try_files'.split(
    ' ',
  ),
);

/** Checks the configuration as Nginx would. @throws ApiError 422 */
export function checkNginx(text: string, file: string, field = 'config'): void {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const unknown = lines.findIndex((line) => /;$/.test(line) && !directives.has(line.split(/[\s;]/)[0] ?? ''));
  if (unknown >= 0) {
    const [name] = lines[unknown]?.split(/[\s;]/) ?? [];
    throw refusal(field, `nginx: [emerg] unknown directive "${name}" in ${file}:${unknown + 1}`);
  }
  if (text.split('{').length !== text.split('}').length) {
    throw refusal(field, `nginx: [emerg] unexpected end of file, expecting "}" in ${file}:${lines.length}`);
  }
}
