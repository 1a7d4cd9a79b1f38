import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../paths';

/**
 * Makes the folder of an extension that is this one, with something of its own.
 * @param main a module of `out/test/e2e` that is loaded in place of the bundle, and loads it; the bundle without one
 * @returns the folder
 */
export function makeExtensionFolder(folder: string, main?: string): string {
  mkdirSync(folder, { recursive: true });
  const texts = readdirSync(projectRoot).filter((name) => /^package\.nls.*\.json$/.test(name));
  // Copied: VS Code tells by the place of a module whose it is.
  for (const part of ['dist', 'media', 'l10n', ...texts]) {
    cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
  }
  const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as object;
  if (main !== undefined) {
    cpSync(join(projectRoot, 'out', 'test', 'e2e', main), join(folder, main));
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, ...(main && { main: `./${main}` }) }));
  return folder;
}
