import assert from 'node:assert/strict';
import { deploymentOf } from '../../../src/deployments/pushFollower';
import type { Deployment } from '../../../src/forge/resources';
import { sampleSites } from '../../sampleWorkspace';
import { type TestWindow, worldOfBlock } from '../forgeWorld';

describe('The deployment of a commit', () => {
  const deployment = (id: string, hash: string | null, status = 'finished') =>
    ({ id, status, commit: { hash }, endedAt: null }) as unknown as Deployment;
  const none: ReadonlySet<string> = new Set();

  it('is the one that names it', () => {
    const newest = [deployment('12', 'b'), deployment('11', 'c'), deployment('10', 'a')];
    assert.equal(deploymentOf('c', newest, new Set(['10']))?.id, '11');
    assert.equal(deploymentOf('d', newest, new Set(['10'])), undefined);
  });

  it('is none that was there before: the commit may have been deployed before what was taken back', () => {
    const newest = [deployment('11', 'd'), deployment('10', 'c')];
    assert.equal(deploymentOf('c', newest, new Set(['11'])), undefined);
    assert.equal(deploymentOf('c', [deployment('12', 'c', 'deploying'), ...newest], new Set(['11']))?.id, '12');
  });

  it('is one that runs and names none yet, and not one that has ended so', () => {
    assert.equal(deploymentOf('c', [deployment('12', null, 'queued')], none)?.id, '12');
    assert.equal(deploymentOf('c', [deployment('12', null)], none), undefined);
    assert.equal(deploymentOf('c', [deployment('12', null, 'queued')], new Set(['12'])), undefined);
  });
});

describe('After a push, its deployment', () => {
  const block = worldOfBlock();
  let window: TestWindow;
  /** The commit that is pushed: another one in each test. */
  let hash: string;
  let pushes = 0;

  const looks = async () =>
    (await block.world.control.requests()).filter(
      ({ method, path, query }) => method === 'GET' && path.endsWith('/deployments') && query['page[size]'] === '3',
    );
  const staging = () => window.site(sampleSites.develop);
  /** Git tells of a push of the branch that the site deploys. */
  const push = () => window.pushed.fire({ site: staging(), commit: hash });

  beforeEach(() => {
    ({ window } = block);
    pushes += 1;
    hash = `c0ffee${pushes}`.padEnd(40, '0');
    assert.equal(staging().site.pushToDeploy, true);
  });

  it('is found in a few looks and followed like one’s own', async () => {
    const { control, time } = block.world;
    const ends: boolean[] = [];
    window.tracker.onDidEnd(({ outcome, own }) => outcome.deployment.commit.hash === hash && ends.push(own));
    push();
    await time.pass(5_000);
    const { id } = await control.startDeployment({ site: sampleSites.develop, commit: { hash } });
    await time.until('it to be followed', () => window.tracker.isFollowing(staging().key, String(id)));
    assert.equal((await looks()).length, 2);
    await time.until('its end', () => ends.length > 0);
    assert.deepEqual(ends, [true]);
  });

  it('is told of, once, also where it is over before it is found', async () => {
    const { control, time } = block.world;
    const ends: boolean[] = [];
    window.tracker.onDidEnd(({ own }) => ends.push(own));
    push();
    await control.startDeployment({ site: sampleSites.develop, commit: { hash } });
    await control.switch({ advance: 1_000 });
    await time.pass(3 * 60_000);
    assert.deepEqual(ends, [true]);
  });

  it('is told of also where a refresh has seen it before git told of the push', async () => {
    const { control, time } = block.world;
    const { id } = await control.startDeployment({ site: sampleSites.develop, commit: { hash } });
    await time.during(window.fleet.refresh('user'));
    assert.equal(staging().site.latestDeployment?.id, String(id));
    const ends: boolean[] = [];
    window.tracker.onDidEnd(({ own }) => ends.push(own));
    push();
    await time.until('its end', () => ends.length > 0);
    assert.deepEqual(ends, [true]);
  });

  it('is looked for six times in two minutes and no more, where none comes', async () => {
    const { clock, time } = block.world;
    const before = clock.now();
    push();
    await time.pass(60_000);
    // Who asks for the same is given the same.
    assert.equal(await time.during(window.pushes.find(staging(), hash, new Set())), undefined);
    await time.pass(10 * 60_000);
    const times = (await looks()).map((request) => request.time - before);
    const pauses = times.map((at, index) => Math.round((at - (times[index - 1] ?? 0)) / 1_000));
    assert.deepEqual(pauses, [2, 4, 8, 16, 30, 60]);
  });

  it('is looked for on five sites at once and no more, where a branch is deployed to many', async () => {
    const many = window.fleet
      .allSites()
      .filter(({ server }) => server)
      .slice(0, 7)
      .map((entry) => ({ ...entry, site: { ...entry.site, pushToDeploy: true } }));
    assert.equal(many.length, 7);
    for (const site of many) {
      window.pushed.fire({ site, commit: hash });
    }
    await block.world.time.pass(5 * 60_000);
    assert.deepEqual(
      [...new Set((await looks()).map(({ path }) => /sites\/(\d+)/.exec(path)?.[1]))].sort(),
      many
        .slice(0, 5)
        .map(({ site }) => site.id)
        .sort(),
    );
  });

  it('is not looked for where Forge begins none by itself', async () => {
    const entry = staging();
    window.pushed.fire({ site: { ...entry, site: { ...entry.site, pushToDeploy: false } }, commit: hash });
    await block.world.time.pass(5 * 60_000);
    assert.deepEqual(await looks(), []);
  });
});
