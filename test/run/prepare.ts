import { rmSync } from 'node:fs';
import { runCommand } from '../host/runCommand';
import { installHost, installStandIn } from '../host/runInHost';
import { packageQuietly } from '../packageQuietly';
import { projectRoot } from '../paths';
import { secondPackage, testedPackage } from './places';
import type { Suite } from './suites';

/**
 * What suites need, in the order in which it is made: what is packaged is bundled into the same folder as what all windows run, and most
 * windows are those of the newest VS Code.
 */
const steps = {
  package: packageTwice,
  newestHost: () => installHost('newest'),
  newestStandIn: () => installStandIn('newest'),
  oldestHost: () => installHost('oldest'),
  oldestStandIn: () => installStandIn('oldest'),
} as const;

type Step = keyof typeof steps;

/**
 * Makes and installs what these suites need, one after the other. What cannot be done is told, and left to fail where it is needed.
 * @returns resolves when all is there that a suite needs
 */
export function prepare(wanted: readonly Suite[]): (suite: Suite) => Promise<unknown> {
  const needed = new Set(wanted.flatMap((suite) => needsOf(suite)));
  const done = new Map<Step, Promise<unknown>>();
  let last: Promise<unknown> = Promise.resolve();
  for (const step of Object.keys(steps) as Step[]) {
    if (needed.has(step)) {
      last = last
        .then(() => steps[step]())
        .catch((error: unknown) => console.error(error instanceof Error ? error.message : error));
      done.set(step, last);
    }
  }
  return (suite) => Promise.all(needsOf(suite).map((step) => done.get(step)));
}

function needsOf({ host, opens = [], packaged = false }: Suite): readonly Step[] {
  return [
    ...(packaged ? (['package'] as const) : []),
    ...(host === undefined ? [] : [`${host}Host` as const]),
    ...opens.map((which) => `${which}StandIn` as const),
  ];
}

/** Packages twice, to compare, and bundles anew what the other windows run. */
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
