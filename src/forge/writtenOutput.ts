/** The part of an output that a server has written. */
export interface WrittenOutput {
  readonly text: string;
  /** False while the server doesn't find the file of the output, so that all of it, or its rest, may yet come. */
  readonly isWritten: boolean;
}

/**
 * What stands in place of an output, or ends one, as long as its file isn't there: the words of the `cat` with which Forge reads it
 * (seen in public reports of users of its API, for deployments, commands, scheduled jobs and events).
 */
const notThere =
  /^(?:cat|tail): (?:cannot open )?["'‘]?\/\S{1,300}\/\.forge\/[\w.-]{1,100}["'’]?(?: for reading)?: No such file or directory$/;

/** Takes an output apart into what is written and what Forge says of a file that isn't there yet, which is never shown. */
export function writtenPart(output: string): WrittenOutput {
  let end = output.length;
  while (end > 0 && (output[end - 1] === '\n' || output[end - 1] === '\r' || output[end - 1] === ' ')) {
    end -= 1;
  }
  const from = end === 0 ? 0 : output.lastIndexOf('\n', end - 1) + 1;
  return end - from <= 600 && notThere.test(output.slice(from, end))
    ? { text: output.slice(0, from), isWritten: false }
    : { text: output, isWritten: true };
}

/** How long an output is asked for again that should be there and isn't, in milliseconds. */
const patienceMs = 60_000;

/**
 * The pause before an output that should be there is asked for again: ever longer, six times in a minute.
 * @param sinceMs how long it has been due, in milliseconds
 * @returns milliseconds; undefined once it has been waited for long enough
 */
export function pauseForOutput(sinceMs: number): number | undefined {
  return sinceMs < patienceMs ? Math.max(2_000, sinceMs) : undefined;
}
