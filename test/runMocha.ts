import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** What a run counted; written to the file that FORGE_TEST_RESULT names, for the sum over all suites. */
export interface TestResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The tests that failed: the whole name, and the first lines of why. */
  readonly failures: readonly string[];
}

/**
 * Runs test modules with mocha in this process, in plain Node or in an extension host, or in as many processes as `jobs` says.
 * @throws when a test failed, or when there was none to run.
 */
export async function runMocha(files: readonly string[], timeoutMs: number, jobs = 1): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: timeoutMs, color: false, slow: 1_000, parallel: jobs > 1, jobs });
  files.forEach((file) => {
    mocha.addFile(file);
  });
  const result = await new Promise<TestResult>((resolve) => {
    const failed: string[] = [];
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed: failures, skipped: pending, failures: failed });
    });
    // From another process an error comes as an object of no class.
    runner.on('fail', (test, error: { readonly message?: string } | undefined) => {
      const why = error?.message ?? String(error);
      failed.push(`${test.fullTitle()}\n${why.split('\n').slice(0, 5).join('\n')}`);
    });
  });
  const { FORGE_TEST_RESULT: file } = process.env;
  if (file) {
    writeFileSync(file, JSON.stringify(result));
  }
  if (result.failed > 0 || result.passed + result.skipped === 0) {
    throw new Error(`${result.passed} passed, ${result.failed} failed`);
  }
}
