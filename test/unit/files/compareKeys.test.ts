import assert from 'node:assert/strict';
import * as keys from '../../../src/files/compareKeys';
import { atOnce } from '../../../src/ui/slices';
import fc from '../../fastCheck';

const compareKeys = (left: string, right: string) => atOnce(keys.compareKeys(left, right));
const sidesOf = (left: string, right: string) =>
  atOnce(keys.maskedSides(left, right, { another: '(another)', missing: (key) => `${key} (missing)` }));

const env = fc
  .array(fc.tuple(fc.constantFrom('A', 'B', 'C', 'D'), fc.constantFrom('', 'secret-one', 'secret-two', 'x')), {
    maxLength: 6,
  })
  .map((pairs) => pairs.map(([key, value]) => `${key}=${value}\n`).join(''));

describe('Two .env side by side', () => {
  it('tell which keys are the same, differ and are missing', () => {
    assert.deepEqual(compareKeys('A=1\nB=2\nC=3\n', 'C="3"\nB=9\nD=4\n'), {
      same: ['C'],
      differs: ['B'],
      onlyLeft: ['A'],
      onlyRight: ['D'],
    });
  });

  it('go by the last of several settings of one key', () => {
    assert.deepEqual(compareKeys('A=1\nA=2\n', 'A=2\n').same, ['A']);
  });

  it('show keys, never a value, and lines differ where values do', () => {
    assert.deepEqual(sidesOf('B=secret\nA=1\n', 'A=1\nB=other\nC=\n'), [
      'A=••••••\nB=••••••\nC (missing)\n',
      'A=••••••\nB=•••••• (another)\nC=\n',
    ]);
    fc.assert(
      fc.property(env, env, (left, right) => {
        const sides = sidesOf(left, right);
        assert.ok(!sides.join('').includes('secret'));
        const { differs, onlyLeft, onlyRight } = compareKeys(left, right);
        assert.equal(sides[0] === sides[1], differs.length + onlyLeft.length + onlyRight.length === 0);
      }),
    );
  });

  it('have the same key in the same line, each once', () => {
    fc.assert(
      fc.property(env, env, (left, right) => {
        const [one, other] = sidesOf(left, right).map((side) => side.split('\n'));
        const keyOf = (line: string) => line.replace(/[= ].*/, '');
        assert.deepEqual(one?.map(keyOf), other?.map(keyOf));
        assert.equal(new Set(one).size, one?.length);
      }),
    );
  });
});
