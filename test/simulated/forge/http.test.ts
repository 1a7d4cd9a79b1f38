import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock } from '../../../src/forge/clock';
import { isAborted, mayHaveHappened } from '../../../src/forge/errors';
import { type AnswerHeaders, type HttpRequest, maxBodyBytes, request, timeoutsMs } from '../../../src/forge/http';
import type { Fault } from '../../simulator/control';
import { failure, SimulatedForge } from './simulatedForge';

describe('One request', () => {
  let forge: SimulatedForge;
  before(async () => {
    forge = await SimulatedForge.start();
  });
  afterEach(() => forge.reset());
  after(() => forge.close());

  const send = (options: Partial<HttpRequest> = {}, onHeaders?: (headers: AnswerHeaders) => void) =>
    request(
      {
        method: 'GET',
        url: new URL(`${forge.simulator.url}/me`),
        token: forge.simulator.token,
        clock: new Clock(),
        userAgent: 'vscode-laravel-forge/unit',
        operation: 'GET /me',
        scopes: ['user:view'],
        ...options,
      },
      onHeaders,
    );
  const fails = async (fault: Fault, kind: Parameters<typeof failure>[1]) => {
    await forge.control.fault(fault);
    return failure(send(), kind);
  };

  it('answers with status, document and the budget', async () => {
    const told: AnswerHeaders[] = [];
    const { status, document, headers } = await send({}, (answer) => told.push(answer));
    assert.equal(status, 200);
    assert.equal((document as { data: { type: string } }).data.type, 'users');
    assert.deepEqual(told, [headers]);
    assert.equal(headers.limit, 100_000);
    assert.ok((headers.remaining ?? 0) < 100_000);
  });

  it('has no document where Forge answers with nothing, labelled as HTML', async () => {
    const { organization, server, site } = await forge.sitePath('shop.example.com');
    const path = `/orgs/${organization}/servers/${server}/sites/${site}/deployments/status`;
    const { status, document } = await send({ method: 'DELETE', url: new URL(forge.simulator.url + path) });
    assert.deepEqual([status, document], [202, undefined]);
  });

  it('has the limits of the README: 15 s and 32 MB', () => {
    assert.deepEqual([timeoutsMs, maxBodyBytes], [{ read: 15_000, write: 30_000 }, 4_194_304]);
  });

  it('takes a body that is not JSON although it says so for nothing that it knows', async () => {
    const error = await fails({ body: '{"data": {', status: 200 }, 'unexpected');
    assert.equal(error.status, 200);
  });

  it('takes an HTML page with status 200 for nothing that it knows, and quotes none of it', async () => {
    const html = '<!doctype html><title>Sign in</title>';
    const error = await fails({ body: html, headers: { 'content-type': 'text/html; charset=utf-8' } }, 'unexpected');
    assert.equal(error.message, 'GET /me answered 200 with a body that is not JSON.');
  });

  it('says unauthenticated for 401, whatever the body', async () => {
    await fails({ status: 401, body: '{"message":"Unauthenticated."}' }, 'unauthenticated');
    await fails({ status: 401, body: '<html>', headers: { 'content-type': 'text/html' } }, 'unauthenticated');
  });

  it('names the scope for 403', async () => {
    const error = await fails({ status: 403, body: '{"message":"Invalid scope(s) provided."}' }, 'forbidden');
    assert.deepEqual([error.scopes, error.operation, error.status], [['user:view'], 'GET /me', 403]);
  });

  it('says notFound for 404', async () => {
    await fails({ status: 404, body: '{"message":"No query results."}' }, 'notFound');
  });

  it('gives the first sentence of each field for 422', async () => {
    const body = JSON.stringify({
      message: 'The given data was invalid.',
      errors: { name: ['The name is taken.', 'Too long.'], branch: 'One sentence.', odd: [3], none: [] },
    });
    const error = await fails({ status: 422, body }, 'invalid');
    assert.deepEqual(error.fields, { name: 'The name is taken.', branch: 'One sentence.' });
  });

  it('has no fields for a 422 without errors, or with errors of another kind', async () => {
    for (const body of ['', '{}', '[]', 'null', '{"errors":null}', '{"errors":"no"}', '{"errors":[["x"]]}', '<html>']) {
      const { fields } = await fails({ status: 422, body }, 'invalid');
      assert.ok(Object.keys(fields).every((field) => field === '0'));
    }
  });

  const retryAfter = async (headers: Record<string, string>) =>
    (await fails({ status: 429, body: '{"message":"Too Many Attempts."}', headers }, 'rateLimited')).retryAfterMs;

  it('reads how long a 429 asks to wait in seconds, also 0', async () => {
    assert.equal(await retryAfter({ 'retry-after': '17' }), 17_000);
    assert.equal(await retryAfter({ 'retry-after': '0' }), 0);
    assert.equal(await retryAfter({ 'retry-after': ' 5 ', 'x-ratelimit-reset': '1' }), 5000);
  });

  it('reads how long a 429 asks to wait from a date', async () => {
    const wait = await retryAfter({ 'retry-after': new Date(Date.now() + 30_000).toUTCString() });
    assert.ok(wait !== undefined && wait > 27_000 && wait <= 30_000, String(wait));
    assert.equal(await retryAfter({ 'retry-after': new Date(Date.now() - 30_000).toUTCString() }), 0);
  });

  it('takes how long a 429 asks to wait from the server’s own time, whatever the clock of this machine shows', async () => {
    for (const hour of ['03', '20']) {
      const date = `Fri, 27 Nov 2026 ${hour}:00:00 GMT`;
      const ends = `Fri, 27 Nov 2026 ${hour}:00:40 GMT`;
      assert.equal(await retryAfter({ date, 'retry-after': ends }), 40_000);
      assert.equal(await retryAfter({ date, 'x-ratelimit-reset': String(Date.parse(ends) / 1000) }), 40_000);
    }
  });

  it('reads how long a 429 asks to wait from X-RateLimit-Reset alone', async () => {
    const wait = await retryAfter({ 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 20) });
    assert.ok(wait !== undefined && wait > 17_000 && wait <= 20_000, String(wait));
    assert.equal(await retryAfter({ 'x-ratelimit-reset': '1000' }), 0);
    assert.equal(await retryAfter({ 'x-ratelimit-reset': '99999999999' }), 60_000);
  });

  it('waits a minute after a 429 that says nothing, or nothing to be understood', async () => {
    assert.equal(await retryAfter({}), 60_000);
    assert.equal(await retryAfter({ 'retry-after': 'soon' }), 60_000);
    assert.equal(await retryAfter({ 'retry-after': '-5' }), 60_000);
    assert.equal(await retryAfter({ 'retry-after': '1.5' }), 60_000);
  });

  it('never waits longer than an hour, which a timer could not even count', async () => {
    assert.equal(await retryAfter({ 'retry-after': '99999999999' }), 3_600_000);
    assert.equal(await retryAfter({ 'retry-after': '9'.repeat(400) }), 3_600_000);
    assert.equal(await retryAfter({ 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }), 3_600_000);
  });

  it('says server for 500 and 502, and unexpected for what no one planned', async () => {
    assert.equal((await fails({ status: 500, body: '{"message":"Server Error"}' }, 'server')).status, 500);
    assert.equal((await fails({ status: 502 }, 'server')).status, 502);
    await fails({ status: 418, body: 'teapot' }, 'unexpected');
  });

  it('says maintenance for a 503 in HTML', async () => {
    await fails(
      { status: 503, body: '<h1>Be right back.</h1>', headers: { 'content-type': 'text/html' } },
      'maintenance',
    );
  });

  it('gives up when an answer takes too long, and says so', async () => {
    await forge.control.fault({ hang: true });
    const error = await failure(send({ limits: { timeoutMs: 40 } }), 'timeout');
    assert.ok(mayHaveHappened(error));
  });

  it('tells a dropped connection apart from an answer', async () => {
    const error = await fails({ drop: true }, 'network');
    assert.equal(error.code, 'ECONNRESET');
    assert.ok(mayHaveHappened(error));
  });

  it('says network for a host that does not exist', async () => {
    const error = await failure(send({ url: new URL('https://forge.invalid/api/me') }), 'network');
    assert.match(error.code ?? '', /^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('never follows a redirect', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      await forge.reset();
      await fails({ status, headers: { location: `${forge.simulator.origin}/api/orgs` } }, 'unexpected');
      assert.equal((await forge.control.requests()).length, 1);
    }
  });

  it('takes nothing but a 2xx for done, and leaves open whether a change was made', async () => {
    for (const status of [300, 304, 305, 306]) {
      const error = await fails({ status }, 'unexpected');
      assert.equal(error.status, status);
      assert.ok(mayHaveHappened(error));
    }
  });

  it('is ended by its signal, before and while it is under way, which is no failure', async () => {
    await assert.rejects(send({ signal: AbortSignal.abort() }), isAborted);
    await forge.control.fault({ hang: true });
    const controller = new AbortController();
    const call = send({ signal: controller.signal });
    await forge.until(async () => (await forge.requests(/me/)).length === 1);
    controller.abort();
    await assert.rejects(call, isAborted);
  });

  it('never has the token in what it throws', async () => {
    const secret = 'canary-token';
    for (const fault of [{ status: 500 }, { drop: true }, { body: 'x' }, { status: 302, headers: { location: '/' } }]) {
      await forge.control.fault(fault);
      const error = await failure(send({ token: secret }));
      assert.ok(!JSON.stringify([error, error.message, error.stack, String(error.cause)]).includes(secret));
    }
  });
});

