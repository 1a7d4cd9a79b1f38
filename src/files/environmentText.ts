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

/**
 * What Laravel refuses a whole file for, but for three: `swallows` takes settings from it without a word, `noValue` is a line without
 * an effect, and of `twice` the last one counts.
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
  /** The key that it is about; '' where there is none. */
  readonly key: string;
}

/** Whether Laravel refuses the file for it, or loses a setting. */
export function isHarmful({ problem }: ProblemAt): boolean {
  return problem !== 'twice' && problem !== 'noValue';
}

export interface EnvironmentText {
  /** In the order of the text. Of several of one key the last one counts. */
  readonly settings: readonly Setting[];
  /** What looks like a setting, in the order of the text, but belongs to a value or comment that begins further up. */
  readonly unread: readonly Setting[];
  /** Lines that are no setting: comments, and those that nobody can read. Without what is blank around them. */
  readonly others: readonly Span[];
  readonly problems: readonly ProblemAt[];
  /** Where the lines begin that belong to a value or comment that is never closed; the length of the text where there are none. */
  readonly unclosed: number;
}

/**
 * Reads a .env as Laravel does (phpdotenv 5: Lines, EntryParser and Lexer), variables in values left as they are; and tells what it
 * would refuse or lose. What it would refuse is read as it was probably meant. Never throws, and takes time in proportion to the text.
 */
export function readEnvironment(text: string): EnvironmentText {
  const found: Found = { settings: [], unread: [], others: [], problems: [] };
  let lines: Span[] = [];
  let opener: number | undefined;
  for (const line of linesOf(text)) {
    const opens = openerIn(text, line);
    const isOpen = opens !== undefined || (opener !== undefined && !closesValue(text, line));
    opener ??= opens;
    lines.push(line);
    if (!isOpen) {
      readEntry(text, { start: lines[0]?.start ?? line.start, end: line.end, lines, opener }, found);
      lines = [];
      opener = undefined;
    }
  }
  readSwallowed(text, lines, opener, found);
  const last = new Map(found.settings.map((setting) => [setting.key, setting]));
  for (const setting of found.settings) {
    if (last.get(setting.key) !== setting) {
      found.problems.push({ problem: 'twice', span: setting.keySpan, key: setting.key });
    }
  }
  return { ...found, unclosed: lines[0]?.start ?? text.length };
}

/** What each key is set to: of several settings of one key the last one. */
export function valuesOf(text: string): ReadonlyMap<string, string> {
  return new Map(readEnvironment(text).settings.map(({ key, value }) => [key, value]));
}

/**
 * How each key is set, as it is written: with its quotes and with what it takes over from other keys. One that an application would
 * stumble over, alone in its line, is written so that it does not.
 */
export function writtenValuesOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    readEnvironment(text).settings.map(({ key, value, valueSpan: { start, end } }) => {
      const written = text.slice(start, end);
      const { settings, problems } = readEnvironment(`KEY=${written}`);
      const isSound = problems.length === 0 && settings.length === 1 && settings[0]?.value === value;
      return [key, isSound ? written : writtenValue(value)];
    }),
  );
}

/** Whether that can be the name of a setting. */
export function isKey(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.]*$/.test(name);
}

/**
 * The text with that key set to that value, where it stands last, else in a line at the end; or before a value that is never closed,
 * which would swallow it. No other byte is changed.
 */
export function withValue(text: string, key: string, value: string): string {
  const { settings, unread, problems, unclosed } = readEnvironment(text);
  const before = new Map(settings.map((setting) => [setting.key, setting.value]));
  const setting = [unread, settings].map((all) => all.findLast((candidate) => candidate.key === key)).findLast(Boolean);
  const candidates = [writtenValue(value), inDoubleQuotes(value)].flatMap((written) => {
    const line = `${key}=${written}`;
    return setting
      ? [`${text.slice(0, setting.valueSpan.start)}${written}${text.slice(setting.valueSpan.end)}`]
      : [
          unclosed < text.length
            ? `${text.slice(0, unclosed)}${line}${lineEndOf(text)}${text.slice(unclosed)}`
            : withLines(text, [line]),
        ];
  });
  const isRight = (candidate: string) => {
    const after = readEnvironment(candidate);
    const values = new Map(after.settings.map((other) => [other.key, other.value]));
    return (
      values.get(key) === value &&
      after.problems.filter(isHarmful).length <= problems.filter(isHarmful).length &&
      [...before].every(([name, old]) => name === key || values.get(name) === old)
    );
  };
  return candidates.find(isRight) ?? candidates[0] ?? text;
}

/** The text with lines at its end, which it ends as it ended before. */
export function withLines(text: string, lines: readonly string[]): string {
  const lineEnd = lineEndOf(text);
  const isEnded = text === '' || text === '\ufeff' || /[\r\n]$/.test(text);
  return `${text}${isEnded ? '' : lineEnd}${lines.join(lineEnd)}${isEnded ? lineEnd : ''}`;
}

