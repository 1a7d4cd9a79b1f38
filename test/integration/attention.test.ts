import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../src/manifest';
import { siteTarget } from '../../src/ui/target';
import type { FleetNode } from '../../src/views/fleetNodes';
import { sampleSites } from '../sampleWorkspace';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { Prompts } from './prompts';

describe('What needs attention in the tree', () => {
  const under = extensionUnderTest();
  const { control, signIn, site } = under;
  let prompts: Prompts;

  const care = () => under.services.care.now ?? assert.fail('it is made');
  const group = async () => (await under.services.tree.getChildren()).find(({ kind }) => kind === 'attention');
  const findings = async () => {
    const row = await group();
    const { tree } = under.services;
    const children = row ? await tree.getChildren(row) : [];
    return children.map((node) => ({ node, item: tree.getTreeItem(node) }));
  };
  const failure = async (name: string) =>
    (await findings()).find(
      ({ item }) => item.label === name && String(item.description).startsWith('deployment failed'),
    );
  const failAgain = async (name: string) => {
    await control.nextDeployment({ site: name, end: 'failed', seconds: 1 });
    await under.deployUnasked(site(name));
    await eventually('the failure', () => site(name).site.latestDeployment?.status === 'failed', [
      ...under.changes(),
      care().attention.onDidChange,
    ]);
  };
  const run = (id: string, node?: FleetNode) => vscode.commands.executeCommand(id, node);

  beforeEach(async () => {
    prompts = new Prompts();
    await signIn();
  });

  afterEach(async () => {
    prompts.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('is first, with a number, and each row says what, since when and from where', async () => {
    await failAgain(sampleSites.develop);
    const first = await group();
    assert.equal((await under.services.tree.getChildren())[0]?.kind, 'attention');
    const all = await findings();
    assert.equal(under.services.tree.getTreeItem(first ?? assert.fail()).description, String(all.length));
    const row = await failure(sampleSites.develop);
    assert.match(String(row?.item.description), /^deployment failed · now$/);
    assert.match(row?.item.accessibilityInformation?.label ?? '', /From the list of servers and sites\.$/);
    assert.equal(under.services.tree.getParent(row?.node ?? assert.fail())?.kind, 'attention');
  });

  it('goes when the log is opened by a click, and stays gone', async () => {
    await failAgain(sampleSites.develop);
    const row = await failure(sampleSites.develop);
    await run(commands.openFinding, row?.node);
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /deployment \d+\.log$/);
    await eventually('it is gone', async () => (await failure(sampleSites.develop)) === undefined, [
      care().attention.onDidChange,
    ]);
  });

  it('goes when it is dismissed, and comes back with the next failure', async () => {
    await failAgain(sampleSites.develop);
    await run(commands.dismissFinding, (await failure(sampleSites.develop))?.node);
    assert.equal(await failure(sampleSites.develop), undefined);
    await failAgain(sampleSites.develop);
    assert.ok(await failure(sampleSites.develop));
    await run(commands.dismissFindings);
    assert.equal(await group(), undefined);
  });

  it('has what a check found, which says before what it takes; a click opens the resource', async () => {
    prompts.answer('Monitors in alert|Missing heartbeats');
    await run(commands.checkFleet);
    const question = prompts.shown.find(({ kind }) => kind === 'pick');
    assert.deepEqual(question?.choices, [
      'Failed or overdue backups',
      'Monitors in alert',
      'Missing heartbeats',
      'Certificates near their end',
    ]);
    assert.match(question.detail ?? '', /About \d+ requests, 1 minute\./);
    await eventually(
      'the end',
      () => prompts.shown.some(({ message }) => message.startsWith('The fleet was checked.')),
      [prompts.onDidShow],
    );
    const monitor = (await findings()).find(({ item }) => String(item.description).startsWith('monitor alert: disk'));
    assert.match(monitor?.item.accessibilityInformation?.label ?? '', /Checked .*now\.$/);
    await run(commands.openFinding, monitor?.node);
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /"?state"?:? "?ALERT/);
    assert.ok(monitor?.node.kind === 'finding');
    const { at } = monitor.node;
    await run(commands.showInTree, monitor.node);
    await eventually('the server', () => under.services.tree.selectedKey === at, [
      (listener) => under.services.tree.onDidSelect(listener),
    ]);
  });

  it('opens nothing where it is gone by then', async () => {
    await run(commands.openFinding, { kind: 'finding', finding: 'gone', at: site(sampleSites.main).key } as FleetNode);
    await run(commands.dismissFinding, siteTarget(site(sampleSites.main)) as FleetNode);
    assert.deepEqual(prompts.shown, []);
  });
});