describe('One request to a server that misbehaves', () => {
  let server: Server;
  let answer: RequestListener;
  before(async () => {
    server = createServer((incoming, outgoing) => answer(incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  const send = (options: Partial<HttpRequest> = {}) =>
    request({
      method: 'GET',
      url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/me`),
      token: 'token',
      clock: new Clock(),
      userAgent: 'tests',
      operation: 'GET /me',
      scopes: [],
      ...options,
    });

  it('stops reading when an answer is too large', async () => {
    let open = true;
    let closed = () => {};
    const closing = new Promise<void>((resolve) => {
      closed = resolve;
    });
    answer = (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.on('close', () => {
        open = false;
        closed();
      });
      const more = () => {
        while (open && outgoing.write('"'.repeat(16_384)));
        outgoing.once('drain', more);
      };
      more();
    };
    await failure(send({ limits: { maxBodyBytes: 100_000 } }), 'unexpected');
    await closing;
  });

  it('keeps of a refusal what can be read, and nothing of one that nobody would read', async () => {
    const refusing = (body: object) => {
      answer = (_, outgoing) => {
        outgoing.writeHead(422, { 'content-type': 'application/json' });
        outgoing.end(JSON.stringify(body));
      };
      return failure(send(), 'invalid').then(({ fields }) => fields);
    };
    const long = 'eyJaaaaaaaa-'.repeat(20_000);
    assert.deepEqual(await refusing({ errors: { name: [long], other: 7 } }), { name: long.slice(0, 4_000) });
    assert.deepEqual(await refusing({ message: long }), { '': long.slice(0, 4_000) });
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`field${index}`, ['No.']]));
    assert.equal(Object.keys(await refusing({ errors: many })).length, 20);
    assert.deepEqual(await refusing({ errors: { [long]: ['No.'] } }), { [long.slice(0, 200)]: 'No.' });
    assert.deepEqual(await refusing({ message: 'x'.repeat(1_000_000) }), {});
  });

  it('times out when an answer begins and never ends', async () => {
    answer = (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.write('{"data":');
    };
    await failure(send({ limits: { timeoutMs: 50 } }), 'timeout');
  });

  it('says network when the connection breaks in the middle of an answer', async () => {
    answer = (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      outgoing.write('{"data":', () => outgoing.destroy());
    };
    await failure(send(), 'network');
  });

  it('sends the token, what it accepts and who it is, and no body where there is none', async () => {
    let headers = {};
    let body = '';
    answer = (incoming, outgoing) => {
      headers = incoming.headers;
      incoming.on('data', (chunk) => {
        body += chunk;
      });
      incoming.on('end', () => outgoing.end());
    };
    await send({ method: 'POST' });
    const { authorization, accept, 'user-agent': userAgent } = headers as Record<string, string>;
    assert.deepEqual([authorization, accept, userAgent, body], ['Bearer token', 'application/json', 'tests', '']);
    await send({ method: 'POST', body: { name: 'x' } });
    assert.equal(body, '{"name":"x"}');
  });
});
