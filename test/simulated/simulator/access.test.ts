import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RateLimiter } from '../../simulator/rateLimit';
import { ForgeClient, type TestDocument } from './forgeClient';

describe('Tokens of the simulator', () => {
  let forge: ForgeClient;
  before(async () => {
    forge = await ForgeClient.start();
  });
  after(() => forge.simulator.close());

  it('are readable: scopes and expiry', () => {
    const payload = JSON.parse(Buffer.from(forge.simulator.token.split('.')[1] ?? '', 'base64url').toString());
    assert.equal(payload.scopes.length, 62);
    assert.ok(payload.exp > Date.now() / 1000 + 86_400);
    assert.equal(typeof payload.sub, 'string');
  });

  it('are refused when missing, unknown, expired or revoked', async () => {
    const expired = await forge.control.createToken({ expiresIn: -1 });
    const revoked = await forge.control.createToken();
    assert.equal((await forge.send('/me', { token: revoked })).status, 200);
    await forge.control.revokeToken(revoked);
    for (const token of ['', 'nonsense', expired, revoked]) {
      const response = await forge.send('/me', { token });
      assert.equal(response.status, 401);
      assert.deepEqual(await response.json(), { message: 'Unauthenticated.' });
    }
  });

  it('open only what their scopes name', async () => {
    const token = await forge.control.createToken({ scopes: ['organization:view', 'server:view'] });
    const path = await forge.sitePath('shop.example.com');
    assert.equal((await forge.send('/orgs', { token })).status, 200);
    const [deployment] = (await forge.list(`${path}/deployments`)).data;
    for (const [method, below] of [
      ['POST', '/deployments'],
      ['GET', `/deployments/${deployment?.id}/log`],
      ['GET', '/deployments/deploy-hook'],
      ['GET', '/logs/application'],
    ] as const) {
      const response = await forge.send(`${path}${below}`, { method, token });
      assert.equal(response.status, 403, below);
      assert.deepEqual(await response.json(), { message: 'Invalid scope(s) provided.' });
    }
    assert.equal((await forge.send('/me', { token })).status, 403);
    assert.equal((await forge.send(`${path}/environment`, { token })).status, 200);
  });

  it('of another user show that user’s fleet', async () => {
    await forge.control.setUser('newcomer');
    const token = await forge.control.createToken({ user: 'newcomer' });
    const orgs = (await (await forge.send('/orgs', { token })).json()) as TestDocument<[]>;
    assert.deepEqual(orgs.data, []);
    assert.equal((await forge.send('/orgs/acme/servers', { token })).status, 403);
    await forge.control.setUser('newcomer', ['globex', 'empty-handed']);
    const servers = (await (await forge.send('/orgs/empty-handed/servers', { token })).json()) as TestDocument<[]>;
    assert.deepEqual(servers.data, []);
    assert.equal((await forge.send('/orgs/globex', { token })).status, 200);
  });
});

