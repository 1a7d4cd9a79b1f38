import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Fleet } from '../../src/fleet/fleet';
import { views } from '../../src/manifest';
import type { FleetNode } from '../../src/views/fleetNodes';
import { sampleSites } from '../sampleWorkspace';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { OtherWindows } from './otherWindows';

const minute = 60_000;

describe('The fleet', () => {
  const under = extensionUnderTest();
  const { control, pathOf, signIn, signOutAll, site } = under;
  const windows = new OtherWindows(under);
  const namesOf = (fleet: Fleet) =>
    fleet
      .allSites()
      .map((entry) => entry.site.name)
      .sort();
  const listRequests = async () =>
    (await control.requests())
      .map(({ path }) => path)
      .filter((path) => /^\/orgs(\/[^/]+\/(servers|sites))?$/.test(path));

  before(() => vscode.commands.executeCommand(`${views.fleet}.focus`));

  afterEach(() => {
    windows.closeAll();
  });

  it('of a new window is there at once from the snapshot, without a request while that is young', async () => {
    const window = await windows.open(await signIn());
    await control.clearRequests();
    await window.open();
    assert.equal(window.state, 'ready');
    assert.deepEqual(namesOf(window), namesOf(under.services.fleet));
    assert.equal(window.refreshedAt, under.services.fleet.refreshedAt);
    await window.refresh('visible', minute);
    assert.deepEqual(await listRequests(), []);
    await window.refresh('visible');
    assert.deepEqual(await listRequests(), ['/orgs', '/orgs/acme/servers', '/orgs/acme/sites']);
  });

  it('is read by one of two windows that begin in the same instant, and shown by both', async () => {
    const window = await windows.open(await signIn());
    await window.open();
    const { fleet } = under.services;
    const [server] = fleet.servers(fleet.organizations()[0] ?? assert.fail());
    await control.changeFleet({
      change: 'addSite',
      server: Number(server?.server.id),
      name: 'added-elsewhere.example.com',
    });
    await control.clearRequests();
    await Promise.all([fleet.refresh(), window.refresh()]);
    await eventually(
      'the new site in both windows',
      () => [fleet, window].every((one) => namesOf(one).includes('added-elsewhere.example.com')),
      [fleet.onDidChange, window.onDidChange],
    );
    assert.equal((await listRequests()).length, 3);
    await control.changeFleet({ change: 'removeSite', site: 'added-elsewhere.example.com' });
    await window.refresh('user');
    await eventually('the site to be gone', () => !namesOf(fleet).includes('added-elsewhere.example.com'), [
      fleet.onDidChange,
    ]);
  });

  it('is read once for all who want it at the same time', async () => {
    await signIn();
    const { fleet } = under.services;
    await control.clearRequests();
    await Promise.all([fleet.refresh(), fleet.refresh('user'), fleet.refresh('background')]);
    assert.deepEqual((await listRequests()).sort(), ['/orgs', '/orgs/acme/servers', '/orgs/acme/sites']);
  });

  it('reads for a click although another window is at it', async () => {
    const window = await windows.open(await signIn());
    await control.fault({ path: '/sites$', delay: 500, times: 1 });
    await control.clearRequests();
    await Promise.all([under.services.fleet.refresh(), window.refresh('user')]);
    assert.equal((await listRequests()).length, 6);
  });

  it('shows a deployment that another window has begun', async () => {
    const account = await signIn();
    const window = await windows.open(account);
    await window.open();
    const entry = site(sampleSites.develop);
    const deployment = await account.client.deploy(pathOf(entry));
    window.setDeployment(entry.key, deployment);
    const { fleet } = under.services;
    await eventually(
      'the deployment of the other window',
      () => fleet.site(entry.key)?.site.latestDeployment?.id === deployment.id,
      [fleet.onDidChange],
    );
    const { tracker } = under.services;
    await eventually('its end', () => !tracker.isFollowing(entry.key, deployment.id), [tracker.onDidEnd]);
  });

  it('is shown at once to who signs in again in the window that wrote it', async () => {
    const account = await signIn();
    const { fleet, snapshots } = under.services;
    // The token has expired: the account is replaced by one of the same user, and Forge cannot be reached just then.
    await control.fault({ path: '/(servers|sites)$', drop: true, times: 0 });
    const again = await windows.open(account, { snapshots });
    await again.open();
    assert.deepEqual(namesOf(again), namesOf(fleet));
  });

  it('counts as read although one of its organizations is closed to the token', async () => {
    await control.setUser('guest', ['acme', 'closed-org']);
    await control.fault({ path: '^/orgs/closed-org/', status: 403, body: '{"message":"Forbidden."}', times: 0 });
    await signIn(await control.createToken({ user: 'guest' }));
    const { fleet, tree } = under.services;
    assert.equal(fleet.error?.kind, 'forbidden');
    assert.notEqual(fleet.refreshedAt, undefined);
    assert.match(tree.treeView.message ?? '', /^Forge refused this\./);
    await control.clearRequests();
    await fleet.refresh('visible', minute);
    assert.deepEqual(await listRequests(), []);
  });

  it('of an account that fails is read again alone, and what the other one shows goes on', async () => {
    await control.changeFleet(
      { change: 'addOrganization', name: 'Partner', slug: 'partner-org' },
      { change: 'addServer', organization: 'partner-org', name: 'partner-1' },
      { change: 'addSite', organization: 'partner-org', server: 'partner-1', name: 'partner.example.com' },
    );
    // An organization that is added is one of the usual user, too; here it is that of another one alone.
    await control.setUser('default', ['acme']);
    await control.setUser('partner', ['partner-org']);
    await signIn();
    await signIn(await control.createToken({ user: 'partner' }));
    const { fleet } = under.services;
    const ofPartner = () => namesOf(fleet).filter((name) => name === 'partner.example.com');
    assert.deepEqual(ofPartner(), ['partner.example.com']);
    const target = site(sampleSites.main);
    await control.fault({ path: '/orgs/partner-org/sites$', status: 500, body: '{}', times: 20 });
    await control.changeFleet({ change: 'renameSite', site: Number(target.site.id), name: 'goes-on.example.com' });
    try {
      await fleet.refresh('user');
      assert.equal(fleet.error?.kind, 'server');
      assert.ok(namesOf(fleet).includes('goes-on.example.com'));
      assert.deepEqual(ofPartner(), ['partner.example.com'], 'and what was known of it stays');
      await control.clearRequests();
      await fleet.refresh('visible', minute);
      assert.deepEqual(
        (await listRequests()).filter((path) => path.includes('acme')),
        [],
      );
      await control.clearFaults();
      await fleet.refresh('visible', minute);
      assert.deepEqual(
        (await listRequests()).filter((path) => path.includes('acme')),
        [],
      );
      assert.equal(fleet.error, undefined);
    } finally {
      await control.changeFleet({ change: 'renameSite', site: Number(target.site.id), name: target.site.name });
    }
  });

  it('is empty in other windows and from the next start on where the last organization was left', async () => {
    await control.setUser('leaver', ['acme']);
    const as = await control.createToken({ user: 'leaver' });
    const account = await signIn(as);
    const other = await windows.open(account, { as });
    await other.open();
    assert.ok(other.allSites().length > 0);
    await control.setUser('leaver', []);
    await under.services.fleet.refresh('user');
    await eventually('the other window', () => other.organizations().length === 0, [other.onDidChange]);
    const next = await windows.open(account, { as });
    await next.open();
    assert.deepEqual(next.organizations(), []);
  });

  it('leaves nothing on disk of an account that has signed out', async () => {
    const account = await signIn();
    const file = under.services.snapshots.file(account.key);
    assert.ok(existsSync(file));
    await signOutAll();
    await under.services.snapshots.forget(account.key);
    assert.ok(!existsSync(file));
  });

  it('keeps what is known when a later page is refused, says how old it is, and reads the rest later', async () => {
    await signIn();
    const { fleet, tree } = under.services;
    const { refreshedAt } = fleet;
    await control.fault({ path: '/sites$', status: 500, body: '{}', times: 3 });
    await fleet.refresh();
    assert.equal(namesOf(fleet).length, 20);
    assert.equal(fleet.refreshedAt, refreshedAt);
    assert.match(tree.treeView.message ?? '', /Last read at/);
    await fleet.refresh('user');
    assert.notEqual(fleet.refreshedAt, refreshedAt);
    assert.equal(tree.treeView.message ?? '', '');
  });

  it('draws the rows that changed and no other', async () => {
    await signIn();
    const { fleet, tree } = under.services;
    const drawn: (FleetNode | undefined)[] = [];
    const listener = tree.onDidChangeTreeData((node) => drawn.push(node));
    try {
      const servers = await tree.getChildren();
      const server = servers.find((node) => node.kind === 'server' && fleet.sites(node, node.server).length > 0);
      assert.ok(server?.kind === 'server');
      for (const node of [...servers, ...(await tree.getChildren(server))]) {
        tree.getTreeItem(node);
      }
      const last = fleet.allSites().at(-1);
      assert.ok(last);
      // A refresh that brings nothing new, and one that brings a change.
      await fleet.refresh();
      const target = fleet.sites(server, server.server)[0];
      assert.ok(target);
      await control.changeFleet({ change: 'maintenanceOfSite', site: Number(target.site.id), enabled: true });
      drawn.length = 0;
      await fleet.refresh();
      await eventually('the row of the site', () => drawn.length > 0, [tree.onDidChangeTreeData]);
      assert.deepEqual(
        drawn.map((node) => node?.key),
        [target.key],
      );
      await control.changeFleet({ change: 'maintenanceOfSite', site: Number(target.site.id), enabled: false });
    } finally {
      listener.dispose();
    }
  });
});
