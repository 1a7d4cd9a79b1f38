import assert from 'node:assert/strict';
import { RecentSites } from '../../../src/fleet/recentSites';
import { type Memory, recordIn, textIn, textsIn } from '../../../src/ui/memory';
import { Arrangements } from '../../../src/views/arrangement';

describe('What is kept over a reload', () => {
  const holding = (value: unknown): Memory => ({ get: () => value, update: async () => undefined });

  it('counts as far as it makes sense, whatever another version or anybody else has put there', () => {
    for (const kept of [undefined, null, 7, 'text', true, [], [7, null, 'a'], {}, { group: 'tag', order: 7 }]) {
      const memory = holding(kept);
      assert.deepEqual(textsIn(memory, 'key'), Array.isArray(kept) ? kept.filter((text) => text === 'a') : []);
      assert.equal(textIn(memory, 'key'), kept === 'text' ? 'text' : undefined);
      assert.equal(Object.getPrototypeOf(recordIn(memory, 'key')), Object.prototype);
      assert.ok(new RecentSites(memory, memory).keys().every((key) => typeof key === 'string'));
      assert.ok(['server', 'tag'].includes(new Arrangements(memory).present.group));
      assert.equal(new Arrangements(memory).present.order, 'name');
    }
  });
});
