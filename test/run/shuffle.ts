import { Random } from '../simulator/random';
import { isOrdered } from './ordered';

/** The items in an order that depends on the key alone. */
export function shuffled<T>(items: readonly T[], ...key: readonly string[]): T[] {
  const random = new Random('shuffle', ...key);
  return items
    .map((item) => ({ item, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/** Shuffles the tests and suites of a suite, at every depth, but leaves a path of steps as it is. */
export function shuffleSuite(suite: Mocha.Suite, seed: string): void {
  if (isOrdered(suite)) {
    return;
  }
  suite.tests = shuffled(suite.tests, seed, suite.fullTitle());
  suite.suites = shuffled(suite.suites, seed, suite.fullTitle());
  suite.suites.forEach((inner) => {
    shuffleSuite(inner, seed);
  });
}
