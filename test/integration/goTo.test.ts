import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { pickSite } from '../../src/fleet/pick';
import type { SiteEntry } from '../../src/fleet/rows';
import { commands, settings, views } from '../../src/manifest';
import { sampleSites } from '../sampleWorkspace';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { Picker } from './picker';
import { Prompts } from './prompts';

describe('A list of everything', () => {
  const under = extensionUnderTest();
  const { control, signIn, site } = under;
  let picker: Picker;
  let prompts: Prompts;

  before(() => vscode.commands.executeCommand(`${views.fleet}.focus`));

  beforeEach(() => {
    picker = new Picker();
    prompts = new Prompts();
  });

  afterEach(async () => {
    picker.restore();
    prompts.restore();
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const terminal of vscode.window.terminals) {
      terminal.dispose();
    }
  });

  const selected = (label: string) => {
    const { treeView } = under.services.tree;
    return eventually(
      `${label} to be selected`,
      () => treeView.selection.some((node) => under.services.tree.getTreeItem(node).label === label),
      [treeView.onDidChangeSelection],
    );
  };

  it('of servers finds them by all that is known, goes there, and has those used last in front', async () => {
    await signIn();
    const target = site(sampleSites.main);
    await control.changeFleet({ change: 'tagSite', site: Number(target.site.id), tags: ['found-by-server'] });
    await under.services.fleet.refresh('user');
    const servers = under.services.fleet.allServers();
    const names = servers.map(({ server }) => server.name);
    const name = target.server?.name ?? assert.fail();
    await picker.open(commands.goToServer);
    assert.deepEqual([...picker.labels].filter((label) => names.includes(label)).sort(), [...names].sort());
    const { server } = servers.find((entry) => entry.server.name === name) ?? assert.fail();
    for (const text of [
      name.slice(2),
      server.ipAddress,
      server.type,
      server.provider,
      server.region,
      'found-by-server',
    ]) {
      assert.ok(picker.type(text ?? assert.fail()).includes(name), String(text));
    }
    assert.deepEqual(picker.type('found-by-server'), [name]);
    await picker.choose(name);
    await selected(name);
    const other = names.find((candidate) => candidate !== name) ?? assert.fail();
    await picker.open(commands.goToServer);
    await picker.choose(other);
    await selected(other);
    await picker.open(commands.goToServer);
    const here = [...new Set([sampleSites.main, sampleSites.develop].map((own) => site(own).server?.name))];
    assert.deepEqual(picker.labels.slice(0, here.length + 1), ['This Folder', ...here]);
    const rest = here.includes(other) ? ['All'] : ['Recently Used', other, 'All'];
    assert.deepEqual(picker.labels.slice(here.length + 1, here.length + 1 + rest.length), rest);
    assert.equal(await picker.active(), here[0]);
  });

  it('has no site of another project to be chosen by Enter alone, before those of the folder are known and where it has none', async () => {
    await signIn();
    const { fleet, recent } = under.services;
    const other = fleet.allSites().find((entry) => !entry.site.name.includes('shop')) ?? assert.fail();
    await recent.used(other.key);
    const found = new vscode.EventEmitter<void>();
    let isRead: () => void = () => undefined;
    const sites: SiteEntry[] = [];
    const ready = new Promise<void>((resolve) => {
      isRead = resolve;
    });
    const folder = { ready, sites, isOpen: true, onDidChange: found.event };
    const choosing = async () => pickSite(fleet, recent, folder, 'Choose');
    const shows = (label: string) =>
      eventually(`“${label}” below the folder`, () => picker.labels[1] === label, [picker.onDidChange]);
    const chosen = await picker.opens(choosing);
    assert.deepEqual(picker.labels.slice(0, 4), ['This Folder', 'Looking…', 'Recently Used', other.site.name]);
    assert.equal(await picker.active(), 'Looking…');
    await picker.choose('Looking…');
    isRead();
    await shows('None found. Select one below, or type to search.');
    assert.equal(await picker.active(), picker.labels[1]);
    await picker.choose(picker.labels[1] ?? assert.fail());
    sites.push(site(sampleSites.main));
    found.fire();
    await shows(sampleSites.main);
    assert.equal(await picker.active(), sampleSites.main);
    await picker.choose(sampleSites.main);
    assert.equal((await chosen.value)?.key, site(sampleSites.main).key);
    // Where no folder is open there is no other project.
    const free = await picker.opens(async () =>
      pickSite(fleet, recent, { ...folder, sites: [], isOpen: false }, 'Choose'),
    );
    assert.equal(await picker.active(), other.site.name);
    await picker.choose(other.site.name);
    assert.equal((await free.value)?.key, other.key);
  });

  it('tells two accounts apart that see the same', async () => {
    await control.setUser('colleague', ['acme']);
    const { label: mine } = await signIn();
    const { label: theirs } = await signIn(await control.createToken({ user: 'colleague' }));
    assert.notEqual(mine, theirs);
    for (const [command, label] of [
      [commands.goToSite, sampleSites.main],
      [commands.goToServer, site(sampleSites.main).server?.name ?? ''],
    ] as const) {
      await picker.open(command);
      picker.type(label);
      const descriptions: string[] = picker.rows
        .filter((row) => row.label === label)
        .map((row) => row.description ?? '');
      assert.equal(descriptions.length, 2);
      assert.ok(
        [mine, theirs].every((account) => descriptions.some((text) => text.endsWith(account))),
        label,
      );
      picker.type(`${label} ${theirs}`);
      const found: string[] = picker.rows.map((row) => row.description ?? '');
      assert.ok(found.length > 0 && found.every((text) => text.endsWith(theirs)), label);
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    }
  });

  it('of servers opens a terminal on one with its button', async () => {
    await signIn();
    const [first] = under.services.fleet.allServers().filter(({ server }) => server.ipAddress);
    const { name } = first?.server ?? assert.fail();
    await picker.open(commands.goToServer);
    assert.deepEqual(
      picker.rows.find(({ label }) => label === name)?.buttons?.map(({ tooltip }) => tooltip),
      ['Open SSH Terminal', 'Open in Forge'],
    );
    picker.type(name);
    await picker.click('Open SSH Terminal');
    await eventually('the terminal', () => vscode.window.terminals.find((terminal) => terminal.name === name), [
      vscode.window.onDidOpenTerminal,
    ]);
  });

  it('of sites finds them by all that is known', async () => {
    await signIn();
    const { site: known, server } =
      under.services.fleet
        .allSites()
        .find((entry) => entry.server?.ipAddress && entry.site.repository?.branch && entry.site.aliases.length > 0) ??
      assert.fail();
    await control.changeFleet({ change: 'tagSite', site: Number(known.id), tags: ['checkout'] });
    await under.services.fleet.refresh('user');
    await picker.open(commands.goToSite);
    const { repository, aliases } = known;
    assert.ok(server && repository);
    const texts = [known.name.slice(1, 6), ...aliases, 'checkout', server.name, server.ipAddress];
    for (const text of [...texts, repository.url, repository.branch].map((text) => text ?? assert.fail())) {
      assert.ok(picker.type(text).includes(known.name), text);
      assert.ok(picker.type(text.toUpperCase()).includes(known.name), `${text} in capitals`);
    }
    assert.deepEqual(picker.type('checkout'), [known.name]);
    assert.deepEqual(picker.type('checkout nothing'), []);
  });

  it('of sites chooses what was typed, also for who does not wait until that is on screen', async () => {
    await signIn();
    picker.restore();
    const { createQuickPick } = vscode.window;
    const drawn = new vscode.EventEmitter<vscode.QuickPick<vscode.QuickPickItem>>();
    Object.assign(vscode.window, {
      createQuickPick: () => {
        const box = createQuickPick();
        box.onDidChangeActive(() => drawn.fire(box));
        return box;
      },
    });
    try {
      // The second time both were used last, and each would be found in the place of the other.
      for (const target of [sampleSites.develop, sampleSites.main, sampleSites.develop, sampleSites.main]) {
        const onScreen = new Promise<vscode.QuickPick<vscode.QuickPickItem>>((resolve) => drawn.event(resolve));
        const going = vscode.commands.executeCommand(commands.goToSite);
        const box = await onScreen;
        box.value = target;
        // VS Code is told of it with the next turn, and right after that Enter was pressed.
        await new Promise((resolve) => setTimeout(resolve, 0));
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        await going;
        await selected(target);
      }
    } finally {
      Object.assign(vscode.window, { createQuickPick });
    }
  });

  it('of sites goes there also while the tree is drawn anew', async () => {
    await signIn();
    const { tree, arrangements } = under.services;
    for (let round = 0; round < 20; round += 1) {
      const name = round % 2 === 0 ? sampleSites.main : sampleSites.develop;
      // Rows come in another order, and in the middle of that those are looked for on which one comes to stand.
      await Promise.all([
        arrangements.change({ order: round % 4 < 2 ? 'lastDeployment' : 'name' }),
        tree.show(site(name), true),
      ]);
      await selected(name);
    }
    await arrangements.change({ order: 'name' });
  });

  it('of sites does with its buttons what one comes for', async () => {
    await signIn();
    const { name } = site(sampleSites.main).site;
    const find = async () => {
      await picker.open(commands.goToSite);
      picker.type(name);
    };
    await find();
    assert.deepEqual(
      picker.rows[0]?.buttons?.map(({ tooltip }) => tooltip),
      ['Deploy…', 'View Latest Deployment Log', 'Open Site', 'Open SSH Terminal'],
    );
    prompts.answer('dismiss');
    await picker.click('Deploy…');
    const question = await eventually('the question', () => prompts.shown.find(({ isModal }) => isModal), [
      prompts.onDidShow,
    ]);
    assert.ok(question.message.includes(name));
    await find();
    await picker.click('View Latest Deployment Log');
    await eventually('the log', () => vscode.window.activeTextEditor?.document.uri.scheme === 'forge-log', [
      vscode.window.onDidChangeActiveTextEditor,
    ]);
    await find();
    await picker.click('Open SSH Terminal');
    await eventually('the terminal', () => vscode.window.terminals.find((terminal) => terminal.name === name), [
      vscode.window.onDidOpenTerminal,
    ]);
    await picker.open(commands.goToSite);
    assert.deepEqual(picker.labels.slice(0, 2), ['This Folder', name]);
  });

  describe('of sites has those of the folder first', () => {
    const other = 'blog.example.com';
    const { main, develop } = sampleSites;

    /** Another project's site is what was used last, wherever that was. */
    beforeEach(async () => {
      await signIn();
      await eventually('the sites of the folder', () => under.services.linked.sites.length === 2, [
        under.services.linked.onDidChange,
      ]);
      await picker.open(commands.goToSite);
      await picker.choose(other);
      await selected(other);
    });

    for (const command of [
      commands.deploySite,
      commands.browseDeployments,
      commands.viewLog,
      commands.viewDeploymentLog,
      commands.openSite,
      commands.openInForge,
      commands.openSsh,
      commands.openEnvironment,
      commands.openFile,
      commands.setValue,
      commands.disablePushToDeploy,
      commands.clearStuckDeployment,
      commands.regenerateDeployHook,
      commands.copyIpAddress,
      commands.addFavourite,
      commands.goToSite,
    ]) {
      it(`and one of them chosen beforehand: ${command}`, async () => {
        await picker.open(command);
        assert.deepEqual(picker.labels.slice(0, 6), ['This Folder', main, develop, 'Recently Used', other, 'All']);
        assert.equal(await picker.active(), main);
        assert.equal(picker.labels.filter((label) => label === main).length, 1);
        // Who types looks for anything.
        assert.deepEqual(picker.type('blog'), [other]);
      });
    }

    it('but for the one that is compared with another', async () => {
      await picker.open(commands.compareWithSite, { ...site(main), kind: 'site' });
      assert.deepEqual(picker.labels.slice(0, 2), ['This Folder', develop]);
      assert.equal(await picker.active(), develop);
    });

    it('and chosen beforehand also where it is known late which they are, unless one has gone on', async () => {
      const { linked, fleet } = under.services;
      const none = 'None found. Select one below, or type to search.';
      const hidden = () => Object.defineProperty(linked, 'sites', { configurable: true, get: () => [] });
      const found = async () => {
        Reflect.deleteProperty(linked, 'sites');
        await fleet.refresh('user');
        await eventually('the site of the folder', () => picker.labels[1] === main, [picker.onDidChange]);
        return picker.active();
      };
      try {
        hidden();
        await picker.open(commands.deploySite);
        assert.deepEqual([await picker.active(), ...picker.labels.slice(2, 4)], [none, 'Recently Used', other]);
        assert.equal(await found(), main);
        await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
        hidden();
        await picker.open(commands.deploySite);
        await picker.active();
        await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
        const next = await eventually('the next row', () => picker.activeLabel !== none && picker.activeLabel, [
          picker.onDidDraw,
        ]);
        assert.equal(await found(), next);
      } finally {
        Reflect.deleteProperty(linked, 'sites');
      }
    });
  });

  it('names the site of a folder, which its settings keep', async () => {
    await signIn();
    const { linked, fleet } = under.services;
    const other = fleet.allSites().find(({ key, server }) => server && key !== linked.entry?.key);
    assert.ok(other?.server);
    await picker.open(commands.linkFolder);
    await picker.choose(other.site.name);
    await eventually('the site', () => linked.entry?.key === other.key, [linked.onDidChange]);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const configuration = vscode.workspace.getConfiguration(undefined, folder);
    assert.equal(
      configuration.get(settings.site),
      `${other.organization.slug}/${other.server.name}/${other.site.name}`,
    );
    await configuration.update(settings.site, undefined, vscode.ConfigurationTarget.WorkspaceFolder);
    await eventually('the site of the remote', () => linked.entry?.site.name === sampleSites.main, [
      linked.onDidChange,
    ]);
  });
});
