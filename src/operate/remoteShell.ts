/** What a terminal on a server is for. */
export type ShellUse = 'shell' | 'tinker' | 'database' | 'log';

/** What the server's shell runs. */
const programs: Readonly<Record<ShellUse, string>> = {
  shell: '$SHELL -l',
  tinker: 'php artisan tinker',
  database: 'php artisan db',
  log: 'tail -n 100 -F storage/logs/laravel.log',
};

/**
 * The command that runs something in a site's folder: in `current` for zero-downtime deployments, and in the home folder if the site is
 * elsewhere. Undefined for a site whose name isn't safe to pass to a shell.
 */
export function remoteShell(site: string, use: ShellUse): string | undefined {
  return /^[a-z0-9][a-z0-9._-]*$/i.test(site)
    ? `cd ~/${site}/current 2>/dev/null || cd ~/${site} 2>/dev/null; exec ${programs[use]}`
    : undefined;
}
