import assert from 'node:assert/strict';
import { GrowingBytes } from '../../../src/logs/growingBytes';
import fc from '../../fastCheck';

describe('The bytes of a text that grows', () => {
  it('are those of the whole, and what was given before stays as it was', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, fc.array(text), (first, more) => {
        const bytes = new GrowingBytes(first);
        let whole = first;
        const given = [{ bytes: bytes.bytes, text: whole }];
        for (const appended of more) {
          bytes.append(appended);
          whole += appended;
          given.push({ bytes: bytes.bytes, text: whole });
        }
        for (const one of given) {
          assert.deepEqual(one.bytes, Buffer.from(one.text));
        }
      }),
    );
  });
});
