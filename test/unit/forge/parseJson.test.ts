import assert from 'node:assert/strict';
import { parseJson } from '../../../src/forge/parseJson';
import { countSteps } from '../../countSteps';
import fc from '../../fastCheck';

const millions = 5_000_000;

describe('An answer of Forge', () => {
  it('is read like any JSON, whatever its length', async () => {
    const value = fc.dictionary(
      fc.string(),
      fc.oneof(fc.string(), fc.constantFrom('\\', '"', '\\"', '[,:{', '\u001b[31m')),
    );
    const asyncProperty = fc.asyncProperty(value, fc.boolean(), async (written, isLong) => {
      const text = JSON.stringify({ ...written, '': isLong ? '\\"'.repeat(150_000) : 1 });
      assert.deepEqual(await parseJson(text), JSON.parse(text));
      assert.equal(await parseJson(`${text}]`), undefined);
    });
    await fc.assert(asyncProperty, { numRuns: 50 });
  });

  for (const [what, part] of [
    ['lines', '\\u001b[31mone, {two}: [three]\\n'],
    ['quotes', '\\"'],
    ['backslashes', '\\\\'],
  ] as const) {
    it(`is looked at once before it is parsed, in slices, if it has a log of megabytes, of ${what}`, async () => {
      const text = `{"data":{"id":"1","attributes":{"output":"${part.repeat(millions / part.length)}"}}}`;
      let read: unknown;
      const { steps, longestSlice } = await countSteps(async () => {
        read = await parseJson(text);
      });
      assert.deepEqual(read, JSON.parse(text));
      assert.ok(steps < 4 * text.length, `${steps}`);
      // A search for the next quote is one stretch: a millisecond for megabytes.
      assert.ok(what !== 'quotes' || longestSlice < 400_000, `${longestSlice}`);
    });
  }

  for (const part of ['{},', '{"a":1},', '"a",', '[[],', '1,', '"x":1,', '[']) {
    it(`is not parsed if it is ${part} by the million, which takes long`, async () => {
      const text = `[${part.repeat(millions / part.length)}1]`;
      assert.equal(await parseJson(text), undefined);
    });
  }
});
