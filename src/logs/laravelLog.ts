import { isOfPackage, placesIn, repositoryPath } from './remotePath';

/** The levels of a log, the least urgent first (RFC 5424, as Monolog names them). */
export const logLevels = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'] as const;

export type LogLevel = (typeof logLevels)[number];

/** An entry of Laravel's log, with the lines that belong to it. */
export interface LogEntry {
  /** Lines of the text, from 0. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** As it stands there: "2026-11-24 10:00:00". */
  readonly time: string;
  /** Null for one that is not known. */
  readonly level: LogLevel | null;
  /** As it stands there: "ERROR". */
  readonly levelName: string;
  /** The first line without time, level and context. */
  readonly message: string;
}

/** Exceptions that are the same but for what differs each time: numbers, ids, and which release it was. */
export interface ExceptionGroup {
  /** "App\\Exceptions\\OutOfStock"; null where the entry tells none. */
  readonly name: string | null;
  readonly message: string;
  /** Where it was thrown, relative to the repository, the first place in a file of one's own; null where none is told. */
  readonly place: string | null;
  readonly count: number;
  readonly last: LogEntry;
}

/** "[2026-11-24 10:00:00] production.ERROR: …", also with microseconds and time zone as Monolog writes them by default. */
const header =
  /^\[(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)\] (?:([\w-]+)\.)?([A-Z]{3,12}): ?/;

/** The most lines of an entry that are searched for its exception and its place. */
const mostLines = 60;

/** Whether an entry is as urgent as that or more. One whose level is not known always is. */
export function isAtLeast({ level }: Pick<LogEntry, 'level'>, least: LogLevel): boolean {
  return level === null || logLevels.indexOf(level) >= logLevels.indexOf(least);
}

/** The entries of Laravel's log. What stands before the first, since the log is cut there, belongs to none. */
export function logEntries(lines: readonly string[]): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  let open: Omit<LogEntry, 'lastLine'> | undefined;
  const close = (end: number) => {
    if (open) {
      let lastLine = end - 1;
      while (lastLine > open.firstLine && lines[lastLine] === '') {
        lastLine -= 1;
      }
      entries.push({ ...open, lastLine });
    }
  };
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    // Most lines of a log are those of stack traces, and the pattern is dear.
    const match = line.charCodeAt(0) === 91 && line.charCodeAt(5) === 45 ? header.exec(line) : null;
    if (match) {
      close(index);
      const [whole, time = '', , levelName = ''] = match;
      const level = levelName.toLowerCase() as LogLevel;
      open = {
        firstLine: index,
        time,
        level: logLevels.includes(level) ? level : null,
        levelName,
        message: withoutContext(line.slice(whole.length)),
      };
    }
  }
  close(lines.length);
  return entries;
}

/** Equal exceptions together, those seen last first. @param lines of the text that the entries are of */
export function exceptionGroups(lines: readonly string[], entries: readonly LogEntry[]): readonly ExceptionGroup[] {
  const groups = new Map<string, ExceptionGroup>();
  for (const entry of entries) {
    if (!entry.level || !isAtLeast(entry, 'error')) {
      continue;
    }
    const { name, place } = exceptionOf(lines, entry);
    const key = JSON.stringify([name, place, place === null || name === null ? general(entry.message) : '']);
    const known = groups.get(key);
    // Taken out and put in again, so that the one seen last is the last.
    groups.delete(key);
    groups.set(key, { name, place, message: entry.message, count: (known?.count ?? 0) + 1, last: entry });
  }
  return [...groups.values()].reverse();
}

/** What is thrown and where, out of the context that Monolog writes: `[object] (Name(code: 0): … at /path/X.php:12)`. */
function exceptionOf(
  lines: readonly string[],
  { firstLine, lastLine }: LogEntry,
): Pick<ExceptionGroup, 'name' | 'place'> {
  let name: string | null = null;
  let first: string | null = null;
  for (let index = firstLine; index <= Math.min(lastLine, firstLine + mostLines); index += 1) {
    const line = (lines[index] ?? '').slice(0, 10_000);
    name ??= /\[object\] \(([\w\\]+)\(code: /.exec(line)?.[1]?.replace(/\\\\/g, '\\') ?? null;
    for (const { path, line: number } of placesIn(line)) {
      const file = repositoryPath(path);
      if (file !== null && !isOfPackage(file)) {
        return { name, place: `${file}:${number}` };
      }
      first ??= file === null ? null : `${file}:${number}`;
    }
  }
  return { name, place: first };
}

/** A message without what differs each time: numbers, ids and what is quoted. */
function general(message: string): string {
  return message
    .slice(0, 300)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{12,}\b|\d+/gi, '#')
    .replace(/'[^']*'|"[^"]*"/g, '#');
}

/** A message without the JSON behind it. */
function withoutContext(text: string): string {
  const at = text.search(/ \{"| \[\]/);
  return (at > 0 ? text.slice(0, at) : text).trim().slice(0, 500);
}
