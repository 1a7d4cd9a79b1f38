import assert from 'node:assert/strict';
import { pauseOf } from '../../../src/deployments/pauseOf';
import fc from '../../fastCheck';

const second = 1_000;
const minute = 60 * second;

describe('The pause between two looks at a deployment', () => {
  it('is short at first, longer until the end is to be expected, short then, and longer again', () => {
    const at = (elapsed: number) => pauseOf(elapsed, minute) / second;
    assert.deepEqual(
      [0, 14, 15, 35, 36, 60, 119, 120, 299, 300].map((time) => at(time * second)),
      [3, 3, 5, 5, 3, 3, 3, 5, 5, 10],
    );
  });

  it('is short for two minutes where it is not known how long it takes', () => {
    const at = (elapsed: number) => pauseOf(elapsed, undefined) / second;
    assert.deepEqual(
      [0, 119, 120, 299, 300].map((time) => at(time * second)),
      [3, 3, 5, 5, 10],
    );
  });

  it('does not become long before the end of one that always takes long', () => {
    assert.equal(pauseOf(7 * minute, 8 * minute), 3 * second);
  });

  it('leads to 20 looks a minute at most, and sees each end that comes when it usually does within 3 s', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: second, max: 10 * minute }),
        fc.double({ min: 0.6, max: 1.9, noNaN: true }),
        (usual, share) => {
          const end = usual * share;
          let now = 0;
          let looks = 0;
          while (now < end) {
            now += pauseOf(now, usual);
            looks += 1;
          }
          assert.ok(looks <= Math.ceil(end / (3 * second)) + 1);
          assert.ok(now - end <= (usual * 0.6 < end - 5 * second ? 3 : 5) * second, `${now - end} ms late`);
        },
      ),
    );
  });
});
