import { execFile } from 'node:child_process';

/** What people run on a Laravel site, most often first. */
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

/** How long PHP may take, in milliseconds, and how much it may print, in bytes. */
const mostMs = 10_000;
const mostBytes = 2_000_000;

/** How many commands of a project are offered. */
const mostOwn = 300;

/** The names of a project's commands, which have only such characters. */
const commandName = /^[a-z0-9_][a-z0-9_:.-]*$/i;

/**
 * The artisan commands of a project, which are asked of the project itself: never call it in a workspace that isn't trusted. Empty
 * if there is no PHP or no artisan, or it doesn't answer in time. Never rejects.
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

/** The commands in the output of `artisan list --format=json`; without those of the framework that only help in a terminal. */
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
