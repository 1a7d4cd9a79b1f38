import type { Attempt } from './attempt';
import type { Job } from './job';
import { fileOf } from './modulesOf';
import { runJob } from './runJob';
import { type SecondTry, secondTries, type Verdict, verdict } from './secondTry';
import { suites } from './suites';
import { addWaits, type Waits } from './waits';

/** What came of a job and of its second tries. */
export interface JobResult extends Verdict {
  readonly suite: string;
  readonly seconds: number;
  readonly waits: Waits;
}

/** Runs a job, and once more what failed in it. */
export async function runTwice(job: Job, live: boolean): Promise<JobResult> {
  const { folder = '', split } = suites[job.suite] ?? {};
  const files = job.modules.map((module) => fileOf(folder, module));
  const first = await runJob(job, live);
  const again: (readonly [SecondTry, Attempt])[] = [];
  for (const second of secondTries(files, first, split === 'modules')) {
    const { title, modules } = second;
    const name = `${job.name}-again-${again.length + 1}`;
    const named = job.modules.filter((module) => modules.includes(fileOf(folder, module)));
    const { suite, seconds } = job;
    again.push([
      second,
      await runJob({ suite, seconds, name, modules: named, ...(title === undefined ? {} : { title }) }, live),
    ]);
  }
  const attempts = [first, ...again.map(([, attempt]) => attempt)];
  return {
    ...verdict(first, again),
    suite: job.suite,
    seconds: attempts.reduce((sum, { seconds }) => sum + seconds, 0),
    waits: addWaits(attempts.map(({ waits }) => waits)),
  };
}
