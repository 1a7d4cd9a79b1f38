import assert from 'node:assert/strict';
import { type DeploymentOutput, DeploymentOutputs, hurryMs } from '../../../src/deployments/deploymentOutputs';
import type { SiteEntry } from '../../../src/fleet/rows';
import { writtenPart } from '../../../src/forge/writtenOutput';
import { readFailure } from '../../../src/logs/failureIn';
import { LogReader } from '../../../src/logs/logReader';
import { OpenLog } from '../../../src/logs/openLog';
import { readWithDeployment } from '../../../src/logs/readAgain';
import { quiet } from '../../quietLog';
import { sampleSites } from '../../sampleWorkspace';
import type { DeploymentWish } from '../../simulator/control';
import { worldOfBlock } from '../forgeWorld';

const site = sampleSites.main;

describe('An output that is not written yet', () => {
  const missing = 'cat: /home/forge/.forge/provision-1.output: No such file or directory\n';

  it('is known by the words of cat, alone or as the last line', () => {
    for (const said of [
      missing,
      'cat: /home/forge/.forge/provision-1.output: No such file or directory',
      'cat: /home/shop/.forge/command-7.output: No such file or directory\r\n',
      'cat: /root/.forge/scheduled-12.log: No such file or directory\n\n',
      "tail: cannot open '/home/forge/.forge/daemon-3.log' for reading: No such file or directory\n",
    ]) {
      assert.deepEqual(writtenPart(said), { text: '', isWritten: false }, said);
      assert.deepEqual(writtenPart(`From github.com\n${said}`), { text: 'From github.com\n', isWritten: false }, said);
    }
  });

  it('is not what a script says of other files, or says before more', () => {
    for (const said of [
      '',
      'cat: /home/forge/shop/version.txt: No such file or directory\n',
      `${missing}Done.\n`,
      `+ cat ~/.forge/x\n${missing.trimEnd()} (ignored)\n`,
      `${'x'.repeat(5_000_000)}`,
      `${'\n'.repeat(5_000_000)}`,
    ]) {
      assert.deepEqual(writtenPart(said), { text: said, isWritten: true });
    }
  });
});

