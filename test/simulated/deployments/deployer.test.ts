import assert from 'node:assert/strict';
import type { Agreement, Situation } from '../../../src/deployments/preflight';
import { Api } from '../../../src/fleet/api';
import type { SiteEntry } from '../../../src/fleet/rows';
import type { SitePath } from '../../../src/forge/client';
import { explain } from '../../../src/ui/explain';
import type { GitCommit, GitRepository, Place } from '../../../src/workspace/git';
import { sampleSites } from '../../sampleWorkspace';
import { ForgeWorld, type TestWindow, worldOfBlock } from '../forgeWorld';

const blogName = 'blog.example.com';
const old = 'a'.repeat(40);
const pushed = 'b'.repeat(40);

describe('Who deploys a site', () => {
  const block = worldOfBlock();
  let window: TestWindow;

  const posts = async () =>
    (await block.world.control.requests()).filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/deployments'),
    ).length;
  const deploy = (name: string) => block.world.time.during(window.deployer.deploySite(window.site(name)));
  const begunIn = async (name: string): Promise<string> => {
    const sites = (await block.world.control.fleet()).organizations[0]?.servers.flatMap((server) => server.sites);
    return String(sites?.find((candidate) => candidate.name === name)?.latestDeployment?.id);
  };
  /** Has whoever is asked give that answer once they have seen how things stand. @returns what they have seen */
  const answer = (agreement: Agreement | undefined): Situation[] => {
    const seen: Situation[] = [];
    window.talk.ask = async (_, look) => {
      seen.push(await look());
      return agreement;
    };
    return seen;
  };

  beforeEach(() => {
    ({ window } = block);
  });

  it('is asked once and begins one, however often they click while they are asked', async () => {
    const seen = answer('deploy');
    const site = window.site(sampleSites.develop);
    const clicks = Array.from({ length: 10 }, () => window.deployer.deploySite(site));
    assert.ok(window.deployer.isStarting(site));
    const begun = await block.world.time.during(Promise.all(clicks));
    assert.equal(new Set(begun.map((deployment) => deployment?.id)).size, 1);
    assert.equal(await posts(), 1);
    assert.equal(seen.length, 1);
  });

  it('is asked about what files of the workspace begin or propose, whatever the settings say, until they have agreed once', async () => {
    const { time } = block.world;
    const asked: boolean[] = [];
    let agreement: Agreement | undefined;
    window.talk.ask = async (_entry, _look, _now, mustAsk = false) => {
      asked.push(mustAsk);
      return agreement;
    };
    const byTask = async (name: string) => {
      await time.during(window.deployer.deploySite(window.site(name), { isOfWorkspace: true }));
      await time.pass(2_100);
    };
    const byClick = async (name: string) => {
      await deploy(name);
      await time.pass(2_100);
    };
    await byTask(sampleSites.develop);
    await byTask(sampleSites.develop);
    assert.deepEqual(asked, [true, true], 'as long as they do not want it');
    assert.equal(await posts(), 0);
    agreement = 'deploy';
    await byTask(sampleSites.develop);
    await byTask(sampleSites.develop);
    await byClick(sampleSites.develop);
    assert.deepEqual(asked.splice(0), [true, true, true, false, false]);
    window.talk.isProposed = ({ site }) => site.name === blogName;
    await byClick(blogName);
    await byClick(blogName);
    await byClick(sampleSites.main);
    assert.deepEqual(asked, [true, false, false], 'each site for itself');
    assert.equal(await posts(), 6);
  });

  it('begins one by clicks one after the other within two seconds, and another one by a click after that', async () => {
    const { time } = block.world;
    const site = window.site(sampleSites.develop);
    const first = await deploy(sampleSites.develop);
    await time.pass(1_900);
    assert.ok(window.deployer.isStarting(site));
    assert.equal((await deploy(sampleSites.develop))?.id, first?.id);
    assert.equal(await posts(), 1);
    await time.pass(200);
    assert.ok(!window.deployer.isStarting(site));
    assert.notEqual((await deploy(sampleSites.develop))?.id, first?.id);
    assert.equal(await posts(), 2);
  });

  it('begins another one by a click as soon as the first has ended, also while VS Code still writes down that there was one', async () => {
    const { control, time } = block.world;
    const site = window.site(sampleSites.develop);
    let written = () => {};
    window.memory.isReady = new Promise((resolve) => {
      written = resolve;
    });
    const ended = new Promise<string>((resolve) => {
      window.tracker.onDidEnd(({ outcome }) => resolve(outcome.deployment.id));
    });
    await control.nextDeployment({ site: sampleSites.develop, end: 'failed', seconds: 1 });
    const first = window.deployer.deploySite(site);
    const id = await time.during(ended);
    assert.ok(!window.deployer.isStarting(site));
    written();
    assert.equal((await first)?.id, id);
    await time.pass(1_000);
    assert.notEqual((await deploy(sampleSites.develop))?.id, id);
    assert.equal(await posts(), 2);
    await time.pass(1_500);
    assert.ok(window.deployer.isStarting(site), 'the second one is begun once, too');
  });

  it('begins none that they do not agree to, and is asked again by the next click', async () => {
    const seen = answer(undefined);
    assert.equal(await deploy(blogName), undefined);
    assert.ok(!window.deployer.isStarting(window.site(blogName)));
    assert.equal(await deploy(blogName), undefined);
    assert.equal(seen.length, 2);
    assert.equal(await posts(), 0);
  });

  it('begins none on a site of which the server is not known, and is told so', async () => {
    const entry = window.site(blogName);
    const place = { organization: 'acme', server: null, site: entry.site.id };
    const api = new Api<keyof SitePath>(entry.account.client, place, entry.site.name);
    const alone = { ...entry, api, server: null, site: { ...entry.site, serverId: null } };
    await assert.rejects(window.deployer.deploySite(alone), { name: 'PlainError' });
    assert.equal(await posts(), 0);
  });

  it('is asked with the one under way of which only Forge knows, which is followed', async () => {
    const seen = answer(undefined);
    const { id } = await block.world.control.startDeployment({ site: sampleSites.develop, seconds: 4_000 });
    await deploy(sampleSites.develop);
    assert.equal(seen[0]?.site.latestDeployment?.id, String(id));
    assert.ok(seen[0].isAsked);
    assert.ok(window.tracker.isFollowing(window.site(sampleSites.develop).key, String(id)));
  });

  it('is asked with what is known where Forge does not tell how the site stands within three seconds', async () => {
    const { world } = block;
    const seen = answer(undefined);
    await world.control.fault({ method: 'GET', path: '/deployments$', hang: true, times: 0 });
    const known = window.site(sampleSites.main).site;
    const asking = window.deployer.deploySite(window.site(sampleSites.main));
    await world.time.pass(2_900);
    assert.equal(seen.length, 0);
    await world.time.pass(200);
    assert.deepEqual(
      seen.map(({ site, isAsked }) => [site, isAsked]),
      [[known, false]],
    );
    assert.equal(await world.time.during(asking), undefined);
  });

  describe('and gets no word from Forge that it has begun', () => {
    it('has it followed where it has, and it is sent once', async () => {
      const { control } = block.world;
      await control.fault({ method: 'POST', path: '/deployments$', status: 502, body: '', passthrough: true });
      const deployment = await deploy(sampleSites.develop);
      assert.equal(await posts(), 1);
      assert.equal(deployment?.id, await begunIn(sampleSites.develop));
      assert.ok(window.tracker.isFollowing(window.site(sampleSites.develop).key, deployment.id));
    });

    for (const [status, sentence] of [
      [503, /^Forge is down for maintenance/],
      [404, /^This no longer exists in Forge/],
    ] as const) {
      it(`has it followed where the answer was a ${status}, and is told what that says where none has begun`, async () => {
        const { control } = block.world;
        const fault = { method: 'POST', path: '/deployments$', status, body: '' };
        await control.fault({ ...fault, passthrough: true });
        assert.equal((await deploy(sampleSites.develop))?.id, await begunIn(sampleSites.develop));
        await control.fault(fault);
        const refused = await deploy(blogName).catch((error: unknown) => error);
        assert.match(explain(refused).sentence, sentence);
        assert.equal(await posts(), 2);
      });
    }

    it('is told that the site is gone where its deployments are not known either', async () => {
      const { control } = block.world;
      await control.fault({ path: '/deployments$', after: 1, status: 404, body: '', times: 0 });
      const refused = await deploy(blogName).catch((error: unknown) => error);
      assert.match(explain(refused).sentence, /^This no longer exists in Forge/);
    });

    for (const minutes of [-90, -2, 2, 90]) {
      it(`has it followed where the clock of Forge is ${minutes} minutes ahead, and none of before`, async () => {
        const world = await ForgeWorld.make({ aheadMs: minutes * 60_000 });
        try {
          const other = world.openWindow();
          await other.signIn(world.simulator.token);
          other.talk.ask = async (_, look) => look().then(() => 'deploy');
          const site = other.site(sampleSites.develop);
          const path = other.pathOf(site);
          await world.time.during(site.account.client.call('deploy', path));
          await world.time.pass(60_000);
          // What stands when it is asked about cannot be read.
          await world.control.fault({ method: 'GET', path: '/deployments$', status: 403, body: '{}' });
          await world.control.fault({ method: 'POST', path: '/deployments$', status: 502, body: '' });
          await assert.rejects(world.time.during(other.deployer.deploySite(site)), {
            message: /none has started so far/,
          });
          await world.control.fault({ method: 'GET', path: '/deployments$', status: 403, body: '{}' });
          await world.control.fault({
            method: 'POST',
            path: '/deployments$',
            status: 502,
            body: '',
            passthrough: true,
          });
          const begun = await world.time.during(other.deployer.deploySite(site));
          assert.equal(
            begun?.id,
            (await world.time.during(site.account.client.first('listDeployments', path, { count: 1 })))[0]?.id,
          );
        } finally {
          await world.end();
        }
      });
    }

    it('has it found by a second look, three seconds later, where the list is late', async () => {
      const { control, time } = block.world;
      await control.fault({ method: 'POST', path: '/deployments$', status: 502, body: '', passthrough: true });
      // The first look is that of the question.
      await control.fault({ method: 'GET', path: '/deployments$', after: 1, patchDocument: { data: [] } });
      const before = time.elapsed();
      const deployment = await deploy(blogName);
      assert.equal(deployment?.id, await begunIn(blogName));
      const took = time.elapsed() - before;
      assert.ok(took >= 3_000 && took < 3_100, `${took} ms`);
    });

    it('is told so where none has, and it is sent once', async () => {
      await block.world.control.fault({ method: 'POST', path: '/deployments$', status: 502, body: '' });
      await assert.rejects(deploy(blogName), {
        name: 'PlainError',
        message:
          "Forge didn't confirm the deployment of blog.example.com, and none has started so far. Check in Forge before trying again.",
        steps: [
          {
            label: 'Open in Forge',
            command: 'forge.openInForge',
            argument: { kind: 'site', key: window.site(blogName).key },
          },
        ],
      });
      assert.equal(await posts(), 1);
    });

    it('is told so even if another one began just before', async () => {
      const { world } = block;
      const { account } = window.site(blogName);
      const path = window.pathOf(window.site(blogName));
      await world.time.during(account.client.call('deploy', path));
      await world.time.during(account.client.call('deploy', path));
      await world.time.during(window.fleet.refresh());
      await world.control.fault({ method: 'POST', path: '/deployments$', status: 502, body: '' });
      await assert.rejects(deploy(blogName), { message: /none has started so far/ });
    });

    it('is told that nobody knows where it cannot be looked for either', async () => {
      const { control } = block.world;
      await control.fault({ method: 'POST', path: '/deployments$', status: 502, body: '' });
      await control.fault({ method: 'GET', path: '/deployments$', after: 1, status: 403, body: '{}', times: 0 });
      await assert.rejects(deploy(blogName), { message: /Couldn't confirm that/ });
    });
  });

  describe('and pushes first', () => {
    let clone: { local: string; remote: string };
    let onPush: () => Promise<void>;

    /** A clone of a site's repository that is a commit ahead of the remote. */
    const cloneOf = ({ site: { repository } }: SiteEntry): Place => {
      clone = { local: pushed, remote: old };
      const commit = (hash: string): GitCommit => ({ hash, message: 'Second' });
      const state = {
        HEAD: { name: 'develop' },
        remotes: [],
        mergeChanges: [],
        indexChanges: [],
        workingTreeChanges: [],
        // Git tells of its look at once.
        onDidChange: (listener: () => void) => {
          queueMicrotask(listener);
          return { dispose: () => undefined };
        },
      };
      const git = {
        state,
        status: async () => undefined,
        getCommit: async (ref: string) =>
          commit(ref.startsWith('refs/remotes/') ? clone.remote : ref.startsWith('refs/heads/') ? clone.local : ref),
        log: async () => [commit(clone.local)],
        push: async () => {
          await onPush();
          clone.remote = clone.local;
        },
      };
      return {
        root: { path: '/shop' } as Place['root'],
        checkout: {
          branch: 'develop',
          remotes: [{ name: 'origin', url: `git@github.com:${repository?.url}.git` }],
        },
        repository: git as Partial<GitRepository> as GitRepository,
      };
    };

    beforeEach(() => {
      onPush = async () => undefined;
      window.checkouts.push(cloneOf(window.site(sampleSites.develop)));
      answer('push');
      assert.equal(window.site(sampleSites.develop).site.pushToDeploy, true);
    });

    it('gets the deployment that Forge begins by itself, and sends none', async () => {
      const { control } = block.world;
      let id = 0;
      onPush = async () => {
        ({ id } = await control.startDeployment({ site: sampleSites.develop, commit: { hash: pushed } }));
      };
      assert.equal((await deploy(sampleSites.develop))?.id, String(id));
      assert.equal(await posts(), 0);
      assert.ok(window.tracker.isFollowing(window.site(sampleSites.develop).key, String(id)));
    });

    it('gets it also while Forge does not name its commit, and where it was not seen within twenty seconds', async () => {
      const { control, time } = block.world;
      await control.fault({ method: 'GET', path: '/deployments$', after: 1, times: 0, drop: true });
      let id = 0;
      onPush = async () => {
        ({ id } = await control.startDeployment({
          site: sampleSites.develop,
          seconds: 4_000,
          commit: { hash: null },
        }));
      };
      const deploying = window.deployer.deploySite(window.site(sampleSites.develop));
      await time.pass(19_900);
      await control.clearFaults();
      assert.equal((await time.during(deploying))?.id, String(id));
      assert.ok(window.tracker.isFollowing(window.site(sampleSites.develop).key, String(id)));
      assert.equal(await posts(), 0);
    });

    it('is told of its end, once, also where it was over before it was found', async () => {
      const { control, time } = block.world;
      onPush = async () => {
        await control.startDeployment({ site: sampleSites.develop, commit: { hash: pushed } });
        await control.switch({ advance: 1_000 });
      };
      const ends: string[] = [];
      window.tracker.onDidEnd(({ outcome, own }) => ends.push(`${outcome.deployment.commit.hash} ${own}`));
      await deploy(sampleSites.develop);
      await time.pass(60_000);
      assert.deepEqual(ends, [`${pushed} true`]);
      assert.equal(await posts(), 0);
    });

    it('has one begun after twenty seconds in which none has come', async () => {
      const { time } = block.world;
      const before = time.elapsed();
      const begun = await deploy(sampleSites.develop);
      const took = time.elapsed() - before;
      assert.ok(took >= 20_000 && took < 21_000, `${took} ms`);
      assert.equal(begun?.id, await begunIn(sampleSites.develop));
      assert.equal(await posts(), 1);
    });

    it('has one begun at once where Forge does not by itself', async () => {
      const { time } = block.world;
      window.fleet.setPushToDeploy(window.site(sampleSites.develop).key, false);
      const before = time.elapsed();
      await deploy(sampleSites.develop);
      assert.ok(time.elapsed() - before < 1_000);
      assert.equal(await posts(), 1);
    });

    it('deploys nothing where git cannot push, and is told why', async () => {
      onPush = () => Promise.reject(Object.assign(new Error('failed'), { gitErrorCode: 'PushRejected' }));
      await assert.rejects(deploy(sampleSites.develop), {
        name: 'PlainError',
        message: "The remote has commits you don't have. Pull first, then deploy again.",
      });
      onPush = () => Promise.reject(Object.assign(new Error('failed'), { stderr: 'fatal: no route\nmore' }));
      await assert.rejects(deploy(sampleSites.develop), {
        message: "Git couldn't push, so nothing was deployed: fatal: no route.",
      });
      assert.equal(await posts(), 0);
    });
  });
});
