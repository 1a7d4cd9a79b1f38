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

/** How much of the end of a text is searched for, in characters. */
const probeLength = 256;

/** How many places are looked at in a text that repeats itself. */
const mostPlaces = 2_000;

/**
 * Finds what is new in a log of which only the last lines can be read, always whole (behaviour.md §5): the longest end of what was
 * read before with which it now begins. An overlap counts only if it can hardly be chance: if it is all of what was read before, or
 * half of both what was read and what is there now, or has a line that is nowhere else. Otherwise a gap is told rather than one hidden.
 */
export function newLines(before: string, now: string): NewLines {
  if (now.trim() === '') {
    return { appended: '', interruption: before.trim() === '' ? null : 'emptied' };
  }
  if (before.trim() === '') {
    return { appended: now, interruption: null };
  }
  if (now.startsWith(before)) {
    return { appended: now.slice(before.length), interruption: null };
  }
  const length = overlap(before, now);
  if (length === now.length) {
    // All of it was there, and less is now: what moves over a log that only grows would be the same, or have something new.
    return { appended: now, interruption: 'restarted' };
  }
  if (length > 0 && isNoChance(before, now, length)) {
    return { appended: now.slice(length), interruption: null };
  }
  // A window that moves over a log never becomes smaller.
  return { appended: now, interruption: countLines(now) < countLines(before) ? 'restarted' : 'gap' };
}

/** The length of the longest end of one text, from the beginning of a line, with which the other begins, as it does with a line. */
function overlap(before: string, now: string): number {
  const isLines = (length: number) => length === before.length || before[before.length - length - 1] === '\n';
  const probe = before.slice(-probeLength);
  let at = now.lastIndexOf(probe, Math.min(now.length, before.length) - probe.length);
  for (let places = 0; at >= 0 && places < mostPlaces; places += 1) {
    const length = at + probe.length;
    if (length <= before.length && isLines(length) && before.endsWith(now.slice(0, length))) {
      return length;
    }
    at = at === 0 ? -1 : now.lastIndexOf(probe, at - 1);
  }
  for (let length = Math.min(probe.length, now.length); length > 0; length -= 1) {
    if (isLines(length) && probe.endsWith(now.slice(0, length))) {
      return length;
    }
  }
  return 0;
}

function isNoChance(before: string, now: string, length: number): boolean {
  if (2 * length >= Math.max(before.length, now.length)) {
    return true;
  }
  const common = now.slice(0, length);
  const rest = `${before.slice(0, before.length - length)}\n${now.slice(length)}`;
  return common.split('\n').some((line) => line.trim().length > 0 && !rest.includes(line));
}

function countLines(text: string): number {
  let lines = text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines += 1;
  }
  return lines;
}
