import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { projectRoot } from './paths';
import { exactly } from './run/exactly';
import { mochaHooks } from './run/mochaHooks';
import { isOrdered } from './run/ordered';
import type { Outcome } from './run/outcome';
import { shuffled } from './run/shuffle';
import { type Waits, waitsSoFar } from './run/waits';

/** How many lines of an error are told at the end of a run: enough to see what two long lists differ in. */
const mostLines = 30;

/** What a run leaves in the file that FORGE_TEST_RESULT names. */
export interface TestResult {
  readonly outcomes: readonly Outcome[];
  readonly waits: Waits;
}

/**
 * Runs test modules with mocha in this process, in plain Node or in an extension host, or in as many processes as `jobs` says: all of their
 * tests, or the one whose whole title FORGE_TITLE is, in an order that FORGE_SHUFFLE is the seed of.
 * @param titles of the only tests that are wanted, each of which has to be there
 * @throws when a test failed, or one of the wanted was not there, or none at all.
 */
export async function runMocha(
  files: readonly string[],
  timeoutMs: number,
  jobs = 1,
  titles?: readonly string[],
): Promise<void> {
  const { FORGE_TEST_RESULT: file, FORGE_TITLE: title, FORGE_SHUFFLE: seed } = process.env;
  const wanted = title ? [title] : titles;
  const isParallel = jobs > 1 && files.length > 1;
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: timeoutMs,
    color: false,
    slow: 1_000,
    parallel: isParallel,
    jobs,
    ...(wanted ? { grep: exactly(...wanted) } : {}),
    ...(isParallel
      ? { require: [join(projectRoot, 'out', 'test', 'run', 'mochaHooks.js')] }
      : { rootHooks: mochaHooks }),
  });
  (seed ? shuffled(files, seed) : files).forEach((each) => {
    mocha.addFile(each);
  });
  const outcomes = await new Promise<readonly Outcome[]>((resolve) => {
    const noted: Outcome[] = [];
    const runner = mocha.run(() => resolve(noted));
    runner.on('pass', (test) => noted.push(outcomeOf(test, 'passed')));
    runner.on('pending', (test) => noted.push(outcomeOf(test, 'skipped')));
    // From another process an error comes as an object of no class.
    runner.on('fail', (test: Mocha.Test | Mocha.Hook, error: { readonly message?: string } | undefined) => {
      const why = (error?.message ?? String(error)).split('\n').slice(0, mostLines).join('\n');
      noted.push({ ...outcomeOf(test, 'failed'), why });
    });
  });
  for (const missing of (wanted ?? []).filter((one) => !outcomes.some((outcome) => outcome.title === one))) {
    throw new Error(`There is no test “${missing}”.`);
  }
  if (file) {
    const result: TestResult = { outcomes, waits: waitsSoFar() };
    writeFileSync(file, JSON.stringify(result));
  }
  const failed = outcomes.filter(({ state }) => state === 'failed').length;
  if (failed > 0 || outcomes.length === 0) {
    throw new Error(`${outcomes.length - failed} passed, ${failed} failed`);
  }
}

function outcomeOf(test: Mocha.Test | Mocha.Hook, state: Outcome['state']): Outcome {
  const needsModule = test.type === 'hook' || isOrdered(test.parent);
  return { module: test.file ?? '', title: test.fullTitle(), state, ms: test.duration ?? 0, needsModule };
}
