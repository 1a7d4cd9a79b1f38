import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import { serverKeyOf } from '../../src/fleet/rows';
import { commands, views } from '../../src/manifest';
import { Arrangements } from '../../src/views/arrangement';
import { siteItem } from '../../src/views/fleetItems';
import { siteNode } from '../../src/views/fleetNodes';
import { sampleSites } from '../sampleWorkspace';
import { type Changes, eventually } from './eventually';
import { extensionId, extensionUnderTest } from './extensionUnderTest';
import { Picker } from './picker';

describe('The tree, arranged', () => {
  const under = extensionUnderTest();
  const { control, rows, signIn, site } = under;
  const labels = async (...path: readonly string[]) => {
    let level = await rows();
    for (const label of path) {
      level = await rows(level.find(({ item }) => item.label === label)?.node);
    }
    return level.map(({ item }) => String(item.label));
  };
  const byName = (names: readonly string[]) =>
    names.toSorted(new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare);
  const names = () => under.services.fleet.allSites().map((entry) => entry.site.name);

  before(() => vscode.commands.executeCommand(`${views.fleet}.focus`));

  afterEach(async () => {
    await under.services.arrangements.change({ group: 'server', order: 'name', only: 'all' });
    for (const key of under.services.favourites.keys) {
      await under.services.favourites.remove(key);
    }
  });

  it('is a flat list of all sites, which then tell their server', async () => {
    await signIn();
    await under.services.arrangements.change({ group: 'none' });
    const sites = await rows();
    assert.deepEqual(
      sites.map(({ item }) => item.label),
      byName(names()),
    );
    const [first] = sites;
    assert.ok(first?.node.kind === 'site');
    assert.match(
      String(first.item.description),
      new RegExp(under.services.fleet.site(first.node.key)?.server?.name ?? '^$'),
    );
  });

  it('is grouped by tag, a site standing under each of its own, and those without one last', async () => {
    await signIn();
    const { fleet, arrangements } = under.services;
    const [one, two] = fleet.allSites();
    assert.ok(one && two);
    await control.changeFleet(
      { change: 'tagSite', site: Number(one.site.id), tags: ['alpha', 'beta'] },
      { change: 'tagSite', site: Number(two.site.id), tags: ['beta'] },
    );
    await fleet.refresh('user');
    await arrangements.change({ group: 'tag' });
    assert.deepEqual(await labels('alpha'), [one.site.name]);
    assert.deepEqual(await labels('beta'), byName([one.site.name, two.site.name]));
    assert.equal((await labels()).at(-1), 'Untagged');
    const ids = (await Promise.all((await rows()).map(({ node }) => rows(node)))).flat().map(({ item }) => item.id);
    assert.equal(new Set(ids).size, ids.length, 'each row has an id of its own');
  });

  it('is grouped by organization, without the servers between', async () => {
    await signIn();
    await under.services.arrangements.change({ group: 'organization' });
    assert.deepEqual(await labels(), byName(names()), 'a single organization is left out');
  });

  it('puts first what was deployed last', async () => {
    await signIn();
    await under.services.arrangements.change({ group: 'none', order: 'lastDeployment' });
    const times = (await rows()).map(({ node }) =>
      node.kind === 'site' ? (under.services.fleet.site(node.key)?.site.latestDeployment?.startedAt ?? 0) : Number.NaN,
    );
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    );
  });

  it('shows only what has failed, says so in its title, and follows what fails or recovers', async () => {
    await signIn();
    const { fleet, arrangements, tree } = under.services;
    const isFailed = (status: string | null | undefined) => status?.startsWith('failed') ?? false;
    const failed = () =>
      fleet
        .allSites()
        .filter((entry) => isFailed(entry.site.latestDeployment?.status))
        .map((entry) => entry.site.name);
    await arrangements.change({ group: 'none', only: 'failing' });
    assert.equal(tree.treeView.title, 'Failing Sites');
    assert.deepEqual(
      (await labels()).filter((label) => label !== ''),
      byName(failed()),
    );
    const target = site(sampleSites.main);
    const latest = target.site.latestDeployment;
    assert.ok(latest);
    const [shown] = await rows();
    // VS Code has asked for the rows by then, too: what it has yet to ask for needs no event.
    await tree.treeView.reveal(shown?.node ?? assert.fail());
    const changes: Changes = tree.onDidChangeTreeData;
    const drawn = new Promise<void>((resolve) => {
      const listener = changes(() => {
        listener.dispose();
        resolve();
      });
    });
    fleet.setDeployment(target.key, {
      ...latest,
      id: String(Number(latest.id) + 1_000_000),
      status: 'failed',
      createdAt: (latest.createdAt ?? 0) + 1,
    });
    await drawn;
    assert.ok((await labels()).includes(target.site.name));
  });

  it('shows what a filter finds, not closed rows with it below, however it was grouped', async () => {
    await signIn();
    const { fleet, arrangements, favourites } = under.services;
    const [first, ...others] = fleet.allSites();
    await favourites.add(first?.key ?? assert.fail());
    await favourites.add(others.at(-1)?.key ?? assert.fail());
    for (const only of ['failing', 'favourites'] as const) {
      await arrangements.change({ group: 'server', only });
      const found = (await rows()).filter(({ node }) => node.kind === 'site' && node.id === node.key);
      const wanted = fleet
        .allSites()
        .filter(({ key, site: { latestDeployment: latest } }) =>
          only === 'favourites' ? favourites.keys.has(key) : latest?.status?.startsWith('failed'),
        );
      assert.ok(wanted.length > 0);
      assert.deepEqual(
        found.map(({ item }) => item.label),
        byName(wanted.map(({ site: { name } }) => name)),
      );
      assert.ok(!(await rows()).some(({ node }) => node.kind === 'server' || node.kind === 'organization'));
      for (const { node, item } of found) {
        const { server } = wanted.find(({ key }) => key === node.key) ?? assert.fail();
        assert.ok(String(item.description).includes(server?.name ?? assert.fail()), 'its server is told');
      }
    }
    await arrangements.change({ only: 'all' });
    assert.ok((await rows()).some(({ node }) => node.kind === 'server' || node.kind === 'organization'));
  });

  it('is set in several ways from one list, which tells what is current in words and without names of icons', async () => {
    await signIn();
    const { arrangements } = under.services;
    const picker = new Picker();
    try {
      await picker.open(commands.arrange);
      const current = () => picker.rows.flatMap(({ label, description }) => (description === 'current' ? label : []));
      assert.deepEqual(current(), ['All Sites', 'Server', 'Name']);
      for (const [choice, now] of [
        ['Tag', { group: 'tag', order: 'name', only: 'all' }],
        ['Failing Sites', { group: 'tag', order: 'name', only: 'failing' }],
        ['Last Deployment', { group: 'tag', order: 'lastDeployment', only: 'failing' }],
        ['Last Deployment', { group: 'tag', order: 'lastDeployment', only: 'failing' }],
      ] as const) {
        await picker.choose(choice);
        await eventually('the choice', () => current().includes(choice), [picker.onDidChange]);
        assert.deepEqual(arrangements.present, now);
        assert.equal(picker.activeLabel, choice);
      }
      assert.deepEqual(current(), ['Failing Sites', 'Tag', 'Last Deployment']);
      assert.ok(picker.rows.every(({ label, description }) => !/\$\(/.test(`${label}${description}`)));
    } finally {
      picker.restore();
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    }
  });

  it('does not look as if all were well with a site in maintenance mode', async () => {
    await signIn();
    const entry = site(sampleSites.main);
    const look = { id: 'x', isFavourite: false, tellsServer: false, usualMs: undefined, drift: undefined };
    const latest = entry.site.latestDeployment ?? assert.fail();
    const iconOf = (inMaintenance: boolean, status: string | null) =>
      (
        siteItem(
          {
            ...entry,
            site: { ...entry.site, inMaintenance, latestDeployment: status === null ? null : { ...latest, status } },
          },
          look,
          0,
        ).iconPath as vscode.ThemeIcon
      ).id;
    assert.deepEqual(
      [iconOf(false, 'finished'), iconOf(true, 'finished'), iconOf(true, 'failed'), iconOf(true, 'deploying')],
      ['pass', 'tools', 'error', 'sync~spin'],
    );
    assert.equal(iconOf(true, null), 'circle-outline');
  });

  it('shows only what is being deployed, while it is', async () => {
    await signIn();
    const { fleet, arrangements, tree } = under.services;
    const target = site(sampleSites.main);
    await arrangements.change({ group: 'none', only: 'deploying' });
    assert.equal(tree.treeView.title, 'Deploying');
    assert.match(String((await rows())[0]?.item.description), /Nothing is being deployed/);
    await control.startDeployment({ site: Number(target.site.id) });
    await fleet.refresh('user');
    assert.deepEqual(await labels(), [target.site.name]);
    await control.endDeployments();
    await fleet.refresh('user');
    assert.match(String((await rows())[0]?.item.description), /Nothing is being deployed/);
  });

  it('shows only what has a PHP version that is no longer supported, and says so on its row, at no request', async () => {
    await signIn();
    const { fleet, arrangements, tree } = under.services;
    const [server, ...servers] = fleet.allServers().filter((entry) => entry.server.name.startsWith('acme-web'));
    const target = site(sampleSites.main);
    assert.ok(server && servers[0]);
    const host = servers.find(({ server: { name } }) => name !== target.server?.name) ?? servers[0];
    await control.changeFleet(
      ...fleet.allServers().map((entry) => ({
        change: 'phpOfServer' as const,
        server: Number(entry.server.id),
        version: entry.key === host.key ? 'php80' : 'php85',
      })),
      ...fleet.allSites().map((entry) => ({
        change: 'phpOfSite' as const,
        site: Number(entry.site.id),
        version: entry.key === target.key ? 'php74' : 'php85',
      })),
    );
    await fleet.refresh('user');
    await control.clearRequests();
    await arrangements.change({ only: 'unsupportedPhp' });
    assert.equal(tree.treeView.title, 'Unsupported PHP');
    for (const group of ['server', 'organization', 'none'] as const) {
      await arrangements.change({ group });
      assert.deepEqual(await labels(), [target.site.name, host.server.name], group);
    }
    const [ofSite, ofServer] = await rows();
    assert.match(String(ofSite?.item.description), /PHP 7\.4 \(unsupported\)/);
    assert.match(String(ofServer?.item.description), /PHP 8\.0 \(unsupported\)/);
    const words = String((ofServer?.item.tooltip as vscode.MarkdownString | undefined)?.value).replaceAll(
      '&nbsp;',
      ' ',
    );
    assert.match(words, /ended its security support on/);
    assert.doesNotMatch(words, /vulnerable/i);
    await arrangements.change({ group: 'tag' });
    assert.equal((await labels()).at(-1), host.server.name);
    assert.deepEqual(await control.requests(), []);
    await control.changeFleet({ change: 'phpOfServer', server: Number(host.server.id), version: 'php85' });
    await control.changeFleet({ change: 'phpOfSite', site: Number(target.site.id), version: 'php85' });
    await fleet.refresh('user');
    await arrangements.change({ group: 'server' });
    assert.match(String((await rows())[0]?.item.description), /have a supported PHP version/);
  });

  it('shows only favourites, without pinning them once more', async () => {
    await signIn();
    const { arrangements, favourites } = under.services;
    const chosen = under.services.fleet.allSites().slice(0, 3);
    for (const { key } of chosen) {
      await favourites.add(key);
    }
    await arrangements.change({ group: 'none', only: 'favourites' });
    assert.deepEqual(await labels(), byName(chosen.map((entry) => entry.site.name)));
  });

  it('is remembered for the workspace, and what another version stored counts as far as it is known', async () => {
    const stored = new Map<string, unknown>();
    const memory: vscode.Memento = {
      keys: () => [...stored.keys()],
      get: <T>(key: string, otherwise?: T) => (stored.get(key) as T | undefined) ?? (otherwise as T),
      update: async (key, value) => void stored.set(key, value),
    };
    const arrangements = new Arrangements(memory);
    await arrangements.change({ group: 'tag' });
    await arrangements.change({ only: 'failing' });
    arrangements.dispose();
    assert.deepEqual(new Arrangements(memory).present, { group: 'tag', order: 'name', only: 'failing' });
    const [key] = stored.keys();
    stored.set(key ?? assert.fail(), { group: 'constellation', order: 'lastDeployment' });
    assert.deepEqual(new Arrangements(memory).present, { group: 'server', order: 'lastDeployment', only: 'all' });
  });

  it('is right within one refresh where an organization is left or joined, or a server archived or cut off', async () => {
    const user = 'wanderer';
    await control.setUser(user, ['acme']);
    await signIn(await control.createToken({ user }));
    const { fleet } = under.services;
    const names = () => fleet.organizations().map(({ organization }) => organization.slug);
    const alone = await labels();
    const healthy = fleet
      .allServers()
      .find(({ server }) => !server.revoked && server.isReady && server.connectionStatus === 'successful');
    const { name } = healthy?.server ?? assert.fail();
    await control.changeFleet(
      { change: 'addOrganization', name: 'Joined', slug: 'joined' },
      { change: 'addServer', organization: 'joined', name: 'joined-1' },
      { change: 'addSite', organization: 'joined', server: 'joined-1', name: 'joined.example.com' },
    );
    await control.setUser(user, ['acme', 'joined']);
    await fleet.refresh('user');
    assert.deepEqual(names(), ['acme', 'joined']);
    assert.deepEqual(await labels(), ['Acme', 'Joined']);
    await control.changeFleet(
      { change: 'archiveServer', server: 'joined-1' },
      { change: 'connectServer', server: name, status: 'disconnected' },
    );
    await fleet.refresh('user');
    const joined = (await rows()).find(({ item }) => item.label === 'Joined');
    const [server] = await rows(joined?.node);
    assert.match(String(server?.item.description), /^archived/);
    const acme = (await rows()).find(({ item }) => item.label === 'Acme');
    const cutOff = (await rows(acme?.node)).find(({ item }) => item.label === name);
    assert.match(String(cutOff?.item.description), /^not connected/);
    await control.changeFleet({ change: 'connectServer', server: name, status: 'successful' });
    await control.setUser(user, ['acme']);
    await fleet.refresh('user');
    assert.deepEqual(names(), ['acme']);
    assert.deepEqual(await labels(), alone);
    assert.ok(!fleet.allSites().some((entry) => entry.site.name === 'joined.example.com'));
    await control.changeFleet({ change: 'removeOrganization', organization: 'joined' });
  });

  it('says that nothing is shown where nothing is', async () => {
    await signIn();
    await under.services.arrangements.change({ only: 'favourites' });
    const [note] = await rows();
    assert.match(String(note?.item.description), /No favorites yet/);
  });

  it('pins favourites at the top, however it is arranged, and remembers them for the site', async () => {
    await signIn();
    const { favourites, fleet } = under.services;
    const entry = site(sampleSites.main);
    await vscode.commands.executeCommand(commands.addFavourite, siteNode(entry));
    assert.ok(favourites.keys.has(entry.key));
    assert.equal((await labels())[0], 'Favorites');
    assert.deepEqual(await labels('Favorites'), [entry.site.name]);
    const [pinned] = await rows((await rows())[0]?.node);
    assert.match(pinned?.item.contextValue ?? '', /^site\b.*\bfavourite\b/);
    await control.changeFleet({ change: 'renameSite', site: Number(entry.site.id), name: 'renamed.example.com' });
    await fleet.refresh('user');
    assert.deepEqual(await labels('Favorites'), ['renamed.example.com'], 'it is the site, not its name');
    await control.changeFleet({ change: 'renameSite', site: Number(entry.site.id), name: entry.site.name });
    await fleet.refresh('user');
    await vscode.commands.executeCommand(commands.removeFavourite, siteNode(entry));
    assert.notEqual((await labels())[0], 'Favorites');
  });

  describe('has the sites of the folder at the top', () => {
    const { main, develop } = sampleSites;
    const linkedToBe = (count: number) => {
      const { linked } = under.services;
      return eventually(`${count} sites of the folder`, () => linked.sites.length === count, [linked.onDidChange]);
    };
    const first = async () => {
      const { tree } = under.services;
      // Below what needs attention.
      const node = (await tree.getChildren()).find(({ kind }) => kind !== 'attention');
      const below = node?.kind === 'group' ? await tree.getChildren(node) : [];
      return [node, ...below].map((row) => row && tree.getTreeItem(row).label);
    };

    beforeEach(async () => {
      await signIn();
      await linkedToBe(2);
    });

    it('however they are arranged, and before the favourites', async () => {
      await under.services.favourites.add(site('blog.example.com').key);
      for (const group of ['server', 'tag', 'organization', 'none'] as const) {
        await under.services.arrangements.change({ group });
        assert.deepEqual(await first(), ['This Folder', main, develop], group);
        assert.equal((await labels())[0], 'Favorites');
      }
      await under.services.arrangements.change({ only: 'favourites' });
      assert.notEqual((await first())[0], 'This Folder', 'none of them is one');
    });

    it('only while there are any, as its remote has it', async () => {
      const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
      const setRemote = (url: string) => execFileSync('git', ['remote', 'set-url', 'origin', url], { cwd });
      try {
        setRemote('git@github.com:acme/unknown.git');
        await linkedToBe(0);
        assert.notEqual((await first())[0], 'This Folder');
        setRemote('git@github.com-work:acme/shop.git');
        await linkedToBe(2);
        assert.deepEqual(await first(), ['This Folder', main, develop]);
      } finally {
        setRemote('git@github.com:acme/shop.git');
      }
    });

    it('and shows there the one that the window is about, but below its server to who goes there', async () => {
      const { tree } = under.services;
      const entry = site(develop);
      for (const [focus, id] of [
        [false, `folder>${entry.key}`],
        [true, entry.key],
      ] as const) {
        await tree.show(entry, focus);
        assert.equal(tree.treeView.selection[0]?.id, id);
      }
    });
  });

  it('offers to deploy a site on its row only where it has a repository', async () => {
    await signIn();
    const entry = site(sampleSites.main);
    const look = { id: 'x', isFavourite: false, tellsServer: false, usualMs: undefined, drift: undefined };
    const { packageJSON } = vscode.extensions.getExtension(extensionId) ?? assert.fail();
    const menu = packageJSON.contributes.menus['view/item/context'] as { command: string; when: string }[];
    const patterns = menu.flatMap(({ command, when }) =>
      command === commands.deploySite ? [new RegExp(/viewItem =~ \/(.+)\//.exec(when)?.[1] ?? assert.fail())] : [],
    );
    assert.equal(patterns.length, 2);
    for (const [repository, isOffered] of [
      [entry.site.repository, true],
      [null, false],
    ] as const) {
      const { contextValue = '' } = siteItem({ ...entry, site: { ...entry.site, repository } }, look, 0);
      assert.ok(patterns.every((pattern) => pattern.test(contextValue) === isOffered));
    }
  });

  it('tells on the row of a server what its sites suffer from', async () => {
    await signIn();
    const { fleet } = under.services;
    const target = fleet
      .allSites()
      .find(({ server, site: { latestDeployment } }) => server?.name === 'acme-web-2' && latestDeployment);
    const latest = target?.site.latestDeployment;
    assert.ok(target && latest);
    const row = async () =>
      (await rows()).find(({ node }) => node.kind === 'server' && node.key === serverKeyOf(target));
    const count = async (what: string) =>
      Number(new RegExp(`(\\d+) ${what}`).exec(String((await row())?.item.description))?.[1] ?? 0);
    const icon = async () => (await row())?.item.iconPath;
    assert.equal(await count('failed'), 0);
    assert.deepEqual(await icon(), new vscode.ThemeIcon('server'));
    fleet.setDeployment(target.key, {
      ...latest,
      id: String(Number(latest.id) + 2_000_000),
      status: 'failed',
      createdAt: (latest.createdAt ?? 0) + 1,
    });
    assert.equal(await count('failed'), 1);
    assert.deepEqual(
      await icon(),
      new vscode.ThemeIcon('server', new vscode.ThemeColor('problemsErrorIcon.foreground')),
    );
    fleet.setDeployment(target.key, {
      ...latest,
      id: String(Number(latest.id) + 3_000_000),
      status: 'finished',
      createdAt: (latest.createdAt ?? 0) + 2,
    });
    assert.equal(await count('failed'), 0);
    assert.deepEqual(await icon(), new vscode.ThemeIcon('server'));
    const before = await count('deploying');
    fleet.setDeployment(target.key, {
      ...latest,
      id: String(Number(latest.id) + 4_000_000),
      status: 'deploying',
      createdAt: (latest.createdAt ?? 0) + 3,
      endedAt: null,
    });
    assert.equal(await count('deploying'), before + 1);
  });

  it('counts the deployments that run on its icon', async () => {
    const account = await signIn();
    const { tracker, tree } = under.services;
    const entry = site(sampleSites.develop);
    const before = tree.treeView.badge?.value ?? 0;
    const deployment = await account.client.call('deploy', under.pathOf(entry));
    tracker.follow(entry, deployment, true);
    await eventually('the badge', () => tree.treeView.badge?.value === before + 1, [
      tracker.onDidLook,
      ...under.changes(),
    ]);
    await eventually('its end', () => (tree.treeView.badge?.value ?? 0) === before, [
      tracker.onDidLook,
      ...under.changes(),
    ]);
  });

  it('shows what comes and goes below each of several organizations', async () => {
    await control.setUser('agency', ['acme', 'empty-org']);
    const account = await signIn(await control.createToken({ user: 'agency' }));
    const { arrangements, fleet } = under.services;
    await arrangements.change({ group: 'organization' });
    const before = (await labels('Acme')).length;
    const server = fleet.allServers().find((entry) => entry.organization.slug === 'acme');
    assert.ok(server);
    const drawn = async (work: () => Promise<unknown>) => {
      const { tree } = under.services;
      const change = new Promise<void>((resolve) => {
        const listener = tree.onDidChangeTreeData((node) => {
          if (node === undefined || node.kind === 'organization') {
            listener.dispose();
            resolve();
          }
        });
      });
      await work();
      await change;
    };
    await drawn(async () => {
      await control.changeFleet({ change: 'addSite', server: Number(server.server.id), name: 'brand-new.example.com' });
      await fleet.refresh('user');
    });
    assert.equal((await labels('Acme')).length, before + 1);
    await drawn(async () => {
      await control.changeFleet({ change: 'removeSite', site: 'brand-new.example.com' });
      await fleet.refresh('user');
    });
    assert.equal((await labels('Acme')).length, before);
    await under.services.accounts.signOut(account);
  });

  it('shows the new name of an organization, and what it has where one has signed in anew', async () => {
    const user = 'renamer';
    await control.changeFleet({ change: 'addOrganization', name: 'Before', slug: 'renamed-org' });
    await control.setUser('default', ['acme']);
    await control.setUser(user, ['acme', 'renamed-org']);
    await signIn(await control.createToken({ user }));
    const { fleet, tree } = under.services;
    const [node] = (await rows()).filter(({ item }) => item.label === 'Before');
    assert.ok(node);
    await control.changeFleet({ change: 'renameOrganization', organization: 'renamed-org', name: 'After' });
    await fleet.refresh('user');
    assert.equal(tree.getTreeItem(node.node).label, 'After');
    await control.changeFleet(
      { change: 'addServer', organization: 'renamed-org', name: 'renamed-1' },
      { change: 'addSite', organization: 'renamed-org', server: 'renamed-1', name: 'renamed.example.com' },
    );
    await signIn(await control.createToken({ user }));
    await fleet.refresh('user');
    assert.equal(tree.getTreeItem(node.node).description, '1 site');
    assert.deepEqual(
      (await rows(node.node)).map(({ item }) => item.label),
      ['renamed-1'],
    );
    await control.changeFleet({ change: 'removeOrganization', organization: 'renamed-org' });
  });

  it('moves a site to its new server, and takes away a server that is gone with what was on it', async () => {
    await signIn();
    await control.changeFleet(
      { change: 'addServer', organization: 'acme', name: 'old-home' },
      { change: 'addServer', organization: 'acme', name: 'new-home' },
      { change: 'addSite', server: 'old-home', name: 'mover.example.com' },
      { change: 'addSite', server: 'old-home', name: 'stayer.example.com' },
    );
    const { fleet } = under.services;
    await fleet.refresh('user');
    assert.deepEqual(await labels('old-home'), ['mover.example.com', 'stayer.example.com']);
    assert.deepEqual(await labels('new-home'), []);
    await control.changeFleet({ change: 'moveSite', site: 'mover.example.com', server: 'new-home' });
    await fleet.refresh('user');
    assert.deepEqual(await labels('old-home'), ['stayer.example.com']);
    assert.deepEqual(await labels('new-home'), ['mover.example.com']);
    await control.changeFleet({ change: 'removeServer', server: 'old-home' });
    await fleet.refresh('user');
    assert.ok(!(await labels()).includes('old-home'));
    assert.ok(!names().includes('stayer.example.com'));
    await control.changeFleet({ change: 'removeServer', server: 'new-home' });
    await fleet.refresh('user');
    assert.ok(!names().includes('mover.example.com'));
  });

  it('shows a server without sites, and says that there are none yet where no server is shown', async () => {
    await control.setUser('starter', ['starter-org']);
    await control.changeFleet({ change: 'addServer', organization: 'starter-org', name: 'first-server' });
    await signIn(await control.createToken({ user: 'starter' }));
    assert.deepEqual(await labels(), ['first-server']);
    await under.services.arrangements.change({ group: 'none' });
    assert.equal((await rows())[0]?.item.description, 'No sites yet');
    const [server] = under.services.fleet.allServers();
    assert.ok(server);
    await under.services.tree.showServer(server);
    assert.equal(under.services.arrangements.present.group, 'server');
  });

  it('is shown a site by name, even one that the filter hides', async () => {
    await signIn();
    const { arrangements, tree } = under.services;
    await arrangements.change({ only: 'deploying' });
    const entry = site(sampleSites.main);
    await tree.show(entry, true);
    assert.equal(arrangements.present.only, 'all');
    await eventually('the row to be selected', () => tree.treeView.selection[0]?.key === entry.key, [
      tree.treeView.onDidChangeSelection,
    ]);
  });

  it('tells on the row of a group how many sites are below it and how many have failed, and follows what changes', async () => {
    await signIn();
    const { fleet, arrangements, tree } = under.services;
    const [one, two] = fleet.allSites().filter((entry) => entry.site.latestDeployment);
    const latest = one?.site.latestDeployment;
    assert.ok(one && two && latest);
    await control.changeFleet(
      { change: 'tagSite', site: Number(one.site.id), tags: ['counted'] },
      { change: 'tagSite', site: Number(two.site.id), tags: ['counted'] },
    );
    await fleet.refresh('user');
    await arrangements.change({ group: 'tag' });
    const group = async () => {
      const row = (await rows()).find(({ item }) => item.label === 'counted') ?? assert.fail();
      await rows(row.node);
      return row;
    };
    const end = (of: typeof one, nth: number, status: string) =>
      fleet.setDeployment(of.key, {
        ...latest,
        id: String(Number(latest.id) + nth * 4_000_000),
        status,
        createdAt: (latest.createdAt ?? 0) + nth * 3_600_000,
      });
    end(one, 1, 'finished');
    end(two, 1, 'finished');
    const { node, item } = await group();
    assert.equal(item.description, '2 sites');
    const drawn = eventually(
      'the row to be drawn anew',
      () => tree.getTreeItem(node).description === '1 failed · 2 sites',
      [tree.onDidChangeTreeData],
    );
    end(one, 2, 'failed-build');
    await drawn;
    assert.equal((await group()).item.accessibilityInformation?.label, 'counted, 1 failed, 2 sites');
    await arrangements.change({ only: 'failing' });
    assert.equal((await group()).item.description, '1 failed');
  });
});
