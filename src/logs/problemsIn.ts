import { type Lines, Slices } from '../ui/slices';
import { filesBlamedIn, isOfPackage, type NamedPlace, placesIn, repositoryPath } from './remotePath';

/** A problem in a deployment's log. */
export interface LogProblem {
  /** The line of the log, from 0. */
  readonly line: number;
  /** One line, at most 500 characters. */
  readonly message: string;
  /** The tool that reports it; `script` for the deployment script itself, and for unknown tools. */
  readonly source: ProblemSource;
  /** The file relative to the repository, or its name alone; undefined if none is named. */
  readonly path?: string;
  /** From 1. */
  readonly lineNumber?: number;
  /** From 1. */
  readonly column?: number;
  /** Whether it only says that something else failed, which usually gave the reason itself. */
  readonly isConsequence?: true;
}

export type ProblemSource =
  | 'php'
  | 'artisan'
  | 'composer'
  | 'git'
  | 'ssh'
  | 'sudo'
  | 'shell'
  | 'vite'
  | 'webpack'
  | 'typescript'
  | 'node'
  | 'npm'
  | 'pnpm'
  | 'yarn'
  | 'script';

/** What a finder reads from a problem's lines. */
interface Found {
  readonly message: string;
  /** Number of lines; one if omitted. */
  readonly length?: number;
  /** The line with the message; the first if omitted. */
  readonly at?: number;
  readonly place?: Place | undefined;
  readonly isConsequence?: boolean;
}

type Place = Pick<LogProblem, 'path' | 'lineNumber' | 'column'> & {
  /** Whether the path is relative to the tool's working directory, and not to the repository. */
  readonly isRelative?: boolean;
};

/** How a tool reports problems. */
interface Finder {
  readonly source: ProblemSource;
  /** Matches the first line. Without `read`, the group `said` is the message. */
  readonly begins: RegExp;
  /** Reads the problem. @param below its first line and the following ones, at most `longestProblem` @returns undefined if it isn't a problem */
  readonly read?: (below: readonly string[], groups: Readonly<Record<string, string>>) => Found | undefined;
}

/** Maximum number of lines read for one problem. */
const longestProblem = 60;

const longestMessage = 500;

/** Maximum number of problems per log: the first and the last ones. */
const mostProblems = 200;

/** Messages that only say that something else failed. */
const consequence =
  /\bexit(?:ed)?(?: with)?(?: exit)? (?:code|status)|returned with error code|^Command failed|failed with error:?$|exited \(\d+\)|^(?:The )?(?:[Dd]eployment|[Bb]uild) (?:has )?failed|^Process completed with/;

