import assert from 'node:assert/strict';
import { problemsIn as problemsInLines } from '../../../src/logs/problemsIn';
import { ansiText } from '../../../src/ui/ansiText';
import { linesOf } from '../../../src/ui/slices';
import fc from '../../fastCheck';
import { SimulatedForge } from '../forge/simulatedForge';

const problemsIn = async (text: string) => problemsInLines(await linesOf(text));

const root = '/home/forge/shop.example.com/releases/104';

describe('The problems in a deployment’s log', () => {
  it('are errors of PHP, each once although it is printed twice', async () => {
    const text = [
      `PHP Parse error:  syntax error, unexpected token "}" in ${root}/app/Models/Order.php on line 12`,
      '',
      `Parse error: syntax error, unexpected token "}" in ${root}/app/Models/Order.php on line 12`,
      `PHP Fatal error:  Uncaught RuntimeException: No key in ${root}/app/Key.php:7`,
      'Stack trace:',
      `#0 ${root}/app/X.php(58): App\\Key->read()`,
      '#1 {main}',
      `  thrown in ${root}/app/Key.php on line 7`,
      'PHP Warning:  Undefined variable $x in app/X.php on line 3',
    ].join('\n');
    assert.deepEqual(await problemsIn(text), [
      {
        line: 0,
        message: 'syntax error, unexpected token "}"',
        source: 'php',
        path: 'app/Models/Order.php',
        lineNumber: 12,
      },
      { line: 3, message: 'RuntimeException: No key', source: 'php', path: 'app/Key.php', lineNumber: 7 },
    ]);
  });

  it('are placed in a file of one’s own rather than in a package', async () => {
    const text = [
      `PHP Fatal error:  Uncaught TypeError: no in ${root}/vendor/laravel/framework/src/X.php:7`,
      'Stack trace:',
      `#0 ${root}/vendor/laravel/framework/src/Y.php(58): x()`,
      `#1 ${root}/app/Providers/AppServiceProvider.php(21): y()`,
      '#2 {main}',
      `  thrown in ${root}/vendor/laravel/framework/src/X.php on line 7`,
    ].join('\n');
    assert.deepEqual(
      (await problemsIn(text)).map(({ path, lineNumber }) => [path, lineNumber]),
      [['app/Providers/AppServiceProvider.php', 21]],
    );
    assert.equal((await problemsIn(text.replace(/^#1.*\n/m, '')))[0]?.path, 'vendor/laravel/framework/src/X.php');
  });

  it('are exceptions of artisan, with Collision and without', async () => {
    const text = [
      '   Illuminate\\Database\\QueryException ',
      '',
      "  SQLSTATE[42S22]: Column not found: 1054 Unknown column 'customer_id'",
      '',
      '  at vendor/laravel/framework/src/Illuminate/Database/Connection.php:829',
      '    825▕                     $this->getName(), $query, $this->prepareBindings($bindings), $e',
      '  ➜ 829▕             throw new QueryException(',
      '    830▕             );',
      '',
      '      +9 vendor frames ',
      '',
      '  10  database/migrations/2026_03_04_083000_index_orders.php:15',
      '      Illuminate\\Support\\Facades\\Facade::__callStatic("table")',
      '',
      'In Connection.php line 829:',
      '                                                              ',
      "  SQLSTATE[42S22]: Column not found: 1054 Unknown column 'customer_id'",
      '                                                              ',
      'In Other.php line 3:',
      '',
      '  Something else  ',
      '  in two lines    ',
    ].join('\n');
    assert.deepEqual(await problemsIn(text), [
      {
        line: 0,
        message: "QueryException: SQLSTATE[42S22]: Column not found: 1054 Unknown column 'customer_id'",
        source: 'artisan',
        path: 'database/migrations/2026_03_04_083000_index_orders.php',
        lineNumber: 15,
      },
      { line: 18, message: 'Something else in two lines', source: 'artisan', path: 'Other.php', lineNumber: 3 },
    ]);
  });

  it('are requirements that Composer cannot meet', async () => {
    const text = [
      'Your requirements could not be resolved to an installable set of packages.',
      '',
      '  Problem 1',
      '    - Root composer.json requires php ^8.4 but your php version (8.3.2) does not satisfy that requirement.',
      '  Problem 2',
      '    - acme/a is locked to 1.0 and an update of this package was not requested.',
      '    - acme/a 1.0 requires ext-intl * -> it is missing from your system.',
      '',
      'Script @php artisan package:discover --ansi handling the post-autoload-dump event returned with error code 1',
    ].join('\n');
    assert.deepEqual(
      (await problemsIn(text)).map(({ line, source, path, message }) => [line, source, path, message.slice(0, 30)]),
      [
        [0, 'composer', 'composer.json', 'Your requirements could not be'],
        [2, 'composer', 'composer.json', 'Root composer.json requires ph'],
        [4, 'composer', 'composer.json', 'acme/a 1.0 requires ext-intl *'],
        [8, 'composer', 'composer.json', 'Script @php artisan package:di'],
      ],
    );
    assert.equal((await problemsIn('Script @php artisan x handling the y event returned with error code 1')).length, 1);
  });

  it('are what vite, esbuild, TypeScript, Node.js and npm complain of, without what npm adds', async () => {
    const text = [
      '✘ [ERROR] Could not resolve "./x"',
      '',
      '    resources/js/app.js:7:22:',
      "      7 │ import x from './x'",
      '        ╵               ~~~~~',
      '',
      '$ x',
      "src/main.ts(12,5): error TS2304: Cannot find name 'x'.",
      "src/a.ts:1:2 - error TS2305: Module has no exported member 'y'.",
      'Error: listen EADDRINUSE: address already in use :::3000',
      '    at node:net:1',
      `    at Server.start (${root}/node_modules/x/index.js:1:2)`,
      `    at ${root}/server.js:17:9`,
      'npm error Lifecycle script `build` failed with error:',
      'npm error code 1',
      `npm error path ${root}`,
      'npm ERR! Missing script: "build"',
      'npm ERR! A complete log of this run can be found in: /home/forge/.npm/_logs/x.log',
    ].join('\n');
    assert.deepEqual(
      (await problemsIn(text)).map(({ line, source, path, lineNumber, column, message }) => [
        line,
        source,
        path,
        lineNumber,
        column,
        message.slice(0, 20),
      ]),
      [
        [0, 'vite', 'resources/js/app.js', 7, 22, 'Could not resolve ".'],
        [7, 'typescript', 'src/main.ts', 12, 5, 'TS2304: Cannot find '],
        [8, 'typescript', 'src/a.ts', 1, 2, 'TS2305: Module has n'],
        [9, 'node', 'server.js', 17, 9, 'Error: listen EADDRI'],
        [16, 'npm', 'package.json', undefined, undefined, 'Missing script: "bui'],
      ],
    );
    assert.equal((await problemsIn('npm error code E404\nnpm error path /x'))[0]?.message, 'code E404');
  });

  it('are one in each failing log of the simulator, and none in the others', async () => {
    const forge = await SimulatedForge.start({ servers: 1, sites: 1 });
    try {
      const path = await forge.sitePath('shop.example.com');
      const log = async (end: 'finished' | 'failed' | 'failed-build' | 'cancelled') => {
        await forge.control.nextDeployment({ site: 'shop.example.com', end, seconds: 1 });
        const { id } = await forge.client().call('deploy', path);
        await forge.control.switch({ advance: 60 });
        const output = await forge.client().call('showDeploymentLog', { ...path, deployment: id });
        const { text } = ansiText(output.text);
        return (await problemsIn(text)).filter(({ isConsequence }) => !isConsequence);
      };
      assert.deepEqual(await log('finished'), []);
      assert.deepEqual(await log('cancelled'), []);
      const [exception, ...others] = await log('failed');
      assert.deepEqual(others, []);
      assert.deepEqual(
        [exception?.source, exception?.path, exception?.lineNumber],
        ['artisan', 'app/Models/Order.php', 42],
      );
      const [build, ...more] = await log('failed-build');
      assert.deepEqual(more, []);
      assert.deepEqual(
        [build?.source, build?.path, build?.lineNumber, build?.column],
        ['vite', 'resources/js/app.js', 7, 22],
      );
    } finally {
      await forge.close();
    }
  });

  it('lie inside the text, in order, in files of the repository, whatever was printed', async () => {
    const line = fc.oneof(
      fc.constantFrom(
        '',
        'PHP Fatal error:  Uncaught X in /home/a/b/c.php:1',
        '#0 a/b.php(2)',
        '  Problem 1',
        '    - x',
        'npm error x',
        'error during build:',
        '   FooException',
        '  at ../x.php:3',
        '  at a/b.php:3',
        'In X.php line 2:',
        '  y',
        'Error: x',
        '    at a/b.js:1:2',
        'x/y.ts(1,2): error TS1: no',
      ),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (parts) => {
        const text = parts.join('\n');
        let last = -1;
        for (const { line: at, message, path } of await problemsIn(text)) {
          assert.ok(at > last && at < text.split('\n').length);
          assert.ok(message.length <= 500 && !message.includes('\n'));
          assert.ok(path === undefined || !path.split('/').includes('..'));
          last = at;
        }
      }),
      { numRuns: 500 },
    );
  });
});