describe('The output of a deployment', () => {
  const block = worldOfBlock();
  let outputs: DeploymentOutputs;

  beforeEach(() => {
    outputs = new DeploymentOutputs(block.window.fleet, block.window.tracker);
  });

  afterEach(() => outputs.dispose());

  /** Deploys and sees the end. */
  const deployed = async (wish: Partial<DeploymentWish>): Promise<{ entry: SiteEntry; id: string }> => {
    const { world, window } = block;
    const entry = window.site(site);
    await world.control.nextDeployment({ site, seconds: 2, ...wish });
    const deployment = await world.time.during(entry.account.client.call('deploy', window.pathOf(entry)));
    window.tracker.follow(entry, deployment, true);
    await world.time.until('the end', () => !window.tracker.isFollowing(entry.key, deployment.id));
    await world.control.clearRequests();
    return { entry, id: deployment.id };
  };

  const asked = async () => (await block.world.control.requests()).filter(({ path }) => path.endsWith('/log')).length;

  /** The texts that a document shows, one after another, when somebody opens it. */
  const openDocument = (entry: SiteEntry, deploymentId: string) => {
    const { window } = block;
    const shown: string[] = [];
    const reader = new LogReader(window.fleet, outputs, quiet, 'en');
    const source = { kind: 'deployment', key: entry.key, id: deploymentId } as const;
    const log = new OpenLog({ path: '/a.log' } as OpenLog['uri'], source, {
      read: (open) => reader.read(open),
      isVisible: () => true,
      onDraw: ({ text }) => shown.push(text),
    });
    const listener = readWithDeployment({ all: () => [log] }, window.tracker);
    const close = () => {
      listener.dispose();
      log.close();
      reader.dispose();
    };
    return { shown, log, close };
  };

  it('is asked for again after the end until it is there, and told as the whole only then', async () => {
    const { entry, id } = await deployed({ end: 'failed', late: { answers: 3 } });
    const first = await outputs.read(entry, id);
    assert.deepEqual([first.text, first.state, first.againInMs], ['', 'late', 2_000]);
    const whole = await block.world.time.during(outputs.whole(entry, id));
    assert.equal(whole.state, 'final');
    assert.match(whole.text, /SQLSTATE/);
    assert.equal(await asked(), 4);
  });

  it('is not told as the whole where its beginning is there', async () => {
    const { entry, id } = await deployed({ end: 'failed', late: { answers: 2, isBehind: true } });
    const first = await outputs.read(entry, id);
    assert.equal(first.state, 'late');
    assert.match(first.text, /Creating release|FETCH_HEAD/);
    assert.doesNotMatch(first.text, /cat: /);
    const whole = await block.world.time.during(outputs.whole(entry, id));
    assert.ok(whole.state === 'final' && whole.text.startsWith(first.text) && whole.text.length > first.text.length);
  });

  it('is late as well where Forge knows none, or it is empty', async () => {
    const { entry, id } = await deployed({ end: 'failed' });
    for (const fault of [{ status: 404, body: '{}' }, { patch: { output: '' } }]) {
      await block.world.control.fault({ path: '/log$', times: 1, ...fault });
      const { state, againInMs } = await outputs.read(entry, id);
      assert.equal(state, 'late');
      assert.ok(againInMs !== undefined);
    }
    assert.equal((await outputs.read(entry, id)).state, 'final');
  });

  it('is given up after a minute, at ever longer pauses, and sooner by who has something to tell', async () => {
    const { entry, id } = await deployed({ end: 'failed', late: { answers: 100 } });
    const { time } = block.world;
    const started = time.elapsed();
    const told = await time.during(outputs.whole(entry, id, hurryMs));
    assert.equal(told.state, 'late');
    assert.ok(time.elapsed() - started <= hurryMs);
    assert.equal((await time.during(outputs.whole(entry, id))).state, 'late');
    const took = time.elapsed() - started;
    assert.ok(took > 55_000 && took < 125_000, `${took} ms`);
    const requests = await asked();
    assert.ok(requests <= 11, `${requests} requests`);
    // Whoever opens it later asks once more.
    assert.equal((await outputs.read(entry, id)).againInMs, undefined);
  });

  it('of long ago is asked for once', async () => {
    const entry = block.window.site(site);
    // Others have deployed the site meanwhile, in whatever order.
    const latest = await entry.api.first('listDeployments');
    const longAgo = latest.find(({ createdAt }) => Number(createdAt) < block.world.clock.now() - 3_600_000);
    assert.ok(longAgo);
    await block.world.control.clearRequests();
    await block.world.control.fault({ path: '/log$', times: 0, status: 404, body: '{}' });
    const output: DeploymentOutput = await outputs.whole(entry, longAgo.id);
    assert.deepEqual([output.state, output.againInMs, await asked()], ['late', undefined, 1]);
  });

  it('is growing while it runs, whatever is there', async () => {
    const { world, window } = block;
    const entry = window.site(site);
    await world.control.nextDeployment({ site, seconds: 1_000 });
    const deployment = await world.time.during(entry.account.client.call('deploy', window.pathOf(entry)));
    window.tracker.follow(entry, deployment, true);
    await world.control.fault({
      path: '/log$',
      times: 1,
      patch: { output: 'cat: /home/forge/.forge/provision-1.output: No such file or directory' },
    });
    assert.deepEqual(await outputs.read(entry, deployment.id), { text: '', state: 'running', againInMs: undefined });
  });

  it('is the reason that is told of a failure, also where it is late', async () => {
    const { entry, id } = await deployed({ end: 'failed', log: 'artisan without Collision', late: { answers: 2 } });
    const failure = await block.world.time.during(readFailure(outputs, entry, id));
    assert.equal(failure?.reason, 'Class "Laravel\\Telescope\\TelescopeApplicationServiceProvider" not found');
    const { entry: other, id: never } = await deployed({ end: 'failed', late: { answers: 100 } });
    assert.equal(await block.world.time.during(readFailure(outputs, other, never)), undefined);
  });

  it('comes into its document by itself when it is there', async () => {
    const { entry, id } = await deployed({ end: 'failed', late: { answers: 3 } });
    const { shown, log, close } = openDocument(entry, id);
    await block.world.time.during(log.read());
    assert.deepEqual([shown, log.isComplete], [['No output yet.'], false]);
    await block.world.time.until('the log', () => shown.some((text) => /SQLSTATE/.test(text)));
    assert.equal(log.isComplete, true);
    assert.ok(!shown.some((text) => /cat: /.test(text)));
    close();
  });

  it('stays in its document while it is not there for a moment', async () => {
    const { entry, id } = await deployed({ end: 'failed', late: { answers: 2, isBehind: true } });
    const { shown, log, close } = openDocument(entry, id);
    await log.read();
    const [begun] = shown;
    assert.match(begun ?? '', /Creating release|FETCH_HEAD/);
    for (const output of [
      'cat: /home/forge/.forge/provision-1.output: No such file or directory',
      'From github.com\ncat: /home/forge/.forge/provision-1.output: No such file or directory',
    ]) {
      await block.world.control.fault({ path: '/log$', times: 1, patch: { output } });
      await log.read();
      assert.deepEqual([shown, log.isComplete], [[begun], false]);
    }
    await block.world.time.until('the whole', () => log.isComplete);
    assert.match(shown.at(-1) ?? '', /SQLSTATE/);
    close();
  });

  it('costs one request once it is whole, whoever shows or tells it', async () => {
    const { entry, id } = await deployed({ end: 'failed' });
    const failure = await block.world.time.during(readFailure(outputs, entry, id));
    const { shown, log, close } = openDocument(entry, id);
    await log.read();
    assert.deepEqual([log.isComplete, await asked()], [true, 1]);
    assert.ok(failure?.reason && shown[0]?.includes(failure.reason));
    close();
  });

  it('that never comes is said to be missing in its document, and asked for when it is opened again', async () => {
    const { entry, id } = await deployed({ end: 'failed', late: { answers: 8 } });
    const { shown, log, close } = openDocument(entry, id);
    await block.world.time.during(log.read());
    await block.world.time.until('that there is none', () => shown.at(-1) === 'This deployment has no log.');
    assert.equal(log.isComplete, false);
    for (let look = 0; look < 8 && !log.isComplete; look += 1) {
      await log.read();
    }
    assert.match(shown.at(-1) ?? '', /SQLSTATE/);
    close();
  });
});
