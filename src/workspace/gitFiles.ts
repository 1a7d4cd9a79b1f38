import { isBranchName, isRemoteName } from './gitNames';

/** The most addresses, and rules that rewrite them, that are looked at: each is compared with each. */
const mostAddresses = 200;

/** An address of a remote. One remote may have several: the next ones are pushed to as well. */
export interface Remote {
  readonly name: string;
  readonly url: string;
}

/** What git says about one open folder. */
export interface Checkout {
  /** Those of `origin` first, and of each remote the one that is fetched from. */
  readonly remotes: readonly Remote[];
  /** The current branch; null with a detached head, undefined where the files do not tell it. */
  readonly branch: string | null | undefined;
}

/** What a file of git's configuration says under one name. */
export interface ConfigEntry {
  /** Section, subsection and key, like `remote.origin.url`; all but the subsection in lower case. */
  readonly name: string;
  /** Empty for a key without one. */
  readonly value: string;
}

/**
 * Reads remotes and branch from the text of `.git/config` and `.git/HEAD`, where nobody can be asked who knows git better.
 * What it does not understand it leaves out.
 */
export function readCheckout(config: string, head: string): Checkout {
  return { remotes: remotesIn(readConfig(config)), branch: branchIn(head) };
}

/** The entries of a configuration file, in order, as git reads them (Syntax in git-config(1)). */
export function readConfig(text: string): readonly ConfigEntry[] {
  const entries: ConfigEntry[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  let section: string | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    let rest = lines[index] ?? '';
    // A key may follow its section on the same line.
    for (let header = sectionHeader.exec(rest); header; header = sectionHeader.exec(rest)) {
      const [all, name = '', subsection] = header;
      section = [name.toLowerCase(), ...(subsection === undefined ? [] : [subsection.replace(/\\(.)/g, '$1')])].join(
        '.',
      );
      rest = rest.slice(all.length);
    }
    const [, key, start] = keyAndValue.exec(rest) ?? [];
    if (section === undefined || key === undefined) {
      continue;
    }
    let value = readValue(start ?? '');
    while (value.goesOn && index + 1 < lines.length) {
      index += 1;
      value = readValue(lines[index] ?? '', value);
    }
    entries.push({ name: `${section}.${key.toLowerCase()}`, value: value.text.slice(0, value.length) });
  }
  return entries;
}

const sectionHeader = /^\s*\[([-.\w]+)(?:\s+"((?:[^"\\]|\\.)*)")?\]/;
const keyAndValue = /^\s*([a-z][-a-z0-9]*)\s*(?:=(.*))?$/is;
const escaped: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b' };

interface ReadValue {
  readonly text: string;
  /** How much of the text counts: blanks do only where something follows, if only a quote or the end of a line that goes on. */
  readonly length: number;
  readonly isQuoted: boolean;
  /** Whether the next line belongs to it. */
  readonly goesOn: boolean;
}

/** Reads one line of a value, after the lines before it. */
function readValue(
  line: string,
  { text: before, length: counted, isQuoted: wasQuoted }: Partial<ReadValue> = {},
): ReadValue {
  let text = before ?? '';
  let length = counted ?? 0;
  let isQuoted = wasQuoted ?? false;
  for (let index = 0; index < line.length; index += 1) {
    let letter = line[index] ?? '';
    if (letter === '"') {
      isQuoted = !isQuoted;
      length = text.length;
      continue;
    }
    if (!isQuoted && (letter === '#' || letter === ';')) {
      break;
    }
    const isBlank = !isQuoted && ' \t\r'.includes(letter);
    if (isBlank && text === '') {
      continue;
    }
    if (letter === '\\') {
      index += 1;
      if (index === line.length) {
        return { text, length: text.length, isQuoted, goesOn: true };
      }
      letter = escaped[line[index] ?? ''] ?? line[index] ?? '';
    }
    text += letter;
    length = isBlank ? length : text.length;
  }
  return { text, length, isQuoted, goesOn: false };
}

/**
 * The addresses of the remotes in a configuration: of each first those that are fetched from, then those that are only pushed to. An
 * address that `url.<base>.insteadOf` rewrites is there in both spellings, since both are the same repository.
 */
export function remotesIn(entries: readonly ConfigEntry[]): readonly Remote[] {
  const told = entries.flatMap(({ name, value }) => {
    const [, section = '', subsection = '', key = ''] = /^(\w+)\.(.*)\.(\w+)$/s.exec(name) ?? [];
    return value === '' ? [] : [{ section, subsection, key, value }];
  });
  const rules = told
    .filter(({ section, key }) => section === 'url' && /^(?:push)?insteadof$/.test(key))
    .slice(0, mostAddresses);
  const addresses = (wanted: string) =>
    told
      .filter(({ section, key }) => section === 'remote' && key === wanted)
      .slice(0, mostAddresses)
      .flatMap(({ subsection: name, value }) => [value, ...rewritten(value, rules)].map((url) => ({ name, url })));
  const all = [...addresses('url'), ...addresses('pushurl')];
  return usableRemotes([...new Map(all.map((remote) => [`${remote.name}\n${remote.url}`, remote])).values()]);
}

/** An address as git rewrites it for a fetch and for a push, by the longest of the beginnings that it is to replace. */
function rewritten(
  url: string,
  rules: readonly { readonly subsection: string; readonly key: string; readonly value: string }[],
): readonly string[] {
  return ['insteadof', 'pushinsteadof'].flatMap((kind) => {
    const [rule] = rules
      .filter(({ key, value }) => key === kind && url.startsWith(value))
      .sort((a, b) => b.value.length - a.value.length);
    return rule ? [rule.subsection + url.slice(rule.value.length)] : [];
  });
}

/** The remotes that git can be told of by their names, `origin` before the rest. `.git/config` may hold any name. */
export function usableRemotes(remotes: readonly Remote[]): Remote[] {
  return remotes
    .filter(({ name }) => isRemoteName(name))
    .sort((a, b) => Number(b.name === 'origin') - Number(a.name === 'origin'));
}

/** Where the `.git` of a worktree or a submodule, which is a file, says that its folder is; undefined for any other text. */
export function folderOfGitFile(text: string): string | undefined {
  return /^gitdir:\s*(.+?)\s*$/m.exec(text)?.[1];
}

/**
 * Whether the log that git keeps of a remote's branch says that a push brought it to a commit. Undefined where the commit does not
 * stand there.
 */
export function wasPushedBy(reflog: string, commit: string): boolean | undefined {
  // "OLD NEW Name <mail> TIME ZONE\tWORDS": git's words for it are the same in every language.
  const line = reflog.split('\n').findLast((entry) => entry.split(' ', 2)[1] === commit);
  return line?.endsWith('\tupdate by push');
}

/** The branch of a head as the git extension tells it; null with a detached one, undefined where it tells none. */
export function branchAt(head: { readonly name?: string } | undefined): string | null | undefined {
  return head && (head.name === undefined ? null : isBranchName(head.name) ? head.name : undefined);
}

/** With reftables the branch is elsewhere, and the file holds a name that no branch can have: `.invalid`. */
function branchIn(head: string): string | null | undefined {
  if (!head.startsWith('ref:')) {
    return null;
  }
  const branch = /^ref:\s*refs\/heads\/(\S+)\s*$/.exec(head)?.[1];
  return branch !== undefined && isBranchName(branch) ? branch : undefined;
}
