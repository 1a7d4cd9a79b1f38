import assert from 'node:assert/strict';
import type { ServerEntry } from '../../../src/fleet/rows';
import {
  type PhpOnServer,
  type PhpUpdateEnd,
  planPhpUpdates,
  updatePhpVersions,
} from '../../../src/operate/phpUpdates';
import { ResourceLists } from '../../../src/resources/resourceLists';
import { worldOfBlock } from '../forgeWorld';

describe('Updating PHP on servers', () => {
  const block = worldOfBlock();
  let lists: ResourceLists;

  beforeEach(() => {
    lists = new ResourceLists(block.window.fleet);
  });

  afterEach(async () => {
    lists.dispose();
    // What was updated is not to be updated again.
    await block.world.control.renew();
  });

  const server = (name: string): ServerEntry => {
    const found = block.window.fleet.allServers().find((entry) => entry.server.name === name);
    return found ?? assert.fail(name);
  };
  const plan = (...names: readonly string[]) =>
    block.world.time.during(planPhpUpdates(block.window.fleet, lists, names.map(server)));
  const update = async (updates: readonly PhpOnServer[]) => {
    const ends = new Map<string, PhpUpdateEnd>();
    const tell = (one: PhpOnServer, end: PhpUpdateEnd) => ends.set(`${one.version} on ${one.server.server.name}`, end);
    await block.world.time.during(
      updatePhpVersions(lists, updates, block.window.fleet.clock, tell, new AbortController().signal),
    );
    return ends;
  };
  const changes = async () =>
    (await block.world.control.requests())
      .filter(({ method }) => method === 'PUT')
      .map(({ time, path }) => ({ time, path }));

  it('is planned with the sites that use each version, in one request for a server, and changes nothing', async () => {
    await block.world.control.clearRequests();
    const [one, two] = await plan('acme-web-1', 'acme-web-2');
    assert.deepEqual(
      one?.updates.map(({ version }) => version),
      ['8.4', '8.3'],
    );
    const [newest, older] = one?.updates ?? [];
    assert.ok(newest?.sites.some(({ site }) => site.name === 'shop.example.com'));
    assert.deepEqual(older?.sites, []);
    assert.equal(two?.updates[0]?.version, '8.3');
    const sent = await block.world.control.requests();
    assert.deepEqual([sent.length, sent.every(({ method }) => method === 'GET')], [2, true]);
  });

  it('sends each request once, one after the other on a server, and follows each to its end', async () => {
    const plans = await plan('acme-web-1', 'acme-web-2');
    await block.world.control.clearRequests();
    await block.world.control.nextChange({ method: 'PUT', path: '/php/versions/', seconds: 30, times: 3 });
    const ends = await update(plans.flatMap(({ updates }) => updates));
    assert.deepEqual([...ends.values()], [{ is: 'updated' }, { is: 'updated' }, { is: 'updated' }]);
    const sent = await changes();
    assert.equal(sent.length, 3);
    const onFirst = sent.filter(({ path }) => path.includes(server('acme-web-1').server.id));
    assert.equal(onFirst.length, 2);
    assert.ok((onFirst[1]?.time ?? 0) - (onFirst[0]?.time ?? 0) >= 30_000);
  });

  it('goes on with the others where one fails or is refused', async () => {
    const plans = await plan('acme-web-1', 'acme-web-2');
    await block.world.control.nextChange({ method: 'PUT', path: '/php/versions/', end: 'failed' });
    await block.world.control.fault({
      path: `/servers/${server('acme-web-2').server.id}/php/versions/`,
      method: 'PUT',
      status: 403,
      body: '{"message":"No."}',
    });
    const ends = await update(plans.flatMap(({ updates }) => updates));
    assert.deepEqual(ends.get('8.4 on acme-web-1'), { is: 'failed', state: 'failed' });
    assert.deepEqual(ends.get('8.3 on acme-web-1'), { is: 'updated' });
    assert.equal(ends.get('8.3 on acme-web-2')?.is, 'failed');
    await block.world.control.clearFaults();
  });

  it('is done where Forge has carried out what it did not confirm, and is not sent again', async () => {
    const [{ updates } = assert.fail()] = await plan('acme-web-2');
    await block.world.control.clearRequests();
    await block.world.control.fault({ path: '/php/versions/', method: 'PUT', drop: true, passthrough: true });
    assert.deepEqual([...(await update(updates)).values()], [{ is: 'updated' }]);
    assert.equal((await changes()).length, 1);
  });

  it('failed where Forge never got it', async () => {
    const [{ updates } = assert.fail()] = await plan('acme-web-2');
    await block.world.control.fault({ path: '/php/versions/', method: 'PUT', drop: true });
    const [end] = (await update(updates)).values();
    assert.equal(end?.is, 'failed');
  });

  it('is not offered for what is busy', async () => {
    const { organization, server: host } = server('acme-web-1').api.path;
    const path = `/orgs/${organization}/servers/${host}/php/versions`;
    const [row] = await block.world.control.rows(path);
    await block.world.control.changeRows({ path: `${path}/${row?.id}`, attributes: { status: 'installing' } });
    const [{ updates, busy } = assert.fail()] = await plan('acme-web-1');
    assert.deepEqual(
      [updates.map(({ version }) => version), busy],
      [['8.3'], [{ version: '8.4', state: 'installing' }]],
    );
    await block.world.control.changeRows({ path: `${path}/${row?.id}`, attributes: { status: 'installed' } });
  });

  it('is left to Forge when it is stopped', async () => {
    const [{ updates } = assert.fail()] = await plan('acme-web-1');
    await block.world.control.clearRequests();
    await block.world.control.nextChange({ method: 'PUT', path: '/php/versions/', hold: true });
    const stop = new AbortController();
    const ends: string[] = [];
    const tell = ({ version }: PhpOnServer, end: PhpUpdateEnd) => ends.push(`${version} ${end.is}`);
    const updating = updatePhpVersions(lists, updates, block.window.fleet.clock, tell, stop.signal);
    await block.world.time.pass(30_000);
    stop.abort();
    await block.world.time.during(updating);
    assert.deepEqual(ends, ['8.4 lost']);
    assert.equal((await changes()).length, 1);
  });
});
