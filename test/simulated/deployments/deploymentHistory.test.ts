import assert from 'node:assert/strict';
import type { SiteEntry } from '../../../src/fleet/rows';
import { sampleSites } from '../../sampleWorkspace';
import { type TestWindow, worldOfBlock } from '../forgeWorld';

describe('The history of a site', () => {
  const block = worldOfBlock();
  let window: TestWindow;
  let entry: SiteEntry;

  const read = () => block.world.time.during(window.history.of(entry));
  const asked = async () =>
    (await block.world.control.requests()).filter(({ path }) => path.endsWith(`/sites/${entry.site.id}/deployments`))
      .length;

  beforeEach(() => {
    ({ window } = block);
    entry = window.site(sampleSites.main);
  });

  it('tells the usual duration, and more of it is read on demand, each deployment once', async () => {
    const { world } = block;
    const { history } = window;
    for (let count = 0; count < 35; count += 1) {
      await world.control.startDeployment({ site: sampleSites.main, seconds: 10 + count });
    }
    await world.control.switch({ advance: 10_000 });
    await read();
    assert.equal(history.known(entry.key)?.length, 10);
    assert.ok(history.hasMore(entry.key));
    const took = (history.known(entry.key) ?? [])
      .filter(({ status }) => status === 'finished')
      .slice(0, 5)
      .map(({ startedAt, createdAt, endedAt }) => Number(endedAt) - Number(startedAt ?? createdAt))
      .sort((a, b) => a - b);
    assert.equal(took.length, 5);
    assert.equal(history.usualMs(entry.key), took[2]);
    await read();
    assert.equal(await asked(), 1, 'what was read is there');
    while (history.hasMore(entry.key)) {
      await world.time.during(history.more(entry));
    }
    const all = history.known(entry.key) ?? [];
    assert.ok(all.length > 35);
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    assert.deepEqual(
      all.map(({ id }) => Number(id)),
      all.map(({ id }) => Number(id)).sort((a, b) => b - a),
    );
  });

  it('that may not be seen is asked for once in a minute, however often it is wanted, and anew after a refresh', async () => {
    const { control, time } = block.world;
    await control.fault({ path: '/deployments$', status: 403, body: '{"message":"Forbidden."}', times: 0 });
    for (let wanted = 0; wanted < 3; wanted += 1) {
      await assert.rejects(read(), { kind: 'forbidden' });
      await time.pass(19_000);
    }
    assert.equal(await asked(), 1);
    assert.ok(window.history.failure(entry.key));
    await time.pass(4_000);
    await assert.rejects(read(), { kind: 'forbidden' });
    assert.equal(await asked(), 2);
    window.history.renew();
    await control.clearFaults();
    assert.ok((await read()).length > 0);
  });

  it('stays as it was where it cannot be read again', async () => {
    const before = await read();
    assert.ok(before.length > 0);
    await block.world.control.fault({ path: '/deployments$', status: 500, body: '{}', times: 0 });
    window.history.renew();
    assert.deepEqual(await read(), before);
  });
});
