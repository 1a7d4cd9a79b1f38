import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SiteEntry } from '../../src/fleet/rows';
import type { Deployment } from '../../src/forge/resources';
import { commands } from '../../src/manifest';
import { deploymentTarget } from '../../src/ui/target';
import { siteNode } from '../../src/views/fleetNodes';
import { assertTold, sampleFaultRows, type Told, titleOf } from '../faults';
import { sampleSites } from '../sampleWorkspace';
import { extensionUnderTest } from './extensionUnderTest';

/** For how long an answer is waited for that does not come, in milliseconds. */
const patienceMs = 400;

/** What each fault does to each call is tried in Node: here, that rows and documents show it. */
describe('What a person sees', () => {
  const under = extensionUnderTest({ keepsSession: true });
  const { control, site } = under;
  const logs: { readonly entry: SiteEntry; readonly deployment: Deployment }[] = [];
  let unopened: SiteEntry[];

  before(async () => {
    await control.setUser('reader', ['acme']);
    const account = await under.signIn(await control.createToken({ user: 'reader' }));
    const entries = under.services.fleet.allSites().filter((entry) => entry.server && entry.site.latestDeployment);
    unopened = entries.filter((entry) => entry.site.name !== sampleSites.develop);
    for (const entry of entries.slice(0, 10)) {
      const newest = await account.client.first('listDeployments', under.pathOf(entry), {
        count: sampleFaultRows.length,
      });
      logs.push(...newest.map((deployment) => ({ entry, deployment })));
    }
    assert.ok(logs.length >= sampleFaultRows.length, 'each row has a log of its own');
  });

  // An answer as usual, after which the limiter does not take Forge for one that fails again and again.
  beforeEach(() => site(sampleSites.main).account.client.call('me', {}));

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  for (const [index, { what, fault, isLate = false, open, log }] of sampleFaultRows.entries()) {
    it(`who opens a site and meets ${what}: ${titleOf(open)}`, async () => {
      // Of a site that was opened with success, the rows that were there stay.
      const entry = open === undefined ? unopened.pop() : site(sampleSites.develop);
      assert.ok(entry);
      await vscode.commands.executeCommand(commands.refresh);
      under.time.patienceMs = isLate ? patienceMs : undefined;
      await control.fault({ ...fault, method: 'GET', path: `/sites/${entry.site.id}/deployments$` });
      const [first, ...others] = await under.rows(siteNode(site(entry.site.name)));
      let told: Told;
      if (first?.node.kind === 'deployment') {
        assert.ok(others.every(({ node }) => node.kind === 'deployment' || node.kind === 'more'));
      } else {
        assert.equal(others.length, 0, 'one row says it');
        // What a click helps with is the label of the row.
        told = String(first?.item.description ?? first?.item.label);
      }
      assertTold(told, open);
    });

    it(`who views a log and meets ${what}: ${titleOf(log)}`, async () => {
      const { entry, deployment } = logs[index] ?? assert.fail();
      under.time.patienceMs = isLate ? patienceMs : undefined;
      await control.fault({ ...fault, method: 'GET', path: `/deployments/${deployment.id}/log$` });
      const node = deploymentTarget(entry, deployment);
      await vscode.commands.executeCommand(commands.viewDeploymentLog, node);
      const text = vscode.window.activeTextEditor?.document.getText() ?? '';
      assertTold(text.startsWith(`Deploying ${entry.site.name} `) ? undefined : text.replace(/\n$/, ''), log);
    });
  }
});
