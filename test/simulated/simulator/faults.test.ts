import assert from 'node:assert/strict';
import { ForgeClient } from './forgeClient';

describe('A fault of the simulator', () => {
  let forge: ForgeClient;
  before(async () => {
    forge = await ForgeClient.start({ limit: 1000 });
  });
  afterEach(() => forge.control.clearFaults());
  after(() => forge.simulator.close());

  it('replaces the answer once, with its headers and body', async () => {
    await forge.control.fault({
      path: '^/orgs$',
      status: 503,
      body: '<html>',
      headers: { 'content-type': 'text/html', 'retry-after': '7' },
    });
    assert.equal((await forge.send('/me')).status, 200);
    const response = await forge.send('/orgs');
    assert.deepEqual(
      [response.status, response.headers.get('retry-after'), await response.text()],
      [503, '7', '<html>'],
    );
    assert.equal(response.headers.get('content-type'), 'text/html');
    assert.equal((await forge.send('/orgs')).status, 200);
  });

  it('lets calls through first, then lasts as often as told', async () => {
    await forge.control.fault({ status: 500, after: 1, times: 2 });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) {
      statuses.push((await forge.send('/me')).status);
    }
    assert.deepEqual(statuses, [200, 500, 500, 200]);
  });

  it('lasts for ever until cleared, for one method only', async () => {
    await forge.control.fault({ method: 'GET', status: 500, times: 0 });
    const path = await forge.sitePath('blog.example.com');
    assert.equal((await forge.send('/me')).status, 500);
    assert.equal((await forge.send(`${path}/deployments/status`, { method: 'DELETE' })).status, 202);
    assert.equal((await forge.send('/me')).status, 500);
    await forge.control.clearFaults();
    assert.equal((await forge.send('/me')).status, 200);
  });

  it('delays', async () => {
    await forge.control.fault({ delay: 60 });
    const started = performance.now();
    assert.equal((await forge.send('/me')).status, 200);
    assert.ok(performance.now() - started >= 55);
  });

  it('drops the connection', async () => {
    await forge.control.fault({ drop: true });
    await assert.rejects(forge.send('/me'));
    assert.equal((await forge.send('/me')).status, 200);
  });

  it('never answers', async () => {
    await forge.control.fault({ hang: true });
    await assert.rejects(forge.send('/me', { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' });
    assert.equal((await forge.control.requests()).at(-1)?.status, 0);
  });

  it('hides that a deployment went through', async () => {
    const path = await forge.sitePath('shop.example.com');
    const newest = async (): Promise<string | undefined> =>
      (await forge.list(`${path}/deployments?sort=-created_at`)).data[0]?.id;
    const before = await newest();
    await forge.control.fault({ method: 'POST', status: 502, passthrough: true });
    const response = await forge.send(`${path}/deployments`, { method: 'POST' });
    assert.deepEqual([response.status, await response.text()], [502, '']);
    assert.notEqual(await newest(), before);
  });

  it('patches attributes and documents', async () => {
    await forge.control.fault({
      path: '/servers$',
      patch: { '*': null, name: 'patched', extra: { deep: true } },
      patchDocument: { meta: { next_cursor: 'x' }, links: null },
    });
    const servers = await forge.list('/orgs/acme/servers');
    assert.equal(servers.data.length, 5);
    for (const { attributes } of servers.data) {
      const { name, extra, ...rest } = attributes;
      assert.equal(name, 'patched');
      assert.deepEqual(extra, { deep: true });
      assert.ok(Object.values(rest).every((value) => value === null));
    }
    assert.equal(servers.meta.next_cursor, 'x');
    assert.ok(!('links' in servers));
  });

  describe('of how the body travels', () => {
    const whole = async () => (await forge.send('/orgs')).text();

    it('compresses it', async () => {
      const plain = await whole();
      await forge.control.fault({ gzip: true });
      const response = await forge.send('/orgs');
      assert.equal(response.headers.get('content-encoding'), 'gzip');
      assert.equal(await response.text(), plain);
    });

    it('encodes it otherwise, and says nothing of it', async () => {
      await forge.control.fault({ body: '{}', headers: { 'content-type': 'text/plain' }, encoding: 'utf16le' });
      const response = await forge.send('/orgs');
      assert.equal(response.headers.get('content-type'), 'text/plain');
      assert.deepEqual([...new Uint8Array(await response.arrayBuffer())], [0x7b, 0, 0x7d, 0]);
    });

    it('lets it come slowly, and whole', async () => {
      const plain = await whole();
      await forge.control.fault({ trickle: 60 });
      const started = performance.now();
      assert.equal(await whole(), plain);
      assert.ok(performance.now() - started >= 55);
    });

    it('cuts it, whether its length is told or not, and compressed or not', async () => {
      for (const cut of [{ cut: 0.5 }, { cut: 0.5, lengthError: 0 }, { cut: 0.5, gzip: true }, { cut: 0 }]) {
        await forge.control.fault(cut);
        await assert.rejects(whole(), JSON.stringify(cut));
      }
    });

    it('tells a length that it does not have', async () => {
      const plain = await whole();
      await forge.control.fault({ lengthError: -5 });
      assert.equal(await whole(), plain.slice(0, -5));
      await forge.control.fault({ lengthError: 5 });
      const tooLong = forge.send('/orgs', { signal: AbortSignal.timeout(50) });
      await assert.rejects(
        tooLong.then((response) => response.text()),
        { name: 'TimeoutError' },
      );
    });

    it('is carried out all the same', async () => {
      const path = await forge.sitePath('shop.example.com');
      const count = async () => (await forge.list(`${path}/deployments`)).data.length;
      const before = await count();
      await forge.control.fault({ method: 'POST', cut: 0.5 });
      await assert.rejects(forge.send(`${path}/deployments`, { method: 'POST' }).then((response) => response.text()));
      assert.equal(await count(), before + 1);
    });
  });

  it('that cannot be understood is refused', async () => {
    await assert.rejects(forge.control.fault({ path: '(' }), /regular expression/);
  });
});

describe('A simulator that closes', () => {
  it('drops what hangs and what waits', async () => {
    const forge = await ForgeClient.start({ latency: 30_000 });
    await forge.control.fault({ hang: true });
    const pending = Promise.allSettled([forge.send('/me'), forge.send('/orgs')]);
    await forge.until(async () => ((await forge.control.requests()).length === 2 ? true : undefined));
    await forge.simulator.close();
    await forge.simulator.close();
    assert.deepEqual(
      (await pending).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
  });
});
