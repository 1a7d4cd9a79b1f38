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
