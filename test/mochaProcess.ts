// Runs the test modules named on the command line in this process, or in more: unit, end-to-end and contract suites.
import { resolve } from 'node:path';
import { runMocha } from './runMocha';

const [timeoutMs, jobs, ...files] = process.argv.slice(2);
runMocha(
  files.map((file) => resolve(file)),
  Number(timeoutMs),
  Number(jobs),
).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
