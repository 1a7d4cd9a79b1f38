import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './paths';

/** A file of which a command writes a part, as it is and as it should be. */
export interface Written {
  /** Its path below the project. */
  readonly file: string;
  readonly is: string;
  readonly shouldBe: string;
}

/**
 * A document with its part of that name replaced.
 * @throws Error if it has no place for it
 */
export function withPart(file: string, name: string, text: string): Written {
  const is = readFileSync(join(projectRoot, file), 'utf8');
  const [begin, end] = [`<!-- ${name}: written by npm run tables -->`, `<!-- /${name} -->`];
  const [from, to] = [is.indexOf(begin), is.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(`${file} lacks "${begin}" and "${end}".`);
  }
  return { file, is, shouldBe: `${is.slice(0, from)}${begin}\n\n${text}\n\n${is.slice(to)}` };
}

/** What stands in that part of a document; empty if it has none. */
export function partOf(file: string, name: string): string {
  const text = readFileSync(join(projectRoot, file), 'utf8');
  return new RegExp(`<!-- ${name}: .*-->([\\s\\S]*)<!-- /${name} -->`).exec(text)?.[1] ?? '';
}
