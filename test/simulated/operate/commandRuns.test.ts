import assert from 'node:assert/strict';
import { followCommand, startCommand } from '../../../src/operate/commandRuns';
import { artisanCommands, ownCommands } from '../../../src/operate/suggestedCommands';
import { sampleSites } from '../../sampleWorkspace';
import { worldOfBlock } from '../forgeWorld';

describe('A command on a site', () => {
  const block = worldOfBlock();
  const site = () => block.window.site(sampleSites.main);
  const path = () => `/orgs/acme/servers/${site().server?.id}/sites/${site().site.id}/commands`;
  const during = <T>(work: Promise<T>): Promise<T> => block.world.time.during(work);
  const known = async () => new Set((await during(site().api.first('listCommands', {}))).map(({ id }) => id));
  const start = async (command = 'php artisan about') =>
    during(startCommand(site(), command, await known(), block.window.fleet.clock));
  const sent = async () => (await block.world.control.requests()).filter(({ method }) => method === 'POST').length;

  afterEach(async () => {
    await block.world.control.clearFaults();
    await block.world.control.releaseChanges();
  });

  it('is found by its text and time, although Forge tells no id', async () => {
    const before = await known();
    const started = await start();
    assert.ok(started.is === 'found' && !before.has(started.id));
    const { attributes } = await during(site().api.call('showCommand', { command: started.id }));
    assert.equal(attributes.command, 'php artisan about');
  });

  it('is found when it is listed late, and sent once', async () => {
    await block.world.control.clearRequests();
    await block.world.control.nextChange({ method: 'POST', path: '/commands$', appears: 8 });
    assert.equal((await start()).is, 'found');
    assert.equal(await sent(), 1);
  });

  it('is not taken for one that was there before, or that somebody else started', async () => {
    await start('php artisan migrate --force');
    const data = [{ id: 7, attributes: { command: 'another', created_at: null } }];
    await block.world.control.fault({
      path: `${path()}$`,
      method: 'GET',
      status: 200,
      body: JSON.stringify({ data }),
      times: 0,
    });
    assert.equal(
      (await during(startCommand(site(), 'php artisan about', new Set(), block.window.fleet.clock))).is,
      'missing',
    );
  });

  it('is nobody’s where the same was started twice', async () => {
    const now = new Date(site().account.client.now()).toISOString();
    const run = (id: number) => ({ id, attributes: { command: 'php artisan about', created_at: now } });
    const body = JSON.stringify({ data: [run(8), run(9)] });
    const before = await known();
    await block.world.control.fault({ path: `${path()}$`, method: 'GET', status: 200, body, times: 0 });
    assert.equal(
      (await during(startCommand(site(), 'php artisan about', before, block.window.fleet.clock))).is,
      'unclear',
    );
  });

  it('is not sent again where Forge refuses it', async () => {
    await block.world.control.clearRequests();
    await block.world.control.fault({
      path: '/commands$',
      method: 'POST',
      status: 422,
      body: '{"errors":{"command":["No."]}}',
      times: 1,
    });
    await assert.rejects(start(), { kind: 'invalid' });
    assert.equal(await sent(), 1);
  });

  it('is looked at six times within its first minute, and no longer than it runs', async () => {
    const { clock } = block.window.fleet;
    const looks: number[] = [];
    const started = clock.elapsed();
    const following = followCommand(clock, site().account.signal, async () => {
      looks.push(clock.elapsed() - started);
      return looks.length === 7;
    });
    assert.equal(await during(following), true);
    assert.equal(looks.filter((at) => at <= 60_000).length, 6);
  });
});

describe('The commands of a project', () => {
  it('are those that artisan lists, without what is hidden or no name', () => {
    const commands = [
      { name: 'stock:sync' },
      { name: '_complete', hidden: true },
      { name: 'a; rm -rf /' },
      { name: '--version' },
      { name: 7 },
      null,
    ];
    assert.deepEqual(artisanCommands(JSON.stringify({ commands })), ['php artisan stock:sync']);
  });

  it('are none in junk, and where there is no PHP', async () => {
    assert.deepEqual(['', '{', 'null', '[]', '{"commands":7}'].flatMap(artisanCommands), []);
    assert.deepEqual(await ownCommands('/nowhere'), []);
  });
});
