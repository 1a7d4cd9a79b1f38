import assert from 'node:assert/strict';
import { Suite, Test } from 'mocha';
import { stepByStep } from '../../e2e/stepByStep';
import { isOrdered, markOrdered } from '../../run/ordered';
import { shuffled, shuffleSuite } from '../../run/shuffle';

const names = Array.from({ length: 12 }, (_, index) => `test ${index}`);

function suiteOf(title: string, parent?: Suite): Suite {
  const suite = parent === undefined ? new Suite(title) : Suite.create(parent, title);
  names.forEach((name) => {
    suite.addTest(new Test(name, () => {}));
  });
  return suite;
}

const titles = (suite: Suite) => suite.tests.map(({ title }) => title);

describe('A shuffled order', () => {
  it('is the same for the same seed, another for another, and leaves nothing out', () => {
    assert.deepEqual(shuffled(names, '1'), shuffled(names, '1'));
    assert.notDeepEqual(shuffled(names, '1'), shuffled(names, '2'));
    assert.notDeepEqual(shuffled(names, '1'), names);
    assert.deepEqual(shuffled(names, '1').sort(), names.toSorted());
  });

  it('is that of tests and suites at every depth', () => {
    const root = suiteOf('');
    const inner = suiteOf('inner', root);
    const innermost = suiteOf('innermost', inner);
    shuffleSuite(root, '1');
    for (const suite of [root, inner, innermost]) {
      assert.notDeepEqual(titles(suite), names);
      assert.deepEqual(titles(suite).sort(), names.toSorted());
    }
    assert.notDeepEqual(titles(inner), titles(innermost));
  });

  it('is not that of a path of steps, nor of what is in it', () => {
    const root = suiteOf('');
    const path = suiteOf('path', root);
    const inner = suiteOf('inner', path);
    markOrdered(path);
    shuffleSuite(root, '1');
    assert.deepEqual(titles(path), names);
    assert.deepEqual(titles(inner), names);
    assert.notDeepEqual(titles(root), names);
  });
});

describe('A suite whose tests are steps', () => {
  stepByStep(
    () => undefined,
    async () => [],
  );

  it('is marked as ordered', function () {
    assert.ok(isOrdered(this.test?.parent));
  });
});
