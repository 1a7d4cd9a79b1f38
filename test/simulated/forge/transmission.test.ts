import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ForgeClient, SitePath } from '../../../src/forge/client';
import { Clock, systemTime, type Time, type Wait } from '../../../src/forge/clock';
import { type ForgeErrorKind, mayHaveHappened } from '../../../src/forge/errors';
import type { RequestLimits } from '../../../src/forge/http';
import { Limiter } from '../../../src/forge/limiter';
import type { Fault } from '../../simulator/control';
import { failure, SimulatedForge } from './simulatedForge';

/** What the client makes of an answer that was disturbed on its way; `whole` where nothing was lost. */
interface Case {
  readonly what: string;
  readonly fault: Fault;
  readonly outcome: 'whole' | ForgeErrorKind;
  readonly limits?: RequestLimits;
}

/** Lets nobody lose their patience before Forge, which is in this process, has heard of the next request: a busy machine may be slow. */
const patientAtFirst: Time = {
  ...systemTime,
  after: (ms: number, work: () => void, wait: Wait) => {
    if (wait !== 'patience') {
      return systemTime.after(ms, work, wait);
    }
    let cancel: () => unknown = () => unsubscribe(arrivals, begin);
    const begin = () => {
      unsubscribe(arrivals, begin);
      cancel = systemTime.after(ms, work, wait);
    };
    subscribe(arrivals, begin);
    return () => {
      cancel();
    };
  },
};

const arrivals = 'http.server.request.start';

const soon: RequestLimits = { timeoutMs: 50 };
const small: RequestLimits = { maxBodyBytes: 100_000 };
const json = { 'content-type': 'application/json' };
const large = `{"data":"${'x'.repeat(150_000)}"}`;

const cases: readonly Case[] = [
  { what: 'comes compressed', fault: { gzip: true }, outcome: 'whole' },
  { what: 'comes in small pieces, in time', fault: { trickle: 40 }, outcome: 'whole' },
  { what: 'comes compressed and in small pieces', fault: { gzip: true, trickle: 40 }, outcome: 'whole' },
  { what: 'comes with its length', fault: { lengthError: 0 }, outcome: 'whole' },
  { what: 'is cut, its length unknown', fault: { cut: 0.5 }, outcome: 'network' },
  { what: 'is cut, its length known', fault: { cut: 0.5, lengthError: 0 }, outcome: 'network' },
  { what: 'is cut before its first byte', fault: { cut: 0, lengthError: 0 }, outcome: 'network' },
  { what: 'is compressed and cut', fault: { gzip: true, cut: 0.5 }, outcome: 'network' },
  { what: 'is compressed and ends early', fault: { gzip: true, lengthError: -30 }, outcome: 'unexpected' },
  {
    what: 'says that it is compressed, and is not',
    fault: { body: '{"data":[]}', headers: { ...json, 'content-encoding': 'gzip' } },
    outcome: 'unexpected',
  },
  { what: 'is longer than it says', fault: { lengthError: -5 }, outcome: 'unexpected' },
  { what: 'is shorter than it says, and never ends', fault: { lengthError: 5 }, outcome: 'timeout', limits: soon },
  { what: 'comes too slowly', fault: { trickle: 60_000 }, outcome: 'timeout', limits: soon },
  { what: 'is in UTF-16', fault: { encoding: 'utf16le' }, outcome: 'unexpected' },
  { what: 'is larger than allowed', fault: { body: large, headers: json }, outcome: 'unexpected', limits: small },
  {
    what: 'is larger than allowed once it is uncompressed',
    fault: { body: large, headers: json, gzip: true },
    outcome: 'unexpected',
    limits: small,
  },
  {
    what: 'redirects to what is no address',
    fault: { status: 302, headers: { location: 'http://[' } },
    outcome: 'unexpected',
  },
];

describe('An answer that', () => {
  let forge: SimulatedForge;
  let shop: SitePath;
  let deployed: string;
  const undisturbed = new Map<string, unknown>();
  before(async () => {
    forge = await SimulatedForge.start();
    shop = await forge.sitePath('shop.example.com');
    deployed = await newest();
    for (const [name, read] of Object.entries(reads)) {
      undisturbed.set(name, await read(forge.client()));
    }
    await forge.reset();
  });
  afterEach(() => forge.reset());
  after(() => forge.close());

  const newest = async () => (await forge.client().first('listDeployments', shop, { count: 1 }))[0]?.id ?? '';

  const reads: Readonly<Record<string, (client: ForgeClient) => Promise<unknown>>> = {
    'of one resource': (client) => client.call('me', {}),
    'of a list': (client) => client.list('listServers', { organization: 'acme' }).next(),
    'of a log': (client) => client.call('showDeploymentLog', { ...shop, deployment: deployed }),
  };

  for (const { what, fault, outcome, limits } of cases) {
    it(`${what}: ${outcome}`, async () => {
      // Each time a new one: a client that has met many failures repeats nothing.
      const limiter = new Limiter({ clock: new Clock(patientAtFirst), limit: 100_000 });
      const client = () => forge.client(limits && { limits, limiter });
      for (const [name, read] of Object.entries(reads)) {
        await forge.fault(fault);
        if (outcome === 'whole') {
          assert.deepEqual(await read(client()), undisturbed.get(name), name);
        } else {
          await failure(read(client()), outcome);
        }
        // What broke on its way may come through the next time; what came as it was sent will not be better then.
        assert.equal((await forge.control.requests()).length, outcome === 'network' ? 3 : 1, name);
        await forge.reset();
      }
      await forge.fault({ ...fault, method: 'POST' });
      if (outcome === 'whole') {
        const { id } = await client().call('deploy', shop);
        assert.equal(id, await newest());
      } else {
        assert.ok(mayHaveHappened(await failure(client().call('deploy', shop), outcome)));
      }
      assert.equal((await forge.control.requests()).filter(({ method }) => method === 'POST').length, 1);
    });
  }

  it('is in another character set than it says is read as UTF-8, which JSON always is', async () => {
    const name = 'Käthe Ωmega';
    const body = JSON.stringify({ data: { id: '1', attributes: { name } } });
    for (const charset of ['iso-8859-1', 'utf-16', 'no-such']) {
      await forge.control.fault({ body, headers: { 'content-type': `application/json; charset=${charset}` } });
      assert.equal((await forge.client().call('me', {})).name, name);
    }
  });

  it('begins with a byte order mark is read as if it did not', async () => {
    await forge.control.fault({ body: '\ufeff{"data":{"id":"1"}}' });
    assert.equal((await forge.client().call('me', {})).id, '1');
  });
});