/** In order of precedence: the first one that matches a line takes it. */
const finders: readonly Finder[] = [
  {
    source: 'php',
    begins: /^(?:\[[^\]]{1,60}\] )?(?:PHP )?(?:Fatal|Parse|Compile) error: +(?<said>.+)/,
    read: phpError,
  },
  { source: 'php', begins: /^(?<said>Could not open input file: .+)/ },
  // Symfony's console: "In Connection.php line 829:", followed by the message.
  { source: 'artisan', begins: /^In (?<file>[\w.-]{1,200}\.php) line (?<line>\d{1,7}):$/, read: consoleError },
  // Laravel with Collision.
  { source: 'artisan', begins: /^ {2,4}(?<name>(?:[A-Z]\w*\\)*[A-Z]\w*)$/, read: collisionError },
  // Symfony's console before version 4, which Composer used for a long time.
  { source: 'artisan', begins: /^ {2}\[(?<name>(?:\w+\\)*\w+)\]$/, read: bracketedError },
  { source: 'artisan', begins: /^ {2,4}ERROR {1,2}(?<said>\S.*)/ },
  // Pest, and PHPUnit with Collision: the test, and below it what it expected.
  { source: 'php', begins: /^ {1,6}FAILED {2,4}\S/, read: failedTest },
  {
    source: 'artisan',
    begins:
      /^ {2}(?<said>(?:Command "|There are no commands |The "-|Not enough arguments|Too many arguments|No arguments expected).*)/,
  },
  { source: 'composer', begins: /^ {2}Problem \d{1,5}$/, read: composerProblem },
  {
    source: 'composer',
    begins: /^(?<said>(?:Could not authenticate against|Composer could not find|Your (?:GitHub|GitLab|Bitbucket) ).*)/,
  },
  {
    source: 'composer',
    begins:
      /^(?<said>(?:Your (?:requirements could not be resolved|lock file does not contain)|Script .* returned with error code [1-9]).*)/,
    read: ([line = '']) => ({ message: line, isConsequence: true, place: { path: 'composer.json' } }),
  },
  { source: 'git', begins: /^fatal: (?<said>.+)/, read: gitError },
  {
    source: 'git',
    begins:
      /^error: (?<said>(?:Your local changes|The following untracked|pathspec|cannot |[Cc]ould not |unable |failed to |insufficient |RPC |Pulling is|Merging is|you need to resolve|refusing |Entry ).*)/,
    read: gitError,
  },
  {
    source: 'git',
    begins: /^CONFLICT \([^)]{1,40}\): (?<said>.+)/,
    read: (_, { said = '' }) => {
      const path = /^Merge conflict in (?<path>\S.*)/.exec(said)?.groups?.path;
      return { message: said, place: path === undefined ? undefined : placeOf(path, undefined, undefined) };
    },
  },
  {
    source: 'git',
    begins:
      /^remote: (?:(?:ERROR|fatal|error): ?)?(?<said>(?:Repository not found|Invalid username|Support for password|Permission to |HTTP Basic: Access denied|The project you were looking for|You are not allowed).*)/,
  },
  {
    source: 'ssh',
    begins:
      /^(?<said>(?:\S{1,200}: )?Permission denied \([\w,-]{1,100}\)\.|Host key verification failed\.|ssh: .+|kex_exchange_identification: .+|Connection (?:closed|reset|timed out) by .+|ERROR: Repository not found\.)$/,
  },
  {
    source: 'sudo',
    begins: /^(?:\[sudo\] password for [^:]{1,100}: ?)?sudo: (?<said>.+)/,
    read: (below, { said = '' }) => ({
      message: said,
      length: 1 + countWhile(below, 1, (line) => /^sudo: /.test(line)),
    }),
  },
  {
    source: 'sudo',
    begins: /^(?<said>(?:\S{1,100} is not in the sudoers file|Sorry, user \S{1,100} (?:is not allowed|may not)).*)/,
  },
  { source: 'shell', begins: /^\S{1,300}: line \d{1,7}: (?:\d{1,9} )?(?<said>.+)/ },
  { source: 'shell', begins: /^(?:\S{0,300}\/)?(?:ba|da|z)?sh: (?:\d{1,7}: )?(?<said>.+)/ },
  {
    source: 'shell',
    begins:
      /^(?<said>(?:cp|mv|rm|ln|mkdir|rmdir|cat|chmod|chown|ls|tar|unzip|curl|wget|rsync|touch|find|tail|head|sed|grep|systemctl|supervisorctl|crontab|psql|mysql|mysqldump): .+)/,
  },
  {
    source: 'shell',
    begins: /^(?<said>(?:Killed|Terminated|Segmentation fault|Bus error|Out of memory)(?: \(core dumped\))?)$/,
  },
  { source: 'shell', begins: /^(?<said>.{0,300}No space left on device.*)/ },
  { source: 'vite', begins: /^(?:error during build:|Build failed with \d{1,5} errors?:)/, read: buildError },
  { source: 'vite', begins: /^[✘X✖] \[ERROR\] (?<said>.+)/u, read: esbuildError },
  { source: 'webpack', begins: /^ERROR in(?: (?<what>.+))?$/, read: webpackError },
  { source: 'webpack', begins: /^Failed to compile\.?$/, read: webpackError },
  {
    source: 'typescript',
    // "src/x.tsx(12,5): error TS2304: …" and "src/x.tsx:12:5 - error TS2304: …".
    begins: /^\S.*?(?::| -) error (?<said>TS\d{1,6}: .+)/,
    read: ([line = ''], { said = '' }) => {
      const [place] = placesIn(line);
      return place && { message: said, place: ownPlace([line]) };
    },
  },
  { source: 'node', begins: /^FATAL ERROR: (?<said>.+)/, read: heapError },
  { source: 'node', begins: /^(?:Uncaught )?(?<said>[A-Z]\w{0,100}(?: \[\w{1,100}\])?: .+)/, read: nodeError },
  {
    source: 'pnpm',
    begins: /^\s?(?:ERROR\s{1,2})?\[?ERR_PNPM_(?<code>\w{1,100})\]?\s{1,2}(?<said>.+)/,
    read: (_, { code = '', said = '' }) => ({
      message: said,
      isConsequence: /^RECURSIVE_\w*FAIL$/.test(code),
      place: /LOCKFILE/.test(code) ? { path: 'pnpm-lock.yaml' } : undefined,
    }),
  },
  {
    source: 'pnpm',
    begins: /^\s?(?:\[?ELIFECYCLE\]?)\s+(?<said>.+)/,
    read: (_, { said = '' }) => ({ message: said, isConsequence: true }),
  },
  { source: 'pnpm', begins: /^\s?ERROR {2}(?<said>.+)/ },
  {
    source: 'yarn',
    begins: /^error (?<said>.+)/,
    read: (below, { said = '' }) => ({
      message: said,
      length: 1 + countWhile(below, 1, (line) => /^info (?:Visit|If you think)/.test(line)),
      isConsequence: /^Command failed/.test(said),
      place: /lockfile/.test(said) ? { path: 'yarn.lock' } : undefined,
    }),
  },
  { source: 'yarn', begins: /^➤ YN00(?:01|02|09|18|28|35|41|82): (?:[│┌└] )?(?<said>.+)/u },
  { source: 'npm', begins: /^npm (?:ERR!|error)(?: |$)/, read: npmError },
  {
    source: 'script',
    begins: /^\s?(?:\[(?:ERROR|error|FATAL)\]:?|(?:ERROR|Error|error|FATAL|Fatal|CRITICAL)(?::| -)) *(?<said>\S.*)/,
  },
  { source: 'script', begins: /^[❌✗✘✖×]\uFE0F? *(?<said>\S+ .*)/u },
];

