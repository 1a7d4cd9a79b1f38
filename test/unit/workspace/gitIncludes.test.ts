import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { branchIn, remotesIn } from '../../../src/workspace/gitFiles';
import { readConfigs } from '../../../src/workspace/gitIncludes';

describe('What a configuration of git includes', () => {
  let home: string;
  let root: string;
  let reads: string[];

  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: root,
      stdio: 'pipe',
      encoding: 'utf8',
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: '', GIT_CONFIG_NOSYSTEM: '1' },
    });
  /** What git itself reads, from first to last. */
  const asGit = () =>
    git('config', '--list', '-z')
      .split('\0')
      .slice(0, -1)
      .map((entry) => {
        const [name = '', ...value] = entry.split('\n');
        return { name, value: value.join('\n') };
      });
  const asRead = async () => {
    const own = join(root, '.git');
    return readConfigs([join(home, '.config/git/config'), join(home, '.gitconfig'), join(own, 'config')], {
      gitFolders: [...new Set([own, realpathSync(own)])],
      branch: branchIn(await readFile(join(own, 'HEAD'), 'utf8')),
      home,
      read: (path) => {
        reads.push(path);
        return readFile(path, 'utf8').catch(() => undefined);
      },
    });
  };

  beforeEach(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'forge-home-')));
    root = join(home, 'work/acme/shop');
    reads = [];
    mkdirSync(root, { recursive: true });
    git('init', '--initial-branch=feature/cart');
    git('remote', 'add', 'origin', 'gh:acme/shop.git');
  });

  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
  });

  const cases: Readonly<Record<string, readonly string[]>> = {
    'always, by any kind of path': ['include', 'include "x"', 'INCLUDE'],
    'by folder': [
      'includeIf "gitdir:~/work/"',
      'includeIf "gitdir:~/work/acme/shop/.git"',
      'includeIf "gitdir:~/work/acme"',
      'includeIf "gitdir:shop/"',
      'includeIf "gitdir:shop/.git"',
      'includeIf "gitdir:SHOP/"',
      'includeIf "gitdir/i:SHOP/"',
      'includeIf "gitdir:~/work/*/shop/.git"',
      'includeIf "gitdir:~/*/shop/.git"',
      'includeIf "gitdir:~/**/shop/.git"',
      'includeIf "gitdir:./work/"',
      'includeIf "gitdir:./"',
      'includeIf "gitdir:/"',
      'includeIf "gitdir:{shop,other}/"',
      'includeIf "gitdir:!other/"',
      'IncludeIf "gitdir:~/work/"',
    ],
    'by branch': [
      'includeIf "onbranch:feature/cart"',
      'includeIf "onbranch:feature/"',
      'includeIf "onbranch:feature"',
      'includeIf "onbranch:*"',
      'includeIf "onbranch:**"',
      'includeIf "onbranch:*/cart"',
      'includeIf "onbranch:main"',
    ],
    'by remote': [
      'includeIf "hasconfig:remote.*.url:gh:acme/**"',
      'includeIf "hasconfig:remote.*.url:gh:*/*"',
      'includeIf "hasconfig:remote.*.url:gh:*"',
      'includeIf "hasconfig:remote.*.url:https://**"',
      'includeIf "hasconfig:remote.origin.url:gh:acme/**"',
      'includeIf "nothing:known"',
    ],
  };
  for (const [what, sections] of Object.entries(cases)) {
    it(`is what git includes, ${what}`, async () => {
      const paths = (index: number) => [`~/in/${index}`, `in/${index}`, join(home, `in/${index}`)];
      sections.forEach((_, index) => {
        write(join(home, `in/${index}`), `[seen]\n\tnumber = ${index}\n`);
      });
      const lines = sections.flatMap((section, index) =>
        paths(index).map((path) => `[${section}]\n\tpath = ${path}\n`),
      );
      write(join(home, '.gitconfig'), `[seen] first = 1\n${lines.join('')}[seen] last = 1\n`);
      const read = await asRead();
      assert.deepEqual(read, asGit());
      assert.ok(read.some(({ name }) => name === 'seen.number') && read.at(-1)?.name === 'remote.origin.fetch');
    });
  }

  it('tells whose a remote is, also where the rule for its address is the user’s own', async () => {
    write(join(home, '.config/git/config'), '[include]\n\tpath = more\n');
    write(join(home, '.config/git/more'), '[url "git@github.com:"]\n\tinsteadOf = gh:\n');
    write(join(root, '.git/more'), '[remote "fork"]\n\turl = https://gitlab.com/me/shop.git\n');
    git('config', '--add', 'include.path', 'more');
    assert.deepEqual(
      remotesIn(await asRead()).map(({ name, url }) => [name, url]),
      [
        ['origin', 'gh:acme/shop.git'],
        ['origin', 'git@github.com:acme/shop.git'],
        ['fork', 'https://gitlab.com/me/shop.git'],
      ],
    );
  });

  it('is known by the folder that a link leads to, and by the link', async () => {
    const real = root;
    root = join(home, 'link');
    symlinkSync(real, root);
    for (const [index, place] of ['~/work/', '~/link/', '~/elsewhere/'].entries()) {
      write(join(home, `in/${index}`), `[seen]\n\tnumber = ${index}\n`);
      git('config', '--global', `includeIf.gitdir:${place}.path`, `~/in/${index}`);
    }
    const seen = (await asRead()).filter(({ name }) => name === 'seen.number').map(({ value }) => value);
    assert.deepEqual(seen, ['0', '1']);
  });

  it('is nothing where a file is missing or includes itself, and ends', async () => {
    write(join(home, '.gitconfig'), '[include] path = .gitconfig\n[include] path = gone\n[seen] last = 1\n');
    assert.ok((await asRead()).some(({ name }) => name === 'seen.last'));
    // Each includes the next one several times: without an end that would be millions.
    for (let index = 0; index < 40; index += 1) {
      const lines = [...Array(8).fill(index + 1), 100 + index, 200 + index].map((next) => `[include] path = ${next}\n`);
      write(join(home, 'many', String(index)), lines.join(''));
    }
    write(join(home, '.gitconfig'), '[include] path = many/0\n');
    reads = [];
    await asRead();
    assert.ok(new Set(reads).size === reads.length && reads.length <= 100, String(reads.length));
  });
});