describe('The limit of the simulator', () => {
  let forge: ForgeClient;
  beforeEach(async () => {
    forge = await ForgeClient.start({ limit: 3 });
  });
  afterEach(() => forge.simulator.close());

  it('is told on every success, and the 429 after it says when to come back', async () => {
    for (const remaining of ['2', '1', '0']) {
      const { headers } = await forge.send('/me');
      assert.equal(headers.get('x-ratelimit-limit'), '3');
      assert.equal(headers.get('x-ratelimit-remaining'), remaining);
      assert.equal(headers.get('retry-after'), null);
      assert.equal(headers.get('x-ratelimit-reset'), null);
      assert.equal(headers.get('content-type'), 'application/vnd.api+json');
      assert.equal(headers.get('cache-control'), 'no-cache, private');
      assert.equal(headers.get('etag'), null);
    }
    const refused = await forge.send('/me');
    assert.equal(refused.status, 429);
    assert.deepEqual(await refused.json(), { message: 'Too Many Attempts.' });
    const wait = Number(refused.headers.get('retry-after'));
    assert.ok(wait > 55 && wait <= 60);
    assert.ok(Math.abs(Number(refused.headers.get('x-ratelimit-reset')) - (Date.now() / 1000 + wait)) < 2);
    assert.equal(refused.headers.get('x-ratelimit-limit'), '3');
    assert.equal(refused.headers.get('x-ratelimit-remaining'), '0');
  });

  it('is shared by the tokens of a user and apart from that of another', async () => {
    const second = await forge.control.createToken();
    const other = await forge.control.createToken({ user: 'somebody else' });
    await forge.send('/me');
    assert.equal((await forge.send('/me', { token: second })).headers.get('x-ratelimit-remaining'), '1');
    assert.equal((await forge.send('/me', { token: other })).headers.get('x-ratelimit-remaining'), '2');
  });

  it('is told with every answer to a call that is counted, whatever it is', async () => {
    await forge.control.limit({ limit: 60 });
    const token = await forge.control.createToken({ scopes: ['user:view'] });
    await forge.control.fault({ path: '^/me$', status: 500, passthrough: true, body: '{}' });
    for (const [path, status, init] of [
      ['/orgs', 403, { token }],
      ['/orgs/nobody', 404, {}],
      ['/nothing', 404, {}],
      ['/orgs/acme/servers?sort=nothing', 400, {}],
    ] as const) {
      const answer = await forge.send(path, init);
      assert.equal(answer.status, status, path);
      assert.match(answer.headers.get('x-ratelimit-remaining') ?? '', /^5\d$/, path);
    }
    assert.equal((await forge.send('/me', { token: 'unknown' })).headers.get('x-ratelimit-limit'), null);
  });

  it('counts the calls of another client', async () => {
    await forge.control.limit({ used: 2 });
    assert.equal((await forge.send('/me')).headers.get('x-ratelimit-remaining'), '0');
    assert.equal((await forge.send('/me')).status, 429);
  });

  it('can ask for a wait of 0 seconds in the last second of the window, and still refuse', () => {
    const limiter = new RateLimiter(1, 60_000);
    assert.equal(limiter.take('default', 900).allowed, true);
    assert.deepEqual(limiter.take('default', 60_500), { allowed: false, limit: 1, retryAfter: 0, resetAt: 60 });
    assert.equal(limiter.take('default', 60_900).allowed, true);
  });

  it('ends with its window, however often it was hit in between', async () => {
    await forge.control.limit({ windowMs: 150, used: 3 });
    let refused = 0;
    await forge.until(async () => {
      const { status } = await forge.send('/me');
      refused += status === 429 ? 1 : 0;
      return status === 200 ? true : undefined;
    });
    assert.ok(refused > 0);
  });
});

describe('What the simulator writes down', () => {
  it('is each request, and with a file each exchange, without the token', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    const record = join(folder, 'exchanges.jsonl');
    const forge = await ForgeClient.start({ record });
    await forge.send('/orgs?page[size]=5');
    await forge.control.fault({ status: 503, body: 'down' });
    await forge.send('/me');
    const [first, second] = await forge.control.requests();
    assert.deepEqual(
      { ...first, time: 0 },
      {
        time: 0,
        method: 'GET',
        path: '/orgs',
        query: { 'page[size]': '5' },
        status: 200,
        client: 'simulator-tests',
        token: forge.simulator.token.slice(-6),
      },
    );
    assert.equal(second?.status, 503);
    await forge.control.clearRequests();
    assert.deepEqual(await forge.control.requests(), []);
    await forge.simulator.close();

    const text = readFileSync(record, 'utf8');
    rmSync(folder, { recursive: true });
    assert.ok(!text.includes(forge.simulator.token));
    const [orgs, me] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(orgs.requestHeaders.authorization, 'Bearer …');
    assert.equal(orgs.query, 'page[size]=5');
    assert.equal(orgs.responseHeaders['x-ratelimit-limit'], '60');
    assert.equal(JSON.parse(orgs.responseBody).data.length, 2);
    assert.deepEqual([orgs.fault, me.fault, me.status, me.responseBody], [false, true, 503, 'down']);
  });
});
