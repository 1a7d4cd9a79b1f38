import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { serverOf } from '../../src/files/apiText';
import { commands, views } from '../../src/manifest';
import type { KindId } from '../../src/resources/catalogue';
import { resourceTarget } from '../../src/ui/target';
import type { ResourceNode } from '../../src/views/resourcesTree';
import { sampleSites } from '../sampleWorkspace';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { Prompts } from './prompts';

describe('The view of resources', () => {
  const under = extensionUnderTest();
  const { control, signIn, site } = under;
  let prompts: Prompts;

  before(async () => {
    await vscode.commands.executeCommand(`${views.resources}.focus`);
    await vscode.commands.executeCommand(`${views.fleet}.focus`);
  });

  beforeEach(async () => {
    prompts = new Prompts();
    await signIn();
    await control.clearRequests();
  });

  afterEach(async () => {
    prompts.restore();
    await vscode.commands.executeCommand(commands.unpinResources);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const tree = () => under.services.resources.now ?? assert.fail('it is made');
  const shop = () => site(sampleSites.main);
  const host = () => serverOf(under.services.fleet, shop()) ?? assert.fail();
  const rows = async (node?: ResourceNode) =>
    (await tree().getChildren(node)).map((child) => ({ node: child, item: tree().getTreeItem(child) }));
  const labels = async (node?: ResourceNode) => (await rows(node)).map(({ item }) => item.label);
  /** Opens the group of a kind. */
  const open = async (of: KindId) => {
    const group = (await tree().getChildren()).find(({ id }) => id === of);
    assert.ok(group, of);
    return rows(group);
  };
  const showing = (name: string) =>
    eventually(`the resources of ${name}`, () => tree().description === name, [tree().onDidChangeTreeData]);
  const selectShop = async () => {
    await under.services.tree.show(shop());
    await showing(sampleSites.main);
  };
  const selectHost = async () => {
    // The window's own site is selected by itself, once.
    await selectShop();
    await under.services.tree.showServer(host());
    await showing(host().server.name);
  };
  const asked = async (method = 'GET') => (await control.requests()).filter((request) => request.method === method);

  it('follows the selection where it rests, and asks for nothing until a group is opened', async () => {
    await selectShop();
    assert.deepEqual((await labels()).slice(0, 3), ['Domains', 'Certificates', 'Scheduled Jobs']);
    await selectHost();
    assert.deepEqual((await labels()).slice(0, 3), ['Databases', 'Database Users', 'Backups']);
    assert.equal((await asked()).filter(({ path }) => !path.includes('/deployments')).length, 0);
    const databases = await open('databases');
    assert.ok(databases.length > 0 && databases.every(({ item }) => item.contextValue === 'resource'));
    await open('databases');
    assert.equal((await asked()).filter(({ path }) => path.endsWith('/database/schemas')).length, 1);
  });

  it('stays where it is while it is pinned, and follows again afterwards', async () => {
    await selectHost();
    await vscode.commands.executeCommand(commands.pinResources);
    await under.services.tree.show(shop());
    await under.services.clock.sleep(1_000);
    assert.equal(tree().description, host().server.name);
    await vscode.commands.executeCommand(commands.unpinResources);
    await showing(sampleSites.main);
  });

  it('says what is empty, what may not be read, and what Forge says of it', async () => {
    await selectHost();
    const path = `/orgs/acme/servers/${host().server.id}`;
    await control.removeRows(`${path}/monitors`);
    assert.deepEqual(
      (await open('monitors')).map(({ item }) => item.description),
      ['None'],
    );
    await control.fault({ path: '/ssh-keys$', status: 403, body: '{}', times: 0 });
    assert.match(String((await open('sshKeys'))[0]?.item.description), /^Forge refused this\./);
    await control.clearFaults();
  });

  it('opens what Forge tells of a row as JSON without secrets, until its account is signed out', async () => {
    await selectShop();
    const [heartbeat] = await open('heartbeats');
    assert.ok(heartbeat?.node.kind === 'resource');
    await vscode.commands.executeCommand(commands.openResource, heartbeat.node);
    const shown = await eventually(
      'the document',
      () => [vscode.window.activeTextEditor?.document].find((document) => document?.languageId === 'json'),
      [vscode.window.onDidChangeActiveTextEditor, vscode.workspace.onDidOpenTextDocument],
    );
    const told = JSON.parse(shown.getText()) as Record<string, unknown>;
    assert.equal(told.name, heartbeat.item.label);
    assert.ok(!('ping_url' in told));
    assert.match(shown.uri.path, /^\/shop\.example\.com\/Heartbeats\/.*\.json$/);
    await under.signOutAll();
    await eventually(
      'the tab to be closed',
      () => !vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.endsWith('.json'))),
      [vscode.window.tabGroups.onDidChangeTabs],
    );
  });

  it('shows what a job has printed, as a log', async () => {
    await selectHost();
    const [job] = await open('scheduledJobs');
    await vscode.commands.executeCommand(commands.viewResourceOutput, job?.node);
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', / job \d+\.log$/);
  });

  it('deletes after a question, follows that to its end, and leaves alone what is not agreed to', async () => {
    await selectHost();
    const [rule] = await open('firewallRules');
    assert.ok(rule?.node.kind === 'resource');
    const { id } = rule.node;
    prompts.answer('dismiss');
    await vscode.commands.executeCommand(commands.deleteResource, rule.node);
    assert.equal(prompts.shown.at(-1)?.message, `Delete ${String(rule.item.label)}?`);
    assert.deepEqual(await asked('DELETE'), []);
    await control.nextChange({ method: 'DELETE', hold: true });
    prompts.answer('Delete');
    await vscode.commands.executeCommand(commands.deleteResource, rule.node);
    assert.equal((await asked('DELETE')).length, 1);
    const going = (await open('firewallRules')).find(({ node }) => node.id === id);
    assert.match(String(going?.item.description), /^removing…/);
    assert.equal(going?.item.contextValue, 'resource', 'there is nothing more to do with it');
    await control.releaseChanges();
    await control.switch({ advance: 60 });
    await vscode.commands.executeCommand(commands.refreshResources);
    await under.services.resources.now?.lists.readAgain(host().key, 'firewallRules', 'user');
    assert.ok((await open('firewallRules')).every(({ node }) => node.id !== id));
  });

  it('restarts a background process, once', async () => {
    await selectHost();
    const [process] = await open('backgroundProcesses');
    assert.match(process?.item.contextValue ?? '', /^resource output actions delete$/);
    await control.nextChange({ method: 'POST', hold: true });
    prompts.answer('Restart');
    await vscode.commands.executeCommand(commands.runOnResource, process?.node);
    const [sent, ...more] = await asked('POST');
    assert.match(sent?.path ?? '', /\/background-processes\/\d+\/actions$/);
    assert.deepEqual(more, []);
    const restarting = (await open('backgroundProcesses')).find(({ node }) => node.id === process?.node.id);
    assert.match(String(restarting?.item.description), /^restarting…/);
    assert.deepEqual(restarting?.item.iconPath, new vscode.ThemeIcon('sync~spin'));
  });

  it('does nothing with what is gone, and says so', async () => {
    await selectHost();
    await open('sshKeys');
    prompts.clear();
    await vscode.commands.executeCommand(commands.openResource, resourceTarget(host().key, 'sshKeys', '999999'));
    await eventually('to be told', () => prompts.shown.some(({ message }) => /no longer exists/.test(message)), [
      prompts.onDidShow,
    ]);
  });
});
