import assert from 'node:assert/strict';
import { isOfPackage, pathsInFolder, placesIn, repositoryPath } from '../../../src/logs/remotePath';
import fc from '../../fastCheck';

const found = (text: string) =>
  placesIn(text).map(({ start, end, path, line, column }) => [text.slice(start, end), path, line, column]);

describe('The places that a line of a log names', () => {
  it('are found in every spelling', () => {
    const path = '/home/forge/shop.example.com/current/app/X.php';
    for (const [text, place] of [
      [`  at ${path}:42`, [`${path}:42`, path, 42, null]],
      [`Uncaught Exception: no in ${path}:12`, [`${path}:12`, path, 12, null]],
      [`#0 ${path}(58): App\\Models\\Order->total()`, [`${path}(58)`, path, 58, null]],
      [`syntax error in ${path} on line 7`, [`${path} on line 7`, path, 7, null]],
      [`"${path}" on line 7`, [`${path}" on line 7`, path, 7, null]],
      [
        'file: /home/forge/x/resources/js/app.js:7:22',
        ['/home/forge/x/resources/js/app.js:7:22', '/home/forge/x/resources/js/app.js', 7, 22],
      ],
      [
        'at viteLog (file:///home/forge/x/vite.config.js:46:15)',
        ['/home/forge/x/vite.config.js:46:15', '/home/forge/x/vite.config.js', 46, 15],
      ],
      ['src/main.ts(12,5): error TS2304', ['src/main.ts(12,5)', 'src/main.ts', 12, 5]],
      ['./src/main.ts:12:5: error', ['./src/main.ts:12:5', './src/main.ts', 12, 5]],
      ['[plugin vite:vue] resources/js/X.vue (3:5): no', ['resources/js/X.vue (3:5)', 'resources/js/X.vue', 3, 5]],
      ['➜ app/Http/[id]/X.php:3', ['app/Http/[id]/X.php:3', 'app/Http/[id]/X.php', 3, null]],
    ] as const) {
      assert.deepEqual(found(text), [place], text);
    }
    assert.equal(found('a/b.php:1 and a/c.php(2) and a/d.php on line 3').length, 3);
  });

  it('are not addresses, times, versions and names without a folder', () => {
    for (const text of [
      'https://example.com/app/x.php:12',
      'http://localhost:3000/a.js:1:2',
      '10:30:45 web-1.example.com:443',
      'host: 127.0.0.1:8000',
      'Connection.php:12',
      'C:\\www\\app\\X.php:12',
      'brick/math:0.12.3',
      'app/X.php:0',
      'git@github.com:acme/shop.git',
    ]) {
      assert.deepEqual(found(text), [], text);
    }
  });

  it('lie inside the text and in order, and take little time, whatever it is', () => {
    const part = fc.constantFrom('/', 'a', '.php', ':1', '(2)', ' on line 3', ' ', 'file://', '[', '..', ':', 'x.y/');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        let last = 0;
        for (const { start, end, path, line } of placesIn(text)) {
          assert.ok(start >= last && end > start && end <= text.length && line > 0);
          assert.ok(text.slice(start).startsWith(path));
          last = end;
        }
      }),
    );
    const started = performance.now();
    for (const text of ['a/', ':1', 'a:1', '(1)', 'a.a/', '/a.b:1:', ' line 1', 'x']) {
      placesIn(text.repeat(200_000 / text.length));
    }
    assert.ok(performance.now() - started < 4000, `${performance.now() - started} ms`);
  });
});

describe('A path of the server in the repository', () => {
  it('is what lies below the site, its release or its current release', () => {
    for (const path of [
      '/home/forge/shop.example.com/current/app/X.php',
      '/home/forge/shop.example.com/releases/104/app/X.php',
      '/home/forge/shop.example.com/releases/20261124091244/app/X.php',
      '/home/isolated/shop.example.com/app/X.php',
      'app/X.php',
      './app/X.php',
    ]) {
      assert.equal(repositoryPath(path), 'app/X.php', path);
    }
    assert.equal(repositoryPath('/home/forge/x/routes/current/web.php'), 'routes/current/web.php');
  });

  it('never leads out of it, and is none elsewhere on the server', () => {
    for (const path of [
      '/etc/nginx/nginx.conf',
      '/usr/share/php/X.php',
      '/home/forge/x.php',
      '/home/forge/x/../../../etc/passwd.txt',
      '../x.php',
      'app/../../x.php',
      'app//x.php',
      'app/./x.php',
      'app\\x.php',
      'app/x.php:stream',
      'app/aux.php',
      'app/x. /y.php',
      'app/x\u0000.php',
      '',
      `${'a/'.repeat(400)}x.php`,
    ]) {
      assert.equal(repositoryPath(path), null, path);
    }
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('/', '.', 'a', '\\', ':', 'home', ' ', '\u0000') }), (path) => {
        const relative = repositoryPath(path);
        assert.ok(relative === null || /^[^/\\:\u0000][^\\:\u0000]*$/.test(relative), path);
        assert.ok(!relative?.split('/').some((name) => ['', '.', '..'].includes(name)));
      }),
    );
  });

  it('is known for one of a package', () => {
    assert.ok(isOfPackage('vendor/laravel/framework/src/X.php'));
    assert.ok(isOfPackage('/home/forge/x/node_modules/vite/x.js'));
    assert.ok(!isOfPackage('app/vendors/X.php'));
  });

  it('is looked for in a folder as it is, then as the folder lies in the repository, then by its end', () => {
    assert.deepEqual(pathsInFolder('/code/shop', 'app/Models/Order.php'), ['app/Models/Order.php', 'Models/Order.php']);
    assert.deepEqual(pathsInFolder('/code/mono/backend', 'backend/public/index.php'), [
      'backend/public/index.php',
      'public/index.php',
    ]);
    assert.deepEqual(pathsInFolder('/code/mono/apps/api', 'apps/api/artisan.php'), [
      'apps/api/artisan.php',
      'artisan.php',
      'api/artisan.php',
    ]);
    assert.deepEqual(pathsInFolder('/code/shop', 'server.js'), ['server.js']);
  });
});