/**
 * The problems in a deployment's log, each once, in order, read in slices.
 * @param lines without control characters: `linesOf` of an `ansiText`
 */
export async function problemsIn(text: Lines): Promise<readonly LogProblem[]> {
  const slices = new Slices();
  const { lines, partAt } = await withoutPrefixes(text, slices);
  const first: LogProblem[] = [];
  const last: LogProblem[] = [];
  const known = new Set<string>();
  for (let index = 0; index < lines.length; ) {
    const pause = slices.take((lines[index]?.length ?? 0) + 1);
    if (pause) {
      await pause;
    }
    const found = lines[index] === '' ? undefined : foundAt(lines, index);
    const problem = found && problemOf(found, text.before + index, partAt(index));
    if (problem && !isKnown(known, problem)) {
      const kept = first.length < mostProblems / 2 ? first : last;
      kept.push(problem);
      if (kept.length > mostProblems / 2) {
        kept.shift();
      }
    }
    index += found?.length ?? 1;
  }
  return [...first, ...last];
}

/** pnpm's and turbo's prefix for each line of a workspace package: "packages/web build: …", "@acme/web:build: …". */
const prefix =
  /^(?:(?<part>(?:[\w.@-]{1,100}\/){1,6}[\w@-]{1,100}) [\w:-]{1,60}|@?[\w./-]{1,100}:(?:build|check|compile|lint|test|typecheck)[\w:-]{0,60}): (?<rest>.*)$/;

/** pnpm's line before it runs a script: "> @acme/web@1.0.0 build /home/forge/shop.example.com/packages/web". */
const runIn = /^> \S{1,200} \S{1,100} (?<folder>\/\S{1,300})$/;

/** The lines as the tools printed them, and the part of the repository in which they ran. */
async function withoutPrefixes(
  { lines }: Lines,
  slices: Slices,
): Promise<{ readonly lines: readonly string[]; readonly partAt: (index: number) => string | undefined }> {
  const parts = new Map<number, string>();
  const bare: string[] = [];
  let folder: string | undefined;
  for (const [index, line] of lines.entries()) {
    const pause = slices.take(line.length + 1);
    if (pause) {
      await pause;
    }
    const { part, rest } = prefix.exec(line)?.groups ?? {};
    const entered = runIn.exec(line)?.groups?.folder;
    if (entered !== undefined || line.startsWith('$ ') || line.startsWith('+ ')) {
      folder = (entered && repositoryPath(entered)) || undefined;
    }
    const its = part ?? folder;
    if (its !== undefined) {
      parts.set(index, its);
    }
    bare.push(rest ?? line);
  }
  return { lines: bare, partAt: (index) => parts.get(index) };
}

