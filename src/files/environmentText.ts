/** A part of a text, by offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A setting in a .env, with where it stands. Nothing of the text is lost: what is between is untouched. */
export interface Setting {
  readonly key: string;
  /** What an application reads: without quotes. */
  readonly value: string;
  readonly keySpan: Span;
  /** The value as it is written, quotes included; empty where there is none. */
  readonly valueSpan: Span;
}

export type EnvironmentProblem = 'noSetting' | 'name' | 'openQuote' | 'spaces' | 'afterQuote' | 'escape' | 'twice';

export interface ProblemAt {
  readonly problem: EnvironmentProblem;
  readonly span: Span;
  /** The key that it is about; '' where there is none. */
  readonly key: string;
}

export interface EnvironmentText {
  /** In the order of the text. Of several of one key the last one counts. */
  readonly settings: readonly Setting[];
  /** Lines that are no setting: comments, and those that nobody can read. Without what is blank around them. */
  readonly others: readonly Span[];
  readonly problems: readonly ProblemAt[];
}

/**
 * Reads a .env as Laravel does, and as the dotenv package but for escapes, of which that knows only line ends; and tells what either
 * would stumble over. Never throws.
 */
export function readEnvironment(text: string): EnvironmentText {
  const settings: Setting[] = [];
  const others: Span[] = [];
  const problems: ProblemAt[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const end = endOfLine(text, at);
    const next = readLine(text, at, end, { settings, others, problems });
    at = afterLine(text, next);
  }
  const last = new Map(settings.map((setting) => [setting.key, setting]));
  for (const setting of settings) {
    if (last.get(setting.key) !== setting) {
      problems.push({ problem: 'twice', span: setting.keySpan, key: setting.key });
    }
  }
  return { settings, others, problems };
}

/** What each key is set to: of several settings of one key the last one. */
export function valuesOf(text: string): ReadonlyMap<string, string> {
  return new Map(readEnvironment(text).settings.map(({ key, value }) => [key, value]));
}

/**
 * How each key is set, as it is written: with its quotes and with what it takes over from other keys. One that an application would
 * stumble over is written so that it does not.
 */
export function writtenValuesOf(text: string): ReadonlyMap<string, string> {
  const { settings, problems } = readEnvironment(text);
  return new Map(
    settings.map(({ key, value, keySpan, valueSpan: { start, end } }) => [
      key,
      problems.some(({ problem, span }) => problem !== 'twice' && span.start >= keySpan.start && span.end <= end)
        ? writtenValue(value)
        : text.slice(start, end),
    ]),
  );
}

/** Whether that can be the name of a setting. */
export function isKey(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.]*$/.test(name);
}

/** The text with that key set to that value, where it stands last, else in a line at the end. No other byte is changed. */
export function withValue(text: string, key: string, value: string): string {
  const setting = readEnvironment(text).settings.findLast((candidate) => candidate.key === key);
  const written = writtenValue(value);
  if (setting) {
    const { start, end } = setting.valueSpan;
    return text.slice(0, start) + written + text.slice(end);
  }
  return withLines(text, [`${key}=${written}`]);
}

/** The text with lines at its end, which it ends as it ended before. */
export function withLines(text: string, lines: readonly string[]): string {
  const lineEnd = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const isEnded = text === '' || text === '\ufeff' || /[\r\n]$/.test(text);
  return `${text}${isEnded ? '' : lineEnd}${lines.join(lineEnd)}${isEnded ? lineEnd : ''}`;
}

/** A value as it has to be written so that Laravel reads it back. */
export function writtenValue(value: string): string {
  if (/^[\w:/.,@%+=-]*$/.test(value)) {
    return value;
  }
  if (!/["\\$\n\r]/.test(value)) {
    return `"${value}"`;
  }
  // Within single quotes nothing has a meaning; but where a backslash stands last, some readers take the closing quote for escaped.
  return /['\n\r]|\\$/.test(value)
    ? `"${value
        .replace(/["\\$]/g, '\\$&')
        .replace(/\r/g, '\\r')
        .replace(/\n/g, '\\n')}"`
    : `'${value}'`;
}

interface Found {
  readonly settings: Setting[];
  readonly others: Span[];
  readonly problems: ProblemAt[];
}

/** @returns where the line ends, which is later than `end` for a value of several lines. */
function readLine(text: string, start: number, end: number, { settings, others, problems }: Found): number {
  const line = text.slice(start, end);
  const span = { start: start + line.length - line.trimStart().length, end: start + line.trimEnd().length };
  if (/^\s*(#|$)/.test(line)) {
    if (line.trim() !== '') {
      others.push(span);
    }
    return end;
  }
  const head = /^(\s*(?:export\s+)?)([\w.-]+)[^\S\r\n]*=[^\S\r\n]*/.exec(line);
  if (!head) {
    others.push(span);
    problems.push({ problem: 'noSetting', span, key: '' });
    return end;
  }
  const [whole, before = '', key = ''] = head;
  const keySpan = { start: start + before.length, end: start + before.length + key.length };
  if (key.includes('-')) {
    problems.push({ problem: 'name', span: keySpan, key });
  }
  const from = start + whole.length;
  const quote = text[from];
  if (quote === '"' || quote === "'" || quote === '`') {
    const close = closingQuote(text, from + 1, quote);
    const rest = close === undefined ? undefined : text.slice(close + 1, endOfLine(text, close));
    if (close !== undefined && rest !== undefined && /^\s*(#|$)/.test(rest)) {
      const inside = text.slice(from + 1, close).replace(/\r\n?/g, '\n');
      const valueSpan = { start: from, end: close + 1 };
      if (quote === '"' && /\\(?!["\\$fnrtv])/.test(inside.replace(/\\\\/g, ''))) {
        problems.push({ problem: 'escape', span: valueSpan, key });
      }
      settings.push({ key, value: quote === '"' ? unescaped(inside) : inside, keySpan, valueSpan });
      return endOfLine(text, close);
    }
    const isOnThisLine = close !== undefined && close < end;
    problems.push({ problem: isOnThisLine ? 'afterQuote' : 'openQuote', span: { start: from, end: from + 1 }, key });
  }
  const comment = text.slice(from, end).indexOf('#');
  const raw = text.slice(from, comment < 0 ? end : from + comment);
  const written = raw.trimEnd();
  if (!/^["'`]/.test(written) && /\s/.test(written)) {
    problems.push({ problem: 'spaces', span: { start: from, end: from + written.length }, key });
  }
  settings.push({
    key,
    value: unquoted(written.trim()),
    keySpan,
    valueSpan: { start: from, end: from + written.length },
  });
  return end;
}

const escapes: Readonly<Record<string, string>> = { f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** What stands in double quotes, as Laravel reads it. What it would not read stays. */
function unescaped(inside: string): string {
  return inside.replace(/\\(["\\$fnrtv])/g, (_, letter: string) => escapes[letter] ?? letter);
}

/** What is left in quotes although it was not read as quoted, because of what comes after. */
function unquoted(value: string): string {
  return value.replace(/^(['"`])([\s\S]*)\1$/, '$2');
}

function closingQuote(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length; at += 1) {
    const next = text[at + 1];
    if (text[at] === '\\' && (next === quote || (quote === '"' && next === '\\'))) {
      at += 1;
    } else if (text[at] === quote) {
      return at;
    }
  }
  return undefined;
}

function endOfLine(text: string, from: number): number {
  const place = text.slice(from).search(/[\r\n]/);
  return place < 0 ? text.length : from + place;
}

function afterLine(text: string, end: number): number {
  return end + (text.startsWith('\r\n', end) ? 2 : 1);
}
