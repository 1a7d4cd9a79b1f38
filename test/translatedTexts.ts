import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nJson, type l10nJsonFormat } from '@vscode/l10n-dev';
import { projectRoot } from './paths';

/** The languages that are shipped, as VS Code names them. Each has both of its files, with every text of English. */
export const languages: readonly string[] = ['de', 'fr', 'es', 'pt-br', 'ja', 'zh-cn'];

const englishBundle = 'l10n/bundle.l10n.json';
const importL10n = "import * as l10n from '@vscode/l10n';";
const namespaces = /^import \* as (?:vscode|l10n) from .*$/gm;

/** The files of English, and what a language's file is called. */
const files = [
  [englishBundle, (language: string) => `l10n/bundle.l10n.${language}.json`],
  ['package.nls.json', (language: string) => `package.nls.${language}.json`],
] as const;

export type Texts = Readonly<Record<string, string>>;

/** What is wrong in one file of a language; all empty if it may be shipped. */
export interface Differences {
  /** The English of each text that isn't there. */
  readonly missing: Texts;
  /** Keys that English no longer has. */
  readonly leftOver: readonly string[];
  /** Of each text whose placeholders aren't those of English: the ones that English has. */
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
}

/** What each file of a language lacks, by the file's name. A file that doesn't exist lacks everything. */
export function differences(language: string): Readonly<Record<string, Differences>> {
  return Object.fromEntries(
    files.map(([english, nameOf]) => [nameOf(language), compare(textsIn(english), textsIn(nameOf(language)))]),
  );
}

export function compare(english: Texts, translated: Texts): Differences {
  return {
    missing: Object.fromEntries(Object.entries(english).filter(([key]) => !translated[key]?.trim())),
    leftOver: Object.keys(translated).filter((key) => !Object.hasOwn(english, key)),
    placeholders: Object.fromEntries(
      Object.entries(english)
        .filter(([key, text]) => translated[key]?.trim() && String(held(text)) !== String(held(translated[key])))
        .map(([key, text]) => [key, held(text)]),
    ),
  };
}

/** What no language changes: values put in, names in backticks, icons, targets of links, and names of settings. */
function held(text: string): readonly string[] {
  const found = text.match(/\{\d+\}|`[^`]*`|\$\([\w-]+\)|\]\([^)]*\)|#[\w.]+#/g) ?? [];
  return [...new Set(found)].sort();
}

/** The texts of a language by the names of its files; English is `en`. */
export function textsOf(language: string): Readonly<Record<string, Texts>> {
  return Object.fromEntries(
    files
      .map(([english, nameOf]) => (language === 'en' ? english : nameOf(language)))
      .map((file) => [file, textsIn(file)]),
  );
}

/** The texts of a file by their keys, without the comments for translators; none if it doesn't exist. */
function textsIn(file: string): Texts {
  const path = join(projectRoot, file);
  const all = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as l10nJsonFormat) : {};
  return Object.fromEntries(
    Object.entries(all).map(([key, text]) => [key, typeof text === 'string' ? text : text.message]),
  );
}

/** `l10n/bundle.l10n.json` as it is, and as the calls of `l10n.t` below src/ make it. */
export async function englishTexts(): Promise<{ readonly is: string; readonly shouldBe: string }> {
  const path = join(projectRoot, englishBundle);
  // As one source with one import: extracting takes time for each source, and for each import that it may follow.
  const contents = [
    importL10n,
    ...readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(projectRoot, 'src', file), 'utf8').replace(namespaces, '')),
  ].join('\n');
  const texts = Object.entries(await getL10nJson([{ extension: '.ts', contents }])).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  return {
    is: existsSync(path) ? readFileSync(path, 'utf8') : '',
    shouldBe: `${JSON.stringify(Object.fromEntries(texts), null, 2)}\n`,
  };
}

export async function writeEnglish(): Promise<void> {
  writeFileSync(join(projectRoot, englishBundle), (await englishTexts()).shouldBe);
}