function foundAt(lines: readonly string[], index: number): (Found & { readonly source: ProblemSource }) | undefined {
  const line = lines[index] ?? '';
  for (const { source, begins, read } of finders) {
    const match = begins.exec(line);
    const groups = match && ((match.groups ?? {}) as Readonly<Record<string, string>>);
    const found =
      groups && (read ? read(lines.slice(index, index + longestProblem), groups) : { message: groups.said ?? line });
    if (found) {
      return { ...found, source, message: found.message.trim() === '' ? line : found.message };
    }
  }
  return undefined;
}

/** @param part the part of the repository in which the tool ran; undefined for the root */
function problemOf(
  found: Found & { readonly source: ProblemSource },
  first: number,
  part: string | undefined,
): LogProblem {
  const { source, at = 0, place: { isRelative, ...place } = {} } = found;
  const message = found.message.replace(/\s+/g, ' ').trim().slice(0, longestMessage);
  const isConsequence = found.isConsequence ?? consequence.test(message);
  const path = isRelative && part !== undefined && place.path !== undefined ? `${part}/${place.path}` : undefined;
  return {
    line: first + at,
    message,
    source,
    ...place,
    ...(path === undefined ? {} : { path }),
    ...(isConsequence ? { isConsequence } : {}),
  };
}

