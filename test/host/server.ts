import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectRoot } from '../paths';
import { atExit } from './atExit';
import { installCodeServer, type VsCodeChoice } from './codeServer';
import { killGroup } from './killGroup';
import { quietSettings } from './quietSettings';
import { runCommand } from './runCommand';
import { type WindowTarget, windowUrl } from './windowUrl';

export interface ServerOptions {
  which: VsCodeChoice;
  /** What url() opens if it is given no other folder. */
  folder?: string | undefined;
  /** User settings, on top of the quiet ones. */
  settings?: Readonly<Record<string, unknown>> | undefined;
  /** Keys of the user's own, with the commands that they run. */
  keybindings?: readonly { readonly key: string; readonly command: string }[] | undefined;
  /** Environment of the extension hosts, on top of this process's own. */
  env?: Readonly<Record<string, string>> | undefined;
  /** VSIX files. */
  extensionsToInstall?: readonly string[] | undefined;
  /** Where installed extensions are; a temporary folder without it. */
  extensionsDir?: string | undefined;
  /** Without trust, windows open in Restricted Mode. Default: true. */
  trusted?: boolean | undefined;
}

export interface VsCodeServer {
  readonly port: number;
  /** VS Code's version. */
  readonly version: string;
  /** What VS Code writes to. `root` holds the others, except an extensionsDir that was given, and goes with close(). */
  readonly directories: { root: string; extensions: string; serverData: string; userData: string };
  /** Resolves when the server's process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  url(target?: WindowTarget): string;
  /** What the server printed and all log files, of extension hosts too, for a person to read. */
  logs(): Promise<string>;
  /** Stops the server with its extension hosts and removes its directories. */
  close(): Promise<void>;
}

/**
 * Starts a VS Code server of its own on a free port, installing it first if needed. Rejects if it does not come up within
 * a minute. It ends with this process, also by a signal.
 */
export async function startServer(options: ServerOptions): Promise<VsCodeServer> {
  const { node, serverMain, version } = await installCodeServer(options.which);
  const root = await mkdtemp(join(tmpdir(), 'forge-host-'));
  const removeRoot = () => rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  const keepRoot = atExit(removeRoot);
  const directories = {
    root,
    extensions: options.extensionsDir ?? join(root, 'extensions'),
    serverData: join(root, 'server'),
    userData: join(root, 'user'),
  };
  const temporary = join(root, 'tmp');
  await mkdir(temporary);
  await writeUserSettings(directories.userData, { ...quietSettings, ...options.settings });
  const keybindings = JSON.stringify(options.keybindings ?? []);
  await writeFile(join(directories.userData, 'User', 'keybindings.json'), keybindings);
  await installExtensions(options.which, directories.extensions, options.extensionsToInstall ?? []);

  // Killed, extension hosts leave their sockets behind. Elsewhere a socket's path would become too long.
  const socketsFit = process.platform === 'linux';
  const server = spawn(
    node,
    [
      ...['--require', join(projectRoot, 'out', 'test', 'host', 'mintKey.js')],
      ...[
        serverMain,
        '--host',
        '127.0.0.1',
        '--port',
        '0',
        '--without-connection-token',
        '--accept-server-license-terms',
      ],
      // Without this one a built VS Code silently ignores an extension under development.
      '--enable-smoke-test-driver',
      '--disable-telemetry',
      // All of it stays on this machine, where to compress costs more than to carry.
      '--disable-websocket-compression',
      ...((options.trusted ?? true) ? ['--disable-workspace-trust'] : []),
      ...['--extensions-dir', directories.extensions],
      ...['--server-data-dir', directories.serverData],
      ...['--user-data-dir', directories.userData],
    ],
    // A process group of its own, so that killing it takes the extension hosts along.
    {
      env: {
        ...inheritedEnvironment(),
        // Otherwise it starts a person's shell and waits for what that sets, before the first extension host.
        VSCODE_CLI: '1',
        ...(socketsFit ? { TMPDIR: temporary, XDG_RUNTIME_DIR: temporary } : {}),
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  const kill = () => killGroup(server, 'SIGKILL');
  const keepServer = atExit(kill);
  const ended = new Promise<void>((resolve) => {
    server.on('exit', () => resolve());
    server.on('error', () => resolve());
  });
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`VS Code ${version} did not start: ${reason}\n${output}`));
    const timer = setTimeout(fail, 60_000, 'it did not listen within a minute.');
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const listening = /Extension host agent listening on (\d+)/.exec(output);
        if (listening) {
          clearTimeout(timer);
          resolve(Number(listening[1]));
        }
      });
    }
    server.on('error', (error) => fail(error.message));
    ended.then(() => {
      clearTimeout(timer);
      fail('it ended.');
    });
  }).catch((error: unknown) => {
    kill();
    removeRoot();
    throw error;
  });

  return {
    port,
    version,
    directories,
    ended,
    url: (target) => windowUrl(port, { folder: options.folder, ...target }),
    logs: async () => [`# server\n${output}`, ...(await logFiles(root))].join('\n'),
    close: async () => {
      // Asked first: what extension hosts have not written yet would be lost otherwise.
      server.kill('SIGTERM');
      await Promise.race([ended, delay(3_000, undefined, { ref: false })]);
      kill();
      await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      keepServer();
      keepRoot();
    },
  };
}

/**
 * Writes settings.json where VS Code looks for it below its --user-data-dir. A server takes settings of machine scope from
 * a file of its own, which comes before the user's: the extension has none of that scope.
 */
export async function writeUserSettings(userData: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  for (const scope of ['User', 'Machine']) {
    await mkdir(join(userData, scope), { recursive: true });
    const written = Object.entries(settings).filter(([name]) => scope === 'User' || !name.startsWith('forge.'));
    await writeFile(join(userData, scope, 'settings.json'), JSON.stringify(Object.fromEntries(written), undefined, 2));
  }
}

/** Installs VSIX files into an extensions directory, for a server that is started later. Rejects if one is no good. */
export async function installExtensions(
  which: VsCodeChoice,
  directory: string,
  files: readonly string[],
): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (files.length === 0) {
    // Without this file VS Code looks through the folder before it listens.
    await writeFile(join(directory, 'extensions.json'), '[]', { flag: 'wx' }).catch(() => undefined);
    return;
  }
  const { node, serverMain } = await installCodeServer(which);
  const serverData = await mkdtemp(join(tmpdir(), 'forge-host-install-'));
  try {
    const installs = files.flatMap((file) => ['--install-extension', file]);
    await runCommand(
      node,
      [
        ...[serverMain, ...installs, '--force', '--accept-server-license-terms'],
        ...['--extensions-dir', directory, '--server-data-dir', serverData],
      ],
      { env: inheritedEnvironment() },
    );
  } finally {
    await rm(serverData, { recursive: true, force: true, maxRetries: 5 });
  }
}

// Where this runs in a terminal of VS Code, its variables would lead the new server to the outer one.
function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name)),
  );
}

async function logFiles(root: string): Promise<string[]> {
  const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.log')).sort();
  return Promise.all(
    names.map(async (name) => `# ${name}\n${await readFile(join(root, name), 'utf8').catch(() => '(gone)')}`),
  );
}
