import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { atExit } from '../host/atExit';
import { projectRoot } from '../paths';
import type { TestResult } from '../runMocha';
import type { Attempt } from './attempt';
import type { Job } from './job';
import { fileOf } from './modulesOf';
import { exchanges, results } from './places';
import { suites } from './suites';
import { noWaits } from './waits';

/**
 * Runs a job in a process of its own, to its end. Says when it begins; what it prints comes as it does, if it is `live`, else in one piece
 * when it has ended.
 */
export async function runJob(job: Job, live: boolean): Promise<Attempt> {
  const started = Date.now();
  console.log(`\n▶ ${titleOf(job)}`);
  const resultFile = join(results, `${job.name}.json`);
  rmSync(resultFile, { force: true });
  const { code, output } = await inProcess(job, resultFile, live);
  const seconds = (Date.now() - started) / 1000;
  const { outcomes, waits }: TestResult = existsSync(resultFile)
    ? (JSON.parse(readFileSync(resultFile, 'utf8')) as TestResult)
    : { outcomes: [], waits: noWaits };
  if (!live) {
    console.log(`\n■ ${titleOf(job, secondsByModule(job, outcomes))}: ${seconds.toFixed(1)} s\n${output.trimEnd()}`);
  }
  return { code, outcomes, waits, seconds };
}

/** With what the modules took, where that is known and they are few: there the weights come from. */
function titleOf({ name, modules, title }: Job, seconds: Readonly<Record<string, string>> = {}): string {
  const listed = modules.map((module) => [module, seconds[module]].filter(Boolean).join(' '));
  const shown = listed.length > 20 ? `${listed.length} modules` : listed.join(', ');
  return [
    name,
    ...(shown === '' || shown === name ? [] : [`(${shown})`]),
    ...(title === undefined ? [] : [title]),
  ].join(' ');
}

function secondsByModule({ suite, modules }: Job, outcomes: TestResult['outcomes']): Record<string, string> {
  const folder = suites[suite]?.folder ?? '';
  return Object.fromEntries(
    modules.map((module) => {
      const own = outcomes.filter((outcome) => outcome.module === fileOf(folder, module));
      return [module, `${(own.reduce((sum, { ms }) => sum + ms, 0) / 1000).toFixed(1)} s`];
    }),
  );
}

async function inProcess(job: Job, resultFile: string, live: boolean): Promise<{ code: number; output: string }> {
  const isCheck = suites[job.suite]?.folder === undefined;
  const script = join(projectRoot, 'out', 'test', isCheck ? `${job.suite}.js` : join('run', 'jobProcess.js'));
  const args = isCheck ? [] : [job.suite, job.name, ...job.modules];
  // What a job makes is seldom needed for long: with room for it less has to be looked through, in MB.
  const flags = ['--enable-source-maps', '--max-semi-space-size=64'];
  const child = spawn(process.execPath, [...flags, script, ...args], {
    cwd: projectRoot,
    stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FORGE_TEST_RESULT: resultFile, FORGE_EXCHANGES: exchanges, FORGE_TITLE: job.title ?? '' },
  });
  const ended = atExit(() => child.kill('SIGTERM'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number>((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (status) => resolve(status ?? 1));
    // What a window leaves running may hold the output open for long.
    child.on('exit', (status) => setTimeout(resolve, 2_000, status ?? 1));
  });
  ended();
  return { code, output };
}