/** PHP writes an error to both stdout and stderr; an exception is printed with its previous ones. */
function isKnown(known: Set<string>, { source, message, path }: LogProblem): boolean {
  const [bare = ''] = message.replace(/^(?:[A-Z]\w*\\)*[A-Z]\w*: /, '').split(/ \((?:Connection|SQL): /, 1);
  const words = `${source}\n${bare.slice(0, 120)}`;
  // A file name alone may be that of a known path.
  const key = path?.includes('/') ? `${words}\n${path}` : words;
  const isOld = known.has(key);
  known.add(words);
  known.add(key);
  return isOld;
}

/** "PHP Parse error:  syntax error, … in /home/…/X.php on line 12", "PHP Fatal error:  Uncaught …" with a stack trace. */
function phpError(below: readonly string[], { said = '' }: Readonly<Record<string, string>>): Found {
  const isMore = (line = '') => /^(?:Stack trace:|#\d+ |\s+thrown in |Next )/.test(line);
  const isUncaught = said.startsWith('Uncaught ');
  const length =
    1 + countWhile(below, 1, (line, index) => isMore(line) || (isUncaught && index < 4 && isMore(below[index + 1])));
  const message = said.replace(/^Uncaught /, '').replace(/ in \S{1,500}(?::\d+| on line \d+)$/, '');
  return { message, length, place: ownPlace(below.slice(0, length)) };
}

/** The message follows, indented and wrapped at the width of a terminal. Only the name of the file is given. */
function consoleError(
  below: readonly string[],
  { file = '', line = '' }: Readonly<Record<string, string>>,
): Found | undefined {
  const first = 1 + countWhile(below, 1, (text) => text === '');
  const length = first + countWhile(below, first, (text) => /^ {2}\S/.test(text) || /^ {3}\S/.test(text));
  const said = below.slice(first, length);
  return said.length === 0
    ? undefined
    : { message: unwrapped(said), length, place: placeOf(file, Number(line), undefined) };
}

/** The exception, its message, "at app/Models/Order.php:42" with code, and numbered frames; all indented. */
function collisionError(below: readonly string[], { name = '' }: Readonly<Record<string, string>>): Found | undefined {
  if (below[1] !== '') {
    return undefined;
  }
  const isOther = (line: string, index: number) => /^ {2,4}[A-Z][\w\\]*$/.test(line) && below[index + 1] === '';
  const length = 1 + countWhile(below, 1, (line, index) => (line === '' || /^\s/.test(line)) && !isOther(line, index));
  const at = below.slice(0, length).findIndex((line) => /^\s+at \S/.test(line));
  if (at < 0) {
    return undefined;
  }
  const said = below.slice(1, at).flatMap((line) => line.trim() || []);
  const short = name.split('\\').at(-1) ?? name;
  return {
    message: [short, ...(said.length > 0 ? [said.join(' ')] : [])].join(': '),
    length,
    place: ownPlace(below.slice(at, length)),
  };
}

function failedTest(below: readonly string[]): Found | undefined {
  const length = 1 + countWhile(below, 1, (line) => line === '' || /^ {2,}(?!FAILED {2,})[^\s─]/u.test(line));
  const said = below.findIndex((line, index) => index > 0 && index < length && line !== '');
  return said < 0
    ? undefined
    : { message: (below[said] ?? '').trim(), length, at: said, place: ownPlace(below.slice(said, length)) };
}

function bracketedError(below: readonly string[], { name = '' }: Readonly<Record<string, string>>): Found | undefined {
  const length = 1 + countWhile(below, 1, (line) => /^ {2}\S/.test(line));
  return length === 1
    ? undefined
    : { message: `${name.split('\\').at(-1)}: ${unwrapped(below.slice(1, length))}`, length };
}

/** Requirements that can't be met: the decisive one has an arrow, and comes first. */
function composerProblem(below: readonly string[]): Found {
  const length = 1 + countWhile(below, 1, (line) => /^\s{4,}\S/.test(line));
  const reasons = below.slice(1, length).map((reason) => reason.trim().replace(/^- /, ''));
  const last = reasons.find((reason) => reason.includes(' -> '));
  return {
    message: [...(last === undefined ? [] : [last]), ...reasons.filter((reason) => reason !== last)].join(' '),
    length,
    place: { path: 'composer.json' },
  };
}

/** File names follow, each after a tab. */
function gitError(below: readonly string[], { said = '' }: Readonly<Record<string, string>>): Found {
  const files = said.endsWith(':') ? countWhile(below, 1, (line) => /^\t\S/.test(line)) : 0;
  const names = below.slice(1, 1 + files).map((line) => line.trim());
  return {
    message: [said, names.join(', ')].join(' '),
    length: 1 + files,
    isConsequence:
      /^(?:Could not read from remote|[Tt]he remote end hung up|early EOF|fetch-pack:|index-pack failed)/.test(said),
    place: names[0] === undefined ? undefined : placeOf(names[0], undefined, undefined),
  };
}

/** What follows a bundler's message. */
const afterBuild = /^(?:npm (?:ERR!|error)|\$ |\+ |❌|[✘X✖] \[ERROR\]|\s?ELIFECYCLE|error Command failed)/u;

/** vite and rollup: "error during build:", followed by the message, the place, and the stack. */
function buildError(below: readonly string[]): Found | undefined {
  const length = 1 + countWhile(below, 1, (line) => !afterBuild.test(line));
  const at = below.findIndex((line, index) => index > 0 && line !== '');
  const said = at < 0 || at >= length ? undefined : below[at];
  return said === undefined
    ? undefined
    : { message: said.replace(/^(?:Rollup)?Error: /, ''), length, at, place: ownPlace(below.slice(1, length)) };
}

function esbuildError(below: readonly string[], { said = '' }: Readonly<Record<string, string>>): Found {
  const length = 1 + countWhile(below, 1, (line) => !afterBuild.test(line));
  return { message: said, length, place: ownPlace([...below.slice(1, length), said]) };
}

/** webpack and tools built on it: the module, then its error, and what imports it. */
function webpackError(below: readonly string[], { what = '' }: Readonly<Record<string, string>>): Found | undefined {
  const length =
    1 +
    countWhile(
      below,
      1,
      (line) => !afterBuild.test(line) && !/^(?:ERROR in|webpack .*compiled|Failed to compile)/.test(line),
    );
  const telling = below.findIndex(
    (line, index) => index > 0 && index < length && !/^(?:\s*$|Module build failed|\S+$|\.\/\S+[ :]\d+:\d+)/.test(line),
  );
  const isModule = /^(?:\.|\/|multi )/.test(what) || what === '' || placesIn(what).length > 0;
  const said = isModule ? below[telling] : what;
  return said === undefined
    ? undefined
    : { message: said, length, at: isModule ? telling : 0, place: ownPlace([what, ...below.slice(1, length)]) };
}

/** V8 out of memory, with a native stack. */
function heapError(below: readonly string[], { said = '' }: Readonly<Record<string, string>>): Found {
  const isMore = (line: string) => /^(?:$|-{3,} |\s*\d{1,3}: |Aborted|Trace\/breakpoint)/.test(line);
  return { message: said, length: 1 + countWhile(below, 1, isMore) };
}

/** A Node.js error with its stack: "Error: listen EADDRINUSE …", followed by "    at …". */
function nodeError(below: readonly string[], { said = '' }: Readonly<Record<string, string>>): Found | undefined {
  const first = 1 + countWhile(below, 1, (line, index) => index < 8 && /^(?:Require stack:|- \S)/.test(line));
  const length = first + countWhile(below, first, (line) => /^ {4}at /.test(line));
  return length === first ? undefined : { message: said, length, place: ownPlace(below.slice(1, length)) };
}

/** What npm prints after every failure. */
const npmNoise =
  /^(?:$|code |path |command |errno |workspace |location |syscall |signal |file |spawn |A complete log|Lifecycle script|Failed at the |This is probably not a problem|Exit status |\S+@\S* \w+: |\s|\/)/;

/** The lines that start with "npm error", or "npm ERR!" before version 10.3. */
function npmError(below: readonly string[]): Found {
  const mark = /^npm (?:ERR!|error)(?: |$)/;
  const length = countWhile(below, 0, (line) => mark.test(line));
  const said = below.slice(0, length).map((line) => line.replace(mark, ''));
  const telling = said.findIndex((line) => !npmNoise.test(line));
  const words = said.find((line) => /^(?:Lifecycle script|code )/.test(line));
  const message = said[telling] ?? words ?? said[0] ?? '';
  const isLocked = /`npm ci`|package-lock/.test(message);
  return {
    message,
    length,
    at: Math.max(0, telling),
    isConsequence: telling < 0,
    place: isLocked
      ? { path: 'package-lock.json' }
      : /^Missing script/i.test(message)
        ? { path: 'package.json' }
        : ownPlace(said.filter((line) => !/^path /.test(line))),
  };
}

/** How many consecutive lines match, starting at one. */
function countWhile(lines: readonly string[], from: number, is: (line: string, index: number) => boolean): number {
  let to = from;
  while (to < lines.length && is(lines[to] ?? '', to)) {
    to += 1;
  }
  return to - from;
}

/** From this length on, a line may have been wrapped at a terminal width of 80 columns. */
const terminalWidth = 70;

/** A message that the console wrapped anywhere, not only between words. */
function unwrapped(lines: readonly string[]): string {
  const width = Math.max(terminalWidth, ...lines.map(({ length }) => length));
  return lines.map((line) => line.slice(2) + (line.length < width ? ' ' : '')).join('');
}

/**
 * The place of a problem: the file after `file:`, then the first line in one of the application's files, then such a file named
 * without a line, then the first place in a package.
 */
function ownPlace(lines: readonly string[]): Place | undefined {
  const places: NamedPlace[] = [];
  const blamed: string[] = [];
  for (const line of lines) {
    const its = placesIn(line);
    if (/^\s*file: /.test(line)) {
      const path = its[0]?.path ?? filesBlamedIn(line)[0];
      if (path !== undefined && isOwn(path)) {
        return placeOf(path, its[0]?.line, its[0]?.column ?? undefined);
      }
    }
    places.push(...its);
    // Lines of code name their imports.
    if (!/^\s*(?:[>➜]\s*)?\d+\s*[:|│▕]/u.test(line)) {
      blamed.push(...filesBlamedIn(line));
    }
  }
  const own = places.find(({ path }) => isOwn(path));
  const named = blamed.find(isOwn);
  const any = own ?? (named === undefined ? places.find(({ path }) => repositoryPath(path) !== null) : undefined);
  return any ? placeOf(any.path, any.line, any.column ?? undefined) : named === undefined ? undefined : placeOf(named);
}

function isOwn(path: string): boolean {
  const relative = repositoryPath(path);
  return relative !== null && !isOfPackage(relative);
}

function placeOf(path: string, lineNumber?: number, column?: number): Place | undefined {
  const relative = repositoryPath(path);
  return relative === null
    ? undefined
    : {
        path: relative,
        ...(path.startsWith('/') ? {} : { isRelative: true }),
        ...(lineNumber === undefined ? {} : { lineNumber }),
        ...(column === undefined ? {} : { column }),
      };
}
