import assert from 'node:assert/strict';
import { watchLinkedSites } from '../../../src/deployments/watchLinkedSites';
import { autoRefresh } from '../../../src/fleet/autoRefresh';
import type { SiteEntry } from '../../../src/fleet/rows';
import { type Disposable, Emitter } from '../../../src/forge/emitter';
import { quiet } from '../../quietLog';
import { sampleSites } from '../../sampleWorkspace';
import { type TestWindow, worldOfBlock } from '../forgeWorld';

describe('The sites that a window is about', () => {
  const block = worldOfBlock();
  let window: TestWindow;
  let names: string[];
  let watching: Disposable;
  const linked = new Emitter<SiteEntry | undefined>();

  /** Lets time pass. @returns of which sites it was asked meanwhile whether somebody has begun a deployment */
  const asked = async (ms: number): Promise<readonly string[]> => {
    const { control, time } = block.world;
    await control.clearRequests();
    await time.pass(ms);
    const ids = (await control.requests())
      .filter(({ query }) => query['page[size]'] === '1')
      .map(({ path }) => /sites\/(\d+)\/deployments$/.exec(path)?.[1]);
    return ids.map((id) => window.fleet.allSites().find(({ site }) => site.id === id)?.site.name ?? assert.fail());
  };

  beforeEach(() => {
    ({ window } = block);
    names = [sampleSites.main];
    const entries = () => names.map((name) => window.site(name));
    watching = watchLinkedSites(
      window.fleet,
      {
        get entry() {
          return entries()[0];
        },
        get entries() {
          return entries();
        },
        onDidChange: linked.event,
      },
      window.tracker,
      {
        get visible() {
          return window.view.visible;
        },
        onDidChangeVisibility: window.view.onDidChangeVisibility,
      },
      window.focus,
      quiet,
    );
  });

  afterEach(() => watching.dispose());

  it('are asked twice a minute for deployments begun elsewhere while the tree is seen, and else once', async () => {
    assert.equal((await asked(120_500)).length, 4);
    window.show(false);
    await asked(30_000);
    assert.equal((await asked(120_500)).length, 2);
  });

  it('show such a deployment, which is followed, and are not asked again until it has ended', async () => {
    const { control, time } = block.world;
    const { id } = await control.startDeployment({ site: sampleSites.main, seconds: 300 });
    const { key } = window.site(sampleSites.main);
    await time.until('it to be followed', () => window.tracker.isFollowing(key, String(id)), 31_000);
    assert.equal(window.site(sampleSites.main).site.latestDeployment?.id, String(id));
    assert.deepEqual(await asked(120_000), []);
    await time.until('its end', () => !window.tracker.isFollowing(key, String(id)));
    assert.equal((await asked(60_500)).length, 2);
  });

  it('take turns, so that several cost no more than one', async () => {
    names = [sampleSites.main, sampleSites.develop];
    assert.deepEqual((await asked(120_500)).toSorted(), [
      sampleSites.main,
      sampleSites.main,
      sampleSites.develop,
      sampleSites.develop,
    ]);
  });

  it('are not asked in a window without focus, and again when it is back', async () => {
    window.focus.set(false);
    assert.deepEqual(await asked(300_000), []);
    window.focus.set(true);
    assert.deepEqual(await asked(30_500), [sampleSites.main]);
  });

  it('go on being watched after an error', async () => {
    await block.world.control.fault({ path: '/deployments$', status: 403, body: '{}' });
    assert.equal((await asked(60_500)).length, 2);
  });

  it('cost a window that nobody touches a look twice a minute, and nothing besides wakes it or is told', async () => {
    const { control, time } = block.world;
    const { accounts, fleet, focus, history, tracker } = window;
    const visible = { isLooking: () => true, onDidChange: window.view.onDidChangeVisibility };
    const refreshing = autoRefresh(accounts, fleet, [visible], focus, () => 600_000);
    await time.pass(30_500);
    await control.clearRequests();
    const woken: string[] = [];
    const told: string[] = [];
    const after = time.after.bind(time);
    time.after = (ms, work, wait) =>
      after(
        ms,
        () => {
          woken.push(`${wait} of ${ms} ms`);
          work();
        },
        wait,
      );
    const listeners = [
      fleet.onDidChange(() => told.push('the fleet')),
      fleet.onDidChangeDeployment(() => told.push('a deployment')),
      history.onDidChange(() => told.push('the history')),
      tracker.onDidLook(() => told.push('a look')),
    ];
    try {
      await time.pass(120_000);
      assert.equal((await control.requests()).length, 4);
      assert.deepEqual(told, []);
      // The first of the four pauses had begun before.
      assert.deepEqual(woken, Array(3).fill('timer of 30000 ms'));
    } finally {
      time.after = after;
      for (const listener of [...listeners, refreshing]) {
        listener.dispose();
      }
    }
  });
});
