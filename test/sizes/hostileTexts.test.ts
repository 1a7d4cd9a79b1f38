import assert from 'node:assert/strict';
import { countSteps, cpuMsOf } from '../countSteps';
import { holdCost, type Reader, readers, textOf, worstOf } from '../hostileTexts';

describe('What reads remote texts', () => {
  // Steps are counted, not time: counting takes its own.
  for (const [name, reader] of Object.entries(readers)) {
    it(`takes twice as much for its worst of twice the length, or reads little, up to 5 MB: ${name}`, async () => {
      const worst = await worstOf(reader);
      const once = await holdCost(reader, textOf(worst, 40_000), worst);
      const twice = await holdCost(reader, textOf(worst, 80_000), worst);
      assert.ok(twice.steps <= 2.1 * once.steps + 1_000, `${once.steps} steps, then ${twice.steps}`);
      for (const part of reader.largeParts ?? [worst]) {
        await holdCost(reader, textOf(part, 5_000_000), part);
      }
    });
  }

  it('is found out where a pattern goes back and forth over a text', async () => {
    const reader: Reader = { read: (text) => /x*x?y/.test(text), parts: ['x'] };
    await assert.rejects(worstOf(reader), /ms for 40000 characters/);
  });
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
