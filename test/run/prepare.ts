import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from '../host/chromium';
import { installCodeServer } from '../host/codeServer';
import { runCommand } from '../host/runCommand';
import { installHost } from '../host/runInHost';
import { projectRoot } from '../paths';
import { testedPackage } from './places';
import type { Suite } from './suites';

/**
 * Installs what these suites need, and makes the package if one of them tests it, one after the other. What cannot be done is told, and left
 * to fail where it is needed.
 */
export async function prepare(wanted: readonly Suite[]): Promise<void> {
  const hosts = new Set(wanted.flatMap(({ host }) => host ?? []));
  const opened = new Set(wanted.flatMap(({ opens = [] }) => opens));
  const steps: readonly (() => Promise<unknown>)[] = [
    ...[...hosts].map((which) => () => installHost(which)),
    ...(opened.size > 0 ? [findChromium] : []),
    ...[...opened].map((which) => () => installCodeServer(which)),
    ...(wanted.some(({ packaged }) => packaged) ? [packageOnce] : []),
  ];
  for (const step of steps) {
    await step().catch((error: unknown) => console.error(error instanceof Error ? error.message : error));
  }
}

/** The package is bundled into the same folder as what the other windows run, which is therefore bundled anew. */
async function packageOnce(): Promise<void> {
  rmSync(testedPackage, { force: true });
  try {
    // In a process of its own: what it prints would stand among the lines of the tests.
    await runCommand(process.execPath, [join(projectRoot, 'out', 'test', 'package.js'), testedPackage]);
  } finally {
    await runCommand(process.execPath, ['esbuild.mjs'], { cwd: projectRoot });
  }
}
