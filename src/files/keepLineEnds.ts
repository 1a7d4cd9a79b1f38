/** Maximum number of comparisons for the lines between the first and the last change. */
const mostComparisons = 4_000_000;

/**
 * The edited text, with the original line ends of unchanged lines. An editor uses one line end for the whole text; text on a
 * server may mix them.
 * @param before the original text
 * @param edited the text from the editor, with one kind of line end
 */
export function keepLineEnds(before: string, edited: string): string {
  if (isUniform(before)) {
    return edited;
  }
  const old = linesOf(before);
  const now = linesOf(edited);
  const same = ([a]: Line, [b]: Line) => a === b;
  let head = 0;
  while (head < old.length && head < now.length && same(old[head] as Line, now[head] as Line)) {
    head += 1;
  }
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    same(old[old.length - 1 - tail] as Line, now[now.length - 1 - tail] as Line)
  ) {
    tail += 1;
  }
  const pairs = new Map<number, number>();
  for (let index = 0; index < head; index += 1) {
    pairs.set(index, index);
  }
  for (let index = 1; index <= tail; index += 1) {
    pairs.set(now.length - index, old.length - index);
  }
  for (const [to, from] of common(old.slice(head, old.length - tail), now.slice(head, now.length - tail))) {
    pairs.set(head + to, head + from);
  }
  const ends = now.map(([, end], index) => {
    const from = pairs.get(index);
    // The last line has no line end: add one if it is no longer last, and remove it from the new last line.
    return (end !== '' && from !== undefined && old[from]?.[1]) || end;
  });
  // From last to first: each line's start affects the end of the previous one.
  for (let index = now.length - 2; index >= 0; index -= 1) {
    // A carriage return before a line feed would merge with it into one line end.
    if (ends[index] === '\r' && now[index + 1]?.[0] === '' && ends[index + 1]?.startsWith('\n')) {
      ends[index] = now[index]?.[1] ?? '';
    }
  }
  return now.map(([text], index) => text + ends[index]).join('');
}

type Line = readonly [text: string, end: string];

function isUniform(text: string): boolean {
  return new Set(text.match(/\r\n|\r|\n/g)).size < 2 && !/\r(?!\n)/.test(text);
}

function linesOf(text: string): Line[] {
  return [...text.matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)]
    .map(([, line = '', end = '']): Line => [line, end])
    .filter(([line, end], index, all) => index < all.length - 1 || line !== '' || end !== '');
}

/** The positions of a longest common subsequence of lines, in the second and the first text. */
function common(old: readonly Line[], now: readonly Line[]): (readonly [number, number])[] {
  if (old.length * now.length > mostComparisons) {
    return [];
  }
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  for (let a = old.length - 1; a >= 0; a -= 1) {
    for (let b = now.length - 1; b >= 0; b -= 1) {
      lengths[a * width + b] =
        old[a]?.[0] === now[b]?.[0]
          ? (lengths[(a + 1) * width + b + 1] ?? 0) + 1
          : Math.max(lengths[(a + 1) * width + b] ?? 0, lengths[a * width + b + 1] ?? 0);
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let a = 0, b = 0; a < old.length && b < now.length; ) {
    if (old[a]?.[0] === now[b]?.[0]) {
      pairs.push([b, a]);
      a += 1;
      b += 1;
    } else if ((lengths[(a + 1) * width + b] ?? 0) >= (lengths[a * width + b + 1] ?? 0)) {
      a += 1;
    } else {
      b += 1;
    }
  }
  return pairs;
}
