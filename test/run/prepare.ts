import { rmSync } from 'node:fs';
import { runCommand } from '../host/runCommand';
import { installHost, installStandIn } from '../host/runInHost';
import { packageQuietly } from '../packageQuietly';
import { projectRoot } from '../paths';
import { secondPackage, testedPackage } from './places';
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
    ...[...opened].map((which) => () => installStandIn(which)),
    ...(wanted.some(({ packaged }) => packaged) ? [packageTwice] : []),
  ];
  for (const step of steps) {
    await step().catch((error: unknown) => console.error(error instanceof Error ? error.message : error));
  }
}

/** Packages twice, to compare. The package is bundled into the same folder as what the other windows run, which is therefore bundled anew. */
async function packageTwice(): Promise<void> {
  [testedPackage, secondPackage].forEach((file) => {
    rmSync(file, { force: true });
  });
  try {
    await packageQuietly(testedPackage);
    await packageQuietly(secondPackage);
  } finally {
    await runCommand(process.execPath, ['esbuild.mjs'], { cwd: projectRoot });
  }
}
