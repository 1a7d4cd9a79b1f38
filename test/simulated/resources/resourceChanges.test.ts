import assert from 'node:assert/strict';
import { serverOf } from '../../../src/files/apiText';
import type { OperationName } from '../../../src/forge/operationTable';
import type { KindId } from '../../../src/resources/catalogue';
import { pathBelow, pathTo } from '../../../src/resources/place';
import { type Change, type Outcome, ResourceChanges } from '../../../src/resources/resourceChanges';
import { ResourceLists } from '../../../src/resources/resourceLists';
import { sampleSites } from '../../sampleWorkspace';
import { TestFocus, type TestWindow, worldOfBlock } from '../forgeWorld';

describe('What was asked of Forge', () => {
  const block = worldOfBlock();
  let window: TestWindow;
  let lists: ResourceLists;
  let changes: ResourceChanges;
  let ends: string[];
  const focus = new TestFocus();

  const during = <T>(work: Promise<T>): Promise<T> => block.world.time.during(work);
  const host = () => serverOf(window.fleet, window.site(sampleSites.main)) ?? assert.fail();
  const rows = (kind: KindId) => lists.list(host().key, kind).rows ?? [];
  const change = (type: Change['type'], kind: KindId, name: string, id?: string): Change => ({
    at: host().key,
    kind,
    type,
    name,
    id,
  });
  const call = (operation: OperationName, path: object, body?: object) => async () => {
    const answer = await host().account.client.call(operation, path as never, body ? { body } : {});
    const { data } = (answer ?? {}) as { readonly data?: { readonly id?: string } };
    return data?.id;
  };
  const rule = { name: 'Redis', type: 'allow', port: '6379' };
  const create = () =>
    changes.during(
      change('create', 'firewallRules', 'Redis'),
      call('createFirewallRule', pathBelow(host(), host().key), rule),
    );
  const remove = (id: string) =>
    changes.during(
      change('delete', 'firewallRules', 'x', id),
      call('deleteFirewallRule', pathTo(host(), host().key, 'firewallRules', { id })),
    );

  beforeEach(async () => {
    window = block.window;
    lists = new ResourceLists(window.fleet);
    focus.set(true);
    changes = new ResourceChanges(lists, focus);
    ends = [];
    changes.onDidEnd((outcome: Outcome) =>
      ends.push(`${outcome.change.name} ${outcome.is}${outcome.is === 'failed' ? ` ${outcome.state}` : ''}`),
    );
    await during(lists.read(host().key, 'firewallRules', 'user'));
  });

  afterEach(async () => {
    changes.dispose();
    lists.dispose();
    await block.world.control.clearFaults();
    await block.world.control.releaseChanges();
  });

  it('is on its way until Forge has answered, and followed until it is there, although no id was told', async () => {
    await block.world.control.nextChange({ method: 'POST', hold: true });
    const creating = create();
    assert.deepEqual(
      changes.of(host().key, 'firewallRules').isComing.map(({ name }) => name),
      ['Redis'],
    );
    await during(creating);
    assert.deepEqual(changes.of(host().key, 'firewallRules').isComing, [], 'its row is there');
    assert.deepEqual(ends, []);
    await block.world.control.releaseChanges();
    await block.world.control.switch({ advance: 120 });
    await block.world.time.pass(6_000);
    assert.deepEqual(ends, ['Redis done']);
    await block.world.control.clearRequests();
    await block.world.time.pass(600_000);
    assert.deepEqual(await block.world.control.requests(), [], 'and no longer');
  });

  it('is told where Forge accepted it and then failed', async () => {
    const end = async () => {
      await block.world.control.switch({ advance: 120 });
      await block.world.time.pass(6_000);
    };
    await block.world.control.nextChange({ method: 'POST', end: 'failed' });
    await during(create());
    await end();
    assert.deepEqual(ends, ['Redis failed failed']);
    const process = { name: 'Worker', command: 'php artisan queue:work', user: 'forge', processes: 1 };
    const start = call('createBackgroundProcess', pathBelow(host(), host().key), process);
    await block.world.control.nextChange({ method: 'POST', end: 'failed' });
    await during(changes.during(change('create', 'backgroundProcesses', 'Worker'), start));
    await end();
    assert.equal(ends[1], 'Worker gone', 'its status has no word for failure, and the row goes');
  });

  it('goes from the list in its time', async () => {
    const [first] = rows('firewallRules');
    const id = first?.id ?? '';
    await block.world.control.nextChange({ method: 'DELETE', hold: true });
    await during(remove(id));
    assert.ok(changes.of(host().key, 'firewallRules').isGoing.has(id));
    await block.world.control.releaseChanges();
    await block.world.control.switch({ advance: 120 });
    await block.world.time.pass(6_000);
    assert.deepEqual([ends, changes.of(host().key, 'firewallRules').isGoing.size], [['x done'], 0]);
  });

  it('is over where another window was faster', async () => {
    const [first] = rows('firewallRules');
    const id = first?.id ?? '';
    await block.world.control.removeRows(`/orgs/acme/servers/${host().server.id}/firewall-rules`);
    await during(remove(id));
    assert.deepEqual([rows('firewallRules'), changes.of(host().key, 'firewallRules').isGoing.size], [[], 0]);
  });

  it('is taken for done where it happened although the answer was lost', async () => {
    await block.world.control.fault({
      path: '/firewall-rules$',
      method: 'POST',
      status: 502,
      body: 'oops',
      passthrough: true,
      times: 1,
    });
    await during(create());
    assert.ok(rows('firewallRules').some(({ attributes }) => attributes.name === 'Redis'));
  });

  it('is given up where Forge refused it', async () => {
    await block.world.control.fault({
      path: '/firewall-rules$',
      method: 'POST',
      status: 422,
      body: '{"errors":{"name":["No."]}}',
      times: 1,
    });
    await assert.rejects(during(create()), { kind: 'invalid' });
    assert.deepEqual(changes.of(host().key, 'firewallRules').isComing, []);
    await block.world.time.pass(60_000);
    assert.deepEqual(ends, []);
  });

  it('is forgotten after ten minutes without an end, and with its account', async () => {
    await block.world.control.nextChange({ method: 'POST', hold: true });
    await during(create());
    await block.world.time.pass(620_000);
    await block.world.control.clearRequests();
    await block.world.time.pass(60_000);
    assert.deepEqual([ends, await block.world.control.requests()], [[], []]);
  });

  it('is not looked after in a window that nobody looks at, and again with the next look', async () => {
    await block.world.control.nextChange({ method: 'POST', hold: true });
    await during(create());
    focus.set(false);
    await block.world.control.clearRequests();
    await block.world.time.pass(60_000);
    assert.deepEqual(await block.world.control.requests(), []);
    await block.world.control.releaseChanges();
    await block.world.control.switch({ advance: 120 });
    focus.set(true);
    await block.world.time.pass(6_000);
    assert.deepEqual(ends, ['Redis done']);
  });

  it('in a list that is too long is looked at by itself, and is not gone because nobody read so far', async () => {
    const { key, server } = host();
    await block.world.control.addRows({
      path: `/orgs/acme/servers/${server.id}/scheduled-jobs`,
      count: 400,
      attributes: { name: 'Job {n}' },
    });
    await during(lists.read(key, 'scheduledJobs', 'user'));
    await during(lists.readMore(key, 'scheduledJobs'));
    const last = rows('scheduledJobs').at(-1)?.id ?? '';
    const lost = () => call('deleteServerScheduledJob', pathTo(host(), key, 'scheduledJobs', { id: last }))();
    await block.world.control.fault({ path: '/scheduled-jobs/', method: 'DELETE', status: 503, body: '{}', times: 1 });
    lists.dispose();
    lists = new ResourceLists(window.fleet);
    changes = new ResourceChanges(lists, focus);
    await during(lists.read(key, 'scheduledJobs', 'user'));
    await assert.rejects(during(changes.during(change('delete', 'scheduledJobs', 'last', last), lost)), {
      kind: 'maintenance',
    });
  });
});
