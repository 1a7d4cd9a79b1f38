import { isBranchName, isCommitHash, isRemoteName } from './gitNames';

/** Maximum number of URLs, and of rules that rewrite them: each is compared with each. */
const mostAddresses = 200;

/** A URL of a remote. One remote may have several: Git pushes to the others too. */
export interface Remote {
  readonly name: string;
  readonly url: string;
}

/** What Git says about an open folder. */
export interface Checkout {
  /** Those of `origin` first, and each remote's fetch URL before its push URLs. */
  readonly remotes: readonly Remote[];
  /** The current branch; null with a detached HEAD, undefined if the files don't say. */
  readonly branch: string | null | undefined;
}

/** An entry of a Git configuration file. */
export interface ConfigEntry {
  /** Section, subsection and key, such as `remote.origin.url`; all but the subsection in lower case. */
  readonly name: string;
  /** Empty for a key without a value. */
  readonly value: string;
}

/**
 * Remotes and branch from the entries of `.git/config` and the text of `.git/HEAD`, for when neither Git nor its extension can be asked.
 * Skips what it doesn't understand.
 */
export function readCheckout(config: readonly ConfigEntry[], head: string): Checkout {
  return { remotes: remotesIn(config), branch: branchIn(head) };
}

/** The entries of a configuration file, in order, as Git reads them (Syntax in git-config(1)). */
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
  /** How much of the text counts: blanks count only if something follows, even just a quote or a line continuation. */
  readonly length: number;
  readonly isQuoted: boolean;
  /** Whether the value continues on the next line. */
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
 * The URLs of the remotes in a configuration: each remote's fetch URLs first, then its push URLs. A URL that
 * `url.<base>.insteadOf` rewrites appears in both spellings, since both are the same repository.
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

/** A URL as Git rewrites it for a fetch and for a push, by the longest matching prefix. */
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

/** The remotes whose names are safe to pass to Git, `origin` first. `.git/config` may contain any name. */
export function usableRemotes(remotes: readonly Remote[]): Remote[] {
  return remotes
    .filter(({ name }) => isRemoteName(name))
    .sort((a, b) => Number(b.name === 'origin') - Number(a.name === 'origin'));
}

/** The folder named in the `.git` file of a worktree or submodule; undefined for any other text. */
export function folderOfGitFile(text: string): string | undefined {
  return /^gitdir:\s*(.+?)\s*$/m.exec(text)?.[1];
}

/**
 * Whether Git's reflog of a remote's branch says that a push moved it to a commit. Undefined if the commit isn't there.
 */
export function wasPushedBy(reflog: string, commit: string): boolean | undefined {
  // "OLD NEW Name <mail> TIME ZONE\tWORDS": Git's words are the same in every language.
  const line = reflog.split('\n').findLast((entry) => entry.split(' ', 2)[1] === commit);
  return line?.endsWith('\tupdate by push');
}

/** The branch of the Git extension's HEAD; null if detached, undefined if there is none. */
export function branchAt(head: { readonly name?: string } | undefined): string | null | undefined {
  return head && (head.name === undefined ? null : isBranchName(head.name) ? head.name : undefined);
}

/** The branch that `.git/HEAD` names; null if detached. With reftables the branch is stored elsewhere, and the file has a name that no branch can have: `.invalid`. */
export function branchIn(head: string): string | null | undefined {
  if (!head.startsWith('ref:')) {
    return null;
  }
  const branch = /^ref:\s*refs\/heads\/(\S+)\s*$/.exec(head)?.[1];
  return branch !== undefined && isBranchName(branch) ? branch : undefined;
}

/** Whether refs are stored in a table instead of files, according to the text of the repository's `.git/HEAD` (reftable in git's documentation). */
export function isReftable(head: string): boolean {
  return /^ref:\s*refs\/heads\/\.invalid\s*$/.test(head);
}

/** The commit in the file of a ref; undefined for any other text. */
export function commitIn(ref: string): string | undefined {
  const hash = ref.trim();
  return isCommitHash(hash) ? hash : undefined;
}

/** The commit of a ref in `.git/packed-refs`; undefined if it isn't there. */
export function packedCommit(packedRefs: string, ref: string): string | undefined {
  const end = packedRefs.indexOf(` ${ref}\n`);
  return end < 0 ? undefined : commitIn(packedRefs.slice(packedRefs.lastIndexOf('\n', end) + 1, end));
}
