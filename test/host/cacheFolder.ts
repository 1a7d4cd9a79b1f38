import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's cache folder for this project, shared by all clones. It may not exist yet. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const caches =
    XDG_CACHE_HOME ||
    (process.platform === 'win32' && LOCALAPPDATA) ||
    join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return join(caches, 'vscode-laravel-forge');
}
