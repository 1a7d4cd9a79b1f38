import { mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { WatchFolder } from '../src/ui/watchFolder';

/** Tells of files as VS Code's watcher does, but from now on. */
export const watchFolder: WatchFolder = (folder, listener) => {
  mkdirSync(folder, { recursive: true });
  const watcher = watch(folder, (_, name) => name && listener(join(folder, name)));
  return { dispose: () => watcher.close() };
};
