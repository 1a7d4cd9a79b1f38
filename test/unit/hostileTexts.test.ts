import assert from 'node:assert/strict';
import { countSteps, cpuMsOf } from '../countSteps';
import { holdCost, readers, textOf, worstOf } from '../hostileTexts';

describe('What reads remote texts', function () {
  // Steps are counted, not time: counting takes its own.
  this.timeout(60_000);

  for (const [name, reader] of Object.entries(readers)) {
    it(`takes twice as much for its worst of twice the length, or reads little: ${name}`, async () => {
      const worst = await worstOf(reader);
      const once = await holdCost(reader, textOf(worst, 40_000), worst);
      const twice = await holdCost(reader, textOf(worst, 80_000), worst);
      assert.ok(twice.steps <= 2.1 * once.steps + 1_000, `${once.steps} steps, then ${twice.steps}`);
    });
  }
});

describe('A reader that goes over a text again and again', () => {
  it('is noticed by what it looks at', async () => {
    const { steps } = await countSteps(() => {
      const text = 'x'.repeat(10_000);
      for (let length = 1; length < text.length; length += 1) {
        text.includes(`${'x'.repeat(length)}y`);
      }
    });
    assert.ok(steps > 25 * 10_000);
  });

  it('is noticed within one pattern, by its time', async () => {
    const msFor = (length: number) => cpuMsOf(() => /x*y/.test('x'.repeat(length)));
    const once = await msFor(5_000);
    assert.ok((await msFor(20_000)) > 6 * once);
  });
});
