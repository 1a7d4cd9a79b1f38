import { findOnPath } from './findOnPath';
import { runCommand } from './runCommand';

/** Whether this process may install system packages: root on a Debian-like system. */
export function canAptInstall(): boolean {
  return process.getuid?.() === 0 && findOnPath('apt-get') !== undefined;
}

/** Installs Debian packages, waiting for another apt-get to end. Rejects if one of them cannot be installed. */
export async function aptInstall(...packages: string[]): Promise<void> {
  console.error(`Installing ${packages.join(', ')} with apt-get …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  await runCommand('apt-get', ['update', '-qq', ...wait], { env });
  await runCommand('apt-get', ['install', '-y', '-qq', ...wait, ...packages], { env });
}
