// jobProcess.js SUITE NAME MODULE …: runs a job, in this process or in a window that it opens. Ends with 1 if a test failed.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unseenSettings } from '../host/quietSettings';
import { runInHost } from '../host/runInHost';
import { projectRoot } from '../paths';
import { runMocha } from '../runMocha';
import { makeSampleWorkspace } from '../sampleWorkspace';
import { startSimulator } from '../simulator/simulator';
import { fileOf } from './modulesOf';
import { exchanges, screenshots, secondPackage, testedPackage } from './places';
import { type Suite, suites } from './suites';
import { weightOf } from './weights';

async function main(): Promise<number> {
  const [suiteName = '', name = '', ...modules] = process.argv.slice(2);
  const suite = suites[suiteName];
  if (suite?.folder === undefined) {
    throw new Error(`There are no modules of ${suiteName}.`);
  }
  if (suite.host !== undefined) {
    return inWindow(suite, suite.folder, name, modules);
  }
  const { folder } = suite;
  // The longest first, so that the processes end together.
  const inOrder = modules.toSorted((one, other) => weightOf(folder, other) - weightOf(folder, one));
  await runMocha(
    inOrder.map((module) => fileOf(folder, module)),
    suite.timeoutMs,
    suite.processes,
  );
  return 0;
}

/** In the extension host of a VS Code, against a simulator of its own. */
async function inWindow(
  { host, packaged = false }: Suite,
  folder: string,
  name: string,
  modules: readonly string[],
): Promise<number> {
  // The limit is not what these suites are about, and waiting for it would make them slow.
  const limit = 6_000;
  const simulator = await startSimulator({ orgs: 1, limit, speed: 60, record: join(exchanges, `${name}.jsonl`) });
  const workspace = makeSampleWorkspace();
  try {
    return await runInHost({
      which: host,
      tests: join(projectRoot, 'out', 'test', folder, 'index.js'),
      workspace,
      settings: { ...unseenSettings, 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': limit },
      env: {
        FORGE_SIMULATOR: simulator.url,
        FORGE_SIMULATOR_TOKEN: simulator.token,
        FORGE_MODULES: modules.join(),
        ...variables('FORGE_TEST_RESULT', 'FORGE_TITLE', 'FORGE_SHUFFLE'),
        ...(packaged
          ? { FORGE_API_TOKEN: simulator.token, FORGE_VSIX: testedPackage, FORGE_VSIX_AGAIN: secondPackage }
          : {}),
      },
      screenshot: join(screenshots, `${name}.png`),
      ...(packaged ? { extension: testedPackage } : {}),
    });
  } finally {
    await simulator.close();
    rmSync(dirname(workspace), { recursive: true, force: true });
  }
}

/** Those that are set here. */
function variables(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
