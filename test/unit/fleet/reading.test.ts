import assert from 'node:assert/strict';
import { ForgeWorld, namesOf, type TestWindow } from '../forgeWorld';

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
});
