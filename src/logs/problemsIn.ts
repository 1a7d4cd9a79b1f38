import { isOfPackage, type NamedPlace, placesIn, repositoryPath } from './remotePath';

/** Something that a deployment's log complains of. */
export interface LogProblem {
  /** The line of the log, from 0. */
  readonly line: number;
  /** One line, at most 500 characters. */
  readonly message: string;
  readonly source: 'php' | 'composer' | 'npm' | 'artisan';
  /** The file relative to the repository; undefined where none is named. */
  readonly path?: string;
  /** From 1. */
  readonly lineNumber?: number;
  /** From 1. */
  readonly column?: number;
}

/** A problem that begins at a line, and the line after its last. */
interface Found {
  readonly problem: LogProblem | undefined;
  readonly next: number;
}

type Finder = (lines: readonly string[], index: number, before: readonly LogProblem[]) => Found | undefined;

/** The most that is read of one failure, in lines, and of one line, in characters. */
const longestFailure = 80;
const longestLine = 4_000;
const longestMessage = 500;

const finders: readonly Finder[] = [
  phpError,
  consoleError,
  collisionError,
  composerError,
  viteError,
  typeScriptError,
  nodeError,
  npmError,
];

/**
 * The errors of PHP, artisan, Composer, npm and vite in a deployment's log, each once.
 * @param text without control characters: `ansiText`
 */
export function problemsIn(text: string): readonly LogProblem[] {
  const lines = text.split('\n').map((line) => line.slice(0, longestLine).trimEnd());
  const problems: LogProblem[] = [];
  for (let index = 0; index < lines.length; ) {
    const found = firstOf(lines, index, problems);
    if (found?.problem && !problems.some((known) => isSame(known, found.problem))) {
      problems.push(found.problem);
    }
    index = Math.max(index + 1, found?.next ?? 0);
  }
  return problems;
}

function firstOf(lines: readonly string[], index: number, before: readonly LogProblem[]): Found | undefined {
  if (lines[index] === '') {
    return undefined;
  }
  for (const finder of finders) {
    const found = finder(lines, index, before);
    if (found) {
      return found;
    }
  }
  return undefined;
}

/** PHP writes an error to its output and to its error output; an exception is told with the ones that it was made of. */
function isSame(a: LogProblem, b: LogProblem | undefined): boolean {
  return (
    b !== undefined &&
    a.source === b.source &&
    bare(a.message) === bare(b.message) &&
    (b.path === undefined || a.path === b.path)
  );
}

/** A message without the name of the exception. */
function bare(message: string): string {
  return message.replace(/^(?:[A-Z]\w*\\)*[A-Z]\w*: /, '').slice(0, 120);
}

/** "PHP Parse error:  syntax error, … in /home/…/X.php on line 12", "PHP Fatal error:  Uncaught …" with a stack trace. */
function phpError(lines: readonly string[], index: number): Found | undefined {
  const match = /^(?:\[[^\]]{1,60}\] )?(?:PHP )?(?:Fatal|Parse) error: +(?<said>.+)/.exec(lines[index] ?? '');
  if (!match) {
    return undefined;
  }
  let next = index + 1;
  const isMore = (line: string) => /^(?:Stack trace:|#\d+ |\s+thrown in |Next )/.test(line);
  const isUncaught = / Uncaught /.test(` ${match[0]} `);
  while (
    next < lines.length &&
    next - index < longestFailure &&
    (isMore(lines[next] ?? '') || (isUncaught && next - index < 4 && isMore(lines[next + 1] ?? '')))
  ) {
    next += 1;
  }
  const said = (match.groups?.said ?? '').replace(/^Uncaught /, '').replace(/ in \S+(?::\d+| on line \d+)$/, '');
  return { problem: problem(index, said, 'php', ownPlace(lines.slice(index, next))), next };
}

/** Symfony's console: "In Connection.php line 829:", below it the message. */
function consoleError(lines: readonly string[], index: number): Found | undefined {
  if (!/^In [\w.-]+\.php line \d+:$/.test(lines[index] ?? '')) {
    return undefined;
  }
  let next = index + 1;
  while (lines[next] === '') {
    next += 1;
  }
  const first = next;
  while (/^\s{2}\S/.test(lines[next] ?? '') && next - first < 20) {
    next += 1;
  }
  const said = lines.slice(first, next).map((line) => line.trim());
  return { problem: problem(index, said.join(' '), 'artisan', undefined), next };
}

/** Laravel with Collision: the exception, its message, "at app/Models/Order.php:42" with code, and numbered frames; all indented. */
function collisionError(lines: readonly string[], index: number): Found | undefined {
  const name = /^ {2,4}(?<name>(?:[A-Z]\w*\\)*[A-Z]\w*(?:Exception|Error)) ?$/.exec(lines[index] ?? '')?.groups?.name;
  if (name === undefined) {
    return undefined;
  }
  let next = index + 1;
  while (next < lines.length && next - index < longestFailure && /^(?:\s|$)/.test(lines[next] ?? '')) {
    next += 1;
  }
  const below = lines.slice(index + 1, next);
  const at = below.findIndex((line) => /^\s+at \S/.test(line));
  if (at < 0) {
    return undefined;
  }
  const said = below.slice(0, at).flatMap((line) => line.trim() || []);
  const short = name.split('\\').at(-1) ?? name;
  return { problem: problem(index, `${short}: ${said.join(' ')}`, 'artisan', ownPlace(below.slice(at))), next };
}

