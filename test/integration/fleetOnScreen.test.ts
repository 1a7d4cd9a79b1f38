import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { systemTime } from '../../src/forge/clock';
import { settings, views } from '../../src/manifest';
import type { FleetNode } from '../../src/views/fleetNodes';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';

const minute = 60_000;

/** An organization with several pages of sites, and one with a single site. */
const organization = 'sprawl';
const other = 'annex';
const sitesPath = `/orgs/${organization}/sites$`;
const pageSize = 30;

describe('The fleet on screen', () => {
  const under = extensionUnderTest();
  const { control } = under;
  const own = () => under.services.fleet;
  const tree = () => under.services.tree.treeView;

  before(() => vscode.commands.executeCommand(`${views.fleet}.focus`));

  beforeEach(() =>
    control.changeFleet(
      { change: 'addOrganization', name: 'Sprawl', slug: organization },
      { change: 'addServer', organization, name: 'sprawl-1' },
      { change: 'addServer', organization, name: 'sprawl-2' },
      ...Array.from({ length: 2 * pageSize + 5 }, (_, index) => ({
        change: 'addSite' as const,
        organization,
        server: `sprawl-${1 + (index % 2)}`,
        name: `site-${index + 1}.sprawl.example`,
      })),
      { change: 'addOrganization', name: 'Annex', slug: other },
      { change: 'addServer', organization: other, name: 'annex-1' },
      { change: 'addSite', organization: other, server: 'annex-1', name: 'annex.example' },
    ),
  );

  /** A token of a user who sees these organizations. */
  const tokenFor = async (...organizations: readonly string[]) => {
    await control.setUser('onlooker', organizations);
    return control.createToken({ user: 'onlooker' });
  };
  const sitesInTree = async () =>
    (await Promise.all((await under.rows()).map(({ node }) => under.rows(node)))).flat().map(({ item }) => item);
  /** Every site that Forge has is there, once, in the fleet and in the tree. */
  const assertWhole = async () => {
    const real = (await control.fleet()).organizations
      .find(({ slug }) => slug === organization)
      ?.servers.flatMap(({ sites }) => sites.map(({ name }) => name))
      .sort();
    const items = await sitesInTree();
    assert.deepEqual(
      own()
        .allSites()
        .map(({ site }) => site.name)
        .sort(),
      real,
    );
    assert.deepEqual(items.map(({ label }) => label).sort(), real);
    assert.equal(new Set(items.map(({ id }) => id)).size, items.length);
    assert.equal(own().error, undefined);
  };

  const nameIn = (node: FleetNode) =>
    node.kind === 'server'
      ? (under.services.fleet.server(node.key)?.server.name ?? '')
      : (under.services.fleet.organization(node.key)?.organization.slug ?? '');
  /** Opens these rows of the tree, each below the one before, and closes all others. */
  const open = async (...names: readonly string[]) => {
    let [{ node: row } = assert.fail('no row'), ...others] = await under.rows();
    await tree().reveal(row, { select: false, expand: true });
    const closed = new Promise<void>((resolve) => {
      const listener = tree().onDidCollapseElement(({ element }) => {
        if (element.id === row.id) {
          listener.dispose();
          resolve();
        }
      });
    });
    await vscode.commands.executeCommand(`workbench.actions.treeView.${views.fleet}.collapseAll`);
    await closed;
    for (const name of names) {
      row = [{ node: row }, ...others].find(({ node }) => nameIn(node) === name)?.node ?? assert.fail(name);
      await tree().reveal(row, { select: false, expand: true });
      others = await under.rows(row);
    }
  };
  const onScreen = () =>
    own()
      .organizations()
      .flatMap((entry) =>
        (['servers', 'sites'] as const)
          .filter((list) => own().isOnScreen(entry, list))
          .map((list) => `${entry.organization.slug}/${list}`),
      );

  it('is known by its lists: of what is open, and of what the status bar tells', async () => {
    await under.signIn(await tokenFor(organization, other));
    const link = (site?: string) =>
      vscode.workspace.getConfiguration().update(settings.site, site, vscode.ConfigurationTarget.Workspace);
    await open(other);
    assert.deepEqual(onScreen(), [`${other}/servers`]);
    await open(organization, 'sprawl-2');
    assert.deepEqual(onScreen(), [`${organization}/servers`, `${organization}/sites`]);
    await open();
    assert.deepEqual(onScreen(), []);
    try {
      await link(`${other}/annex-1/annex.example`);
      assert.deepEqual(onScreen(), [`${other}/sites`]);
    } finally {
      await link();
    }
    try {
      await under.services.arrangements.change({ group: 'organization' });
      await open(organization);
      assert.deepEqual(onScreen(), [`${organization}/sites`]);
      await under.services.arrangements.change({ group: 'none' });
      assert.deepEqual(onScreen(), [`${other}/sites`, `${organization}/sites`]);
    } finally {
      await under.services.arrangements.change({ group: 'server' });
    }
  });

  it('has the rows of the pages that have come, and each row once when all have, also where one of them failed', async () => {
    await control.fault({ path: sitesPath, after: 1, delay: 500 });
    const signedIn = under.signIn(await tokenFor(organization));
    await eventually('a page', () => own().allSites().length === pageSize, [own().onDidChange]);
    assert.equal((await sitesInTree()).length, pageSize);
    await signedIn;
    await assertWhole();
    const [renamed, removed] = own().allSites();
    await control.changeFleet(
      { change: 'renameSite', site: Number(renamed?.site.id), name: 'renamed.sprawl.example' },
      { change: 'removeSite', site: Number(removed?.site.id) },
      { change: 'addSite', organization, server: 'sprawl-1', name: 'added.sprawl.example' },
    );
    await control.fault({ path: sitesPath, after: 1, status: 200, body: '{"data": [{"id": 1' });
    await own().refresh();
    assert.equal(own().error?.kind, 'unexpected');
    await own().refresh('user');
    await assertWhole();
  });

  it('is read when one comes back to the view and what it shows is older than the setting says', async () => {
    const { clock } = under.services;
    const clockAhead = (minutes: number) =>
      clock.goBy({ ...systemTime, now: () => systemTime.now() + minutes * minute });
    const comeBack = async () => {
      const isVisible = (wanted: boolean) =>
        eventually('the view', () => tree().visible === wanted, [tree().onDidChangeVisibility]);
      await vscode.commands.executeCommand('workbench.view.explorer');
      await isVisible(false);
      await vscode.commands.executeCommand(`${views.fleet}.focus`);
      await isVisible(true);
    };
    const set = (minutes?: number) =>
      vscode.workspace.getConfiguration().update(settings.refreshInterval, minutes, vscode.ConfigurationTarget.Global);
    await under.signIn(await tokenFor(organization));
    await set(10);
    try {
      clockAhead(6);
      await control.clearRequests();
      await comeBack();
      await own().open();
      assert.ok(!own().isRefreshing);
      assert.deepEqual(await control.requests(), []);
      const name = 'seen.sprawl.example';
      await control.changeFleet({ change: 'addSite', organization, server: 'sprawl-1', name });
      clockAhead(11);
      await comeBack();
      await eventually(
        'the change',
        () =>
          own()
            .allSites()
            .some(({ site }) => site.name === name),
        [own().onDidChange],
      );
      await eventually('the end', () => !own().isRefreshing, [own().onDidChange]);
      await assertWhole();
    } finally {
      await set();
      clock.goBy(systemTime);
    }
  });
});
