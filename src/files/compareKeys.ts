import { valuesOf } from './environmentText';

/** How two .env stand to each other, by keys, each in the order of its text. */
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

/** What stands for a value that is not shown, however long it is. */
export const mask = '••••••';

/**
 * Two texts to be shown side by side: the keys of both in one order, no value of either. Lines differ where values do.
 * @param another marks, on the right, a value that is another one.
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
