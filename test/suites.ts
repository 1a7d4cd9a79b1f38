// npm test [-- SUITE … [--only NAME]]: every suite, or those that are named; of a suite, only the modules whose name holds NAME. Ends with
// the line "N passed, N failed".
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { VsCodeChoice } from './host/codeServer';
import { runInHost } from './host/runInHost';
import { makePackage } from './makePackage';
import { projectRoot } from './paths';
import type { TestResult } from './runMocha';
import { makeSampleWorkspace } from './sampleWorkspace';
import { startSimulator } from './simulator/simulator';

const out = join(projectRoot, 'out');

/** Where each suite leaves what it counted. */
const results = join(out, 'results');

/** Where the suites leave every exchange with the simulator, for the contract suite to read. */
const exchanges = join(out, 'exchanges');

/**
 * The suites, in the order in which they run, one after the other: a window takes a processor of its own and its browser another one, so
 * that two side by side end no sooner on a machine of two, and miss what they wait for. The contract suite reads what all others have
 * left. Each resolves with its exit code.
 */
const suites: Readonly<Record<string, () => Promise<number>>> = {
  check: () => run('check', join(out, 'test', 'check.js')),
  unit: () => inNode('unit', 10_000, availableParallelism()),
  'integration-newest': () => integration('newest'),
  'integration-oldest': () => integration('oldest'),
  e2e: () => inNode('e2e', 600_000),
  installed: () => installed(),
  contract: () => inNode('contract', 60_000),
};

async function main(): Promise<number> {
  const { values, positionals: wanted } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
  if (values.only !== undefined) {
    // Those who pick the modules run in processes of their own.
    process.env.FORGE_ONLY = values.only;
  }
  const unknown = wanted.filter((name) => !(name in suites));
  if (unknown.length > 0) {
    console.error(`No such suite: ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}`);
    return 2;
  }
  if (wanted.length === 0) {
    rmSync(exchanges, { recursive: true, force: true });
  }
  mkdirSync(exchanges, { recursive: true });
  mkdirSync(results, { recursive: true });
  const total = { passed: 0, failed: 0, skipped: 0, failures: [] as string[] };
  for (const name of Object.keys(suites).filter((suite) => wanted.length === 0 || wanted.includes(suite))) {
    const { passed, failed, skipped, failures } = await runSuite(name);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    // Said again at the end, where one looks first.
    total.failures.push(...failures.map((failure) => `${name}: ${failure}`));
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  for (const failure of total.failures) {
    console.log(`\nFAILED ${failure}`);
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
}

/** Runs a suite and says what it says as it goes. */
async function runSuite(name: string): Promise<TestResult> {
  const started = Date.now();
  console.log(`\n── ${name}`);
  rmSync(resultFile(name), { force: true });
  const code = await (suites[name]?.() ?? Promise.resolve(1)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
  console.log(`── ${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return resultOf(name, code);
}

/** What a suite counted. One that ended badly without saying which test failed counts as one failure. */
function resultOf(name: string, code: number): TestResult {
  const file = resultFile(name);
  const result: TestResult = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as TestResult)
    : { passed: 0, failed: 0, skipped: 0, failures: [] };
  if (code === 0 || result.failed > 0) {
    return result;
  }
  return { ...result, failed: 1, failures: [`ended with the exit code ${code}, see above`] };
}

function resultFile(name: string): string {
  return join(results, `${name}.json`);
}

/** Test modules of a folder in a Node process of their own, or in several at once. */
function inNode(folder: string, timeoutMs: number, jobs = 1): Promise<number> {
  const files = readdirSync(join(out, 'test', folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js') && file.includes(process.env.FORGE_ONLY ?? ''))
    .map((file) => join(out, 'test', folder, file));
  return run(folder, join(out, 'test', 'mochaProcess.js'), String(timeoutMs), String(jobs), ...files);
}

function run(suite: string, module: string, ...args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['--enable-source-maps', module, ...args], {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, FORGE_TEST_RESULT: resultFile(suite), FORGE_EXCHANGES: exchanges },
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

/** The extension under development in the extension host of a VS Code, against a simulator of its own. */
async function integration(which: VsCodeChoice): Promise<number> {
  return inHost(which, 'integration');
}

/** The packaged extension, installed as a person would. */
async function installed(): Promise<number> {
  const extension = await makePackage(join(out, 'vscode-laravel-forge.vsix'));
  return inHost('newest', 'installed', { extension, signedIn: true });
}

async function inHost(
  which: VsCodeChoice,
  suite: string,
  { extension, signedIn = false }: { extension?: string; signedIn?: boolean } = {},
): Promise<number> {
  // The limit is not what these suites are about, and waiting for it would make them slow.
  const limit = 6_000;
  const simulator = await startSimulator({
    orgs: 1,
    limit,
    speed: 25,
    record: join(exchanges, `${suite}-${which}.jsonl`),
  });
  const workspace = makeSampleWorkspace();
  try {
    return await runInHost({
      which,
      tests: join(out, 'test', suite, 'index.js'),
      workspace,
      settings: { 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': limit },
      env: {
        FORGE_SIMULATOR: simulator.url,
        FORGE_SIMULATOR_TOKEN: simulator.token,
        FORGE_TEST_RESULT: resultFile(suite === 'installed' ? suite : `${suite}-${which}`),
        FORGE_ONLY: process.env.FORGE_ONLY ?? '',
        ...(signedIn ? { FORGE_API_TOKEN: simulator.token } : {}),
        ...(extension === undefined ? {} : { FORGE_VSIX: extension }),
      },
      screenshot: join(out, 'screenshots', `${suite}-${which}.png`),
      ...(extension === undefined ? {} : { extension }),
    });
  } finally {
    await simulator.close();
    rmSync(dirname(workspace), { recursive: true, force: true });
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
