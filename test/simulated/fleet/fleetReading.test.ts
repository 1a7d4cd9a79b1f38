import assert from 'node:assert/strict';
import { ForgeWorld, namesOf, type TestWindow } from '../forgeWorld';

const minute = 60_000;

describe('The fleet that is read', () => {
  let world: ForgeWorld;
  let window: TestWindow;
  const refresh = () => world.time.during(window.fleet.refresh('user'));

  beforeEach(async () => {
    world = await ForgeWorld.make();
    window = world.openWindow();
  });

  afterEach(() => world.end());

  it('costs one request for the organizations and one for each page of servers and sites', async () => {
    await window.signIn();
    const paths = (await world.control.requests()).map(({ path }) => path);
    // The first is the check of the token.
    assert.deepEqual(paths.slice(0, 2), ['/me', '/orgs']);
    assert.deepEqual(paths.slice(2).sort(), ['/orgs/acme/servers', '/orgs/acme/sites']);
  });

  it('takes away what is gone, and keeps the rest', async () => {
    const { control } = world;
    await window.signIn();
    const before = namesOf(window.fleet);
    await control.changeFleet({ change: 'addSite', server: 'acme-web-2', name: 'new.example.com' });
    await refresh();
    const { key } = window.site('new.example.com');
    await control.changeFleet({ change: 'renameSite', site: 'new.example.com', name: 'renamed.example.com' });
    await refresh();
    assert.equal(window.fleet.site(key)?.site.name, 'renamed.example.com');
    await control.changeFleet({ change: 'removeSite', site: 'renamed.example.com' });
    await refresh();
    assert.equal(window.fleet.site(key), undefined);
    assert.deepEqual(namesOf(window.fleet), before);
  });

  it('stays as it was where a page repeats its cursor', async () => {
    await window.signIn();
    const before = namesOf(window.fleet);
    await world.control.fault({ path: '/sites$', patchDocument: { meta: { next_cursor: 'again' } }, times: 0 });
    await refresh();
    assert.deepEqual(namesOf(window.fleet), before);
    assert.equal(window.fleet.error?.kind, 'unexpected');
  });

  it('has all sites where Forge leaves out their servers', async () => {
    await world.control.fault({ path: '/sites$', patchDocument: { included: [] } });
    await window.signIn();
    assert.equal(window.fleet.allSites().length, 20);
  });

  it('says on one page what is wrong where nothing could be read, and nothing above it', async () => {
    await world.control.fault({ path: '^/orgs$', status: 401, body: '{"message":"Unauthenticated."}', times: 0 });
    await window.signIn();
    assert.equal(window.fleet.state, 'expired');
    assert.equal(window.message, '');
  });

  it('is there when Forge can be reached again', async () => {
    await world.control.fault({ path: '^/orgs$', drop: true, times: 0 });
    await window.signIn();
    assert.equal(window.fleet.state, 'offline');
    await world.control.clearFaults();
    await refresh();
    assert.equal(window.fleet.state, 'ready');
  });

  it('is read by one of two windows that begin in the same instant, and shown by both', async () => {
    await window.signIn();
    const other = await world.openAnother();
    await world.time.during(Promise.all([window.fleet.open(), other.fleet.open()]));
    const [server] = window.fleet.servers(window.fleet.organizations()[0] ?? assert.fail());
    await world.control.changeFleet({
      change: 'addSite',
      server: Number(server?.server.id),
      name: 'added-elsewwindow.example.com',
    });
    await world.control.clearRequests();
    await world.time.during(Promise.all([window.fleet.refresh(), other.fleet.refresh()]));
    await world.time.until('the new site in both windows', () =>
      [window.fleet, other.fleet].every((one) => namesOf(one).includes('added-elsewwindow.example.com')),
    );
    assert.equal((await world.listRequests()).length, 3);
    await world.control.changeFleet({ change: 'removeSite', site: 'added-elsewwindow.example.com' });
    await world.time.during(other.fleet.refresh('user'));
    await world.time.until(
      'the site to be gone',
      () => !namesOf(window.fleet).includes('added-elsewwindow.example.com'),
    );
  });

  it('is read once for all who want it at the same time', async () => {
    await window.signIn();
    await world.control.clearRequests();
    await world.time.during(
      Promise.all([window.fleet.refresh(), window.fleet.refresh('user'), window.fleet.refresh('background')]),
    );
    assert.deepEqual([...(await world.listRequests())].sort(), ['/orgs', '/orgs/acme/servers', '/orgs/acme/sites']);
  });

  it('reads for a click although another window is at it', async () => {
    await window.signIn();
    const other = await world.openAnother();
    await world.control.fault({ path: '/sites$', delay: 500, times: 1 });
    await world.time.during(Promise.all([window.fleet.refresh(), other.fleet.refresh('user')]));
    assert.equal((await world.listRequests()).length, 6);
  });

  it('counts as read although one of its organizations is closed to the token', async () => {
    await world.control.setUser('guest', ['acme', 'closed-org']);
    await world.control.fault({ path: '^/orgs/closed-org/', status: 403, body: '{"message":"Forbidden."}', times: 0 });
    await window.signIn(await world.control.createToken({ user: 'guest' }));
    assert.equal(window.fleet.error?.kind, 'forbidden');
    assert.notEqual(window.fleet.refreshedAt, undefined);
    assert.match(window.message, /^Forge refused this\./);
    await world.control.clearRequests();
    await world.time.during(window.fleet.refresh('visible', minute));
    assert.deepEqual(await world.listRequests(), []);
  });

  it('keeps what is known when a later page is refused, says how old it is, and reads the rest later', async () => {
    await window.signIn();
    const { refreshedAt } = window.fleet;
    await world.control.fault({ path: '/sites$', status: 500, body: '{}', times: 3 });
    await world.time.during(window.fleet.refresh());
    assert.equal(namesOf(window.fleet).length, 20);
    assert.equal(window.fleet.refreshedAt, refreshedAt);
    assert.match(window.message, /Last updated/);
    await world.time.during(window.fleet.refresh('user'));
    assert.notEqual(window.fleet.refreshedAt, refreshedAt);
    assert.equal(window.message, '');
  });
});
