// Plain Node and no imports from node_modules: this runs on a machine where nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether node_modules holds what package-lock.json names. npm leaves a record of what it installed, written last, so an
 * install that was cut off has none and counts as not matching. Optional packages of other platforms may be missing.
 * @param {string} root
 */
export function modulesMatchLock(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) {
    return false;
  }
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const sameVersions = Object.entries(wanted).every(
    ([path, { version, integrity, optional }]) =>
      path === '' ||
      (installed[path] === undefined
        ? optional === true
        : installed[path].version === version &&
          installed[path].integrity === integrity &&
          existsSync(join(root, path))),
  );
  return sameVersions && Object.keys(installed).every((path) => path in wanted);
}

/**
 * Installs the locked modules if they are not there.
 * @param {string} root
 */
export function installModules(root) {
  if (modulesMatchLock(root)) {
    return;
  }
  console.error('Installing the modules of package-lock.json …');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    throw new Error('npm ci failed. Check the network connection and try again.');
  }
}
