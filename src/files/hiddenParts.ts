import type { Work } from '../ui/slices';
import type { EnvironmentText, Span } from './environmentText';

/** A part of a .env that may be a secret, and is hidden until the user shows it. */
export interface HiddenPart {
  readonly span: Span;
  /** Its line or lines, from the key on. */
  readonly whole: Span;
  /** Parts with the same name are shown together: all values of a key, or a line without a key until it changes. */
  readonly name: string;
}

interface Row {
  readonly whole: Span;
  /** Undefined for a line that isn't a setting. */
  readonly setting?: { readonly key: string; readonly value: string; readonly start: number };
}

/** From this length on, a word in a comment may be a secret. */
const longWord = 20;

const endOfKey = '-----END ';

/**
 * The hidden parts of a .env: everything after a key, including comments, because what is a comment to one reader is part of
 * the value to another; malformed lines, such as those of a private key without quotes; and in comments, settings that are
 * commented out, and long words.
 * @param read what `readEnvironment` returns for the text
 */
export function* hiddenParts(text: string, read: EnvironmentText): Work<readonly HiddenPart[]> {
  const parts: HiddenPart[] = [];
  const hide = ({ whole, setting }: Row, start: number, end = whole.end) => {
    if (start < end) {
      const name = start > whole.start && setting ? setting.key : `line ${text.slice(whole.start, whole.end)}`;
      parts.push({ span: { start, end }, whole, name });
    }
  };
  const lastEnd = text.lastIndexOf(endOfKey);
  let wasUnreadable = false;
  let keyEnds = 0;
  for (const row of yield* rowsOf(text, read)) {
    const { whole, setting } = row;
    const written = text.slice(whole.start, whole.end);
    const isComment = written.startsWith('#');
    if (whole.start < keyEnds) {
      hide(row, whole.start);
      yield lengthOf(whole);
      continue;
    }
    keyEnds = endOfPrivateKey(text, whole, lastEnd);
    const isUnreadable: boolean = setting ? isEndOfValue(setting, wasUnreadable) : !isComment;
    if (isUnreadable) {
      hide(row, whole.start);
    } else if (setting) {
      hide(row, setting.start);
    } else {
      for (const { start, end } of secretsIn(written)) {
        hide(row, whole.start + start, whole.start + end);
      }
    }
    wasUnreadable = isUnreadable;
    yield lengthOf(whole);
  }
  return parts;
}

function lengthOf({ start, end }: Span): number {
  return end - start + 1;
}

/** Settings and other lines in text order, without surrounding blanks. */
function* rowsOf(text: string, { settings, unread, others }: EnvironmentText): Work<Row[]> {
  const restOfLine = /[^\r\n]*/y;
  const rows: Row[] = others.map((whole) => ({ whole }));
  for (const found of [settings, unread]) {
    for (const { key, value, keySpan, valueSpan } of found) {
      restOfLine.lastIndex = valueSpan.end;
      const rest = restOfLine.exec(text)?.[0].trimEnd() ?? '';
      const whole = { start: keySpan.start, end: valueSpan.end + rest.length };
      // Blanks before a comment aren't part of it.
      const start = rest && valueSpan.start === valueSpan.end ? whole.end - rest.trimStart().length : valueSpan.start;
      rows.push({ whole, setting: { key, value, start } });
      yield lengthOf(whole);
    }
  }
  return rows.sort((one, other) => one.whole.start - other.whole.start);
}

/** Whether what looks like a setting is the last line of Base64 data. */
function isEndOfValue({ key, value }: { readonly key: string; readonly value: string }, follows: boolean): boolean {
  return value === '='
    ? true
    : value === '' && (follows || (key.length >= longWord && /[a-z]/.test(key) && /[A-Z]/.test(key)));
}

/**
 * The end of the multi-line private key that starts on that line; 0 if there is none.
 * @param lastEnd the end of the last such key in the text
 */
function endOfPrivateKey(text: string, { start, end }: Span, lastEnd: number): number {
  const begins = text.slice(start, end).lastIndexOf('-----BEGIN ');
  const ends = begins < 0 || start + begins > lastEnd ? -1 : text.indexOf(endOfKey, start + begins);
  return ends < end ? 0 : ends + 1;
}

/** The parts of a comment that may be secrets. */
function secretsIn(comment: string): Span[] {
  const setting = /[\w.-]\s*=(?!=)\s*|^#+\s*[A-Z][A-Z0-9_]*:\s+/.exec(comment);
  return setting
    ? [{ start: setting.index + setting[0].length, end: comment.length }]
    : [...comment.matchAll(/\S+/g)]
        .filter(([word]) => word.length >= longWord && /[\p{L}\p{N}]/u.test(word))
        .map(({ 0: word, index }) => ({ start: index, end: index + word.length }));
}
