import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './paths';

/** The simulated sites that deploy the sample workspace's repository, by branch. */
export const sampleSites = { main: 'shop.example.com', develop: 'staging.shop.example.com' } as const;

/**
 * Makes a small Laravel-shaped folder: a git repository on branch `main` whose `origin` is, by default, the repository of the simulator's
 * first site.
 * @param options.below the folder in which it is made; one in the system's temporary folder by default
 * @returns its path. Whoever asked for it removes it.
 */
export function makeSampleWorkspace({
  remote = 'git@github.com:acme/shop.git',
  below = mkdtempSync(join(tmpdir(), 'forge-workspace-')),
} = {}): string {
  const folder = join(below, 'shop');
  cpSync(join(projectRoot, 'test', 'workspace'), folder, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Taylor', '-c', 'user.email=taylor@example.com', ...args], {
      cwd: folder,
      stdio: 'pipe',
    });
  git('init', '--initial-branch=main');
  git('remote', 'add', 'origin', remote);
  git('add', '.');
  git('-c', 'commit.gpgsign=false', 'commit', '-m', 'Open the shop');
  git('branch', 'develop');
  return folder;
}
