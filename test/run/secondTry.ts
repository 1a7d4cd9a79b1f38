import type { Attempt } from './attempt';
import type { Outcome } from './outcome';

/** What is run once more: all tests of these files, or the one of this title. */
export interface SecondTry {
  readonly modules: readonly string[];
  readonly title?: string;
}

/** A test that failed, or a job that ended badly, and the first lines of why. */
export interface Trouble {
  readonly title: string;
  readonly why: string;
}

/** What a job came to after it had its second tries. */
export interface Verdict {
  /** Each counts once, as it was in its last try. */
  readonly passed: number;
  readonly skipped: number;
  /** What failed twice. */
  readonly failed: readonly Trouble[];
  /** What failed first and then passed. */
  readonly flaky: readonly Trouble[];
}

type Tried = Pick<Attempt, 'code' | 'outcomes'>;

/** Where more tests than this fail in one job, they do so together, and their modules are run again instead of each in its own window. */
const mostAlone = 3;

/**
 * What to run once more after the first try of a job: each test that failed, by itself; its module, where it means nothing without; all
 * modules where the job ended badly and named no test, or named something outside of every module.
 * @param files all that the job ran
 * @param isPath whether every module of the job is a path of steps
 */
export function secondTries(files: readonly string[], { code, outcomes }: Tried, isPath: boolean): SecondTry[] {
  const failed = outcomes.filter(({ state }) => state === 'failed');
  if (files.length === 0 || (code === 0 && failed.length === 0)) {
    return [];
  }
  if (failed.length === 0 || failed.some(({ module }) => module === '')) {
    return [{ modules: files }];
  }
  const together = failed.length > mostAlone;
  const whole = new Set(
    failed.filter(({ needsModule }) => isPath || together || needsModule).map(({ module }) => module),
  );
  return [
    ...[...whole].map((module) => ({ modules: [module] })),
    ...failed.filter(({ module }) => !whole.has(module)).map(({ module, title }) => ({ modules: [module], title })),
  ];
}

/** What a job came to: what was tried again counts as it went then. */
export function verdict(first: Tried, again: readonly (readonly [SecondTry, Tried])[]): Verdict {
  const troubles = again.length === 0 ? { failed: troublesOf(first), flaky: [] } : afterSecondTries(first, again);
  const outcomes = [
    ...first.outcomes.filter((outcome) => !again.some(([second]) => isOf(second, outcome))),
    ...again.flatMap(([, tried]) => tried.outcomes),
  ];
  const count = (state: Outcome['state']) => outcomes.filter((outcome) => outcome.state === state).length;
  return { passed: count('passed'), skipped: count('skipped'), ...troubles };
}

function afterSecondTries(
  first: Tried,
  again: readonly (readonly [SecondTry, Tried])[],
): Pick<Verdict, 'failed' | 'flaky'> {
  const flaky: Trouble[] = [];
  const failed: Trouble[] = [];
  for (const [second, tried] of again) {
    const before = troublesOf({ ...first, outcomes: first.outcomes.filter((outcome) => isOf(second, outcome)) });
    const after = troublesOf(tried);
    if (tried.code !== 0 && tried.outcomes.length === 0) {
      // It ended without a word: what is known is what the first try said.
      failed.push(...before);
      continue;
    }
    const skipped = tried.outcomes.filter(({ state }) => state === 'skipped');
    const isAmong = (some: readonly { readonly title: string }[]) => (trouble: Trouble) =>
      some.some(({ title }) => title === trouble.title);
    // A step that the second try did not come to has failed as it did in the first.
    failed.push(...after, ...before.filter(isAmong(skipped)));
    flaky.push(...before.filter((trouble) => !isAmong([...after, ...skipped])(trouble)));
  }
  return { failed, flaky };
}

/** The tests that failed, or that it ended badly and names none. */
function troublesOf({ code, outcomes }: Tried): Trouble[] {
  const failed = outcomes.filter(({ state }) => state === 'failed');
  if (failed.length > 0) {
    return failed.map(({ title, why = '' }) => ({ title, why }));
  }
  return code === 0 ? [] : [{ title: `ended with the exit code ${code}`, why: 'See above.' }];
}

function isOf({ modules, title }: SecondTry, outcome: Outcome): boolean {
  const isThere = outcome.module === '' || modules.includes(outcome.module);
  return isThere && (title === undefined || outcome.title === title);
}
