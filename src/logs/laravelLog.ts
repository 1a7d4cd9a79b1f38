import { mostAtOnce, type Work } from '../ui/slices';
import { isOfPackage, placesIn, repositoryPath } from './remotePath';

/** Log levels, least severe first (RFC 5424, with Monolog's names). */
export const logLevels = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'] as const;

export type LogLevel = (typeof logLevels)[number];

/** An entry of Laravel's log, with the lines that belong to it. */
export interface LogEntry {
  /** Lines of the text, from 0. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** As written: "2026-11-24 10:00:00". */
  readonly time: string;
  /** Null for an unknown level. */
  readonly level: LogLevel | null;
  /** The level's name: "ERROR"; in capitals, also if it is written as a number. */
  readonly levelName: string;
  /** The first line without time, level and context. */
  readonly message: string;
}

/** Exceptions that are equal except for numbers, ids and the release. */
export interface ExceptionGroup {
  /** "App\\Exceptions\\OutOfStock"; null if the entry names none. */
  readonly name: string | null;
  readonly message: string;
  /** Where it was thrown, relative to the repository: the first place in the application's own files; null if none is named. */
  readonly place: string | null;
  readonly count: number;
  readonly last: LogEntry;
}

/**
 * "[2026-11-24 10:00:00] production.ERROR: …", also with microseconds and time zone, as Monolog writes by default. A channel can have any
 * name, so anything before a known level is one; before another word in capitals, only a name without spaces is.
 */
const header =
  /^\[(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)\] (?:(?:(?:(?!: ).){0,100}?\.)??(?<known>DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY)|(?:[\p{L}\p{N}_.-]{1,100}\.)?(?<odd>[A-Z]{3,12})): ?/u;

/** Monolog's numbers for the levels, written with or instead of their names. */
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

/** The parsed first line of an entry. */
interface Head extends Pick<LogEntry, 'time' | 'level' | 'levelName' | 'message'> {
  /** The part of the line to color by level: the level itself; in JSON also the message, which comes first. */
  readonly colored: readonly { readonly start: number; readonly end: number }[];
  /** Undefined for an entry that isn't JSON. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** Parses the first line of an entry; undefined for other lines. */
export function headOf(line: string): Head | undefined {
  // Most lines are stack frames, and the pattern is slow.
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

/** Whether a line may be a JSON entry, which has at least a time, a level and a message. */
function isJson(line: string): boolean {
  return line.length > 40 && line.startsWith('{"');
}

/** Maximum length of an entry's prefix before its message, in characters. */
const longestHeader = 300;

/** Maximum length of a JSON line that is parsed, in characters; a longer or malformed one is searched at its start and end. */
const longestJson = 200_000;

/** The property names of Monolog's formatters: its own JSON, and those for Logstash and Google Cloud. */
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

/** How much of the start and end of unparsed JSON is searched, in characters. */
const looseLength = 2_000;

const looseField = ['message', ...jsonNames.time, ...jsonNames.level].map(
  (name) => [name, new RegExp(`"${name}":"((?:[^"\\\\\\n]|\\\\.){0,500})`)] as const,
);

/** What can be found in malformed or very long JSON: strings at its start or end. */
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

/** The name of a level in capitals; undefined if it isn't one. */
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

/** Maximum number of an entry's lines, or stack frames, searched for its exception and place. */
const mostLines = 60;

/** Whether an entry has that level or a more severe one. One with an unknown level always does. */
export function isAtLeast({ level }: Pick<LogEntry, 'level'>, least: LogLevel): boolean {
  return level === null || logLevels.indexOf(level) >= logLevels.indexOf(least);
}

/** Fixed cost of parsing JSON, expressed in characters of text. */
const jsonCost = 500;

/** The lines of a text: an array, or a document's, read when needed. */
export type TextLines = Pick<readonly string[], 'length' | 'at'>;

/**
 * The entries of Laravel's log, in order. Text before the first one, where the log is cut, belongs to none.
 * @param most how many at most, from the end; the lines before them are not read
 */
export function* logEntries(lines: TextLines, most = Number.POSITIVE_INFINITY): Work<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  let lastLine: number | undefined;
  let read = 0;
  for (let index = lines.length - 1; index >= 0 && entries.length < most; index -= 1) {
    const line = lines.at(index) ?? '';
    const head = headOf(line);
    if (head) {
      const { time, level, levelName, message } = head;
      entries.push({ firstLine: index, lastLine: lastLine ?? index, time, level, levelName, message });
      lastLine = undefined;
    } else if (line !== '') {
      lastLine ??= index;
    }
    read += Math.min(line.length, longestJson) + (isJson(line) ? jsonCost : 1);
    if (read > mostAtOnce) {
      yield read;
      read = 0;
    }
  }
  return entries.reverse();
}

/** Groups equal exceptions, latest first. @param lines the text of the entries */
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
    // All errors in packages pass through the same application files, such as a middleware.
    const key = JSON.stringify([name, place, isOwn && name !== null ? '' : general(entry.message)]);
    const known = groups.get(key);
    // Remove and add again, to keep the latest last.
    groups.delete(key);
    groups.set(key, { name, place, message: entry.message, count: (known?.count ?? 0) + 1, last: entry });
    yield mostOfException;
  }
  return [...groups.values()].reverse();
}

interface Thrown extends Pick<ExceptionGroup, 'name' | 'place'> {
  /** Whether it was thrown in one of the application's files, and not just called from one. */
  readonly isOwn: boolean;
}

/** The exception and its place, from Monolog's context: `[object] (Name(code: 0): … at /path/X.php:12)`. */
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
    // A template is compiled to a generated file; Laravel names the template in the message.
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

/** Maximum length of an exception, and of one of its lines, that is searched, in characters. */
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

/** The template named in a message, such as `Undefined variable $cart (View: /home/forge/x/resources/views/cart.blade.php)`. */
function viewIn(text: string): string | undefined {
  const path = /\(View: (\/[^)\n]{1,400})\)/.exec(text)?.[1];
  return (path && repositoryPath(path)) || undefined;
}

/** Whether it is one of the application's own files: not a package's, not generated by Laravel, and not just an entry point. */
function isOwnFile(file: string): boolean {
  return !isOfPackage(file) && !/^(?:storage|bootstrap)\/|^(?:public\/index\.php|server\.php|artisan)$/.test(file);
}

/** A message without its variable parts: numbers, ids and quoted text. */
function general(message: string): string {
  return message
    .slice(0, 300)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{12,}\b|\d+/gi, '#')
    .replace(/'[^']*'|"[^"]*"/g, '#');
}

/** A message without the JSON after it. */
function withoutContext(text: string): string {
  const message = text.slice(0, longestLine);
  const at = message.search(/ \{"| \[\]/);
  return oneLine(at > 0 ? message.slice(0, at) : message);
}

function oneLine(text: string): string {
  return text.slice(0, 500).replace(/\s+/g, ' ').trim();
}
