import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { compareDeployments } from '../../src/deployments/commits';
import type { SiteEntry } from '../../src/fleet/rows';
import { textOfFile } from '../../src/ui/textOfFile';
import { Git, type GitRepository } from '../../src/workspace/git';
import { placeOfSite, readSiteCode, readStatus } from '../../src/workspace/siteCode';
import { itUnlessOnWindows } from '../unlessOnWindows';
import { type Changes, eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';

/** The part of the git extension's API that opens and closes repositories. */
interface Opener {
  openRepository(root: vscode.Uri): Promise<{ readonly rootUri: vscode.Uri } | null>;
}

const present = Object.getOwnPropertyDescriptor(vscode.workspace, 'workspaceFolders') ?? {};

describe('What git tells of a site', () => {
  const under = extensionUnderTest();
  let seeds: string;
  let folder: string;
  let bare: string;
  let clone: string;
  let git: Git;
  let entry: SiteEntry;
  let opener: Opener;

  const run = (cwd: string, ...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd,
        stdio: 'pipe',
        encoding: 'utf8',
      },
    ).trim();
  const commit = (message: string, cwd = clone) => {
    run(cwd, 'commit', '--allow-empty', '-m', message);
    return run(cwd, 'rev-parse', 'HEAD');
  };
  /** Has a clone of the bare repository say that it is one of acme/library. */
  const sayWhose = (place: string) => {
    run(place, 'remote', 'set-url', 'origin', 'git@github.com:acme/library.git');
    run(place, 'config', `url.file://${bare}.insteadOf`, 'git@github.com:acme/library.git');
    return place;
  };
  const cloneTo = (name: string, ...args: string[]) => {
    const place = join(folder, name);
    run(folder, 'clone', ...args, `file://${bare}`, place);
    return sayWhose(place);
  };
  /** Has the git extension open a repository, and waits until it is known here. */
  const open = async (place: string) => {
    assert.ok(await opener.openRepository(vscode.Uri.file(place)), `${place} is opened`);
    await eventually(
      'the repository',
      () => git.checkouts.some(({ root, repository }) => root.fsPath === place && repository?.state.HEAD?.commit),
      [git.onDidChangeState],
    );
  };
  /** The site with that deployed commit. */
  const deployed = (hash: string | null, branch: string | null = 'main'): SiteEntry => ({
    ...entry,
    site: {
      ...entry.site,
      repository: { provider: 'github', url: 'acme/library', branch },
      latestDeployment: entry.site.latestDeployment && {
        ...entry.site.latestDeployment,
        status: 'finished',
        commit: { hash, author: null, message: null, branch },
      },
    },
  });

  /** Touches a file until somebody hears of it: VS Code takes a moment before it follows one outside the open folders. */
  const touching =
    (...path: string[]): Changes =>
    () => {
      const timer = setInterval(() => utimesSync(join(...path), new Date(), new Date()), 200);
      return { dispose: () => clearInterval(timer) };
    };

  before(async () => {
    await under.signIn();
    entry = under.site('shop.example.com');
    const extension = vscode.extensions.getExtension<{ getAPI(version: 1): Opener }>('vscode.git');
    assert.ok(extension);
    opener = (await extension.activate()).getAPI(1);
  });

  before(() => {
    seeds = mkdtempSync(join(tmpdir(), 'forge-seeds-'));
    const seed = join(seeds, 'bare.git');
    run(seeds, 'init', '--bare', '--initial-branch=main', seed);
    const first = join(seeds, 'library');
    run(seeds, 'clone', `file://${seed}`, first);
    run(first, 'checkout', '-b', 'main');
    commit('First', first);
    run(first, 'push', '--set-upstream', 'origin', 'main');
    run(first, 'remote', 'set-head', 'origin', 'main');
  });

  beforeEach(async () => {
    // Copied, since git takes its time for every new one.
    folder = mkdtempSync(join(tmpdir(), 'forge-code-'));
    cpSync(seeds, folder, { recursive: true });
    bare = join(folder, 'bare.git');
    clone = sayWhose(join(folder, 'library'));
    git = new Git(under.services.clock);
    await git.start();
  });

  after(() => {
    rmSync(seeds, { recursive: true, force: true });
  });

  afterEach(async () => {
    const here = git.checkouts.filter(({ root }) => root.fsPath.startsWith(folder));
    for (const { root } of here.reverse()) {
      await vscode.commands.executeCommand('git.close', root);
    }
    await eventually(
      'the repositories to be closed',
      () => !git.checkouts.some(({ root }) => root.fsPath.startsWith(folder)),
      [git.onDidChangeState],
    );
    git.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  itUnlessOnWindows('has no named pipes')(
    'is nothing where a pipe or a device stands in place of a file, which nobody waits for',
    async () => {
      const root = join(folder, 'trap');
      const parts = ['.git', 'trap', 'zero', '.env'].map((name) => join(root, name));
      const [gitFile = '', pipe = '', device = '', ordinary = ''] = parts;
      mkdirSync(root);
      execFileSync('mkfifo', [gitFile, pipe]);
      symlinkSync('/dev/zero', device);
      writeFileSync(ordinary, 'A=1\n');
      assert.equal(await git.wasPushed(vscode.Uri.file(root), 'origin', 'main', 'a'.repeat(40)), undefined);
      for (const path of [pipe, device, root]) {
        await assert.rejects(textOfFile(vscode.Uri.file(path)), { name: 'PlainError' }, path);
      }
      assert.equal(await textOfFile(vscode.Uri.file(ordinary)), 'A=1\n');
      writeFileSync(ordinary, 'x'.repeat(2_000_001));
      await assert.rejects(textOfFile(vscode.Uri.file(ordinary)), /too large/);
      rmSync(root, { recursive: true });
    },
  );

  it('is nothing without a repository, without a remote, and for a site without one', async () => {
    assert.equal(await readSiteCode(git, deployed(null)), undefined);
    run(clone, 'remote', 'remove', 'origin');
    await open(clone);
    assert.equal(await readSiteCode(git, deployed(null)), undefined);
    assert.equal(await readSiteCode(git, { ...entry, site: { ...entry.site, repository: null } }), undefined);
  });

  it('counts what is not committed and what is not pushed', async () => {
    await open(clone);
    const first = run(clone, 'rev-parse', 'HEAD');
    const clean = await readSiteCode(git, deployed(first));
    assert.deepEqual(
      [clean?.branch, clean?.uncommitted, clean?.unpushed?.length, clean?.drift],
      ['main', 0, 0, { kind: 'upToDate' }],
    );
    commit('Second');
    commit('Third');
    writeFileSync(join(clone, 'new.txt'), 'new');
    const dirty = await readSiteCode(git, deployed(first));
    assert.deepEqual([dirty?.uncommitted, dirty?.unpushed?.length, dirty?.drift?.kind], [1, 2, 'upToDate']);
  });

  it('waits for the look of git that overtook its own', async () => {
    // When two looks meet is up to the git extension, so here stands what it does then: it is done, and tells of the change later.
    const changes = new vscode.EventEmitter<void>();
    const repository = {
      status: async () => undefined,
      state: { onDidChange: changes.event },
    } as unknown as GitRepository;
    let read = false;
    const reading = readStatus(repository, under.services.clock).then(() => {
      read = true;
    });
    await new Promise(setImmediate);
    assert.equal(read, false);
    changes.fire();
    await reading;
    changes.dispose();
  });

  it('names the commits that will go out: from the deployed one to the one on the remote, not the local ones', async () => {
    await open(clone);
    const first = run(clone, 'rev-parse', 'HEAD');
    const second = commit('Second line\n\nand more of it');
    run(clone, 'push', 'origin', 'main');
    commit('Not pushed');
    const code = await readSiteCode(git, deployed(first));
    assert.equal(code?.remoteCommit, second);
    assert.deepEqual(code?.drift, {
      kind: 'behind',
      commits: [{ hash: second, subject: 'Second line', author: 'Ann' }],
    });
  });

  it('tells the commit on the remote however the repository stores it, and none where it was never fetched', async () => {
    await open(clone);
    const first = run(clone, 'rev-parse', 'HEAD');
    const remote = async (branch = 'main') => (await readSiteCode(git, deployed(null, branch)))?.remoteCommit;
    assert.equal(await remote(), first);
    run(clone, 'pack-refs', '--all');
    assert.equal(await remote(), first);
    const second = commit('Second');
    run(clone, 'push', 'origin', 'main', 'main:deeper/branch');
    assert.deepEqual([await remote(), await remote('deeper/branch')], [second, second]);
    assert.deepEqual([await remote('deeper'), await remote('other')], [undefined, undefined]);
    // More refs than are read here, so that Git is asked.
    run(clone, 'pack-refs', '--all');
    const tags = Array.from(
      { length: 9_000 },
      (_, index) => `${second} refs/tags/${'v'.repeat(200)}${10_000 + index}\n`,
    );
    appendFileSync(join(clone, '.git', 'packed-refs'), tags.join(''));
    assert.equal(await remote(), second);
  });

  it('does not take for deployed what has failed or is under way', async () => {
    await open(clone);
    const first = run(clone, 'rev-parse', 'HEAD');
    const second = commit('Second');
    run(clone, 'push', 'origin', 'main');
    for (const status of ['failed', 'failed-build', 'cancelled', 'queued', 'deploying', 'levitating']) {
      const site = deployed(second);
      const { latestDeployment } = site.site;
      assert.ok(latestDeployment);
      const tried = { ...site, site: { ...site.site, latestDeployment: { ...latestDeployment, status } } };
      assert.equal((await readSiteCode(git, tried))?.drift, undefined, status);
      assert.equal((await readSiteCode(git, tried, first))?.drift?.kind, 'behind', status);
    }
  });

  describe('compares two deployments', () => {
    let first: string;
    let second: string;
    let aside: string;

    /** What stands on either side of each file, of a deployment and the one that came after it. */
    const compared = async (before: string, after: string) => {
      const site = deployed(after);
      const { latestDeployment: latest } = site.site;
      assert.ok(latest);
      const pair = [before, after].map((hash, createdAt) => ({
        ...latest,
        id: hash,
        createdAt,
        commit: { ...latest.commit, hash },
      })) as [typeof latest, typeof latest];
      const { executeCommand } = vscode.commands;
      let shown: readonly (readonly (vscode.Uri | undefined)[])[] = [];
      const record = (command: string, ...args: unknown[]) => {
        if (command === 'vscode.changes') {
          shown = args[1] as typeof shown;
        }
        return executeCommand(command, ...args);
      };
      Object.assign(vscode.commands, { executeCommand: record });
      try {
        await compareDeployments(git, site, pair);
      } finally {
        Object.assign(vscode.commands, { executeCommand });
      }
      const text = async (uri: vscode.Uri | undefined) =>
        uri && (await vscode.workspace.openTextDocument(uri)).getText().trim();
      const files = await Promise.all(
        shown.map(async ([name, left, right]) => [basename(name?.path ?? ''), await text(left), await text(right)]),
      );
      return files.sort(([a = ''], [b = '']) => a.localeCompare(b));
    };
    const write = (files: Readonly<Record<string, string>>) => {
      for (const [name, text] of Object.entries(files)) {
        writeFileSync(join(clone, name), `${text}\n`);
      }
      run(clone, 'add', '.');
    };

    beforeEach(async () => {
      await open(clone);
      write({ 'changed.txt': 'one', 'gone.txt': 'gone', 'same.txt': 'same' });
      first = commit('First');
      run(clone, 'rm', 'gone.txt');
      write({ 'changed.txt': 'two', 'new.txt': 'new' });
      second = commit('Second');
      run(clone, 'checkout', '-b', 'aside', first);
      write({ 'changed.txt': 'three', 'other.txt': 'other' });
      aside = commit('Aside');
      run(clone, 'checkout', 'main');
    });

    afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

    it('of which the later one is newer', async () => {
      assert.deepEqual(await compared(first, second), [
        ['changed.txt', 'one', 'two'],
        ['gone.txt', 'gone', undefined],
        ['new.txt', undefined, 'new'],
      ]);
    });

    it('of which the later one is older, after a rollback', async () => {
      assert.deepEqual(await compared(second, first), [
        ['changed.txt', 'two', 'one'],
        ['gone.txt', undefined, 'gone'],
        ['new.txt', 'new', undefined],
      ]);
    });

    it('of which neither stems from the other', async () => {
      assert.deepEqual(await compared(second, aside), [
        ['changed.txt', 'two', 'three'],
        ['gone.txt', undefined, 'gone'],
        ['new.txt', 'new', undefined],
        ['other.txt', undefined, 'other'],
      ]);
    });

    it('of the same code, and says so', async () => {
      await assert.rejects(compared(first, first), { message: 'Both deployments have the same commit.' });
    });
  });

  it('tells of commits in short lines that draw over nothing', async () => {
    await open(clone);
    const first = run(clone, 'rev-parse', 'HEAD');
    run(
      clone,
      'commit',
      '--allow-empty',
      '--author',
      'Eve\u202e <eve@example.com>',
      '-m',
      `\u001b[2J\u202e${'long '.repeat(99)}`,
    );
    run(clone, 'push', 'origin', 'main');
    const code = await readSiteCode(git, deployed(first));
    assert.ok(code?.drift?.kind === 'behind');
    const [commitOfEve] = code.drift.commits;
    assert.match(commitOfEve?.subject ?? '', /^\[2J (long )+l?o?n?g?…$/);
    const { length = 0 } = commitOfEve?.subject ?? '';
    assert.ok(length > 90 && length <= 100);
    assert.equal(commitOfEve?.author, 'Eve');
  });

  it('pushes the branch that the site deploys, whichever one is on', async () => {
    await open(clone);
    const second = commit('Second');
    run(clone, 'checkout', '-b', 'feature');
    const code = await readSiteCode(git, deployed(null));
    assert.deepEqual([code?.branch, code?.unpushed?.length], ['feature', 1]);
    await code?.push();
    assert.equal(run(bare, 'rev-parse', 'main'), second);
  });

  it('is read of a submodule and of a worktree, also where the git extension cannot be asked', async () => {
    const outer = cloneTo('outer');
    run(outer, '-c', 'protocol.file.allow=always', 'submodule', 'add', `file://${bare}`, 'library');
    const tree = join(folder, 'tree');
    run(clone, 'worktree', 'add', '-b', 'feature', tree);
    const inner = join(outer, 'library');
    const folders = [inner, tree].map((path, index) => ({ uri: vscode.Uri.file(path), name: basename(path), index }));
    Object.defineProperty(vscode.workspace, 'workspaceFolders', { configurable: true, get: () => folders });
    const alone = new Git(under.services.clock, 'nobody.nothing');
    try {
      await alone.start();
      assert.deepEqual(
        alone.checkouts.map(({ root, checkout }) => [root.fsPath, checkout.branch, checkout.remotes[0]?.url]),
        [
          [inner, 'main', `file://${bare}`],
          [tree, 'feature', 'git@github.com:acme/library.git'],
        ],
      );
      run(inner, 'checkout', '-b', 'other');
      await eventually('its other branch', () => alone.checkouts[0]?.checkout.branch === 'other', [
        alone.onDidChange,
        touching(outer, '.git', 'modules', 'library', 'HEAD'),
      ]);
    } finally {
      Object.defineProperty(vscode.workspace, 'workspaceFolders', present);
      alone.dispose();
    }
  });

  it('says so of a detached head', async () => {
    await open(clone);
    run(clone, 'checkout', '--detach');
    assert.equal((await readSiteCode(git, deployed(null)))?.branch, null);
  });

  it('does not know a commit that a shallow clone has not', async () => {
    const first = run(clone, 'rev-parse', 'HEAD');
    commit('Second');
    run(clone, 'push', 'origin', 'main');
    const shallow = cloneTo('shallow', '--depth=1');
    await open(shallow);
    assert.deepEqual((await readSiteCode(git, deployed(first)))?.drift, { kind: 'notInClone' });
  });

  it('does not take a hostile word for a commit or a branch', async () => {
    await open(clone);
    for (const hash of ['--output=/tmp/x', 'HEAD', 'main..feature', '', '$(id)']) {
      assert.equal((await readSiteCode(git, deployed(hash)))?.drift, undefined, hash);
    }
    for (const branch of ['--all', '+main', 'main@{1}', 'main:x', 'a..b', 'a b', 'x\ny', '-']) {
      assert.equal(await readSiteCode(git, deployed(null, branch)), undefined, branch);
    }
    assert.equal((await readSiteCode(git, deployed(null, 'never-pushed')))?.unpushed, undefined);
  });

  it('is not of a remote whose name is an option of git, which would run a command at a push', async () => {
    const owned = join(folder, 'owned');
    appendFileSync(
      join(clone, '.git', 'config'),
      `[remote "--receive-pack=touch ${owned}; git-receive-pack"]\n\turl = git@github.com:acme/hostile.git\n`,
    );
    await open(clone);
    const hostile: SiteEntry = {
      ...entry,
      site: { ...entry.site, repository: { provider: 'github', url: 'acme/hostile', branch: 'main' } },
    };
    assert.equal(placeOfSite(git, hostile), undefined);
    assert.equal(await readSiteCode(git, hostile), undefined);
    // The site of the other remote is served as before.
    commit('Second');
    await (await readSiteCode(git, deployed(null)))?.push();
    assert.equal(existsSync(owned), false);
  });

  it('is of the remote that is the repository, out of two', async () => {
    run(clone, 'remote', 'rename', 'origin', 'company');
    run(clone, 'remote', 'add', 'origin', 'git@github.com:ann/library.git');
    await open(clone);
    assert.equal(placeOfSite(git, deployed(null))?.remote, 'company');
    assert.equal((await readSiteCode(git, deployed(null)))?.unpushed?.length, 0);
  });

  it('is of what an included file rewrites a remote’s address to, with the owner in it', async () => {
    run(clone, 'remote', 'set-url', 'origin', 'ours:library.git');
    writeFileSync(join(folder, 'ours'), '[URL "git@github.com:acme/"] insteadOf = ours:\n');
    run(clone, 'config', 'include.path', join(folder, 'ours'));
    await open(clone);
    await eventually('the remote', () => placeOfSite(git, deployed(null))?.remote === 'origin', [git.onDidChange]);
    assert.equal((await readSiteCode(git, deployed(null)))?.unpushed?.length, 0);
  });

  it('is of the second address of a remote', async () => {
    run(clone, 'remote', 'set-url', 'origin', `file://${bare}`);
    run(clone, 'remote', 'set-url', '--add', 'origin', 'git@github.com:acme/library.git');
    const other = cloneTo('other');
    run(other, 'remote', 'set-url', 'origin', 'https://github.com/acme/library.git');
    run(other, 'remote', 'set-url', '--add', 'origin', `file://${bare}`);
    for (const place of [clone, other]) {
      await open(place);
      await eventually('the remote', () => placeOfSite(git, deployed(null))?.place.root.fsPath === place, [
        git.onDidChange,
      ]);
      await vscode.commands.executeCommand('git.close', vscode.Uri.file(place));
    }
  });

  it('is of the submodule that is the repository, not of what it is in', async () => {
    const outer = join(folder, 'outer');
    mkdirSync(outer);
    run(outer, 'init', '--initial-branch=trunk');
    run(outer, 'remote', 'add', 'origin', 'git@github.com:acme/outer.git');
    run(outer, '-c', 'protocol.file.allow=always', 'submodule', 'add', `file://${bare}`, 'library');
    commit('With the library', outer);
    const inner = join(outer, 'library');
    run(inner, 'remote', 'set-url', 'origin', 'git@github.com:acme/library.git');
    await open(outer);
    await open(inner);
    assert.equal(placeOfSite(git, deployed(null))?.place.root.fsPath, inner);
    assert.equal((await readSiteCode(git, deployed(null)))?.branch, 'main');
  });

  describe('is of the repository in which the open folder lies deeper', () => {
    let deeper: vscode.Uri;

    beforeEach(() => {
      const path = join(clone, 'packages', 'library');
      mkdirSync(path, { recursive: true });
      deeper = vscode.Uri.file(path);
      // A second folder would start the extension host anew, and with it these tests.
      const folders = [{ uri: deeper, name: 'library', index: 0 }];
      Object.defineProperty(vscode.workspace, 'workspaceFolders', { configurable: true, get: () => folders });
    });

    afterEach(() => {
      Object.defineProperty(vscode.workspace, 'workspaceFolders', present);
    });

    it('also where the git extension does not open it, as `git.openRepositoryInParentFolders` has it', async () => {
      const other = new Git(under.services.clock);
      try {
        await other.start();
        const place = placeOfSite(other, deployed(null))?.place;
        assert.deepEqual([place?.root.fsPath, place?.checkout.branch], [clone, 'main']);
        assert.equal(await readSiteCode(other, deployed(null)), undefined);
        run(clone, 'checkout', '-b', 'feature');
        await eventually(
          'the other branch',
          () => placeOfSite(other, deployed(null))?.place.checkout.branch === 'feature',
          [other.onDidChange, touching(clone, '.git', 'HEAD')],
        );
      } finally {
        other.dispose();
      }
    });

    it('once, where it does', async () => {
      await open(clone);
      const other = new Git(under.services.clock);
      try {
        await other.start();
        assert.deepEqual(
          other.checkouts.map(({ root }) => root.fsPath).filter((path) => path.startsWith(folder)),
          [clone],
        );
        commit('Second');
        assert.equal((await readSiteCode(other, deployed(null)))?.unpushed?.length, 1);
      } finally {
        other.dispose();
      }
    });
  });

  it('is of the clone that is on the branch, out of two', async () => {
    const other = cloneTo('other');
    run(other, 'checkout', '-b', 'develop');
    await open(clone);
    await open(other);
    assert.equal(placeOfSite(git, deployed(null, 'develop'))?.place.root.fsPath, other);
    assert.equal(placeOfSite(git, deployed(null, 'main'))?.place.root.fsPath, clone);
  });
});
