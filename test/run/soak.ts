// npm run test:soak -- RUNS [--busy] [what npm test takes]: runs the suites so many times, with --busy beside a process that keeps a
// processor busy, and tells which tests did not pass at the first try. Ends with 1 if there was one.
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { atExit } from '../host/atExit';
import { projectRoot } from '../paths';
import { summaryFile } from './places';
import type { Summary } from './summary';

/** Where the whole output of each run is. */
const folder = join(projectRoot, 'out', 'soak');

interface Run {
  readonly number: number;
  readonly seconds: number;
  readonly summary: Summary;
}

async function main(): Promise<number> {
  const [count = '', ...rest] = process.argv.slice(2);
  const runs = Number(count);
  if (!Number.isInteger(runs) || runs < 1) {
    console.error('Usage: npm run test:soak -- RUNS [--busy] [what npm test takes]');
    return 2;
  }
  mkdirSync(folder, { recursive: true });
  const idle = rest.includes('--busy') ? keepBusy() : () => {};
  const done: Run[] = [];
  for (let number = 1; number <= runs; number += 1) {
    const run = await runOnce(
      number,
      rest.filter((arg) => arg !== '--busy'),
    );
    done.push(run);
    console.log(sayRun(run));
  }
  idle();
  console.log(`\n${table(done)}`);
  return done.every(({ summary }) => summary.failed.length + summary.flaky.length === 0) ? 0 : 1;
}

async function runOnce(number: number, args: readonly string[]): Promise<Run> {
  const started = Date.now();
  const cli = join(projectRoot, 'out', 'test', 'run', 'cli.js');
  const child = spawn(process.execPath, ['--enable-source-maps', cli, ...args], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = atExit(() => child.kill('SIGTERM'));
  const output = createWriteStream(join(folder, `run-${number}.log`));
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 1)));
  ended();
  output.end();
  const summary: Summary = existsSync(summaryFile)
    ? (JSON.parse(readFileSync(summaryFile, 'utf8')) as Summary)
    : {
        passed: 0,
        skipped: 0,
        flaky: [],
        failed: [{ title: `ended with the exit code ${code}`, why: output.path.toString() }],
      };
  return { number, seconds: (Date.now() - started) / 1000, summary };
}

function sayRun(run: Run): string {
  const { failed, flaky } = run.summary;
  return [
    row(run),
    ...flaky.map(({ title }) => `  FLAKY ${title}`),
    ...failed.map(({ title }) => `  FAILED ${title}`),
  ].join('\n');
}

function table(runs: readonly Run[]): string {
  return runs.map(row).join('\n');
}

function row({ number, seconds, summary: { passed, failed, skipped, flaky } }: Run): string {
  const counts = `${passed} passed, ${failed.length} failed, ${skipped} skipped, ${flaky.length} flaky`;
  return `run ${String(number).padStart(2)}  ${seconds.toFixed(1).padStart(7)} s  ${counts}`;
}

/** Ends with its parent, also with one that was killed hard. */
const busyLoop = 'const parent = process.ppid; while (process.ppid === parent);';

/** Keeps a processor busy until the function it gives back is called. */
function keepBusy(): () => void {
  const child = spawn(process.execPath, ['--eval', busyLoop], { stdio: 'ignore' });
  const stop = () => {
    child.kill('SIGKILL');
  };
  const keep = atExit(stop);
  return () => {
    keep();
    stop();
  };
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
