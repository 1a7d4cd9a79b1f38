import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { resolveCliArgsFromVSCodeExecutablePath, runTests, TestRunFailedError } from '@vscode/test-electron';
import { projectRoot } from '../paths';
import { findChromium } from './chromium';
import { installCodeServer, type VsCodeChoice } from './codeServer';
import { downloadDesktop, hasDisplay } from './desktop';
import { vsCodeChoice } from './hostFlags';
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
 * FORGE_HOST_TIMEOUT limits the run, in seconds (default: 600). Rejects if no VS Code could be started.
 */
export async function runInHost(options: RunOptions): Promise<number> {
  const which = options.which ?? vsCodeChoice(process.env.FORGE_HOST_VERSION);
  const extension = resolve(options.extension ?? projectRoot);
  const folder = await mkdtemp(join(tmpdir(), 'forge-run-'));
  const userData = join(folder, 'user');
  const extensions = join(folder, 'extensions');
  // runTests passes only this signal on to what it started.
  const passOn = () => process.emit('SIGINT');
  process.on('SIGTERM', passOn).on('SIGHUP', passOn);
  try {
    await writeUserSettings(userData, { ...quietSettings, ...options.settings });
    const desktop = await desktopFor(which);
    const isPackaged = extension.endsWith('.vsix');
    if (isPackaged && desktop !== undefined) {
      const [cli = desktop, ...args] = resolveCliArgsFromVSCodeExecutablePath(desktop, { reuseMachineInstall: true });
      const directories = [`--extensions-dir=${extensions}`, `--user-data-dir=${userData}`];
      await runCommand(cli, [...args, '--install-extension', extension, '--force', ...directories]);
    } else {
      await installExtensions(which, extensions, isPackaged ? [extension] : []);
    }
    return await runTests({
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
      launchArgs: [
        ...(options.workspace === undefined ? [] : [resolve(options.workspace)]),
        ...[`--user-data-dir=${userData}`, `--extensions-dir=${extensions}`],
      ],
    });
  } catch (error) {
    if (error instanceof TestRunFailedError) {
      return error.code ?? 1;
    }
    throw error;
  } finally {
    process.off('SIGTERM', passOn).off('SIGHUP', passOn);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
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
  await installCodeServer(which);
  await findChromium();
  const module = join(projectRoot, 'out', 'test', 'host', 'executable.js');
  const isWindows = process.platform === 'win32';
  const file = join(folder, isWindows ? 'code.cmd' : 'code');
  const command = `"${process.execPath}" --enable-source-maps "${module}"`;
  await writeFile(file, isWindows ? `@${command} %*\r\n` : `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  return file;
}

// Without an extension under development VS Code runs no tests.
async function emptyExtension(folder: string): Promise<string> {
  const extension = join(folder, 'development');
  await mkdir(extension);
  const manifest = { name: 'no-extension', publisher: 'tests', version: '0.0.0', engines: { vscode: '*' } };
  await writeFile(join(extension, 'package.json'), JSON.stringify(manifest));
  return extension;
}
