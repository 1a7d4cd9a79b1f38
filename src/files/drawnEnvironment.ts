import type { Work } from '../ui/slices';
import { type ProblemAt, readEnvironment } from './environmentText';
import { type HiddenPart, hiddenParts } from './hiddenParts';

/** A piece of a line: columns from `start` to `end`. */
export interface Piece {
  /** From 0. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** A piece of a hidden part. */
export interface HiddenPiece extends Piece {
  /** That of the part. */
  readonly name: string;
  readonly isFirst: boolean;
}

/** What to draw in an editor of a .env, in the order of its text. */
export interface DrawnEnvironment {
  readonly problems: readonly ProblemAt[];
  readonly parts: readonly HiddenPart[];
  /** The parts line by line, without empty lines, which can't be hidden and needn't be. */
  readonly hidden: readonly HiddenPiece[];
  /** What is in no part, but hidden by the grammar. */
  readonly plain: readonly Piece[];
}

/** Maximum length of text to read, in characters: the grammar hides longer text completely until all of it is shown. */
export const longestDrawn = 200_000;

/** What the grammar shows of a line, before the extension processes it (media/environment.tmLanguage.json). */
const shownByGrammar = /^\s*(?:#(?:(?!\S{20})[^=:\r\n])*$|(?:export\s+)?[A-Z][A-Z0-9_]*\s*=(?!=))/;

/** @returns undefined for a text longer than `longestDrawn` */
export function* drawEnvironment(text: string): Work<DrawnEnvironment | undefined> {
  if (text.length > longestDrawn) {
    return undefined;
  }
  const read = yield* readEnvironment(text);
  const parts = yield* hiddenParts(text, read);
  const hidden: HiddenPiece[] = [];
  const plain: Piece[] = [];
  let next = 0;
  let line = 0;
  for (const { 0: written, index } of text.matchAll(/[^\r\n]*(?:\r\n|\n|\r|$)/g)) {
    const words = written.replace(/[\r\n]+$/, '');
    const lineEnd = index + words.length;
    let shown = shownByGrammar.exec(words)?.[0].length ?? 0;
    for (let part = parts[next]; part && part.span.start < lineEnd; part = parts[next]) {
      const start = Math.max(0, part.span.start - index);
      const end = Math.min(lineEnd, part.span.end) - index;
      if (start < end) {
        hidden.push({ name: part.name, line, start, end, isFirst: part.span.start >= index });
      }
      if (shown < start) {
        plain.push({ line, start: shown, end: start });
      }
      shown = Math.max(start, end);
      if (part.span.end > lineEnd) {
        break;
      }
      next += 1;
    }
    if (shown < words.length) {
      plain.push({ line, start: shown, end: words.length });
    }
    line += 1;
    yield written.length + 1;
  }
  return { problems: read.problems, parts, hidden, plain };
}
