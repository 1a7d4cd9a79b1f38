import assert from 'node:assert/strict';
import type { DeploymentEnd } from '../../simulator/control';
import { ForgeClient, type TestDocument } from './forgeClient';

const terminal = ['finished', 'failed', 'failed-build', 'cancelled'];

describe('A simulated deployment', () => {
  let forge: ForgeClient;
  let path: string;
  beforeEach(async () => {
    forge = await ForgeClient.start({ limit: 100_000 });
    path = await forge.sitePath('shop.example.com');
  });
  afterEach(() => forge.simulator.close());

  const deploy = async (): Promise<string> => {
    const response = await forge.send(`${path}/deployments`, { method: 'POST' });
    assert.equal(response.status, 202);
    const { data } = (await response.json()) as TestDocument;
    assert.deepEqual(
      [data.attributes.status, data.attributes.started_at, data.attributes.ended_at],
      ['queued', null, null],
    );
    return data.id;
  };
  const statusOf = async (id: string): Promise<string> =>
    (await forge.one(`${path}/deployments/${id}`)).data.attributes.status;
  const logOf = async (id: string): Promise<string> =>
    (await forge.one(`${path}/deployments/${id}/log`)).data.attributes.output;
  const ended = (id: string): Promise<string> =>
    forge.until(async () => {
      const status = await statusOf(id);
      return terminal.includes(status) ? status : undefined;
    });

  for (const end of terminal as DeploymentEnd[]) {
    it(`goes from queued to ${end} while its log grows`, async () => {
      await forge.control.switch({ speed: 0 });
      await forge.control.nextDeployment({ site: 'shop.example.com', end });
      const id = await deploy();
      await forge.control.switch({ advance: 1 });
      assert.equal(await statusOf(id), 'pending');
      const logs: string[] = [];
      for (let second = 2; second < 20; second += 4) {
        await forge.control.switch({ advance: second === 2 ? 1 : 4 });
        assert.equal(await statusOf(id), 'deploying');
        logs.push(await logOf(id));
      }
      await forge.control.switch({ advance: 4 });
      const { attributes } = (await forge.one(`${path}/deployments/${id}`)).data;
      assert.equal(attributes.status, end);
      assert.ok(attributes.started_at <= attributes.ended_at);
      logs.push(await logOf(id));
      await forge.control.switch({ speed: 100 });
      for (const [index, log] of logs.entries()) {
        const before = logs[index - 1] ?? '';
        assert.ok(log.length > before.length && log.startsWith(before), 'each log continues the one before');
      }
      const last = logs.at(-1) ?? '';
      assert.ok(last.split('\n').length > 40);
      assert.ok(last.includes('\u001b[32m'));
      assert.match(
        last,
        {
          finished: /Deployment complete/,
          failed: /\/home\/forge\/shop\.example\.com\/releases\/\d+\/app\/Models\/Order\.php.*42/,
          'failed-build': /\[vite\]: Rollup failed to resolve/,
          cancelled: /built in/,
        }[end],
      );
    });
  }

  it('takes its twenty seconds by the clock, divided by the speed', async () => {
    const started = performance.now();
    const id = await deploy();
    assert.equal(await ended(id), 'finished');
    assert.ok(performance.now() - started >= 195);
  });

  it('has no log before it deploys, and a status only while it runs', async () => {
    await forge.control.switch({ speed: 0 });
    const id = await deploy();
    assert.equal((await forge.send(`${path}/deployments/${id}/log`)).status, 404);
    assert.equal((await forge.one(`${path}/deployments/status`)).data.attributes.status, 'queued');
    const site = await forge.one(path.replace(/servers\/\d+\//, ''));
    assert.equal(site.data.attributes.deployment_status, 'Queued');
    await forge.control.switch({ speed: 100 });
    assert.equal(await ended(id), 'finished');
    assert.equal((await forge.send(`${path}/deployments/status`)).status, 404);
    assert.equal((await forge.one(path.replace(/servers\/\d+\//, ''))).data.attributes.deployment_status, null);
  });

  it('waits behind the one that runs', async () => {
    const { id: first } = await forge.control.startDeployment({
      site: 'shop.example.com',
      seconds: 8,
      commit: { message: 'Pushed' },
    });
    const second = await deploy();
    await forge.until(async () => {
      // In this order: what still runs afterwards ran before.
      const behind = await statusOf(second);
      if (!terminal.includes(await statusOf(String(first)))) {
        assert.equal(behind, 'queued');
        return undefined;
      }
      return true;
    });
    assert.equal(await ended(second), 'finished');
    const { attributes } = (await forge.one(`${path}/deployments/${first}`)).data;
    assert.equal(attributes.type, 'push');
    assert.equal(attributes.commit.message, 'Pushed');
  });

  it('is over, and of that time, where it began long ago', async () => {
    const { id } = await forge.control.startDeployment({ site: 'shop.example.com', seconds: 2, minutesAgo: 20 });
    const read = async (deployment: string) => (await forge.one(`${path}/deployments/${deployment}`)).data.attributes;
    const [earlier, later] = [await read(String(id)), await read(await deploy())];
    assert.equal(earlier.status, 'finished');
    const [began, ended, now] = [earlier.created_at, earlier.ended_at, later.created_at].map((date) =>
      Date.parse(String(date)),
    );
    assert.ok(Number(ended) - Number(began) <= 3_000);
    assert.ok(Number(now) - Number(began) >= 20 * 60_000);
  });

  it('hangs when told to, until its status is cleared', async () => {
    await forge.control.nextDeployment({ site: 'shop.example.com', end: 'hang', seconds: 4 });
    const id = await deploy();
    await forge.until(async () => ((await statusOf(id)) === 'deploying' ? true : undefined));
    assert.equal((await forge.send(`${path}/deployments/status`, { method: 'DELETE' })).status, 202);
    assert.equal(await statusOf(id), 'cancelled');
  });

  it('comes last in the list, first when the newest are asked for, and is found by its commit', async () => {
    const id = await deploy();
    await ended(id);
    const oldestFirst = await forge.list(`${path}/deployments`);
    assert.equal(oldestFirst.data.at(-1)?.id, id);
    const [newest] = (await forge.list(`${path}/deployments?sort=-created_at`)).data;
    assert.equal(newest?.id, id);
    const hash = newest?.attributes.commit.hash.slice(0, 9);
    assert.deepEqual(
      (await forge.list(`${path}/deployments?filter[commit_hash]=${hash}`)).data.map((row) => row.id),
      [id],
    );
  });
});
