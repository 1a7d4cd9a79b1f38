import vm from 'node:vm';

/** What is counted while something runs. */
interface Count {
  /** Characters that were looked at by strings and patterns, and entries that were put into maps and sets. */
  steps: number;
  /** How often that was, however much it was each time. */
  calls: number;
}

type Method = (this: never, ...given: never[]) => unknown;

/** The most that a run is waited for, in milliseconds: what is more than linear would take hours on megabytes, within one pattern. */
const patienceMs = 60_000;

/**
 * Runs something and counts its steps, whatever the machine: the characters that the methods of strings and patterns look at, and what
 * is put into maps and sets. A pattern that goes back and forth over a text counts once; it ends the run by taking too long.
 * @param run must be done when it returns; is given what is counted so far
 */
export function stepsOf(run: (count: Readonly<Count>) => void): number {
  const count: Count = { steps: 0, calls: 0 };
  const restore = [
    countCalls(
      count,
      String.prototype,
      'indexOf',
      (text: string, found: number, [needle = '', from = 0]: [string?, number?]) =>
        (found < 0 ? text.length - from : found - from) + needle.length,
    ),
    countCalls(
      count,
      String.prototype,
      'lastIndexOf',
      (text: string, found: number, [, from = text.length]: [string?, number?]) =>
        Math.min(from, text.length) - Math.max(0, found),
    ),
    countCalls(count, String.prototype, 'includes', (text: string) => text.length),
    countCalls(
      count,
      String.prototype,
      'startsWith',
      (text: string, _: boolean, [other = '', from = 0]: [string?, number?]) => commonLength(text, other, from),
    ),
    countCalls(count, String.prototype, 'endsWith', (_: string, __: boolean, [other = '']: [string?]) => other.length),
    countCalls(count, String.prototype, 'split', (text: string) => text.length),
    countCalls(count, String.prototype, 'replaceAll', (text: string) => text.length),
    countCalls(count, String.prototype, 'trim', (text: string, trimmed: string) => text.length - trimmed.length),
    countCalls(count, Array.prototype, 'slice', (_: unknown[], { length }: unknown[]) => length),
    countCalls(count, Array.prototype, 'join', ({ length }: unknown[]) => length),
    countCalls(count, Map.prototype, 'set', () => 1),
    countCalls(count, Set.prototype, 'add', () => 1),
    countPatterns(count),
  ];
  try {
    inTime(() => run(count));
  } finally {
    for (const undo of restore) {
      undo();
    }
  }
  return count.steps;
}

/** Throws where it takes longer than anybody waits, which code that runs at once can be stopped for in no other way. */
function inTime(run: () => void): void {
  const name = '__timed';
  Object.assign(globalThis, { [name]: run });
  try {
    new vm.Script(`globalThis.${name}()`).runInThisContext({ timeout: patienceMs });
  } finally {
    Reflect.deleteProperty(globalThis, name);
  }
}

function countCalls<Self, Result, Given extends unknown[]>(
  count: Count,
  prototype: object,
  name: string,
  cost: (self: Self, result: Result, given: Given) => number,
): () => void {
  const original = Reflect.get(prototype, name) as Method;
  const counting = function (this: never, ...given: never[]): unknown {
    const result = original.apply(this, given);
    count.calls += 1;
    count.steps += 1 + cost(this as Self, result as Result, given as unknown as Given);
    return result;
  };
  Object.defineProperty(prototype, name, { value: counting, configurable: true, writable: true });
  return () => Object.defineProperty(prototype, name, { value: original, configurable: true, writable: true });
}

/** All that is done with a pattern comes down to this one method. */
function countPatterns(count: Count): () => void {
  const { exec } = RegExp.prototype;
  RegExp.prototype.exec = function (text) {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const match = exec.call(this, text);
    count.calls += 1;
    count.steps += 1 + (match ? match.index + match[0].length - from : this.sticky ? 0 : text.length - from);
    return match;
  };
  return () => {
    RegExp.prototype.exec = exec;
  };
}

function commonLength(text: string, other: string, from: number): number {
  let length = 0;
  while (length < other.length && text[from + length] === other[length]) {
    length += 1;
  }
  return length;
}

/** What work on a text has cost. */
export interface Steps {
  /** How many characters regular expressions have looked at. */
  readonly read: number;
  /** The most of them between two moments in which something else had its turn. */
  readonly longestSlice: number;
}

/**
 * Does work and counts what it costs, on a machine of any speed. A regular expression counts with all that it was given: up to the end
 * of what it has found, or to the end of the text.
 */
export async function countSteps(work: () => unknown): Promise<Steps> {
  const { exec } = RegExp.prototype;
  const { setImmediate } = globalThis;
  let read = 0;
  let slice = 0;
  let longestSlice = 0;
  RegExp.prototype.exec = function (text) {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const match = exec.call(this, text);
    const to = match ? match.index + match[0].length : this.sticky ? from : text.length;
    read += Math.max(1, to - from);
    slice += Math.max(1, to - from);
    longestSlice = Math.max(longestSlice, slice);
    return match;
  };
  Object.assign(globalThis, {
    setImmediate: (...given: Parameters<typeof setImmediate>) => {
      slice = 0;
      return setImmediate(...given);
    },
  });
  try {
    await work();
  } finally {
    RegExp.prototype.exec = exec;
    Object.assign(globalThis, { setImmediate });
  }
  return { read, longestSlice };
}

/** A text of that many characters or a few more, of one part again and again. */
export function textOf(part: string, length: number): string {
  return part.repeat(Math.ceil(length / part.length));
}
