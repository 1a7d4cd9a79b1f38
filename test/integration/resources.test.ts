import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { serverOf } from '../../src/files/apiText';
import { organizationKey } from '../../src/fleet/keys';
import { commands, views } from '../../src/manifest';
import type { KindId } from '../../src/resources/catalogue';
import { placeBelow } from '../../src/resources/place';
import type { LateTree } from '../../src/ui/lateTree';
import { resourcesTarget, resourceTarget, serverTarget, siteTarget, type Target } from '../../src/ui/target';
import type { ResourceNode, ResourcesTree } from '../../src/views/resourcesTree';
import { sampleSites } from '../sampleWorkspace';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { type Answer, type AskedStep, back, FormFiller, leave, press } from './formFiller';
import { Picker } from './picker';
import { Prompts } from './prompts';
import { untilTrue } from './untilTrue';

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
    assert.deepEqual((await labels()).slice(0, 3), ['Domains', 'Certificates', 'Background Processes']);
    await selectHost();
    assert.deepEqual((await labels()).slice(0, 3), ['Databases', 'Database Users', 'Backups']);
    assert.equal((await asked()).filter(({ path }) => !path.includes('/deployments')).length, 0);
    const databases = await open('databases');
    assert.ok(databases.length > 0 && databases.every(({ item }) => item.contextValue === 'resource actions delete'));
    await open('databases');
    assert.equal((await asked()).filter(({ path }) => path.endsWith('/database/schemas')).length, 1);
  });

  it('follows what changes in a list that was read before its group was opened', async () => {
    await selectHost();
    const { view } = under.services.resources as LateTree<ResourceNode, ResourcesTree>;
    await vscode.commands.executeCommand(`${views.resources}.focus`);
    await eventually('the view', () => view.visible, [view.onDidChangeVisibility]);
    const { lists } = tree().parts;
    const { account, organization, server } = host();
    await control.nextChange({ method: 'POST', hold: true });
    await account.client.call(
      'createDatabase',
      { organization: organization.slug, server: server.id },
      {
        body: { name: 'early' },
      },
    );
    await lists.readAgain(host().key, 'databases', 'user');
    const state = () =>
      lists.list(host().key, 'databases').rows?.find(({ attributes }) => attributes.name === 'early')?.attributes
        .status;
    assert.equal(state(), 'installing');
    await under.services.clock.sleep(1_000);
    await control.releaseChanges();
    await control.switch({ advance: 120 });
    // Nobody has it open on screen, so that a tree that is drawn anew forgets it.
    await untilTrue(async () => {
      await open('databases');
      return state() === 'installed';
    });
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
      (await open('monitors')).map(({ item }) => [item.label, item.description]),
      [['New Monitor…', 'none yet']],
    );
    await control.fault({ path: '/firewall-rules$', status: 403, body: '{}', times: 0 });
    assert.match(String((await open('firewallRules'))[0]?.item.description), /^Forge refused this\./);
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
    assert.equal(prompts.shown.at(-1)?.message, `Delete ${String(rule.item.label)} (firewall rule)?`);
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
    await under.services.resources.now?.parts.lists.readAgain(host().key, 'firewallRules', 'user');
    assert.ok((await open('firewallRules')).every(({ node }) => node.id !== id));
  });

  it('restarts a background process, once', async () => {
    await selectHost();
    const [process] = await open('backgroundProcesses');
    assert.match(process?.item.contextValue ?? '', /^resource output actions edit delete$/);
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

describe('The form of a resource', () => {
  const under = extensionUnderTest();
  const { control, signIn, site } = under;
  let filler: FormFiller | undefined;

  beforeEach(async () => {
    await signIn();
    await under.services.resources.get();
    await control.clearRequests();
  });

  afterEach(() => {
    filler?.restore();
    filler = undefined;
  });

  const shop = () => site(sampleSites.main);
  const host = () => serverOf(under.services.fleet, shop()) ?? assert.fail();
  const asked = async (method = 'POST') => (await control.requests()).filter((request) => request.method === method);
  const titles = () => filler?.steps.map(({ title }) => title.replace(/^.* – [^:]*:? ?/, '')) ?? [];
  const fill = (answers: Readonly<Record<string, Answer | ((count: number) => Answer)>>) => {
    const counts = new Map<string, number>();
    filler = new FormFiller((step) => {
      const name = step.title.includes(': ')
        ? step.title.slice(step.title.lastIndexOf(': ') + 2)
        : step.kind === 'modal'
          ? 'modal'
          : '';
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      const answer = answers[name];
      return typeof answer === 'function' ? answer(count) : (answer ?? (name === '' ? step.rows[0] : step.value));
    });
    return filler;
  };
  const newDatabase = () => vscode.commands.executeCommand(commands.newDatabase, serverTarget(host()));

  it('goes back without losing anything, and leaves out what is empty', async () => {
    fill({
      Name: (count) => (count === 0 ? 'shop_copy' : 'shop_copy_2'),
      'New User': (count) => (count === 0 ? back : ''),
    });
    await newDatabase();
    assert.deepEqual(titles(), ['Name', 'New User', 'Name', 'New User', '']);
    assert.equal(filler?.steps[2]?.value, 'shop_copy');
    const [sent, ...more] = await asked();
    assert.deepEqual([sent?.path.replace(/\d+/, 'N'), more.length], ['/orgs/acme/servers/N/database/schemas', 0]);
  });

  it('says what is wrong before it asks Forge, and shows what Forge rejects at the field that it names', async () => {
    const taken = 'forge';
    await control.fault({
      path: '/database/schemas$',
      method: 'POST',
      status: 422,
      body: JSON.stringify({
        message: 'No.',
        errors: { name: ['The name has already been taken.'], other: ['Nor this.'] },
      }),
      times: 1,
    });
    fill({
      Name: (count) => ['with space', taken, 'fresh'][count] ?? 'fresh',
      'New User': '',
    });
    await newDatabase();
    const complaints = filler?.steps
      .filter(({ complaint }) => complaint)
      .map(({ title, complaint, value }) => [title.replace(/^.*: /, ''), complaint, value]);
    assert.deepEqual(complaints, [
      ['Name', "Can't contain spaces.", 'with space'],
      ['Name', 'The name has already been taken.', taken],
    ]);
    assert.equal((await asked()).length, 2);
  });

  it('keeps what was typed when it is left, also half a word, until it is sent', async () => {
    fill({ Name: 'kept', 'New User': leave('half') });
    await newDatabase();
    assert.deepEqual(await asked(), []);
    filler?.restore();
    fill({ Name: 'kept', 'New User': (count) => (count === 0 ? press('Back') : ''), Password: 'x' });
    await newDatabase();
    assert.deepEqual([filler?.steps[0]?.value, filler?.steps[1]?.value], ['half', 'kept']);
    filler?.restore();
    fill({ Name: leave() });
    await newDatabase();
    assert.equal(filler?.steps[0]?.value, '', 'once it was sent it begins anew');
  });

  it('goes back from what Forge rejected to all fields, and starts over where it was left', async () => {
    const body = JSON.stringify({ message: 'No.', errors: { name: ['Taken.'] } });
    await control.fault({ path: '/database/schemas$', method: 'POST', status: 422, body, times: 1 });
    fill({
      Name: (count) => (count === 0 ? 'taken' : back),
      'New User': '',
      '': (count) => (count < 1 ? 'Create' : leave()),
    });
    await newDatabase();
    assert.deepEqual(titles(), ['Name', 'New User', '', 'Name', '']);
    filler?.restore();
    fill({ Name: leave(), '': 'Start Over' });
    await newDatabase();
    assert.ok(filler?.steps[0]?.rows.includes('Start Over'));
    assert.equal(filler?.steps[1]?.value, '');
  });

  it('takes away what Forge only lists elsewhere, where nothing of it is selected any more', async () => {
    const { parts } = await under.services.resources.get();
    const at = organizationKey(host());
    await parts.lists.readAgain(at, 'roles', 'user');
    const [role] = parts.lists.list(at, 'roles').rows ?? [];
    const permissions = async () => {
      const below = placeBelow(at, 'roles', role?.id ?? '');
      await parts.lists.readAgain(below, 'rolePermissions', 'user');
      return parts.lists.list(below, 'rolePermissions').rows?.length;
    };
    assert.ok(Number(await permissions()) > 0);
    fill({ Permissions: [], '': (count) => (count === 0 ? 'Permissions' : 'Save') });
    await vscode.commands.executeCommand(commands.editResource, resourceTarget(at, 'roles', role?.id ?? ''));
    assert.equal((await asked('PUT')).length, 1);
    assert.equal(await permissions(), 0);
  });

  it('makes a password, which is copied and stays hidden', async () => {
    fill({
      Name: 'with_user',
      'New User': 'reader',
      "New User's Password": (count) =>
        count === 0 ? press('Generate and Copy') : String(filler?.steps.at(-1)?.value),
    });
    await newDatabase();
    const step = filler?.steps.find(({ title }) => title.endsWith('Password'));
    assert.equal(step?.isSecret, true);
    const overview = filler?.steps.at(-1);
    assert.equal(overview?.descriptions[overview.rows.indexOf("New User's Password")], '••••••••');
    assert.equal((await asked()).length, 1);
  });

  it('ends without a word when its account is signed out', async () => {
    filler = new FormFiller(() => undefined);
    const open = newDatabase();
    await eventually('the form', () => filler?.steps.length === 1, [filler.onDidAsk]);
    await under.signOutAll();
    await open;
    assert.deepEqual(await asked(), []);
  });

  it('of what is there is filled in, and sends what Forge needs and what was changed', async () => {
    const { parts } = await under.services.resources.get();
    await parts.lists.read(shop().key, 'heartbeats', 'user');
    const [first] = parts.lists.list(shop().key, 'heartbeats').rows ?? [];
    fill({
      'Grace Period': '10 min',
      '': (count) => (count === 0 ? 'Grace Period' : 'Save'),
    });
    await vscode.commands.executeCommand(
      commands.editResource,
      resourceTarget(shop().key, 'heartbeats', first?.id ?? ''),
    );
    const overview = filler?.steps[0];
    assert.equal(overview?.descriptions[overview.rows.indexOf('Name')], first?.attributes.name);
    assert.equal((await asked('PUT')).length, 1);
    await parts.lists.readAgain(shop().key, 'heartbeats', 'user');
    const now = parts.lists.find(shop().key, 'heartbeats', first?.id ?? '');
    assert.deepEqual([now?.attributes.grace_period, now?.attributes.name], [10, first?.attributes.name]);
  });

  it('shows a new row at once, and follows it to its end', async () => {
    const { parts } = await under.services.resources.get();
    await control.nextChange({ method: 'POST', hold: true });
    fill({ Name: 'followed', 'New User': '' });
    const ends: string[] = [];
    const listener = parts.changes.onDidEnd(({ change, is }) => ends.push(`${change.name} ${is}`));
    await newDatabase();
    const row = parts.lists
      .list(host().key, 'databases')
      .rows?.find(({ attributes }) => attributes.name === 'followed');
    assert.equal(row?.attributes.status, 'installing');
    assert.deepEqual(ends, []);
    await control.releaseChanges();
    await control.switch({ advance: 120 });
    await eventually('its end', () => ends.length > 0, [parts.changes.onDidEnd]);
    listener.dispose();
    assert.deepEqual(ends, ['followed done']);
  });

  it('of a site offers the repository of the folder, and of a server shows its passwords once', async () => {
    filler = new FormFiller((step) =>
      step.title.endsWith('Repository')
        ? leave()
        : step.kind === 'text'
          ? step.value || 'new.example.com'
          : pickFirst(step),
    );
    await vscode.commands.executeCommand(commands.newSite, serverTarget(host()));
    assert.equal(filler.steps.at(-1)?.value, 'acme/shop');
    filler.restore();
    filler = new FormFiller((step) => (step.kind === 'text' ? step.value || 'fresh-1' : pickFirst(step)));
    await vscode.commands.executeCommand(commands.newServer, organizationTarget(host()));
    const modal = filler.steps.find(({ kind }) => kind === 'modal');
    assert.match(modal?.prompt ?? '', /Sudo password: canary-sudo-\w+\nDatabase password: canary-database-/);
    assert.deepEqual(
      (await asked()).map(({ path }) => path),
      ['/orgs/acme/servers'],
    );
    await eventually(
      'the new server',
      () => under.services.fleet.allServers().some(({ server }) => server.name === 'fresh-1'),
      [under.services.fleet.onDidChange],
    );
  });

  it('offers all that there is, also of 500 databases', async () => {
    const path = `/orgs/acme/servers/${host().server.id}/database/schemas`;
    await control.addRows({ path, count: 500, attributes: { name: 'database_{n}', status: 'installed' } });
    fill({ Name: 'reader', Password: 'x', Databases: leave() });
    await vscode.commands.executeCommand(commands.newResource, resourcesTarget(host().key, 'databaseUsers'));
    const step = filler?.steps.at(-1);
    assert.ok(step?.isMany && step.rows.length >= 500, String(step?.rows.length));
    assert.deepEqual(await asked(), []);
  });

  it('of a deletion names what goes with it, and wants the name typed', async () => {
    const { name } = host().server;
    filler = new FormFiller((step) => (step.kind === 'modal' ? step.rows[0] : leave()));
    await vscode.commands.executeCommand(commands.deleteServer, serverTarget(host()));
    const [modal, typed] = filler.steps;
    assert.equal(modal?.title, `Delete the server ${name}?`);
    assert.match(modal?.prompt ?? '', /^Sites \(\d+\): .*shop\.example\.com/);
    assert.match(modal?.prompt ?? '', /\n\nDatabases \((?:more than )?\d+\): /);
    assert.equal(typed?.placeholder, name);
    assert.deepEqual(await asked('DELETE'), []);
    filler.restore();
    filler = new FormFiller((step) => step.rows[0]);
    await vscode.commands.executeCommand(commands.runOnServer, serverTarget(host()));
    assert.match(filler.steps.find(({ kind }) => kind === 'modal')?.prompt ?? '', /^Sites \(\d+\): /);
  });
});

function organizationTarget(entry: Parameters<typeof organizationKey>[0]): Target {
  return { kind: 'organization', key: organizationKey(entry) };
}

function pickFirst({ rows, isMany, kind, value }: AskedStep): Answer {
  const wanted = rows.filter((row) => row !== 'None');
  const first = wanted[0] ?? rows[0] ?? '';
  return kind === 'list' && isMany ? [first] : first || value;
}

describe('Comparing all resources', () => {
  const under = extensionUnderTest();
  const { control, signIn, site } = under;
  let prompts: Prompts;
  let picker: Picker;

  beforeEach(async () => {
    prompts = new Prompts();
    picker = new Picker();
    await signIn();
    await under.services.resources.get();
    await control.clearRequests();
  });

  afterEach(async () => {
    picker.restore();
    prompts.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('of two sites asks first, and shows them side by side without ids, times and secrets', async () => {
    await picker.open(commands.compareResources, siteTarget(site(sampleSites.main)));
    prompts.answer('Compare');
    await picker.choose(sampleSites.develop);
    const tab = await eventually(
      'the difference',
      () =>
        vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff &&
        vscode.window.tabGroups.activeTabGroup.activeTab,
      [vscode.window.tabGroups.onDidChangeTabs],
    );
    assert.equal(tab.label, `${sampleSites.main} ↔ ${sampleSites.develop}`);
    const { original, modified } = tab.input as vscode.TabInputTextDiff;
    const [one, other] = await Promise.all(
      [original, modified].map(async (uri) => (await vscode.workspace.openTextDocument(uri)).getText()),
    );
    assert.deepEqual(Object.keys(JSON.parse(one ?? '')), Object.keys(JSON.parse(other ?? '')));
    assert.ok(Object.keys(JSON.parse(one ?? '')).includes('Heartbeats'));
    assert.doesNotMatch(`${one}${other}`, /"id"|_at"|canary/);
    const asked = (await control.requests()).filter(({ method }) => method === 'GET').length;
    assert.match(
      prompts.shown[0]?.detail ?? '',
      new RegExp(`at least ${asked} requests\\. Forge allows 6000 a minute, so it takes about 1 min`),
    );
  });
});

describe('A command on a site', () => {
  const under = extensionUnderTest();
  const { control, signIn, site } = under;
  let prompts: Prompts;
  let picker: Picker;

  beforeEach(async () => {
    prompts = new Prompts();
    picker = new Picker();
    await signIn();
    await control.clearRequests();
  });

  afterEach(async () => {
    picker.restore();
    prompts.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('is picked and edited, asked about on production, and shown with its exit code', async () => {
    await picker.open(commands.runCommand, siteTarget(site(sampleSites.main)));
    await eventually('what was run before', () => picker.labels.includes('php artisan stock:sync'), [
      picker.onDidChange,
    ]);
    assert.ok(picker.labels.includes('php artisan about'));
    prompts.answer('php artisan stock:sync --dry', 'Run');
    await picker.choose('php artisan stock:sync');
    await eventually(
      'the question',
      () => prompts.shown.some(({ isModal, choices }) => isModal && choices.includes('Run')),
      [prompts.onDidShow],
    );
    const question = prompts.shown.find(({ choices }) => choices.includes('Run'));
    assert.deepEqual(
      [question?.message, question?.detail],
      [`Run this on the production site ${sampleSites.main}?`, 'php artisan stock:sync --dry'],
    );
    const document = await eventually(
      'its output',
      () => vscode.workspace.textDocuments.find(({ uri }) => / command \d+\.log$/.test(uri.path)),
      [vscode.workspace.onDidOpenTextDocument],
    );
    await control.switch({ advance: 60 });
    await eventually('its end', () => /— exit code 0 · 2s —/.test(document.getText()), [
      vscode.workspace.onDidChangeTextDocument,
    ]);
    assert.match(document.getText(), /\$ php artisan stock:sync --dry\nDone\./);
    const sent = (await control.requests()).filter(({ method }) => method === 'POST');
    assert.equal(sent.length, 1);
  });

  it('that is typed runs as it is, and not where the question is answered with no', async () => {
    await picker.open(commands.runCommand, siteTarget(site(sampleSites.main)));
    assert.equal(picker.type('php artisan down')[0], 'php artisan down');
    prompts.answer('dismiss');
    await picker.choose('php artisan down');
    await eventually('the question', () => prompts.shown.length > 0, [prompts.onDidShow]);
    assert.deepEqual(
      (await control.requests()).filter(({ method }) => method === 'POST'),
      [],
    );
  });
});

describe('A terminal', () => {
  const under = extensionUnderTest();
  const { signIn, site } = under;
  let prompts: Prompts;

  beforeEach(async () => {
    prompts = new Prompts();
    await signIn();
  });

  afterEach(() => {
    prompts.restore();
    for (const terminal of vscode.window.terminals) {
      terminal.dispose();
    }
  });

  const opened = async (command: string) => {
    const opening = new Promise<vscode.Terminal>((resolve) => {
      const listener = vscode.window.onDidOpenTerminal((terminal) => {
        listener.dispose();
        resolve(terminal);
      });
    });
    await vscode.commands.executeCommand(command, siteTarget(site(sampleSites.main)));
    const { shellPath, shellArgs = [], name } = (await opening).creationOptions as vscode.TerminalOptions;
    return { name, args: [shellPath, ...shellArgs] as readonly string[] };
  };
  const host = () => {
    const { server, site: one } = site(sampleSites.main);
    return `${one.user ?? 'forge'}@${server?.ipAddress}`;
  };

  for (const [command, name, runs] of [
    [commands.openTinker, 'Tinker', 'php artisan tinker'],
    [commands.openDatabaseShell, 'Database', 'php artisan db'],
    [commands.followLogOverSsh, 'Log', 'tail -n 100 -F storage/logs/laravel.log'],
  ] as const) {
    it(`runs ${runs} in the site's folder, and nothing of a local shell`, async () => {
      const terminal = await opened(command);
      assert.equal(terminal.name, `${name}: ${sampleSites.main}`);
      const folder = `~/${sampleSites.main}`;
      assert.deepEqual(terminal.args.slice(-3), [
        '-t',
        host(),
        `cd ${folder}/current 2>/dev/null || cd ${folder} 2>/dev/null; exec ${runs}`,
      ]);
      assert.equal(terminal.args[0], 'ssh');
    });
  }

  it('makes the database of the server reachable here, and copies how, without a password', async () => {
    const { args } = await opened(commands.forwardDatabasePort);
    const tunnel = args[args.indexOf('-L') + 1] ?? '';
    assert.match(tunnel, /^127\.0\.0\.1:\d+:127\.0\.0\.1:3306$/);
    assert.ok(args.includes('-N') && args.at(-1)?.startsWith('forge@'));
  });

  it('of a folder needs Remote - SSH, and says so', async () => {
    await vscode.commands.executeCommand(commands.openFolderOnServer, siteTarget(site(sampleSites.main)));
    await eventually(
      'to be told',
      () =>
        prompts.shown.some(
          ({ message, choices }) => /Remote - SSH/.test(message) && choices.includes('Show Extension'),
        ),
      [prompts.onDidShow],
    );
  });
});
