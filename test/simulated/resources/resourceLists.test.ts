import assert from 'node:assert/strict';
import { serverOf } from '../../../src/files/apiText';
import type { FleetEntry } from '../../../src/fleet/rows';
import { type KindId, kindOf, kinds, stateOf } from '../../../src/resources/catalogue';
import { pathTo, placeBelow } from '../../../src/resources/place';
import { mostRows, ResourceLists } from '../../../src/resources/resourceLists';
import { nameOf } from '../../../src/resources/resourceWords';
import { sampleSites } from '../../sampleWorkspace';
import { ForgeWorld, type TestWindow, worldOfBlock } from '../forgeWorld';

const kindIds = Object.keys(kinds) as KindId[];

describe('Each list of resources', () => {
  let world: ForgeWorld;
  let window: TestWindow;
  let lists: ResourceLists;

  const during = <T>(work: Promise<T>): Promise<T> => world.time.during(work);
  const shop = () => window.site(sampleSites.main);
  const entryFor = (id: KindId): FleetEntry => {
    const { on } = kindOf(id);
    if (typeof on !== 'string') {
      return entryFor(on.kind as KindId);
    }
    return on === 'site'
      ? shop()
      : on === 'server'
        ? (serverOf(window.fleet, shop()) ?? assert.fail())
        : (window.fleet.organizations()[0] ?? assert.fail());
  };
  /** Where the rows of a kind are: for one below another, below the first of those. */
  const placeFor = async (id: KindId): Promise<string> => {
    const { on } = kindOf(id);
    if (typeof on === 'string') {
      return entryFor(id).key;
    }
    const above = on.kind as KindId;
    const place = await placeFor(above);
    await during(lists.read(place, above, 'user'));
    const [first] = lists.list(place, above).rows ?? [];
    return placeBelow(place, above, first?.id ?? assert.fail(above));
  };

  // Read one after the other, in a window that somebody has long had open.
  before(async () => {
    world = await ForgeWorld.make();
    window = world.openWindow();
    await window.signIn();
    lists = new ResourceLists(window.fleet);
  });

  after(() => {
    lists.dispose();
    return world.end();
  });

  for (const id of kindIds.filter((kind) => !kindOf(kind).isInFleet)) {
    it(`tells ${id}, with names and what each of them is by itself`, async () => {
      const entry = entryFor(id);
      const at = await placeFor(id);
      await during(lists.read(at, id, 'user'));
      const { rows = [], error } = lists.list(at, id);
      assert.equal(error, undefined);
      const { show } = kindOf(id);
      for (const row of rows) {
        assert.ok(nameOf(id, row).length > 0);
        assert.ok(show === undefined || (await during(entry.account.client.call(show, pathTo(entry, at, id, row)))));
      }
      // Secrets that the simulator tells in them.
      assert.doesNotMatch(JSON.stringify(rows), /canary|ping_url|password|"token"|"url"/);
    });
  }
});

