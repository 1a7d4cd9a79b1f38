import assert from 'node:assert/strict';
import { type Json, loadDescription, type OpenApi } from '../../simulator/description';
import { ForgeClient } from './forgeClient';

const integer = (name: string) => ({ name, in: 'path' as const, schema: { type: 'integer' } });
const below = [{ name: 'organization', in: 'path' as const, schema: { type: 'string' } }, integer('server')];
const ofSite = [...below, integer('site')];
const monitor: Json = { $ref: '#/components/schemas/MonitorResource' };
const answer = (schema: Json) => ({ content: { 'application/vnd.api+json': { schema } } });
const needs = (...scopes: string[]) => [{ oauth2: scopes }];

const server = '/orgs/{organization}/servers/{server}';
const site = `${server}/sites/{site}`;

/** A part of the API as its description has it. */
const description: OpenApi = {
  paths: {
    [`${server}/monitors`]: {
      get: {
        parameters: below,
        security: needs('server:view'),
        responses: {
          200: answer({
            properties: {
              data: { type: 'array', items: monitor },
              links: {},
              meta: {
                type: 'object',
                properties: { per_page: { type: 'integer' }, next_cursor: { type: ['string', 'null'] } },
                required: ['per_page', 'next_cursor'],
              },
            },
          }),
        },
      },
      post: {
        parameters: below,
        security: needs('server:view'),
        'x-permissions': ['server:create-monitors'],
        responses: { 200: {}, 202: answer({ properties: { data: monitor } }) },
      },
    },
    [`${server}/monitors/{monitor}`]: {
      get: {
        parameters: [...below, integer('monitor')],
        responses: { 200: answer({ properties: { data: monitor } }) },
      },
      delete: { parameters: [...below, integer('monitor')], responses: { 202: {} } },
    },
    [`${site}/deploy-key`]: { delete: { parameters: ofSite, responses: { 204: {} } } },
    [`${site}/nginx`]: { put: { parameters: ofSite, responses: { 202: {} } } },
    [`${site}/commands`]: {
      post: { parameters: ofSite, security: needs('site:manage-commands'), responses: { 202: {} } },
    },
    '/me': { get: { responses: { 200: answer({ properties: { data: monitor } }) } } },
  },
  components: {
    responses: {},
    schemas: {
      MonitorResource: {
        properties: {
          id: { type: 'string' },
          type: { type: 'string', enum: ['monitors'] },
          attributes: {
            type: 'object',
            properties: {
              threshold: { type: 'number' },
              notify: { type: 'string', format: 'email' },
              created_at: { type: 'string', format: 'date-time' },
              note: { type: 'string' },
            },
            required: ['threshold', 'notify', 'created_at'],
          },
          relationships: { type: 'object' },
          links: {},
        },
      },
    },
  },
};