/** A value as it has to be written so that Laravel reads it back. */
export function writtenValue(value: string): string {
  if (/^[\w:/.,@%+=-]*$/.test(value)) {
    return value;
  }
  // Within single quotes nothing has a meaning to Laravel. But `="` opens a value of several lines even there, and other readers take
  // the closing quote after a backslash for escaped.
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

/** What Laravel reads at once: a line, or the lines of a value. */
interface Entry extends Span {
  readonly lines: readonly Span[];
  /** Of several lines, where the quote is that keeps them together. */
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

/** Where a line, be it a comment, has the quote that opens a value of several lines: directly after `=`, and no other in the line. */
function openerIn(text: string, line: Span): number | undefined {
  const place = text.slice(line.start, line.end).indexOf('="');
  return place < 0 || quotesIn(text, line) > 1 ? undefined : line.start + place + 1;
}

function closesValue(text: string, line: Span): boolean {
  return text.slice(line.start, line.end) === '"' || quotesIn(text, line) > 0;
}

/** How many quotes of a line are not escaped, but for one in its first column. */
function quotesIn(text: string, { start, end }: Span): number {
  const line = text.slice(start, end);
  return line.includes('"') ? [...line.replaceAll('\\\\', '').matchAll(/(?<=[^\\])"/g)].length : 0;
}

/** What PHP's trim() takes away. */
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

function readEntry(text: string, entry: Entry, found: Found): void {
  const span = trimmed(text, entry);
  const isComment = text[span.start] === '#';
  if (span.start === span.end || isComment) {
    readSwallowed(text, isComment ? entry.lines : [], entry.opener, found);
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
    // Nobody meant the lines below to be a part of it.
    readApart(text, entry.lines, found, found.settings);
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
  readSwallowed(
    text,
    entry.lines.filter(({ start }) => start > comment),
    entry.opener,
    found,
  );
}

/** Reads lines that Laravel takes for a part of something further up, and tells where that begins. */
function readSwallowed(text: string, lines: readonly Span[], opener: number | undefined, found: Found): void {
  const before = found.unread.length;
  readApart(text, lines, found, found.unread);
  if (opener !== undefined && found.unread.length > before) {
    found.problems.push({ problem: 'swallows', span: quoteAt(opener), key: '' });
  }
}

/** Reads each line as if it stood alone, as it was probably meant. */
function readApart(text: string, lines: readonly Span[], { others }: Found, settings: Setting[]): void {
  for (const line of lines) {
    const span = trimmed(text, line);
    if (text[span.start] === '#') {
      others.push(span);
    } else {
      readEntry(text, { ...line, lines: [line], opener: undefined }, { settings, unread: [], others, problems: [] });
    }
  }
}

function quoteAt(start: number): Span {
  return { start, end: start + 1 };
}

const namePattern = /^[\p{Ll}\p{Lu}\p{M}\p{N}_.]+$/u;

/** The name before an equals sign; undefined where that is nothing that anybody would mean for one. */
function nameIn(text: string, { start, end }: Span) {
  const written = text.slice(start, end);
  const exported = /^export\s[ \n\r\t\v\0]*/.exec(written)?.[0] ?? '';
  // Laravel sees no `export` before a name of one letter.
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
  /** Where the comment after it begins; behind everything where there is none. */
  readonly comment: number;
  readonly problem?: Omit<ProblemAt, 'key'>;
}

/** @param whole what follows the equals sign, to the end of the line or of the lines that belong together */
function readValue(text: string, whole: Span): ReadValue {
  const span = trimmed(text, whole);
  const first = text.charAt(span.start);
  if (span.start === span.end || first === '#') {
    // Blanks before a comment are no value.
    return { value: '', valueSpan: { start: whole.start, end: whole.start }, comment: commentIn(text, span) };
  }
  return first === '"' || first === "'" ? readQuoted(text, span, first) : readBare(text, span);
}

function readBare(text: string, span: Span): ReadValue {
  const comment = commentIn(text, span);
  const written = text.slice(span.start, Math.min(comment, span.end));
  // A form feed in front is the only blank that trim() leaves, and is taken into the value with those behind it.
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
  /** Where the quote that ends it is; undefined where there is none. */
  readonly close: number | undefined;
  /** Whether each backslash in it stands before what it may stand before. */
  readonly isEscaped: boolean;
}

/** Nothing has a meaning in there but the quote that ends it. */
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

/** What Laravel would not read of it stays as it is. */
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

/** Laravel puts the lines of a value together so. */
function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** A value that Laravel refuses: all up to the comment. */
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

/** As PHP's ctype_space() has it. */
function isBlank(text: string): boolean {
  return !/[^ \t\n\v\f\r]/.test(text);
}
