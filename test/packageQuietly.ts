import { join } from 'node:path';
import { runCommand } from './host/runCommand';
import { projectRoot } from './paths';

/** Makes the VSIX in a process of its own, since vsce prints much. Rejects with the last of it if that failed. */
export async function packageQuietly(file: string, ...options: readonly string[]): Promise<void> {
  await runCommand(process.execPath, [join(projectRoot, 'out', 'test', 'package.js'), file, ...options]);
}
