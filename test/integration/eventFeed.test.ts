import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Session } from '../../src/account/session';
import { Fleet } from '../../src/fleet/fleet';
import { Snapshots } from '../../src/fleet/snapshots';
import { ForgeClient } from '../../src/forge/client';
import { quiet } from '../quietLog';
import { type FleetOrganization, SimulatorControl } from '../simulator/control';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';

describe('The feed of events', () => {
  const { signIn } = extensionUnderTest();
  let simulator: Simulator;
  let control: SimulatorControl;
  let folder: string;
  let fleet: Fleet;
  let organization: FleetOrganization;

  /** The fleet of a window, with ten servers and a hundred sites in it: 1 + 1 + 4 requests by the lists. */
  const openFleet = async (): Promise<Fleet> => {
    const account = await signIn();
    const client = new ForgeClient({
      apiUrl: simulator.url,
      token: () => simulator.token,
      limiter: account.limiter,
      userAgent: 'test',
    });
    const session: Session = { state: 'signedIn', accounts: [{ ...account, client }] };
    const accounts = {
      session,
      ready: Promise.resolve(),
      onDidChange: new vscode.EventEmitter<Session>().event,
      onDidSignOut: new vscode.EventEmitter<never>().event,
      leave: () => Promise.resolve(),
    };
    const opened = new Fleet(accounts, new Snapshots(folder, quiet), quiet);
    await opened.ready;
    return opened;
  };
  const requests = async () => (await control.requests()).map(({ path }) => path.replace('/orgs/acme/', ''));
  const siteNamed = (name: string) => fleet.allSites().find(({ site }) => site.name === name);
  /** The servers of the simulator with the most sites. */
  const [busy, quieter] = [0, 1].map((place) => () => {
    const bySites = [...organization.servers].sort((a, b) => b.sites.length - a.sites.length);
    return bySites[place] ?? assert.fail();
  }) as [() => FleetOrganization['servers'][number], () => FleetOrganization['servers'][number]];

  beforeEach(async () => {
    simulator = await startSimulator({ orgs: 1, servers: 10, sites: 100, limit: 6_000 });
    control = new SimulatorControl(simulator.origin);
    await control.switch({ events: true });
    organization = (await control.fleet()).organizations[0] ?? assert.fail();
    folder = mkdtempSync(join(tmpdir(), 'forge-feed-'));
    fleet = await openFleet();
    await fleet.refresh('user');
    await control.clearRequests();
  });

  afterEach(async () => {
    fleet.dispose();
    await simulator.close();
    rmSync(folder, { recursive: true });
  });

  it('spares the lists where nothing has happened', async () => {
    const before = fleet.refreshedAt;
    await fleet.refresh();
    assert.deepEqual(await requests(), ['/orgs', 'events']);
    assert.ok((fleet.refreshedAt ?? 0) >= (before ?? 0));
    assert.equal(fleet.allSites().length, 100);
  });

  it('leads to the server of which it tells', async () => {
    const before = siteNamed(busy().sites[0]?.name ?? '') ?? assert.fail();
    await control.changeFleet(
      { change: 'renameSite', site: before.site.name, name: 'renamed.example.com' },
      { change: 'addSite', server: busy().id, name: 'added.example.com' },
    );
    await fleet.refresh();
    const { id } = busy();
    assert.deepEqual(await requests(), ['/orgs', 'events', `servers/${id}`, `servers/${id}/sites`]);
    assert.equal(siteNamed('renamed.example.com')?.key, before.key);
    assert.equal(siteNamed('added.example.com')?.server?.id, String(id));
  });

  for (const siteInclude of [true, false]) {
    it(`is not needed after one's own change: one site is read, ${siteInclude ? 'with' : 'without'} what belongs to it`, async () => {
      await control.switch({ siteInclude });
      const before =
        fleet.allSites().find(({ site }) => site.tags.length > 0 && site.latestDeployment) ?? assert.fail();
      await control.changeFleet({ change: 'renameSite', site: Number(before.site.id), name: 'renamed.example.com' });
      await fleet.readSite(before);
      assert.deepEqual(await requests(), [`sites/${before.site.id}`]);
      assert.deepEqual(siteNamed('renamed.example.com'), {
        ...before,
        site: { ...before.site, name: 'renamed.example.com', url: 'https://renamed.example.com' },
      });
    });
  }

  it('gives way to the lists where a site is gone from its server, which another one may have', async () => {
    const [removed, moved] = busy().sites;
    await control.changeFleet(
      { change: 'removeSite', site: removed?.id ?? 0 },
      { change: 'moveSite', site: moved?.id ?? 0, server: quieter().id },
    );
    await fleet.refresh();
    assert.ok((await requests()).includes('sites'));
    assert.equal(siteNamed(removed?.name ?? ''), undefined);
    assert.equal(siteNamed(moved?.name ?? '')?.server?.id, String(quieter().id));
  });

  it('gives way to the lists for a new server and for a new organization', async () => {
    await control.changeFleet({ change: 'addServer', organization: 'acme', name: 'brand-new' });
    await fleet.refresh();
    assert.ok(fleet.allServers().some(({ server }) => server.name === 'brand-new'));
    await control.changeFleet(
      { change: 'addOrganization', name: 'Another', slug: 'another' },
      { change: 'addServer', organization: 'another', name: 'theirs' },
    );
    await control.setUser('default', ['acme', 'another']);
    await fleet.refresh();
    assert.ok(fleet.allServers().some(({ server }) => server.name === 'theirs'));
  });

  it('gives way to the lists where more has happened than a page of it holds', async () => {
    const names = Array.from({ length: 31 }, (_, place) => ({
      change: 'tagSite' as const,
      site: busy().sites[0]?.id ?? 0,
      tags: [`tag-${place}`],
    }));
    await control.changeFleet(...names);
    await fleet.refresh();
    assert.deepEqual((await requests()).filter((path) => path === 'servers' || path === 'sites').length, 5);
    assert.deepEqual(siteNamed(busy().sites[0]?.name ?? '')?.site.tags, ['tag-30']);
  });

  it('is passed over by who clicks, and by who has not seen the lists for half an hour', async () => {
    await fleet.refresh('user');
    assert.ok(!(await requests()).includes('events'));
    await control.clearRequests();
    const { now } = Date;
    Date.now = () => now() + 31 * 60_000;
    try {
      await fleet.refresh();
    } finally {
      Date.now = now;
    }
    assert.ok(!(await requests()).includes('events'));
  });

  it('is not enough for who clicks while it is read', async () => {
    const name = busy().sites[0]?.name ?? assert.fail();
    // Nothing that it tells of.
    await control.fault({
      path: '/orgs/acme/events$',
      status: 200,
      body: '{"data":[],"meta":{"next_cursor":null}}',
      delay: 300,
    });
    await control.changeFleet({ change: 'renameSite', site: name, name: 'renamed.example.com' });
    const underWay = fleet.refresh();
    await eventually('the organizations', () => fleet.progress, [fleet.onDidChange]);
    await fleet.refresh('user');
    await underWay;
    assert.deepEqual((await requests()).sort(), ['/orgs', 'events', 'servers', 'sites', 'sites', 'sites', 'sites']);
    assert.ok(siteNamed('renamed.example.com'));
  });

  it('is not asked for again by any window where Forge has none', async () => {
    await control.switch({ events: false });
    await fleet.refresh();
    assert.equal((await requests()).filter((path) => path === 'events').length, 1);
    assert.equal((await requests()).filter((path) => path === 'sites').length, 4);
    await fleet.refresh();
    const another = await openFleet();
    await another.open();
    await another.refresh();
    another.dispose();
    assert.equal((await requests()).filter((path) => path === 'events').length, 1);
  });
});
