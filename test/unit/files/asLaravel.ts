/** What Laravel makes of a .env. */
export interface Loaded {
  /** Undefined where it refuses the whole file. */
  readonly values: ReadonlyMap<string, string> | undefined;
}

type State = 'initial' | 'bare' | 'single' | 'double' | 'escape' | 'blank' | 'comment';

const space = /^[ \t\n\v\f\r]+$/;

/**
 * The rules of phpdotenv 5 (Lines, EntryParser, Lexer) one after another, without regard for where anything stands or how long it
 * takes: what the reader of the extension is compared with.
 */
export function asLaravel(text: string): Loaded {
  const values = new Map<string, string>();
  for (const entry of entriesOf(text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/))) {
    const read = readEntry(entry);
    if (!read) {
      return { values: undefined };
    }
    if (read.value !== undefined) {
      values.set(read.name, read.value);
    }
  }
  return { values };
}

function entriesOf(lines: readonly string[]): string[] {
  const entries: string[] = [];
  let buffer: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    const isStart = line.includes('="') && !isStop(line, true);
    isOpen ||= isStart;
    let entry = line;
    if (isOpen) {
      buffer.push(line);
      if (isStop(line, isStart)) {
        isOpen = false;
        entry = buffer.join('\n');
        buffer = [];
      }
    }
    if (!isOpen && trim(entry) !== '' && !trim(entry).startsWith('#')) {
      entries.push(entry);
    }
  }
  return entries;
}

function isStop(line: string, isStart: boolean): boolean {
  let quotes = 0;
  const bare = line.split('\\\\').join('');
  for (let at = 1; at < bare.length; at += 1) {
    quotes += bare[at] === '"' && bare[at - 1] !== '\\' ? 1 : 0;
  }
  return line === '"' || (isStart ? quotes > 1 : quotes >= 1);
}

function readEntry(entry: string): { name: string; value: string | undefined } | undefined {
  const equals = entry.indexOf('=');
  const [left, right] = equals < 0 ? [entry, undefined] : [trim(entry.slice(0, equals)), trim(entry.slice(equals + 1))];
  const isExported = [...left].length > 8 && left.startsWith('export') && space.test(left.charAt(6));
  const written = isExported ? left.slice(6).replace(/^[ \n\r\t\v\0]+/, '') : left;
  const isQuoted = [...written].length > 2 && /^["']/.test(written) && written.at(0) === written.at(-1);
  const name = isQuoted ? written.slice(1, -1) : written;
  const value = right === undefined || right === '' ? right : readValue(right);
  return /^[\p{Ll}\p{Lu}\p{M}\p{N}_.]+$/u.test(name) && value !== null ? { name, value } : undefined;
}

/** @returns null where it is refused */
function readValue(written: string): string | null {
  const tokens = written.match(/[\r\n]{1,1000}|[ \t\v\f]{1,1000}|[\\'"#$]|[^ \t\n\v\f\r\\'"#$]{1,1000}/g) ?? [];
  let state: State = 'initial';
  let value = '';
  for (const token of tokens) {
    const next = step(state, token);
    if (!next) {
      return null;
    }
    [value, state] = [value + next[0], next[1]];
  }
  return state === 'single' || state === 'double' || state === 'escape' ? null : value;
}

function step(state: State, token: string): readonly [string, State] | undefined {
  switch (state) {
    case 'initial':
      return token === "'"
        ? ['', 'single']
        : token === '"'
          ? ['', 'double']
          : token === '#'
            ? ['', 'comment']
            : [token, 'bare'];
    case 'bare':
      return token === '#' ? ['', 'comment'] : space.test(token) ? ['', 'blank'] : [token, 'bare'];
    case 'single':
      return token === "'" ? ['', 'blank'] : [token, 'single'];
    case 'double':
      return token === '"' ? ['', 'blank'] : token === '\\' ? ['', 'escape'] : [token, 'double'];
    case 'escape': {
      const control = { f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }[token.charAt(0)];
      return /^["\\$]$/.test(token) ? [token, 'double'] : control ? [control + token.slice(1), 'double'] : undefined;
    }
    case 'blank':
      return token === '#' ? ['', 'comment'] : space.test(token) ? ['', 'blank'] : undefined;
    case 'comment':
      return ['', 'comment'];
  }
}

function trim(text: string): string {
  return text.replace(/^[ \n\r\t\v\0]+|[ \n\r\t\v\0]+$/g, '');
}
