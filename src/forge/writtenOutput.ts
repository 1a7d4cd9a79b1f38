/** The part of an output that the server has written so far. */
export interface WrittenOutput {
  readonly text: string;
  /** False while the server doesn't find the output's file, so that all of it, or the rest, may still come. */
  readonly isWritten: boolean;
}

/**
 * What replaces an output, or ends it, while its file isn't there: the message of the `cat` with which Forge reads it
 * (seen in public reports by API users, for deployments, commands, scheduled jobs and events).
 */
const notThere =
  /^(?:cat|tail): (?:cannot open )?["'‘]?\/\S{1,300}\/\.forge\/[\w.-]{1,100}["'’]?(?: for reading)?: No such file or directory$/;

/** Separates the written output from what Forge says about a file that isn't there yet, which is never shown. */
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

/** How long to keep asking for an output that should be there and isn't, in milliseconds. */
const patienceMs = 60_000;

/**
 * The pause before asking again for an output that should be there. Pauses get longer: six in a minute.
 * @param sinceMs how long it has been due, in milliseconds
 * @returns milliseconds; undefined to stop asking
 */
export function pauseForOutput(sinceMs: number): number | undefined {
  return sinceMs < patienceMs ? Math.max(2_000, sinceMs) : undefined;
}
