import assert from 'node:assert/strict';
import { holdCost, type Reader, readers, textOf, worstOf } from '../hostileTexts';

describe('What reads remote texts of 5 MB', () => {
  for (const [name, reader] of Object.entries(readers)) {
    it(`is linear, or reads little, of its worst: ${name}`, async () => {
      for (const part of reader.largeParts ?? [await worstOf(reader)]) {
        await holdCost(reader, textOf(part, 5_000_000), part);
      }
    });
  }

  it('is found out where a pattern goes back and forth over a text', async () => {
    const reader: Reader = { read: (text) => /x*y/.test(text), parts: ['x'] };
    await assert.rejects(worstOf(reader), /ms for 40000 characters/);
  });
});
