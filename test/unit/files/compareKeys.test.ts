import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareKeys, maskedSides } from '../../../src/files/compareKeys';

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
    assert.deepEqual(maskedSides('B=secret\nA=1\n', 'A=1\nB=other\nC=\n', '(another)'), [
      'A=••••••\nB=••••••\n',
      'A=••••••\nB=•••••• (another)\nC=\n',
    ]);
    fc.assert(
      fc.property(env, env, (left, right) => {
        const sides = maskedSides(left, right, '(another)');
        assert.ok(!sides.join('').includes('secret'));
        const { differs, onlyLeft, onlyRight } = compareKeys(left, right);
        assert.equal(sides[0] === sides[1], differs.length + onlyLeft.length + onlyRight.length === 0);
      }),
    );
  });
});
