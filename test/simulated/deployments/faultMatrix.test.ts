import assert from 'node:assert/strict';
import type { Account } from '../../../src/account/session';
import { DeploymentOutputs } from '../../../src/deployments/deploymentOutputs';
import type { SiteEntry } from '../../../src/fleet/rows';
import { isEnd } from '../../../src/forge/deploymentStatus';
import { LogReader } from '../../../src/logs/logReader';
import { OpenLog } from '../../../src/logs/openLog';
import { explain } from '../../../src/ui/explain';
import { assertTold, type Call, faultRows, type Row, type Told, titleOf, unfollowed } from '../../faults';
import { quiet } from '../../quietLog';
import { sampleSites } from '../../sampleWorkspace';
import type { RequestRecord } from '../../simulator/control';
import { ForgeWorld, type TestWindow } from '../forgeWorld';

const blogName = 'blog.example.com';

describe('What a person is told', () => {
  let world: ForgeWorld;
  let window: TestWindow;
  let account: Account;
  let users = 0;
  let isDisturbed: (request: RequestRecord) => boolean;

  before(async () => {
    world = await ForgeWorld.make();
  });

  after(() => world.end());

  /** Does what the row is about, and answers what a person is told of it. */
  const calls: Readonly<Record<Call, { readonly title: string; readonly make: (row: Row) => Promise<Told> }>> = {
    open: {
      title: 'who opens a site',
      make: async (row) => {
        const entry = window.site(sampleSites.develop);
        await disturb(row, { path: `/sites/${entry.site.id}/deployments$` });
        const reading = window.history.of(entry).then((deployments) => {
          assert.ok(deployments.length > 0);
          return undefined;
        }, sentenceOf);
        return during(row, reading);
      },
    },
    log: {
      title: 'who views a log',
      make: async (row) => {
        const entry = window.site(sampleSites.develop);
        const deployment = entry.site.latestDeployment;
        assert.ok(deployment);
        await disturb(row, { path: `/deployments/${deployment.id}/log$` });
        const text = await during(row, readLog(entry, deployment.id));
        return text.startsWith(`Deploying ${entry.site.name} `) ? undefined : text.replace(/\n$/, '');
      },
    },
    deploy: {
      title: 'who deploys',
      make: async (row) => {
        const entry = window.site(blogName);
        // What is still deployed would be waited for by the next deployment.
        await world.control.endDeployments();
        await disturb(row, {
          method: 'POST',
          path: `/sites/${entry.site.id}/deployments$`,
          times: row.fault.status === 429 ? 1 : 0,
        });
        const begun = await during(row, window.deployer.deploySite(entry).catch(sentenceOf));
        if (typeof begun !== 'string') {
          assert.ok(begun);
          assert.equal(begun.id, await newestOf(entry), 'the one that has begun');
          const latest = window.site(blogName).site.latestDeployment;
          const hasEnded = latest?.id === begun.id && isEnd(latest);
          assert.ok(window.tracker.isFollowing(entry.key, begun.id) || hasEnded);
        }
        const posts = (await world.control.requests()).filter(
          ({ method, status }) => method === 'POST' && status !== 429,
        );
        assert.equal(posts.length, 1, 'a deployment is asked for once');
        return typeof begun === 'string' ? begun : undefined;
      },
    },
    follow: {
      title: 'who watches a deployment',
      make: async (row) => {
        const entry = window.site(blogName);
        const { tracker, message } = window;
        // It runs for as long as the fault takes, and ends when it is told to.
        await world.control.endDeployments();
        await world.control.nextDeployment({ site: blogName, seconds: 500 });
        const deployment = await world.time.during(entry.account.client.call('deploy', window.pathOf(entry)));
        await disturb(row, { path: `/deployments/${deployment.id}$` });
        const isFollowed = () => tracker.isFollowing(entry.key, deployment.id);
        let looks = 0;
        const listener = tracker.onDidLook((look) => {
          looks += look.deployment.id === deployment.id ? 1 : 0;
        });
        tracker.follow(entry, deployment, true);
        if (row.isLate) {
          await world.time.pass(60_000);
        }
        await world.time.until('a look at it', () => looks > 0 || !isFollowed());
        listener.dispose();
        if (!isFollowed()) {
          return unfollowed;
        }
        assert.equal(window.site(blogName).site.latestDeployment?.id, deployment.id, 'it stays where it was shown');
        await world.control.switch({ advance: 1_000 });
        await world.time.until('its end', () => !isFollowed());
        assert.equal(window.site(blogName).site.latestDeployment?.status, 'finished');
        assert.equal(window.message, message);
        return undefined;
      },
    },
    refresh: {
      title: 'who refreshes the tree',
      make: async (row) => {
        const { fleet } = window;
        const rows = () => [...fleet.allServers(), ...fleet.allSites()].map(({ key }) => key);
        const before = rows();
        await disturb(row, { path: '^/orgs/acme/sites$' });
        await during(row, fleet.refresh('user'));
        assert.deepEqual(rows(), before, 'the rows that were there stay');
        assert.equal(fleet.state, 'ready');
        const { message } = window;
        const [, sentence] = /^(.+) Last updated [^.]+\.$/s.exec(message) ?? [];
        assert.equal(sentence === undefined, message === '', message);
        // What it took over of a disturbed list is not for the tests after it.
        await world.control.clearFaults();
        await world.time.during(fleet.refresh('user'));
        return sentence;
      },
    },
  };

  for (const row of faultRows) {
    describe(`of ${row.what}`, () => {
      before(async () => {
        // A user of its own: what limiter, rows and history remember of one fault does not touch the next.
        users += 1;
        await world.control.setUser(`reader-${users}`, ['acme']);
        window = world.openWindow();
        account = await window.signIn(await world.control.createToken({ user: `reader-${users}` }));
      });

      beforeEach(async () => {
        await world.control.clearFaults();
        // An answer as usual, after which the limiter does not take Forge for one that fails again and again.
        await world.time.during(account.client.call('me', {}));
      });

      after(async () => {
        await world.control.clearFaults();
        world.closeWindows();
      });

      for (const call of Object.keys(calls) as Call[]) {
        const { title, make } = calls[call];
        it(`${title}: ${titleOf(row[call])}`, async () => {
          const told = await make(row);
          assert.ok((await world.control.requests()).some(isDisturbed), 'what is disturbed was asked for');
          assertTold(told, row[call]);
        });
      }
    });
  }

  async function disturb({ fault }: Row, which: { method?: string; path: string; times?: number }): Promise<void> {
    await world.control.clearRequests();
    const { method = 'GET', path } = which;
    await world.control.fault({ ...fault, method, ...which });
    isDisturbed = (request) => request.method === method && new RegExp(path).test(request.path);
  }

  /** Waits for what is done. Where no answer comes in time, patience has to end. */
  async function during<T>({ isLate = false }: Row, work: Promise<T>): Promise<T> {
    if (isLate) {
      work.catch(() => undefined);
      await world.time.pass(60_000);
    }
    return world.time.during(work);
  }

  async function newestOf({ site: { name } }: SiteEntry): Promise<string> {
    const sites = (await world.control.fleet()).organizations[0]?.servers.flatMap((server) => server.sites);
    return String(sites?.find((candidate) => candidate.name === name)?.latestDeployment?.id);
  }

  /** Reads a log as somebody does who opens it. @returns what stands in its document */
  async function readLog(entry: SiteEntry, deploymentId: string): Promise<string> {
    const outputs = new DeploymentOutputs(window.fleet, window.tracker);
    const reader = new LogReader(window.fleet, outputs, quiet, 'en');
    const source = { kind: 'deployment', key: entry.key, id: deploymentId } as const;
    const log = new OpenLog({ path: '/a.log' } as OpenLog['uri'], source, {
      read: (open) => reader.read(open),
      isVisible: () => true,
      onDraw: () => undefined,
    });
    await log.read();
    reader.dispose();
    outputs.dispose();
    return log.text;
  }
});

function sentenceOf(error: unknown): string {
  return explain(error).sentence;
}