describe('The lists of resources', () => {
  const block = worldOfBlock();
  let window: TestWindow;
  let lists: ResourceLists;

  const during = <T>(work: Promise<T>): Promise<T> => block.world.time.during(work);
  const requests = async () => (await block.world.control.requests()).map(({ method, path }) => `${method} ${path}`);
  const shop = () => window.site(sampleSites.main);
  const host = () => serverOf(window.fleet, shop()) ?? assert.fail();
  const pathOf = (entry: FleetEntry) => `/orgs/acme/servers/${'server' in entry ? entry.server?.id : ''}`;

  beforeEach(async () => {
    window = block.window;
    lists = new ResourceLists(window.fleet);
    await block.world.control.clearRequests();
  });

  afterEach(() => {
    lists.dispose();
    return block.world.control.clearFaults();
  });

  it('cost a request when one is opened, and none again within a minute', async () => {
    const { key } = host();
    await during(Promise.all([lists.read(key, 'databases', 'user'), lists.read(key, 'databases', 'visible')]));
    await during(lists.read(key, 'databases', 'visible'));
    assert.deepEqual(await requests(), [`GET ${pathOf(host())}/database/schemas`]);
    await block.world.time.pass(61_000);
    await during(lists.read(key, 'databases', 'visible'));
    assert.equal((await requests()).length, 2);
  });

  it('that may not be read are asked for again only by who clicks', async () => {
    const { key } = host();
    await block.world.control.fault({ path: '/monitors$', status: 403, body: '{}', times: 0 });
    await during(lists.read(key, 'monitors', 'user', false));
    assert.match(String(lists.list(key, 'monitors').error), /./);
    await block.world.time.pass(600_000);
    await during(lists.read(key, 'monitors', 'visible'));
    assert.equal((await requests()).length, 1);
    await block.world.control.clearFaults();
    await during(lists.read(key, 'monitors', 'user'));
    assert.equal(lists.list(key, 'monitors').error, undefined);
  });

  for (const [what, fault] of [
    ['an error of Forge', { status: 500, body: 'oops' }],
    ['junk', { status: 200, body: '{"data": 7}' }],
    ['half a page', { status: 200, body: '{"data": [{"id": 1, "attri' }],
  ] as const) {
    it(`keep what they have where ${what} comes instead`, async () => {
      const { key } = host();
      await during(lists.read(key, 'sshKeys', 'user'));
      const before = lists.list(key, 'sshKeys').rows;
      await block.world.control.fault({ ...fault, path: '/ssh-keys$', times: 0 });
      await during(lists.readAgain(key, 'sshKeys', 'user'));
      const now = lists.list(key, 'sshKeys');
      assert.ok(now.error);
      assert.deepEqual(now.rows, before);
    });
  }

  it('leave out rows that cannot be reached, and take what tells nothing of itself by its id', async () => {
    const { key } = host();
    const attributes = { name: null, status: null };
    const data = [
      { id: 7, attributes },
      { id: '../x', attributes },
      { id: 8 },
      { id: 9, attributes: { name: 'a\u202eb\nc', status: 'melting' } },
    ];
    await block.world.control.fault({ path: '/ssh-keys$', status: 200, body: JSON.stringify({ data }), times: 1 });
    await during(lists.read(key, 'sshKeys', 'user'));
    const rows = lists.list(key, 'sshKeys').rows ?? [];
    assert.deepEqual(
      rows.map((row) => [nameOf('sshKeys', row), stateOf('sshKeys', row)]),
      [
        ['7', null],
        ['8', null],
        ['a b c', 'melting'],
      ],
    );
  });

  it('end where there are more than one looks through', async () => {
    const { key } = host();
    await block.world.control.addRows({
      path: `${pathOf(host())}/scheduled-jobs`,
      count: 3_000,
      attributes: { name: 'Job {n}' },
    });
    await block.world.control.clearRequests();
    await during(lists.read(key, 'scheduledJobs', 'user'));
    const { rows, hasMore } = lists.list(key, 'scheduledJobs');
    assert.deepEqual([rows?.length, hasMore, (await requests()).length], [mostRows, true, 10]);
    await during(lists.readMore(key, 'scheduledJobs'));
    const more = lists.list(key, 'scheduledJobs');
    assert.deepEqual([more.rows?.length, new Set(more.rows?.map(({ id }) => id)).size], [2 * mostRows, 2 * mostRows]);
  });

  it('hold each row once, stay as long as they are, and have an end where a cursor leads to itself', async () => {
    const { key } = host();
    const data = [{ id: 1 }, { id: 1 }, { id: 2 }];
    const answers = (next_cursor: string | null) => ({
      path: '/ssh-keys$',
      status: 200,
      body: JSON.stringify({ data, meta: { next_cursor } }),
      times: 0,
    });
    await block.world.control.fault(answers('same'));
    await during(lists.read(key, 'sshKeys', 'user'));
    assert.ok(lists.list(key, 'sshKeys').error);
    await block.world.control.clearFaults();
    await block.world.control.fault(answers(null));
    await during(lists.readAgain(key, 'sshKeys', 'user'));
    assert.deepEqual(
      lists.list(key, 'sshKeys').rows?.map(({ id }) => id),
      ['1', '2'],
    );
    await block.world.control.addRows({
      path: `${pathOf(host())}/scheduled-jobs`,
      count: 700,
      attributes: { name: 'Job {n}' },
    });
    await during(lists.readAgain(key, 'scheduledJobs', 'user'));
    await during(lists.readMore(key, 'scheduledJobs'));
    const { length = 0 } = lists.list(key, 'scheduledJobs').rows ?? [];
    await during(lists.readAgain(key, 'scheduledJobs', 'user'));
    assert.equal(lists.list(key, 'scheduledJobs').rows?.length, length);
    assert.ok(length > mostRows);
  });

  it('are worth another look while something in them changes', async () => {
    const { key, account } = host();
    await block.world.control.nextChange({ method: 'DELETE', hold: true });
    await during(lists.read(key, 'firewallRules', 'user'));
    const [row] = lists.list(key, 'firewallRules').rows ?? [];
    assert.ok(row);
    assert.equal(lists.pauseMs(key, 'firewallRules'), undefined);
    await during(account.client.call('deleteFirewallRule', pathTo(host(), key, 'firewallRules', row)));
    await during(lists.readAgain(key, 'firewallRules', 'user'));
    assert.ok(lists.pauseMs(key, 'firewallRules'));
    await block.world.control.releaseChanges();
    await block.world.control.switch({ advance: 60 });
    await during(lists.readAgain(key, 'firewallRules', 'visible'));
    assert.equal(lists.find(key, 'firewallRules', row.id), undefined);
    assert.equal(lists.pauseMs(key, 'firewallRules'), undefined);
  });

  it('hold nothing of an account that is signed out, also of what was on its way', async () => {
    const { key, account } = host();
    await during(lists.read(key, 'databases', 'user'));
    const reading = lists.read(key, 'databaseUsers', 'user');
    window.accounts.signOut(account);
    await during(reading);
    assert.deepEqual(
      [lists.list(key, 'databases').rows, lists.list(key, 'databaseUsers').rows],
      [undefined, undefined],
    );
    await window.signIn();
  });
});
