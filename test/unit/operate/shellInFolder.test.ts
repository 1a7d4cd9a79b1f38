import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellInFolder } from '../../../src/operate/shellInFolder';

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
    execFileSync('sh', ['-c', shellInFolder(site) ?? assert.fail(site)], {
      env: { ...process.env, HOME: home, SHELL: join(home, 'shell') },
      cwd: home,
      encoding: 'utf8',
    })
      .trim()
      .split('\n');

  it('begins in its folder, in what is live where deployments have no downtime, and at home where it has none', () => {
    assert.deepEqual(begin('shop.example.com'), [join(home, 'shop.example.com', 'current'), '-l']);
    assert.deepEqual(begin('blog.example.com'), [join(home, 'blog.example.com'), '-l']);
    assert.deepEqual(begin('renamed.example.com'), [home, '-l']);
    assert.deepEqual(begin('xn--mnchen-3ya.example'), [home, '-l']);
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
      assert.equal(shellInFolder(site), undefined, site);
    }
  });
});
