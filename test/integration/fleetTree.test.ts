import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { views } from '../../src/manifest';
import { type FleetNode, siteNode } from '../../src/views/fleetNodes';
import { sampleSites } from '../sampleWorkspace';
import { eventually } from './eventually';
import { extensionUnderTest, never, token } from './extensionUnderTest';

describe('The tree of the fleet', () => {
  const under = extensionUnderTest();
  const { control, signIn } = under;

  before(() => vscode.commands.executeCommand(`${views.fleet}.focus`));

  it('draws the rows that changed and no other', async () => {
    await signIn();
    const { codes, fleet, tree } = under.services;
    // What Git says of a deployed commit is in the row of its site, too, and Git has only started with the window.
    const own = [sampleSites.main, sampleSites.develop].map((name) => siteNode(under.site(name)));
    const isCompared = (node: FleetNode) => JSON.stringify(tree.getTreeItem(node)).includes('not in your clone');
    await eventually('what Git says', () => own.every(isCompared), [codes.onDidChange]);
    const sitesOn = ({ key }: FleetNode) => {
      const entry = fleet.server(key);
      return entry ? fleet.sites(entry, entry.server) : [];
    };
    const drawn: (FleetNode | undefined)[] = [];
    const listener = tree.onDidChangeTreeData((node) => drawn.push(node));
    try {
      const servers = await tree.getChildren();
      const server = servers.find((node) => sitesOn(node).length > 0);
      assert.ok(server);
      for (const node of [...servers, ...(await tree.getChildren(server))]) {
        tree.getTreeItem(node);
      }
      const last = fleet.allSites().at(-1);
      assert.ok(last);
      // A refresh that brings nothing new, and one that brings a change.
      await fleet.refresh();
      const target = sitesOn(server)[0];
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

  it('gives the first rows to who asked before they were there', async () => {
    const { fleet, tree, accounts } = under.services;
    await control.fault({ path: '/(servers|sites)$', delay: 50, times: 0 });
    const signedIn = accounts.signInWith(token, never);
    await eventually('the first reading', () => fleet.state === 'loading', under.changes());
    const asked = await tree.getChildren();
    assert.ok(asked.length > 0);
    await signedIn;
  });

  it('keeps nobody waiting for the first rows where Forge does not answer', async () => {
    await control.fault({ path: '/(servers|sites)$', hang: true, times: 0 });
    const { fleet, tree, accounts } = under.services;
    const signedIn = accounts.signInWith(token, never);
    await eventually('the first reading', () => fleet.state === 'loading', under.changes());
    assert.deepEqual(await tree.getChildren(), []);
    assert.equal(fleet.state, 'loading');
    await signedIn;
  });

  it('tries deployments that could not be loaded again with a click on the row that says so', async () => {
    await signIn();
    const { fleet, tree } = under.services;
    const site = siteNode(fleet.allSites()[0] ?? assert.fail());
    const below = async () => (await tree.getChildren(site)).map((node) => tree.getTreeItem(node));
    await control.fault({ path: '/deployments$', status: 500, body: '{}', times: 0 });
    const [told] = await below();
    assert.equal(told?.label, 'Forge returned a server error. Try again later.');
    await control.clearFaults();
    await vscode.commands.executeCommand(told?.command?.command ?? assert.fail());
    const [first] = await below();
    assert.ok(first?.label && first.label !== told?.label);
  });
});
