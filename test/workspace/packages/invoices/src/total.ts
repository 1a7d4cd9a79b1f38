export function total(cents: readonly number[]): number {
  return cents.reduce((sum, next) => sum + next, 0);
}
