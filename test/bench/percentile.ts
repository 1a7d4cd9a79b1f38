/**
 * The smallest value that so many percent of the values do not exceed (nearest rank), rounded to a tenth.
 * @param percent 0 to 100
 * @throws where there is no value
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (value === undefined) {
    throw new Error('There is nothing to take a percentile of.');
  }
  return Math.round(value * 10) / 10;
}

/** What half of the values and 95 of a hundred do not exceed. */
export function percentiles(values: readonly number[]): { readonly p50: number; readonly p95: number } {
  return { p50: percentile(values, 50), p95: percentile(values, 95) };
}
