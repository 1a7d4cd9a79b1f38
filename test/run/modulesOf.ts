import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { projectRoot } from '../paths';
import type { Suite } from './suites';

/** Where many modules run in one process they are ES modules, which share what they import. */
const shared: readonly (string | undefined)[] = ['unit', 'simulated', 'sizes'];

const endingIn = (folder: string | undefined) => (shared.includes(folder) ? '.test.mjs' : '.test.js');

/** Those modules of a suite whose path holds `only`, or all that it runs: paths below its folder, without the ending. */
export function modulesOf(
  { folder, titles, inCheck }: Pick<Suite, 'folder' | 'titles' | 'inCheck'>,
  only: string,
): string[] {
  const ending = endingIn(folder);
  return folder === undefined
    ? []
    : readdirSync(join(projectRoot, 'out', 'test', folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith(ending))
        .map((file) => file.slice(0, -ending.length).split(sep).join('/'))
        .filter((module) => (titles === undefined || module in titles) && `${module}${ending}`.includes(only))
        .filter((module) => only !== '' || inCheck === undefined || !module.startsWith(inCheck))
        .sort();
}

/** The file of a module. */
export function fileOf(folder: string, module: string): string {
  return join(projectRoot, 'out', 'test', folder, `${module}${endingIn(folder)}`);
}
