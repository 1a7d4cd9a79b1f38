import { mostAtOnce, type Work } from '../ui/slices';
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
  /** As it stands there: "ERROR"; in capitals, also where it stands there as a number. */
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

/**
 * "[2026-11-24 10:00:00] production.ERROR: …", also with microseconds and time zone as Monolog writes them by default. A channel may be
 * called anything, so what stands before a level that is known is one; before another word in capitals only a name without blanks is.
 */
const header =
  /^\[(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)\] (?:(?:(?:(?!: ).){0,100}?\.)??(?<known>DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY)|(?:[\p{L}\p{N}_.-]{1,100}\.)?(?<odd>[A-Z]{3,12})): ?/u;

/** The numbers of the levels, as Monolog writes them beside their names or in their place. */
const numbers: Readonly<Record<number, LogLevel>> = {
  100: 'debug',
  200: 'info',
  250: 'notice',
  300: 'warning',
  400: 'error',
  500: 'critical',
  550: 'alert',
  600: 'emergency',
};

/** What a line that begins an entry tells. */
interface Head extends Pick<LogEntry, 'time' | 'level' | 'levelName' | 'message'> {
  /** What of the line is colored by the level: where the level stands, and in JSON the message, which comes first. */
  readonly colored: readonly { readonly start: number; readonly end: number }[];
  /** Undefined for an entry that isn't JSON. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** What the line of an entry tells; undefined where none begins with it. */
export function headOf(line: string): Head | undefined {
  // Most lines of a log are those of stack traces, and the pattern is dear.
  if (line.charCodeAt(0) === 0x5b && line.charCodeAt(5) === 0x2d) {
    const match = header.exec(line.slice(0, longestHeader));
    const { time = '', known, odd } = match?.groups ?? {};
    const levelName = known ?? odd ?? '';
    return match
      ? {
          time,
          level: levelOf(levelName),
          levelName,
          message: withoutContext(line.slice(match[0].length)),
          colored: [
            { start: match[0].lastIndexOf(levelName), end: match[0].lastIndexOf(levelName) + levelName.length },
          ],
          json: undefined,
        }
      : undefined;
  }
  return isJson(line) ? jsonHead(line) : undefined;
}

/** Whether a line can be an entry in JSON, which has at least a time, a level and a message. */
function isJson(line: string): boolean {
  return line.length > 40 && line.startsWith('{"');
}

/** The longest beginning of an entry without its message, in characters. */
const longestHeader = 300;

/** The longest line of JSON that is read as such, in characters; of a longer one, or a broken one, what stands at its beginning and end. */
const longestJson = 200_000;

/** The names that Monolog's own formatters give to what an entry is made of: its own JSON, and those for Logstash and Google Cloud. */
const jsonNames = {
  time: ['datetime', '@timestamp', 'timestamp', 'time'],
  level: ['level_name', 'severity', 'level'],
} as const;

function jsonHead(line: string): Head | undefined {
  const fields = line.length <= longestJson ? parsed(line) : undefined;
  const json = fields ?? looseFields(line);
  const level = jsonNames.level.map((name) => json[name]).find((value) => levelWord(value) !== undefined);
  const levelName = levelWord(level);
  const when = jsonNames.time.map((name) => json[name]).find((value) => value !== undefined && value !== null);
  // Monolog 1 writes the time as an object.
  const time = when !== null && typeof when === 'object' ? (when as { date?: unknown }).date : when;
  const { message } = json;
  if (
    levelName === undefined ||
    typeof message !== 'string' ||
    (typeof time !== 'string' && typeof time !== 'number')
  ) {
    return undefined;
  }
  const written = `"${String(level)}"`;
  const end = Math.max(0, line.length - looseLength);
  const inEnd = line.slice(end).lastIndexOf(written);
  const levelAt = inEnd >= 0 ? end + inEnd : line.slice(0, looseLength).indexOf(written);
  const words = /"message":"(?:[^"\\]|\\.){0,500}/.exec(line.slice(0, looseLength));
  return {
    time: String(time),
    level: levelOf(levelName),
    levelName,
    message: oneLine(message),
    colored: [
      ...(words ? [{ start: words.index + '"message":"'.length, end: words.index + words[0].length }] : []),
      ...(levelAt >= 0 ? [{ start: levelAt + 1, end: levelAt + written.length - 1 }] : []),
    ].sort((one, other) => one.start - other.start),
    json,
  };
}

/** How much is read of the beginning and the end of JSON that isn't parsed, in characters. */
const looseLength = 2_000;

const looseField = ['message', ...jsonNames.time, ...jsonNames.level].map(
  (name) => [name, new RegExp(`"${name}":"((?:[^"\\\\\\n]|\\\\.){0,500})`)] as const,
);

