import { join } from 'node:path';
import { runMocha } from '../runMocha';

/** Called by the extension host. */
export async function run(): Promise<void> {
  await runMocha([join(__dirname, 'installed.test.js')], 60_000);
}
