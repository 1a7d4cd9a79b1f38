import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { RecentSites } from '../../../src/fleet/recentSites';
import { Emitter } from '../../../src/forge/emitter';
import type { Place } from '../../../src/workspace/git';
import { LinkedSites } from '../../../src/workspace/linkedSites';
import { sampleSites } from '../../sampleWorkspace';
import type { FleetChange } from '../../simulator/control';
import { ForgeWorld, TestMemory, type TestWindow } from '../forgeWorld';

const root = (path: string) => ({ scheme: 'file', path, toString: () => `file://${path}` }) as unknown as vscode.Uri;

describe('The sites of the open folders', () => {
  let world: ForgeWorld;
  let window: TestWindow;
  /** How often all sites were gone through. */
  let looks = 0;
  let linked: LinkedSites;
  /** Looks at all sites when it is told to. */
  let thorough: LinkedSites;
  const change = new Emitter<void>();
  const place: Place = {
    root: root('/shop'),
    repository: undefined,
    checkout: { branch: 'main', remotes: [{ name: 'origin', url: 'git@github.com:acme/shop.git' }] },
  };

  const linkedBy = (changed: Emitter<void>, onLook = () => {}) => {
    const fleet = Object.create(window.fleet, {
      allSites: {
        value: () => {
          onLook();
          return window.fleet.allSites();
        },
      },
    }) as TestWindow['fleet'];
    const git = { checkouts: [place], hasRemote: true, onDidChange: changed.event, ready: Promise.resolve() };
    const folders = {
      isAny: true,
      namedSites: [
        { root: root('/named'), name: `acme/acme-web-9/${sampleSites.main}` },
        { root: root('/other'), name: 'acme/acme-web-2/other.example.com' },
      ],
      activeFile: undefined,
      onDidChange: new Emitter<void>().event,
    };
    return new LinkedSites(fleet, git, new RecentSites(new TestMemory(), new TestMemory()), folders);
  };
  const keys = (sites: LinkedSites) => sites.roots.map((each) => [String(each.root), each.sites.map(({ key }) => key)]);
  const namesIn = (sites: LinkedSites) => sites.roots.map((each) => each.sites.map(({ site }) => site.name));

  beforeEach(async () => {
    world = await ForgeWorld.make({ servers: 60, sites: 600 });
    window = world.openWindow();
    looks = 0;
    linked = linkedBy(new Emitter<void>(), () => {
      looks += 1;
    });
    thorough = linkedBy(change);
    await window.signIn();
  });

  afterEach(async () => {
    linked.dispose();
    thorough.dispose();
    await world.end();
  });

  it('are looked for where a page may have one of them, and not in all that were read before with each', async () => {
    assert.deepEqual(namesIn(linked), [[sampleSites.main, sampleSites.develop]]);
    const before = looks;
    assert.ok(before < 10, `${before} looks for 23 pages`);
    await world.control.changeFleet({ change: 'tagSite', site: 'crm.example.com', tags: ['other'] });
    await world.time.during(window.fleet.refresh('user'));
    assert.equal(looks, before);
  });

  it('are those of a look at all of them, whatever becomes of the fleet', async () => {
    const changes: readonly FleetChange[] = [
      { change: 'branchOfSite', site: sampleSites.develop, branch: 'main' },
      {
        change: 'addSite',
        server: 'acme-web-2',
        name: 'late.example.com',
        repository: { provider: 'github', url: 'acme/shop', branch: 'main' },
      },
      { change: 'renameServer', server: 'acme-web-1', name: 'acme-web-9' },
      { change: 'removeSite', site: sampleSites.main },
      { change: 'renameServer', server: 'acme-web-9', name: 'acme-web-8' },
      { change: 'addOrganization', name: 'Late', slug: 'late' },
      { change: 'removeSite', site: 'late.example.com' },
      { change: 'addSite', server: 'acme-web-2', name: 'other.example.com' },
      { change: 'renameSite', site: 'other.example.com', name: 'another.example.com' },
    ];
    const seen: string[][][] = [];
    for (const each of changes) {
      await world.control.changeFleet(each);
      await world.time.during(window.fleet.refresh('user'));
      const found = keys(linked);
      change.fire();
      assert.deepEqual(found, keys(thorough), JSON.stringify(each));
      seen.push(namesIn(linked));
    }
    assert.deepEqual(seen[1], [[sampleSites.main, sampleSites.develop, 'late.example.com']]);
    assert.deepEqual(seen[2]?.[0], [sampleSites.main]);
    assert.equal(seen[2]?.length, 2);
    assert.deepEqual(seen.slice(-3), [
      [[sampleSites.develop]],
      [['other.example.com'], [sampleSites.develop]],
      [[sampleSites.develop]],
    ]);
    for (const account of [...new Set(window.fleet.allSites().map((site) => site.account))]) {
      window.accounts.signOut(account);
    }
    assert.deepEqual(keys(linked), []);
  });
});
