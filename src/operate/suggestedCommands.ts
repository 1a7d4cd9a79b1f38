import { execFile } from 'node:child_process';

/** Common commands for Laravel sites, most common first. */
export const usualCommands: readonly string[] = [
  'php artisan about',
  'php artisan migrate --force',
  'php artisan migrate:status',
  'php artisan optimize',
  'php artisan optimize:clear',
  'php artisan cache:clear',
  'php artisan config:cache',
  'php artisan queue:restart',
  'php artisan queue:failed',
  'php artisan horizon:terminate',
  'php artisan schedule:list',
  'php artisan storage:link',
  'php artisan down',
  'php artisan up',
];

/** How long PHP may take, in milliseconds, and the maximum size of its output, in bytes. */
const mostMs = 10_000;
const mostBytes = 2_000_000;

/** Maximum number of a project's commands to offer. */
const mostOwn = 300;

/** Valid command names. Others are left out. */
const commandName = /^[a-z0-9_][a-z0-9_:.-]*$/i;

/**
 * The Artisan commands of a project. Runs the project's code, so never call it in an untrusted workspace. Empty if PHP or Artisan is
 * missing or takes too long. Never rejects.
 * @param root path of the project
 */
export function ownCommands(root: string): Promise<readonly string[]> {
  const options = { cwd: root, timeout: mostMs, maxBuffer: mostBytes, windowsHide: true };
  return new Promise((resolve) => {
    execFile('php', ['artisan', 'list', '--format=json', '--no-interaction'], options, (error, output) =>
      resolve(error ? [] : artisanCommands(output)),
    );
  });
}

/** The commands in the output of `artisan list --format=json`, without hidden ones; empty if it isn't JSON. */
export function artisanCommands(output: string): readonly string[] {
  let list: unknown;
  try {
    list = JSON.parse(output);
  } catch {
    return [];
  }
  const commands = (list as { readonly commands?: unknown } | null)?.commands;
  return (Array.isArray(commands) ? commands : [])
    .flatMap((command: { readonly name?: unknown; readonly hidden?: unknown } | null) =>
      typeof command?.name === 'string' && commandName.test(command.name) && command.hidden !== true
        ? [`php artisan ${command.name}`]
        : [],
    )
    .slice(0, mostOwn);
}
