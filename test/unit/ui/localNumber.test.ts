import assert from 'node:assert/strict';
import { localNumber } from '../../../src/ui/localNumber';

describe('A whole number', () => {
  it('is written as its language writes it, in each that there is', () => {
    for (const language of ['en', 'de', 'es', 'fr', 'ja', 'pt-br', 'zh-cn']) {
      for (const value of [0, 7, 42, 999, 1_000, 5_000, 12_345, 1_234_567]) {
        assert.equal(localNumber(value, language), value.toLocaleString(language), language);
      }
    }
    assert.equal(localNumber(1_230, 'en'), '1,230');
  });
});
