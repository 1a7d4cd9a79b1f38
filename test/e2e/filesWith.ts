import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files below a folder, at any depth, in which one of the texts stands. */
export async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(
    files.map(async (file) => {
      // Some files come and go while VS Code runs.
      const content = await readFile(file).catch(() => Buffer.alloc(0));
      return texts.some((text) => content.includes(text)) ? file : undefined;
    }),
  );
  return found.filter((file) => file !== undefined);
}

/** A token and the parts of it that are nobody else's, as texts to look for. */
export function traces(token: string): string[] {
  const [, ...parts] = token.split('.');
  return [token, ...parts].filter((text) => text.length > 16);
}
