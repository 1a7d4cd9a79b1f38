import type { JobResult } from './runTwice';
import type { Trouble } from './secondTry';
import { addWaits, sayWaits } from './waits';

/** What a run came to; written to a file for who runs it many times. */
export interface Summary {
  readonly passed: number;
  readonly skipped: number;
  /** Each with the name of its suite in front. */
  readonly failed: readonly Trouble[];
  readonly flaky: readonly Trouble[];
}

/** The sum of all jobs. */
export function summaryOf(jobs: readonly JobResult[]): Summary {
  const sum = (count: (job: JobResult) => number) => jobs.reduce((total, job) => total + count(job), 0);
  const named = (of: 'failed' | 'flaky') =>
    jobs.flatMap((job) => job[of].map(({ title, why }) => ({ title: `${job.suite}: ${title}`, why })));
  return {
    passed: sum(({ passed }) => passed),
    skipped: sum(({ skipped }) => skipped),
    failed: named('failed'),
    flaky: named('flaky'),
  };
}

/** One line for a suite: what its jobs took, added up, and what they counted. */
export function sayTotal(suite: string, jobs: readonly JobResult[]): string {
  const seconds = jobs.reduce((sum, job) => sum + job.seconds, 0);
  const counts = sayCounts(summaryOf(jobs));
  return `── ${suite}: ${seconds.toFixed(1)} s, ${counts}`;
}

/** What is said at the very end. */
export function sayEnd(jobs: readonly JobResult[], seed: string | undefined): string {
  const summary = summaryOf(jobs);
  const troubles = (word: string, of: readonly Trouble[]) => of.map(({ title, why }) => `${word} ${title}\n${why}\n`);
  const waited = sayWaits(addWaits(jobs.map(({ waits }) => waits)));
  const isShuffled = seed !== undefined && summary.failed.length + summary.flaky.length > 0;
  const lines = [
    ...(waited === '' ? [] : [`${waited}\n`]),
    ...troubles('FLAKY', summary.flaky),
    ...troubles('FAILED', summary.failed),
    ...(isShuffled ? [`Shuffled: --shuffle ${seed}\n`] : []),
    sayCounts(summary),
  ];
  return lines.join('\n');
}

function sayCounts({ passed, failed, skipped, flaky }: Summary): string {
  return [
    `${passed} passed, ${failed.length} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(flaky.length > 0 ? [`${flaky.length} flaky`] : []),
  ].join(', ');
}
