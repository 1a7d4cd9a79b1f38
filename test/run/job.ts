import { pack } from './pack';
import type { Suite } from './suites';
import { weightOf, windowSeconds } from './weights';

/** What one process runs. */
export interface Job {
  /** The name of its suite. */
  readonly suite: string;
  /** Its own among all jobs: what it leaves in out/ is named after it. */
  readonly name: string;
  /** Paths below the folder of the suite, without `.test.js`. */
  readonly modules: readonly string[];
  /** The whole title of the only test that it runs. */
  readonly title?: string;
  /** About how long it takes, in seconds. */
  readonly seconds: number;
}

/** Modules that take longer in all do so in two windows, which open at once. */
const mostSecondsOfWindow = 150;

/** A suite of these modules as jobs; none where it has no module left. */
export function jobsOf(name: string, { folder, split }: Suite, modules: readonly string[]): Job[] {
  if (folder === undefined) {
    return [{ suite: name, name, modules: [], seconds: 0 }];
  }
  const weight = (module: string) => weightOf(folder, module);
  const sum = (some: readonly string[]) => some.reduce((seconds, module) => seconds + weight(module), 0);
  const groups = {
    whole: () => pack(modules, weight, 1),
    modules: () => modules.map((module) => [module]),
    windows: () => pack(modules, weight, Math.max(1, Math.ceil(sum(modules) / mostSecondsOfWindow))),
  };
  return groups[split]().map((group, index, { length }) => ({
    suite: name,
    name: length === 1 ? name : `${name}-${split === 'modules' ? group.join() : index + 1}`,
    // Always in the same order, however they were packed.
    modules: group.toSorted(),
    seconds: windowSeconds + sum(group),
  }));
}