describe('What the simulator answers by the description alone', () => {
  let forge: ForgeClient;
  let shop: string;
  let host: string;
  before(async () => {
    forge = await ForgeClient.start({ description, limit: 1000 });
    shop = await forge.sitePath('shop.example.com');
    host = shop.replace(/\/sites.*/, '');
  });
  after(() => forge.simulator.close());

  it('is nothing without a description', async () => {
    const without = await ForgeClient.start();
    assert.equal((await without.send(`${host}/monitors`)).status, 404);
    await without.simulator.close();
  });

  it('is a list as Forge has it on one page', async () => {
    const { data, links, meta } = await forge.list(`${host}/monitors`);
    assert.ok(data.length > 0);
    assert.deepEqual([links, meta], [[], { per_page: 30, next_cursor: null }]);
    for (const row of data) {
      assert.match(row.id, /^\d+$/);
      assert.deepEqual(Object.keys(row), ['id', 'type', 'attributes', 'links']);
      assert.deepEqual(Object.keys(row.attributes), ['threshold', 'notify', 'created_at', 'note']);
    }
  });

  it('is the same each time, and the same at an id as in the list', async () => {
    const { data } = await forge.list(`${host}/monitors`);
    assert.deepEqual((await forge.list(`${host}/monitors`)).data, data);
    assert.deepEqual((await forge.one(`${host}/monitors/${data[0]?.id}`)).data, data[0]);
    assert.notDeepEqual((await forge.one(`${host}/monitors/1`)).data.attributes, data[0]?.attributes);
  });

  it('has the status that is described, and no body where none is', async () => {
    const created = await forge.send(`${host}/monitors`, { method: 'POST' });
    assert.deepEqual([created.status, created.headers.get('content-type')], [202, 'application/vnd.api+json']);
    for (const [path, status] of [
      [`${host}/monitors/1`, 202],
      [`${shop}/deploy-key`, 204],
    ] as const) {
      const deleted = await forge.send(path, { method: 'DELETE' });
      assert.deepEqual(
        [deleted.status, deleted.headers.get('content-type'), await deleted.text()],
        [status, 'text/html; charset=UTF-8', ''],
      );
    }
  });

  it('needs the scopes of the token and those of the role', async () => {
    const token = await forge.control.createToken({ scopes: ['server:view'] });
    assert.equal((await forge.send(`${host}/monitors`, { token })).status, 200);
    assert.equal((await forge.send(`${host}/monitors`, { token, method: 'POST' })).status, 403);
  });

  it('is there below what exists only', async () => {
    const elsewhere = shop.replace(/servers\/(\d+)/, (_, id) => `servers/${Number(id) + 1}`);
    for (const [method, path] of [
      ['GET', `${host.replace('acme', 'nobody')}/monitors`],
      ['GET', '/orgs/acme/servers/1/monitors'],
      ['GET', `${host}/monitors/first`],
      ['PATCH', `${host}/monitors/1`],
      ['DELETE', `${elsewhere}/deploy-key`],
    ] as const) {
      assert.equal((await forge.send(path, { method })).status, 404, path);
    }
  });

  it('leaves what the simulator knows itself alone', async () => {
    assert.equal((await forge.one('/me')).data.type, 'users');
  });

  it('has what is younger only when it is switched on', async () => {
    const change = () => forge.send(`${shop}/git`, { method: 'PUT' });
    assert.equal((await change()).status, 404);
    await forge.control.switch({ later: true });
    assert.equal((await change()).status, 202);
    const token = await forge.control.createToken({ scopes: ['server:view'] });
    assert.equal((await forge.send(`${shop}/git`, { method: 'PUT', token })).status, 403);
    await forge.control.switch({ later: false });
  });
});

describe('What the simulator answers by the whole description', () => {
  let forge: ForgeClient;
  let host: string;
  let shop: string;
  before(async () => {
    forge = await ForgeClient.start({ description: loadDescription(), limit: 1_000 });
    shop = await forge.sitePath('shop.example.com');
    host = shop.replace(/\/sites\/.*/, '');
  });
  after(() => forge.simulator.close());

  it('is a refusal with what is wrong in each field, of a body that is not as described', async () => {
    const change = async (path: string, body: string, method = 'POST') => {
      const answer = await forge.send(path, { method, body });
      return [
        answer.status,
        answer.status === 422 ? Object.keys(((await answer.json()) as { readonly errors: object }).errors) : [],
      ] as const;
    };
    const php = `${host}/services/php/actions`;
    assert.deepEqual(await change(php, '{"action":"restart"}'), [422, ['version', 'action']]);
    assert.deepEqual(await change(php, '{"action":"reboot","version":"php12"}'), [422, ['version']]);
    assert.deepEqual(await change(php, 'no JSON'), [422, ['action', 'version']]);
    assert.deepEqual(await change(php, '{"action":"reboot","version":"php84"}'), [202, []]);
    assert.deepEqual(await change(`${shop}/commands`, '{"command":7}'), [422, ['command']]);
    assert.deepEqual(await change(`${shop}/commands`, '{"command":"php artisan about"}'), [202, []]);
  });

  it('is nothing for a log of a server that it does not have', async () => {
    for (const key of ['nginx', 'php84', 'mysql', 'auth', 'syslog']) {
      assert.equal((await forge.send(`${host}/logs/${key}`)).status, 404, key);
    }
    assert.equal((await forge.send(`${host}/logs/nginx-error`)).status, 200);
  });

  it('has all that is described, what may be left out as well', async () => {
    const { attributes } = (await forge.list(`${shop}/commands`)).data[0] ?? assert.fail('a command');
    assert.ok('exit_code' in attributes && 'error_output' in attributes, Object.keys(attributes).join());
  });
});

describe('The simulator’s limit of site commands', () => {
  let forge: ForgeClient;
  let commands: string;
  beforeEach(async () => {
    forge = await ForgeClient.start({ description });
    commands = `${await forge.sitePath('shop.example.com')}/commands`;
    await forge.control.limit({ commands: 2 });
  });
  afterEach(() => forge.simulator.close());
  const run = (token = forge.simulator.token) => forge.send(commands, { method: 'POST', token });

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
