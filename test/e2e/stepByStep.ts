import { markOrdered } from '../run/ordered';
import type { Album } from './album';

/**
 * For a suite whose tests are the steps of one path: after one that failed, the others are skipped, since each goes on
 * where the one before has ended. They are neither shuffled nor run without the others. A picture of the failure is kept, and what Forge was asked.
 */
export function stepByStep(album: () => Album | undefined, requests: () => Promise<readonly object[]>): void {
  let failed = false;
  // It gives back the hook, which its type does not tell.
  const hook: unknown = beforeEach(function () {
    if (failed) {
      this.skip();
    }
  });
  markOrdered((hook as Mocha.Hook).parent);
  afterEach(async function () {
    failed ||= this.currentTest?.state === 'failed';
    await album()?.keepFailure(this.currentTest, this.currentTest?.state === 'failed' ? await requests() : []);
  });
}
