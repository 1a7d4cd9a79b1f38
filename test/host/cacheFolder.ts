import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** The user's cache folder for this project, shared by all clones. It may not exist yet. */
export function cacheFolder(platform = process.platform, env = process.env, home = homedir()): string {
  const { join } = platform === 'win32' ? win32 : posix;
  const { XDG_CACHE_HOME, LOCALAPPDATA } = env;
  const caches =
    XDG_CACHE_HOME ||
    (platform === 'win32' && LOCALAPPDATA) ||
    join(home, platform === 'darwin' ? 'Library/Caches' : '.cache');
  return join(caches, 'vscode-laravel-forge');
}