/** What of JSON that is broken or very long can be told: strings, where they stand at its beginning or end. */
function looseFields(line: string): Readonly<Record<string, unknown>> {
  const text = line.length <= 2 * looseLength ? line : `${line.slice(0, looseLength)}\n${line.slice(-looseLength)}`;
  return Object.fromEntries(
    looseField.flatMap(([name, field]) => {
      const value = field.exec(text)?.[1];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** The name of a level in capitals; undefined for what is none. */
function levelWord(value: unknown): string | undefined {
  return typeof value === 'number'
    ? numbers[value]?.toUpperCase()
    : typeof value === 'string' && /^[a-z]{3,12}$/i.test(value)
      ? value.toUpperCase()
      : undefined;
}

function levelOf(name: string): LogLevel | null {
  const level = name.toLowerCase() as LogLevel;
  return logLevels.includes(level) ? level : null;
}

/** The most lines of an entry, or frames of its stack, that are searched for its exception and its place. */
const mostLines = 60;

/** Whether an entry is as urgent as that or more. One whose level is not known always is. */
export function isAtLeast({ level }: Pick<LogEntry, 'level'>, least: LogLevel): boolean {
  return level === null || logLevels.indexOf(level) >= logLevels.indexOf(least);
}

/** As how many characters of text it counts to read JSON at all. */
const jsonCost = 500;

/** The entries of Laravel's log. What stands before the first, since the log is cut there, belongs to none. */
export function* logEntries(lines: readonly string[]): Work<readonly LogEntry[]> {
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
  let read = 0;
  for (const [index, line] of lines.entries()) {
    const head = headOf(line);
    if (head) {
      close(index);
      const { time, level, levelName, message } = head;
      open = { firstLine: index, time, level, levelName, message };
    }
    read += Math.min(line.length, longestJson) + (isJson(line) ? jsonCost : 1);
    if (read > mostAtOnce) {
      yield read;
      read = 0;
    }
  }
  close(lines.length);
  return entries;
}

/** Equal exceptions together, those seen last first. @param lines of the text that the entries are of */
export function* exceptionGroups(
  lines: readonly string[],
  entries: readonly LogEntry[],
): Work<readonly ExceptionGroup[]> {
  const groups = new Map<string, ExceptionGroup>();
  for (const entry of entries) {
    if (!entry.level || !isAtLeast(entry, 'error')) {
      continue;
    }
    const { name, place, isOwn } = exceptionOf(lines, entry);
    // Whatever goes wrong in a package leads through the same files of one's own, such as a middleware.
    const key = JSON.stringify([name, place, isOwn && name !== null ? '' : general(entry.message)]);
    const known = groups.get(key);
    // Taken out and put in again, so that the one seen last is the last.
    groups.delete(key);
    groups.set(key, { name, place, message: entry.message, count: (known?.count ?? 0) + 1, last: entry });
    yield mostOfException;
  }
  return [...groups.values()].reverse();
}

interface Thrown extends Pick<ExceptionGroup, 'name' | 'place'> {
  /** Whether it was thrown in a file of one's own, and not only on the way from one. */
  readonly isOwn: boolean;
}

/** What is thrown and where, out of the context that Monolog writes: `[object] (Name(code: 0): … at /path/X.php:12)`. */
function exceptionOf(lines: readonly string[], { firstLine, lastLine, message }: LogEntry): Thrown {
  const head = headOf(lines[firstLine] ?? '');
  const context = record(head?.json?.context);
  const exception = record(context?.exception);
  const told = exception ? jsonLines(exception) : lines.slice(firstLine, Math.min(lastLine, firstLine + mostLines) + 1);
  let name = typeof exception?.class === 'string' ? exception.class.slice(0, longestName) : null;
  let first: string | null = null;
  let left = mostOfException;
  for (const whole of told) {
    const line = whole.slice(0, Math.min(left, longestLine));
    left -= line.length;
    name ??= /\[object\] \(([\w\\]{1,300})\(code: /.exec(line)?.[1]?.replace(/\\\\/g, '\\') ?? null;
    // A template is compiled to a file that nobody has written; Laravel names the template in the message.
    const view = viewIn(message) ?? viewIn(line);
    if (view !== undefined) {
      return { name, place: view, isOwn: false };
    }
    for (const { path, line: number } of placesIn(line)) {
      const file = repositoryPath(path);
      if (file === null) {
        continue;
      }
      const place = `${file}:${number}`;
      if (isOwnFile(file)) {
        return { name, place, isOwn: first === null };
      }
      first ??= place;
    }
  }
  return { name, place: first, isOwn: false };
}

/** The most of an exception that is searched, and of one of its lines, in characters. */
const mostOfException = 30_000;
const longestLine = 10_000;
const longestName = 300;

/** The places of an exception in Monolog's JSON: `{"class":…,"file":"/path/X.php:12","trace":["/path/Y.php:3",…]}`. */
function jsonLines({ message, file, trace }: Readonly<Record<string, unknown>>): readonly string[] {
  const places = [message, file, ...(Array.isArray(trace) ? trace.slice(0, mostLines) : [])];
  return places.filter((place) => typeof place === 'string');
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** The template that a message names, as in `Undefined variable $cart (View: /home/forge/x/resources/views/cart.blade.php)`. */
function viewIn(text: string): string | undefined {
  const path = /\(View: (\/[^)\n]{1,400})\)/.exec(text)?.[1];
  return (path && repositoryPath(path)) || undefined;
}

/** Whether somebody wrote it for the application: no file of a package, none that Laravel makes, none that only lets a request in. */
function isOwnFile(file: string): boolean {
  return !isOfPackage(file) && !/^(?:storage|bootstrap)\/|^(?:public\/index\.php|server\.php|artisan)$/.test(file);
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
  const message = text.slice(0, longestLine);
  const at = message.search(/ \{"| \[\]/);
  return oneLine(at > 0 ? message.slice(0, at) : message);
}

function oneLine(text: string): string {
  return text.slice(0, 500).replace(/\s+/g, ' ').trim();
}
