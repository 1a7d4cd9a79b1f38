import type { Work } from '../ui/slices';

/** A range of text, by offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A setting in a .env, with its position. The text between settings stays untouched. */
export interface Setting {
  readonly key: string;
  /** The value that an application reads, without quotes. */
  readonly value: string;
  readonly keySpan: Span;
  /** The value as written, including quotes; empty if there is none. */
  readonly valueSpan: Span;
}

/**
 * Problems for which Laravel rejects the whole file, with three exceptions: `swallows` silently loses settings, `noValue` is a line
 * without effect, and with `twice` the last one counts.
 */
export type EnvironmentProblem =
  | 'noSetting'
  | 'name'
  | 'openQuote'
  | 'swallows'
  | 'spaces'
  | 'afterQuote'
  | 'escape'
  | 'noValue'
  | 'twice';

export interface ProblemAt {
  readonly problem: EnvironmentProblem;
  readonly span: Span;
  /** The key that it is about; '' if none. */
  readonly key: string;
}

/** Whether it makes Laravel reject the file, or lose a setting. */
export function isHarmful({ problem }: ProblemAt): boolean {
  return problem !== 'twice' && problem !== 'noValue';
}

export interface EnvironmentText {
  /** In text order. If a key is set several times, the last one counts. */
  readonly settings: readonly Setting[];
  /** What looks like a setting, in text order, but belongs to a value or comment that starts above. */
  readonly unread: readonly Setting[];
  /** Lines that aren't settings: comments and malformed lines. Without surrounding blanks. */
  readonly others: readonly Span[];
  readonly problems: readonly ProblemAt[];
  /** The start of the lines that belong to a value or comment that is never closed; the length of the text if there are none. */
  readonly unclosed: number;
}

/**
 * Reads a .env as Laravel does (phpdotenv 5: Lines, EntryParser and Lexer), without expanding variables, and reports what Laravel
 * would reject or lose. Reads rejected lines as they were probably meant. Never throws, and takes linear time.
 */
export function* readEnvironment(text: string): Work<EnvironmentText> {
  const found: Found = { settings: [], unread: [], others: [], problems: [] };
  let lines: Span[] = [];
  let opener: number | undefined;
  for (const line of linesOf(text)) {
    const opens = openerIn(text, line);
    const isOpen = opens !== undefined || (opener !== undefined && !closesValue(text, line));
    opener ??= opens;
    lines.push(line);
    if (!isOpen) {
      yield* readEntry(text, { start: lines[0]?.start ?? line.start, end: line.end, lines, opener }, found);
      lines = [];
      opener = undefined;
    }
    yield lengthOf(line);
  }
  yield* readSwallowed(text, lines, opener, found);
  const last = new Map<string, Setting>();
  for (const setting of found.settings) {
    last.set(setting.key, setting);
    yield 1;
  }
  for (const setting of found.settings) {
    if (last.get(setting.key) !== setting) {
      found.problems.push({ problem: 'twice', span: setting.keySpan, key: setting.key });
    }
    yield 1;
  }
  return { ...found, unclosed: lines[0]?.start ?? text.length };
}

/** The value of each key: the last one if it is set several times. */
export function* valuesOf(text: string): Work<ReadonlyMap<string, string>> {
  return yield* valuesIn((yield* readEnvironment(text)).settings);
}

function* valuesIn(settings: readonly Setting[]): Work<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const { key, value } of settings) {
    values.set(key, value);
    yield 1;
  }
  return values;
}

/**
 * The value of each key as written: with quotes and references to other keys. A value that an application couldn't read on a line of
 * its own is rewritten so that it can.
 */
export function* writtenValuesOf(text: string): Work<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const { key, value, valueSpan } of (yield* readEnvironment(text)).settings) {
    const written = text.slice(valueSpan.start, valueSpan.end);
    const { settings, problems } = yield* readEnvironment(`KEY=${written}`);
    const isSound = problems.length === 0 && settings.length === 1 && settings[0]?.value === value;
    values.set(key, isSound ? written : writtenValue(value));
  }
  return values;
}

/** Whether it is a valid name for a setting. */
export function isKey(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.]*$/.test(name);
}

