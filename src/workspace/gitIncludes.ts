import { type ConfigEntry, readConfig } from './gitFiles';

/** Maximum depth of includes, as in Git; maximum number of files, and of reads including repeated ones. */
const [deepest, mostFiles, mostReads] = [10, 100, 1_000];

/** Maximum length of a pattern, in characters. */
const longestPattern = 1_000;

/** The context that decides which conditional includes apply. Paths are absolute, with forward slashes. */
export interface ConfigPlace {
  /** The checkout's Git folder, as given and with symbolic links resolved. */
  readonly gitFolders: readonly string[];
  /** The current branch; null with a detached HEAD, undefined if unknown. */
  readonly branch: string | null | undefined;
  /** The user's home folder; undefined if unknown. */
  readonly home: string | undefined;
  /** Reads a file; undefined if it can't be read. */
  readonly read: (path: string) => Promise<string | undefined>;
}

/**
 * The entries of configuration files and the files that they include, in the order in which Git reads them (git-config(1), Includes).
 * Skips files that can't be read.
 * @param files paths, the most specific last
 */
export async function readConfigs(files: readonly string[], place: ConfigPlace): Promise<readonly ConfigEntry[]> {
  const texts = new Map<string, Promise<string | undefined>>();
  let reads = 0;
  const cached = {
    ...place,
    read: async (path: string) => {
      reads += 1;
      if (reads > mostReads) {
        return undefined;
      }
      const known = texts.get(path) ?? (texts.size < mostFiles ? place.read(path) : undefined);
      known && texts.set(path, known);
      return known;
    },
  };
  const all = async (urls: readonly string[]) =>
    (await Promise.all(files.map((path) => entriesIn(path, cached, urls, 0)))).flat();
  // Includes that depend on remote URLs only apply in a second pass, once the URLs are known.
  const before = await all([]);
  const urls = before.flatMap(({ name, value }) => (/^remote\..*\.url$/s.test(name) ? [value] : []));
  return urls.length > 0 ? all(urls) : before;
}

async function entriesIn(
  path: string,
  place: ConfigPlace,
  urls: readonly string[],
  depth: number,
): Promise<readonly ConfigEntry[]> {
  const text = depth > deepest ? undefined : await place.read(path);
  const entries: ConfigEntry[] = [];
  for (const entry of readConfig(text ?? '')) {
    entries.push(entry);
    const condition = /^include(?:if\.(.*))?\.path$/s.exec(entry.name);
    if (condition && entry.value !== '' && (await holds(condition[1], path, place, urls))) {
      entries.push(...(await entriesIn(resolved(entry.value, path, place), place, urls, depth + 1)));
    }
  }
  return entries;
}

/** Whether the condition of an include is met. @param condition undefined for an unconditional include */
async function holds(
  condition: string | undefined,
  path: string,
  { gitFolders, branch, home }: ConfigPlace,
  urls: readonly string[],
): Promise<boolean> {
  if (condition === undefined) {
    return true;
  }
  const [, kind, pattern = ''] = /^(gitdir|gitdir\/i|onbranch|hasconfig:remote\.\*\.url):(.*)$/s.exec(condition) ?? [];
  switch (kind) {
    case 'gitdir':
    case 'gitdir/i':
      return matches(folderPattern(pattern, path, home), gitFolders.map(withoutSlash), kind === 'gitdir/i');
    case 'onbranch':
      return matches(pattern.replace(/\/$/, '/**'), branch ? [branch] : []);
    case undefined:
      return false;
    default:
      return matches(pattern, urls);
  }
}

/** Expands a gitdir pattern as Git does: a relative one matches anywhere, and a trailing slash matches everything below. */
function folderPattern(pattern: string, path: string, home: string | undefined): string {
  const whole = pattern
    .replace(/^~\//, () => `${withoutSlash(home ?? '~')}/`)
    .replace(/^\.\//, () => `${withoutSlash(parentOf(path))}/`);
  return (/^(?:\/|[a-z]:)/i.test(whole) ? whole : `**/${whole}`).replace(/\/$/, '/**');
}

async function matches(pattern: string, texts: readonly string[], isAnyCase = false): Promise<boolean> {
  if (texts.length === 0 || pattern === '' || pattern.length > longestPattern) {
    return false;
  }
  const { default: picomatch } = await import('picomatch');
  const options = { dot: true, nobrace: true, noextglob: true, nonegate: true, windows: false };
  // Windows paths are case-insensitive.
  const nocase = isAnyCase || /^[a-z]:/i.test(pattern);
  const isMatch = picomatch(pattern, { ...options, nocase });
  return texts.some((text) => isMatch(text));
}

/** The path of an included file. */
function resolved(path: string, from: string, { home }: ConfigPlace): string {
  if (/^~\//.test(path) && home !== undefined) {
    return `${home}${path.slice(1)}`;
  }
  return /^(?:[/\\]|[a-z]:)/i.test(path) ? path : `${parentOf(from)}/${path}`;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** A path as Git writes it: URI paths have a slash before the drive letter. */
function withoutSlash(path: string): string {
  return path.replace(/^\/(?=[a-z]:)/i, '');
}
