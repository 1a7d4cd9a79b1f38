import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { remoteShell } from '../../../src/operate/remoteShell';
import { itUnlessOnWindows } from '../../unlessOnWindows';

describe('A terminal of a site', () => {
  let home: string;
  before(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'forge-home-')));
    writeFileSync(join(home, 'shell'), '#!/bin/sh\npwd; echo "$@"\n', { mode: 0o755 });
    mkdirSync(join(home, 'shop.example.com', 'current', 'public'), { recursive: true });
    mkdirSync(join(home, 'blog.example.com', 'public'), { recursive: true });
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  const begin = (site: string) =>
    execFileSync('sh', ['-c', remoteShell(site, 'shell') ?? assert.fail(site)], {
      env: { ...process.env, HOME: home, SHELL: join(home, 'shell') },
      cwd: home,
      encoding: 'utf8',
    })
      .trim()
      .split('\n');

  itUnlessOnWindows('has no sh')(
    'begins in its folder, in what is live where deployments have no downtime, and at home where it has none',
    () => {
      assert.deepEqual(begin('shop.example.com'), [join(home, 'shop.example.com', 'current'), '-l']);
      assert.deepEqual(begin('blog.example.com'), [join(home, 'blog.example.com'), '-l']);
      assert.deepEqual(begin('renamed.example.com'), [home, '-l']);
      assert.deepEqual(begin('xn--mnchen-3ya.example'), [home, '-l']);
    },
  );

  itUnlessOnWindows('has no sh')('runs tinker, the database or the log there', () => {
    writeFileSync(join(home, 'php'), '#!/bin/sh\necho "php $@ in $PWD"\n', { mode: 0o755 });
    writeFileSync(join(home, 'tail'), '#!/bin/sh\necho "tail $@ in $PWD"\n', { mode: 0o755 });
    const run = (use: 'tinker' | 'database' | 'log') =>
      execFileSync('sh', ['-c', remoteShell('blog.example.com', use) ?? ''], {
        env: { ...process.env, HOME: home, PATH: `${home}:${process.env.PATH}` },
        cwd: home,
        encoding: 'utf8',
      }).trim();
    const folder = join(home, 'blog.example.com');
    assert.equal(run('tinker'), `php artisan tinker in ${folder}`);
    assert.equal(run('database'), `php artisan db in ${folder}`);
    assert.equal(run('log'), `tail -n 100 -F storage/logs/laravel.log in ${folder}`);
  });

  it('gives no shell a name that is more than that of a folder', () => {
    for (const site of [
      'a;reboot',
      '$(reboot)',
      '`x`',
      '-rf',
      '..',
      '../x',
      'a b',
      'a\nb',
      '',
      'a&b',
      "a'b",
      '~',
      'a/../b',
      'ü',
    ]) {
      for (const use of ['shell', 'tinker', 'database', 'log'] as const) {
        assert.equal(remoteShell(site, use), undefined, site);
      }
    }
  });
});
