import assert from 'node:assert/strict';
import { autoRefresh, type Viewer } from '../../../src/fleet/autoRefresh';
import type { Fleet } from '../../../src/fleet/fleet';
import { type Disposable, Emitter } from '../../../src/forge/emitter';
import { ForgeWorld, type TestFocus } from '../forgeWorld';

const second = 1_000;
const minute = 60_000;

/** The pause before that is tried again which Forge could not answer, in milliseconds. */
const againMs = 15_000;

describe('The fleet is read', () => {
  let world: ForgeWorld;
  let looked: Emitter<void>;
  let isLooking: boolean;
  let intervalMs: number;
  let focus: TestFocus;
  let fleet: Fleet;
  let reading: Disposable;

  const look = (now: boolean) => {
    isLooking = now;
    looked.fire();
  };
  /** How often all was read, once that is over: a reading begins at once, or not at all. */
  const readings = async () => {
    await world.time.during(fleet.open());
    await world.time.settle();
    await world.time.until('an end', () => !fleet.isRefreshing);
    const paths = (await world.control.requests()).map(({ path }) => path);
    const count = paths.filter((path) => path === '/orgs').length;
    assert.equal(paths.filter((path) => path === '/orgs/acme/sites').length, count);
    assert.ok(count > 0 || paths.length === 0, 'no other request either');
    return count;
  };

  beforeEach(async () => {
    world = await ForgeWorld.make();
    await world.openWindow().signIn();
    // Another window has read it, and this one shows it from the snapshot.
    const here = world.openWindow();
    ({ fleet, focus } = here);
    await world.time.during(here.accounts.signIn(world.simulator.token));
    focus.set(false);
    looked = new Emitter();
    isLooking = false;
    intervalMs = 5 * minute;
    const viewer: Viewer = { isLooking: () => isLooking, onDidChange: looked.event };
    reading = autoRefresh(here.accounts, fleet, [viewer], focus, () => intervalMs);
    await world.control.clearRequests();
  });

  afterEach(async () => {
    reading.dispose();
    await world.end();
  });

  it('when one comes back to the window and what is seen is older than the setting says, and else not at all', async () => {
    world.time.set(6 * minute);
    assert.equal(await readings(), 0, 'nobody looks');
    focus.set(true);
    assert.equal(await readings(), 0, 'nobody looks, though the window has the focus');
    focus.set(false);
    look(true);
    assert.equal(await readings(), 0, 'one looks at another window');
    focus.set(true);
    assert.equal(await readings(), 1);
    focus.set(false);
    await world.time.pass(4 * minute);
    focus.set(true);
    assert.equal(await readings(), 1, 'it is young');
    await world.time.pass(2 * minute);
    assert.equal(await readings(), 1, 'it grows old while one is there, which costs nothing');
    focus.set(false);
    focus.set(true);
    assert.equal(await readings(), 2);
  });

  it('not because something changes in a window in which one stays', async () => {
    look(true);
    focus.set(true);
    assert.equal(await readings(), 0);
    await world.time.pass(6 * minute);
    const [entry] = fleet.allSites().filter(({ site }) => site.latestDeployment);
    const latest = entry?.site.latestDeployment;
    assert.ok(entry && latest);
    fleet.setDeployment(entry.key, { ...latest, id: `${latest.id}1`, createdAt: world.clock.now() });
    // Other windows are told.
    await world.time.pass(second);
    assert.deepEqual(world.time.pauses, []);
    assert.equal(await readings(), 0);
    await world.control.fault({ path: '/orgs$', status: 500, body: '{}', times: 3 });
    await world.time.during(fleet.refresh('user'));
    await world.control.clearRequests();
    await world.time.pass(againMs - second);
    assert.equal(await readings(), 0);
    await world.time.pass(second);
    assert.equal(await readings(), 1, 'but where Forge has failed');
    await world.time.pass(6 * minute);
    assert.equal(await readings(), 1, 'once');
    assert.deepEqual(world.time.pauses, []);
  });

  it('when the view is opened and what it shows is old', async () => {
    focus.set(true);
    world.time.set(6 * minute);
    look(true);
    assert.equal(await readings(), 1);
  });

  it('as often as the setting says', async () => {
    intervalMs = 10 * minute;
    look(true);
    world.time.set(6 * minute);
    focus.set(true);
    assert.equal(await readings(), 0);
    focus.set(false);
    world.time.set(5 * minute);
    focus.set(true);
    assert.equal(await readings(), 1);
  });
});
