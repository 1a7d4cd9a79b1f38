import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readCheckout } from '../../../src/workspace/gitFiles';

describe('The files of a git repository', () => {
  it('tell remotes and branch as git itself has written them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'forge-git-'));
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
    const read = () =>
      readCheckout(
        readFileSync(join(folder, '.git', 'config'), 'utf8'),
        readFileSync(join(folder, '.git', 'HEAD'), 'utf8'),
      );
    try {
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
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('tell no branch with a detached head', () => {
    assert.deepEqual(readCheckout('', 'b24b2940c1c5d5d0b5a8e2f1f0e1d2c3b4a59687\n'), {
      remotes: [],
      branch: undefined,
    });
  });

  it('never make it fail, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (config, head) => Array.isArray(readCheckout(config, head).remotes)),
    );
  });
});
