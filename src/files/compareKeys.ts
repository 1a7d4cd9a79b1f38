import type { Work } from '../ui/slices';
import { valuesOf } from './environmentText';

/** How two .env files differ, by keys, each in the order of its text. */
export interface KeyComparison {
  readonly same: readonly string[];
  readonly differs: readonly string[];
  readonly onlyLeft: readonly string[];
  readonly onlyRight: readonly string[];
}

export function* compareKeys(left: string, right: string): Work<KeyComparison> {
  const [one, other] = [yield* valuesOf(left), yield* valuesOf(right)];
  const found = { same: [] as string[], differs: [] as string[], onlyLeft: [] as string[], onlyRight: [] as string[] };
  for (const [key, value] of one) {
    (other.has(key) ? (other.get(key) === value ? found.same : found.differs) : found.onlyLeft).push(key);
    yield 1;
  }
  for (const key of other.keys()) {
    if (!one.has(key)) {
      found.onlyRight.push(key);
    }
    yield 1;
  }
  return found;
}

/** Replaces a hidden value of any length. */
export const mask = '••••••';

/** What a side says of a key. */
export interface KeyNotes {
  /** On the right, after the mask of a different value. */
  readonly another: string;
  /** On the side that doesn't set the key. */
  readonly missing: (key: string) => string;
}

/**
 * Two texts to show side by side, without values: each line of one is about the same key as that line of the other. Lines differ where
 * values do, and are unique within their text, so that an editor shows them opposite each other.
 */
export function* maskedSides(
  left: string,
  right: string,
  { another, missing }: KeyNotes,
): Work<readonly [left: string, right: string]> {
  const [one, other] = [yield* valuesOf(left), yield* valuesOf(right)];
  const keys = [...new Set([...one.keys(), ...other.keys()])].sort();
  const written = (key: string, value: string | undefined) =>
    value === undefined ? missing(key) : `${key}=${value === '' ? '' : mask}`;
  const sides = { left: '', right: '' };
  for (const key of keys) {
    const [mine, theirs] = [one.get(key), other.get(key)];
    const isOther = mine !== undefined && theirs !== undefined && mine !== theirs;
    sides.left += `${written(key, mine)}\n`;
    sides.right += `${written(key, theirs)}${isOther ? ` ${another}` : ''}\n`;
    yield key.length;
  }
  return [sides.left, sides.right];
}