/**
 * The text with a key set to a value: where it is last set, or else on a new line at the end, or before a value that is never closed
 * and would swallow it. Changes no other byte.
 */
export function* withValue(text: string, key: string, value: string): Work<string> {
  const { settings, unread, problems, unclosed } = yield* readEnvironment(text);
  const before = yield* valuesIn(settings);
  const setting = [unread, settings].map((all) => all.findLast((candidate) => candidate.key === key)).findLast(Boolean);
  const candidates = [writtenValue(value), inDoubleQuotes(value)].map((written) => {
    const line = `${key}=${written}`;
    return setting
      ? `${text.slice(0, setting.valueSpan.start)}${written}${text.slice(setting.valueSpan.end)}`
      : unclosed < text.length
        ? `${text.slice(0, unclosed)}${line}${lineEndOf(text)}${text.slice(unclosed)}`
        : withLines(text, [line]);
  });
  const harm = problems.filter(isHarmful).length;
  for (const candidate of candidates) {
    const after = yield* readEnvironment(candidate);
    const values = yield* valuesIn(after.settings);
    let isRight = values.get(key) === value && after.problems.filter(isHarmful).length <= harm;
    for (const [name, old] of isRight ? before : []) {
      isRight &&= name === key || values.get(name) === old;
      yield 1;
    }
    if (isRight) {
      return candidate;
    }
  }
  return candidates[0] ?? text;
}

/** The text with lines appended, ending as before. */
export function withLines(text: string, lines: readonly string[]): string {
  const lineEnd = lineEndOf(text);
  const isEnded = text === '' || text === '\ufeff' || /[\r\n]$/.test(text);
  return `${text}${isEnded ? '' : lineEnd}${lines.join(lineEnd)}${isEnded ? lineEnd : ''}`;
}