/** Composer: requirements that cannot be met, each with its reasons. */
function composerError(lines: readonly string[], index: number, before: readonly LogProblem[]): Found | undefined {
  const line = lines[index] ?? '';
  if (/^\s{2}Problem \d+$/.test(line)) {
    let next = index + 1;
    while (/^\s{4,}\S/.test(lines[next] ?? '') && next - index < longestFailure) {
      next += 1;
    }
    const reasons = lines.slice(index + 1, next).map((reason) => reason.trim().replace(/^- /, ''));
    return { problem: { ...problem(index, reasons.join(' '), 'composer', undefined), path: 'composer.json' }, next };
  }
  if (/^Your (?:requirements could not be resolved|lock file does not contain)/.test(line)) {
    const isExplained = lines.slice(index + 1, index + 6).some((below) => /^\s{2}Problem \d+$/.test(below));
    const found = { ...problem(index, line, 'composer', undefined), path: 'composer.json' };
    return { problem: isExplained ? undefined : found, next: index + 1 };
  }
  if (/^Script .* returned with error code [1-9]/.test(line)) {
    // The script has said itself what was wrong, as a rule.
    return { problem: before.length > 0 ? undefined : problem(index, line, 'composer', undefined), next: index + 1 };
  }
  return undefined;
}

/** vite and esbuild: "error during build:", "[vite]: …", "✘ [ERROR] …", below it the place. */
function viteError(lines: readonly string[], index: number): Found | undefined {
  const line = lines[index] ?? '';
  const isHeading = /^error during build:/.test(line);
  const esbuild = /^[✘X✖] \[ERROR\] (?<said>.+)/u.exec(line)?.groups?.said;
  if (!isHeading && esbuild === undefined) {
    return undefined;
  }
  let next = index + 1;
  while (
    next < lines.length &&
    next - index < 30 &&
    !/^(?:npm (?:ERR!|error)|\$ |\+ |❌|[✘X✖] \[ERROR\])/u.test(lines[next] ?? '')
  ) {
    next += 1;
  }
  const below = lines.slice(index + 1, next);
  const first = below.findIndex((candidate) => candidate !== '');
  const said = esbuild ?? below[first] ?? line;
  const place = ownPlace(below) ?? ownPlace([said]);
  return { problem: problem(isHeading ? index + 1 + first : index, said, 'npm', place), next };
}

/** The TypeScript compiler: "src/x.ts(12,5): error TS2304: …" and "src/x.ts:12:5 - error TS2304: …". */
function typeScriptError(lines: readonly string[], index: number): Found | undefined {
  const line = lines[index] ?? '';
  const said = /^\S.*?(?::| -) error (?<said>TS\d+: .+)/.exec(line)?.groups?.said;
  const [place] = said === undefined ? [] : placesIn(line);
  return said === undefined || !place ? undefined : { problem: problem(index, said, 'npm', place), next: index + 1 };
}

/** An error of Node.js with its stack: "Error: listen EADDRINUSE …", below it "    at …". */
function nodeError(lines: readonly string[], index: number): Found | undefined {
  const said = /^(?:Uncaught )?(?<said>(?:[A-Z]\w*)?Error(?: \[\w+\])?: .+)/.exec(lines[index] ?? '')?.groups?.said;
  let next = index + 1;
  while (/^ {4}at /.test(lines[next] ?? '') && next - index < longestFailure) {
    next += 1;
  }
  return said === undefined || next === index + 1
    ? undefined
    : { problem: problem(index, said, 'npm', ownPlace(lines.slice(index + 1, next))), next };
}

/** What npm says after every failure, whatever it was. */
const npmNoise =
  /^(?:$|code |path |command |errno |workspace |location |syscall |signal |A complete log|Lifecycle script|Failed at the |This is probably not a problem|\s|\/)/;

/** npm: the lines that begin with "npm error", or "npm ERR!" before version 10.3. */
function npmError(lines: readonly string[], index: number, before: readonly LogProblem[]): Found | undefined {
  const mark = /^npm (?:ERR!|error)(?: |$)/;
  let next = index;
  while (mark.test(lines[next] ?? '')) {
    next += 1;
  }
  if (next === index) {
    return undefined;
  }
  const said = lines.slice(index, next).map((line) => line.replace(mark, ''));
  const telling = said.findIndex((line) => !npmNoise.test(line));
  const isConsequence = telling < 0 && before.some(({ source }) => source === 'npm');
  const message = said[telling] ?? said.find((line) => /^(?:Lifecycle script|code )/.test(line)) ?? said[0] ?? '';
  const found = problem(index + Math.max(0, telling), message, 'npm', ownPlace(said));
  const inPackage = /^Missing script/i.test(message) ? { path: 'package.json' } : {};
  return { problem: isConsequence ? undefined : { ...found, ...inPackage }, next };
}

/** The first place in a file of one's own; where there is none, the first in a package. */
function ownPlace(lines: readonly string[]): NamedPlace | undefined {
  let other: NamedPlace | undefined;
  for (const line of lines) {
    for (const place of placesIn(line)) {
      const path = repositoryPath(place.path);
      if (path !== null && !isOfPackage(path)) {
        return place;
      }
      other ??= path === null ? undefined : place;
    }
  }
  return other;
}

function problem(line: number, said: string, source: LogProblem['source'], place: NamedPlace | undefined): LogProblem {
  const message = said.replace(/\s+/g, ' ').trim().slice(0, longestMessage);
  const path = place && repositoryPath(place.path);
  return {
    line,
    message,
    source,
    ...(place && path
      ? { path, lineNumber: place.line, ...(place.column === null ? {} : { column: place.column }) }
      : {}),
  };
}
