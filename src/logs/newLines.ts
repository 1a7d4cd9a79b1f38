import { mostAtOnce, type Work } from '../ui/slices';

/** What has come to a log since it was read before. */
export interface NewLines {
  /** What is to be appended; begins in the middle of a line where the last one was not complete. */
  readonly appended: string;
  /**
   * What happened before it: `gap` where lines may be missing in between, `restarted` where the log has begun anew, because it was
   * rotated or emptied, `emptied` where there is nothing in it any more; null where it goes on.
   */
  readonly interruption: 'gap' | 'restarted' | 'emptied' | null;
}

/**
 * Finds what is new in a log of which only the last lines can be read, always whole (src/forge/README.md, Logs): the longest end of what was
 * read before with which it now begins. An overlap counts only if it can hardly be chance: if it is all of what was read before, or
 * half of both what was read and what is there now, or has a line that is nowhere else. Otherwise a gap is told rather than one hidden.
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
    // All of it was there, and less is now: what moves over a log that only grows would be the same, or have something new.
    return { appended: now, interruption: 'restarted' };
  }
  if (count !== undefined) {
    const isMost = 2 * length >= Math.max(before.length, now.length);
    if (isMost || (yield* hasLineOfItsOwn(old, current, count))) {
      return { appended: now.slice(length), interruption: null };
    }
  }
  // A window that moves over a log never becomes smaller.
  return { appended: now, interruption: countOf(current) < countOf(old) ? 'restarted' : 'gap' };
}

/** The lines of a text. Equal ones have the same number, blank ones one below zero. */
interface Lines {
  readonly numbers: readonly number[];
  /** Where each begins, and the end of the last. */
  readonly starts: readonly number[];
  /** What stands behind the last line feed. */
  readonly rest: string;
}

/** @param known the number of each line that is known so far, which may be of another text */
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
 * How many whole lines of one text, its last ones, are the first of the other, with its rest behind them: the most there are
 * (Knuth, Morris and Pratt, by line). Undefined where there is no overlap at all.
 */
function* commonLines(old: Lines, { numbers, starts }: Lines, now: string): Work<number | undefined> {
  // By count of lines, the most that are both the first and the last of so many.
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

/** Whether one of the lines that both have in common stands nowhere else in them. */
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
