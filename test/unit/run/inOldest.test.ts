import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../paths';
import { inOldest } from '../../run/inOldest';

describe('The tests that run in the oldest VS Code, too', () => {
  it('are among those that the modules have when they are loaded', () => {
    const script = join(projectRoot, 'out', 'test', 'run', 'sayTitles.js');
    const said = execFileSync(process.execPath, [script, 'integration', ...Object.keys(inOldest)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const titles = JSON.parse(said) as Readonly<Record<string, readonly string[]>>;
    for (const [module, listed] of Object.entries(inOldest)) {
      assert.deepEqual(
        listed.filter((title) => !titles[module]?.includes(title)),
        [],
        `what ${module} does not have`,
      );
    }
  });
});
