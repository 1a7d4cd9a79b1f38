import assert from 'node:assert/strict';
import type { Fleet } from '../../../src/fleet/fleet';
import { sampleSites } from '../../sampleWorkspace';
import { ForgeWorld, namesOf, type TestWindow } from '../forgeWorld';

const minute = 60_000;

describe('The fleet of an account', () => {
  let world: ForgeWorld;
  let here: TestWindow;
  let fleet: Fleet;

  const during = <T>(work: Promise<T>): Promise<T> => world.time.during(work);

  beforeEach(async () => {
    world = await ForgeWorld.make();
    here = world.openWindow();
    fleet = here.fleet;
  });

  afterEach(() => world.end());

  it('of a new window is there at once from the snapshot, without a request while that is young', async () => {
    await here.signIn();
    const window = await world.openAnother();
    await during(window.fleet.open());
    assert.equal(window.fleet.state, 'ready');
    assert.deepEqual(namesOf(window.fleet), namesOf(fleet));
    assert.equal(window.fleet.refreshedAt, fleet.refreshedAt);
    await during(window.fleet.refresh('visible', minute));
    assert.deepEqual(await world.listRequests(), []);
    await during(window.fleet.refresh('visible'));
    assert.deepEqual(await world.listRequests(), ['/orgs', '/orgs/acme/servers', '/orgs/acme/sites']);
  });

  it('shows a deployment that another window has begun', async () => {
    await here.signIn();
    await during(fleet.open());
    const window = await world.openAnother();
    await during(window.fleet.open());
    const entry = window.site(sampleSites.develop);
    const deployment = await during(entry.account.client.call('deploy', window.pathOf(entry)));
    window.fleet.setDeployment(entry.key, deployment);
    await world.time.until(
      'the deployment of the other window',
      () => fleet.site(entry.key)?.site.latestDeployment?.id === deployment.id,
    );
    await world.time.until('its end', () => !here.tracker.isFollowing(entry.key, deployment.id));
  });

  it('is shown at once to who signs in again in the window that wrote it', async () => {
    await here.signIn();
    const before = namesOf(fleet);
    // The token has expired: the account is replaced by one of the same user, and Forge cannot be reached just then.
    await world.control.fault({ path: '/(servers|sites)$', drop: true, times: 0 });
    await during(here.accounts.signIn(world.simulator.token));
    assert.deepEqual(namesOf(fleet), [], 'another account');
    await during(fleet.open());
    assert.deepEqual(namesOf(fleet), before);
  });

  it('is empty in other windows and from the next start on where the last organization was left', async () => {
    await world.control.setUser('leaver', ['acme']);
    const as = await world.control.createToken({ user: 'leaver' });
    await here.signIn(as);
    const other = await world.openAnother(as);
    await during(other.fleet.open());
    assert.ok(other.fleet.allSites().length > 0);
    await world.control.setUser('leaver', []);
    await during(fleet.refresh('user'));
    await world.time.until('the other window', () => other.fleet.organizations().length === 0);
    const next = await world.openAnother(as);
    await during(next.fleet.open());
    assert.deepEqual(next.fleet.organizations(), []);
  });

  it('has an organization that is new and empty in other windows, too', async () => {
    const { control } = world;
    await control.changeFleet({ change: 'addOrganization', name: 'Empty', slug: 'empty' });
    await control.setUser('founder', ['acme']);
    const as = await control.createToken({ user: 'founder' });
    await here.signIn(as);
    const other = await world.openAnother(as);
    await during(other.fleet.open());
    await control.setUser('founder', ['acme', 'empty']);
    const slugs = () => other.fleet.organizations().map(({ organization }) => organization.slug);
    const told: string[] = [];
    other.fleet.onDidChange((keys) => told.push(...keys));
    await during(fleet.refresh('user'));
    await world.time.until('the organization in the other window', () => slugs().includes('empty'));
    const { key } =
      other.fleet.organizations().find(({ organization }) => organization.slug === 'empty') ?? assert.fail();
    assert.ok(told.includes(key));
  });
});