/** A value, written so that Laravel reads it back. */
export function writtenValue(value: string): string {
  if (/^[\w:/.,@%+=-]*$/.test(value)) {
    return value;
  }
  // In single quotes, nothing is special to Laravel. But `="` starts a multi-line value even there, and other readers treat a
  // closing quote after a backslash as escaped.
  return !/["\\$\n\r]/.test(value) || /['\n\r]|="|\\$/.test(value) ? inDoubleQuotes(value) : `'${value}'`;
}

function inDoubleQuotes(value: string): string {
  return `"${value
    .replace(/["\\$]/g, '\\$&')
    .replace(/\r/g, '\\r')
    .replace(/\n/g, '\\n')}"`;
}

function lineEndOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

interface Found {
  readonly settings: Setting[];
  readonly unread: Setting[];
  readonly others: Span[];
  readonly problems: ProblemAt[];
}

/** What Laravel reads as one entry: a line, or the lines of a value. */
interface Entry extends Span {
  readonly lines: readonly Span[];
  /** For several lines, the position of the quote that joins them. */
  readonly opener: number | undefined;
}

function* linesOf(text: string): Generator<Span> {
  let start = text.startsWith('\ufeff') ? 1 : 0;
  for (const { 0: written, index } of text.matchAll(/\r\n|\n|\r/g)) {
    yield { start, end: index };
    start = index + written.length;
  }
  if (start < text.length) {
    yield { start, end: text.length };
  }
}

/** The position of the quote that starts a multi-line value, even in a comment: directly after `=`, and the only one on the line. */
function openerIn(text: string, line: Span): number | undefined {
  const place = text.slice(line.start, line.end).indexOf('="');
  return place < 0 || quotesIn(text, line) > 1 ? undefined : line.start + place + 1;
}

function closesValue(text: string, line: Span): boolean {
  return text.slice(line.start, line.end) === '"' || quotesIn(text, line) > 0;
}

/** The number of unescaped quotes on a line, except for one in its first column. */
function quotesIn(text: string, { start, end }: Span): number {
  const line = text.slice(start, end);
  return line.includes('"') ? [...line.replaceAll('\\\\', '').matchAll(/(?<=[^\\])"/g)].length : 0;
}

/** What PHP's trim() removes. */
const blanks = ' \n\r\t\v\0';

function trimmed(text: string, { start, end }: Span): Span {
  let [from, to] = [start, end];
  while (from < to && blanks.includes(text.charAt(from))) {
    from += 1;
  }
  while (to > from && blanks.includes(text.charAt(to - 1))) {
    to -= 1;
  }
  return { start: from, end: to };
}

function lengthOf({ start, end }: Span): number {
  return end - start + 1;
}

function* readEntry(text: string, entry: Entry, found: Found): Work<void> {
  const span = trimmed(text, entry);
  const isComment = text[span.start] === '#';
  if (span.start === span.end || isComment) {
    yield* readSwallowed(text, isComment ? entry.lines : [], entry.opener, found);
    return;
  }
  const equals = text.slice(span.start, span.end).indexOf('=');
  const name = equals < 0 ? undefined : nameIn(text, trimmed(text, { start: span.start, end: span.start + equals }));
  if (!name) {
    const isName = equals < 0 && nameIn(text, entry)?.isValid === true;
    found.others.push(span);
    found.problems.push({ problem: isName ? 'noValue' : 'noSetting', span, key: '' });
    return;
  }
  const { key, keySpan, isValid } = name;
  const { value, valueSpan, comment, problem } = readValue(text, { start: span.start + equals + 1, end: entry.end });
  if (problem && problem.problem !== 'escape' && entry.opener !== undefined) {
    // The lines below weren't meant to be part of it.
    yield* readApart(text, entry.lines, found, found.settings);
    found.problems.push({ problem: 'swallows', span: quoteAt(entry.opener), key });
    return;
  }
  if (!isValid) {
    found.problems.push({ problem: 'name', span: keySpan, key });
  }
  if (problem) {
    found.problems.push({ problem: problem.problem, span: problem.span, key });
  }
  found.settings.push({ key, keySpan, value, valueSpan });
  yield* readSwallowed(
    text,
    entry.lines.filter(({ start }) => start > comment),
    entry.opener,
    found,
  );
}

/** Reads lines that Laravel treats as part of something above, and reports where that starts. */
function* readSwallowed(text: string, lines: readonly Span[], opener: number | undefined, found: Found): Work<void> {
  const before = found.unread.length;
  yield* readApart(text, lines, found, found.unread);
  if (opener !== undefined && found.unread.length > before) {
    found.problems.push({ problem: 'swallows', span: quoteAt(opener), key: '' });
  }
}

/** Reads each line on its own, as it was probably meant. */
function* readApart(text: string, lines: readonly Span[], { others }: Found, settings: Setting[]): Work<void> {
  for (const line of lines) {
    const span = trimmed(text, line);
    if (text[span.start] === '#') {
      others.push(span);
    } else {
      const alone = { ...line, lines: [line], opener: undefined };
      yield* readEntry(text, alone, { settings, unread: [], others, problems: [] });
    }
    yield lengthOf(line);
  }
}

function quoteAt(start: number): Span {
  return { start, end: start + 1 };
}

const namePattern = /^[\p{Ll}\p{Lu}\p{M}\p{N}_.]+$/u;

/** The name before an equals sign; undefined if nobody would mean it as one. */
function nameIn(text: string, { start, end }: Span) {
  const written = text.slice(start, end);
  const exported = /^export\s[ \n\r\t\v\0]*/.exec(written)?.[0] ?? '';
  // Laravel ignores `export` before a one-letter name.
  const isExported = exported !== '' && /^.{9}/su.test(written);
  const bare = written.slice(exported.length);
  const isQuoted = /^(["']).+\1$/su.test(bare);
  const key = isQuoted ? bare.slice(1, -1) : bare;
  if (!/^[\p{L}\p{M}\p{N}_.-]+$/u.test(key)) {
    return undefined;
  }
  const from = start + exported.length + (isQuoted ? 1 : 0);
  return {
    key,
    keySpan: { start: from, end: from + key.length },
    isValid: namePattern.test(key) && (exported === '' || isExported),
  };
}

interface ReadValue {
  readonly value: string;
  readonly valueSpan: Span;
  /** The start of the comment after it; the end of the text if there is none. */
  readonly comment: number;
  readonly problem?: Omit<ProblemAt, 'key'>;
}

/** @param whole the text after the equals sign, to the end of the line or of the joined lines */
function readValue(text: string, whole: Span): ReadValue {
  const span = trimmed(text, whole);
  const first = text.charAt(span.start);
  if (span.start === span.end || first === '#') {
    // Blanks before a comment aren't a value.
    return { value: '', valueSpan: { start: whole.start, end: whole.start }, comment: commentIn(text, span) };
  }
  return first === '"' || first === "'" ? readQuoted(text, span, first) : readBare(text, span);
}

function readBare(text: string, span: Span): ReadValue {
  const comment = commentIn(text, span);
  const written = text.slice(span.start, Math.min(comment, span.end));
  // A leading form feed is the only blank that trim() keeps; it becomes part of the value, with the blanks after it.
  const value = /^(?:\f[ \f\t\v]{0,999})?[^ \t\n\v\f\r]*/.exec(written)?.[0] ?? '';
  return isBlank(written.slice(value.length))
    ? { value, valueSpan: { start: span.start, end: span.start + value.length }, comment }
    : asMeant(text, span, 'spaces');
}

function readQuoted(text: string, span: Span, quote: '"' | "'"): ReadValue {
  const { value, close, isEscaped } = quote === '"' ? doubleQuoted(text, span) : singleQuoted(text, span);
  if (close === undefined) {
    return asMeant(text, span, 'openQuote');
  }
  const valueSpan = { start: span.start, end: close + 1 };
  const comment = commentIn(text, { start: close + 1, end: span.end });
  if (!isBlank(text.slice(close + 1, Math.min(comment, span.end)))) {
    return asMeant(text, span, 'afterQuote');
  }
  const read = { value, valueSpan, comment };
  return isEscaped ? read : { ...read, problem: { problem: 'escape', span: valueSpan } };
}

interface QuotedValue {
  readonly value: string;
  /** The position of the closing quote; undefined if there is none. */
  readonly close: number | undefined;
  /** Whether each backslash in it starts a valid escape. */
  readonly isEscaped: boolean;
}

/** Only the closing quote is special in there. */
function singleQuoted(text: string, span: Span): QuotedValue {
  const inside = text.slice(span.start + 1, span.end);
  const length = inside.indexOf("'");
  const close = length < 0 ? undefined : span.start + 1 + length;
  return { value: withLineFeeds(inside.slice(0, length)), close, isEscaped: true };
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  $: '$',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Invalid escapes stay as they are. */
function doubleQuoted(text: string, span: Span): QuotedValue {
  const inside = text.slice(span.start + 1, span.end);
  let value = '';
  let isEscaped = true;
  let at = 0;
  for (const { 0: found, index } of inside.matchAll(/"|\\[\s\S]?/g)) {
    value += withLineFeeds(inside.slice(at, index));
    if (found === '"') {
      return { value, close: span.start + 1 + index, isEscaped };
    }
    const meant = escapes[found.slice(1)];
    isEscaped &&= meant !== undefined;
    value += meant ?? withLineFeeds(found);
    at = index + found.length;
  }
  return { value, close: undefined, isEscaped };
}

/** How Laravel joins the lines of a value. */
function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** A value that Laravel rejects: everything up to the comment. */
function asMeant(text: string, span: Span, problem: 'spaces' | 'openQuote' | 'afterQuote'): ReadValue {
  const comment = commentIn(text, span);
  const valueSpan = trimmed(text, { start: span.start, end: Math.min(comment, span.end) });
  return {
    value: text.slice(valueSpan.start, valueSpan.end).replace(/^(['"])([\s\S]*)\1$/, '$2'),
    valueSpan,
    comment,
    problem: { problem, span: problem === 'spaces' ? valueSpan : quoteAt(span.start) },
  };
}

function commentIn(text: string, { start, end }: Span): number {
  const place = text.slice(start, end).indexOf('#');
  return place < 0 ? Number.POSITIVE_INFINITY : start + place;
}

/** Like PHP's ctype_space(). */
function isBlank(text: string): boolean {
  return !/[^ \t\n\v\f\r]/.test(text);
}
