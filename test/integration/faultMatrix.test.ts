import assert from 'node:assert/strict';
import * as vscode from 'vscode';
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
  const under = extensionUnderTest();
  const { control } = under;
  const site = () => under.site(sampleSites.develop);

  beforeEach(() => under.signIn());

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  for (const { what, fault, isLate = false, open, log } of sampleFaultRows) {
    it(`who opens a site and meets ${what}: ${titleOf(open)}`, async () => {
      const entry = site();
      await vscode.commands.executeCommand(commands.refresh);
      under.time.patienceMs = isLate ? patienceMs : undefined;
      await control.fault({ ...fault, method: 'GET', path: `/sites/${entry.site.id}/deployments$` });
      const [first, ...others] = await under.rows(siteNode(entry));
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
      const entry = site();
      const deployment = entry.site.latestDeployment ?? assert.fail();
      under.time.patienceMs = isLate ? patienceMs : undefined;
      await control.fault({ ...fault, method: 'GET', path: `/deployments/${deployment.id}/log$` });
      const node = deploymentTarget(entry, deployment);
      await vscode.commands.executeCommand(commands.viewDeploymentLog, node);
      const text = vscode.window.activeTextEditor?.document.getText() ?? '';
      assertTold(text.startsWith(`Deploying ${entry.site.name} `) ? undefined : text.replace(/\n$/, ''), log);
    });
  }
});
