import assert from 'node:assert/strict';
import type { Outcome } from '../../run/outcome';
import { type SecondTry, secondTries, verdict } from '../../run/secondTry';

const outcome = (title: string, state: Outcome['state'], more: Partial<Outcome> = {}): Outcome => ({
  module: 'a.js',
  title,
  state,
  ms: 1,
  needsModule: false,
  ...(state === 'failed' ? { why: `${title} is wrong` } : {}),
  ...more,
});
const files = ['a.js', 'b.js'];

describe('What a job runs once more', () => {
  it('is nothing after a good end, and nothing of a check of the project', () => {
    assert.deepEqual(secondTries(files, { code: 0, outcomes: [outcome('one', 'passed')] }, false), []);
    assert.deepEqual(secondTries([], { code: 1, outcomes: [] }, false), []);
  });

  it('is a test that failed, by itself', () => {
    const outcomes = [
      outcome('one', 'passed'),
      outcome('two', 'failed'),
      outcome('three', 'failed', { module: 'b.js' }),
    ];
    assert.deepEqual(secondTries(files, { code: 1, outcomes }, false), [
      { modules: ['a.js'], title: 'two' },
      { modules: ['b.js'], title: 'three' },
    ]);
  });

  it('is the module, once, of a step of a path, of a hook, and of each test where all are steps', () => {
    const outcomes = [outcome('hook', 'failed', { needsModule: true }), outcome('two', 'failed')];
    assert.deepEqual(secondTries(files, { code: 1, outcomes }, false), [{ modules: ['a.js'] }]);
    assert.deepEqual(secondTries(files, { code: 1, outcomes: [outcome('two', 'failed')] }, true), [
      { modules: ['a.js'] },
    ]);
  });

  it('is the module where many tests failed together', () => {
    const outcomes = ['one', 'two', 'three', 'four'].map((title) => outcome(title, 'failed'));
    assert.deepEqual(secondTries(files, { code: 1, outcomes }, false), [{ modules: ['a.js'] }]);
  });

  it('is all of it where it ended badly and named no test, or what belongs to no module', () => {
    assert.deepEqual(secondTries(files, { code: 1, outcomes: [] }, false), [{ modules: files }]);
    assert.deepEqual(secondTries(files, { code: 1, outcomes: [outcome('one', 'passed')] }, false), [
      { modules: files },
    ]);
    const outside = outcome('hook', 'failed', { module: '', needsModule: true });
    assert.deepEqual(secondTries(files, { code: 1, outcomes: [outside] }, false), [{ modules: files }]);
  });
});

describe('What a job comes to', () => {
  const alone: SecondTry = { modules: ['a.js'], title: 'two' };
  const first = { code: 1, outcomes: [outcome('one', 'passed'), outcome('two', 'failed')] };
  const two = { title: 'two', why: 'two is wrong' };

  it('is what its tests came to', () => {
    const outcomes = [outcome('one', 'passed'), outcome('two', 'skipped')];
    assert.deepEqual(verdict({ code: 0, outcomes }, []), { passed: 1, skipped: 1, failed: [], flaky: [] });
  });

  it('counts a test as passed, and flaky, that passes by itself', () => {
    const second = { code: 0, outcomes: [outcome('two', 'passed')] };
    assert.deepEqual(verdict(first, [[alone, second]]), { passed: 2, skipped: 0, failed: [], flaky: [two] });
  });

  it('counts a test as failed that fails again, or whose second try is lost', () => {
    for (const outcomes of [[outcome('two', 'failed')], []]) {
      const failed = verdict(first, [[alone, { code: 1, outcomes }]]);
      assert.deepEqual(failed, { passed: 1, skipped: 0, failed: [two], flaky: [] });
    }
  });

  it('counts the steps of a path as they went the second time', () => {
    const path = {
      code: 1,
      outcomes: [outcome('one', 'passed'), outcome('two', 'failed'), outcome('three', 'skipped')],
    };
    const good = { code: 0, outcomes: ['one', 'two', 'three'].map((title) => outcome(title, 'passed')) };
    const whole: SecondTry = { modules: ['a.js'] };
    assert.deepEqual(verdict(path, [[whole, good]]), { passed: 3, skipped: 0, failed: [], flaky: [two] });
    const later = { code: 1, outcomes: [...good.outcomes.slice(0, 2), outcome('three', 'failed')] };
    assert.deepEqual(verdict(path, [[whole, later]]), {
      passed: 2,
      skipped: 0,
      failed: [{ title: 'three', why: 'three is wrong' }],
      flaky: [two],
    });
  });

  it('is one failure where it ended badly twice without a word, and flaky where it did once', () => {
    const lost = { code: 1, outcomes: [] };
    const all: SecondTry = { modules: files };
    const trouble = { title: 'ended with the exit code 1', why: 'See above.' };
    assert.deepEqual(verdict(lost, [[all, lost]]), { passed: 0, skipped: 0, failed: [trouble], flaky: [] });
    const good = { code: 0, outcomes: [outcome('one', 'passed')] };
    assert.deepEqual(verdict(lost, [[all, good]]), { passed: 1, skipped: 0, failed: [], flaky: [trouble] });
    // A check of the project has no second try.
    assert.deepEqual(verdict(lost, []), { passed: 0, skipped: 0, failed: [trouble], flaky: [] });
  });

  it('tells a hook that failed once beside what failed the second time', () => {
    const hook = { code: 1, outcomes: [outcome('hook', 'failed', { needsModule: true })] };
    const second = { code: 1, outcomes: [outcome('one', 'passed'), outcome('two', 'failed')] };
    assert.deepEqual(verdict(hook, [[{ modules: ['a.js'] }, second]]), {
      passed: 1,
      skipped: 0,
      failed: [two],
      flaky: [{ title: 'hook', why: 'hook is wrong' }],
    });
  });

  it('counts a step as failed that the second try did not come to', () => {
    const second = { code: 1, outcomes: [outcome('one', 'failed'), outcome('two', 'skipped')] };
    assert.deepEqual(verdict(first, [[{ modules: ['a.js'] }, second]]), {
      passed: 0,
      skipped: 1,
      failed: [{ title: 'one', why: 'one is wrong' }, two],
      flaky: [],
    });
  });

  it('leaves what was not tried again as it was', () => {
    const other = outcome('other', 'passed', { module: 'b.js' });
    const second = { code: 0, outcomes: [outcome('two', 'passed')] };
    const { passed } = verdict({ code: 1, outcomes: [...first.outcomes, other] }, [[alone, second]]);
    assert.equal(passed, 3);
  });
});
