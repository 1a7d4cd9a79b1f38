/** How much of a text is read in one go, in characters: a few milliseconds. */
const sliceLength = 50_000;

/** The most that is read of a text, in characters: its end. */
const mostRead = 8_000_000;

/** The most that is read of a line, in characters. */
const longestLine = 1_000;

/** Cuts work on a long text into slices, between which whatever else waits has its turn, such as a click. */
export class Slices {
  private left = sliceLength;

  /**
   * To be called after work on so many characters.
   * @returns what is to be awaited before the next; undefined where the slice isn't used up
   */
  take(length: number): Promise<void> | undefined {
    this.left -= length;
    if (this.left > 0) {
      return undefined;
    }
    this.left = sliceLength;
    return new Promise((resolve) => setImmediate(resolve));
  }
}

/** The last lines of a text, each without blanks at its end and cut to `longestLine`. */
export interface Lines {
  /** How many lines come before them. */
  readonly before: number;
  readonly lines: readonly string[];
}

/** The lines of a text, or the last ones of a very long one, read in slices. */
export async function linesOf(text: string): Promise<Lines> {
  const slices = new Slices();
  const lines: string[] = [];
  const start = text.length - mostRead;
  let before = 0;
  for (let from = 0; from <= text.length; ) {
    const next = text.indexOf('\n', from);
    const end = next < 0 ? text.length : next;
    if (from < start && next >= 0) {
      before += 1;
    } else {
      lines.push(text.slice(from, Math.min(end, from + longestLine)).trimEnd());
    }
    const pause = slices.take(end - from + 1);
    if (pause) {
      await pause;
    }
    from = end + 1;
  }
  return { before, lines };
}

/** Work on a long text that yields after each part of it how many characters that had. */
export type Work<Result> = Generator<number, Result, void>;

/** Does the work in one go: for texts that are short. */
export function atOnce<Result>(work: Work<Result>): Result {
  let step = work.next();
  while (!step.done) {
    step = work.next();
  }
  return step.value;
}

/** Does the work in slices: for texts that may be long. */
export async function inSlices<Result>(work: Work<Result>): Promise<Result> {
  const slices = new Slices();
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) {
      return step.value;
    }
    const pause = slices.take(step.value);
    if (pause) {
      await pause;
    }
  }
}

/** The lines of a text, all of them. */
export function* splitLines(text: string): Work<string[]> {
  const lines: string[] = [];
  for (let from = 0, read = 0; ; ) {
    const end = text.indexOf('\n', from);
    if (end < 0) {
      lines.push(text.slice(from));
      return lines;
    }
    lines.push(text.slice(from, end));
    read += end + 1 - from;
    from = end + 1;
    if (read > mostAtOnce) {
      yield read;
      read = 0;
    }
  }
}

/** How much work is done before it is told, in characters: far less than a slice. */
export const mostAtOnce = 20_000;
