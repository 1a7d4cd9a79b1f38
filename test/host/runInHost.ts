import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { resolveCliArgsFromVSCodeExecutablePath, runTests, TestRunFailedError } from '@vscode/test-electron';
import { projectRoot } from '../paths';
import { atExit } from './atExit';
import { warmBrowser } from './browser';
import { installCodeServer, type VsCodeChoice } from './codeServer';
import { downloadDesktop, hasDisplay } from './desktop';
import { runTimeout, vsCodeChoice } from './hostFlags';
import { quietSettings } from './quietSettings';
import { runCommand } from './runCommand';
import { installExtensions, writeUserSettings } from './server';

export interface RunOptions {
  /** A module that exports run(): Promise<void>, executed in the extension host with the real `vscode`. */
  tests: string;
  /** A folder or a .code-workspace file; an empty window without it. */
  workspace?: string | undefined;
  settings?: Readonly<Record<string, unknown>> | undefined;
  /** Reaches the extension host. */
  env?: Readonly<Record<string, string>> | undefined;
  /** A PNG of the window right before the end, also of a failed run. The stand-in only. */
  screenshot?: string | undefined;
  /** Default: the variable FORGE_HOST_VERSION, else the newest. */
  which?: VsCodeChoice | undefined;
  /** The folder of the extension under development or a VSIX file. Default: this project. */
  extension?: string | undefined;
}

/**
 * Runs tests inside a real VS Code with directories of its own and resolves with its exit code: 0 means passed. A desktop
 * VS Code where there is a display and a network, else the stand-in; FORGE_HOST=desktop or FORGE_HOST=server decides.
 * FORGE_HOST_TIMEOUT limits the run, in seconds (default: 900). Rejects if no VS Code could be started.
 */
export async function runInHost(options: RunOptions): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'forge-run-'));
  const keepFolder = atExit(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const prepared = await prepare(options, folder);
    // From here on runTests looks after SIGINT: it passes it on to VS Code.
    keepFolder();
    return await run(prepared);
  } finally {
    keepFolder();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Installs the VS Code in which `runInHost` runs tests, so that several runs at once find it there. Rejects if it cannot be installed. */
export async function installHost(which: VsCodeChoice): Promise<void> {
  if ((await desktopFor(which)) === undefined) {
    await installStandIn(which);
  }
}

async function prepare(options: RunOptions, folder: string): Promise<Parameters<typeof runTests>[0]> {
  const which = options.which ?? vsCodeChoice(process.env.FORGE_HOST_VERSION);
  const extension = resolve(options.extension ?? projectRoot);
  const isPackaged = extension.endsWith('.vsix');
  const userData = join(folder, 'user');
  const extensions = join(folder, 'extensions');
  const directories = [`--user-data-dir=${userData}`, `--extensions-dir=${extensions}`];
  await writeUserSettings(userData, { ...quietSettings, ...options.settings });
  const desktop = await desktopFor(which);
  if (desktop !== undefined && isPackaged) {
    const [cli = desktop, ...args] = resolveCliArgsFromVSCodeExecutablePath(desktop, { reuseMachineInstall: true });
    await runCommand(cli, [...args, '--install-extension', extension, '--force', ...directories]);
  } else if (desktop === undefined) {
    await installExtensions(which, extensions, isPackaged ? [extension] : []);
  }
  return {
    vscodeExecutablePath: desktop ?? (await standIn(which, folder)),
    extensionDevelopmentPath: isPackaged ? await emptyExtension(folder) : extension,
    extensionTestsPath: resolve(options.tests),
    extensionTestsEnv: {
      ...options.env,
      FORGE_HOST_VERSION: which,
      FORGE_HOST_SCREENSHOT: options.screenshot === undefined ? undefined : resolve(options.screenshot),
      // Set in a terminal of VS Code, where it would turn the desktop VS Code into a plain Node.js.
      ELECTRON_RUN_AS_NODE: undefined,
    },
    launchArgs: [...(options.workspace === undefined ? [] : [resolve(options.workspace)]), ...directories],
  };
}

async function run(prepared: Parameters<typeof runTests>[0]): Promise<number> {
  let timedOut = false;
  // The one signal that runTests passes on.
  const stop = () => process.emit('SIGINT');
  // The stand-in keeps the limit itself and has more to say about it.
  const limit = setTimeout(() => {
    timedOut = true;
    stop();
  }, runTimeout(process.env.FORGE_HOST_TIMEOUT) + 30_000);
  process.on('SIGTERM', stop).on('SIGHUP', stop);
  try {
    const code = await runTests(prepared);
    return timedOut ? 1 : code;
  } catch (error) {
    if (error instanceof TestRunFailedError) {
      return error.code ?? 1;
    }
    throw error;
  } finally {
    clearTimeout(limit);
    process.off('SIGTERM', stop).off('SIGHUP', stop);
  }
}

async function desktopFor(which: VsCodeChoice): Promise<string | undefined> {
  const wanted = process.env.FORGE_HOST;
  if (wanted === 'server' || (wanted !== 'desktop' && !hasDisplay())) {
    return undefined;
  }
  try {
    return await downloadDesktop(which);
  } catch (error) {
    if (wanted === 'desktop') {
      throw error;
    }
    console.error('The desktop VS Code cannot be downloaded here; the tests run in its stand-in.');
    return undefined;
  }
}

/** Writes an executable that takes the place of VS Code's, and installs what it needs outside of the run's time limit. */
async function standIn(which: VsCodeChoice, folder: string): Promise<string> {
  await installStandIn(which);
  const module = join(projectRoot, 'out', 'test', 'host', 'executable.js');
  const isWindows = process.platform === 'win32';
  const file = join(folder, isWindows ? 'code.cmd' : 'code');
  const command = `"${process.execPath}" --enable-source-maps "${module}"`;
  await writeFile(file, isWindows ? `@${command} %*\r\n` : `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  return file;
}

/** Installs VS Code's server and a browser that knows its page, so that several windows at once find both. Rejects if one cannot be had. */
export async function installStandIn(which: VsCodeChoice): Promise<void> {
  await installCodeServer(which);
  await warmBrowser(which);
}

// Without an extension under development VS Code runs no tests.
async function emptyExtension(folder: string): Promise<string> {
  const extension = join(folder, 'development');
  await mkdir(extension);
  const manifest = { name: 'no-extension', publisher: 'tests', version: '0.0.0', engines: { vscode: '*' } };
  await writeFile(join(extension, 'package.json'), JSON.stringify(manifest));
  return extension;
}
