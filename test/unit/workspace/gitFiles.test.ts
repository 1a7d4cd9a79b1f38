import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  branchAt,
  type ConfigEntry,
  commitIn,
  isReftable,
  packedCommit,
  readCheckout,
  readConfig,
  remotesIn,
} from '../../../src/workspace/gitFiles';
import { anyText } from '../../anyText';
import { countSteps } from '../../countSteps';
import fc from '../../fastCheck';

describe('The files of a git repository', () => {
  let folder: string;

  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
  const read = () =>
    readCheckout(
      readConfig(readFileSync(join(folder, '.git', 'config'), 'utf8')),
      readFileSync(join(folder, '.git', 'HEAD'), 'utf8'),
    );
  /** What git itself reads in a file of this text. */
  const asGit = (text: string) => {
    const file = join(folder, 'config');
    writeFileSync(file, text);
    return git('config', '--file', file, '--list', '-z')
      .split('\0')
      .slice(0, -1)
      .map((entry) => {
        const [name = '', ...value] = entry.split('\n');
        return { name, value: value.join('\n') };
      });
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-git-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('tell remotes and branch as git itself has written them', () => {
    git('init', '--initial-branch=feature/cart');
    git('remote', 'add', 'upstream', 'https://github.com/laravel/shop.git');
    git('remote', 'add', 'origin', 'git@github.com:acme/shop.git');
    git('config', 'branch.main.remote', 'origin');
    assert.deepEqual(read(), {
      remotes: [
        { name: 'origin', url: 'git@github.com:acme/shop.git' },
        { name: 'upstream', url: 'https://github.com/laravel/shop.git' },
      ],
      branch: 'feature/cart',
    });
  });

  it('tell each address of a remote: the second one, and what is only pushed to', () => {
    git('init');
    git('remote', 'add', 'origin', 'https://mirror.acme.example/shop.git');
    git('remote', 'set-url', '--add', 'origin', 'git@github.com:acme/shop.git');
    git('config', '--add', 'remote.origin.pushurl', 'git@gitlab.com:acme/shop.git');
    assert.deepEqual(
      read().remotes.map(({ url }) => url),
      ['https://mirror.acme.example/shop.git', 'git@github.com:acme/shop.git', 'git@gitlab.com:acme/shop.git'],
    );
  });

  it('tell what `url.<base>.insteadOf` makes of an address as git does, by the longest beginning', () => {
    git('init');
    git('config', 'url.https://github.com/.insteadOf', 'gh:');
    git('config', 'url.git@github.com:acme/.insteadOf', 'acme:');
    git('config', '--add', 'url.git@github.com:acme/.insteadOf', 'gh:a/');
    git('config', 'url.ssh://git@gitlab.com/.pushInsteadOf', 'https://gitlab.com/');
    for (const address of ['acme:shop.git', 'gh:a/shop', 'gh:acme/shop', 'https://gitlab.com/acme/shop', 'other:x/y']) {
      git('config', 'remote.origin.url', address);
      const urls = read().remotes.map(({ url }) => url);
      const asked = [['get-url'], ['get-url', '--push']].map((args) => git('remote', ...args, 'origin').trim());
      assert.deepEqual(urls, [...new Set([address, ...asked])], address);
    }
  });

  const texts = {
    'sections and keys in any case':
      '[REMOTE "origin"]\n\tURL = a\n[Remote "Fork"]\n\tPushUrl = b\n[CORE]\nBare = false\n',
    'sections and keys on one line': '[remote "origin"] url = a\n[remote "x"]url=b\n[a] [b "c"] d = e\n',
    comments:
      '# [remote "no"]\n; url = no\n[remote "origin"] # url = no\n\turl = a/b ; no\n\turl = c#d\n\turl = "e;f#g" # h\n',
    continuations: '[remote "origin"]\n\turl = https://\\\nexample.com/\\\n  x\n\turl = "a\\\nb"\n',
    'several values': '[remote "origin"]\n\turl = a\n\turl = b\n[x]\n[remote "origin"]\n\turl = c\n',
    'quotes and escapes': '[a "b \\"c\\" \\\\ ]d"]\n\te = " f\\tg\\n\\"h\\\\ " i" "\n\tj = k" l "m\n\tn = o\\"p\n',
    'blanks before a continuation and a quote': '[a]\n\tb = c \\\n\n\td = e ""\n\tf = \\\n ""\n\tg = "" h\n',
    blanks: '  [a]  \n\t b  =  c   d \t \n\te=\n f = "" \n\tg\n h\t=\ti\\t \n\tj = "k "  \n',
    'a section with a dot': '[remote.Origin]\n\turl = a\n',
    'line ends of Windows, and a byte order mark': '\uFEFF[remote "origin"]\r\n\turl = a\\\r\nb\r\n\tpushurl = "c"\r\n',
    'no line end at the end': '[remote "origin"]\n\turl = a\\\nb',
    'names of any language': '[remote "größe 修复"]\n\turl = a\u2028b\n',
  };
  for (const [what, text] of Object.entries(texts)) {
    it(`are read as git reads them: ${what}`, () => {
      assert.deepEqual(readConfig(text), asGit(text));
    });
  }

  it('are read as git reads them, whatever it accepts', () => {
    // Each is valid by itself, so that git is asked once for many.
    const piece = fc.constantFrom(...'= \t[]aé', '\\"', '\\\\', '\\n', '\\t', '\\\n', '""', '"b c"', '" # "', '"\\\n"');
    const comment = fc.constantFrom('', '', '#', '; "', ' # \\');
    const value = fc.tuple(fc.array(piece, { maxLength: 8 }), comment).map(([pieces, end]) => pieces.join('') + end);
    // A tab within a value is a blank for git before 2.45.
    const plain = (entries: readonly ConfigEntry[]) =>
      entries.map(({ name, value: text }) => [name, text.replaceAll('\t', ' ')]);
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 100 }), (values) => {
        const text = `[remote "origin"]\n${values.map((part) => `\turl = ${part}\n`).join('')}`;
        assert.deepEqual(plain(readConfig(text)), plain(asGit(text)), JSON.stringify(text));
      }),
      { numRuns: 30 },
    );
  });

  it('tell of a one-line section in capitals whose it is', () => {
    assert.deepEqual(
      readCheckout(readConfig('[REMOTE "origin"] URL = git@github.com:acme/shop.git # ours'), '').remotes,
      [{ name: 'origin', url: 'git@github.com:acme/shop.git' }],
    );
  });

  it('tell a detached head, and no branch where it is kept elsewhere', () => {
    const branch = (head: string) => readCheckout([], head).branch;
    assert.equal(branch('b24b2940c1c5d5d0b5a8e2f1f0e1d2c3b4a59687\n'), null);
    // What a repository with reftables has there (gitrepository-layout(5), HEAD).
    assert.equal(branch('ref: refs/heads/.invalid\n'), undefined);
    assert.equal(branch('ref: refs/heads/--upload-pack=owned\n'), undefined);
    assert.equal(branch('ref: refs/tags/v1\n'), undefined);
    assert.deepEqual(
      [undefined, {}, { name: 'main' }, { name: '.invalid' }].map((head) => branchAt(head)),
      [undefined, null, 'main', undefined],
    );
  });

  it('never make it fail, whatever they hold', () => {
    fc.assert(
      fc.property(anyText(), fc.string(), (config, head) =>
        Array.isArray(readCheckout(readConfig(config), head).remotes),
      ),
    );
  });

  it('are read in one go, however long their lines and lists are', async () => {
    for (const text of [
      `[remote "${'\\"'.repeat(100_000)}`,
      `[${'a'.repeat(300_000)}`,
      `[a]\n${'b'.repeat(300_000)} !`,
      `[a]\nb${' '.repeat(300_000)}!`,
      `[a]\n${'b = \\\n'.repeat(60_000)}`,
      '[a]'.repeat(60_000),
      `${'[remote "a"] url = x:y\n[url "z"] insteadOf = x\n'.repeat(6_000)}`,
    ]) {
      const { steps } = await countSteps(() => remotesIn(readConfig(text)));
      assert.ok(steps < 20 * text.length, `${text.slice(0, 30)}… took ${steps} steps for ${text.length} letters`);
    }
  });
});

