// Each test module is a bundle with a copy of this one, so that the mark has to be the same in all.
const mark = Symbol.for('forge.ordered');

/** Marks a suite whose tests go on where the one before has ended. */
export function markOrdered(suite: Mocha.Suite | undefined): void {
  if (suite === undefined) {
    throw new Error('There is no suite to mark as ordered.');
  }
  Object.assign(suite, { [mark]: true });
}

/** Whether the order of what is in this suite matters: it is marked, or lies in one that is. */
export function isOrdered(suite: Mocha.Suite | undefined): boolean {
  return suite !== undefined && (mark in suite || isOrdered(suite.parent));
}
