#!/usr/bin/env node
// Stands in for the executable of a desktop VS Code: takes its command-line flags and ends with the result of the tests.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'node:util';
import { parseHostFlags, runTimeout, vsCodeChoice } from './hostFlags';
import { openWindow } from './window';
import { isWorkbenchNoise } from './workbenchNoise';

async function main(): Promise<number> {
  const flags = parseHostFlags(process.argv.slice(2));
  if (flags.extensionTestsPath === undefined) {
    throw new Error('--extensionTestsPath=FILE is missing.');
  }
  const settings =
    flags.userDataDir === undefined
      ? {}
      : JSON.parse(await readFile(join(flags.userDataDir, 'User', 'settings.json'), 'utf8').catch(() => '{}'));
  const limit = runTimeout(process.env.FORGE_HOST_TIMEOUT);
  const timedOut = new Promise<'timedOut'>((resolve) => setTimeout(resolve, limit, 'timedOut'));

  let exit: (code: number) => void = () => {};
  const tested = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const opening = openWindow({
    which: vsCodeChoice(process.env.FORGE_HOST_VERSION),
    workspace: flags.folder,
    extension: flags.extensionDevelopmentPath ?? false,
    extensionsDir: flags.extensionsDir,
    trusted: flags.trusted,
    settings,
    tests: { file: flags.extensionTestsPath, log, exit },
  });
  const window = await Promise.race([opening, timedOut]);
  if (window === 'timedOut') {
    console.error(`VS Code did not open within ${limit / 1000} s.`);
    return 1;
  }
  const { page, server } = window;
  const lost = Promise.race([
    server.ended,
    new Promise<void>((resolve) => {
      page.on('crash', () => resolve());
      page.on('close', () => resolve());
    }),
  ]).then(() => 'lost' as const);
  const outcome = await Promise.race([tested, timedOut, lost]);

  const picture = process.env.FORGE_HOST_SCREENSHOT;
  if (picture && outcome !== 'lost') {
    await window.screenshot(picture).catch((error: unknown) => console.error('No screenshot:', error));
  }
  if (typeof outcome !== 'number') {
    console.error(await server.logs());
    console.error(
      outcome === 'lost' ? 'VS Code ended before the tests did.' : `The tests did not end within ${limit / 1000} s.`,
    );
  }
  await window.close();
  return typeof outcome === 'number' ? outcome : 1;
}

// The texts of a console call, as an extension host sends them: a format and its arguments.
function log(level: string, args: unknown[]): void {
  const line = format(...args);
  if (!isWorkbenchNoise(line)) {
    const stream = level === 'warn' || level === 'error' ? process.stderr : process.stdout;
    stream.write(`${line}\n`);
  }
}

// Killed hard, a parent cannot pass a signal on. Windows keeps the id of a parent that is gone, so that there nothing notices.
const parent = process.ppid;
function endWithParent(): void {
  if (process.ppid !== parent) {
    process.exit(1);
  }
  setTimeout(endWithParent, 1_000).unref();
}

endWithParent();
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
