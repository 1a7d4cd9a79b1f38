import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../paths';
import { tagOf } from '../../release/releaseTag';

const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { readonly version: string };
const channel = Number(version.split('.')[1]) % 2 === 1 ? 'pre-release' : 'release';

/** Runs a step as the workflows do, without building before. */
function step(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(projectRoot, 'out', 'test', 'release', 'cli.js'), ...args],
    { encoding: 'utf8' },
  );
  return { status, said: stdout + stderr };
}

describe('A step of a release', () => {
  it('accepts the tag of the version that package.json has now', () => {
    assert.deepEqual(step('check', channel, tagOf(version, channel)), { status: 0, said: '' });
  });

  it('ends with 1 and one sentence for any other tag, channel or step', () => {
    for (const [args, sentence] of [
      [['check', channel, 'v999.0.0'], /^The tag v999\.0\.0 is not v.+ in package\.json\.\n$/],
      [['check', 'nightly', tagOf(version, channel)], /^"nightly" is no channel.+\n$/],
      [['package', channel, 'v999.0.0', 'out/nowhere'], /^The tag v999\.0\.0 is not .+\n$/],
      [['publish'], /^Usage: npm run release -- check\|package\|await …\n$/],
      [['constructor'], /^Usage: /],
      [[], /^Usage: /],
    ] as const) {
      const { status, said } = step(...args);
      assert.equal(status, 1, args.join(' '));
      assert.match(said, sentence);
    }
  });
});
