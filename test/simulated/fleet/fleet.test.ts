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

  const during = <T>(work: Promise<T>): Promise<T> => world.time.during(work);

  beforeEach(async () => {
    world = await ForgeWorld.make();
    here = world.openWindow();
    fleet = here.fleet;
  });

  afterEach(() => world.end());

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

  it('finds by its key what is there, and nothing else', async () => {
    await here.signIn();
    const [organization] = fleet.organizations();
    const [server] = fleet.allServers();
    const site = here.site(sampleSites.develop);
    assert.ok(organization && server);
    assert.equal(fleet.organization(organization.key), organization);
    assert.equal(fleet.server(server.key), server);
    assert.deepEqual(fleet.site(site.key), site);
    assert.deepEqual(
      [fleet.site(server.key), fleet.server(site.key), fleet.site('')],
      [undefined, undefined, undefined],
    );
    assert.equal(fleet.site(site.key.replace(/site-.*/, 'site-0')), undefined);
    assert.deepEqual(
      [site.key, organization.key, '', site.key.replace(/^[^@]*/, '0')].map((key) => fleet.isOfAccount(key)),
      [true, true, false, false],
    );
  });

  it('leaves nothing on disk of an account that has signed out', async () => {
    const account = await here.signIn();
    const file = here.snapshots.file(account.key);
    assert.ok(existsSync(file));
    here.accounts.signOut(account);
    await here.snapshots.forget(account.key);
    assert.ok(!existsSync(file));
  });
});
