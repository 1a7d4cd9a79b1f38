import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ForgeError } from '../../../src/forge/errors';
import { Limiter } from '../../../src/forge/limiter';
import type { Lane } from '../../../src/forge/operations';
import { VirtualClock } from '../../virtualClock';

const minute = 60_000;

/** The most of these times that lie within any window of that length. */
function mostInWindow(times: readonly number[], windowMs: number): number {
  return Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time < from + windowMs).length));
}

/** Calls through a limiter, and what became of them. */
class Traffic {
  readonly sent: string[] = [];
  readonly times: number[] = [];
  readonly done: string[] = [];
  readonly failed: string[] = [];

  constructor(readonly limiter: Limiter) {}

  call(name: string, { lane = 'visible' as Lane, signal = undefined as AbortSignal | undefined, send = answer } = {}) {
    const ended = this.limiter
      .run({
        lane,
        signal,
        send: () => {
          this.sent.push(name);
          this.times.push(Date.now());
          return send();
        },
      })
      .then(
        () => this.done.push(name),
        (error: Error) => this.failed.push(`${name} ${error.name}`),
      );
    void ended;
  }
}

async function answer(): Promise<void> {}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const refused = (retryAfterMs?: number) =>
  new ForgeError('rateLimited', 'Too many.', retryAfterMs === undefined ? {} : { retryAfterMs });

