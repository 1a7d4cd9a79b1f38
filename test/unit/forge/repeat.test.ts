import assert from 'node:assert/strict';
import { Clock, type Repeat } from '../../../src/forge/clock';
import { VirtualTime } from '../../virtualTime';

describe('Repeated work', () => {
  const time = new VirtualTime({ hasIo: false });
  let repeat: Repeat;
  let done: number[];
  let pause: number | undefined;
  let takes: number;
  beforeEach(() => {
    done = [];
    pause = 100;
    takes = 0;
    repeat = new Clock(time).every(
      () => pause,
      () => {
        done.push(time.now());
        return takes === 0 ? undefined : new Clock(time).sleep(takes);
      },
    );
  });
  afterEach(() => {
    repeat.dispose();
    time.giveBack();
  });
  const started = () => done.map((at) => at - (done[0] ?? 0));

  it('is done after each pause, once it was woken', async () => {
    await time.pass(500);
    assert.equal(done.length, 0);
    repeat.wake();
    await time.pass(350);
    assert.deepEqual(started(), [0, 100, 200]);
  });

  it('begins its pause when the work is done, so that slow work never piles up', async () => {
    takes = 250;
    repeat.wake();
    await time.pass(150);
    repeat.wake();
    repeat.restart();
    await time.pass(850);
    assert.deepEqual(started(), [0, 350, 700]);
  });

  it('goes on with its pause when it is woken meanwhile, and begins it anew when restarted', async () => {
    repeat.wake();
    await time.pass(90);
    repeat.wake();
    await time.pass(10);
    assert.equal(done.length, 1);
    await time.pass(90);
    repeat.restart();
    await time.pass(90);
    assert.equal(done.length, 1);
    await time.pass(10);
    assert.equal(done.length, 2);
  });

  it('rests while there is nothing to do, without a timer, and can be woken again', async () => {
    pause = undefined;
    repeat.wake();
    assert.equal(time.timersSet, 0);
    pause = 100;
    repeat.wake();
    await time.pass(100);
    assert.equal(done.length, 1);
    pause = undefined;
    await time.pass(500);
    assert.deepEqual([done.length, time.timersSet], [2, 0]);
  });

  it('ends for good when it is disposed of, also in the middle of its work', async () => {
    takes = 50;
    repeat.wake();
    await time.pass(120);
    repeat.dispose();
    repeat.wake();
    repeat.restart();
    await time.pass(1000);
    assert.deepEqual([done.length, time.timersSet], [1, 0]);
  });
});
