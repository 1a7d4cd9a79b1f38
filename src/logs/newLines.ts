import { mostAtOnce, type Work } from '../ui/slices';

/** What is new in a log since the last read. */
export interface NewLines {
  /** The text to append; starts in the middle of a line if the last one was incomplete. */
  readonly appended: string;
  /**
   * What happened before it: `gap` if lines may be missing in between, `restarted` if the log started over because it was
   * rotated or cleared, `emptied` if it is empty now; null if it just continues.
   */
  readonly interruption: 'gap' | 'restarted' | 'emptied' | null;
}

/**
 * Finds what is new in a log of which each read returns the last lines (src/forge/README.md, Logs): the longest suffix of the previous
 * text that is a prefix of the current one. An overlap counts only if it is unlikely to be chance: if it is all of the previous text, or
 * half of both texts, or has a unique line. Otherwise it reports a gap, rather than hide one.
 */
export function* newLines(before: string, now: string): Work<NewLines> {
  if (!/\S/.test(now)) {
    return { appended: '', interruption: /\S/.test(before) ? 'emptied' : null };
  }
  if (!/\S/.test(before)) {
    return { appended: now, interruption: null };
  }
  if (now.startsWith(before)) {
    return { appended: now.slice(before.length), interruption: null };
  }
  const numbers = new Map<string, number>();
  const old = yield* numberedLines(before, numbers);
  const current = yield* numberedLines(now, numbers);
  const count = yield* commonLines(old, current, now);
  const length = count === undefined ? 0 : (current.starts[count] ?? 0) + old.rest.length;
  if (length === now.length) {
    // The current text is a shorter part of the previous one: a window over a growing log would be unchanged, or have something new.
    return { appended: now, interruption: 'restarted' };
  }
  if (count !== undefined) {
    const isMost = 2 * length >= Math.max(before.length, now.length);
    if (isMost || (yield* hasLineOfItsOwn(old, current, count))) {
      return { appended: now.slice(length), interruption: null };
    }
  }
  // A window moving over a log never shrinks.
  return { appended: now, interruption: countOf(current) < countOf(old) ? 'restarted' : 'gap' };
}

/** The lines of a text. Equal lines have the same number, blank ones a negative one. */
interface Lines {
  readonly numbers: readonly number[];
  /** The start of each line, and the end of the last one. */
  readonly starts: readonly number[];
  /** The text after the last line feed. */
  readonly rest: string;
}

/** @param known the numbers of lines so far, possibly from another text */
function* numberedLines(text: string, known: Map<string, number>): Work<Lines> {
  const numbers: number[] = [];
  const starts = [0];
  let from = 0;
  let read = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    const line = text.slice(from, end);
    let number = known.get(line);
    if (number === undefined) {
      number = (known.size + 1) * (/\S/.test(line) ? 1 : -1);
      known.set(line, number);
    }
    numbers.push(number);
    from = end + 1;
    starts.push(from);
    read += line.length + 1;
    if (read > mostAtOnce) {
      yield read;
      read = 0;
    }
  }
  return { numbers, starts, rest: text.slice(from) };
}

/**
 * The largest number of last whole lines of one text that are the first lines of the other, followed by the text's unfinished line
 * (Knuth, Morris and Pratt, by line). Undefined if there is no overlap at all.
 */
function* commonLines(old: Lines, { numbers, starts }: Lines, now: string): Work<number | undefined> {
  // For each number of lines, the length of the longest proper prefix that is also a suffix.
  const shorter = [0, 0];
  const next = (count: number, number: number | undefined): number => {
    let shared = count;
    while (shared > 0 && numbers[shared] !== number) {
      shared = shorter[shared] ?? 0;
    }
    return numbers[shared] === number ? shared + 1 : 0;
  };
  for (let line = 1; line < numbers.length; line += 1) {
    shorter.push(next(shorter[line] ?? 0, numbers[line]));
    if (line % mostAtOnce === 0) {
      yield mostAtOnce;
    }
  }
  let count = 0;
  for (const [line, number] of old.numbers.entries()) {
    count = numbers.length === 0 ? 0 : next(count === numbers.length ? (shorter[count] ?? 0) : count, number);
    if (line % mostAtOnce === 0) {
      yield mostAtOnce;
    }
  }
  for (; count > 0; count = shorter[count] ?? 0) {
    if (now.startsWith(old.rest, starts[count])) {
      return count;
    }
  }
  return old.rest !== '' && now.startsWith(old.rest) ? 0 : undefined;
}

/** Whether one of the overlapping lines appears nowhere else in either text. */
function* hasLineOfItsOwn(old: Lines, { numbers }: Lines, count: number): Work<boolean> {
  const elsewhere = new Set<number>();
  for (const others of [old.numbers.slice(0, old.numbers.length - count), numbers.slice(count)]) {
    for (const [line, number] of others.entries()) {
      elsewhere.add(number);
      if (line % mostAtOnce === 0) {
        yield mostAtOnce;
      }
    }
  }
  return numbers.slice(0, count).some((number) => number > 0 && !elsewhere.has(number));
}

function countOf({ numbers, rest }: Lines): number {
  return numbers.length + (rest === '' ? 0 : 1);
}
