import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ForgeClient, SitePath } from '../../../src/forge/client';
import { Clock, systemTime, type Time } from '../../../src/forge/clock';
import { isAborted, mayHaveHappened } from '../../../src/forge/errors';
import { Limiter } from '../../../src/forge/limiter';
import type { SimulatorControl } from '../../simulator/control';
import { ForgeWorld } from '../forgeWorld';
import { all, failure, SimulatedForge } from './simulatedForge';

/** A server that answers 204 to everything and tells what it received: method, path with query, body. */
async function echo() {
  const received: [string, string, string][] = [];
  const server = createServer(async (request, response) => {
    received.push([request.method ?? '', request.url ?? '', await text(request)]);
    response.writeHead(204).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  };
  return { url: `http://127.0.0.1:${port}`, received, close };
}

describe('The client', () => {
  let forge: SimulatedForge;
  let client: ForgeClient;
  let shop: SitePath;
  before(async () => {
    forge = await SimulatedForge.start({ servers: 12, sites: 75 });
    shop = await forge.sitePath('shop.example.com');
  });
  // Each time a new one: a client that has met many failures repeats nothing.
  beforeEach(() => {
    client = forge.client();
  });
  afterEach(() => forge.reset());
  after(() => forge.close());

  it('knows whose token it is', async () => {
    const { id, name, email } = await client.call('me', {});
    assert.match(id, /^\d+$/);
    assert.deepEqual([name, email], ['Robin Acker', 'robin@acme.example']);
  });

  it('reads every page of every list: organizations, servers and sites as they are', async () => {
    const { organizations } = await forge.control.fleet();
    const told = [];
    for (const { id, name, slug } of await all(client.list('listOrganizations', {}))) {
      const sites = await all(client.list('listSites', { organization: slug }));
      const servers = (await all(client.list('listServers', { organization: slug }))).map((server) => ({
        id: Number(server.id),
        name: server.name,
        slug: server.slug,
        archived: server.revoked,
        sites: sites
          .filter(({ serverId }) => serverId === server.id)
          .map((site) => ({
            id: Number(site.id),
            name: site.name,
            branch: site.repository?.branch ?? null,
            status: site.status,
            tags: site.tags,
            latestDeployment: site.latestDeployment && {
              id: Number(site.latestDeployment.id),
              status: site.latestDeployment.status,
            },
          })),
      }));
      told.push({ id: Number(id), name, slug, servers });
    }
    const real = organizations.map(({ servers, ...organization }) => ({
      ...organization,
      servers: servers.map(({ tags: _, ...server }) => server),
    }));
    assert.deepEqual(told, real);
    assert.equal((await forge.requests(/sites$/)).length, 3);
  });

  it('asks for the next page only when it is wanted', async () => {
    const pages = client.list('listSites', { organization: 'acme' });
    await pages.next();
    assert.equal((await forge.requests(/sites$/)).length, 1);
    await pages.return(undefined);
    assert.equal((await forge.requests(/sites$/)).length, 1);
  });

  it('lists the newest deployments first, at most as many as are asked for and a page allows', async () => {
    const { id } = await forge.control.startDeployment({ site: 'shop.example.com' });
    const two = await client.first('listDeployments', shop, { count: 2 });
    assert.deepEqual([two.length, two[0]?.id], [2, String(id)]);
    assert.equal((await forge.requests(/deployments$/))[0]?.query['page[size]'], '2');
    await client.first('listDeployments', shop, { count: 500 });
    assert.equal((await forge.requests(/deployments$/))[1]?.query['page[size]'], '30');
  });

  it('deploys, follows and reads the log', async () => {
    const path = await forge.sitePath('staging.shop.example.com');
    await forge.control.switch({ speed: 0 });
    await forge.control.nextDeployment({ site: 'staging.shop.example.com', commit: { message: 'Fix it' } });
    const { id, status, startedAt, commit } = await client.call('deploy', path);
    assert.deepEqual([status, startedAt, commit.message], ['queued', null, 'Fix it']);
    await failure(client.call('showDeploymentLog', { ...path, deployment: id }), 'notFound');
    await forge.control.switch({ advance: 60 });
    const ended = await client.call('showDeployment', { ...path, deployment: id });
    assert.equal(ended.status, 'finished');
    assert.ok(ended.startedAt !== null && ended.endedAt !== null && ended.endedAt >= ended.startedAt);
    const { text } = await client.call('showDeploymentLog', { ...path, deployment: id });
    assert.match(text, /Deployment complete/);
    await forge.control.switch({ speed: 1 });
  });

  it('logs each call without query, token or body', async () => {
    await all(client.list('listOrganizations', {}));
    await forge.control.fault({ status: 500, body: 'canary' });
    await client.call('me', {});
    const [organizations, failed, ...rest] = forge.logged;
    assert.match(organizations ?? '', /^GET \/orgs → 200 in \d+ ms$/);
    assert.match(failed ?? '', /^GET \/me ✗ GET \/me answered 500\. \(\d+ ms\)$/);
    assert.equal(rest.length, 1);
  });

  it('puts no id into a path that is none', async () => {
    for (const server of ['..', '', '1/../../../me', '1?x', '%2e%2e', '.', '-1']) {
      await failure(client.call('showDeploymentLog', { ...{ ...shop, server }, deployment: '1' }), 'invalid');
    }
    assert.equal((await forge.control.requests()).length, 0);
  });

  describe('calling any operation', () => {
    const environment = { environment: 'APP_ENV=production\n', cache: false };

    it('hands over the document as it came', async () => {
      const document = (await client.call('showEnvironment', shop)) as { data: { attributes: { content: string } } };
      assert.match(document.data.attributes.content, /^APP_NAME=/m);
    });

    it('sends query and body', async () => {
      const { url, close, received } = await echo();
      const other = forge.client({ apiUrl: url });
      await other.call('updateEnvironment', shop, { body: environment });
      await other.call('deleteServer', shop, { query: { preserve_at_provider: 'true' } });
      await other.call('updateDomain', { ...shop, domainRecord: '1' }, { body: { www_redirect_type: 'none' } });
      await close();
      const { organization, server, site } = shop;
      const at = `/orgs/${organization}/servers/${server}`;
      assert.deepEqual(received, [
        ['PUT', `${at}/sites/${site}/environment`, JSON.stringify(environment)],
        ['DELETE', `${at}?preserve_at_provider=true`, ''],
        ['PATCH', `${at}/sites/${site}/domains/1`, '{"www_redirect_type":"none"}'],
      ]);
    });

    it('answers nothing where Forge has nothing to say', async () => {
      assert.equal(await client.call('enablePushToDeploy', shop), undefined);
    });

    it('sends a change once, whatever its verb', async () => {
      await forge.fault({ status: 502 });
      for (const name of ['updateServer', 'deleteServer', 'runServerAction'] as const) {
        assert.equal(mayHaveHappened(await failure(client.call(name, shop), 'server')), true);
      }
      await failure(client.call('updateDomain', { ...shop, domainRecord: '1' }), 'server');
      assert.deepEqual(
        (await forge.control.requests()).map(({ method }) => method),
        ['PUT', 'DELETE', 'POST', 'PATCH'],
      );
    });

    it('takes a lane of the caller’s and can be given up', async () => {
      const gone = client.call('listSites', shop, { lane: 'background', signal: AbortSignal.abort() });
      await assert.rejects(gone, isAborted);
    });

    it('names the scopes that the token lacks, and spends no request on it', async () => {
      const token = await forge.control.createToken({ scopes: ['server:view'] });
      const error = await failure(forge.client({ token: () => token }).call('showDeployHook', shop), 'forbidden');
      assert.deepEqual([error.status, error.scopes], [undefined, ['site:manage-deploys']]);
      assert.deepEqual(await forge.control.requests(), []);
    });

    it('names the scopes of the operation where Forge refuses, whatever the token says of itself', async () => {
      await forge.fault({ status: 403, body: '{"message":"This action is unauthorized."}' });
      const error = await failure(client.call('showDeployHook', shop), 'forbidden');
      assert.deepEqual([error.status, error.scopes], [403, ['server:view', 'site:manage-deploys']]);
    });
  });

  it('works with an address that ends with slashes', async () => {
    await forge.client({ apiUrl: `${forge.simulator.url}//` }).call('me', {});
    assert.equal((await forge.requests(/^\/me$/)).length, 1);
  });

  describe('sharing reads', () => {
    const requestsForMe = () => forge.requests(/^\/me$/);

    it('asks once for all who want the same at the same time', async () => {
      const answers = await Promise.all([client.call('me', {}), client.call('me', {}), client.call('me', {})]);
      assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
      assert.equal((await requestsForMe()).length, 1);
      await client.call('me', {});
      assert.equal((await requestsForMe()).length, 2, 'an answer is not kept');
    });

    it('tells all of them of a failure, and asks anew afterwards', async () => {
      await forge.control.fault({ status: 404, body: '{}' });
      await Promise.all([failure(client.call('me', {}), 'notFound'), failure(client.call('me', {}), 'notFound')]);
      await client.call('me', {});
      assert.equal((await requestsForMe()).length, 2);
    });

    it('goes on for the others when one no longer wants it', async () => {
      await forge.control.fault({ delay: 60 });
      const controller = new AbortController();
      const leaves = client.call('me', {}, { signal: controller.signal });
      const stays = client.call('me', {});
      await forge.until(async () => (await requestsForMe()).length === 1);
      controller.abort();
      await assert.rejects(leaves, isAborted);
      assert.equal((await stays).name, 'Robin Acker');
      assert.equal((await requestsForMe()).length, 1);
    });

    it('gives the request up when the last one leaves, and asks anew for the next', async () => {
      await forge.control.fault({ hang: true });
      const controllers = [new AbortController(), new AbortController()];
      const calls = controllers.map(({ signal }) => client.call('me', {}, { signal }));
      await forge.until(async () => (await requestsForMe()).length === 1);
      for (const controller of controllers) {
        controller.abort();
      }
      const next = client.call('me', {});
      for (const call of calls) {
        await assert.rejects(call, isAborted);
      }
      assert.equal((await next).name, 'Robin Acker');
      assert.equal((await requestsForMe()).length, 2);
      await forge.until(() => forge.logged.some((line) => line.includes('cancelled')));
    });

    it('sends nothing for one who left before', async () => {
      await assert.rejects(client.call('me', {}, { signal: AbortSignal.abort() }), isAborted);
      assert.equal((await requestsForMe()).length, 0);
    });

    it('never makes one deployment of two', async () => {
      const [one, two] = await Promise.all([client.call('deploy', shop), client.call('deploy', shop)]);
      assert.notEqual(one.id, two.id);
    });
  });

  describe('repeating', () => {
    it('repeats a read after 500, 502 and a dropped connection', async () => {
      for (const fault of [{ status: 500 }, { status: 502 }, { drop: true }]) {
        await forge.reset();
        await forge.control.fault({ ...fault, times: 2 });
        await client.call('me', {});
        assert.equal((await forge.control.requests()).length, 3);
      }
    });

    it('gives a read up after the third time', async () => {
      await forge.fault({ status: 500 });
      await failure(client.call('me', {}), 'server');
      assert.equal((await forge.control.requests()).length, 3);
    });

    it('repeats nothing after maintenance, a time-out, or an answer that says why', async () => {
      for (const [fault, kind] of [
        [{ status: 503 }, 'maintenance'],
        [{ hang: true }, 'timeout'],
        [{ status: 401 }, 'unauthenticated'],
        [{ status: 403 }, 'forbidden'],
        [{ status: 404 }, 'notFound'],
        [{ status: 422 }, 'invalid'],
        [{ body: '<html>' }, 'unexpected'],
      ] as const) {
        await forge.reset();
        await forge.control.fault(fault);
        const timeoutMs = kind === 'timeout' ? 300 : 5000;
        await failure(forge.client({ limits: { timeoutMs } }).call('me', {}), kind);
        assert.equal((await forge.control.requests()).length, 1);
      }
    });

    it('sends a token that was refused only for who clicks, until it is accepted again or another one is there', async () => {
      let token = forge.simulator.token;
      const own = forge.client({ token: () => token });
      await forge.control.fault({ status: 401, times: 2 });
      const polls = () => [
        own.first('listDeployments', shop, { count: 1 }),
        own.list('listOrganizations', {}, { lane: 'background' }).next(),
        own.call('showSite', { organization: shop.organization, site: shop.site }, { lane: 'nearby' }),
      ];
      await failure(own.list('listOrganizations', {}, { lane: 'background' }).next(), 'unauthenticated');
      for (const poll of polls()) {
        await failure(poll, 'unauthenticated');
      }
      assert.equal((await forge.control.requests()).length, 1, 'by itself');
      await failure(own.call('me', {}, { lane: 'user' }), 'unauthenticated');
      assert.equal((await forge.control.requests()).length, 2, 'by a click');
      token = await forge.control.createToken();
      await Promise.all(polls());
      token = forge.simulator.token;
      await forge.control.fault({ status: 401 });
      await failure(own.call('me', {}, { lane: 'user' }), 'unauthenticated');
      await own.call('me', {}, { lane: 'user' });
      await Promise.all(polls());
    });

    it('tells what time it is at Forge as its last answer does, and by this machine until one has', async () => {
      const own = forge.client();
      const isNow = (time: number) => Math.abs(own.now() - time) < 4_000;
      assert.ok(isNow(Date.now()));
      for (const date of ['Fri, 01 Jan 2016 10:00:00 GMT', 'Fri, 01 Jan 2038 10:00:00 GMT']) {
        await forge.control.fault({ status: 404, headers: { date } });
        await failure(own.call('me', {}), 'notFound');
        assert.ok(isNow(Date.parse(date)), date);
        await forge.control.fault({ status: 404, headers: { date: 'some day' } });
        await failure(own.call('me', {}), 'notFound');
        assert.ok(isNow(Date.parse(date)), 'where the answer does not tell');
      }
      await own.call('me', {});
      assert.ok(isNow(Date.now()));
    });

    it('gives a log more time to arrive than all else', async () => {
      const deployments = await client.first('listDeployments', shop, { count: 30 });
      const deployment = deployments.find(({ status }) => status === 'finished');
      assert.ok(deployment);
      const patience: number[] = [];
      const after: Time['after'] = (ms, work, wait) => {
        if (wait === 'patience') {
          patience.push(ms);
        }
        return systemTime.after(ms, work, wait);
      };
      const clock = new Clock({ now: systemTime.now, elapsed: systemTime.elapsed, after });
      const patient = forge.client({ limiter: new Limiter({ clock }) });
      await patient.call('me', {});
      await patient.call('showDeploymentLog', { ...shop, deployment: deployment.id });
      assert.deepEqual(patience, [15_000, 60_000]);
    });

    it('stops between two attempts when nobody wants it any more', async () => {
      await forge.fault({ status: 500 });
      const controller = new AbortController();
      const call = forge.client({ retryDelaysMs: [60_000] }).call('me', {}, { signal: controller.signal });
      await forge.until(() => forge.logged.length === 1);
      controller.abort();
      await assert.rejects(call, isAborted);
      assert.equal((await forge.control.requests()).length, 1);
    });

    for (const [name, fault] of [
      ['502 although the deployment goes through', { status: 502, passthrough: true }],
      ['dropped connection', { drop: true, passthrough: true }],
      ['time-out', { hang: true, passthrough: true }],
      ['503 although the deployment goes through', { status: 503, body: '', passthrough: true }],
      ['408 although the deployment goes through', { status: 408, body: '', passthrough: true }],
      ['404 although the deployment goes through', { status: 404, body: '', passthrough: true }],
      ['HTML page with status 200', { body: '<html>', headers: { 'content-type': 'text/html' }, passthrough: true }],
    ] as const) {
      it(`never repeats a deployment after a ${name}, and says that it may be running`, async () => {
        const before = (await client.first('listDeployments', shop, { count: 1 }))[0]?.id;
        await forge.control.clearRequests();
        await forge.control.fault({ ...fault, method: 'POST' });
        const timeoutMs = 'hang' in fault ? 300 : 5000;
        const error = await failure(forge.client({ limits: { timeoutMs } }).call('deploy', shop));
        assert.equal(mayHaveHappened(error), true);
        assert.equal((await forge.control.requests()).length, 1);
        assert.notEqual((await client.first('listDeployments', shop, { count: 1 }))[0]?.id, before);
      });
    }

    it('knows that a deployment that Forge refused did not happen', async () => {
      for (const status of [400, 401, 403, 409, 422]) {
        await forge.control.fault({ status, method: 'POST' });
        assert.equal(mayHaveHappened(await failure(client.call('deploy', shop))), false, String(status));
      }
    });

    it('knows that a deployment did not happen where there was no connection', async () => {
      const offline = forge.client({ apiUrl: 'http://forge.invalid/api' });
      const error = await failure(offline.call('deploy', shop));
      assert.equal(mayHaveHappened(error), false);
    });

    it('takes a deployment for possible when Forge accepts it without saying which', async () => {
      await forge.control.fault({ status: 202, body: '', headers: { 'content-type': 'text/html' }, method: 'POST' });
      assert.equal(mayHaveHappened(await failure(client.call('deploy', shop))), true);
    });

    it('repeats even a deployment after a 429, once', async () => {
      await forge.control.fault({ status: 429, headers: { 'retry-after': '0' }, method: 'POST' });
      await client.call('deploy', shop);
      assert.deepEqual(
        (await forge.control.requests()).map(({ status }) => status),
        [429, 202],
      );
    });
  });

  describe('and the limit of Forge', () => {
    /** @returns how each request was answered */
    const deployAtOnce = async (each: ForgeClient, count: number, control: SimulatorControl) => {
      const path = await forge.sitePath('shop.example.com');
      const deployments = await Promise.all(Array.from({ length: count }, () => each.call('deploy', path)));
      assert.equal(new Set(deployments.map(({ id }) => id)).size, count);
      return (await control.requests()).map(({ status }) => status);
    };

    it('waits out the refusals that another client of the user brings, and each call is carried out once', async () => {
      // All are on their way before the first answer tells how much is left.
      const world = await ForgeWorld.make({ limit: 6, latency: 100 });
      await world.control.limit({ used: 3 });
      const limiter = new Limiter({ clock: world.clock, limit: 1_000 });
      const each = forge.client({ apiUrl: world.simulator.url, token: () => world.simulator.token, limiter });
      const statuses = await world.time.during(deployAtOnce(each, 8, world.control));
      await world.end();
      assert.equal(statuses.filter((status) => status === 202).length, 8);
      assert.ok(statuses.includes(429));
      assert.ok(statuses.every((status) => status === 202 || status === 429));
    });

    it('meets no refusal with a limiter of the right size', async () => {
      const busy = await SimulatedForge.start({ limit: 6, windowMs: 100 });
      // Forge's window begins when the first call arrives there, which may take its time.
      const each = busy.client({ limiter: new Limiter({ clock: new Clock(), limit: 6, windowMs: 1_000 }) });
      const statuses = await deployAtOnce(each, 9, busy.control);
      await busy.close();
      assert.deepEqual(statuses, Array(9).fill(202));
    });

    it('hears from each answer how much is left', async () => {
      const busy = await SimulatedForge.start({ limit: 40 });
      await busy.control.limit({ used: 36 });
      const limiter = new Limiter({ clock: new Clock(), limit: 40 });
      const each = busy.client({ limiter });
      await each.call('me', {});
      const controller = new AbortController();
      const later = each.list('listOrganizations', {}, { lane: 'background', signal: controller.signal }).next();
      await each.call('me', {});
      controller.abort();
      await assert.rejects(later, isAborted);
      assert.equal((await busy.requests(/orgs/)).length, 0, 'what nobody waits for leaves the rest to clicks');
      await busy.close();
    });

    it('sends a read that waits in the background at once when somebody who waits asks for the same', async () => {
      const busy = await SimulatedForge.start({ limit: 40 });
      await busy.control.limit({ used: 36 });
      const each = busy.client({ limiter: new Limiter({ clock: new Clock() }) });
      await each.call('me', {});
      const inBackground = each.list('listOrganizations', {}, { lane: 'background' }).next();
      await each.call('me', {});
      assert.equal((await busy.requests(/orgs/)).length, 0, 'it waits');
      const asked = await each.list('listOrganizations', {}, { lane: 'user' }).next();
      assert.deepEqual((await inBackground).value, asked.value);
      assert.equal((await busy.requests(/orgs/)).length, 1);
      await busy.close();
    });
  });
});
