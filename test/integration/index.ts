import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runMocha } from '../runMocha';

/** What Forge, the network and the clock do is the same in every VS Code: these run in the newest alone. */
const inNewestAlone = ['eventFeed', 'faultMatrix', 'fleetTroubles', 'limits'];

/** Called by the extension host. */
export async function run(): Promise<void> {
  const left = process.env.FORGE_HOST_VERSION === 'oldest' ? inNewestAlone : [];
  const suites = readdirSync(__dirname).filter(
    (file) => file.endsWith('.test.js') && !left.includes(file.replace('.test.js', '')),
  );
  await runMocha(
    suites.map((file) => join(__dirname, file)),
    60_000,
  );
}
