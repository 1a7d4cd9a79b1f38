import assert from 'node:assert/strict';
import { logSteps } from '../../../src/deployments/logSteps';
import { linesOf } from '../../../src/ui/slices';
import fc from '../../fastCheck';

const stepsOf = async (text: string) => logSteps(await linesOf(text));

const brief = async (text: string) =>
  (await stepsOf(text)).map(({ title, firstLine, lastLine, durationMs }) => [
    title,
    `${firstLine}–${lastLine}`,
    durationMs,
  ]);

const titles = async (text: string) => (await stepsOf(text)).map(({ title }) => title);

describe('The steps of a deployment’s log', () => {
  it('begin with prompts and with what Forge announces', async () => {
    const text = [
      'Deploying shop.example.com as forge on web-1',
      '⏳ Creating release 104',
      "Cloning into '/home/forge/shop.example.com/releases/104'...",
      '🔗 Linking .env',
      '🔗 Linking storage',
      '',
      '$ composer install --no-dev',
      'Generating optimized autoload files',
      '   INFO  Discovering packages.',
      '',
      '  laravel/tinker ........................ 2.50ms DONE',
      '',
      '$ npm ci && npm run build',
      'added 214 packages, and audited 215 packages in 6s',
      '> vite build',
      '✓ built in 3.52s',
      '',
      '🚀 Activating release 104',
      '✅ Deployment complete.',
      '',
    ].join('\n');
    assert.deepEqual(await brief(text), [
      ['Deploying shop.example.com as forge on web-1', '0–0', null],
      ['Creating release 104', '1–2', null],
      ['Linking .env', '3–4', null],
      ['composer install --no-dev', '6–10', 3],
      ['npm ci && npm run build', '12–15', 9520],
      ['Activating release 104', '17–18', null],
    ]);
  });

  it('are the traced commands of a script with set -x', async () => {
    const text = [
      '+ cd /home/forge/shop.example.com',
      '+ git pull origin main',
      'From github.com:acme/shop',
      ' * branch            main       -> FETCH_HEAD',
      '++ date +%s',
      '+ npm install',
      '+ vite@6.3.5',
      '+ php artisan migrate --force',
      '   INFO  Nothing to migrate.',
    ].join('\n');
    assert.deepEqual(await titles(text), [
      'cd /home/forge/shop.example.com',
      'git pull origin main',
      'npm install',
      'php artisan migrate --force',
    ]);
  });

  it('are guessed by what commands print where the script tells nothing', async () => {
    const text = [
      'Tue Nov 24 09:12:44 UTC 2026',
      'From github.com:acme/shop',
      ' * branch            main       -> FETCH_HEAD',
      'Updating 1f473c1..80a8b56',
      'Fast-forward',
      ' 3 files changed, 10 insertions(+), 2 deletions(-)',
      'Installing dependencies from lock file',
      'Package operations: 0 installs, 1 update, 0 removals',
      '  - Upgrading laravel/framework (v12.19.3 => v12.20.0): Extracting archive',
      '> Illuminate\\Foundation\\ComposerScripts::postAutoloadDump',
      'added 214 packages in 1m',
      '',
      '> build',
      '> vite build',
      '✓ built in 980ms',
      'Restarting FPM...',
      '',
      '   INFO  Running migrations.',
      '',
      '  2026_03_02_101500_add_delivery_date_to_orders ......... 1s 20ms DONE',
    ].join('\n');
    assert.deepEqual(await brief(text), [
      ['Tue Nov 24 09:12:44 UTC 2026', '0–0', null],
      ['git', '1–5', null],
      ['composer', '6–9', null],
      ['npm', '10–12', 60_000],
      ['vite build', '13–14', 980],
      ['Restarting FPM', '15–15', null],
      ['Running migrations', '17–19', 1020],
    ]);
  });

  it('may be marked with arrows and lines', async () => {
    const text = '=> Linking storage directory\n-----> Building\n### Migrate ###\n==== Restart ====\n----\n## no\n';
    assert.deepEqual(await titles(text), ['Linking storage directory', 'Building', 'Migrate', 'Restart']);
  });

  it('do not count the time of yarn twice', async () => {
    assert.equal((await stepsOf('$ yarn build\n✓ built in 3s\n✨  Done in 4.10s.\n'))[0]?.durationMs, 4100);
    assert.equal((await stepsOf('$ x\nno merge of feature in 3s\n'))[0]?.durationMs, null);
  });

  it('are none in an empty log', async () => {
    assert.deepEqual(await stepsOf(''), []);
    assert.deepEqual(await stepsOf('\n \n'), []);
  });

  it('lie inside the text, in order and without overlap, whatever was printed', async () => {
    const line = fc.oneof(
      fc.constantFrom(
        '',
        '$ x',
        '+ y',
        '⏳ Creating',
        '❌ Deployment failed',
        '✅ Deployment complete',
        'npm error x',
        '  ',
      ),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (parts) => {
        const text = parts.join('\n').replace(/\r/g, '');
        const lines = text.split('\n');
        let last = -1;
        for (const { title, firstLine, lastLine } of await stepsOf(text)) {
          assert.ok(firstLine > last && lastLine >= firstLine && lastLine < lines.length);
          assert.notEqual(lines[lastLine]?.trim(), '');
          assert.ok(title !== '' && title.length <= 120);
          last = lastLine;
        }
      }),
      { numRuns: 500 },
    );
  });
});
