import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/** The full path of the first of these commands that PATH has, or undefined. */
export function findOnPath(...names: string[]): string | undefined {
  return names.flatMap((name) => placesOnPath(name)).find(isExecutable);
}

/** Where a command may be, in the order in which a shell looks. On Windows it has one of several endings there. */
export function placesOnPath(name: string, platform = process.platform, env = process.env): string[] {
  const { delimiter, join } = platform === 'win32' ? win32 : posix;
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = platform === 'win32' ? (env.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').split(';') : [''];
  return folders.flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending.toLowerCase()}`)));
}

/** Whether this is a file that the current user may run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
