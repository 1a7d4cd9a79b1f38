import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../paths';

interface LockedPackage {
  version?: string;
  integrity?: string;
  optional?: boolean;
}

describe('installed modules', () => {
  let modulesMatchLock: (root: string) => boolean;
  let root: string;
  const locked: Record<string, LockedPackage> = {
    '': { version: '0.1.0' },
    'node_modules/mocha': { version: '11.8.0', integrity: 'sha512-m' },
    'node_modules/only-elsewhere': { version: '1.0.0', integrity: 'sha512-o', optional: true },
  };
  const installed: Record<string, LockedPackage> = {
    'node_modules/mocha': { version: '11.8.0', integrity: 'sha512-m' },
  };

  before(async () => {
    // Runs before anything is built, so that it is plain JavaScript and no part of this bundle.
    const file = join(projectRoot, 'test', 'installModules.mjs');
    ({ modulesMatchLock } = await import(pathToFileURL(file).href));
  });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'forge-modules-'));
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: locked }));
    mkdirSync(join(root, 'node_modules', 'mocha'), { recursive: true });
  });

  afterEach(() => rmSync(root, { recursive: true }));

  function record(packages: Record<string, LockedPackage>): void {
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  }

  it('match the lock when all but optional ones are there', () => {
    record(installed);
    assert.equal(modulesMatchLock(root), true);
  });

  it('do not match after an install that was cut off, which left no record', () => {
    assert.equal(modulesMatchLock(root), false);
  });

  it('do not match when there are none at all', () => {
    rmSync(join(root, 'node_modules'), { recursive: true });
    assert.equal(modulesMatchLock(root), false);
  });

  it('do not match when a folder of the record is gone', () => {
    record(installed);
    rmSync(join(root, 'node_modules', 'mocha'), { recursive: true });
    assert.equal(modulesMatchLock(root), false);
  });

  it('do not match after the lock moved to another version', () => {
    record({ 'node_modules/mocha': { version: '11.7.0', integrity: 'sha512-old' } });
    assert.equal(modulesMatchLock(root), false);
  });

  it('do not match when the same version has another content', () => {
    record({ 'node_modules/mocha': { version: '11.8.0', integrity: 'sha512-other' } });
    assert.equal(modulesMatchLock(root), false);
  });

  it('do not match when a required one is missing', () => {
    record({});
    assert.equal(modulesMatchLock(root), false);
  });

  it('do not match while one is there that the lock no longer names', () => {
    record({ ...installed, 'node_modules/left-pad': { version: '1.3.0' } });
    assert.equal(modulesMatchLock(root), false);
  });
});
