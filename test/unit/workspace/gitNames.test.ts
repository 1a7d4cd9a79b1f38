import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readCheckout, readConfig, usableRemotes } from '../../../src/workspace/gitFiles';
import { isBranchName, isCommitHash, isRemoteName } from '../../../src/workspace/gitNames';
import fc from '../../fastCheck';

const hostile = [
  '--receive-pack=touch /tmp/owned',
  '--receive-pack=touch$IFS/owned',
  '--exec=owned',
  '-o',
  '--',
  '+main',
  '../../etc',
  'a..b',
  'a b',
  'a\nb',
  'a:b',
  'ext::sh',
  '@{u}',
  '@',
  '',
  '/a',
  'a/',
  'a//b',
  '.a',
  'a/.b',
  'a.lock',
  'a.',
  'a\\b',
  'a~1',
  'a^',
  'a?',
  'a*',
  'a[',
];

describe('A name that goes to git', () => {
  it('is a branch only where git takes it for one, and never an option or a forced push', () => {
    for (const name of hostile) {
      assert.equal(isBranchName(name), false, name);
    }
    for (const name of [
      'main',
      'feature/cart',
      'release-1.2',
      'größe',
      '修复',
      'a@b',
      'dependabot/npm_and_yarn/x-1.0',
    ]) {
      assert.equal(isBranchName(name), true, name);
    }
  });

  it('is a branch never where `git check-ref-format --branch` says no', () => {
    const names = fc.stringMatching(/^[-+@.~^:?*[\\ /a{}lock\n]{0,12}$/);
    fc.assert(
      fc.property(names, (name) => {
        if (isBranchName(name)) {
          assert.equal(spawnSync('git', ['check-ref-format', '--branch', name]).status, 0, name);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is a remote only where git takes it for one', () => {
    for (const name of hostile.filter((candidate) => candidate !== '+main')) {
      assert.equal(isRemoteName(name), false, name);
    }
    for (const name of ['origin', 'upstream', 'team/fork', 'my-fork']) {
      assert.equal(isRemoteName(name), true, name);
    }
  });

  it('is a commit only where it is a hash', () => {
    for (const text of [
      ...hostile,
      'HEAD',
      'main',
      'abc',
      'abcdef0..main',
      `${'a'.repeat(40)} --output=x`,
      'g'.repeat(40),
    ]) {
      assert.equal(isCommitHash(text), false, text);
    }
    assert.ok(isCommitHash('a'.repeat(40)));
  });

  it('is left out of what a repository says of itself', () => {
    const url = 'git@github.com:acme/shop.git';
    const config = hostile
      .filter((name) => !name.includes('\n'))
      .map((name) => `[remote "${name.replaceAll('\\', '\\\\')}"]\n\turl = ${url}\n`)
      .join('');
    const { remotes, branch } = readCheckout(
      readConfig(`${config}[remote "fork"]\n\turl = ${url}\n[remote "origin"]\n\turl = ${url}\n`),
      'ref: refs/heads/--upload-pack=owned\n',
    );
    assert.deepEqual(
      remotes.map(({ name }) => name),
      ['origin', '+main', 'fork'],
    );
    assert.equal(branch, undefined);
    assert.deepEqual(usableRemotes([{ name: '--mirror', url }]), []);
  });
});
