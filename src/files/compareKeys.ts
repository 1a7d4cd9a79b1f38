import { valuesOf } from './environmentText';

/** How two .env files differ, by keys, each in the order of its text. */
export interface KeyComparison {
  readonly same: readonly string[];
  readonly differs: readonly string[];
  readonly onlyLeft: readonly string[];
  readonly onlyRight: readonly string[];
}

export function compareKeys(left: string, right: string): KeyComparison {
  const [one, other] = [valuesOf(left), valuesOf(right)];
  const shared = [...one.keys()].filter((key) => other.has(key));
  return {
    same: shared.filter((key) => one.get(key) === other.get(key)),
    differs: shared.filter((key) => one.get(key) !== other.get(key)),
    onlyLeft: [...one.keys()].filter((key) => !other.has(key)),
    onlyRight: [...other.keys()].filter((key) => !one.has(key)),
  };
}

/** Replaces a hidden value of any length. */
export const mask = '••••••';

/**
 * Two texts to show side by side: the keys of both in the same order, without values. Lines differ where values do.
 * @param another marks a different value, on the right.
 */
export function maskedSides(left: string, right: string, another: string): readonly [left: string, right: string] {
  const [one, other] = [valuesOf(left), valuesOf(right)];
  const keys = [...new Set([...one.keys(), ...other.keys()])].sort();
  const hidden = (value: string) => (value === '' ? '' : mask);
  const side = (values: ReadonlyMap<string, string>, opposite: ReadonlyMap<string, string>, note: string) =>
    keys
      .flatMap((key) => {
        const value = values.get(key);
        const isOther = value !== undefined && opposite.has(key) && opposite.get(key) !== value;
        return value === undefined ? [] : [`${key}=${hidden(value)}${isOther && note ? ` ${note}` : ''}\n`];
      })
      .join('');
  return [side(one, other, ''), side(other, one, another)];
}
