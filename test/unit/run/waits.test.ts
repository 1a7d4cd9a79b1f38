import assert from 'node:assert/strict';
import { addWaits, noteWait, noWaits, sayWaits, waitsSoFar } from '../../run/waits';

describe('The waits of a run', () => {
  it('are told in one line, and by name what was tried more than three times', () => {
    const waits = addWaits([
      { ...noWaits, insist: { 'to open the log': [1, 5], 'to go up': [2] }, until: { 'the row': [3, 1] } },
      { ...noWaits, insist: { 'to open the log': [4], 'to go up': [3] }, eventually: { 'the state': [7] } },
    ]);
    assert.equal(
      sayWaits(waits),
      '5 steps insisted on, 4 more than once; more than three tries: “to open the log” 5, 4; until: 2 steps, 4 looks; eventually: 1 steps, 7 looks',
    );
  });

  it('are told with their test where they took more than three tries', function () {
    const before = new Set(Object.keys(waitsSoFar().insist));
    noteWait('insist', 'to go down', 3);
    noteWait('insist', 'to go down', 4);
    const own = Object.entries(waitsSoFar().insist).filter(([what]) => !before.has(what));
    for (const [what] of own) {
      // Not one of this run.
      Reflect.deleteProperty(waitsSoFar().insist, what);
    }
    assert.deepEqual(own, [
      ['to go down', [3]],
      [`to go down (${this.test?.fullTitle()})`, [4]],
    ]);
  });

  it('are not told where there were none', () => {
    assert.equal(sayWaits(noWaits), '');
  });
});
