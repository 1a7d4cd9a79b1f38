/** A deployment that fails: what its tools print, and what is to be told of it. */
export interface FailingLog {
  /** As it is printed, with the colors of the tools; `{root}` is the folder of the release. */
  readonly text: string;
  /** The step that failed. */
  readonly step: string;
  /** What went wrong, in one sentence. */
  readonly reason: string;
  /** The files that are blamed, with the line where one is named. As in test/workspace, or in a part of it. */
  readonly places: readonly (readonly [path: string, line?: number])[];
}

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const onRed = (text: string) => `\u001b[41;97m${text}\u001b[0m`;

const pulled = `From github.com:acme/shop
 * branch            main       -> FETCH_HEAD
   1f473c1..80a8b56  main       -> origin/main
`;

const installed = `$ composer install --no-dev --no-interaction --prefer-dist --optimize-autoloader
Installing dependencies from lock file
Verifying lock file contents can be installed on current platform.
Package operations: 0 installs, 1 update, 0 removals
  - Upgrading laravel/framework (v12.19.3 => v12.20.0): Extracting archive
Generating optimized autoload files
`;

const built = `$ npm ci && npm run build
npm warn deprecated inflight@1.0.6: This module is not supported, and leaks memory.

added 214 packages, and audited 215 packages in 6s

> build
> vite build

vite v6.3.5 building for production...
transforming...
`;

