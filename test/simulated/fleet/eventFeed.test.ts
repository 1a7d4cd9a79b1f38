import assert from 'node:assert/strict';
import type { Fleet } from '../../../src/fleet/fleet';
import type { FleetOrganization } from '../../simulator/control';
import { ForgeWorld, type TestWindow } from '../forgeWorld';

const minute = 60_000;

describe('The feed of events', () => {
  let world: ForgeWorld;
  let fleet: Fleet;
  let organization: FleetOrganization;

  const during = <T>(work: Promise<T>): Promise<T> => world.time.during(work);
  /** What was asked for since all was last read. */
  const requests = async () => (await world.control.requests()).map(({ path }) => path.replace('/orgs/acme/', ''));
  const siteNamed = (name: string) => fleet.allSites().find(({ site }) => site.name === name);
  /** The servers of the simulator with the most sites. */
  const [busy, quieter] = [0, 1].map((place) => () => {
    const bySites = [...organization.servers].sort((a, b) => b.sites.length - a.sites.length);
    return bySites[place] ?? assert.fail();
  }) as [() => FleetOrganization['servers'][number], () => FleetOrganization['servers'][number]];

  // Ten servers and a hundred sites in it: 1 + 1 + 4 requests by the lists.
  beforeEach(async () => {
    world = await ForgeWorld.make({ servers: 10, sites: 100 });
    await world.control.switch({ events: true });
    organization = (await world.control.fleet()).organizations[0] ?? assert.fail();
    const here: TestWindow = world.openWindow();
    fleet = here.fleet;
    await here.signIn();
    await world.control.clearRequests();
  });

  afterEach(() => world.end());

  it('spares the lists where nothing has happened', async () => {
    const before = fleet.refreshedAt;
    await during(fleet.refresh());
    assert.deepEqual(await requests(), ['/orgs', 'events']);
    assert.ok((fleet.refreshedAt ?? 0) > (before ?? 0));
    assert.equal(fleet.allSites().length, 100);
  });

  it('leads to the server of which it tells', async () => {
    const before = siteNamed(busy().sites[0]?.name ?? '') ?? assert.fail();
    await world.control.changeFleet(
      { change: 'renameSite', site: before.site.name, name: 'renamed.example.com' },
      { change: 'addSite', server: busy().id, name: 'added.example.com' },
    );
    await during(fleet.refresh());
    const { id } = busy();
    assert.deepEqual(await requests(), ['/orgs', 'events', `servers/${id}`, `servers/${id}/sites`]);
    assert.equal(siteNamed('renamed.example.com')?.key, before.key);
    assert.equal(siteNamed('added.example.com')?.server?.id, String(id));
  });

  for (const siteInclude of [true, false]) {
    it(`is not needed after one's own change: one site is read, ${siteInclude ? 'with' : 'without'} what belongs to it`, async () => {
      await world.control.switch({ siteInclude });
      const before =
        fleet.allSites().find(({ site }) => site.tags.length > 0 && site.latestDeployment) ?? assert.fail();
      await world.control.changeFleet({
        change: 'renameSite',
        site: Number(before.site.id),
        name: 'renamed.example.com',
      });
      await during(fleet.readSite(before));
      assert.deepEqual(await requests(), [`sites/${before.site.id}`]);
      assert.deepEqual(siteNamed('renamed.example.com')?.site, {
        ...before.site,
        name: 'renamed.example.com',
        url: 'https://renamed.example.com',
      });
    });
  }

  it('gives way to the lists where a site is gone from its server, which another one may have', async () => {
    const [removed, moved] = busy().sites;
    await world.control.changeFleet(
      { change: 'removeSite', site: removed?.id ?? 0 },
      { change: 'moveSite', site: moved?.id ?? 0, server: quieter().id },
    );
    await during(fleet.refresh());
    assert.ok((await requests()).includes('sites'));
    assert.equal(siteNamed(removed?.name ?? ''), undefined);
    assert.equal(siteNamed(moved?.name ?? '')?.server?.id, String(quieter().id));
  });

  it('gives way to the lists for a new server and for a new organization', async () => {
    await world.control.changeFleet({ change: 'addServer', organization: 'acme', name: 'brand-new' });
    await during(fleet.refresh());
    assert.ok(fleet.allServers().some(({ server }) => server.name === 'brand-new'));
    await world.control.changeFleet(
      { change: 'addOrganization', name: 'Another', slug: 'another' },
      { change: 'addServer', organization: 'another', name: 'theirs' },
    );
    await world.control.setUser('default', ['acme', 'another']);
    await during(fleet.refresh());
    assert.ok(fleet.allServers().some(({ server }) => server.name === 'theirs'));
  });

  it('gives way to the lists where more has happened than a page of it holds', async () => {
    const tags = Array.from({ length: 31 }, (_, place) => ({
      change: 'tagSite' as const,
      site: busy().sites[0]?.id ?? 0,
      tags: [`tag-${place}`],
    }));
    await world.control.changeFleet(...tags);
    await during(fleet.refresh());
    assert.deepEqual((await requests()).filter((path) => path === 'servers' || path === 'sites').length, 5);
    assert.deepEqual(siteNamed(busy().sites[0]?.name ?? '')?.site.tags, ['tag-30']);
  });

  it('is passed over by who clicks, and by who has not seen the lists for half an hour', async () => {
    await during(fleet.refresh('user'));
    assert.ok(!(await requests()).includes('events'));
    await world.control.clearRequests();
    world.time.set(31 * minute);
    await during(fleet.refresh());
    assert.ok(!(await requests()).includes('events'));
    assert.ok((await requests()).includes('sites'));
  });

  it('is not enough for who clicks while it is read', async () => {
    const name = busy().sites[0]?.name ?? assert.fail();
    // Nothing that it tells of.
    await world.control.fault({
      path: '/orgs/acme/events$',
      status: 200,
      body: '{"data":[],"meta":{"next_cursor":null}}',
      delay: 300,
    });
    await world.control.changeFleet({ change: 'renameSite', site: name, name: 'renamed.example.com' });
    const underWay = fleet.refresh();
    await world.time.until('the feed to be asked for', () => world.simulator.held === 1);
    await during(Promise.all([fleet.refresh('user'), underWay]));
    assert.deepEqual((await requests()).sort(), ['/orgs', 'events', 'servers', 'sites', 'sites', 'sites', 'sites']);
    assert.ok(siteNamed('renamed.example.com'));
  });

  it('is not asked for again by any window where Forge has none', async () => {
    await world.control.switch({ events: false });
    await during(fleet.refresh());
    assert.equal((await requests()).filter((path) => path === 'events').length, 1);
    assert.equal((await requests()).filter((path) => path === 'sites').length, 4);
    await during(fleet.refresh());
    const another = world.openWindow();
    await during(another.accounts.signIn(world.simulator.token));
    await during(another.fleet.open());
    await during(another.fleet.refresh());
    assert.equal((await requests()).filter((path) => path === 'events').length, 1);
    assert.equal((await requests()).filter((path) => path === 'sites').length, 12, 'each has read the lists');
  });
});