describe('The limiter', () => {
  const clock = new VirtualClock();
  beforeEach(() => clock.start());
  afterEach(() => clock.stop());

  const traffic = (limit: number) => new Traffic(new Limiter({ limit }));

  it('sends at once while there is room, and never more than the limit in any minute', async () => {
    const calls = traffic(60);
    for (let index = 0; index < 200; index += 1) {
      calls.call(String(index));
    }
    await clock.pass(0);
    assert.equal(calls.sent.length, 60);
    await clock.pass(4 * minute);
    assert.equal(calls.done.length, 200);
    assert.equal(mostInWindow(calls.times, minute), 60);
  });

  it('holds the limit whatever comes when, in any lane, cancelled or not', async () => {
    const arrival = fc.record({
      after: fc.nat({ max: 20_000 }),
      count: fc.integer({ min: 1, max: 15 }),
      lane: fc.constantFrom<Lane>('user', 'visible', 'background'),
      cancel: fc.boolean(),
      slow: fc.nat({ max: 3000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.array(arrival, { maxLength: 25 }),
        async (limit, arrivals) => {
          const calls = traffic(limit);
          let wanted = 0;
          for (const [index, { after, count, lane, cancel, slow }] of arrivals.entries()) {
            const controllers = Array.from({ length: count }, () => new AbortController());
            for (const [call, { signal }] of controllers.entries()) {
              calls.call(`${index}.${call}`, { lane, signal, send: () => pause(slow) });
            }
            await clock.pass(after);
            for (const controller of cancel ? controllers : []) {
              controller.abort();
            }
            wanted += count;
          }
          await clock.pass(80 * minute * Math.ceil(25 / limit));
          assert.equal(calls.done.length + calls.failed.length, wanted, 'every call ends');
          assert.equal(new Set(calls.sent).size, calls.sent.length, 'none is sent twice');
          assert.ok(mostInWindow(calls.times, minute) <= limit);
          assert.equal(clock.timersSet, 0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('holds the limit when the machine sleeps with a queue', async () => {
    const calls = traffic(10);
    for (let index = 0; index < 60; index += 1) {
      calls.call(String(index));
    }
    await clock.pass(90_000);
    await clock.sleep(30 * minute);
    await clock.pass(5 * minute);
    assert.equal(calls.done.length, 60);
    assert.equal(mostInWindow(calls.times, minute), 10);
  });

  it('sends in the order of arrival within a lane, and urgent lanes first', async () => {
    const calls = traffic(1);
    calls.call('first', { lane: 'background' });
    await clock.pass(0);
    for (const lane of ['background', 'visible', 'user'] as const) {
      calls.call(`${lane} 1`, { lane });
      calls.call(`${lane} 2`, { lane });
    }
    await clock.pass(10 * minute);
    assert.deepEqual(calls.sent, [
      'first',
      'user 1',
      'user 2',
      'visible 1',
      'visible 2',
      'background 1',
      'background 2',
    ]);
  });

  it('lets an urgent call that comes late take the next free place', async () => {
    const calls = traffic(1);
    calls.call('first');
    calls.call('second', { lane: 'background' });
    await clock.pass(59_000);
    calls.call('click', { lane: 'user' });
    await clock.pass(10 * minute);
    assert.deepEqual(calls.sent, ['first', 'click', 'second']);
  });

  it('lets a cancelled call leave at once, unsent, and without using up a place', async () => {
    const calls = traffic(1);
    const controller = new AbortController();
    calls.call('first');
    calls.call('unwanted', { signal: controller.signal });
    await clock.pass(1000);
    controller.abort();
    await clock.pass(0);
    assert.deepEqual(calls.failed, ['unwanted AbortError']);
    assert.equal(clock.timersSet, 0, 'nothing is left to wait for');
    await clock.pass(2 * minute);
    calls.call('next');
    await clock.pass(0);
    assert.deepEqual(calls.sent, ['first', 'next']);
  });

  it('gives the place of a call that was cancelled while it waited for one to the next that comes', async () => {
    const calls = traffic(1);
    const controller = new AbortController();
    calls.call('first');
    calls.call('unwanted', { signal: controller.signal });
    await clock.pass(59_000);
    controller.abort();
    calls.call('next');
    await clock.pass(2000);
    assert.deepEqual(calls.sent, ['first', 'next']);
  });

  it('refuses a call that was cancelled before it came', async () => {
    const calls = traffic(1);
    calls.call('unwanted', { signal: AbortSignal.abort() });
    await clock.pass(0);
    assert.deepEqual([calls.sent, calls.failed], [[], ['unwanted AbortError']]);
  });

  it('waits after a 429, tries one call alone, then sends the rest in order, each once', async () => {
    const calls = traffic(20);
    let refusals = 3;
    const send = async () => {
      const isRefused = refusals > 0;
      refusals -= 1;
      await pause(isRefused ? 10 : 2000);
      if (isRefused) {
        throw refused(7000);
      }
    };
    for (const name of ['one', 'two', 'three']) {
      calls.call(name, { send });
    }
    await clock.pass(20);
    calls.call('four', { send });
    await clock.pass(7900);
    assert.deepEqual(calls.sent, ['one', 'two', 'three'], 'nothing goes out before Retry-After and a second');
    assert.ok(calls.limiter.heldForMs > 0);
    await clock.pass(700);
    assert.deepEqual(calls.sent.slice(3), ['one'], 'one call tries alone');
    await clock.pass(2000);
    assert.deepEqual(calls.sent.slice(3), ['one', 'two', 'three', 'four']);
    await clock.pass(2000);
    assert.deepEqual(calls.done, ['one', 'two', 'three', 'four']);
    assert.equal(clock.timersSet, 0);
  });

  it('waits again when the call that tries alone is refused too', async () => {
    const calls = traffic(20);
    const refusals = [refused(1000), refused(30_000)];
    const send = async () => {
      const refusal = refusals.shift();
      await pause(10);
      if (refusal) {
        throw refusal;
      }
    };
    calls.call('one', { send });
    calls.call('two', { send: answer });
    await clock.pass(2600);
    assert.deepEqual(calls.sent, ['one', 'two', 'one']);
    calls.call('three');
    await clock.pass(29_000);
    assert.equal(calls.sent.length, 3);
    await clock.pass(3000);
    assert.deepEqual(calls.sent.slice(3), ['one', 'three']);
    assert.deepEqual(calls.done, ['two', 'one', 'three']);
  });

  it('waits a whole window after a 429 that does not say how long', async () => {
    const calls = traffic(20);
    let first = true;
    calls.call('one', {
      send: async () => {
        if (first) {
          first = false;
          throw refused();
        }
      },
    });
    await clock.pass(minute);
    assert.equal(calls.sent.length, 1);
    await clock.pass(2000);
    assert.deepEqual(calls.done, ['one']);
  });

  it('goes on after the call that tries alone fails for another reason, or is given up', async () => {
    for (const error of [new ForgeError('network', 'No answer.'), Object.assign(new Error(), { name: 'AbortError' })]) {
      const calls = traffic(20);
      const outcomes = [refused(0), error];
      const send = async () => {
        throw outcomes.shift();
      };
      calls.call('one', { send });
      await clock.pass(0);
      calls.call('two');
      await clock.pass(2000);
      assert.deepEqual(calls.sent, ['one', 'one', 'two']);
      assert.deepEqual([calls.done, calls.failed], [['two'], [`one ${error.name}`]]);
    }
  });

  it('lets go of a call that was cancelled while it waits for the end of a 429', async () => {
    const calls = traffic(20);
    const controller = new AbortController();
    calls.call('one', {
      signal: controller.signal,
      send: async () => {
        throw refused(60_000);
      },
    });
    await clock.pass(100);
    controller.abort();
    await clock.pass(0);
    assert.deepEqual([calls.sent, calls.failed], [['one'], ['one AbortError']]);
    assert.equal(clock.timersSet, 0);
  });

  it('loses and doubles nothing, whichever calls Forge refuses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom<Lane>('user', 'visible', 'background'), fc.nat({ max: 3 })), {
          maxLength: 20,
        }),
        fc.nat({ max: 30_000 }),
        async (plan, retryAfterMs) => {
          const calls = traffic(15);
          const accepted = new Map<number, number>();
          for (const [index, [lane, refusals]] of plan.entries()) {
            let left = refusals;
            calls.call(String(index), {
              lane,
              send: async () => {
                await pause(20);
                if (left > 0) {
                  left -= 1;
                  throw refused(retryAfterMs);
                }
                accepted.set(index, (accepted.get(index) ?? 0) + 1);
              },
            });
          }
          await clock.pass(2 * 60 * minute);
          assert.equal(calls.done.length, plan.length);
          assert.deepEqual(
            plan.map((_, index) => accepted.get(index)),
            plan.map(() => 1),
          );
          assert.ok(mostInWindow(calls.times, minute) <= 15);
          assert.equal(clock.timersSet, 0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('takes a higher limit at once, also for calls that wait', async () => {
    const calls = traffic(2);
    for (let index = 0; index < 8; index += 1) {
      calls.call(String(index));
    }
    await clock.pass(1000);
    assert.equal(calls.sent.length, 2);
    calls.limiter.setLimit(5);
    await clock.pass(0);
    assert.equal(calls.sent.length, 5, 'the two that are out count');
    assert.deepEqual(calls.limiter.usage, { used: 5, limit: 5 });
    await clock.pass(2 * minute);
    assert.equal(mostInWindow(calls.times, minute), 5);
    assert.equal(calls.done.length, 8);
  });

  it('takes a lower limit at once and counts what is out', async () => {
    const calls = traffic(6);
    for (let index = 0; index < 5; index += 1) {
      calls.call(String(index));
    }
    await clock.pass(1000);
    calls.limiter.setLimit(3);
    calls.call('5');
    await clock.pass(58_000);
    assert.equal(calls.sent.length, 5);
    await clock.pass(3000);
    assert.equal(calls.sent.length, 6);
  });

  it('keeps the rest of the budget for clicks while little of it is left', async () => {
    const calls = traffic(60);
    calls.limiter.note({ limit: 60, remaining: 10 });
    for (let index = 0; index < 5; index += 1) {
      calls.call(`background ${index}`, { lane: 'background' });
      calls.call(`visible ${index}`);
    }
    calls.call('click', { lane: 'user' });
    await clock.pass(0);
    assert.deepEqual(calls.sent, ['click']);
    await clock.pass(8500);
    assert.deepEqual(calls.sent.slice(1), ['visible 0', 'visible 1'], 'the rest is spread over the window');
    calls.limiter.note({ limit: 60, remaining: 59 });
    calls.call('visible 5');
    await clock.pass(0);
    assert.equal(calls.sent.length, 12, 'with a fresh window there is nothing to spare');
    assert.equal(calls.sent.at(-1), 'background 4');
  });

  it('forgets what Forge said of the budget after a window', async () => {
    const calls = traffic(60);
    calls.limiter.note({ limit: 60, remaining: 0 });
    calls.limiter.note({ limit: undefined, remaining: undefined });
    await clock.pass(minute);
    for (let index = 0; index < 5; index += 1) {
      calls.call(String(index), { lane: 'background' });
    }
    await clock.pass(0);
    assert.equal(calls.sent.length, 5);
  });

  it('leaves no timer behind when nothing waits', async () => {
    const calls = traffic(3);
    for (let index = 0; index < 7; index += 1) {
      calls.call(String(index), { lane: 'background' });
    }
    await clock.pass(5 * minute);
    assert.equal(calls.done.length, 7);
    assert.equal(clock.timersSet, 0);
    assert.deepEqual(calls.limiter.usage, { used: 0, limit: 3 });
  });
});

describe('The limiter by the clock', () => {
  it('never sends more than the limit in any window', async () => {
    const limiter = new Limiter({ limit: 10, windowMs: 300 });
    const calls = new Traffic(limiter);
    for (let index = 0; index < 15; index += 1) {
      calls.call(String(index), { lane: index % 2 ? 'user' : 'background' });
    }
    await new Promise<void>((resolve) => calls.call('last', { lane: 'background', send: async () => resolve() }));
    assert.equal(calls.sent.length, 16);
    assert.equal(mostInWindow(calls.times, 300), 10);
  });

  it('passes on what a call throws and what it answers', async () => {
    const limiter = new Limiter({ limit: 10, windowMs: 300 });
    assert.equal(await limiter.run({ lane: 'user', send: async () => 'answer' }), 'answer');
    await assert.rejects(
      limiter.run({
        lane: 'user',
        send: async () => {
          throw new TypeError('broken');
        },
      }),
      new TypeError('broken'),
    );
  });

  it('gives up a click that would be carried out much later, and keeps what nobody waits for', async () => {
    const limiter = new Limiter({ limit: 10, windowMs: 300 });
    const refused = () => Promise.reject(new ForgeError('rateLimited', 'later', { retryAfterMs: 3_600_000 }));
    await assert.rejects(limiter.run({ lane: 'user', send: refused }), { kind: 'rateLimited' });
    assert.ok(limiter.heldForMs > 3_500_000);
    const controller = new AbortController();
    const kept = limiter.run({ lane: 'visible', signal: controller.signal, send: refused });
    controller.abort();
    await assert.rejects(kept, { name: 'AbortError' });
  });
});
