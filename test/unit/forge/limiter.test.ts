import assert from 'node:assert/strict';
import { Clock } from '../../../src/forge/clock';
import { abortError, ForgeError, type ForgeErrorKind } from '../../../src/forge/errors';
import { Limiter } from '../../../src/forge/limiter';
import type { Lane } from '../../../src/forge/operations';
import { explain } from '../../../src/ui/explain';
import { VirtualTime } from '../../virtualTime';
import { type CallOptions, minute, mostInMinute, refused, Traffic, traffic } from './traffic';

const hour = 60 * minute;

describe('The limiter', () => {
  const clock = new VirtualTime({ hasIo: false });
  // The limiter loads this with its first call, from disk, which takes time that isn't virtual.
  before(() => import('p-throttle'));
  beforeEach(() => clock.takeOver());
  afterEach(() => clock.giveBack());

  describe('within the limit', () => {
    it('sends clicks at once while there is room, and never more than the limit in any minute', async () => {
      const calls = traffic(60);
      calls.calls(200, 'click', { lane: 'user' });
      await clock.pass(0);
      assert.equal(calls.sent.length, 60);
      await clock.pass(4 * minute);
      assert.equal(calls.done.length, 200);
      assert.deepEqual([mostInMinute(calls.times), calls.refusals], [60, 0]);
    });

    it('holds the limit when the machine sleeps with a queue', async () => {
      const calls = traffic(10);
      calls.calls(60, 'click', { lane: 'user' });
      await clock.pass(90_000);
      await clock.sleep(30 * minute);
      await clock.pass(5 * minute);
      assert.equal(calls.done.length, 60);
      assert.deepEqual([mostInMinute(calls.times), calls.refusals], [10, 0]);
    });

    it('takes a higher limit at once, also for calls that wait', async () => {
      const calls = traffic(60, { limit: 2 });
      calls.calls(8, 'click', { lane: 'user' });
      await clock.pass(1000);
      assert.equal(calls.sent.length, 2);
      calls.limiter.setLimit(5);
      await clock.pass(0);
      assert.equal(calls.sent.length, 5, 'the two that are out count');
      calls.limiter.setLimit(undefined);
      await clock.pass(0);
      assert.equal(calls.sent.length, 8, 'as many as Forge states');
    });

    it('takes a lower limit at once and counts what is out', async () => {
      const calls = traffic(60, { limit: 6 });
      calls.calls(5, 'click', { lane: 'user' });
      await clock.pass(1000);
      calls.limiter.setLimit(3);
      calls.call('later', { lane: 'user' });
      await clock.pass(58_000);
      assert.equal(calls.sent.length, 5);
      await clock.pass(2000);
      assert.equal(calls.sent.length, 6);
    });

    it('goes by the limit that Forge states, whichever it is from call to call', async () => {
      const calls = traffic(30);
      calls.calls(200, 'click', { lane: 'user' });
      await clock.pass(59_000);
      assert.deepEqual([calls.sent.length, calls.limiter.state.limit], [30, 30]);
      calls.forge.limit = 120;
      await clock.pass(3 * minute);
      assert.deepEqual([calls.limiter.state.limit, mostInMinute(calls.times), calls.refusals], [120, 120, 0]);
    });

    it('keeps to the lower limit that somebody sets, and to the one that Forge states where that is lower', async () => {
      const calls = traffic(120, { limit: 20 });
      calls.calls(60, 'click', { lane: 'user' });
      await clock.pass(61_000);
      assert.equal(calls.sent.length, 40);
      calls.forge.limit = 10;
      await clock.pass(5 * minute);
      assert.deepEqual([calls.done.length, calls.limiter.state.limit], [60, 10]);
    });

    it('works with a limit of one call', async () => {
      const calls = traffic(1);
      for (const lane of ['background', 'visible', 'user'] as const) {
        calls.call(lane, { lane });
      }
      await clock.pass(3 * minute);
      assert.deepEqual(calls.done, ['user', 'visible', 'background']);
      assert.equal(mostInMinute(calls.times), 1);
    });

    it('goes on, slowly, with a Forge that states limits that cannot be', async () => {
      for (const limit of [0, Number.POSITIVE_INFINITY]) {
        const calls = new Traffic(traffic(60).forge);
        calls.calls(3, 'visible', { send: async (hear) => hear({ limit, remaining: 0 }) });
        calls.call('click', { lane: 'user' });
        await clock.pass(3 * minute);
        assert.equal(calls.done.length, 4);
      }
    });

    it('leaves no timer behind when nothing waits', async () => {
      const calls = traffic(3);
      calls.calls(7, 'background', { lane: 'background', latencyMs: 100 });
      await clock.pass(5 * minute);
      assert.equal(calls.done.length, 7);
      assert.equal(clock.timersSet, 0);
      assert.equal(calls.limiter.state.used, 0);
    });

    it('takes thousands of calls without looking through all that wait for each', async () => {
      const calls = traffic(60);
      let looks = 0;
      const lane = (): Lane => {
        looks += 1;
        return 'background';
      };
      calls.calls(10_000, 'background', { lane });
      assert.ok(looks < 10_000, `${looks} looks`);
      await clock.pass(minute);
      assert.equal(calls.sent.length, 58);
      assert.ok(looks < 10_000 * 58 * 4, `${looks} looks`);
    });
  });

  describe('deciding who goes first', () => {
    it('sends in the order of arrival within a lane, and urgent lanes first', async () => {
      const calls = traffic(60);
      calls.calls(60, 'before', { lane: 'user' });
      await clock.pass(0);
      for (const lane of ['background', 'visible', 'user'] as const) {
        calls.calls(2, lane, { lane });
      }
      await clock.pass(minute + 1000);
      assert.deepEqual(calls.sent.slice(60), [
        'user 0',
        'user 1',
        'visible 0',
        'visible 1',
        'background 0',
        'background 1',
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

    it('sends a call first whose lane rises while it waits, at once where only its lane held it back', async () => {
      const calls = traffic(60);
      calls.forge.use('user', 50, Date.now());
      let lane: Lane = 'background';
      calls.call('asks');
      calls.calls(3, 'background', { lane: 'background' });
      calls.call('rises', { lane: () => lane });
      await clock.pass(1000);
      assert.deepEqual(calls.sent, ['asks']);
      lane = 'user';
      calls.limiter.reconsider();
      await clock.pass(0);
      assert.deepEqual(calls.sent, ['asks', 'rises']);
    });

    it('lets work that has waited for two minutes take turns with what is on screen, without either starving', async () => {
      const calls = traffic(1);
      calls.calls(20, 'background', { lane: 'background' });
      calls.calls(20, 'visible');
      await clock.pass(5 * minute + 2000);
      assert.deepEqual(calls.sent, [
        'visible 0',
        'visible 1',
        'background 0',
        'visible 2',
        'background 1',
        'visible 3',
      ]);
    });

    it('sends what comes on screen before all of the work that has waited for long', async () => {
      const calls = traffic(2);
      calls.calls(50, 'background', { lane: 'background' });
      await clock.pass(5 * minute);
      calls.call('visible');
      await clock.pass(minute + 1000);
      assert.equal(calls.done.filter((name) => name === 'visible').length, 1);
    });
  });

  describe('being told that a call is no longer wanted', () => {
    it('lets it leave at once, unsent, and without using up a place', async () => {
      const calls = traffic(1);
      const controller = new AbortController();
      calls.call('first');
      calls.call('unwanted', { signal: controller.signal });
      await clock.pass(1000);
      controller.abort();
      await clock.pass(0);
      assert.deepEqual(calls.failed, ['unwanted: AbortError']);
      assert.equal(clock.timersSet, 0, 'nothing is left to wait for');
      await clock.pass(2 * minute);
      calls.call('next');
      await clock.pass(0);
      assert.deepEqual(calls.sent, ['first', 'next']);
    });

    it('gives its place to the next that comes', async () => {
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

    it('spends nothing on it either when its turn has just come', async () => {
      const calls = traffic(1, { limit: 1 });
      const controller = new AbortController();
      calls.call('unwanted', { signal: controller.signal });
      controller.abort();
      await clock.pass(0);
      calls.call('click', { lane: 'user' });
      await clock.pass(0);
      assert.deepEqual([calls.sent, calls.failed], [['click'], ['unwanted: AbortError']]);
    });

    it('refuses it when it was cancelled before it came', async () => {
      const calls = traffic(1);
      calls.call('unwanted', { signal: AbortSignal.abort() });
      await clock.pass(0);
      assert.deepEqual([calls.sent, calls.failed], [[], ['unwanted: AbortError']]);
    });

    it('lets it go while it waits for the end of a 429', async () => {
      const calls = traffic(20);
      const controller = new AbortController();
      calls.call('one', { signal: controller.signal, send: () => Promise.reject(refused(60_000)) });
      await clock.pass(100);
      controller.abort();
      await clock.pass(0);
      assert.deepEqual([calls.sent, calls.failed], [['one'], ['one: AbortError']]);
      assert.equal(clock.timersSet, 0);
    });

    it('does not repeat it when the 429 comes after that, and holds the others back all the same', async () => {
      const calls = traffic(20);
      const controller = new AbortController();
      const send = async () => {
        await new Clock().sleep(100, undefined);
        throw refused(5000);
      };
      calls.call('one', { signal: controller.signal, send });
      await clock.pass(50);
      controller.abort();
      await clock.pass(100);
      calls.call('two', { lane: 'user' });
      await clock.pass(5000);
      assert.deepEqual([calls.sent, calls.failed], [['one'], ['one: AbortError']]);
      await clock.pass(2000);
      assert.deepEqual(calls.done, ['two']);
    });
  });

  describe('refused with a 429', () => {
    /** Fails with each of these in turn, a moment after it was asked, and answers after the last. */
    const failing = (errors: unknown[], takesMs = 10): Pick<CallOptions, 'send'> => ({
      send: async () => {
        const error = errors.shift();
        await new Clock().sleep(error ? 10 : takesMs, undefined);
        if (error) {
          throw error;
        }
      },
    });

    it('waits for Retry-After and a second, tries one call alone, then sends the rest in order, each once', async () => {
      const calls = traffic(20);
      const options = { lane: 'user', ...failing([refused(7000), refused(7000), refused(7000)], 2000) } as const;
      calls.calls(3, 'click', options);
      await clock.pass(20);
      calls.call('click 3', options);
      await clock.pass(7900);
      assert.deepEqual(
        calls.sent,
        ['click 0', 'click 1', 'click 2'],
        'nothing goes out before Retry-After and a second',
      );
      await clock.pass(700);
      assert.deepEqual(calls.sent.slice(3), ['click 0'], 'one call tries alone');
      await clock.pass(2000);
      assert.deepEqual(calls.sent.slice(3), ['click 0', 'click 1', 'click 2', 'click 3']);
      await clock.pass(2000);
      assert.deepEqual(calls.done, ['click 0', 'click 1', 'click 2', 'click 3']);
      assert.equal(clock.timersSet, 0);
    });

    it('waits again when the call that tries alone is refused too', async () => {
      const calls = traffic(20);
      calls.call('one', { lane: 'user', ...failing([refused(1000), refused(30_000)]) });
      calls.call('two', { lane: 'user' });
      await clock.pass(20);
      calls.call('three', { lane: 'user' });
      await clock.pass(2580);
      assert.deepEqual(calls.sent, ['one', 'two', 'one']);
      await clock.pass(29_000);
      assert.equal(calls.sent.length, 3);
      await clock.pass(3000);
      assert.deepEqual(calls.sent.slice(3), ['one', 'three']);
      assert.deepEqual(calls.done, ['two', 'one', 'three']);
    });

    it('waits a whole window where the answer does not say how long', async () => {
      const calls = traffic(20);
      calls.call('one', failing([refused()]));
      await clock.pass(minute);
      assert.equal(calls.sent.length, 1);
      await clock.pass(2000);
      assert.deepEqual(calls.done, ['one']);
    });

    it('asks again after Retry-After, although the window could last for longer by what was known', async () => {
      const calls = traffic(60);
      calls.forge.use('user', 1, Date.now());
      await clock.pass(50_000);
      calls.call('hears of the window');
      await clock.pass(0);
      calls.forge.use('user', 60, Date.now());
      calls.call('refused');
      await clock.pass(12_000);
      assert.deepEqual(calls.done, ['hears of the window', 'refused']);
    });

    it('waits until the last of several refusals says that it may go on', async () => {
      const calls = traffic(20);
      calls.call('long', { lane: 'user', ...failing([refused(20_000)]) });
      calls.call('short', { lane: 'user', ...failing([refused(1000)]) });
      await clock.pass(20_900);
      assert.equal(calls.sent.length, 2);
      await clock.pass(1000);
      assert.deepEqual(calls.done, ['long', 'short']);
    });

    it('goes on after the call that tries alone fails for another reason', async () => {
      const calls = traffic(20);
      calls.call('one', { lane: 'user', ...failing([refused(0), new ForgeError('network', 'No answer.')]) });
      await clock.pass(20);
      calls.calls(2, 'click', { lane: 'user' });
      await clock.pass(2000);
      assert.deepEqual(calls.sent, ['one', 'one', 'click 0', 'click 1']);
      assert.deepEqual(calls.failed, ['one: network']);
    });

    it('lets another call try, alone as well, when the one that tries is given up', async () => {
      const calls = traffic(20);
      const controller = new AbortController();
      const errors = [refused(0)];
      const { signal } = controller;
      const send = async () => {
        const error = errors.shift();
        if (error) {
          throw error;
        }
        await new Clock().sleep(hour, signal);
      };
      calls.call('one', { lane: 'user', signal, send });
      await clock.pass(20);
      calls.calls(2, 'click', { lane: 'user', latencyMs: 500 });
      await clock.pass(2000);
      assert.deepEqual(calls.sent, ['one', 'one']);
      controller.abort();
      await clock.pass(400);
      assert.deepEqual(calls.sent.slice(2), ['click 0']);
      await clock.pass(2000);
      assert.deepEqual(calls.done, ['click 0', 'click 1']);
    });

    it('gives up a click that would be held for longer than two minutes, and keeps what nobody waits for', async () => {
      const calls = traffic(20);
      calls.call('click', { lane: 'user', ...failing([refused(130_000)]) });
      calls.call('background', { lane: 'background' });
      await clock.pass(1000);
      assert.deepEqual(calls.failed, ['click: rateLimited']);
      calls.call('late click', { lane: 'user' });
      calls.calls(2, 'visible');
      await clock.pass(1000);
      assert.deepEqual(calls.failed, ['click: rateLimited', 'late click: rateLimited']);
      await clock.pass(3 * minute);
      assert.deepEqual(calls.done, ['visible 0', 'background', 'visible 1']);
    });

    it('says for how long yet, and asks nothing until then', async () => {
      const calls = traffic(20);
      calls.call('background', { lane: 'background', ...failing([refused(hour)]) });
      await clock.pass(20 * minute);
      const [late] = await Promise.allSettled([
        calls.limiter.run({ lane: () => 'user', send: async () => assert.fail('nothing goes out') }),
      ]);
      assert.ok(late.status === 'rejected' && late.reason instanceof ForgeError);
      assert.ok(Math.abs((late.reason.retryAfterMs ?? 0) - 40 * minute) < 3_000, String(late.reason.retryAfterMs));
      assert.match(explain(late.reason).sentence, /^Rate limit reached\. Try again in 4[01] minutes\./);
    });

    it('keeps a click that is held for less', async () => {
      const calls = traffic(20);
      calls.call('click', { lane: 'user', ...failing([refused(110_000)]) });
      await clock.pass(2 * minute);
      assert.deepEqual(calls.done, ['click']);
    });

    it('gives up a waiting call that becomes a click while it is held for long', async () => {
      const calls = traffic(20);
      let lane: Lane = 'background';
      calls.call('rises', { lane: () => lane, ...failing([refused(hour)]) });
      await clock.pass(10 * minute);
      lane = 'user';
      calls.limiter.reconsider();
      await clock.pass(0);
      assert.deepEqual(calls.failed, ['rises: rateLimited']);
      assert.equal(clock.timersSet, 0);
    });

    describe('by the limit of site commands', () => {
      const extraLimiter = 'siteCommands';

      it('holds only those, whoever waits for them', async () => {
        const calls = traffic(20);
        calls.call('command', { lane: 'user', extraLimiter, ...failing([refused(30_000)]) });
        await clock.pass(20);
        calls.call('another command', { lane: 'user', extraLimiter });
        for (const lane of ['user', 'visible', 'background'] as const) {
          calls.call(lane, { lane });
        }
        await clock.pass(30_000);
        assert.deepEqual(calls.done, ['user', 'visible', 'background']);
        await clock.pass(3000);
        assert.deepEqual(calls.done.slice(3), ['command', 'another command']);
      });

      it('goes by what the answers to others say of the limit of all', async () => {
        const calls = traffic(60);
        const refusals = [refused(30_000)];
        calls.call('command', {
          lane: 'user',
          extraLimiter,
          send: async (hear) => {
            hear({ limit: 2, remaining: 0 });
            const error = refusals.shift();
            if (error) {
              throw error;
            }
          },
        });
        calls.calls(20, 'visible');
        await clock.pass(1000);
        assert.deepEqual([calls.done.length, calls.limiter.state.limit], [20, 60]);
      });

      it('holds them, too, while all are held', async () => {
        const calls = traffic(20);
        calls.call('call', { lane: 'user', ...failing([refused(30_000)]) });
        await clock.pass(20);
        calls.call('command', { lane: 'user', extraLimiter });
        await clock.pass(30_000);
        assert.deepEqual(calls.sent, ['call']);
        await clock.pass(3000);
        assert.deepEqual(calls.done, ['call', 'command']);
      });
    });
  });

  describe('while Forge fails', () => {
    const fails = (kind: ForgeErrorKind) => ({ send: () => Promise.reject(new ForgeError(kind, 'It failed.')) });
    const failInARow = async (calls: Traffic, kinds: readonly ForgeErrorKind[]) => {
      for (const kind of kinds) {
        calls.call('fails', { lane: 'user', ...fails(kind) });
        await clock.pass(0);
      }
    };
    const fiveKinds = ['network', 'timeout', 'server', 'maintenance', 'network'] as const;

    it('leaves it in peace for half a minute after five failures in a row, then tries one call, then sends all', async () => {
      const calls = traffic(60);
      await failInARow(calls, fiveKinds);
      assert.ok(calls.limiter.isFailing);
      calls.calls(2, 'visible', { latencyMs: 100 });
      calls.calls(2, 'background', { lane: 'background', latencyMs: 100 });
      await clock.pass(29_990);
      assert.equal(calls.sentOf('fails'), calls.sent.length);
      await clock.pass(60);
      assert.deepEqual(calls.sent.slice(5), ['visible 0']);
      await clock.pass(400);
      assert.deepEqual(calls.done, ['visible 0', 'visible 1', 'background 0', 'background 1']);
      assert.ok(!calls.limiter.isFailing);
    });

    it('leaves it in peace for another half minute each time that the one call fails', async () => {
      const calls = traffic(60);
      await failInARow(calls, fiveKinds);
      calls.calls(4, 'visible', fails('server'));
      for (const tried of [0, 1, 2]) {
        await clock.pass(29_980);
        assert.equal(calls.sentOf('visible'), tried);
        await clock.pass(20);
        assert.equal(calls.sentOf('visible'), tried + 1);
      }
    });

    it('lets another call try, alone as well, when the one that tries is given up', async () => {
      const calls = traffic(60);
      calls.call('asks');
      await clock.pass(0);
      await failInARow(calls, fiveKinds);
      const controller = new AbortController();
      calls.call('given up', { signal: controller.signal, latencyMs: hour });
      calls.calls(3, 'visible', { latencyMs: 5000 });
      await clock.pass(31_000);
      assert.equal(calls.sentOf('given up'), 1);
      controller.abort();
      await clock.pass(1000);
      assert.equal(calls.sentOf('visible'), 1);
      await clock.pass(5000);
      assert.equal(calls.sentOf('visible'), 3);
    });

    it('always tries a click, and sends all when it succeeds', async () => {
      const calls = traffic(60);
      await failInARow(calls, fiveKinds);
      calls.calls(2, 'background', { lane: 'background' });
      await failInARow(calls, ['server']);
      assert.equal(calls.sentOf('fails'), 6);
      assert.equal(calls.sentOf('background'), 0);
      calls.call('click', { lane: 'user' });
      await clock.pass(0);
      assert.deepEqual(calls.done, ['click', 'background 0', 'background 1']);
      assert.equal(clock.timersSet, 0);
    });

    it('takes a click that fails for a reason to leave it in peace for another half minute', async () => {
      const calls = traffic(60);
      await failInARow(calls, fiveKinds);
      await clock.pass(20_000);
      await failInARow(calls, ['server']);
      assert.equal(calls.limiter.state.failingForMs, 10_000, 'not while it is left in peace anyway');
      await clock.pass(20_000);
      await failInARow(calls, ['server']);
      assert.equal(calls.limiter.state.failingForMs, 30_000);
    });

    it('sends a call at once that becomes a click', async () => {
      const calls = traffic(60);
      await failInARow(calls, fiveKinds);
      let lane: Lane = 'visible';
      calls.call('rises', { lane: () => lane });
      await clock.pass(0);
      lane = 'user';
      calls.limiter.reconsider();
      await clock.pass(0);
      assert.deepEqual(calls.done, ['rises']);
    });

    it('takes any answer in between for a sign of life: a success, a refusal, a 4xx', async () => {
      for (const kind of [undefined, 'notFound', 'invalid', 'unauthenticated', 'forbidden', 'unexpected'] as const) {
        const calls = traffic(60);
        await failInARow(calls, fiveKinds.slice(1));
        calls.call('answered', { lane: 'user', ...(kind ? fails(kind) : {}) });
        await clock.pass(0);
        await failInARow(calls, fiveKinds.slice(1));
        calls.call('visible');
        await clock.pass(0);
        assert.ok(calls.done.includes('visible'), kind);
      }
    });

    it('counts no call that was given up, neither as a failure nor as a sign of life', async () => {
      const calls = traffic(60);
      const abort = () => calls.call('given up', { lane: 'user', send: () => Promise.reject(abortError()) });
      await failInARow(calls, fiveKinds.slice(1));
      abort();
      await clock.pass(0);
      assert.ok(!calls.limiter.isFailing);
      await failInARow(calls, ['network']);
      abort();
      await clock.pass(0);
      assert.ok(calls.limiter.isFailing);
      calls.call('visible');
      await clock.pass(1000);
      assert.equal(calls.sentOf('visible'), 0);
    });
  });

  describe('beside other clients of the same user', () => {
    it('uses nearly all when it is alone, and leaves something for a click', async () => {
      const calls = traffic(60);
      calls.calls(100, 'background', { lane: 'background', latencyMs: 200 });
      await clock.pass(59_000);
      assert.equal(calls.sent.length, 58);
      calls.call('click', { lane: 'user' });
      await clock.pass(0);
      assert.equal(calls.sent.at(-1), 'click');
      await clock.pass(3 * minute);
      assert.equal(calls.refusals, 0);
    });

    it('leaves a quarter to others and to clicks, where somebody looks at it half of that', async () => {
      const calls = traffic(60);
      calls.forge.use('user', 20, Date.now());
      calls.calls(100, 'background', { lane: 'background', latencyMs: 20 });
      await clock.pass(59_000);
      assert.equal(60 - 20 - calls.sent.length, 16);
      const beside = traffic(60);
      beside.forge.use('user', 20, Date.now());
      beside.calls(100, 'visible', { latencyMs: 20 });
      await clock.pass(59_000);
      assert.equal(60 - 20 - beside.sent.length, 8);
      beside.calls(8, 'click', { lane: 'user' });
      await clock.pass(0);
      assert.deepEqual([beside.sentOf('click'), beside.refusals], [8, 0]);
    });

    it('finds out from the answers when another begins in the middle of a window', async () => {
      const calls = traffic(60);
      calls.calls(15, 'background', { lane: 'background', latencyMs: 20 });
      await clock.pass(1000);
      calls.forge.use('user', 29, Date.now());
      calls.calls(50, 'background', { lane: 'background', latencyMs: 20 });
      await clock.pass(58_000);
      assert.equal(calls.refusals, 0);
      assert.equal(calls.sent.length, 15 + 6, 'those that were under way before the first answer told of it');
      await clock.pass(minute);
      assert.ok(calls.sent.length > 50, 'the next window is its own again');
    });

    it('is refused at most once a window, beside a client that leaves nothing', async () => {
      const calls = traffic(60);
      calls.calls(500, 'background', { lane: 'background', latencyMs: 200 });
      for (let window = 0; window < 5; window += 1) {
        await clock.pass(minute / 2);
        calls.forge.use('user', 60, Date.now());
        await clock.pass(minute / 2);
      }
      assert.ok(calls.refusals <= 5, String(calls.refusals));
    });

    it('has no more than six unhurried calls under way, and clicks beside them', async () => {
      const calls = traffic(60);
      calls.call('asks');
      await clock.pass(0);
      calls.calls(20, 'visible', { latencyMs: 5000 });
      calls.calls(20, 'background', { lane: 'background', latencyMs: 5000 });
      await clock.pass(1000);
      assert.deepEqual([calls.sentOf('visible'), calls.sentOf('background')], [6, 0]);
      calls.call('click', { lane: 'user' });
      await clock.pass(0);
      assert.deepEqual(calls.done, ['asks', 'click']);
    });

    it('has one call ask while nothing is known of the window, and clicks beside it', async () => {
      const calls = traffic(60);
      calls.calls(5, 'visible', { latencyMs: 1000 });
      calls.calls(2, 'click', { lane: 'user', latencyMs: 1500 });
      await clock.pass(900);
      assert.deepEqual(calls.sent, ['click 0', 'click 1']);
      await clock.pass(700);
      assert.equal(calls.sentOf('visible'), 5);
      const alone = traffic(60);
      alone.calls(5, 'visible', { latencyMs: 1000 });
      await clock.pass(900);
      assert.equal(alone.sent.length, 1);
      await clock.pass(200);
      assert.equal(alone.sent.length, 5);
    });

    it('sends one unhurried call after the other to a Forge that says nothing of its limit', async () => {
      const calls = traffic(60);
      const options = {
        send: async (hear: (headers: { limit: undefined; remaining: undefined }) => void) => {
          await new Clock().sleep(100, undefined);
          hear({ limit: undefined, remaining: undefined });
        },
      };
      calls.calls(100, 'visible', options);
      await clock.pass(1050);
      assert.equal(calls.sent.length, 11);
      calls.calls(3, 'click', { lane: 'user', ...options });
      await clock.pass(0);
      assert.equal(calls.sentOf('click'), 3);
      await clock.pass(3 * minute);
      assert.equal(calls.done.length, 103);
      assert.equal(mostInMinute(calls.times), 58);
    });
  });

  describe('by a clock that is set', () => {
    const fillTheMinute = async () => {
      const calls = traffic(10);
      calls.forgesTime = () => clock.elapsed();
      calls.calls(30, 'click', { lane: 'user' });
      await clock.pass(1000);
      assert.equal(calls.sent.length, 10);
      return calls;
    };

    for (const [name, ms] of [
      ['half a minute', minute / 2],
      ['hours', 5 * hour],
    ] as const) {
      it(`waits for no longer than a window, from when it is noticed, when it is set back by ${name}`, async () => {
        const calls = await fillTheMinute();
        clock.set(-ms);
        await clock.pass(10_000);
        calls.call('another', { lane: 'user' });
        await clock.pass(minute + 300);
        assert.equal(calls.sent.length, 20);
        await clock.pass(3 * minute);
        assert.deepEqual([calls.done.length, calls.refusals], [31, 0]);
      });
    }

    it('waits out a 429 for hardly longer either', async () => {
      const calls = traffic(60);
      calls.forgesTime = () => clock.elapsed();
      calls.forge.use('user', 60, clock.elapsed());
      calls.call('click', { lane: 'user' });
      await clock.pass(1000);
      clock.set(-5 * hour);
      calls.call('another', { lane: 'user' });
      await clock.pass(minute + 2000);
      assert.deepEqual(calls.done, ['click', 'another']);
    });

    it('knows for how long something waits', async () => {
      const calls = await fillTheMinute();
      calls.call('visible');
      await clock.pass(9000);
      assert.equal(calls.limiter.state.waitingMs, 10_000);
      clock.set(-5 * hour);
      assert.equal(calls.limiter.state.waitingMs, 10_000);
      await clock.pass(5000);
      assert.equal(calls.limiter.state.waitingMs, 15_000);
    });

    it('takes no notice of half a second, and waits so much longer', async () => {
      const calls = await fillTheMinute();
      clock.set(-500);
      await clock.pass(59_900);
      assert.equal(calls.sent.length, 20);
      await clock.pass(2 * minute);
      assert.deepEqual([calls.done.length, calls.refusals], [30, 0]);
    });

    for (const [name, ms] of [
      ['two minutes', 2 * minute],
      ['hours', 5 * hour],
    ] as const) {
      it(`sends no more in a minute that really passes when it is set forward by ${name}`, async () => {
        const calls = await fillTheMinute();
        clock.set(ms);
        calls.call('another', { lane: 'user' });
        await clock.pass(50_000);
        assert.deepEqual([calls.sent.length, calls.refusals], [10, 0]);
        await clock.pass(4 * minute);
        assert.deepEqual([calls.done.length, calls.refusals], [31, 0]);
      });
    }

    it('takes up its work again when it is set forward, as after a sleep', async () => {
      const calls = await fillTheMinute();
      clock.set(5 * hour);
      await clock.pass(4 * minute);
      assert.equal(calls.done.length, 30);
      assert.equal(clock.timersSet, 0);
    });
  });

  describe('telling how it stands', () => {
    it('counts the calls of this minute, those of other clients as far as Forge told', async () => {
      const calls = traffic(60);
      assert.deepEqual(calls.limiter.state, {
        used: 0,
        limit: 60,
        waitingMs: 0,
        nextInMs: undefined,
        failingForMs: undefined,
      });
      calls.calls(3, 'click', { lane: 'user' });
      await clock.pass(0);
      assert.equal(calls.limiter.state.used, 3);
      calls.forge.use('user', 20, Date.now());
      assert.equal(calls.limiter.state.used, 3);
      calls.call('click', { lane: 'user' });
      await clock.pass(0);
      assert.equal(calls.limiter.state.used, 24);
      await clock.pass(minute + 1000);
      assert.equal(calls.limiter.state.used, 0);
    });

    it('says for how long the first of those waits that somebody looks for, and when it goes out', async () => {
      const calls = traffic(10);
      calls.calls(10, 'click', { lane: 'user' });
      await clock.pass(0);
      calls.call('background', { lane: 'background' });
      await clock.pass(10_000);
      assert.equal(calls.limiter.state.waitingMs, 0);
      calls.call('visible');
      await clock.pass(5000);
      calls.call('click', { lane: 'user' });
      await clock.pass(5000);
      const { waitingMs, nextInMs } = calls.limiter.state;
      assert.deepEqual([waitingMs, nextInMs], [10_000, 40_250]);
      await clock.pass(nextInMs ?? 0);
      assert.equal(calls.sentOf('click'), 11);
    });

    it('does not say when the next goes out where an answer has to come first', async () => {
      const calls = traffic(10);
      calls.calls(2, 'visible', { latencyMs: 1000 });
      await clock.pass(500);
      assert.equal(calls.limiter.state.nextInMs, undefined);
      assert.equal(clock.timersSet, 1, 'it waits for nothing but the answer');
    });

    it('says in how many milliseconds Forge is tried again', async () => {
      const calls = traffic(10);
      calls.calls(5, 'fails', { lane: 'user', send: () => Promise.reject(new ForgeError('server', 'No.')) });
      await clock.pass(0);
      assert.equal(calls.limiter.state.failingForMs, 30_000);
      await clock.pass(10_000);
      assert.equal(calls.limiter.state.failingForMs, 20_000);
      calls.call('click', { lane: 'user' });
      await clock.pass(0);
      assert.equal(calls.limiter.state.failingForMs, undefined);
    });

    it('tells its listeners of each change, once for all that changes together, until they are disposed', async () => {
      const calls = traffic(10);
      const used: number[] = [];
      const subscription = calls.limiter.onDidChange(() => used.push(calls.limiter.state.used));
      calls.call('click', { lane: 'user', latencyMs: 100 });
      await clock.pass(0);
      assert.equal(used.at(-1), 1);
      const told = used.length;
      await clock.pass(200);
      assert.ok(used.length > told, 'the answer');
      used.length = 0;
      calls.calls(9, 'click', { lane: 'user' });
      await clock.pass(0);
      used.length = 0;
      calls.calls(20, 'click', { lane: 'user' });
      await clock.pass(0);
      assert.deepEqual(used, [10]);
      calls.limiter.setLimit(5);
      await clock.pass(0);
      assert.equal(used.length, 2);
      subscription.dispose();
      await clock.pass(2 * minute);
      assert.equal(used.length, 2);
    });

    it('goes on when a listener throws, which is reported', async () => {
      const handlers = process.listeners('uncaughtException');
      const reported: Error[] = [];
      process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => reported.push(error));
      try {
        const calls = traffic(10);
        let told = 0;
        calls.limiter.onDidChange(() => {
          throw new Error('a listener that is broken');
        });
        calls.limiter.onDidChange(() => {
          told += 1;
        });
        calls.calls(2, 'visible', { latencyMs: 100 });
        await clock.pass(1000);
        assert.deepEqual(calls.done, ['visible 0', 'visible 1']);
        assert.ok(told > 0);
        assert.match(reported[0]?.message ?? '', /listener that is broken/);
      } finally {
        process.removeAllListeners('uncaughtException');
        for (const handler of handlers) {
          process.on('uncaughtException', handler);
        }
      }
    });
  });

  it('passes on what a call answers and what it throws, before it promises anything, too', async () => {
    const limiter = new Limiter({ clock: new Clock() });
    const lane = (): Lane => 'visible';
    assert.equal(await limiter.run({ lane, send: async () => 'answer' }), 'answer');
    const broken = new TypeError('broken');
    await assert.rejects(limiter.run({ lane, send: () => Promise.reject(broken) }), broken);
    await assert.rejects(
      limiter.run({
        lane,
        send: () => {
          throw broken;
        },
      }),
      broken,
    );
    assert.equal(await limiter.run({ lane, send: async () => 'answer' }), 'answer', 'it counts as ended');
  });
});

describe('The limiter by the clock of this machine', () => {
  it('never sends more than the limit in any window', async () => {
    const windowMs = 300;
    const calls = traffic(10, { limit: 10, windowMs });
    calls.calls(12, 'click', { lane: 'user', send: async () => {} });
    await new Promise<void>((resolve) => calls.call('last', { lane: 'user', send: async () => resolve() }));
    assert.equal(calls.sent.length, 13);
    assert.equal(mostInMinute(calls.times, windowMs), 10);
  });
});
