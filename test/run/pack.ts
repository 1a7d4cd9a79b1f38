/** The items in so many groups, or fewer, whose weights differ as little as can be had by giving the heaviest first to the lightest group. */
export function pack<T>(items: readonly T[], weightOf: (item: T) => number, count: number): T[][] {
  const groups = Array.from({ length: count }, () => ({ items: [] as T[], weight: 0 }));
  for (const item of items.toSorted((a, b) => weightOf(b) - weightOf(a))) {
    const lightest = groups.reduce((least, group) => (group.weight < least.weight ? group : least));
    lightest.items.push(item);
    lightest.weight += weightOf(item);
  }
  return groups.map((group) => group.items).filter((group) => group.length > 0);
}
