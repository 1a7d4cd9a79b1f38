import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runMocha } from '../runMocha';

/**
 * These run in the newest VS Code alone: what Forge, the network and the clock do is the same in every one, what `deploy` and `fleet`
 * show goes through the same tree, messages and status bar as what `extension` does, and the git extension of the oldest opens no
 * repository outside the open folders, as `siteCode` needs.
 */
const inNewestAlone = ['deploy', 'faultMatrix', 'fleetOnScreen', 'fleetTree', 'limits', 'showRefresh', 'siteCode'];

/** Called by the extension host. */
export async function run(): Promise<void> {
  const left = process.env.FORGE_HOST_VERSION === 'oldest' ? inNewestAlone : [];
  const suites = readdirSync(__dirname).filter(
    (file) =>
      file.endsWith('.test.js') &&
      !left.includes(file.replace('.test.js', '')) &&
      new RegExp(process.env.FORGE_ONLY ?? '').test(file),
  );
  await runMocha(
    suites.map((file) => join(__dirname, file)),
    60_000,
  );
}
