import { spawn } from 'node:child_process';
import { atExit } from './atExit';
import { killGroup } from './killGroup';
import { spawnable } from './spawnable';

/**
 * Runs a command to its end and resolves with what it wrote. Rejects with one sentence that names the command, followed by
 * the last lines of its output.
 */
export function runCommand(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const { command: program, args: passed, shell } = spawnable(command, args);
    const child = spawn(program, passed, {
      ...options,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, so that nothing goes on when this process is stopped. On Windows it would be a window.
      detached: process.platform !== 'win32',
    });
    const ended = atExit(() => killGroup(child, 'SIGTERM'));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      ended();
      if (code === 0) {
        resolve(output);
      } else {
        const lastLines = output.trimEnd().split('\n').slice(-15).join('\n');
        reject(new Error(`${command} ${args[0] ?? ''} failed (${code ?? signal}).\n${lastLines}`));
      }
    });
  });
}
