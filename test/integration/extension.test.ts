import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accountsOf } from '../../src/account/session';
import { phaseOf } from '../../src/forge/deploymentStatus';
import { usedScopes } from '../../src/forge/usedScopes';
import { commands } from '../../src/manifest';
import { deploymentTarget, siteTarget } from '../../src/ui/target';
import { siteNode } from '../../src/views/fleetNodes';
import { Git } from '../../src/workspace/git';
import { sampleSites } from '../sampleWorkspace';
import type { DeploymentWish, FleetServer } from '../simulator/control';
import { eventually } from './eventually';
import { extensionId, extensionUnderTest, never, token, url } from './extensionUnderTest';
import { Prompts } from './prompts';

describe('The extension in a real VS Code', () => {
  const under = extensionUnderTest();
  const { changes, control, pathOf, rows, signIn, signOutAll, site } = under;

  it('starts signed out, without a request', async () => {
    assert.equal(under.services.accounts.session.state, 'signedOut');
    assert.equal(under.services.fleet.state, 'signedOut');
    assert.deepEqual(await under.services.tree.getChildren(), []);
    assert.equal(under.services.statusBar.text, undefined);
  });

  it('has every command that it contributes', async () => {
    const there = await vscode.commands.getCommands(true);
    const manifest = vscode.extensions.getExtension(extensionId)?.packageJSON as
      | { contributes: { commands: { command: string }[] } }
      | undefined;
    assert.ok(manifest);
    const missing = manifest.contributes.commands
      .map(({ command }) => command)
      .filter((command) => !there.includes(command));
    assert.deepEqual(missing, []);
  });

  it('shows a signed-in account to VS Code, without its token', async () => {
    const account = await signIn();
    const sessions = await under.services.accounts.getSessions();
    assert.deepEqual(
      sessions.map(({ account: { label } }) => label),
      [account.label],
    );
    assert.ok(!JSON.stringify(sessions).includes(token));
  });

  it('signs in the same user twice as one account, with the newer token', async () => {
    await signIn();
    const other = await control.createToken();
    const account = await under.services.accounts.signInWith(other, never);
    assert.ok('client' in account);
    assert.deepEqual(accountsOf(under.services.accounts.session), [account]);
  });

  it('begins signing in where a command needs it, and goes on afterwards', async () => {
    const { accounts } = under.services;
    const original = accounts.signIn;
    const asked: boolean[] = [];
    let signsIn = false;
    const prompts = new Prompts();
    Object.assign(accounts, {
      signIn: async () => {
        asked.push(signsIn);
        return signsIn && !!(await signIn());
      },
    });
    try {
      for (const command of [commands.refresh, commands.copySiteName, commands.goToServer, commands.openInForge]) {
        await vscode.commands.executeCommand(command);
      }
      assert.deepEqual(asked.splice(0), [false, false, false, false], 'whoever gives up is left alone');
      assert.deepEqual(prompts.shown, []);
      signsIn = true;
      await vscode.commands.executeCommand(commands.refresh);
      assert.equal(under.services.fleet.state, 'ready');
      await vscode.commands.executeCommand(commands.refresh);
      assert.deepEqual(asked.splice(0), [true], 'only who is signed out');
      // As a button of a notification that is older than the sign-out.
      const target = siteTarget(site(sampleSites.main));
      for (const command of [commands.copySiteName, commands.clearLog, commands.allowEditing]) {
        await signOutAll();
        await vscode.env.clipboard.writeText('');
        await vscode.commands.executeCommand(command, target);
        assert.deepEqual(asked.splice(0), [true], command);
        if (command === commands.copySiteName) {
          assert.equal(await vscode.env.clipboard.readText(), sampleSites.main);
        }
      }
      await signOutAll();
      signsIn = false;
      prompts.clear();
      await vscode.commands.executeCommand(commands.copySiteName, target);
      assert.deepEqual([asked, prompts.shown], [[false], []]);
    } finally {
      Object.assign(accounts, { signIn: original });
      prompts.restore();
    }
  });

  it('offers to sign in again above the tree, which stays, once Forge no longer accepts a token', async () => {
    for (const expiresIn of [1_000, undefined]) {
      const doomed = await control.createToken(expiresIn === undefined ? {} : { expiresIn });
      await signIn(doomed);
      const before = (await rows()).map(({ item }) => item.label);
      await control.revokeToken(doomed);
      await vscode.commands.executeCommand(commands.refresh);
      await eventually('the refusal', () => under.services.fleet.isRefused, under.changes());
      const [first, ...others] = await rows();
      assert.equal(first?.item.command?.command, commands.signIn);
      assert.equal(first.item.label, 'Sign In Again…');
      assert.deepEqual(
        others.map(({ item }) => item.label),
        before,
      );
      assert.match(under.services.tree.treeView.message ?? '', /^Forge no longer accepts your token\./);
      await signIn();
      assert.deepEqual(
        (await rows()).map(({ item }) => item.label),
        before,
      );
    }
  });

  it('stores nothing of a token that does not work', async () => {
    const cases = [
      { token: 'not-a-token', problem: { problem: 'wrongToken' } },
      { token: await control.createToken({ expiresIn: -60 }), problem: { problem: 'expired' } },
      {
        token: await control.createToken({ scopes: usedScopes.filter((scope) => scope !== 'user:view') }),
        problem: { problem: 'missingScopes', scopes: ['user:view'] },
      },
      {
        token: await control.createToken({ scopes: ['user:view', 'server:view'] }),
        problem: {
          problem: 'missingScopes',
          scopes: usedScopes.filter((scope) => scope !== 'user:view' && scope !== 'server:view'),
        },
      },
    ];
    for (const { token: candidate, problem } of cases) {
      assert.deepEqual(await under.services.accounts.signInWith(candidate, never), problem);
    }
    await control.fault({
      path: '^/me$',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html></html>',
    });
    assert.deepEqual(await under.services.accounts.signInWith(token, never), { problem: 'wrongAddress', apiUrl: url });
    await control.fault({ path: '^/me$', drop: true, times: 0 });
    assert.deepEqual(await under.services.accounts.signInWith(token, never), {
      problem: 'noNetwork',
      host: new URL(url).host,
    });
    assert.equal(under.services.accounts.session.state, 'signedOut');
  });

  it('shows the tree that the simulator has: servers, sites and deployments', async () => {
    await signIn();
    const truth = (await control.fleet()).organizations[0];
    assert.ok(truth);
    const byName = (a: string, b: string) => a.localeCompare(b, undefined, { numeric: true, sensitivity: 'base' });
    const servers = await rows();
    assert.deepEqual(
      servers.map(({ item }) => item.label),
      truth.servers.map(({ name }) => name).sort(byName),
    );
    for (const { node, item } of servers) {
      const server: FleetServer | undefined = truth.servers.find(({ name }) => name === item.label);
      const sites = await rows(node);
      assert.deepEqual(
        sites.map((row) => row.item.label),
        server?.sites.map(({ name }) => name).sort(byName),
      );
      for (const row of sites) {
        const known = server?.sites.find(({ name }) => name === row.item.label);
        const words = row.item.accessibilityInformation?.label ?? '';
        assert.equal(words.includes('never deployed'), known?.latestDeployment === null, words);
        assert.ok(!known?.branch || words.includes(known.branch), words);
      }
    }
    const shop = servers.find(({ item }) => item.label === 'acme-web-1');
    assert.ok(shop);
    const shopSite = (await rows(shop.node)).find(({ item }) => item.label === sampleSites.main);
    assert.ok(shopSite);
    const deployments = await rows(shopSite.node);
    assert.ok(deployments.length > 1 && deployments.every(({ node: { kind } }) => /^(deployment|more)$/.test(kind)));
    const [newest] = deployments;
    assert.ok(newest?.node.kind === 'deployment');
    assert.equal(newest.node.deploymentId, site(sampleSites.main).site.latestDeployment?.id);
  });

  it('shows organizations where there are several, and leaves out the server where there is only one', async () => {
    await control.changeFleet({ change: 'addOrganization', name: 'Second', slug: 'second' });
    await control.changeFleet({ change: 'addServer', organization: 'second', name: 'lonely-1' });
    try {
      await signIn();
      const organizations = await rows();
      assert.deepEqual(
        organizations.map(({ item }) => item.label),
        ['Acme', 'Second'],
      );
      const second = organizations[1];
      assert.ok(second);
      assert.deepEqual(
        (await rows(second.node)).map(({ item }) => item.label),
        ['lonely-1'],
      );
      await control.setUser('freelancer', ['second']);
      await control.changeFleet({
        change: 'addSite',
        organization: 'second',
        server: 'lonely-1',
        name: 'only.example.com',
      });
      await signOutAll();
      const freelancer = await control.createToken({ user: 'freelancer' });
      await under.services.accounts.signInWith(freelancer, never);
      await eventually(
        'the fleet',
        () => under.services.fleet.state === 'ready' && !under.services.fleet.isRefreshing,
        changes(),
      );
      assert.deepEqual(
        (await rows()).map(({ item }) => item.label),
        ['only.example.com'],
      );
    } finally {
      await control.changeFleet({ change: 'removeOrganization', organization: 'second' });
    }
  });

  it('shows several accounts side by side, and one of them failing does not touch the other', async () => {
    await signIn();
    await control.setUser('second', ['acme']);
    const second = await control.createToken({ user: 'second' });
    const other = await under.services.accounts.signInWith(second, never);
    assert.ok('client' in other);
    await eventually(
      'both fleets',
      () => under.services.fleet.organizations().length === 2 && !under.services.fleet.isRefreshing,
      changes(),
    );
    // Of the folder's sites, which both see, each is meant once.
    const { linked } = under.services;
    await eventually('the linked site', () => linked.entry, [linked.onDidChange]);
    assert.deepEqual(
      linked.roots.map(({ sites }) => sites.map((entry) => entry.site.name)),
      [[sampleSites.main, sampleSites.develop]],
    );
    const roots = await rows();
    assert.equal(new Set(roots.map(({ item }) => item.description)).size, 2);
    await control.revokeToken(second);
    await under.services.fleet.refresh();
    assert.equal(under.services.fleet.allSites().length, 40);
    assert.equal(under.services.fleet.error?.kind, 'unauthenticated');
    await under.services.accounts.signOut(other);
    assert.equal(under.services.fleet.allSites().length, 20);
    assert.equal(under.services.fleet.error, undefined);
  });

  it('links the folder to the site of its git remote and branch, and says so in the status bar', async () => {
    await signIn();
    const linked = await eventually('the linked site', () => under.services.linked.entry, [
      under.services.linked.onDidChange,
    ]);
    assert.equal(linked.site.name, sampleSites.main);
    assert.match(under.services.statusBar.text ?? '', /^\$\([a-z-]+\) shop\.example\.com \S/);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const siteOf = (...path: string[]) => under.services.linked.entryOf(vscode.Uri.joinPath(folder, ...path))?.key;
    assert.deepEqual(
      [siteOf(), siteOf('app'), siteOf('..'), siteOf('..', 'other')],
      [linked.key, linked.key, linked.key, undefined],
    );
  });

  it('links the folder to the site that its settings name, and only while they do', async () => {
    await signIn();
    const { linked } = under.services;
    const byGit = linked.entry?.site.name;
    const other = under.services.fleet.allSites().find((entry) => entry.server && entry.site.name !== byGit);
    assert.ok(other?.server);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const name = (value: string | undefined) =>
      vscode.workspace
        .getConfiguration(undefined, folder)
        .update('forge.site', value, vscode.ConfigurationTarget.WorkspaceFolder);
    await name(`acme/${other.server.name}/${other.site.name}`);
    await eventually('the site that is named', () => linked.entry?.key === other.key, [linked.onDidChange]);
    await name('acme/nowhere/nothing');
    await eventually('the site of the remote', () => linked.entry?.site.name === byGit, [linked.onDidChange]);
    await name(undefined);
    assert.equal(linked.entry?.site.name, byGit);
  });

  it('finds remote and branch in the folder itself where the git extension cannot be asked', async () => {
    const asked = new Git(under.services.clock);
    const alone = new Git(under.services.clock, 'nobody.nothing');
    const checkoutsOf = ({ checkouts }: Git) => checkouts.map(({ root, checkout }) => [root.path, checkout]);
    try {
      await alone.start();
      assert.deepEqual(
        alone.checkouts.map(({ checkout }) => checkout),
        [{ remotes: [{ name: 'origin', url: 'git@github.com:acme/shop.git' }], branch: 'main' }],
      );
      assert.ok(alone.hasRemote);
      await asked.start();
      await eventually('the same from the git extension', () => asked.hasRemote, [asked.onDidChange]);
      assert.deepEqual(checkoutsOf(asked), checkoutsOf(alone));
    } finally {
      asked.dispose();
      alone.dispose();
    }
  });

  describe('follows a deployment', () => {
    const ends: readonly {
      readonly end: DeploymentWish['end'] & string;
      readonly site: string;
      readonly phase: string;
      readonly word: string;
      readonly icon: string;
      readonly log: RegExp;
    }[] = [
      { end: 'finished', site: sampleSites.main, phase: 'succeeded', word: 'deployed', icon: 'pass', log: /complete/i },
      { end: 'failed', site: sampleSites.main, phase: 'failed', word: 'failed', icon: 'error', log: /Exception|Error/ },
      {
        end: 'failed-build',
        site: sampleSites.main,
        phase: 'failed',
        word: 'build failed',
        icon: 'error',
        log: /vite|npm/i,
      },
      {
        end: 'cancelled',
        site: sampleSites.main,
        phase: 'cancelled',
        word: 'canceled',
        icon: 'circle-slash',
        log: /\S/,
      },
    ];
    for (const { end, site: name, phase, word, icon, log } of ends) {
      it(`to its end as ${end}, in tree, status bar and log`, async () => {
        const account = await signIn();
        await eventually('the linked site', () => under.services.linked.entry?.site.name === name, [
          under.services.linked.onDidChange,
        ]);
        await control.nextDeployment({ site: name, end });
        const entry = site(name);
        const path = pathOf(entry);
        const deployment = await account.client.call('deploy', path);
        under.services.tracker.follow(entry, deployment, true);
        const ended = eventually(
          `the end of deployment ${deployment.id}`,
          () => !under.services.tracker.isFollowing(entry.key, deployment.id) || undefined,
          [under.services.tracker.onDidEnd],
        );
        assert.match(
          under.services.statusBar.text ?? '',
          /^\$\(sync~spin\) shop\.example\.com (queued|starting|deploying) 0:0\d$/,
        );
        const row = under.services.tree.getTreeItem(siteNode(site(name)));
        assert.equal((row.iconPath as vscode.ThemeIcon).id, phaseOf(deployment) === 'waiting' ? 'watch' : 'sync~spin');
        await vscode.commands.executeCommand(commands.viewDeploymentLog, deploymentTarget(entry, deployment));
        const editor = vscode.window.activeTextEditor;
        assert.equal(editor?.document.uri.scheme, 'forge-log');
        assert.equal(editor?.document.languageId, 'log');
        await ended;
        const { latestDeployment } = site(name).site;
        assert.equal(latestDeployment?.id, deployment.id);
        assert.equal(phaseOf(latestDeployment), phase);
        const after = under.services.tree.getTreeItem(siteNode(site(name)));
        assert.match(after.accessibilityInformation?.label ?? '', new RegExp(`^shop.example.com, ${word} just now`));
        assert.equal((after.iconPath as vscode.ThemeIcon).id, icon);
        assert.match(under.services.statusBar.text ?? '', /shop\.example\.com/);
        assert.doesNotMatch(under.services.statusBar.text ?? '', /sync~spin/);
        await eventually('the whole log', () => log.test(editor.document.getText()), [
          vscode.workspace.onDidChangeTextDocument,
        ]);
        assert.doesNotMatch(editor.document.getText(), /\u001b/);
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      });
    }
  });

  describe('asks once', () => {
    it('for the deployments of a site that it may not see, however often the tree is drawn', async () => {
      await signIn();
      await control.fault({ path: '/deployments$', status: 403, body: '{"message":"Forbidden."}', times: 0 });
      await control.clearRequests();
      for (let drawn = 0; drawn < 3; drawn += 1) {
        const [note] = await rows(siteNode(site(sampleSites.main)));
        assert.equal(note?.node.kind, 'note');
        assert.match(String(note.item.label), /server:view/);
        assert.equal(note.item.command?.command, commands.signIn);
      }
      // One look for somebody else's deployment, a list of a single row, may come between.
      const asked = (await control.requests()).filter(
        ({ path, query }) => /\/deployments$/.test(path) && query['page[size]'] !== '1',
      );
      assert.equal(asked.length, 1);
      await vscode.commands.executeCommand(commands.refresh);
      await control.clearFaults();
      assert.equal((await rows(siteNode(site(sampleSites.main))))[0]?.node.kind, 'deployment');
    });
  });

  describe('keeps the tree', () => {
    it('when every attribute is null', async () => {
      await control.fault({ path: '/(servers|sites)$', patch: { '*': null }, times: 0 });
      await signIn();
      const servers = await rows();
      assert.equal(servers.length, 5);
      for (const { node } of servers) {
        await rows(node);
      }
    });

    it('and shows names with line ends, control characters and Markdown as plain text on one line', async () => {
      const name = 'evil\n\u001b[31m\u202e**bold**](command:forge.signOut)$(flame) https://evil.example';
      await control.fault({ path: '/sites$', patch: { name }, times: 1 });
      await signIn();
      const [entry] = under.services.fleet.allSites();
      assert.ok(entry);
      const item = under.services.tree.getTreeItem(siteNode(entry));
      assert.equal(item.label, 'evil [31m **bold**]\u200b(command:forge.signOut)$\u200b(flame) https://evil.example');
      assert.equal(item.tooltip, undefined, 'it is written when VS Code asks for it');
      const tooltip = under.services.tree.resolveTreeItem(item).tooltip as vscode.MarkdownString;
      assert.ok(!tooltip.isTrusted && !tooltip.supportHtml && !tooltip.supportThemeIcons);
      assert.doesNotMatch(tooltip.value, /[^\\]\]\(command|:\/\//);
    });

    it('with an unknown status, shown as Forge says it', async () => {
      await control.fault({ path: '/deployments$', patch: { status: 'levitating' }, times: 0 });
      await signIn();
      const entry = site(sampleSites.main);
      const deployments = await rows(siteNode(entry));
      assert.match(String(deployments[0]?.item.description), /levitating/);
    });

    it('with nothing in it, and then offers to open Forge', async () => {
      await control.setUser('newcomer', ['empty-org']);
      const empty = await control.createToken({ user: 'newcomer' });
      const account = await under.services.accounts.signInWith(empty, never);
      assert.ok('client' in account);
      await eventually('an empty fleet', () => under.services.fleet.state === 'noServers', changes());
      assert.deepEqual(await under.services.tree.getChildren(), []);
    });
  });

  describe('signs out', () => {
    it('and clears tree, status bar and log, drops replies under way, and leaves no timer and no request', async () => {
      const account = await signIn();
      const entry = site(sampleSites.main);
      const path = pathOf(entry);
      await control.nextDeployment({ site: sampleSites.main, end: 'hang' });
      const deployment = await account.client.call('deploy', path);
      under.services.tracker.follow(entry, deployment, true);
      await vscode.commands.executeCommand(commands.viewDeploymentLog, deploymentTarget(entry, deployment));
      const document = vscode.window.activeTextEditor?.document;
      assert.ok(document);
      // Between two looks at the deployment there is a timer.
      await eventually('the deployment to be followed', () => under.time.pending.length > 0, [
        under.services.tracker.onDidLook,
      ]);
      // A refresh is under way when the person signs out; its answers must not bring anything back.
      await control.fault({ path: '/(servers|sites)$', delay: 200, times: 0 });
      const refresh = under.services.fleet.refresh();
      await under.services.accounts.signOut(account);
      await refresh;
      assert.equal(under.services.fleet.state, 'signedOut');
      assert.deepEqual(under.services.fleet.allSites(), []);
      assert.deepEqual(await under.services.tree.getChildren(), []);
      assert.equal(under.services.statusBar.text, undefined);
      assert.equal(under.services.tracker.count, 0);
      assert.deepEqual(await under.services.accounts.getSessions(), []);
      assert.ok(account.signal.aborted);
      await eventually('the log to be cleared', () => /Sign in/.test(document.getText()), [
        vscode.workspace.onDidChangeTextDocument,
      ]);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      const lastTimer = () =>
        eventually('the last timer of the extension to end', () => under.time.pending.length === 0, [
          under.time.onDidEnd,
        ]);
      await lastTimer();
      // What a timer has begun may end with another one, such as that of the tree.
      await control.fleet();
      await lastTimer();
      await control.clearRequests();
      // One round trip of its own: whatever was on its way would have arrived before.
      await control.fleet();
      assert.deepEqual(await control.requests(), []);
      assert.deepEqual(under.time.pending, []);
    });
  });
});
