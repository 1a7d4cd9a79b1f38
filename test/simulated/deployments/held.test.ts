import assert from 'node:assert/strict';
import { DeploymentOutputs } from '../../../src/deployments/deploymentOutputs';
import { LastOnes } from '../../../src/ui/lastOnes';
import { sampleSites } from '../../sampleWorkspace';
import { type TestWindow, worldOfBlock } from '../forgeWorld';

/** How many objects and entries hang on an object, but for those that are left out and what is bounded by itself. */
function heldBy(root: object, leftOut: readonly object[]): number {
  const seen = new Set<unknown>(leftOut);
  const waiting: unknown[] = [root];
  let held = 0;
  for (let value = waiting.pop(); value !== undefined || waiting.length > 0; value = waiting.pop()) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) {
      continue;
    }
    seen.add(value);
    if (value instanceof LastOnes) {
      continue;
    }
    held += 1;
    if (value instanceof Map || value instanceof Set) {
      held += value.size;
      waiting.push(...value.keys(), ...value.values());
    }
    for (const { value: part } of Object.values(Object.getOwnPropertyDescriptors(value))) {
      held += typeof part === 'string' ? 1 : 0;
      waiting.push(part);
    }
  }
  return held;
}

describe('A window that follows one deployment after the other', () => {
  const block = worldOfBlock();
  let window: TestWindow;

  beforeEach(() => {
    ({ window } = block);
  });

  /** Somebody deploys the main site so often, each is followed to its end. */
  const followed = async (times: number): Promise<void> => {
    const { control, time } = block.world;
    for (let count = 0; count < times; count += 1) {
      const { id } = await control.startDeployment({ site: sampleSites.main, seconds: 20 });
      const entry = window.site(sampleSites.main);
      const { api, key } = entry;
      window.tracker.follow(entry, await time.during(api.call('showDeployment', { deployment: String(id) })), false);
      await time.until('its end', () => !window.tracker.isFollowing(key, String(id)));
    }
  };

  it('holds no more after many than after some, also of a site whose list is open', async () => {
    const outputs = new DeploymentOutputs(window.fleet, window.tracker);
    const entry = window.site(sampleSites.main);
    window.interests.add(entry.key);
    await block.world.time.during(window.history.of(entry));
    const held = () => heldBy({ window, outputs }, [block.world]);
    await followed(11);
    const before = held();
    assert.equal(window.history.last(entry.key).length, 10);
    await followed(3);
    assert.equal(held(), before);
    outputs.dispose();
  });

  it('still reads all that its list no longer holds', async () => {
    const { time } = block.world;
    const { history } = window;
    const entry = window.site(sampleSites.main);
    // More than the list holds.
    await followed(11);
    await time.during(history.of(entry));
    const readAll = async () => {
      while (history.hasMore(entry.key)) {
        await time.during(history.more(entry));
      }
      return history.last(entry.key).length;
    };
    const before = await readAll();
    await followed(3);
    assert.equal(history.last(entry.key).length, before);
    assert.equal(await readAll(), before + 3);
    assert.equal(new Set(history.last(entry.key).map(({ id }) => id)).size, before + 3);
  });
});

describe('The last ones', () => {
  it('are kept, and no other', () => {
    const last = new LastOnes<number>(3);
    for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) {
      last.set(key, value);
    }
    last.set('a', 4).set('d', 5);
    assert.deepEqual([...last], [...Object.entries({ c: 3, a: 4, d: 5 })]);
  });
});
