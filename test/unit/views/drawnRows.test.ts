import assert from 'node:assert/strict';
import { Clock } from '../../../src/forge/clock';
import { DrawnRows, drawMs, restMs } from '../../../src/views/drawnRows';
import { VirtualTime } from '../../virtualTime';

interface Row {
  readonly id: string;
  readonly key: string;
}

const row = (id: string): Row => ({ id, key: id });

describe('Drawn rows', () => {
  let time: VirtualTime;
  let drawn: DrawnRows<Row>;
  let roots: readonly Row[];
  let looks: Record<string, string>;
  /** What VS Code was told to update: the id of a row, or all. */
  let told: string[];
  let draws: number;

  beforeEach(() => {
    time = new VirtualTime({ hasIo: false });
    roots = [];
    looks = {};
    told = [];
    draws = 0;
    drawn = new DrawnRows<Row>(
      new Clock(time),
      {
        look: ({ id }) => looks[id] ?? '',
        below: (node) => (node ? [] : roots),
        dependence: () => ({ rows: false, look: false }),
      },
      () => {
        draws += 1;
      },
    );
    drawn.onDidChange((node) => {
      told.push(node?.id ?? 'all');
    });
  });

  afterEach(() => {
    drawn.dispose();
    time.dispose();
  });

  /** VS Code asks for the rows at the top, and how they look. */
  function give(): void {
    drawn.give(undefined, roots);
    for (const each of roots) {
      drawn.giveLook(each, looks[each.id] ?? '');
    }
  }

  it('are drawn at once where there were none', async () => {
    give();
    await time.pass(2 * restMs);
    roots = [row('a')];
    drawn.redraw(['a']);
    assert.deepEqual(told, ['all']);
    assert.equal(draws, 1);
  });

  it('are drawn once, however many changes come before VS Code has asked for the first ones', async () => {
    give();
    await time.pass(2 * restMs);
    roots = [row('a')];
    drawn.redraw(['a']);
    roots = [row('a'), row('b')];
    drawn.redraw(['b']);
    give();
    await time.pass(drawMs);
    assert.deepEqual(told, ['all']);
  });

  it('are updated also where VS Code has asked for them twice, and dropped the rows that came last', async () => {
    const [first] = drawn.give(undefined, [row('a')]);
    assert.ok(first);
    drawn.giveLook(first, '');
    const [again] = drawn.give(undefined, [row('a')]);
    assert.equal(again, first);
    roots = [row('a')];
    looks = { a: 'changed' };
    drawn.redraw(['a']);
    await time.pass(drawMs);
    assert.deepEqual(told, ['a']);
  });

  it('are other rows where something about them but their look has changed', () => {
    const [first] = drawn.give(undefined, [row('a')]);
    const [again] = drawn.give(undefined, [{ id: 'a', key: 'b' }]);
    assert.notEqual(again, first);
    assert.equal(drawn.node('a'), again);
  });

  it('are collected while there is nothing to draw yet, and wait for nobody then', async () => {
    give();
    drawn.redraw(['a']);
    assert.deepEqual(told, []);
    await time.pass(drawMs - 1);
    roots = [row('a')];
    drawn.redraw(['a']);
    assert.deepEqual(told, ['all']);
    give();
    await time.pass(drawMs);
    assert.deepEqual(told, ['all'], 'what was collected has been drawn');
    assert.equal(draws, 1);
  });

  it('are not drawn right after VS Code was given some, but a moment later', async () => {
    roots = [row('a')];
    give();
    looks = { a: 'changed' };
    drawn.redraw(['a']);
    await time.pass(drawMs - 1);
    give();
    looks = { a: 'changed again' };
    await time.pass(2 * restMs - 1);
    assert.deepEqual(told, [], 'one that was to be drawn meanwhile');
    await time.pass(1);
    assert.deepEqual(told, ['a']);

    const [again] = drawn.give(undefined, roots);
    assert.ok(again);
    looks = { a: 'older' };
    drawn.draw(again);
    roots = [row('b')];
    drawn.redrawAll();
    assert.deepEqual(told, ['a'], 'nor one by itself, nor all');
    await time.pass(2 * restMs);
    assert.deepEqual(told, ['a', 'all']);
  });

  it('are drawn together once there are some, and only those that look different', async () => {
    roots = [row('a'), row('b'), row('c')];
    give();
    looks = { a: 'failed', c: 'failed' };
    drawn.redraw(['a', 'b']);
    drawn.redraw(['c']);
    await time.pass(drawMs - 1);
    assert.deepEqual(told, []);
    await time.pass(1);
    assert.deepEqual(told, ['a', 'c']);
  });
});
