import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runMocha } from '../runMocha';

/** Called by the extension host. */
export async function run(): Promise<void> {
  const suites = readdirSync(__dirname).filter((file) => file.endsWith('.test.js'));
  await runMocha(
    suites.map((file) => join(__dirname, file)),
    60_000,
  );
}
