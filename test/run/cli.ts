// npm test [-- SUITE … [--only NAME] [--shuffle SEED]]: every suite, or those that are named; of a suite, only the modules whose path
// holds NAME; in another order for each SEED. What fails is run once more. Ends with the line "N passed, N failed".
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { type Job, jobsOf } from './job';
import { modulesOf } from './modulesOf';
import { exchanges, results, summaryFile } from './places';
import { prepare } from './prepare';
import { type JobResult, runTwice } from './runTwice';
import { type Suite, skippedOn, suites } from './suites';
import { sayEnd, sayTotal, summaryOf } from './summary';

async function main(): Promise<number> {
  const options = { only: { type: 'string' }, shuffle: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const unknown = positionals.filter((name) => !(name in suites));
  if (unknown.length > 0) {
    console.error(`No such suite: ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}`);
    return 2;
  }
  const named = Object.entries(suites).filter(([name]) => positionals.length === 0 || positionals.includes(name));
  const wanted = named.filter(([name]) => {
    const why = skippedOn(name, process.platform);
    why && console.log(`── ${name}: skipped. ${why}`);
    return why === undefined;
  });
  const jobs = wanted.flatMap(([name, suite]) => jobsOf(name, suite, modulesOf(suite, values.only ?? '')));
  if (values.only !== undefined && jobs.every(({ modules }) => modules.length === 0)) {
    console.error(`No module's name holds "${values.only}".`);
    return 2;
  }
  if (positionals.length === 0) {
    rmSync(exchanges, { recursive: true, force: true });
  }
  mkdirSync(exchanges, { recursive: true });
  mkdirSync(results, { recursive: true });
  rmSync(summaryFile, { force: true });
  if (values.shuffle !== undefined) {
    // Those who order the tests run in processes of their own.
    process.env.FORGE_SHUFFLE = values.shuffle;
    console.log(`Shuffled: --shuffle ${values.shuffle}`);
  }
  const done = await runAll(
    jobs,
    wanted.filter(([name]) => jobs.some(({ suite }) => suite === name)).map(([, suite]) => suite),
  );
  writeFileSync(summaryFile, JSON.stringify(summaryOf(done)));
  console.log(`\n${sayEnd(done, values.shuffle)}`);
  return done.every(({ failed }) => failed.length === 0) ? 0 : 1;
}

/**
 * Runs the jobs of the first two stages, each as soon as there is room for it; those that open windows longest first, and not before what they
 * need is there. Then those of the last stage.
 */
async function runAll(jobs: readonly Job[], wanted: readonly Suite[]): Promise<JobResult[]> {
  const ready = prepare(wanted);
  const ofStage = (stage: Suite['stage']) => jobs.filter(({ suite }) => suites[suite]?.stage === stage);
  const run = async (job: Job) => {
    const suite = suites[job.suite];
    suite && (await ready(suite));
    return runTwice(job, jobs.length === 1);
  };
  const longestFirst = ofStage('windows').toSorted((a, b) => b.seconds - a.seconds);
  const done = await pLimit(slots()).map([...ofStage('first'), ...longestFirst], run);
  for (const job of ofStage('afterwards')) {
    done.push(await run(job));
  }
  for (const name of new Set(done.map(({ suite }) => suite))) {
    const ofSuite = done.filter(({ suite }) => suite === name);
    console.log(`\n${sayTotal(name, ofSuite)}`);
  }
  return done;
}

/** How many windows are open at once: as many as there are processors, but not more than four, or what FORGE_SLOTS says. */
function slots(): number {
  const { FORGE_SLOTS: wanted } = process.env;
  const count = Number(wanted || Math.min(4, availableParallelism()));
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`FORGE_SLOTS is "${wanted}", which is no number of windows.`);
  }
  return count;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
