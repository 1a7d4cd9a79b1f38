import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Fleet } from '../../../src/fleet/fleet';
import { sampleSites } from '../../sampleWorkspace';
import { ForgeWorld, namesOf, type TestWindow } from '../forgeWorld';

const minute = 60_000;

describe('The fleet', () => {
  let world: ForgeWorld;
  let here: TestWindow;
  let fleet: Fleet;

  /** Another window of the same person, which has not read anything. */
  const another = async (as?: string): Promise<TestWindow> => {
    const window = world.openWindow();
    await world.time.during(window.accounts.signIn(as ?? world.simulator.token));
    await world.control.clearRequests();
    return window;
  };
  const during = <T>(work: Promise<T>): Promise<T> => world.time.during(work);

  beforeEach(async () => {
    world = await ForgeWorld.make();
    here = world.openWindow();
    fleet = here.fleet;
  });

  afterEach(() => world.end());

  it('of a new window is there at once from the snapshot, without a request while that is young', async () => {
    await here.signIn();
    const window = await another();
    await during(window.fleet.open());
    assert.equal(window.fleet.state, 'ready');
    assert.deepEqual(namesOf(window.fleet), namesOf(fleet));
    assert.equal(window.fleet.refreshedAt, fleet.refreshedAt);
    await during(window.fleet.refresh('visible', minute));
    assert.deepEqual(await world.listRequests(), []);
    await during(window.fleet.refresh('visible'));
    assert.deepEqual(await world.listRequests(), ['/orgs', '/orgs/acme/servers', '/orgs/acme/sites']);
  });

  it('is read by one of two windows that begin in the same instant, and shown by both', async () => {
    await here.signIn();
    const window = await another();
    await during(Promise.all([fleet.open(), window.fleet.open()]));
    const [server] = fleet.servers(fleet.organizations()[0] ?? assert.fail());
    await world.control.changeFleet({
      change: 'addSite',
      server: Number(server?.server.id),
      name: 'added-elsewhere.example.com',
    });
    await world.control.clearRequests();
    await during(Promise.all([fleet.refresh(), window.fleet.refresh()]));
    await world.time.until('the new site in both windows', () =>
      [fleet, window.fleet].every((one) => namesOf(one).includes('added-elsewhere.example.com')),
    );
    assert.equal((await world.listRequests()).length, 3);
    await world.control.changeFleet({ change: 'removeSite', site: 'added-elsewhere.example.com' });
    await during(window.fleet.refresh('user'));
    await world.time.until('the site to be gone', () => !namesOf(fleet).includes('added-elsewhere.example.com'));
  });

  it('is read once for all who want it at the same time', async () => {
    await here.signIn();
    await world.control.clearRequests();
    await during(Promise.all([fleet.refresh(), fleet.refresh('user'), fleet.refresh('background')]));
    assert.deepEqual([...(await world.listRequests())].sort(), ['/orgs', '/orgs/acme/servers', '/orgs/acme/sites']);
  });

  it('reads for a click although another window is at it', async () => {
    await here.signIn();
    const window = await another();
    await world.control.fault({ path: '/sites$', delay: 500, times: 1 });
    await during(Promise.all([fleet.refresh(), window.fleet.refresh('user')]));
    assert.equal((await world.listRequests()).length, 6);
  });

  it('shows a deployment that another window has begun', async () => {
    await here.signIn();
    await during(fleet.open());
    const window = await another();
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

  it('counts as read although one of its organizations is closed to the token', async () => {
    await world.control.setUser('guest', ['acme', 'closed-org']);
    await world.control.fault({ path: '^/orgs/closed-org/', status: 403, body: '{"message":"Forbidden."}', times: 0 });
    await here.signIn(await world.control.createToken({ user: 'guest' }));
    assert.equal(fleet.error?.kind, 'forbidden');
    assert.notEqual(fleet.refreshedAt, undefined);
    assert.match(here.message, /^Forge refused this\./);
    await world.control.clearRequests();
    await during(fleet.refresh('visible', minute));
    assert.deepEqual(await world.listRequests(), []);
  });

  it('of an account that fails is read again alone, and what the other one shows goes on', async () => {
    const { control } = world;
    await control.changeFleet(
      { change: 'addOrganization', name: 'Partner', slug: 'partner-org' },
      { change: 'addServer', organization: 'partner-org', name: 'partner-1' },
      { change: 'addSite', organization: 'partner-org', server: 'partner-1', name: 'partner.example.com' },
    );
    // An organization that is added is one of the usual user, too; here it is that of another one alone.
    await control.setUser('default', ['acme']);
    await control.setUser('partner', ['partner-org']);
    await here.signIn();
    await here.signIn(await control.createToken({ user: 'partner' }));
    const ofPartner = () => namesOf(fleet).filter((name) => name === 'partner.example.com');
    assert.deepEqual(ofPartner(), ['partner.example.com']);
    const target = here.site(sampleSites.main);
    await control.fault({ path: '/orgs/partner-org/sites$', status: 500, body: '{}', times: 20 });
    await control.changeFleet({ change: 'renameSite', site: Number(target.site.id), name: 'goes-on.example.com' });
    await during(fleet.refresh('user'));
    assert.equal(fleet.error?.kind, 'server');
    assert.ok(namesOf(fleet).includes('goes-on.example.com'));
    assert.deepEqual(ofPartner(), ['partner.example.com'], 'and what was known of it stays');
    await control.clearRequests();
    await during(fleet.refresh('visible', minute));
    const ofAcme = async () => (await world.listRequests()).filter((path) => path.includes('acme'));
    assert.deepEqual(await ofAcme(), []);
    await control.clearFaults();
    await during(fleet.refresh('visible', minute));
    assert.deepEqual(await ofAcme(), []);
    assert.equal(fleet.error, undefined);
  });

  it('is empty in other windows and from the next start on where the last organization was left', async () => {
    await world.control.setUser('leaver', ['acme']);
    const as = await world.control.createToken({ user: 'leaver' });
    await here.signIn(as);
    const other = await another(as);
    await during(other.fleet.open());
    assert.ok(other.fleet.allSites().length > 0);
    await world.control.setUser('leaver', []);
    await during(fleet.refresh('user'));
    await world.time.until('the other window', () => other.fleet.organizations().length === 0);
    const next = await another(as);
    await during(next.fleet.open());
    assert.deepEqual(next.fleet.organizations(), []);
  });

  it('leaves nothing on disk of an account that has signed out', async () => {
    const account = await here.signIn();
    const file = here.snapshots.file(account.key);
    assert.ok(existsSync(file));
    here.accounts.signOut(account);
    await here.snapshots.forget(account.key);
    assert.ok(!existsSync(file));
  });

  it('keeps what is known when a later page is refused, says how old it is, and reads the rest later', async () => {
    await here.signIn();
    const { refreshedAt } = fleet;
    await world.control.fault({ path: '/sites$', status: 500, body: '{}', times: 3 });
    await during(fleet.refresh());
    assert.equal(namesOf(fleet).length, 20);
    assert.equal(fleet.refreshedAt, refreshedAt);
    assert.match(here.message, /Last read at/);
    await during(fleet.refresh('user'));
    assert.notEqual(fleet.refreshedAt, refreshedAt);
    assert.equal(here.message, '');
  });
});
