import type { Album } from './album';

/**
 * For a suite whose tests are the steps of one path: after one that failed, the others are skipped, since each goes on
 * where the one before has ended. A picture of the failure is kept.
 */
export function stepByStep(album: () => Album | undefined): void {
  let failed = false;
  beforeEach(function () {
    if (failed) {
      this.skip();
    }
  });
  afterEach(async function () {
    failed ||= this.currentTest?.state === 'failed';
    await album()?.keepFailure(this.currentTest);
  });
}
