import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { checkSite } from '../../src/deployments/checkSite';
import type { DeploymentEnd } from '../../src/deployments/deploymentTracker';
import { preflight, type Situation } from '../../src/deployments/preflight';
import { provideDeployTasks } from '../../src/deployments/provideDeployTasks';
import { tellEnd } from '../../src/deployments/tellEnd';
import type { SiteEntry } from '../../src/fleet/rows';
import type { Deployment } from '../../src/forge/resources';
import { commands, settings } from '../../src/manifest';
import { deploymentTarget } from '../../src/ui/target';
import { siteNode } from '../../src/views/fleetNodes';
import { quiet } from '../quietLog';
import { sampleSites } from '../sampleWorkspace';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { Picker } from './picker';
import { Prompts } from './prompts';

describe('A deployment', () => {
  const under = extensionUnderTest();
  const { control, signIn, site } = under;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  let away: string;
  let bare: string;
  let prompts: Prompts;
  let first: string;
  let original: string;

  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd: folder,
        stdio: 'pipe',
        encoding: 'utf8',
      },
    ).trim();
  let commits = 0;
  const commit = (message: string) => {
    commits += 1;
    // Two of the same second would be one commit otherwise.
    git('commit', '--allow-empty', '-m', message, '-m', String(commits));
    return git('rev-parse', 'HEAD');
  };
  /** The state of the clone and of its remote: what lies in their folders, since git takes its time. */
  const whatGitHas = () =>
    [git('status', '--porcelain'), ...[join(folder, '.git'), bare].map((place) => refsIn(place))].join('\n');
  /** The Git extension looks by itself, but not more often than every five seconds. */
  const haveGitLook = () => vscode.commands.executeCommand('git.refresh');
  const set = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
  const posts = async () =>
    (await control.requests()).filter(({ method, path }) => method === 'POST' && path.endsWith('/deployments')).length;
  const shop = () => site(sampleSites.main);
  const staging = () => site(sampleSites.develop);
  const modal = () => prompts.shown.find(({ isModal }) => isModal);
  const notified = (pattern: RegExp) =>
    eventually(`a notification like ${pattern}`, () => prompts.shown.find(({ message }) => pattern.test(message)), [
      prompts.onDidShow,
    ]);
  /** Deploys, having agreed to it with that button, and waits for its end. */
  const deploy = async (entry: SiteEntry, ...answers: readonly string[]) => {
    prompts.answer(...answers);
    const { tracker } = under.services;
    let id: string | undefined;
    const listener = tracker.onDidEnd(({ site: { key }, outcome }) => {
      id ??= key === entry.key ? outcome.deployment.id : undefined;
    });
    try {
      await vscode.commands.executeCommand(commands.deploySite, siteNode(entry));
      return await eventually('the end', () => id, [tracker.onDidEnd]);
    } catch (error) {
      throw new Error(`${error}: ${JSON.stringify([prompts.shown, site(entry.site.name).site.latestDeployment])}`);
    } finally {
      listener.dispose();
    }
  };
  /** Has Forge say that this commit was deployed to a site, and how that ended. */
  const deployed = async (entry: SiteEntry, hash: string | null, status = 'finished') => {
    const latest = entry.site.latestDeployment;
    assert.ok(latest);
    under.services.fleet.setDeployment(entry.key, {
      ...latest,
      id: String(Number(latest.id) + 1),
      createdAt: (latest.createdAt ?? 0) + 1,
      status,
      commit: { ...latest.commit, hash },
    });
  };

  /** The end of a deployment of staging that is newer than its latest one. */
  const endOf = (kind: 'ended' | 'lost', changes: Partial<Deployment>): DeploymentEnd => {
    const site = staging();
    const latest = site.site.latestDeployment ?? assert.fail();
    const deployment = { ...latest, id: `${latest.id}1`, createdAt: (latest.createdAt ?? 0) + 1, ...changes };
    const outcome = kind === 'ended' ? { kind, deployment } : { kind, deployment, afterMs: 60_000 };
    return { site, outcome, own: true, isToldHere: true };
  };

  before(async () => {
    away = mkdtempSync(join(tmpdir(), 'forge-remote-'));
    bare = join(away, 'shop.git');
    execFileSync('git', ['init', '--bare', '--initial-branch=main', bare], { stdio: 'pipe' });
    // What the remote is called stays as it is; where it leads does not.
    git('config', `url.file://${bare}.insteadOf`, 'git@github.com:acme/shop.git');
    git('push', '--set-upstream', 'origin', 'main');
    git('push', 'origin', 'develop');
    first = git('rev-parse', 'HEAD');
    original = whatGitHas();
    await eventually('the git extension', () => under.services.linked.roots.length >= 0, []);
  });

  beforeEach(async () => {
    prompts = new Prompts();
    await signIn();
    await control.clearRequests();
  });

  afterEach(async () => {
    prompts.restore();
    for (const name of Object.values(settings).filter((setting) => setting.startsWith('forge.deploy.'))) {
      if (vscode.workspace.getConfiguration().inspect(name)?.globalValue !== undefined) {
        await set(name, undefined);
      }
    }
    // Most tests leave all as it was.
    if (whatGitHas() !== original) {
      git('checkout', '--force', 'main');
      git('reset', '--hard', first);
      git('clean', '-fd');
      git('branch', '--force', 'develop', first);
      git('push', '--force', 'origin', 'main', 'develop');
      // The next test is not to be told of it.
      await haveGitLook();
    }
  });

  after(() => {
    git('config', '--remove-section', `url.file://${bare}`);
    git('update-ref', '-d', 'refs/remotes/origin/main');
    git('update-ref', '-d', 'refs/remotes/origin/develop');
    rmSync(away, { recursive: true, force: true });
  });

  describe('is asked about beforehand', () => {
    it('with where it goes, and without a word where all is as usual', async () => {
      await deployed(shop(), first);
      prompts.answer('dismiss');
      await vscode.commands.executeCommand(commands.deploySite, siteNode(shop()));
      assert.equal(modal()?.message, `Deploy ${sampleSites.main} to production?`);
      assert.equal(
        modal()?.detail,
        `${shop().server?.name} · acme/shop · main\n\nUp to date: the latest fetched commit is already deployed.`,
      );
      assert.deepEqual([modal()?.kind, modal()?.choices], ['information', ['Deploy']]);
      assert.equal(await posts(), 0);
    });

    it('with where it goes alone, where no clone of it is open', async () => {
      const blog = site('blog.example.com');
      const ask = async () => {
        prompts.clear();
        prompts.answer('dismiss');
        await vscode.commands.executeCommand(commands.deploySite, siteNode(blog));
      };
      await ask();
      await ask();
      assert.match(modal()?.detail ?? '', /⚠ The deploy script doesn't restart this site's background processes/);
      await ask();
      const { repository } = blog.site;
      assert.equal(modal()?.detail, `${blog.server?.name} · ${repository?.url} · ${repository?.branch}`);
      assert.deepEqual(modal()?.choices, ['Deploy']);
    });

    it('with what is not pushed, not committed, and on another branch', async () => {
      const [second, third] = ['Second', 'Third'].map((name) => `${commit(name).slice(0, 7)} ${name} · Ann`);
      writeFileSync(join(folder, 'new.txt'), 'new');
      git('checkout', '-b', 'feature/cart');
      try {
        prompts.answer('dismiss');
        await vscode.commands.executeCommand(commands.deploySite, siteNode(shop()));
        const detail = modal()?.detail ?? '';
        assert.match(detail, /⚠ You're on feature\/cart; the site deploys main\./);
        assert.match(detail, /⚠ 2 unpushed commits on main\./);
        assert.match(detail, /⚠ 1 uncommitted change\./);
        assert.ok(detail.endsWith(`Push & Deploy also pushes and deploys 2 commits:\n${third}\n${second}`), detail);
        assert.deepEqual([modal()?.kind, modal()?.choices], ['warning', ['Deploy', 'Push & Deploy', 'Fetch']]);
      } finally {
        git('checkout', '--force', 'main');
        git('branch', '-D', 'feature/cart');
      }
    });

    it('with what the tree knows of its server and repository, and whether Forge could be asked', async () => {
      const { server, site: present } = staging();
      assert.ok(server);
      const asked = async (changes: Partial<Situation>) => {
        prompts.clear();
        prompts.answer('dismiss');
        const usual = { code: undefined, place: undefined, site: present, server, isAsked: true, hints: [] };
        await preflight(staging(), () => Promise.resolve({ ...usual, ...changes }), Date.now());
        return [modal()?.kind, ...(modal()?.detail?.split('\n') ?? []).filter((line) => line.startsWith('⚠'))];
      };
      assert.deepEqual(await asked({}), ['information']);
      assert.deepEqual(await asked({ server: null }), ['information']);
      for (const [changes, words] of [
        [{ server: { ...server, revoked: true } }, `⚠ The server ${server.name} is archived.`],
        [{ server: { ...server, isReady: false } }, `⚠ The server ${server.name} is still being set up.`],
        [
          { server: { ...server, connectionStatus: 'failed' } },
          `⚠ Forge isn't connected to the server ${server.name}.`,
        ],
        [{ site: { ...present, repository: null } }, '⚠ This site has no Git repository.'],
        [{ isAsked: false }, "⚠ Couldn't get the latest state from Forge. What you see here may be out of date."],
      ] as const) {
        assert.deepEqual(await asked(changes), ['warning', words]);
      }
    });

    it('with the commits that will go out, by name', async () => {
      const names = ['One', 'Two', 'Three', 'Four', 'Five', 'Six'].map((name) => [commit(name).slice(0, 7), name]);
      git('push', 'origin', 'main');
      await deployed(shop(), first);
      prompts.answer('dismiss');
      await vscode.commands.executeCommand(commands.deploySite, siteNode(shop()));
      const newest = names.reverse().slice(0, 5);
      const lines = newest.map(([hash, name]) => `${hash} ${name} · Ann`);
      assert.ok(
        modal()?.detail?.endsWith(['6 commits to be deployed:', ...lines, 'and 1 more'].join('\n')),
        modal()?.detail,
      );
    });

    it('with a deployment under way and maintenance mode', async () => {
      await control.changeFleet({ change: 'maintenanceOfSite', site: sampleSites.develop, enabled: true });
      await control.nextDeployment({ site: sampleSites.develop, seconds: 400 });
      await control.startDeployment({ site: sampleSites.develop });
      await under.services.fleet.refresh('user');
      try {
        prompts.answer('dismiss');
        await vscode.commands.executeCommand(commands.deploySite, siteNode(staging()));
        assert.equal(modal()?.message, `Deploy ${sampleSites.develop}?`);
        assert.match(
          modal()?.detail ?? '',
          /⚠ A deployment is already running \((deploying|starting|queued) \d+:\d\d.*\)\. This one will be queued/,
        );
        assert.match(modal()?.detail ?? '', /⚠ The site is in maintenance mode\./);
      } finally {
        await control.changeFleet({ change: 'maintenanceOfSite', site: sampleSites.develop, enabled: false });
        await control.switch({ advance: 500 });
        await under.services.fleet.refresh('user');
      }
    });

    it('with a branch that was never pushed, and one that is older than what is deployed', async () => {
      git('push', 'origin', '--delete', 'develop');
      try {
        prompts.answer('dismiss');
        await vscode.commands.executeCommand(commands.deploySite, siteNode(staging()));
        assert.match(modal()?.detail ?? '', /⚠ Branch develop has no upstream here; it may never have been pushed\./);
        assert.deepEqual(modal()?.choices, ['Deploy', 'Push & Deploy', 'Fetch']);
      } finally {
        git('push', 'origin', 'develop');
      }
      prompts.clear();
      const { codes } = under.services;
      const second = commit('Second');
      git('push', 'origin', 'main');
      await deployed(shop(), second);
      git('reset', '--hard', first);
      git('push', '--force', 'origin', 'main');
      await eventually('the way back', () => codes.drift(shop().key)?.kind === 'ahead', [codes.onDidChange]);
      assert.match((under.services.statusBar.tooltip ?? '').replaceAll('&nbsp;', ' '), /1 commit ahead of main/);
      prompts.answer('dismiss');
      await vscode.commands.executeCommand(commands.deploySite, siteNode(shop()));
      assert.match(modal()?.detail ?? '', /This rolls back 1 deployed commit that is no longer on the branch\./);
    });

    it('with a detached head, and a deployed commit that this clone has not', async () => {
      await deployed(shop(), 'e'.repeat(40));
      git('checkout', '--detach');
      prompts.answer('dismiss');
      await vscode.commands.executeCommand(commands.deploySite, siteNode(shop()));
      assert.match(modal()?.detail ?? '', /⚠ You're on a detached HEAD; the site deploys main\./);
      assert.match(
        modal()?.detail ?? '',
        /The deployed commit isn't in your clone\. Fetch to see what will be deployed\./,
      );
    });

    it('with a button that fetches where the deployed commit is not in this clone, and asks again with what it has then', async () => {
      const theirs = mkdtempSync(join(away, 'fetched-'));
      execFileSync('git', ['clone', '--branch', 'main', bare, theirs], { stdio: 'pipe' });
      const there = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=Bob', '-c', 'user.email=bob@example.com', ...args], {
          cwd: theirs,
          stdio: 'pipe',
          encoding: 'utf8',
        });
      there('commit', '--allow-empty', '-m', 'Theirs');
      there('push', 'origin', 'main');
      await deployed(shop(), there('rev-parse', 'HEAD').trim());
      prompts.answer('Fetch', 'dismiss');
      await vscode.commands.executeCommand(commands.deploySite, siteNode(shop()));
      const [before, after] = prompts.shown.filter(({ isModal }) => isModal);
      assert.deepEqual(before?.choices, ['Deploy', 'Fetch']);
      assert.match(after?.detail ?? '', /Up to date: the latest fetched commit is already deployed\./);
      assert.deepEqual(after?.choices, ['Deploy']);
      prompts.clear();
      await deployed(shop(), 'e'.repeat(40));
      git('config', '--unset', `url.file://${bare}.insteadOf`);
      git('config', 'url.file:///nowhere/.insteadOf', 'git@github.com:acme/');
      try {
        prompts.answer('Fetch');
        await vscode.commands.executeCommand(commands.deploySite, siteNode(shop()));
        await notified(/^Git couldn't fetch, so nothing was deployed: ./);
        assert.equal(await posts(), 0);
      } finally {
        git('config', '--unset', 'url.file:///nowhere/.insteadOf');
        git('config', `url.file://${bare}.insteadOf`, 'git@github.com:acme/shop.git');
      }
    });

    it('with the branch alone where git has not opened the repository, and says what is not known', async () => {
      const { site: present, server } = shop();
      const known = { code: undefined, site: present, server, isAsked: true, hints: [] };
      const place = {
        root: vscode.Uri.file(folder),
        checkout: { branch: 'feature/cart', remotes: [] },
        repository: undefined,
      };
      prompts.answer('dismiss');
      await preflight(shop(), () => Promise.resolve({ ...known, place }), Date.now());
      assert.match(
        modal()?.detail ?? '',
        /⚠ You're on feature\/cart; the site deploys main\.\n⚠ Git hasn't opened this repository, so unpushed and uncommitted changes can't be checked\.$/,
      );
      // A repository with reftables does not tell its branch in a file.
      prompts.clear();
      prompts.answer('dismiss');
      const unknown = { ...place, checkout: { ...place.checkout, branch: undefined } };
      await preflight(shop(), () => Promise.resolve({ ...known, place: unknown }), Date.now());
      assert.doesNotMatch(modal()?.detail ?? '', /You're on/);
      assert.match(modal()?.detail ?? '', /Git hasn't opened this repository/);
    });

    it('never, or only for production, where the settings say so', async () => {
      await set(settings.deployConfirm, 'productionOnly');
      await deploy(staging());
      assert.equal(modal(), undefined);
      prompts.answer('dismiss');
      await vscode.commands.executeCommand(commands.deploySite, siteNode(shop()));
      assert.ok(modal());
      prompts.clear();
      await set(settings.deployProduction, ['staging*']);
      await deploy(shop());
      assert.equal(modal(), undefined);
      await set(settings.deployConfirm, 'never');
      await deploy(staging());
      assert.equal(modal(), undefined);
      assert.equal(await posts(), 3);
    });

    it('by the name of a production site, where the settings say so', async () => {
      await set(settings.deployConfirm, 'never');
      await set(settings.deployTypeToConfirm, true);
      const prompt = `Type ${sampleSites.main} to confirm (server ${shop().server?.name})`;
      const wrong = `Doesn't match ${sampleSites.main}.`;
      prompts.answer('shop.example', '', `${sampleSites.main} `, sampleSites.main.toUpperCase(), 'dismiss');
      await vscode.commands.executeCommand(commands.deploySite, siteNode(shop()));
      assert.deepEqual(
        prompts.shown.map(({ message }) => message),
        [prompt, wrong, wrong, wrong, wrong],
      );
      assert.equal(await posts(), 0);
      await deploy(shop(), 'shop', sampleSites.main);
      assert.equal(await posts(), 1);
    });

    it('by a name that is nothing but a name', async () => {
      await set(settings.deployConfirm, 'never');
      await set(settings.deployTypeToConfirm, true);
      const entry = shop();
      const hostile = { ...entry, site: { ...entry.site, name: '[shop](command:forge.signOut)' } };
      prompts.answer('dismiss');
      await preflight(hostile, () => assert.fail('nobody is asked'), Date.now());
      assert.doesNotMatch(prompts.shown[0]?.message ?? '](', /\]\(/);
    });
  });

  describe('after a push', () => {
    // What is not known to have been somewhere else has not moved: it is known once it is compared with what is deployed.
    beforeEach(async () => {
      const { codes, fleet } = under.services;
      await control.startDeployment({ site: sampleSites.develop, commit: { hash: first }, minutesAgo: 10 });
      await fleet.refresh('user');
      await eventually('the code to be known', () => codes.drift(staging().key)?.kind === 'upToDate', [
        codes.onDidChange,
      ]);
      await control.clearRequests();
    });

    it('is begun with it in one go', async () => {
      const second = commit('Second');
      await deploy(shop(), 'Push & Deploy');
      assert.equal(execFileSync('git', ['rev-parse', 'main'], { cwd: bare, encoding: 'utf8' }).trim(), second);
      assert.equal(await posts(), 1);
    });

    it('is not begun where the remote refuses it', async () => {
      commit('Theirs');
      git('push', 'origin', 'main');
      git('reset', '--hard', first);
      git('update-ref', 'refs/remotes/origin/main', first);
      commit('Mine');
      prompts.answer('Push & Deploy');
      await vscode.commands.executeCommand(commands.deploySite, siteNode(shop()));
      await notified(/^The remote has commits you don't have\. Pull first, then deploy again\.$/);
      assert.equal(await posts(), 0);
    });

    it('is the one that Forge begins by itself, where it does so', async () => {
      git('checkout', 'develop');
      const second = commit('Second');
      const { codes, tracker } = under.services;
      const moved = new Promise<void>((resolve) => {
        const listener = codes.onDidPush(({ commit: hash }) => {
          if (hash === second) {
            listener.dispose();
            resolve();
          }
        });
      });
      const begun = moved.then(() => control.startDeployment({ site: sampleSites.develop, commit: { hash: second } }));
      const id = await deploy(staging(), 'Push & Deploy');
      assert.equal(id, String((await begun).id));
      assert.equal(await posts(), 0);
      assert.ok(!tracker.isFollowing(staging().key, id ?? ''));
      await notified(/^Deployed staging\.shop\.example\.com/);
    });

    it('is not looked for where somebody else has pushed, which a fetch tells', async () => {
      await deployed(staging(), first);
      const theirs = join(away, 'theirs');
      execFileSync('git', ['clone', '--branch', 'develop', bare, theirs], { stdio: 'pipe' });
      const there = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=Bob', '-c', 'user.email=bob@example.com', ...args], {
          cwd: theirs,
          stdio: 'pipe',
        });
      there('commit', '--allow-empty', '-m', 'Theirs');
      there('push', 'origin', 'develop');
      const commitOfTheirs = there('rev-parse', 'HEAD').toString().trim();
      const { codes } = under.services;
      // Of the other branch, Git may only now tell what was pushed before the test.
      const pushes: string[] = [];
      const listener = codes.onDidPush(({ commit: hash }) => pushes.push(hash));
      try {
        git('fetch', 'origin');
        await haveGitLook();
        await eventually('the drift', () => codes.drift(staging().key)?.kind === 'behind', [codes.onDidChange]);
        assert.ok(!pushes.includes(commitOfTheirs));
      } finally {
        listener.dispose();
      }
    });

    it('is told of also where somebody pushes on a terminal and it is over before it is found', async () => {
      git('checkout', 'develop');
      const second = commit('Second');
      await control.startDeployment({ site: sampleSites.develop, commit: { hash: second } });
      await control.switch({ advance: 1_000 });
      git('push', 'origin', 'develop');
      await notified(/^Deployed staging\.shop\.example\.com/);
      assert.equal(prompts.shown.filter(({ message }) => /^Deployed /.test(message)).length, 1);
    });
  });

  describe('and the code', () => {
    it('are up to date, behind, or not comparable, as tooltip and tree tell without a request', async () => {
      const { codes, statusBar } = under.services;
      const words = (markdown: string) => markdown.replaceAll('&nbsp;', ' ');
      const tooltip = () => words(statusBar.tooltip ?? '');
      const drift = (kind: string) =>
        eventually(`${kind} to be told`, () => codes.drift(shop().key)?.kind === kind, [codes.onDidChange]);
      await eventually('the linked site', () => under.services.linked.entry?.key === shop().key, [
        under.services.linked.onDidChange,
      ]);
      await deployed(shop(), first);
      await drift('upToDate');
      assert.match(tooltip(), /up to date/);
      await control.clearRequests();
      commit('Second');
      commit('Third');
      git('push', 'origin', 'main');
      await haveGitLook();
      await drift('behind');
      assert.match(tooltip(), /2 commits behind main/);
      const item = under.services.tree.getTreeItem(siteNode(shop())).withTooltip();
      assert.match(String(item.description), /2 commits behind/);
      assert.match(words((item.tooltip as vscode.MarkdownString).value), /2 commits behind main/);
      await deployed(shop(), 'f'.repeat(40));
      await drift('notInClone');
      assert.match(tooltip(), /deployed commit not in your clone/);
      assert.deepEqual(
        (await control.requests()).filter(
          ({ path, query }) => path.includes(`/sites/${shop().site.id}/`) && query['page[size]'] !== '1',
        ),
        [],
      );
    });

    it('are as far apart as before, where the new commits were deployed and failed', async () => {
      const { codes, fleet } = under.services;
      const behind = (count: number) =>
        eventually(`${count} commits behind`, () => {
          const drift = codes.drift(shop().key);
          return drift?.kind === 'behind' && drift.commits.length === count;
        }, [codes.onDidChange]);
      await deployed(shop(), first);
      const second = commit('Second');
      git('push', 'origin', 'main');
      await haveGitLook();
      await behind(1);
      await deployed(shop(), second, 'failed');
      prompts.answer('dismiss');
      await vscode.commands.executeCommand(commands.deploySite, siteNode(shop()));
      assert.match(modal()?.detail ?? '', /1 commit to be deployed:\n\w{7} Second · Ann$/);
      commit('Third');
      git('push', 'origin', 'main');
      await haveGitLook();
      await behind(2);
      const latest = shop().site.latestDeployment;
      assert.ok(latest);
      fleet.setDeployment(shop().key, {
        ...latest,
        id: `${latest.id}1`,
        createdAt: (latest.createdAt ?? 0) + 1,
        status: 'finished',
      });
      await behind(1);
    });

    it('are not compared where Forge does not name the commit that is deployed now', async () => {
      const { codes } = under.services;
      await deployed(shop(), first);
      await eventually('the drift', () => codes.drift(shop().key)?.kind === 'upToDate', [codes.onDidChange]);
      await deployed(shop(), null);
      await eventually('no drift', () => codes.drift(shop().key) === undefined, [codes.onDidChange]);
    });

    it('of two deployments are compared in the editor, and one commit is opened', async () => {
      writeFileSync(join(folder, 'cart.txt'), 'one');
      git('add', '.');
      const second = commit('Cart');
      const latest = shop().site.latestDeployment;
      assert.ok(latest);
      const { fleet, history } = under.services;
      await history.of(shop());
      const node = (hash: string) => {
        const deployment = {
          ...latest,
          id: hash.slice(0, 5),
          createdAt: Date.now(),
          commit: { ...latest.commit, hash },
        };
        fleet.setDeployment(shop().key, deployment);
        return deploymentTarget(shop(), deployment);
      };
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.commands.executeCommand(commands.openCommit, node(second));
      await eventually('the commit', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('Cart'), [
        vscode.window.tabGroups.onDidChangeTabs,
      ]);
      await vscode.commands.executeCommand(commands.openCommit, node('f'.repeat(40)));
      await notified(/^The commit fffffff isn't in your clone\./);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.commands.executeCommand(commands.copyCommitHash, node(second));
      assert.equal(await vscode.env.clipboard.readText(), second);
    });
  });

  describe('that has ended', () => {
    it('badly is told in one sentence with the step that failed and the reason, and can be tried again', async () => {
      await control.nextDeployment({ site: sampleSites.main, end: 'failed' });
      await deploy(shop(), 'Deploy', 'dismiss');
      const told = await notified(/^The deployment of shop\.example\.com failed/);
      assert.equal(
        told.message,
        "The deployment of shop.example.com failed in “php artisan migrate --force”: SQLSTATE[42S22]: Column not found: 1054 Unknown column 'customer_id' in 'orders'.",
      );
      assert.deepEqual(told.choices, ['View Log', 'Try Again', 'Open in Forge']);
      assert.equal(told.kind, 'error');
      prompts.clear();
      await control.nextDeployment({ site: sampleSites.main, end: 'failed' });
      // The answer to the notification comes when that is there; the modal that follows it is given up.
      const again = deploy(shop(), 'Deploy', 'Try Again', 'dismiss');
      await again;
      await eventually('to be asked anew', () => prompts.shown.filter(({ isModal }) => isModal).length === 2, [
        prompts.onDidShow,
      ]);
    });

    it('badly is looked at in Forge, where one wants to', async () => {
      const { openExternal } = vscode.env;
      const opened = new Promise<vscode.Uri>((resolve) => {
        Object.assign(vscode.env, {
          openExternal: async (uri: vscode.Uri) => {
            resolve(uri);
            return true;
          },
        });
      });
      try {
        await control.nextDeployment({ site: sampleSites.main, end: 'failed' });
        await deploy(shop(), 'Deploy', 'Open in Forge');
        assert.match((await opened).toString(), new RegExp(`/${shop().site.id}\\b`));
      } finally {
        Object.assign(vscode.env, { openExternal });
      }
    });

    it('badly with a log that comes late is told with the reason all the same', async () => {
      await control.nextDeployment({ site: sampleSites.main, end: 'failed', log: 'sudo', late: { answers: 2 } });
      await deploy(shop(), 'Deploy', 'dismiss');
      const { message } = await notified(/^The deployment of shop\.example\.com failed/);
      assert.match(
        message,
        /failed in “sudo -S service php8\.4-fpm reload”: a terminal is required to read the password;/,
      );
    });

    it('badly without a word is told with the step', async () => {
      const end = endOf('ended', { status: 'failed' });
      await tellEnd(end, async () => ({ step: 'test -f public/manifest.json', reason: undefined }), 'a test', quiet);
      await notified(/^The deployment of staging\.shop\.example\.com failed in “test -f public\/manifest\.json”\.$/);
      const build = endOf('ended', { status: 'failed-build' });
      await tellEnd(build, async () => ({ step: 'No license', reason: 'No license' }), 'a test', quiet);
      await notified(/^The build of staging\.shop\.example\.com failed: No license\.$/);
      await tellEnd(build, async () => undefined, 'a test', quiet);
      await notified(/^The build of staging\.shop\.example\.com failed\.$/);
    });

    it('well offers to open the site', async () => {
      await deploy(shop(), 'Deploy', 'dismiss');
      const told = await notified(/^Deployed shop\.example\.com/);
      assert.deepEqual(told.choices, ['Open Site', 'View Log']);
    });

    it('as a word that is not of today is told with that word', async () => {
      await tellEnd(
        endOf('ended', { status: 'levitating', endedAt: Date.now() }),
        async () => undefined,
        'a test',
        quiet,
      );
      await notified(/^The deployment of staging\.shop\.example\.com ended with status “levitating”\.$/);
    });

    it('unseen is told with how long it was waited for, and may well be running', async () => {
      const end = endOf('lost', { status: 'unknown', endedAt: null });
      await tellEnd(end, async () => undefined, 'a test', quiet);
      await notified(/^Lost track of the deployment of .* after 1 minutes\. Check its status in Forge\.$/);
      under.services.fleet.setDeployment(staging().key, end.outcome.deployment);
      // What helps is still offered, and one is warned.
      const row = under.services.tree.getTreeItem(siteNode(staging()));
      assert.match(row.contextValue ?? '', /\bdeploying\b/);
      prompts.clear();
      prompts.answer('dismiss');
      const { site: present } = staging();
      await preflight(
        staging(),
        async () => ({ code: undefined, place: undefined, site: present, server: null, isAsked: true, hints: [] }),
        Date.now(),
      );
      assert.match(modal()?.detail ?? '', /A deployment is already running/);
    });

    it('well is told in the status bar alone, where the settings say so', async () => {
      const { setStatusBarMessage } = vscode.window;
      const said = new Promise<string>((resolve) => {
        Object.assign(vscode.window, {
          setStatusBarMessage: (text: string) => {
            resolve(text);
            return new vscode.Disposable(() => undefined);
          },
        });
      });
      try {
        await set(settings.deployNotifications, 'failures');
        await deploy(shop(), 'Deploy');
        assert.match(await said, /^Deployed shop\.example\.com/);
        assert.equal(prompts.shown.filter(({ isModal }) => !isModal).length, 0);
      } finally {
        Object.assign(vscode.window, { setStatusBarMessage });
      }
    });

    describe('well is told with how the site answers', () => {
      let server: Server;
      let status: number;
      let asked: string[];

      beforeEach(async () => {
        asked = [];
        server = createServer((request, response) => {
          asked.push(`${request.url} ${request.headers.authorization ?? 'no token'}`);
          response.writeHead(status).end('hello');
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        await set(settings.deployCheckUrl, `http://127.0.0.1:${(server.address() as AddressInfo).port}/up`);
      });

      afterEach(() => server.close());

      it('where it does', async () => {
        status = 200;
        await deploy(shop(), 'Deploy');
        const told = await notified(/^Deployed .* in .*\. http:\S*\/up returned 200 \(\d+ ms\)\.$/);
        assert.deepEqual(told.choices, ['Open Site', 'View Log']);
        assert.deepEqual(asked, ['/up no token']);
      });

      it('where it does so with an error, or not at all', async () => {
        status = 500;
        await deploy(shop(), 'Deploy');
        const told = await notified(/^Deployed .* in .*\. http:\S*\/up returned 500 \(\d+ ms\)\.$/);
        assert.equal(told.kind, 'warning');
        prompts.clear();
        await new Promise((resolve) => server.close(resolve));
        await deploy(shop(), 'Deploy');
        await notified(/^Deployed .* in .*\. http:.* didn't respond\.$/);
      });

      it('where the setting is a path on it, and not where that is none', async () => {
        status = 200;
        const { port } = server.address() as AddressInfo;
        const entry = shop();
        const there = (url: string) => ({ ...entry, site: { ...entry.site, url } });
        assert.equal((await checkSite(there(`http://127.0.0.1:${port}`), '/health', 'test')).kind, 'answered');
        assert.deepEqual(asked, ['/health no token']);
        // Without a scheme it is https, which nobody speaks there.
        assert.equal((await checkSite(there(`127.0.0.1:${port}`), '/up', 'test')).kind, 'silent');
        await set(settings.deployCheckUrl, 'mailto:ann@example.com');
        await deploy(shop(), 'Deploy');
        const told = await notified(/^Deployed .* in .*\. Couldn't check the site: mailto:/);
        assert.deepEqual(told.choices, ['Open Site', 'View Log', 'Open Settings']);
        assert.equal(told.kind, 'warning');
      });

      it('and not at all to who signs out while that is asked', async () => {
        server.removeAllListeners('request');
        const gone = new Promise<void>((resolve) => {
          server.on('request', (request) => {
            request.on('close', resolve);
            void under.signOutAll();
          });
        });
        await deploy(shop(), 'Deploy');
        await gone;
        assert.deepEqual(
          prompts.shown.filter(({ isModal }) => !isModal),
          [],
        );
      });
    });
  });

  describe('and its site', () => {
    it('have push to deploy turned on and off', async () => {
      const isOn = () => shop().site.pushToDeploy;
      const before = isOn();
      prompts.answer('dismiss');
      await vscode.commands.executeCommand(commands.enablePushToDeploy, siteNode(shop()));
      assert.equal(isOn(), before, 'not without a yes, in production');
      assert.match(
        prompts.shown.at(-1)?.detail ?? '',
        /Every push to main will deploy immediately, without confirmation/,
      );
      prompts.answer('Turn On');
      await vscode.commands.executeCommand(commands.enablePushToDeploy, siteNode(shop()));
      assert.equal(isOn(), true);
      await under.services.fleet.refresh('user');
      assert.equal(isOn(), true);
      await vscode.commands.executeCommand(commands.disablePushToDeploy, siteNode(shop()));
      await under.services.fleet.refresh('user');
      assert.equal(isOn(), false);
    });

    it('have it turned on and off where only the answer was lost, and are told where the change was', async () => {
      const path = 'push-to-deploy$';
      const isOn = () => staging().site.pushToDeploy;
      const before = isOn();
      const change = () =>
        vscode.commands.executeCommand(
          isOn() ? commands.disablePushToDeploy : commands.enablePushToDeploy,
          siteNode(staging()),
        );
      for (const [index, status] of [503, 404].entries()) {
        await control.fault({ path, status, body: '{}', passthrough: true });
        await change();
        assert.equal(isOn(), index % 2 === 0 ? !before : before, String(status));
      }
      assert.deepEqual(prompts.shown, []);
      await control.fault({ path, status: 503, body: '{}' });
      await change();
      assert.equal(isOn(), before);
      await notified(/^Forge is down for maintenance/);
    });

    it('have a deploy hook that is copied after a warning and never shown', async () => {
      await vscode.env.clipboard.writeText('before');
      prompts.answer('dismiss');
      await vscode.commands.executeCommand(commands.copyDeployHook, siteNode(shop()));
      assert.equal(await vscode.env.clipboard.readText(), 'before');
      prompts.answer('Copy');
      await vscode.commands.executeCommand(commands.copyDeployHook, siteNode(shop()));
      const copied = await vscode.env.clipboard.readText();
      assert.match(copied, /^https:\/\/.*token=canary-deploy-/);
      prompts.answer('Regenerate and Copy');
      await vscode.commands.executeCommand(commands.regenerateDeployHook, siteNode(shop()));
      const replaced = await vscode.env.clipboard.readText();
      assert.match(replaced, /^https:\/\/.*token=canary-deploy-/);
      assert.notEqual(replaced, copied);
      assert.ok(prompts.shown.every((prompt) => !JSON.stringify(prompt).includes('canary')));
    });

    it('have a stuck one cleared after it was said how long it runs', async () => {
      await vscode.commands.executeCommand(commands.clearStuckDeployment, siteNode(staging()));
      await notified(/^No deployment of staging\.shop\.example\.com is running\.$/);
      await control.nextDeployment({ site: sampleSites.develop, end: 'hang' });
      await control.startDeployment({ site: sampleSites.develop });
      await control.switch({ advance: 60 });
      prompts.answer('Reset Status');
      await vscode.commands.executeCommand(commands.clearStuckDeployment, siteNode(staging()));
      assert.match(modal()?.detail ?? '', /deploying \d+:\d\d/);
      await eventually('the end', () => staging().site.latestDeployment?.status !== 'deploying', [
        under.services.fleet.onDidChange,
      ]);
    });
  });

  it('that is stuck is cleared, though another one waits behind it, and not where it has ended meanwhile', async () => {
    await control.nextDeployment({ site: sampleSites.develop, end: 'hang' });
    const stuck = await control.startDeployment({ site: sampleSites.develop });
    await control.switch({ advance: 60 });
    await control.startDeployment({ site: sampleSites.develop, seconds: 4_000 });
    // After the question nothing runs any more, as far as Forge says.
    await control.fault({
      method: 'GET',
      path: '/deployments$',
      after: 1,
      times: 0,
      patchDocument: { data: [] },
    });
    prompts.answer('Reset Status');
    await vscode.commands.executeCommand(commands.clearStuckDeployment, siteNode(staging()));
    assert.match(modal()?.detail ?? '', /^deploying \d/);
    const { account } = staging();
    const path = under.pathOf(staging());
    const statusOf = async ({ id }: { id: number }) =>
      (await account.client.call('showDeployment', { ...path, deployment: String(id) })).status;
    await notified(/^The deployment of staging\.shop\.example\.com has already ended, so nothing was reset\.$/);
    assert.equal(await statusOf(stuck), 'deploying');
    await control.clearFaults();
    prompts.answer('Reset Status');
    await vscode.commands.executeCommand(commands.clearStuckDeployment, siteNode(staging()));
    await control.switch({ advance: 5_000 });
    assert.notEqual(await statusOf(stuck), 'deploying');
  });

  describe('as a task', () => {
    /** Runs the task of the folder's site. @returns its exit code */
    const run = async () => {
      const [task] = await vscode.tasks.fetchTasks({ type: 'forge' });
      assert.equal(task?.definition.site, `acme/acme-web-1/${sampleSites.main}`);
      const ended = new Promise<number | undefined>((resolve) => {
        const listener = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => {
          listener.dispose();
          resolve(exitCode);
        });
      });
      await vscode.tasks.executeTask(task);
      return ended;
    };

    /** Runs it in a terminal of which all that is written can be read. */
    const openTerminal = async () => {
      const { accounts, fleet, linked, shownDeployments } = under.services;
      const { registerTaskProvider } = vscode.tasks;
      let provider: vscode.TaskProvider | undefined;
      const take: typeof registerTaskProvider = (_, given) => {
        provider = given;
        return new vscode.Disposable(() => undefined);
      };
      Object.assign(vscode.tasks, { registerTaskProvider: take });
      provideDeployTasks(accounts, fleet, linked, async () => (await shownDeployments.get()).deployments, quiet);
      Object.assign(vscode.tasks, { registerTaskProvider });
      const definition = { type: 'forge', command: 'deploy' };
      const given = new vscode.Task(definition, vscode.TaskScope.Workspace, 'deploy', 'forge');
      const task = await provider?.resolveTask(given, new vscode.CancellationTokenSource().token);
      assert.ok(task);
      const { callback } = task.execution as unknown as { callback: () => Promise<vscode.Pseudoterminal> };
      const terminal = await callback();
      let text = '';
      terminal.onDidWrite((written) => {
        text += written;
      });
      const ended = new Promise<number | undefined>((resolve) => {
        terminal.onDidClose?.((code) => resolve(code ?? undefined));
      });
      terminal.open(undefined);
      return { ended, written: () => text };
    };

    for (const [end, code] of [
      ['finished', 0],
      ['failed', 1],
    ] as const) {
      it(`ends with ${code} where it has ${end}`, async () => {
        await control.nextDeployment({ site: sampleSites.main, end });
        prompts.answer('Deploy');
        assert.equal(await run(), code);
        assert.equal(await posts(), 1);
      });
    }

    it('has all of a log in its terminal, from the beginning and once, that the server does not find at first', async () => {
      await control.nextDeployment({
        site: sampleSites.main,
        end: 'failed',
        log: 'npm ci, lock file',
        late: { answers: 2, isBehind: true },
      });
      prompts.answer('Deploy');
      const { ended, written } = await openTerminal();
      assert.equal(await ended, 1);
      const lines = written().split('\r\n');
      assert.equal(lines.filter((line) => /^\$ npm ci/.test(line)).length, 1, written());
      assert.equal(lines.filter((line) => /can only install packages/.test(line)).length, 1, written());
      assert.ok(lines.some((line) => /A complete log of this run/.test(line)));
      assert.doesNotMatch(written(), /cat: /);
    });

    /** Has a tasks.json in the folder, and gives what is in it. */
    const configured = async (...tasks: readonly { readonly label: string; readonly [name: string]: unknown }[]) => {
      mkdirSync(join(folder, '.vscode'), { recursive: true });
      const file = join(folder, '.vscode', 'tasks.json');
      writeFileSync(file, JSON.stringify({ version: '2.0.0', tasks }));
      const labels = tasks.map(({ label }) => label).sort();
      for (;;) {
        // VS Code reads the file once it has heard of it, and knows those of before until then.
        const found = (await vscode.tasks.fetchTasks()).filter(({ source }) => source !== 'forge');
        if (String(found.map(({ name }) => name).sort()) === String(labels)) {
          return found;
        }
      }
    };

    describe('in tasks.json', () => {
      const stagingName = `acme/acme-web-1/${sampleSites.develop}`;
      const shipIt = { label: 'ship it', type: 'forge', command: 'deploy', site: stagingName };
      const ends: { name: string; exitCode: number | undefined }[] = [];
      let listener: vscode.Disposable;

      beforeEach(() => {
        ends.length = 0;
        listener = vscode.tasks.onDidEndTaskProcess(({ execution: { task }, exitCode }) => {
          ends.push({ name: task.name, exitCode });
        });
      });

      afterEach(() => {
        listener.dispose();
        rmSync(join(folder, '.vscode', 'tasks.json'), { force: true });
      });

      const ended = (count: number) =>
        eventually(`${count} ends`, () => ends.length >= count, [vscode.tasks.onDidEndTaskProcess]);

      it('deploys the site that it names, and what depends on it runs afterwards', async () => {
        const after = { label: 'tell everybody', type: 'process', command: 'true', dependsOn: 'ship it' };
        const tasks = await configured(shipIt, after);
        prompts.answer('Deploy');
        await vscode.tasks.executeTask(tasks.find(({ name }) => name === 'tell everybody') ?? assert.fail());
        await ended(2);
        assert.deepEqual(ends, [
          { name: 'ship it', exitCode: 0 },
          { name: 'tell everybody', exitCode: 0 },
        ]);
        const [post] = (await control.requests()).filter(({ method }) => method === 'POST');
        assert.match(post?.path ?? '', new RegExp(`/sites/${staging().site.id}/deployments$`));
      });

      it('deploys the site of the folder where it names none, and asks whatever the settings say', async () => {
        const [task] = await configured({ label: 'ship this', type: 'forge', command: 'deploy' });
        await set(settings.deployConfirm, 'never');
        const folderSettings = vscode.workspace.getConfiguration(undefined, vscode.Uri.file(folder));
        const name = (value?: string) =>
          folderSettings.update(settings.site, value, vscode.ConfigurationTarget.WorkspaceFolder);
        prompts.answer('Deploy');
        await vscode.tasks.executeTask(task ?? assert.fail());
        await ended(1);
        assert.match(
          modal()?.message ?? '',
          /Deploy shop/,
          'a task is of the workspace, and may be run when that is opened',
        );
        prompts.clear();
        await name(stagingName);
        try {
          await eventually('the site', () => under.services.linked.entry?.key === staging().key, [
            under.services.linked.onDidChange,
          ]);
          prompts.answer('dismiss');
          await vscode.tasks.executeTask(task ?? assert.fail());
          await ended(2);
          assert.match(modal()?.message ?? '', /Deploy staging/);
        } finally {
          await name();
        }
        assert.deepEqual(
          ends.map(({ exitCode }) => exitCode),
          [0, 1],
        );
      });

      it('ends with 1 where there is no such site', async () => {
        const [task] = await configured({ ...shipIt, site: 'acme/nowhere/nothing' });
        await vscode.tasks.executeTask(task ?? assert.fail());
        await ended(1);
        assert.deepEqual(ends, [{ name: 'ship it', exitCode: 1 }]);
        assert.equal(await posts(), 0);
        const [told] = prompts.shown;
        assert.match(told?.message ?? '', /^Forge has no site acme\/nowhere\/nothing\./);
        assert.deepEqual(told?.choices, ['Configure Tasks']);
      });
    });

    it('writes the log to its last line, also where that does not end', async () => {
      await control.nextDeployment({ site: sampleSites.main, end: 'failed' });
      await control.fault({ path: '/log$', patch: { output: 'one\n\u001b[31mtwo\u001b]0;title\u0007' }, times: 0 });
      prompts.answer('Deploy');
      const terminal = await openTerminal();
      assert.equal(await terminal.ended, 1);
      assert.equal(
        terminal.written(),
        `Deploying ${sampleSites.main}\r\none\r\n\u001b[31mtwo\u001b[0m\r\n${sampleSites.main}: failed\r\n`,
      );
    });

    it('ends with 1 where somebody signs out meanwhile, and does not wait for ever', async () => {
      await control.nextDeployment({ site: sampleSites.main, seconds: 400 });
      prompts.answer('Deploy');
      const { tracker } = under.services;
      const terminal = await openTerminal();
      await eventually('the deployment to be followed', () => tracker.count > 0, [tracker.onDidChangeCount]);
      await under.signOutAll();
      assert.equal(await terminal.ended, 1);
      assert.match(terminal.written(), /Lost track of the deployment of shop\.example\.com\./);
      await control.switch({ advance: 500 });
    });

    it('signs in first where nobody is, and goes on; without that it ends with 1', async () => {
      const { accounts } = under.services;
      const { signIn } = accounts;
      await under.signOutAll();
      try {
        Object.assign(accounts, { signIn: async () => false });
        const givenUp = await openTerminal();
        assert.equal(await givenUp.ended, 1);
        assert.equal(givenUp.written(), 'Nothing was deployed.\r\n');
        assert.deepEqual(
          prompts.shown.filter(({ kind }) => kind === 'error'),
          [],
        );
        Object.assign(accounts, { signIn: async () => !!(await under.signIn()) });
        await control.nextDeployment({ site: sampleSites.main });
        prompts.answer('Deploy');
        const terminal = await openTerminal();
        assert.equal(await terminal.ended, 0, terminal.written());
      } finally {
        Object.assign(accounts, { signIn });
      }
    });

    it('ends with 1 where it was not agreed to', async () => {
      prompts.answer('dismiss');
      assert.equal(await run(), 1);
      assert.equal(await posts(), 0);
    });
  });

  describe('of a site among others', () => {
    it('is one of the latest in the tree, with how long it took, and more of them are read on demand', async () => {
      const { history } = under.services;
      const entry = shop();
      for (let count = 0; count < 12; count += 1) {
        await control.startDeployment({ site: sampleSites.main });
      }
      await control.switch({ advance: 1_000 });
      const rows = await under.rows(siteNode(entry));
      assert.equal(rows.at(-1)?.node.kind, 'more');
      assert.match(
        String(rows.find(({ item }) => /deployed/.test(String(item.description)))?.item.description),
        / · \d+:\d\d$/,
      );
      while (history.hasMore(entry.key)) {
        await vscode.commands.executeCommand(commands.showMoreDeployments, siteNode(entry));
      }
      const all = await under.rows(siteNode(entry));
      assert.ok(all.length > rows.length);
      assert.ok(all.every(({ node }) => node.kind === 'deployment'));
    });

    it('runs beside theirs to an end of its own', async () => {
      await set(settings.deployConfirm, 'never');
      const { tracker, statusBar } = under.services;
      const ends = new Map([
        [sampleSites.main, 'failed'],
        [sampleSites.develop, 'finished'],
        ['blog.example.com', 'cancelled'],
      ] as const);
      const seen = new Map<string, string | null>();
      const listener = tracker.onDidEnd(({ site: { site: ended }, outcome }) => {
        seen.set(ended.name, outcome.deployment.status);
      });
      for (const [name, end] of ends) {
        await control.nextDeployment({ site: name, end, seconds: 400 });
        await vscode.commands.executeCommand(commands.deploySite, siteNode(site(name)));
      }
      assert.equal(tracker.count, 3);
      assert.equal(under.services.tree.treeView.badge?.value, 3);
      assert.equal(await posts(), 3);
      await control.switch({ advance: 500 });
      await eventually('three ends', () => seen.size === 3, [tracker.onDidEnd]);
      listener.dispose();
      assert.deepEqual(new Map([...seen].sort()), new Map([...ends].sort()));
      for (const [name, end] of ends) {
        assert.equal(site(name).site.latestDeployment?.status, end);
        const sentence = {
          failed: `^The deployment of ${name} failed`,
          finished: `^Deployed ${name}`,
          cancelled: `^The deployment of ${name} was canceled`,
        }[end];
        await notified(new RegExp(sentence));
      }
      assert.equal(prompts.shown.length, 3);
      assert.match(statusBar.text ?? '', /^\$\(error\) shop\.example\.com failed/);
      assert.equal(under.services.tree.treeView.badge, undefined);
    });

    it('is found in its history by its failure, also where that cannot be read again', async () => {
      const picker = new Picker();
      try {
        await control.startDeployment({ site: sampleSites.main, end: 'failed', minutesAgo: 10 });
        const { history } = under.services;
        const all = await history.of(shop());
        const failed = all.filter(({ status }) => status?.startsWith('failed'));
        assert.ok(failed.length > 0 && failed.length < all.length);
        history.renew(shop().key);
        await control.fault({ method: 'GET', path: '/deployments$', status: 403, body: '{}', times: 0 });
        await picker.open(commands.browseDeployments, siteNode(shop()));
        await eventually('the deployments', () => picker.labels.length === all.length, [picker.onDidChange]);
        picker.press('Show Failed Only');
        assert.equal(picker.labels.length, failed.length);
        assert.ok(picker.rows.every(({ description }) => /failed/.test(description ?? '')));
        picker.press('Show All');
        assert.equal(picker.labels.length, all.length);
      } finally {
        picker.restore();
        await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      }
    });
  });
});

/** The branch that is checked out, and each ref with its commit, in the files of a repository. */
function refsIn(repository: string): string {
  const refs = readdirSync(join(repository, 'refs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  return [join(repository, 'HEAD'), ...refs].map((file) => `${file} ${readFileSync(file, 'utf8')}`).join('');
}
