import assert from 'node:assert/strict';
import fc from 'fast-check';
import { failureOf, type LogStep, logSteps } from '../../../src/deployments/logSteps';
import { ansiText } from '../../../src/ui/ansiText';
import { SimulatedForge } from '../forge/simulatedForge';

const brief = (steps: readonly LogStep[]) =>
  steps.map(({ title, firstLine, lastLine, failed, durationMs }) => [
    title,
    `${firstLine}–${lastLine}${failed ? '!' : ''}`,
    durationMs,
  ]);

describe('The steps of a deployment’s log', () => {
  it('begin with prompts and with what Forge announces', () => {
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
    assert.deepEqual(brief(logSteps(text)), [
      ['Deploying shop.example.com as forge on web-1', '0–0', null],
      ['Creating release 104', '1–2', null],
      ['Linking .env', '3–4', null],
      ['composer install --no-dev', '6–10', 3],
      ['npm ci && npm run build', '12–15', 9520],
      ['Activating release 104', '17–18', null],
    ]);
    assert.equal(failureOf(text), null);
  });

  it('are the traced commands of a script with set -x', () => {
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
    assert.deepEqual(
      logSteps(text).map(({ title }) => title),
      ['cd /home/forge/shop.example.com', 'git pull origin main', 'npm install', 'php artisan migrate --force'],
    );
  });

  it('are guessed by what commands print where the script tells nothing', () => {
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
    assert.deepEqual(brief(logSteps(text)), [
      ['Tue Nov 24 09:12:44 UTC 2026', '0–0', null],
      ['git', '1–5', null],
      ['composer', '6–9', null],
      ['npm', '10–12', 60_000],
      ['vite build', '13–14', 980],
      ['Restarting FPM', '15–15', null],
      ['Running migrations', '17–19', 1020],
    ]);
  });

  it('may be marked with arrows and lines', () => {
    const text = '=> Linking storage directory\n-----> Building\n### Migrate ###\n==== Restart ====\n----\n## no\n';
    assert.deepEqual(
      logSteps(text).map(({ title }) => title),
      ['Linking storage directory', 'Building', 'Migrate', 'Restart'],
    );
  });

  it('do not count the time of yarn twice', () => {
    assert.equal(logSteps('$ yarn build\n✓ built in 3s\n✨  Done in 4.10s.\n')[0]?.durationMs, 4100);
    assert.equal(logSteps('$ x\nno merge of feature in 3s\n')[0]?.durationMs, null);
  });

  it('are none in an empty log', () => {
    assert.deepEqual(logSteps(''), []);
    assert.deepEqual(logSteps('\n \n'), []);
  });

  it('lie inside the text, in order and without overlap, whatever was printed', () => {
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
    fc.assert(
      fc.property(fc.array(line), (parts) => {
        const text = parts.join('\n').replace(/\r/g, '');
        const lines = text.split('\n');
        let last = -1;
        for (const { title, firstLine, lastLine } of logSteps(text)) {
          assert.ok(firstLine > last && lastLine >= firstLine && lastLine < lines.length);
          assert.notEqual(lines[lastLine]?.trim(), '');
          assert.ok(title !== '' && title.length <= 120);
          last = lastLine;
        }
        const failure = failureOf(text);
        if (failure) {
          assert.ok(failure.lines.length >= 1 && failure.lines.length <= 3, JSON.stringify(failure));
          assert.ok(failure.lines.join('').length <= 300);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('take little time in a large log', () => {
    const started = performance.now();
    logSteps('  - Installing brick/math (0.12.3): Extracting archive\n'.repeat(50_000));
    for (const part of [' ', '+', '\\A', 'A\\', '1m ', 'in 1s ', '.', '=']) {
      failureOf(part.repeat(200_000));
      failureOf(`$ x\n${`${part.repeat(990)}\n`.repeat(200)}`);
    }
    assert.ok(performance.now() - started < 2000, `${performance.now() - started} ms`);
  });
});

describe('What a log says of a failure', () => {
  it('is the exception of an artisan command, without its stack', async () => {
    const failure = failureOf(await simulatedLog('failed'));
    assert.equal(failure?.title, 'php artisan migrate --force');
    assert.equal(failure?.lines[0], 'Illuminate\\Database\\QueryException');
    assert.match(failure?.lines[1] ?? '', /^SQLSTATE\[42S22\]: Column not found/);
    assert.match(failure?.lines[2] ?? '', /^at \/home\/\w+\/.*\/app\/Models/);
  });

  it('is what vite could not build, without what npm adds', async () => {
    const failure = failureOf(await simulatedLog('failed-build'));
    assert.equal(failure?.title, 'npm ci && npm run build');
    assert.deepEqual(failure?.lines.slice(0, 2), [
      'error during build:',
      '[vite]: Rollup failed to resolve import "./components/Cart.vue" from "resources/js/app.js".',
    ]);
    assert.match(failure?.lines[2] ?? '', /^file: .*\/resources\/js\/app\.js:7:22$/);
  });

  it('is nothing where the deployment went well or was cancelled', async () => {
    assert.equal(failureOf(await simulatedLog('finished')), null);
    assert.equal(failureOf(await simulatedLog('cancelled')), null);
  });

  it('is the problem of Composer', () => {
    const text = [
      'Installing dependencies from lock file',
      'Verifying lock file contents can be installed on current platform.',
      'Your lock file does not contain a compatible set of packages. Please run composer update.',
      '',
      '  Problem 1',
      '    - brick/math is locked to version 0.12.3 and an update of this package was not requested.',
      '    - brick/math 0.12.3 requires php ^8.1 -> your php version (8.0.30) does not satisfy that requirement.',
      '',
    ].join('\n');
    assert.deepEqual(failureOf(text), {
      title: 'composer',
      lines: [
        'Problem 1',
        '- brick/math is locked to version 0.12.3 and an update of this package was not requested.',
        '- brick/math 0.12.3 requires php ^8.1 -> your php version (8.0.30) does not satisfy that requirement.',
      ],
    });
  });

  it('is what the shell or git says', () => {
    assert.deepEqual(failureOf('/home/forge/.forge/provision-124938632.sh: line 3: php8.9: command not found\n'), {
      title: '/home/forge/.forge/provision-124938632.sh: line 3: php8.9: command not found',
      lines: ['/home/forge/.forge/provision-124938632.sh: line 3: php8.9: command not found'],
    });
    assert.deepEqual(
      failureOf(
        'From github.com:acme/shop\nerror: Your local changes to the following files would be overwritten by merge:\n\tcomposer.lock\nAborting\n',
      )?.lines,
      ['error: Your local changes to the following files would be overwritten by merge:', 'composer.lock', 'Aborting'],
    );
  });

  it('is not what an earlier command said, after which the deployment went on', () => {
    const text =
      '$ php artisan down\nError: not needed\n$ npm run build\nnpm error code 1\nnpm error missing script: build\n';
    const failure = failureOf(text);
    assert.equal(failure?.title, 'npm run build');
    assert.deepEqual(failure?.lines, ['npm error missing script: build']);
    assert.deepEqual(
      logSteps(text).map(({ failed }) => failed),
      [false, true],
    );
    assert.equal(failureOf('$ php artisan down\nError: not needed\n$ php artisan up\nup\n'), null);
  });

  it('is found before what Forge announces after it', () => {
    const text = '⏳ Creating release 7\n$ npm run build\nnpm error x\n🧹 Removing failed release 7\n';
    assert.equal(failureOf(text)?.title, 'npm run build');
  });

  it('fits into a notification', () => {
    const failure = failureOf(`$ x\nError: ${'word '.repeat(200)}\n${'more '.repeat(200)}\nlast of all\n`);
    assert.equal(failure?.lines.length, 3);
    assert.ok((failure?.lines.join('').length ?? 999) <= 300);
    assert.equal(failure?.lines[2], 'last of all');
  });
});

/** The log of a deployment that ended so, as text. */
async function simulatedLog(end: 'finished' | 'failed' | 'failed-build' | 'cancelled'): Promise<string> {
  const forge = await SimulatedForge.start({ servers: 1, sites: 1 });
  try {
    const path = await forge.sitePath('shop.example.com');
    await forge.control.nextDeployment({ site: 'shop.example.com', end, seconds: 1 });
    const { id } = await forge.client().deploy(path);
    await forge.control.switch({ advance: 60 });
    return ansiText(await forge.client().deploymentLog(path, id)).text;
  } finally {
    await forge.close();
  }
}
