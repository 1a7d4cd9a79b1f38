import assert from 'node:assert/strict';
import type { DeploymentEnd } from '../../../src/deployments/deploymentTracker';
import type { SiteEntry } from '../../../src/fleet/rows';
import type { Deployment } from '../../../src/forge/resources';
import { sampleSites } from '../../sampleWorkspace';
import type { DeploymentWish } from '../../simulator/control';
import { TestMemory, type TestWindow, worldOfBlock } from '../forgeWorld';

const minute = 60_000;
const blogName = 'blog.example.com';

describe('A deployment that is followed', () => {
  const block = worldOfBlock();
  let window: TestWindow;
  let ends: DeploymentEnd[];

  const told = () =>
    ends.map(({ site, outcome: { kind, deployment }, own }) => `${site.site.name} ${kind} ${deployment.status} ${own}`);
  const listen = (to: Pick<TestWindow, 'tracker'>) => {
    ends = [];
    to.tracker.onDidEnd((end) => ends.push(end));
  };
  /** Has somebody in this window deploy a site. */
  const deploy = async (
    name: string,
    wish: Partial<DeploymentWish> = {},
  ): Promise<{ readonly entry: SiteEntry; readonly deployment: Deployment; readonly isFollowed: () => boolean }> => {
    const { world } = block;
    await world.control.nextDeployment({ site: name, ...wish });
    const entry = window.site(name);
    const deployment = await world.time.during(entry.account.client.call('deploy', window.pathOf(entry)));
    return { entry, deployment, isFollowed: () => window.tracker.isFollowing(entry.key, deployment.id) };
  };
  /** When looks at a deployment were taken, in milliseconds. */
  const looks = async (id: string) =>
    (await block.world.control.requests())
      .filter(({ path }) => path.endsWith(`/deployments/${id}`))
      .map(({ time }) => time);

  beforeEach(() => {
    ({ window } = block);
    listen(window);
  });

  it('is one that somebody else began, once a refresh has seen it', async () => {
    const { world } = block;
    const { id } = await world.control.startDeployment({ site: sampleSites.develop });
    await world.time.during(window.fleet.refresh());
    const { key, site } = window.site(sampleSites.develop);
    assert.equal(site.latestDeployment?.id, String(id));
    assert.ok(window.tracker.isFollowing(key, String(id)));
    await world.time.until('its end', () => !window.tracker.isFollowing(key, String(id)));
    assert.equal(window.site(sampleSites.develop).site.latestDeployment?.status, 'finished');
    assert.deepEqual(told(), [`${sampleSites.develop} ended finished false`]);
  });

  it('is found by who listens only when it is known, and so is the end of one that was begun here', async () => {
    const { world } = block;
    const { entry, deployment } = await deploy(sampleSites.main);
    await world.time.pass(60_000);
    const { id } = await world.control.startDeployment({ site: sampleSites.develop, seconds: 4_000 });
    await world.time.during(window.fleet.refresh());
    const memory = new TestMemory();
    await memory.update('forge.ownDeployments', [`${entry.key}/${deployment.id}`]);
    const late = window.trackerWith(memory);
    try {
      listen({ tracker: late });
      assert.equal(late.count, 0);
      late.findAll();
      assert.ok(late.isFollowing(window.site(sampleSites.develop).key, String(id)));
      assert.equal(late.count, 1);
      assert.deepEqual(told(), [`${sampleSites.main} ended finished true`]);
    } finally {
      late.dispose();
    }
  });

  it('is followed through errors on the way', async () => {
    const { world } = block;
    const { entry, deployment, isFollowed } = await deploy(sampleSites.develop);
    const path = '/deployments/\\d+$';
    await world.control.fault({ path, status: 404, body: '{"message":"Not found."}', times: 2 });
    await world.control.fault({ path, status: 200, headers: { 'content-type': 'text/html' }, body: '<p>' });
    window.tracker.follow(entry, deployment, false);
    await world.time.until('its end', () => !isFollowed());
    assert.deepEqual(told(), [`${sampleSites.develop} ended finished false`]);
  });

  it('runs beside others to an end of its own', async () => {
    const { world } = block;
    const wanted = [
      [sampleSites.main, 'failed'],
      [sampleSites.develop, 'finished'],
      [blogName, 'cancelled'],
    ] as const;
    for (const [name, end] of wanted) {
      const { entry, deployment } = await deploy(name, { end });
      window.tracker.follow(entry, deployment, true);
    }
    assert.equal(window.tracker.count, 3);
    await world.time.until('three ends', () => ends.length === 3);
    assert.deepEqual(told().sort(), wanted.map(([name, end]) => `${name} ended ${end} true`).sort());
    for (const [name, end] of wanted) {
      assert.equal(window.site(name).site.latestDeployment?.status, end);
    }
    assert.equal(window.tracker.count, 0);
  });

  it('behind another one comes to an end as well, and both are shown', async () => {
    const { world } = block;
    await world.time.during(window.history.of(window.site(sampleSites.develop)));
    const first = await deploy(sampleSites.develop);
    window.tracker.follow(first.entry, first.deployment, true);
    const second = await deploy(sampleSites.develop);
    window.tracker.follow(second.entry, second.deployment, true);
    await world.time.until('both ends', () => !first.isFollowed() && !second.isFollowed());
    const known = window.history.known(first.entry.key) ?? [];
    assert.deepEqual(
      known.slice(0, 2).map(({ id, status }) => [id, status]),
      [second, first].map(({ deployment: { id } }) => [id, 'finished']),
    );
  });

  it('and has ended is told of once, however late somebody asks for it to be followed', async () => {
    const { world } = block;
    const { entry, deployment, isFollowed } = await deploy(sampleSites.develop);
    window.tracker.follow(entry, deployment, true);
    await world.time.until('its end', () => ends.length > 0);
    await world.control.clearRequests();
    window.tracker.follow(window.site(sampleSites.develop), deployment, true);
    assert.ok(!isFollowed());
    await world.time.pass(minute);
    assert.deepEqual(await looks(deployment.id), []);
    assert.deepEqual(told(), [`${sampleSites.develop} ended finished true`]);
  });

  it('is let go of as soon as its account signs out, without an end and without another request', async () => {
    const { world } = block;
    const { entry, deployment } = await deploy(sampleSites.develop, { seconds: 4_000 });
    const dropped: string[] = [];
    window.tracker.onDidDrop(({ siteKey, deployment: { id } }) => dropped.push(`${siteKey} ${id}`));
    window.tracker.follow(entry, deployment, true);
    await world.time.pass(minute);
    await world.control.clearRequests();
    window.accounts.signOut(entry.account);
    assert.deepEqual([window.tracker.count, dropped], [0, [`${entry.key} ${deployment.id}`]]);
    await world.time.pass(10 * minute);
    assert.deepEqual([await looks(deployment.id), told()], [[], []]);
  });

  it('and that Forge does not know any more is told of as vanished, and what was there before is shown', async () => {
    const { world } = block;
    const before = window.site(sampleSites.develop).site.latestDeployment;
    await world.time.during(window.history.of(window.site(sampleSites.develop)));
    const { entry, deployment } = await deploy(sampleSites.develop);
    const path = `/deployments/${deployment.id}$`;
    await world.control.fault({ path, status: 404, body: '{"message":"Gone."}', times: 0 });
    window.tracker.follow(entry, deployment, false);
    await world.time.until('its end', () => ends.length > 0);
    assert.equal(ends[0]?.outcome.kind, 'vanished');
    assert.equal((await looks(deployment.id)).length, 3, 'it can be late to appear');
    assert.equal(window.site(sampleSites.develop).site.latestDeployment?.id, before?.id);
  });

  describe('that does not get on', () => {
    it('is given up after a quarter of an hour, once, and is then in a state that nobody knows', async () => {
      const { world } = block;
      const { entry, deployment, isFollowed } = await deploy(blogName, { end: 'hang' });
      const begun = world.time.elapsed();
      window.tracker.follow(entry, deployment, true);
      await world.time.until('its end', () => ends.length > 0);
      const after = world.time.elapsed() - begun;
      assert.ok(after >= 15 * minute && after < 16 * minute, `${after} ms`);
      const outcome = ends[0]?.outcome;
      assert.deepEqual(
        [outcome?.kind, outcome?.kind === 'lost' && outcome.afterMs, ends[0]?.own],
        ['lost', 15 * minute, true],
      );
      // It is still running when it is looked at again, and that does not begin anew.
      await world.time.during(window.fleet.refresh());
      assert.ok(!isFollowed());
      assert.equal(window.site(blogName).site.latestDeployment?.status, 'unknown');
      await world.time.pass(minute);
      assert.equal(ends.length, 1);
    });

    it('is not given up while it waits for its turn, and has its whole time once it has begun', async () => {
      const { world } = block;
      await deploy(sampleSites.develop, { end: 'hang' });
      const { entry, deployment, isFollowed } = await deploy(sampleSites.develop, { end: 'hang' });
      window.tracker.follow(entry, deployment, true);
      await world.time.sleep(30 * minute);
      await world.time.pass(10_000);
      assert.ok(isFollowed(), 'twice as long as one may take');
      await world.time.during(entry.account.client.call('resetDeploymentStatus', window.pathOf(entry)));
      await world.time.pass(20_000);
      await world.time.sleep(14 * minute);
      await world.time.pass(10_000);
      assert.ok(isFollowed(), 'it has just begun');
      assert.equal(window.site(sampleSites.develop).site.latestDeployment?.status, 'deploying');
      await world.time.pass(minute);
      assert.deepEqual(told(), [`${sampleSites.develop} lost deploying true`]);
    });

    it('is not given up by who cannot ask for longer than it may take', async () => {
      const { world } = block;
      const { entry, deployment, isFollowed } = await deploy(blogName, { seconds: 3_600 });
      await world.control.fault({ path: `/deployments/${deployment.id}$`, drop: true, times: 0 });
      window.tracker.follow(entry, deployment, true);
      await world.time.pass(minute);
      await world.time.sleep(20 * minute);
      await world.time.pass(minute);
      assert.ok(isFollowed());
      await world.control.clearFaults();
      await world.control.switch({ advance: 5_000 });
      await world.time.until('its end', () => ends.length > 0);
      assert.deepEqual(told(), [`${blogName} ended finished true`]);
    });

    it('because Forge refuses to tell of it is asked for more and more seldom', async () => {
      const { world } = block;
      const { entry, deployment } = await deploy(blogName, { seconds: 3_600 });
      await world.control.fault({ path: `/deployments/${deployment.id}$`, status: 403, body: '{}', times: 0 });
      window.tracker.follow(entry, deployment, true);
      await world.time.pass(5 * minute);
      const times = await looks(deployment.id);
      const pauses = times.slice(1).map((time, index) => Math.round((time - (times[index] ?? 0)) / 1_000));
      assert.deepEqual(pauses.slice(0, 3), [3, 5, 7]);
      assert.ok(Math.min(...pauses.slice(5)) >= 33 && Math.max(...pauses) <= 40, pauses.join(' '));
    });
  });

  it('is seen to its end by who sleeps through it, and by who is signed in to another account meanwhile', async () => {
    const { world } = block;
    await world.control.nextDeployment({ site: sampleSites.develop, seconds: 4_000 });
    const { id } =
      (await world.time.during(window.deployer.deploySite(window.site(sampleSites.develop)))) ?? assert.fail();
    await world.control.setUser('colleague', ['empty-org']);
    await world.time.during(window.accounts.signIn(await world.control.createToken({ user: 'colleague' })));
    assert.ok(window.tracker.isFollowing(window.site(sampleSites.develop).key, id));
    // The network comes back a moment after the machine, and what ended in between is told by Forge.
    await world.control.fault({ method: 'GET', path: `/deployments/${id}$`, drop: true, times: 3 });
    await world.time.sleep(2 * 3_600_000);
    await world.time.until('its end', () => ends.length > 0);
    assert.deepEqual(told(), [`${sampleSites.develop} ended finished true`]);
  });

  it('is shown as Forge says where that is no word of today, and has ended when Forge says when', async () => {
    const { world } = block;
    const { entry, deployment, isFollowed } = await deploy(sampleSites.develop, { seconds: 4_000 });
    const path = `/deployments/${deployment.id}$`;
    const present = () => window.site(sampleSites.develop).site.latestDeployment?.status;
    await world.control.fault({ path, patch: { status: 'levitating' }, times: 0 });
    window.tracker.follow(entry, deployment, true);
    await world.time.until('the word', () => present() === 'levitating');
    assert.ok(isFollowed());
    await world.control.clearFaults();
    const ended_at = new Date(world.clock.now()).toISOString();
    await world.control.fault({ path, patch: { status: 'levitating', ended_at }, times: 0 });
    await world.time.until('its end', () => ends.length > 0);
    assert.deepEqual(told(), [`${sampleSites.develop} ended levitating true`]);
    assert.ok(!isFollowed());
  });

  describe('in a window without focus', () => {
    it('is looked at only where it was begun there, and otherwise when the focus is back', async () => {
      const { world } = block;
      const { id } = await world.control.startDeployment({ site: sampleSites.develop, seconds: 400 });
      await world.time.during(window.fleet.refresh('user'));
      window.focus.set(false);
      const own = await deploy(sampleSites.main, { seconds: 400 });
      window.tracker.follow(own.entry, own.deployment, true);
      assert.equal(window.tracker.count, 2);
      // A pause that has begun goes on.
      await world.time.pass(10_000);
      await world.control.clearRequests();
      await world.time.pass(minute);
      assert.ok((await looks(own.deployment.id)).length >= 5, 'at the pace of one');
      assert.deepEqual(await looks(String(id)), []);
      await world.control.switch({ advance: 500 });
      window.focus.set(true);
      await world.time.until('both ends', () => window.tracker.count === 0);
      assert.equal(ends.length, 2);
    });
  });

  it('is looked at with three others at once and no more, however many run', async () => {
    const { world } = block;
    const delay = 100;
    const some = window.fleet
      .allSites()
      .filter(({ server }) => server !== null)
      .slice(0, 10);
    assert.equal(some.length, 10);
    await world.control.fault({ method: 'GET', path: '/deployments/\\d+$', delay, times: 0 });
    for (const { site, organization } of some) {
      await world.control.startDeployment({ site: Number(site.id), organization: organization.slug, seconds: 500 });
    }
    await world.time.during(window.fleet.refresh('user'));
    assert.equal(window.tracker.count, 10);
    await world.control.switch({ advance: 1_000 });
    await world.control.clearRequests();
    // The machine wakes from a sleep, after which all looks are due.
    await world.time.sleep(60_000);
    await world.time.until('their ends', () => window.tracker.count === 0);
    assert.equal(ends.length, 10);
    const times = (await world.control.requests())
      .filter(({ path }) => /\/deployments\/\d+$/.test(path))
      .map(({ time }) => time);
    assert.ok(times.length >= 10);
    for (const [index, time] of times.entries()) {
      const fourBefore = times[index - 4];
      assert.ok(fourBefore === undefined || time - fourBefore >= delay, 'five looks at once');
    }
  });

  describe('and whose window is closed', () => {
    /** Loads the window again, which knows what it knew before. */
    const load = async () => {
      const { world, token } = block;
      window = world.openWindow(window.memory);
      listen(window);
      await window.signIn(token);
    };

    it('is one’s own when the window is loaded again', async () => {
      const { world } = block;
      const { entry, deployment, isFollowed } = await deploy(sampleSites.develop, { seconds: 300 });
      window.tracker.follow(entry, deployment, true);
      world.closeWindows();
      await load();
      assert.ok(isFollowed());
      await world.time.until('its end', () => ends.length > 0);
      assert.deepEqual(told(), [`${sampleSites.develop} ended finished true`]);
    });

    it('is told of where it has ended meanwhile, once, also where Forge could not be asked at first', async () => {
      const { world } = block;
      const first = await deploy(sampleSites.develop, { end: 'failed' });
      window.tracker.follow(first.entry, first.deployment, true);
      const later = await deploy(sampleSites.develop);
      window.tracker.follow(later.entry, later.deployment, true);
      world.closeWindows();
      await world.control.switch({ advance: 200 });
      // The one that is not the latest cannot be asked for at first.
      await world.control.fault({ path: `/deployments/${first.deployment.id}$`, status: 403, body: '{}', times: 1 });
      await load();
      await world.time.until('the first answer', () => ends.length === 1);
      await world.time.during(window.fleet.refresh('user'));
      await world.time.until('the second', () => ends.length === 2);
      assert.deepEqual(told().sort(), [
        `${sampleSites.develop} ended failed true`,
        `${sampleSites.develop} ended finished true`,
      ]);
      assert.deepEqual(window.memory.get('forge.ownDeployments'), []);
      await world.time.during(window.fleet.refresh('user'));
      await world.time.pass(minute);
      assert.equal(ends.length, 2);
      await load();
      assert.deepEqual(ends, []);
    });

    it('is not told of where it has ended more than an hour before', async () => {
      const { world } = block;
      const { entry, deployment } = await deploy(sampleSites.develop);
      window.tracker.follow(entry, deployment, true);
      world.closeWindows();
      await world.time.sleep(2 * 3_600_000);
      await load();
      await world.time.pass(minute);
      assert.deepEqual(ends, []);
      assert.deepEqual(window.memory.get('forge.ownDeployments'), []);
    });
  });
});
