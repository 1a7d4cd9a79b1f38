import assert from 'node:assert/strict';
import { dataOf, placeOf, placesOf } from '../../simulator/description';
import type { ValidRequests } from '../../simulator/validRequest';
import { description, places, send, startDescribed } from './describedForge';
import { ForgeClient } from './forgeClient';

describe('A list of the simulator', function () {
  this.timeout(60_000);
  let forge: ForgeClient;
  let requests: ValidRequests;
  let host: string;
  let shop: string;
  beforeEach(async () => {
    ({ forge, requests, host, shop } = await startDescribed());
  });
  afterEach(() => forge.simulator.close());
  const advance = (seconds: number) => forge.control.switch({ advance: seconds });
  const rowsOf = async (path: string) => (await forge.list(path)).data;
  const statusAt = async (path: string): Promise<unknown> => (await forge.one(path)).data.attributes.status;

  const creatable = places.filter(({ method, template }) => {
    const isList = dataOf(placeOf(description, `GET ${template}`)?.operation.responses[200])?.type === 'array';
    const hasItems = places.some(
      (one) => one.method === 'DELETE' && one.template.replace(/\/\{\w+\}$/, '') === template,
    );
    return method === 'POST' && isList && hasItems && !/archives$|integrations/.test(template);
  });

  it('has what was made in it, until that is taken away', async () => {
    assert.ok(creatable.length >= 25, String(creatable.length));
    for (const place of creatable) {
      const { template } = place;
      requests.forget();
      const { path, body } = await requests.of(place);
      const before = new Set((await rowsOf(path)).map(({ id }) => id));
      const isShared = /\/teams\/\{team\}\/(?:recipes|server-credentials|servers)$/.test(template);
      const created = await send(forge, 'POST', path, isShared ? await another(path, body) : body);
      assert.ok(created.status < 300, `${template} ${created.text}`);
      const made = (await rowsOf(path)).filter(({ id }) => !before.has(id));
      const [row] = made;
      assert.ok(made.length === 1 && row, template);
      if (created.text !== '') {
        assert.equal(created.json.data.id, row.id, template);
      }
      const item = `${path}/${encodeURIComponent(row.id)}`;
      const operationAt = (method: string) =>
        places.find(
          (one) =>
            one.method === method && one.template.replace(/\/\{\w+\}$/, '') === template && one.template !== template,
        );
      if (operationAt('GET')) {
        const { data } = await forge.one(item);
        assert.deepEqual(data, row, template);
        for (const [name, value] of Object.entries(body ?? {})) {
          if (
            name in row.attributes &&
            !['version', 'type', 'cron', 'provider', 'tags', 'database_type'].includes(name)
          ) {
            assert.deepEqual(data.attributes[name], value, `${template} ${name}`);
          }
        }
      }
      await advance(60);
      const change = operationAt('PUT') ?? operationAt('PATCH');
      if (change && !template.endsWith('/background-processes')) {
        const said = {
          ...(await requests.body(change)),
          ...(!/domains|database\/users/.test(template) && { name: 'another-name' }),
        };
        const changed = await send(forge, change.method, item, said);
        assert.ok(changed.status < 300, `${template} ${changed.text}`);
        if (operationAt('GET') && 'name' in said && 'name' in row.attributes) {
          assert.equal((await forge.one(item)).data.attributes.name, said.name, template);
        }
      }
      await advance(60);
      const now = (await rowsOf(path))
        .filter(({ id }) => !before.has(id))
        .map(({ id }) => `${path}/${encodeURIComponent(id)}`);
      assert.equal((await send(forge, 'DELETE', now[0] ?? '')).status, statusOfRemoving(template), template);
      await advance(60);
      assert.deepEqual(new Set((await rowsOf(path)).map(({ id }) => id)), before, template);
      assert.equal((await forge.send(now[0] ?? '')).status, 404, template);
      assert.equal((await send(forge, 'DELETE', now[0] ?? '')).status, 404, template);
    }
  });

  /** What is not shared with a team yet. */
  async function another(path: string, body: object | undefined): Promise<object> {
    const [field = ''] = Object.keys(body ?? {});
    const list = path.replace(/\/teams\/\d+/, '');
    const shared = new Set((await rowsOf(path)).map(({ id }) => id));
    const free = (await rowsOf(list)).find(({ id }) => !shared.has(id));
    return { [field]: Number(free?.id) };
  }

  function statusOfRemoving(template: string): number {
    const place = places.find((one) => one.method === 'DELETE' && one.template.replace(/\/\{\w+\}$/, '') === template);
    return Number(Object.keys(place?.operation.responses ?? {}).find((status) => status.startsWith('2')));
  }

  it('tells what is being made and taken away, by the words of its schema', async () => {
    const schemas = `${host}/database/schemas`;
    const { json } = await send(forge, 'POST', schemas, { name: 'shop_test' });
    const made = `${schemas}/${json.data.id}`;
    assert.equal(await statusAt(made), 'installing');
    await advance(2.9);
    assert.equal(await statusAt(made), 'installing');
    await advance(0.2);
    assert.equal(await statusAt(made), 'installed');
    await send(forge, 'DELETE', made);
    assert.equal(await statusAt(made), 'removing');
    await advance(3);
    assert.equal((await forge.send(made)).status, 404);

    const domain = (
      await send(forge, 'POST', `${shop}/domains`, {
        name: 'new.example.com',
        allow_wildcard_subdomains: false,
        www_redirect_type: 'none',
      })
    ).json.data;
    const words = [domain.attributes.status];
    for (let step = 0; step < 2; step += 1) {
      await advance(3);
      words.push(await statusAt(`${shop}/domains/${domain.id}`));
    }
    assert.deepEqual(words, ['pending', 'connecting', 'enabled']);
  });

  it('is a database’s, a user’s … of its own parent alone, and goes with it', async () => {
    const [configuration] = await rowsOf(`${host}/database/backups`);
    const instances = `${host}/database/backups/${configuration?.id}/instances`;
    const [instance] = await rowsOf(instances);
    const [, other] = await rowsOf(`${host}/database/backups`);
    assert.equal((await forge.send(`${host}/database/backups/${other?.id}/instances/${instance?.id}`)).status, 404);
    const elsewhere = host.replace(/\d+$/, (id) => String(Number(id) + 1));
    assert.equal((await forge.send(`${elsewhere}/database/backups/${configuration?.id}`)).status, 404);
    await send(forge, 'DELETE', `${host}/database/backups/${configuration?.id}`);
    await advance(3);
    assert.equal((await forge.send(instances)).status, 404);
    await send(forge, 'DELETE', host);
    assert.equal((await forge.send(host)).status, 200);
    await advance(3);
    for (const path of [host, `${host}/database/schemas`, `${shop}/domains`]) {
      assert.equal((await forge.send(path)).status, 404, path);
    }
    assert.ok(
      (await forge.list('/orgs/acme/sites')).data.every(({ attributes }) => attributes.name !== 'shop.example.com'),
    );
  });

  it('can be filtered, sorted and divided as the description says, and in no other way', async () => {
    const schemas = `${host}/database/schemas`;
    await forge.control.addRows({ path: schemas, count: 70, attributes: { name: 'tenant_{n}' } });
    const first = await forge.list(`${schemas}?filter[name]=TENANT_&sort=-name`);
    assert.equal(first.data.length, 30);
    const names = [...first.data];
    for (let cursor = first.meta.next_cursor; cursor !== null; ) {
      const page = await forge.list(`${schemas}?filter[name]=tenant_&sort=-name&page[cursor]=${cursor}`);
      names.push(...page.data);
      cursor = page.meta.next_cursor;
    }
    const wanted = Array.from({ length: 70 }, (_, index) => `tenant_${index + 1}`);
    assert.deepEqual(
      names.map(({ attributes }) => attributes.name),
      wanted.sort().reverse(),
    );
    for (const [query, words] of [
      ['sort=size', /sort\(s\) `size` is not allowed/],
      ['filter[size]=1', /filter\(s\) `size` are not allowed/],
      ['include=users', /include\(s\) `users` are not allowed/],
    ] as const) {
      const { status, json } = await send(forge, 'GET', `${schemas}?${query}`);
      assert.deepEqual([status, words.test(json.message)], [400, true], query);
    }
    const [process] = await rowsOf(`${host}/background-processes`);
    const site = shop.replace(/^.*\//, '');
    assert.deepEqual(
      (await rowsOf(`${host}/background-processes?filter[site_id]=${site}`)).map(({ id }) => id),
      [process?.id],
    );
    assert.deepEqual(await rowsOf(`${host}/background-processes?filter[site_id]=${site.slice(1)}`), []);
    assert.deepEqual(
      (await rowsOf(`${host}/monitors?filter[state]=ALERT`)).map(({ attributes }) => attributes.type),
      ['disk'],
    );
  });

  it('has what its rows are related to where that is asked for', async () => {
    const roles = await forge.list('/orgs/acme/roles?include=permissions');
    assert.deepEqual(
      roles.included?.map(({ attributes }) => attributes.name),
      ['server:view', 'site:manage-deploys', 'server:manage-logs', 'site:manage-commands'].sort(
        (one, other) => ids(roles.included, one) - ids(roles.included, other),
      ),
    );
    assert.deepEqual(
      (await rowsOf('/orgs/acme/roles?filter[permissions.name]=manage-logs')).map(({ attributes }) => attributes.name),
      ['Support'],
    );
    assert.equal((await forge.list('/orgs/acme/roles')).data[0]?.relationships, undefined);
    const rules = await forge.list('/orgs/acme/sites?filter[name]=staging&include=redirectRules,securityRules');
    assert.deepEqual(
      rules.included?.map(({ attributes }) => attributes.name ?? attributes.from),
      ['Staging is not public', 'Horizon', '/old-shop', '/sale'],
    );
    const events = await forge.list(`${host}/events?include=initiator&sort=-updated_at`);
    assert.ok(events.data.every(({ relationships }) => relationships && 'initiator' in relationships));
    const [team] = await rowsOf('/orgs/acme/teams');
    const invites = await forge.list(`/orgs/acme/teams/${team?.id}/invites?include=role,team,organization`);
    assert.deepEqual(
      new Set(invites.included?.map(({ type }) => type)),
      new Set(['predefinedRoles', 'teams', 'organizations']),
    );
  });

  it('tells how many there are of what is named with Count, and whether there are any with Exists', async () => {
    const named = placesOf(description).filter(({ method, operation }) => {
      const { schema } = operation.parameters?.find(({ name }) => name === 'include') ?? {};
      return method === 'GET' && JSON.stringify(schema ?? {}).includes('Count"');
    });
    assert.ok(named.length >= 7);
    for (const place of named) {
      const { schema } = place.operation.parameters?.find(({ name }) => name === 'include') ?? {};
      const all = ((schema?.items ?? {}) as { enum?: string[] }).enum ?? [];
      const path = await requests.path(place.template);
      const plain = await forge.list(`${path}?include=${all.filter((name) => !/(?:Count|Exists)$/.test(name))}`);
      const counted = await forge.list(`${path}?include=${all.filter((name) => /(?:Count|Exists)$/.test(name))}`);
      assert.ok(plain.data.length > 0, place.template);
      for (const [index, { attributes, relationships }] of counted.data.entries()) {
        assert.equal(relationships, undefined, 'only what is asked for');
        const related = Object.entries((plain.data[index]?.relationships ?? {}) as Record<string, { data: unknown }>);
        assert.equal(related.length, all.length / 3, place.template);
        for (const [name, { data }] of related) {
          const count = [data ?? []].flat().length;
          const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
          const told = attributes as Record<string, unknown>;
          assert.deepEqual([told[`${snake}_count`], told[`${snake}_exists`]], [count, count > 0], place.template);
        }
      }
    }
  });

  function ids(
    rows: readonly { readonly id: string; readonly attributes: { readonly name?: string } }[] | undefined,
    name: string,
  ): number {
    return rows?.findIndex(({ attributes }) => attributes.name === name) ?? -1;
  }

  it('is believable from the beginning, the same each time, and carries the secrets that Forge tells', async () => {
    const again = await startDescribed();
    const lists = [
      [
        'database/schemas',
        'background-processes',
        'scheduled-jobs',
        'firewall-rules',
        'ssh-keys',
        'monitors',
        'nginx/templates',
        'php/versions',
      ],
      [
        'commands',
        'domains',
        'redirect-rules',
        'security-rules',
        'heartbeats',
        'webhooks',
        'scheduled-jobs',
        'composer/credentials',
        'npm/credentials',
      ],
    ].flatMap((names, index) => names.map((name) => `${index === 0 ? host : shop}/${name}`));
    for (const path of lists) {
      const rows = await rowsOf(path);
      assert.ok(rows.length > 0 && rows.length <= 5, path);
      const same = (await again.forge.list(path)).data;
      assert.deepEqual(
        same.map(({ id }) => id),
        rows.map(({ id }) => id),
        path,
      );
    }
    await again.forge.simulator.close();
    for (const [path, secret] of [
      [`${shop}/heartbeats`, /canary-ping-/],
      [`${shop}/composer/credentials`, /canary-composer-/],
      [`${shop}/npm/credentials`, /canary-npm-/],
      [`${shop}/webhooks`, /canary-webhook-/],
    ] as const) {
      assert.match(await (await forge.send(path)).text(), secret);
    }
    const server = {
      name: 'new',
      provider: 'hetzner',
      type: 'app',
      ubuntu_version: '24.04',
      hetzner: { region_id: 'nbg1', size_id: 'cx22' },
    };
    assert.match(
      (await send(forge, 'POST', '/orgs/acme/servers', server)).json.data.meta.sudo_password,
      /^canary-sudo-/,
    );
  });

  it('refuses a name that is taken and what names nothing', async () => {
    const refused = async (path: string, body: object) => (await send(forge, 'POST', path, body)).json.errors;
    assert.deepEqual(await refused(`${host}/database/schemas`, { name: 'forge' }), {
      name: ['The name has already been taken.'],
    });
    assert.deepEqual(await refused(`${host}/database/schemas`, { name: 'x'.repeat(64) }), {
      name: ['The name field must not be greater than 63 characters.'],
    });
    assert.deepEqual(await refused(`${host}/database/users`, { name: 'new', password: 'p', database_ids: [1] }), {
      'database_ids.0': ['The selected database ids.0 is invalid.'],
    });
    assert.deepEqual(
      await refused(`${host}/monitors`, { type: 'heat', operator: 'gte', threshold: 'x', minutes: 61, notify: 'x' }),
      {
        type: ['The selected type is invalid.'],
        threshold: ['The threshold field must be a number.'],
        minutes: ['The minutes field must not be greater than 60.'],
        notify: ['The notify field must be a valid email address.'],
      },
    );
  });
});

describe('What is asked of the simulator', () => {
  let forge: ForgeClient;
  let host: string;
  let shop: string;
  beforeEach(async () => {
    ({ forge, host, shop } = await startDescribed());
  });
  afterEach(() => forge.simulator.close());
  const advance = (seconds: number) => forge.control.switch({ advance: seconds });
  const attributesAt = async (path: string) => (await forge.one(path)).data.attributes;
  const first = async (path: string) => `${path}/${(await forge.list(path)).data[0]?.id}`;

  it('of a row changes what a person sees of it', async () => {
    const process = await first(`${host}/background-processes`);
    await send(forge, 'POST', `${process}/actions`, { action: 'restart' });
    assert.equal((await attributesAt(process)).status, 'restarting');
    await advance(3);
    assert.equal((await attributesAt(process)).status, 'installed');

    const body = { name: 'second.example.com', allow_wildcard_subdomains: false, www_redirect_type: 'none' };
    const second = `${shop}/domains/${(await send(forge, 'POST', `${shop}/domains`, body)).json.data.id}`;
    await advance(6);
    await send(forge, 'POST', `${second}/actions`, { action: 'mark-as-primary' });
    await advance(3);
    assert.deepEqual(
      (await forge.list(`${shop}/domains`)).data
        .filter(({ attributes }) => attributes.type === 'primary')
        .map(({ attributes }) => attributes.name),
      ['second.example.com'],
    );

    const made = await send(forge, 'POST', `${second}/certificates`, { type: 'letsencrypt', enable: true });
    assert.equal(made.json.data.attributes.request_status, 'verifying');
    await advance(6);
    const active = await forge.one(`${second}/certificates/active`);
    assert.equal(active.data.id, made.json.data.id);
    await send(forge, 'POST', `${second}/certificates/${made.json.data.id}/actions`, { action: 'disable' });
    await advance(3);
    assert.equal((await forge.send(`${second}/certificate`)).status, 404);
  });

  it('of a document is what that says', async () => {
    await send(forge, 'PUT', `${host}/php/max-upload-size`, { max_upload_size: 256 });
    assert.equal((await attributesAt(`${host}/php/max-upload-size`)).max_upload_size, 256);
    await send(forge, 'DELETE', `${host}/php/opcache`);
    assert.equal((await attributesAt(`${host}/php/opcache`)).opcache_enabled, false);
    await send(forge, 'PUT', `${host}/php/cli-version`, { php_version: '8.3' });
    assert.equal((await attributesAt(`${host}/php/cli-version`)).version, '8.3');
    assert.equal((await attributesAt(host)).php_cli_version, 'php83');
    await send(forge, 'DELETE', `${shop}/deploy-key`);
    assert.equal((await attributesAt(`${shop}/deploy-key`)).key, null);
    await send(forge, 'POST', `${shop}/integrations/octane`, { port: '8080', server: 'swoole' });
    assert.deepEqual(await attributesAt(`${shop}/integrations/octane`), {
      enabled: 'true',
      octane_installed: true,
      port: 8080,
    });
    await send(forge, 'POST', `${shop}/integrations/laravel-maintenance`, { status: 503 });
    assert.equal((await attributesAt(`${shop}/integrations/laravel-maintenance`)).status, 'enabling');
    await advance(3);
    assert.equal((await attributesAt(`/orgs/acme/sites/${shop.replace(/^.*\//, '')}`)).status, 'maintenance');
    await send(forge, 'POST', `${host}/services/mysql/actions`, { action: 'stop' });
    await advance(3);
    assert.equal((await attributesAt(host)).db_status, 'stopped');
  });

  it('of commands and recipes has an exit code and what was printed', async () => {
    await forge.control.nextChange({ path: '/commands$', output: 'It is done.\n' });
    await send(forge, 'POST', `${shop}/commands`, { command: 'php artisan about' });
    const command = `${shop}/commands/${(await forge.list(`${shop}/commands`)).data.at(-1)?.id}`;
    assert.deepEqual(
      [(await attributesAt(command)).status, (await attributesAt(command)).exit_code],
      ['waiting', null],
    );
    await advance(6);
    assert.deepEqual([(await attributesAt(command)).status, (await attributesAt(command)).exit_code], ['finished', 0]);
    assert.equal((await attributesAt(`${command}/output`)).output, 'It is done.\n');

    const recipe = await first('/orgs/acme/recipes');
    const servers = (await forge.list('/orgs/acme/servers')).data.slice(0, 2).map(({ id }) => Number(id));
    await forge.control.nextChange({ path: '/runs$', end: 'failed' });
    await send(forge, 'POST', `${recipe}/runs`, { servers });
    await advance(6);
    const runs = (await forge.list(`${recipe}/runs`)).data.slice(-2).map(({ attributes }) => attributes);
    assert.deepEqual(
      runs.map(({ server_id, status }) => [server_id, status]),
      [
        [servers[0], 'failed'],
        [servers[1], 'finished'],
      ],
    );
    assert.match(runs[1]?.output, /^Running on acme-web-2\nDone\.\n$/);
  });

  it('of databases that somebody made by hand are found by a synchronization, once', async () => {
    const names = async () => (await forge.list(schemas)).data.map(({ attributes }) => attributes.name);
    const schemas = `${host}/database/schemas`;
    const before = await names();
    for (const found of [
      [...before, 'made_by_hand'],
      [...before, 'made_by_hand'],
    ]) {
      assert.equal((await send(forge, 'POST', `${schemas}/synchronizations`)).status, 202);
      await advance(6);
      assert.deepEqual(await names(), found);
    }
  });

  it('of Forge’s own recipes is told by the servers that it ran on', async () => {
    const recipe = await first('/forge-recipes');
    const told = async () =>
      (await forge.list(`${host}/events?sort=-created_at`)).data.map(({ attributes }) => attributes.description)[0];
    assert.equal((await send(forge, 'POST', `${recipe}/runs`, { servers: [1] })).status, 422);
    const before = await told();
    assert.equal(
      (await send(forge, 'POST', `${recipe}/runs`, { servers: [Number(host.split('/').at(-1))] })).status,
      202,
    );
    await advance(6);
    assert.notEqual(await told(), before);
    assert.equal(await told(), 'Running recipe Install MongoDB');
  });

  it('of the fleet is made: servers and sites that come, change, are archived and go', async () => {
    const created = await send(forge, 'POST', '/orgs/acme/servers', {
      name: 'fresh',
      provider: 'hetzner',
      type: 'app',
      ubuntu_version: '24.04',
      php_version: 'php84',
      database_type: 'postgres17',
      hetzner: { region_id: 'nbg1', size_id: 'cx22' },
    });
    const server = `/orgs/acme/servers/${created.json.data.id}`;
    assert.deepEqual([created.status, created.json.data.attributes.is_ready], [202, false]);
    await advance(6);
    const { is_ready, connection_status, database_type } = await attributesAt(server);
    assert.deepEqual([is_ready, connection_status, database_type], [true, 'successful', 'postgres17']);
    await send(forge, 'PUT', server, { name: 'renamed', tags: ['new'] });
    assert.equal((await attributesAt(server)).name, 'renamed');
    const site = (
      await send(forge, 'POST', `${server}/sites`, {
        type: 'nextjs',
        name: 'fresh.example.com',
        repository: 'acme/fresh',
        source_control_provider: 'github',
        branch: 'dev',
      })
    ).json.data;
    assert.deepEqual(
      [site.attributes.status, site.attributes.app_type, site.attributes.repository.branch],
      ['installing', 'Next.js', 'dev'],
    );
    await advance(3);
    const shown = `/orgs/acme/sites/${site.id}`;
    assert.equal((await attributesAt(shown)).status, 'never-deployed');
    const count = async (list: string) => (await forge.list(`${server}/sites/${site.id}/${list}`)).data.length;
    assert.deepEqual([await count('domains'), await count('commands'), await count('heartbeats')], [1, 0, 0]);
    const team = (await send(forge, 'POST', '/orgs/acme/teams', { name: 'New' })).json.data;
    assert.deepEqual((await forge.list(`/orgs/acme/teams/${team.id}/invites`)).data, []);
    await send(forge, 'PUT', `${server}/sites/${site.id}`, { repository_branch: 'main', directory: '/dist' });
    assert.deepEqual(
      [(await attributesAt(shown)).repository.branch, (await attributesAt(shown)).web_directory],
      ['main', '/dist'],
    );
    await send(forge, 'POST', '/orgs/acme/servers/archives', { server_id: Number(created.json.data.id) });
    await advance(3);
    assert.ok((await forge.list('/orgs/acme/servers/archives')).data.some(({ id }) => id === created.json.data.id));
    await send(forge, 'DELETE', `${server}/sites/${site.id}`);
    assert.equal((await attributesAt(shown)).status, 'removing');
    await advance(3);
    assert.equal((await forge.send(shown)).status, 404);
  });

  it('goes as it is told: fails, is held, comes later, takes its time', async () => {
    const { control } = forge;
    const schemas = `${host}/database/schemas`;
    const names = async () =>
      (await forge.list(schemas)).data.map(({ attributes }) => `${attributes.name} ${attributes.status}`);
    const before = await names();
    await control.nextChange({ method: 'POST', path: '/schemas$', end: 'failed' });
    await send(forge, 'POST', schemas, { name: 'unlucky' });
    assert.deepEqual(await names(), [...before, 'unlucky installing']);
    await advance(3);
    assert.deepEqual(await names(), before);

    await control.nextChange({ path: '/monitors$', end: 'failed' });
    const monitor = { type: 'disk', operator: 'gte', threshold: 90, notify: 'ops@acme.example' };
    const { json } = await send(forge, 'POST', `${host}/monitors`, monitor);
    await advance(3);
    assert.equal((await attributesAt(`${host}/monitors/${json.data.id}`)).status, 'failed');

    await control.nextChange({ method: 'DELETE', end: 'failed' });
    const kept = await first(schemas);
    await send(forge, 'DELETE', kept);
    assert.equal((await attributesAt(kept)).status, 'removing');
    await advance(3);
    assert.equal((await attributesAt(kept)).status, 'installed');

    await control.nextChange({ hold: true });
    await send(forge, 'DELETE', kept);
    await advance(1000);
    assert.equal((await attributesAt(kept)).status, 'removing');
    await control.releaseChanges();
    await advance(3);
    assert.equal((await forge.send(kept)).status, 404);

    const { data } = (await send(forge, 'POST', `${host}/database/users`, { name: 'early', password: 'p' })).json;
    await advance(2);
    await send(forge, 'PUT', `${host}/database/users/${data.id}`, { password: 'q' });
    assert.equal((await attributesAt(`${host}/database/users/${data.id}`)).status, 'updating');
    await advance(4);
    assert.equal((await attributesAt(`${host}/database/users/${data.id}`)).status, 'installed');

    await control.nextChange({ path: '/ssh-keys$', appears: 10, seconds: 5 });
    const count = async () => (await forge.list(`${host}/ssh-keys`)).data.length;
    const keys = await count();
    await send(forge, 'POST', `${host}/ssh-keys`, { name: 'late', key: 'ssh-ed25519 AAAA robin' });
    await advance(9);
    assert.equal(await count(), keys);
    await advance(1);
    assert.equal(await count(), keys + 1);
  });

  it('finds rows that were put there, as many as are wanted, and sees them changed', async () => {
    const jobs = `${shop}/scheduled-jobs`;
    const before = (await forge.list(jobs)).data.length;
    const made = await forge.control.addRows({
      path: jobs,
      count: 3_000,
      attributes: { name: 'Job {n}', status: 'failed' },
    });
    assert.equal(made.length, 3_000);
    assert.equal(new Set((await forge.control.rows(jobs)).map(({ id }) => id)).size, before + 3_000);
    const one = `${jobs}/${made[41]?.id}`;
    assert.deepEqual([(await attributesAt(one)).name, (await attributesAt(one)).status], ['Job 42', 'failed']);
    await forge.control.changeRows({ path: one, attributes: { name: 'x\ny', cron: null } });
    assert.equal((await attributesAt(one)).name, 'x\ny');
    await forge.control.removeRows(one);
    assert.equal((await forge.send(one)).status, 404);
    await forge.control.removeRows(jobs);
    assert.deepEqual((await forge.list(jobs)).data, []);
    await assert.rejects(forge.control.rows(`${host}/nothing`), /no list/);
  });

  it('needs the scopes of the token and those of the role', async () => {
    const token = await forge.control.createToken({ scopes: ['server:view'] });
    assert.equal((await forge.send(`${host}/monitors`, { token })).status, 200);
    assert.equal((await forge.send(`${host}/monitors`, { token, method: 'POST', body: '{}' })).status, 403);
    const role = await forge.control.createToken({ scopes: ['site:manage-notifications'] });
    assert.equal((await forge.send(`${shop}/webhooks`, { token: role })).status, 403);
  });

  it('is not there by another verb, below a name for a number, or in an organization that is not there', async () => {
    for (const [method, path] of [
      ['GET', `${host.replace('acme', 'nobody')}/monitors`],
      ['GET', `${host}/monitors/first`],
      ['PATCH', await first(`${host}/monitors`)],
      ['GET', `${shop}/npm/credentials/%E0%A4%A`],
      ['GET', `${host}/logs/php84`],
    ] as const) {
      assert.equal((await forge.send(path, { method })).status, 404, path);
    }
    assert.equal((await forge.send(`${host}/logs/nginx-error`)).status, 200);
  });

  it('has what is younger than the description only when it is switched on', async () => {
    const change = () => forge.send(`${shop}/git`, { method: 'PUT' });
    assert.equal((await change()).status, 404);
    await forge.control.switch({ later: true });
    assert.equal((await change()).status, 202);
    const token = await forge.control.createToken({ scopes: ['server:view'] });
    assert.equal((await forge.send(`${shop}/git`, { method: 'PUT', token })).status, 403);
  });
});

describe('The simulator’s limit of site commands', () => {
  let forge: ForgeClient;
  let commands: string;
  beforeEach(async () => {
    forge = await ForgeClient.start();
    commands = `${await forge.sitePath('shop.example.com')}/commands`;
    await forge.control.limit({ commands: 2 });
  });
  afterEach(() => forge.simulator.close());
  const run = (token = forge.simulator.token) =>
    forge.send(commands, { method: 'POST', token, body: '{"command":"true"}' });

  it('is one of its own: each command costs the general budget one call, refused or not', async () => {
    assert.deepEqual([(await run()).status, (await run()).status], [202, 202]);
    const refused = await run();
    assert.equal(refused.status, 429);
    assert.deepEqual(await refused.json(), { message: 'Too Many Attempts.' });
    const wait = Number(refused.headers.get('retry-after'));
    assert.ok(wait > 55 && wait <= 60);
    assert.equal(refused.headers.get('x-ratelimit-limit'), '2');
    assert.equal((await forge.send('/me')).headers.get('x-ratelimit-remaining'), '56');
  });

  it('is each user’s own', async () => {
    await forge.control.setUser('somebody else', ['acme']);
    assert.deepEqual([(await run()).status, (await run()).status], [202, 202]);
    assert.equal((await run(await forge.control.createToken({ user: 'somebody else' }))).status, 202);
    assert.equal((await run(await forge.control.createToken())).status, 429);
  });

  it('ends with its window', async () => {
    await run();
    await run();
    await forge.control.limit({ windowMs: 50 });
    await forge.until(async () => ((await run()).status === 202 ? true : undefined));
  });
});
