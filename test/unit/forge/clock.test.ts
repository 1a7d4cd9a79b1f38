import assert from 'node:assert/strict';
import { Clock, systemTime } from '../../../src/forge/clock';
import { VirtualTime } from '../../virtualTime';

describe('The clock', () => {
  const time = new VirtualTime({ hasIo: false });
  const clock = new Clock(time);
  afterEach(() => time.giveBack());

  it('goes by this machine where it is given no other time', async () => {
    const system = new Clock();
    const before = Date.now();
    const began = system.elapsed();
    await system.sleep(2);
    assert.ok(system.now() >= before);
    assert.ok(system.elapsed() > began);
    system.goBy(time);
    assert.equal(system.now(), time.now());
    const cancel = systemTime.after(0, () => assert.fail('it was taken back'), 'timer');
    cancel();
  });

  it('sleeps until the time is up, and not at all for who gives up', async () => {
    const giveUp = new AbortController();
    const told: string[] = [];
    clock.sleep(1_000).then(() => told.push('awake'));
    clock.sleep(1_000, giveUp.signal).catch((error: Error) => told.push(error.name));
    await assert.rejects(clock.sleep(1_000, AbortSignal.abort()), { name: 'AbortError' });
    await time.pass(999);
    assert.deepEqual(told, []);
    giveUp.abort();
    await time.pass(1);
    assert.deepEqual(told, ['AbortError', 'awake']);
    assert.equal(time.timersSet, 0);
  });

  it('does once what was called for many times in a while, and again in the next', async () => {
    let done = 0;
    const work = clock.debounce(50, () => {
      done += 1;
    });
    for (let calls = 0; calls < 4; calls += 1) {
      work();
      await time.pass(10);
    }
    assert.equal(done, 0);
    await time.pass(10);
    assert.equal(done, 1);
    work();
    await time.pass(50);
    assert.equal(done, 2);
    work();
    work.cancel();
    await time.pass(100);
    assert.equal(done, 2);
  });

  it('waits for an answer within somebody’s patience alone', async () => {
    assert.equal(await clock.within(100, Promise.resolve('here')), 'here');
    await assert.rejects(clock.within(100, Promise.reject(new Error('no'))), { message: 'no' });
    const late = clock.within(100, new Promise(() => undefined));
    await time.pass(100);
    assert.equal(await late, undefined);
    const { signal, end } = clock.patience(100);
    await time.pass(99);
    assert.ok(!signal.aborted);
    end();
    await time.pass(100);
    assert.ok(!signal.aborted, 'whoever has the answer needs no patience');
    assert.equal(time.timersSet, 0);
  });
});
