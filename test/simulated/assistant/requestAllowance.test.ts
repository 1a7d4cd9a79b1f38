import assert from 'node:assert/strict';
import { mostRequests, RequestAllowance } from '../../../src/assistant/requestAllowance';
import { abortError } from '../../../src/forge/errors';
import { PlainError } from '../../../src/ui/plainError';
import { type TestWindow, worldOfBlock } from '../forgeWorld';

describe('The requests of all tools together', () => {
  const block = worldOfBlock();
  let window: TestWindow;
  let allowance: RequestAllowance;
  const never = new AbortController().signal;

  beforeEach(() => {
    ({ window } = block);
    allowance = new RequestAllowance(block.world.clock);
  });

  const account = () => window.site('blog.example.com').account;
  const ask = (signal = never) =>
    allowance.ask(account(), signal, (options) => account().client.call('me', {}, options));
  const isRefused = (error: unknown) => error instanceof PlainError && /Try again in \d+ s/.test(error.message);

  it('are ten a minute, and the error says when the next one is free', async () => {
    const { world } = block;
    await world.control.clearRequests();
    for (let count = 0; count < mostRequests; count += 1) {
      await world.time.during(ask());
      await world.time.pass(1_000);
    }
    await assert.rejects(world.time.during(ask()), (error: PlainError) => /Try again in (49|50) s/.test(error.message));
    assert.equal((await world.control.requests()).length, mostRequests);
    await world.time.pass(50_000);
    await world.time.during(ask());
    await assert.rejects(world.time.during(allowance.ask(account(), never, async () => undefined, 2)), isRefused);
  });

  it('are sent once each, also where they fail', async () => {
    const { world } = block;
    await world.control.clearRequests();
    await world.control.fault({ path: '^/me$', times: 3, status: 500 });
    await assert.rejects(world.time.during(ask()), { kind: 'server' });
    assert.equal((await world.control.requests()).length, 1);
    await world.control.clearFaults();
  });

  it('do not count where the chat cancels them', async () => {
    const { world } = block;
    for (let count = 0; count < 2 * mostRequests; count += 1) {
      const canceling = new AbortController();
      const asking = allowance.ask(account(), canceling.signal, ({ signal }) => {
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(abortError())));
      });
      canceling.abort();
      await assert.rejects(asking, { name: 'AbortError' });
    }
    await world.time.during(ask());
  });

  it('are not sent while the limit of Forge is used up, and the error says how long that is', async () => {
    const { world } = block;
    account().limiter.setLimit(4);
    try {
      for (let count = 0; count < 4; count += 1) {
        await world.time.during(account().client.call('me', {}, { lane: 'user' }));
      }
      await world.control.clearRequests();
      await assert.rejects(world.time.during(ask()), isRefused);
      assert.deepEqual(await world.control.requests(), []);
    } finally {
      account().limiter.setLimit(6_000);
    }
  });
});