describe('The files of refs', () => {
  const hash = 'b24b2940c1c5d5d0b5a8e2f1f0e1d2c3b4a59687';
  const packed = [
    '# pack-refs with: peeled fully-peeled sorted ',
    `${hash} refs/remotes/origin/main`,
    `${'c'.repeat(40)} refs/remotes/origin/main/deeper`,
    `${'d'.repeat(40)} refs/tags/v1`,
    `^${'e'.repeat(40)}`,
    '',
  ].join('\n');

  it('tell the commit of a branch, each in a file or all in one', () => {
    assert.equal(commitIn(`${hash}\n`), hash);
    assert.equal(packedCommit(packed, 'refs/remotes/origin/main'), hash);
    assert.equal(packedCommit(packed, 'refs/tags/v1'), 'd'.repeat(40));
  });

  it('tell none where there is none, or another ref', () => {
    assert.equal(commitIn('ref: refs/remotes/origin/main\n'), undefined);
    assert.equal(commitIn('--output=owned\n'), undefined);
    for (const ref of ['origin/main', 'refs/remotes/origin/mai', 'refs/remotes/origin/develop', '']) {
      assert.equal(packedCommit(packed, ref), undefined, ref);
    }
    assert.equal(packedCommit('--output=owned refs/remotes/origin/main\n', 'refs/remotes/origin/main'), undefined);
  });

  it('do not tell where refs are in a table', () => {
    assert.deepEqual(['ref: refs/heads/.invalid\n', 'ref: refs/heads/main\n', `${hash}\n`].map(isReftable), [
      true,
      false,
      false,
    ]);
  });
});
