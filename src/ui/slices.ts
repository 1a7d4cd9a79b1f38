/** How much text is processed in one go, in characters: a few milliseconds. */
const sliceLength = 50_000;

/** Maximum length of text to process, in characters: its end is kept. */
const mostRead = 8_000_000;

/** Maximum length of a line, in characters. */
const longestLine = 1_000;

/** Cuts work on a long text into slices, so that other work, such as a click, gets its turn in between. */
export class Slices {
  private left = sliceLength;

  /**
   * Call it after work on that many characters.
   * @returns what to await before the next work; undefined if there is room left in the slice
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

/** The last lines of a text, each cut to `longestLine` and without trailing whitespace. */
export interface Lines {
  /** The number of lines before them. */
  readonly before: number;
  readonly lines: readonly string[];
}

/** The lines of a text, or the last lines of a very long text, split in slices. */
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

/** Work on a long text that yields, after each part, the number of characters in it. */
export type Work<Result> = Generator<number, Result, void>;

/** Does the work in one go, for short texts. */
export function atOnce<Result>(work: Work<Result>): Result {
  let step = work.next();
  while (!step.done) {
    step = work.next();
  }
  return step.value;
}

/** Does the work in slices, for texts that may be long. */
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

/** All lines of a text. */
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

/** How much work to do before yielding, in characters: far less than a slice. */
export const mostAtOnce = 20_000;