/** Real-shaped logs of failing deployments, by the tool and what is wrong. */
export const failingLogs = {
  'git, local changes': {
    text: `${pulled}error: Your local changes to the following files would be overwritten by merge:
\tcomposer.lock
\tresources/js/app.js
Please commit your changes or stash them before you merge.
Aborting
Updating 1f473c1..80a8b56
`,
    step: 'git',
    reason:
      'Your local changes to the following files would be overwritten by merge: composer.lock, resources/js/app.js',
    places: [['composer.lock']],
  },
  'git, divergent branches': {
    text: `${pulled}hint: You have divergent branches and need to specify how to reconcile them.
hint: You can do so by running one of the following commands sometime before
hint: your next pull:
hint:
hint:   git config pull.rebase false  # merge
fatal: Need to specify how to reconcile divergent branches.
`,
    step: 'git',
    reason: 'Need to specify how to reconcile divergent branches.',
    places: [],
  },
  'git, conflict': {
    text: `+ git pull origin main
${pulled}Auto-merging app/Models/Order.php
CONFLICT (content): Merge conflict in app/Models/Order.php
Automatic merge failed; fix conflicts and then commit the result.
`,
    step: 'git pull origin main',
    reason: 'Merge conflict in app/Models/Order.php',
    places: [['app/Models/Order.php']],
  },
  'ssh, key': {
    text: `⏳ Creating release 104
Cloning into '{root}'...
git@github.com: Permission denied (publickey).
fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
`,
    step: 'git',
    reason: 'git@github.com: Permission denied (publickey).',
    places: [],
  },
  'ssh, host': {
    text: `$ git fetch origin main
Host key verification failed.
fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
`,
    step: 'git fetch origin main',
    reason: 'Host key verification failed.',
    places: [],
  },
  'ssh, repository gone': {
    text: `$ git fetch origin main
ERROR: Repository not found.
fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
`,
    step: 'git fetch origin main',
    reason: 'Repository not found.',
    places: [],
  },
  'composer, platform': {
    text: `$ composer install --no-dev
Installing dependencies from lock file
Verifying lock file contents can be installed on current platform.
Your lock file does not contain a compatible set of packages. Please run composer update.

  Problem 1
    - brick/math is locked to version 0.12.3 and an update of this package was not requested.
    - brick/math 0.12.3 requires php ^8.1 -> your php version (8.0.30) does not satisfy that requirement.
  Problem 2
    - acme/barcode is locked to version 2.1.0 and an update of this package was not requested.
    - acme/barcode 2.1.0 requires ext-intl * -> it is missing from your system. Install or enable PHP's intl extension.

To enable extensions, verify that they are enabled in your .ini files:
    - /etc/php/8.0/cli/php.ini
You can also run \`php --ini\` in a terminal to see which files are used by PHP in CLI mode.
Alternatively, you can run Composer with \`--ignore-platform-req=ext-intl\` to temporarily ignore these required extensions.
`,
    step: 'composer install --no-dev',
    reason: 'brick/math 0.12.3 requires php ^8.1 -> your php version (8.0.30) does not satisfy that requirement.',
    places: [['composer.json'], ['composer.json']],
  },
  'composer, authentication': {
    text: `$ composer install --no-dev
Installing dependencies from lock file
  - Downloading acme/billing (1.4.0)
    0 [>---------------------------]    Failed to download acme/billing from dist: Could not authenticate against github.com
    Now trying to download from source

In Git.php line 519:

  Failed to execute git clone --mirror -- https://github.com/acme/billing.git /home/forge/.cache/composer/vcs/billing

install [--prefer-source] [--prefer-dist] [--dry-run] [--no-dev] [--] [<packages>...]
`,
    step: 'composer install --no-dev',
    reason:
      'Failed to execute git clone --mirror -- https://github.com/acme/billing.git /home/forge/.cache/composer/vcs/billing',
    places: [['Git.php', 519]],
  },
  'artisan without Collision': {
    text: `${installed}> Illuminate\\Foundation\\ComposerScripts::postAutoloadDump
> @php artisan package:discover --ansi

In TelescopeServiceProvider.php line 10:
${onRed('                                                                                 ')}
${onRed('  Class "Laravel\\Telescope\\TelescopeApplicationServiceProvider" not found        ')}
${onRed('                                                                                 ')}

Script @php artisan package:discover --ansi handling the post-autoload-dump event returned with error code 1
`,
    step: 'composer install --no-dev --no-interaction --prefer-dist --optimize-autoloader',
    reason: 'Class "Laravel\\Telescope\\TelescopeApplicationServiceProvider" not found',
    places: [['TelescopeServiceProvider.php', 10]],
  },
  'artisan without Collision, a query': {
    text: `+ php artisan migrate --force

   INFO  Running migrations.

  2026_03_04_083000_index_orders_by_customer .......................... 31.20ms FAIL

In Connection.php line 829:

  SQLSTATE[42S22]: Column not found: 1054 Unknown column 'customer_id' in 'or
  ders' (Connection: mysql, SQL: alter table \`orders\` add index \`orders_custo
  mer_id_index\`(\`customer_id\`))


In Connection.php line 571:

  SQLSTATE[42S22]: Column not found: 1054 Unknown column 'customer_id' in 'or
  ders'

`,
    step: 'php artisan migrate --force',
    reason: "SQLSTATE[42S22]: Column not found: 1054 Unknown column 'customer_id' in 'orders'",
    places: [['Connection.php', 829]],
  },
  'artisan, unknown command': {
    text: `$ php artisan horizon:publish

${onRed('                                                              ')}
${onRed('  There are no commands defined in the "horizon" namespace.   ')}
${onRed('                                                              ')}

`,
    step: 'php artisan horizon:publish',
    reason: 'There are no commands defined in the "horizon" namespace.',
    places: [],
  },
  'artisan with Collision, Error': {
    text: `$ php artisan optimize

   INFO  Caching framework bootstrap, configuration, and metadata.

  config ................................................. 31.20ms DONE
  routes ................................................. 12.90ms FAIL

   ${onRed(' Error ')}

  Class "App\\Http\\Controllers\\CheckoutControler" not found

  at routes/web.php:7
      3▕ use Illuminate\\Support\\Facades\\Route;
      4▕
  ➜   7▕ Route::post('/checkout', [CheckoutControler::class, 'store']);

      +3 vendor frames

  4   artisan:13
      Illuminate\\Foundation\\Application::handleCommand(Object(Symfony\\Component\\Console\\Input\\ArgvInput))
`,
    step: 'php artisan optimize',
    reason: 'Class "App\\Http\\Controllers\\CheckoutControler" not found',
    places: [['routes/web.php', 7]],
  },
  'artisan with Collision, a name without an ending': {
    text: `$ php artisan orders:reindex

   ${onRed(' App\\Search\\IndexIsLocked ')}

  The index "orders" is locked by another process.

  at vendor/acme/search/src/Index.php:91
     87▕     public function lock(): void
  ➜  91▕             throw new IndexIsLocked($this->name);

  1   vendor/acme/search/src/Index.php:44
      Acme\\Search\\Index::lock()
  2   app/Models/Order.php:21
      Acme\\Search\\Index::rebuild()

🧹 Removing failed release 104
`,
    step: 'php artisan orders:reindex',
    reason: 'IndexIsLocked: The index "orders" is locked by another process.',
    places: [['app/Models/Order.php', 21]],
  },
  'php, fatal error': {
    text: `$ php artisan config:cache
PHP Fatal error:  Uncaught TypeError: App\\Models\\Order::total(): Return value must be of type int, null returned in {root}/app/Models/Order.php:18
Stack trace:
#0 {root}/vendor/laravel/framework/src/Illuminate/Foundation/Application.php(58): App\\Models\\Order->total()
#1 {main}
  thrown in {root}/app/Models/Order.php on line 18

Fatal error: Uncaught TypeError: App\\Models\\Order::total(): Return value must be of type int, null returned in {root}/app/Models/Order.php:18
Stack trace:
#0 {root}/vendor/laravel/framework/src/Illuminate/Foundation/Application.php(58): App\\Models\\Order->total()
#1 {main}
  thrown in {root}/app/Models/Order.php on line 18
`,
    step: 'php artisan config:cache',
    reason: 'App\\Models\\Order::total(): Return value must be of type int, null returned',
    places: [['app/Models/Order.php', 18]],
  },
  'php, memory': {
    text: `$ composer update
Loading composer repositories with package information
Updating dependencies
PHP Fatal error:  Allowed memory size of 1610612736 bytes exhausted (tried to allocate 67108864 bytes) in phar:///usr/local/bin/composer/src/Composer/DependencyResolver/Solver.php on line 223

Check https://getcomposer.org/doc/articles/troubleshooting.md#memory-limit-errors for more info on how to handle out of memory errors.
`,
    step: 'composer update',
    reason: 'Allowed memory size of 1610612736 bytes exhausted (tried to allocate 67108864 bytes)',
    places: [],
  },
  'npm ci, lock file': {
    text: `$ npm ci && npm run build
npm error code EUSAGE
npm error
npm error \`npm ci\` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync. Please update your lock file with \`npm install\` before continuing.
npm error
npm error Missing: vite@6.3.5 from lock file
npm error Invalid: lock file's esbuild@0.21.5 does not satisfy esbuild@0.25.5
npm error
npm error Clean install a project
npm error
npm error Usage:
npm error npm ci
npm error
npm error Run "npm help ci" for more info
npm error A complete log of this run can be found in: /home/forge/.npm/_logs/2026-11-24T09_12_44_120Z-debug-0.log
`,
    step: 'npm ci && npm run build',
    reason:
      '`npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.',
    places: [['package-lock.json']],
  },
  'npm 6, a tool that is not there': {
    text: `$ npm run production

> shop@1.0.0 production {root}
> mix --production

sh: 1: mix: not found
npm ERR! code ELIFECYCLE
npm ERR! syscall spawn
npm ERR! file sh
npm ERR! errno ENOENT
npm ERR! shop@1.0.0 production: \`mix --production\`
npm ERR! spawn ENOENT
npm ERR!
npm ERR! Failed at the shop@1.0.0 production script.
npm ERR! This is probably not a problem with npm. There is likely additional logging output above.

npm ERR! A complete log of this run can be found in:
npm ERR!     /home/forge/.npm/_logs/2026-11-24T09_12_44_120Z-debug.log
`,
    step: 'npm run production',
    reason: 'mix: not found',
    places: [],
  },
  'rollup, an import': {
    text: `${built}${red('✗')} Build failed in 1.84s
error during build:
${red('[vite]: Rollup failed to resolve import "./components/Cart.vue" from "resources/js/app.js".')}
This is most likely unintended because it can break your application at runtime.
If you do want to externalize this module explicitly add it to
\`build.rollupOptions.external\`
    at viteLog (file://{root}/node_modules/vite/dist/node/chunks/dep-Bu492Fnd.js:46349:15)
    at file://{root}/node_modules/rollup/dist/es/shared/node-entry.js:21212:25
npm error Lifecycle script \`build\` failed with error:
npm error code 1
npm error path {root}
`,
    step: 'npm ci && npm run build',
    reason: '[vite]: Rollup failed to resolve import "./components/Cart.vue" from "resources/js/app.js".',
    places: [['resources/js/app.js']],
  },
  'rollup, an export': {
    text: `${built}✗ Build failed in 2.10s
error during build:
resources/js/app.js (1:9): "createCart" is not exported by "node_modules/@acme/cart/index.js", imported by "resources/js/app.js".
file: {root}/resources/js/app.js:1:9

1: import { createCart } from '@acme/cart';
            ^
2: createCart('#cart');

    at getRollupError (file://{root}/node_modules/rollup/dist/es/shared/parseAst.js:401:41)
    at error (file://{root}/node_modules/rollup/dist/es/shared/parseAst.js:397:42)
`,
    step: 'npm ci && npm run build',
    reason:
      'resources/js/app.js (1:9): "createCart" is not exported by "node_modules/@acme/cart/index.js", imported by "resources/js/app.js".',
    places: [['resources/js/app.js', 1]],
  },
  'webpack, a module': {
    text: `$ npm run production

> production
> mix --production

✖ Mix
  Compiled with some errors in 4.12s

ERROR in ./resources/js/app.js 3:0-42
Module not found: Error: Can't resolve './components/Cart.vue' in '{root}/resources/js'
resolve './components/Cart.vue' in '{root}/resources/js'
  using description file: {root}/package.json (relative path: ./resources/js)

webpack compiled with 1 error
npm error Lifecycle script \`production\` failed with error:
npm error code 1
npm error path {root}
`,
    step: 'npm run production',
    reason: "Module not found: Error: Can't resolve './components/Cart.vue' in '{root}/resources/js'",
    places: [['resources/js/app.js', 3]],
  },
  'pnpm, lock file': {
    text: `$ pnpm install --frozen-lockfile
Lockfile is up to date, resolution step is skipped
${onRed(' ERR_PNPM_OUTDATED_LOCKFILE ')} ${red('Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date with package.json')}

Note that in CI environments this setting is true by default. If you still need to run install in such cases, use "pnpm install --no-frozen-lockfile"

    Failure reason:
    specifiers in the lockfile don't match specs in package.json:
* 1 dependencies were added: vite@^6.3.5
`,
    step: 'pnpm install --frozen-lockfile',
    reason: 'Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date with package.json',
    places: [['pnpm-lock.yaml']],
  },
  'pnpm, a part of the repository': {
    text: `$ pnpm -r build
Scope: 2 of 3 workspace projects
packages/invoices build$ tsc --noEmit
packages/invoices build: src/total.ts(2,3): error TS2322: Type 'string' is not assignable to type 'number'.
packages/invoices build: Failed
{root}/packages/invoices:
 ERR_PNPM_RECURSIVE_RUN_FIRST_FAIL  @acme/invoices@1.0.0 build: \`tsc --noEmit\`
Exit status 2
 ELIFECYCLE  Command failed with exit code 2.
`,
    step: 'pnpm -r build',
    reason: "TS2322: Type 'string' is not assignable to type 'number'.",
    places: [['packages/invoices/src/total.ts', 2]],
  },
  'pnpm, in a part of the repository': {
    text: `$ pnpm --dir packages/invoices build

> @acme/invoices@1.0.0 build {root}/packages/invoices
> tsc --noEmit

src/total.ts(2,3): error TS2322: Type 'string' is not assignable to type 'number'.
 ELIFECYCLE  Command failed with exit code 2.
`,
    step: 'pnpm --dir packages/invoices build',
    reason: "TS2322: Type 'string' is not assignable to type 'number'.",
    places: [['packages/invoices/src/total.ts', 2]],
  },
  'turbo, a part of the repository': {
    text: `$ npx turbo run build
@acme/web:build: cache miss, executing 0f3e2d1c
@acme/web:build:
@acme/web:build: > vite build
@acme/web:build:
@acme/web:build: vite v6.3.5 building for production...
@acme/web:build: ✗ Build failed in 1.20s
@acme/web:build: error during build:
@acme/web:build: Could not resolve "./components/Cart.vue" from "resources/js/app.js"
@acme/web:build: file: {root}/apps/web/resources/js/app.js
@acme/web:build:     at getRollupError (file://{root}/node_modules/rollup/dist/es/shared/parseAst.js:401:41)
@acme/web:build: ERROR: command finished with error: command ({root}/apps/web) npm run build exited (1)
web#build: command ({root}/apps/web) npm run build exited (1)

 Tasks:    0 successful, 1 total
 Failed:    @acme/web#build

 ERROR  run failed: command  exited (1)
`,
    step: 'npx turbo run build',
    reason: 'Could not resolve "./components/Cart.vue" from "resources/js/app.js"',
    places: [['apps/web/resources/js/app.js']],
  },
  'npm, a part of the repository': {
    text: `$ npm run build --workspace packages/invoices

> @acme/invoices@1.0.0 build
> tsc --noEmit

src/total.ts:2:3 - error TS2322: Type 'string' is not assignable to type 'number'.

2   return '0';
    ~~~~~~

Found 1 error in src/total.ts:2

npm error Lifecycle script \`build\` failed with error:
npm error code 2
npm error path {root}/packages/invoices
npm error workspace @acme/invoices@1.0.0
npm error location {root}/packages/invoices
npm error command failed
npm error command sh -c tsc --noEmit
`,
    step: 'npm run build --workspace packages/invoices',
    reason: "TS2322: Type 'string' is not assignable to type 'number'.",
    places: [['src/total.ts', 2]],
  },
  'yarn 1, lock file': {
    text: `$ yarn install --frozen-lockfile
yarn install v1.22.22
[1/4] Resolving packages...
error Your lockfile needs to be updated, but yarn was run with \`--frozen-lockfile\`.
info Visit https://yarnpkg.com/en/docs/cli/install for documentation about this command.
`,
    step: 'yarn install --frozen-lockfile',
    reason: 'Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.',
    places: [['yarn.lock']],
  },
  'yarn 1, a script': {
    text: `+ yarn build
yarn run v1.22.22
warning package.json: No license field
$ node scripts/check-env.js
VITE_API_URL must be set before the build.
error Command failed with exit code 1.
info Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.
`,
    step: 'node scripts/check-env.js',
    reason: 'VITE_API_URL must be set before the build.',
    places: [],
  },
  'V8, memory': {
    text: `${built}
<--- Last few GCs --->

[24915:0x6a1d000]    38231 ms: Mark-Compact 489.1 (520.4) -> 487.6 (521.1) MB, 612.20 / 0.00 ms  (average mu = 0.181, current mu = 0.022) allocation failure; scavenge might not succeed

<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xe36196 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]
 2: 0x123f4a0 v8::Utils::ReportOOMFailure(v8::internal::Isolate*, char const*, v8::OOMDetails const&) [node]
 3: 0x146d1a5  [node]
Aborted (core dumped)
npm error Lifecycle script \`build\` failed with error:
npm error code 134
npm error path {root}
npm error command failed
npm error command sh -c vite build
`,
    step: 'npm ci && npm run build',
    reason: 'Reached heap limit Allocation failed - JavaScript heap out of memory',
    places: [],
  },
  'node, a module': {
    text: `$ node scripts/warm-cache.js
node:internal/modules/cjs/loader:1228
  throw err;
  ^

Error: Cannot find module 'ioredis'
Require stack:
- {root}/scripts/warm-cache.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)
    at Module._load (node:internal/modules/cjs/loader:1051:27)
    at Object.<anonymous> ({root}/scripts/warm-cache.js:1:15) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '{root}/scripts/warm-cache.js' ]
}

Node.js v22.11.0
`,
    step: 'node scripts/warm-cache.js',
    reason: "Cannot find module 'ioredis'",
    places: [['scripts/warm-cache.js', 1]],
  },
  sudo: {
    text: `$ sudo -S service php8.4-fpm reload
sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper
sudo: a password is required
`,
    step: 'sudo -S service php8.4-fpm reload',
    reason:
      'a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper',
    places: [],
  },
  'sudo, not allowed': {
    text: `$ sudo supervisorctl restart all
[sudo] password for shop: sudo: no password was provided
sudo: a password is required
`,
    step: 'sudo supervisorctl restart all',
    reason: 'no password was provided',
    places: [],
  },
  'shell, killed': {
    text: `${pulled}Installing dependencies from lock file
Package operations: 78 installs, 0 updates, 0 removals
/home/forge/.forge/provision-124938632.sh: line 7: 24915 Killed                  composer install --no-dev
`,
    step: 'composer',
    reason: 'Killed composer install --no-dev',
    places: [],
  },
  'shell, no such command': {
    text: `Tue Nov 24 09:12:44 UTC 2026
/home/forge/.forge/provision-124938632.sh: line 3: php8.9: command not found
`,
    step: 'Tue Nov 24 09:12:44 UTC 2026',
    reason: 'php8.9: command not found',
    places: [],
  },
  'shell, no space': {
    text: `$ cp .env.production .env
cp: error writing '.env': No space left on device
`,
    step: 'cp .env.production .env',
    reason: "cp: error writing '.env': No space left on device",
    places: [],
  },
  'pest, tests': {
    text: `${pulled}$ php artisan test

   ${onRed(' FAIL ')}  Tests\\Feature\\CartTest
  ${red('⨯')} it adds a product                                                   0.12s
  ${red('⨯')} it counts what is in stock                                          0.03s
  ────────────────────────────────────────────────────────────────────────────
   ${onRed(' FAILED ')}  Tests\\Feature\\CartTest > it adds a product           QueryException
  SQLSTATE[HY000]: General error: 1 no such table: carts (Connection: sqlite, SQL: select * from "carts")

  at ${red('vendor/laravel/framework/src/Illuminate/Database/Connection.php')}:825
    821▕                     $this->getName(), $query, $this->prepareBindings($bindings), $e
  ➜ 825▕             throw new QueryException(

      +8 vendor frames
  9   app/Models/Order.php:31

  ────────────────────────────────────────────────────────────────────────────
   ${onRed(' FAILED ')}  Tests\\Feature\\CartTest > it counts what is in stock
  Failed asserting that 4 is identical to 3.

  at app/Models/Order.php:12

  Tests:    2 failed (2 assertions)
  Duration: 0.20s
`,
    step: 'php artisan test',
    reason: 'SQLSTATE[HY000]: General error: 1 no such table: carts',
    places: [
      ['app/Models/Order.php', 31],
      ['app/Models/Order.php', 12],
    ],
  },
  'the script’s own last words': {
    text: `${pulled}$ ./deploy/check.sh
Checking the queue... ok
Checking the database... ok
The feature flag "checkout-v2" is still on in production, not deploying.
`,
    step: './deploy/check.sh',
    reason: 'The feature flag "checkout-v2" is still on in production, not deploying.',
    places: [],
  },
  'the script’s own last words, after an error that was no matter': {
    text: `$ php artisan down
Error: the site is down already.
$ ./deploy/check.sh
Please merge the open release first.

🧹 Removing failed release 104
`,
    step: './deploy/check.sh',
    reason: 'Please merge the open release first.',
    places: [],
  },
} as const satisfies Readonly<Record<string, FailingLog>>;

export type FailingLogName = keyof typeof failingLogs;

/** A log as the server prints it. @param root the folder of the release, without a slash at the end */
export function printedLog(name: FailingLogName, root: string): string {
  return failingLogs[name].text.replaceAll('{root}', root);
}
