// npm start: the simulator and a real VS Code with the extension, or with --screenshot FILE a picture of them.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { WorkbenchPage } from './e2e/workbenchPage';
import { atExit } from './host/atExit';
import { findDesktop } from './host/desktop';
import { quietSettings } from './host/quietSettings';
import { startServer, writeUserSettings } from './host/server';
import { spawnable } from './host/spawnable';
import { openWindow } from './host/window';
import { projectRoot } from './paths';
import { makeSampleWorkspace, sampleSites } from './sampleWorkspace';
import { type Simulator, startSimulator } from './simulator/simulator';

const usage = `Usage: npm start -- [options]
  --screenshot FILE.png   open it headless, make a picture of tree, status bar and log, and end
  --orgs N --servers N --sites N   size of the simulated fleet (1, 5, 20)
  --theme NAME            colour theme`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      screenshot: { type: 'string' },
      orgs: { type: 'string', default: '1' },
      servers: { type: 'string', default: '5' },
      sites: { type: 'string', default: '20' },
      theme: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const simulator = await startSimulator({
    orgs: Number(values.orgs),
    servers: Number(values.servers),
    sites: Number(values.sites),
    latency: 50,
  });
  const workspace = makeSampleWorkspace();
  const removeWorkspace = () => rmSync(dirname(workspace), { recursive: true, force: true });
  const keepWorkspace = atExit(removeWorkspace);
  try {
    return values.screenshot === undefined
      ? await openForPerson(simulator, workspace)
      : await takePicture(simulator, workspace, resolve(values.screenshot), values.theme);
  } finally {
    await simulator.close();
    removeWorkspace();
    keepWorkspace();
  }
}

/** What makes the window talk to the simulator, signed in without a question. */
function surroundings(simulator: Simulator) {
  return {
    settings: { 'forge.apiUrl': simulator.url },
    env: { FORGE_API_TOKEN: simulator.token },
  };
}

async function openForPerson(simulator: Simulator, workspace: string): Promise<number> {
  const { settings, env } = surroundings(simulator);
  console.log(`Simulated Forge:  ${simulator.url}`);
  console.log(`A token for it:   ${simulator.token}`);
  const desktop = process.env.FORGE_HOST === 'server' ? undefined : await findDesktop();
  if (desktop !== undefined) {
    const userData = mkdtempSync(join(tmpdir(), 'forge-start-'));
    atExit(() => rmSync(userData, { recursive: true, force: true }));
    await writeUserSettings(userData, { ...quietSettings, ...settings });
    console.log('VS Code is opening. Close its window, or press Ctrl+C, to stop.');
    const args = [
      `--extensionDevelopmentPath=${projectRoot}`,
      `--user-data-dir=${userData}`,
      `--extensions-dir=${join(userData, 'extensions')}`,
      '--disable-workspace-trust',
      '--wait',
      '--new-window',
      workspace,
    ];
    const { command, args: passed, shell } = spawnable(desktop, args);
    const code = spawn(command, passed, { env: { ...process.env, ...env }, stdio: 'inherit', shell });
    return new Promise((done) => code.on('exit', (status) => done(status ?? 0)));
  }
  const server = await startServer({ which: 'newest', folder: workspace, settings, env });
  console.log(`VS Code:          ${server.url({ extension: projectRoot })}`);
  console.log('Open that address in a browser. Press Ctrl+C to stop.');
  await server.ended;
  return 1;
}

async function takePicture(
  simulator: Simulator,
  workspace: string,
  file: string,
  theme: string | undefined,
): Promise<number> {
  const window = await openWindow({
    workspace,
    ...surroundings(simulator),
    which: 'newest',
    ...(theme === undefined ? {} : { theme }),
  });
  try {
    const workbench = new WorkbenchPage(window.page);
    await workbench.openForge();
    await workbench.widenSideBar(440);
    await workbench.expand('acme-web-1');
    await workbench.expand(sampleSites.main);
    await workbench.openFirstLog(sampleSites.main);
    await window.screenshot(file);
    console.log(file);
    return 0;
  } catch (error) {
    // What is on screen tells more than the error.
    await window.screenshot(file);
    throw error;
  } finally {
    await window.close();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
