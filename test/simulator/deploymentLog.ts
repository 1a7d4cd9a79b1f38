import { printedLog } from '../failingLogs';
import type { Deployment } from './deployments';
import { Random } from './random';

const green = (text: string): string => `\u001b[32m${text}\u001b[39m`;
const yellow = (text: string): string => `\u001b[33m${text}\u001b[39m`;
const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`;
const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
const info = (text: string): string[] => ['', `  \u001b[44;97m INFO \u001b[0m ${text}`, ''];
const done = (task: string, milliseconds: number): string =>
  `  ${task} ${dim('.'.repeat(Math.max(2, 58 - task.length)))} ${dim(`${milliseconds}ms`)} \u001b[32;1mDONE\u001b[39;22m`;

const packages: readonly [string, string][] = [
  ['brick/math', '0.12.3'],
  ['doctrine/inflector', '2.0.10'],
  ['dragonmantank/cron-expression', 'v3.4.0'],
  ['egulias/email-validator', '4.0.4'],
  ['guzzlehttp/guzzle', '7.9.3'],
  ['laravel/framework', 'v12.19.3'],
  ['laravel/horizon', 'v5.33.1'],
  ['laravel/sanctum', 'v4.1.1'],
  ['laravel/tinker', 'v2.10.1'],
  ['league/commonmark', '2.7.0'],
  ['league/flysystem', '3.29.1'],
  ['monolog/monolog', '3.9.0'],
  ['nesbot/carbon', '3.10.1'],
  ['nikic/php-parser', 'v5.5.0'],
  ['predis/predis', 'v2.4.0'],
  ['psy/psysh', 'v0.12.9'],
  ['ramsey/uuid', '4.8.1'],
  ['spatie/laravel-permission', '6.20.0'],
  ['symfony/console', 'v7.3.1'],
  ['symfony/http-kernel', 'v7.3.1'],
  ['symfony/mailer', 'v7.3.1'],
  ['vlucas/phpdotenv', 'v5.6.2'],
];

/**
 * The deployment's log as far as it is written: ANSI-coloured, newline-terminated, the same for the same deployment and share, and a
 * smaller share is the beginning of a larger one. `share` is 0 to 1, at least one line is given.
 */
export function deploymentLog(seed: number, deployment: Deployment, share: number): string {
  const lines = allLines(seed, deployment);
  return `${lines.slice(0, Math.max(1, Math.floor(lines.length * share))).join('\n')}\n`;
}

function allLines(seed: number, deployment: Deployment): string[] {
  const { site, commit, end } = deployment;
  const random = new Random(seed, 'log', deployment.id);
  const release = 100 + (deployment.id % 900);
  const home = `/home/${site.user}/${site.name}`;
  const root = site.zeroDowntime ? `${home}/releases/${release}` : home;
  const runsPhp = site.phpVersion !== null;
  if (deployment.log !== undefined) {
    return printedLog(deployment.log, root).trimEnd().split('\n');
  }
  const short = (commit.hash ?? '').slice(0, 7);
  const branch = commit.branch ?? 'main';
  const lines = [
    dim(`Deploying ${site.name} as ${site.user} on ${site.server.name}`),
    ...(site.zeroDowntime
      ? [`⏳ Creating release ${bold(String(release))}`, `Cloning into '${root}'...`]
      : [
          `cd ${root}`,
          `From ${site.repository?.url ?? 'origin'}`,
          ` * branch            ${branch.padEnd(10)} -> FETCH_HEAD`,
        ]),
    `remote: Enumerating objects: ${random.integer(900, 4000)}, done.`,
    'remote: Counting objects: 100% (418/418), done.',
    'Receiving objects:  47% (612/1301)\rReceiving objects: 100% (1301/1301), 2.41 MiB | 9.87 MiB/s, done.',
    'Resolving deltas: 100% (644/644), done.',
    `HEAD is now at ${yellow(short)} ${commit.message ?? ''}`,
    ...(site.zeroDowntime ? [`🔗 Linking ${dim('.env')}`, `🔗 Linking ${dim('storage')}`] : []),
  ];
  if (runsPhp) {
    lines.push(
      '',
      `$ ${bold('composer install --no-dev --no-interaction --prefer-dist --optimize-autoloader')}`,
      green('Installing dependencies from lock file'),
      green('Verifying lock file contents can be installed on current platform.'),
      `Package operations: ${packages.length} installs, 0 updates, 0 removals`,
      ...packages.map(([name, version]) => `  - Installing ${green(name)} (${yellow(version)}): Extracting archive`),
      green('Generating optimized autoload files'),
      '> Illuminate\\Foundation\\ComposerScripts::postAutoloadDump',
      '> @php artisan package:discover --ansi',
      ...info('Discovering packages.'),
      ...['laravel/horizon', 'laravel/sanctum', 'laravel/tinker', 'nesbot/carbon', 'spatie/laravel-permission'].map(
        (name) => done(name, random.integer(1, 9)),
      ),
      '',
      `${green('78 packages you are using are looking for funding.')}`,
    );
  }
  lines.push('', `$ ${bold('npm ci && npm run build')}`);
  if (random.chance(0.5)) {
    lines.push(`npm ${yellow('warn')} deprecated inflight@1.0.6: This module is not supported, and leaks memory.`);
  }
  lines.push(
    'added 214 packages, and audited 215 packages in 6s',
    '',
    '> build',
    '> vite build',
    '',
    `${bold('vite v6.3.5')} ${green('building for production...')}`,
  );
  if (end === 'failed-build') {
    return [...lines, ...buildError(root)];
  }
  lines.push(
    `${green('✓')} ${random.integer(80, 900)} modules transformed.`,
    'rendering chunks...',
    'computing gzip size...',
    `${dim('public/build/')}manifest.json             ${bold('0.33 kB')} ${dim('│ gzip:  0.17 kB')}`,
    `${dim('public/build/')}assets/app-${random.hex(8)}.css  ${bold('41.27 kB')} ${dim('│ gzip:  8.91 kB')}`,
    `${dim('public/build/')}assets/app-${random.hex(8)}.js  ${bold('182.50 kB')} ${dim('│ gzip: 60.12 kB')}`,
    green(`✓ built in ${random.integer(2, 9)}.${random.integer(10, 99)}s`),
  );
  if (end === 'cancelled') {
    return lines;
  }
  if (!runsPhp) {
    if (end === 'failed') {
      return [
        ...lines,
        '',
        red('Error: listen EADDRINUSE: address already in use :::3000'),
        `    at ${root}/server.js:17:9`,
        'ELIFECYCLE  Command failed with exit code 1.',
      ];
    }
    return [...lines, ...activation(deployment, release)];
  }
  lines.push(
    '',
    `$ ${bold('php artisan optimize')}`,
    ...info('Caching framework bootstrap, configuration, and metadata.'),
    ...['config', 'events', 'routes', 'views'].map((task) => done(task, random.integer(9, 180))),
    '',
    `$ ${bold('php artisan migrate --force')}`,
    ...info('Running migrations.'),
    done('2026_03_02_101500_add_delivery_date_to_orders', random.integer(20, 240)),
  );
  if (end === 'failed') {
    return [...lines, ...exception(root)];
  }
  lines.push(
    done('2026_03_04_083000_index_orders_by_customer', random.integer(20, 240)),
    '',
    `$ ${bold('php artisan queue:restart')}`,
  );
  lines.push(
    ...info('Broadcasting queue restart signal.'),
    `Reloading PHP ${(site.phpVersion ?? 'php84').replace(/^php(\d)(\d)$/, '$1.$2')} FPM`,
  );
  return [...lines, ...activation(deployment, release)];
}

function activation(deployment: Deployment, release: number): string[] {
  const lines = deployment.site.zeroDowntime
    ? [`🚀 Activating release ${bold(String(release))}`, `🧹 Purging old releases: ${release - 5}`]
    : [];
  return ['', ...lines, green('✅ Deployment complete.')];
}

function exception(root: string): string[] {
  return [
    `  2026_03_04_083000_index_orders_by_customer ${dim('..............')} ${dim('31ms')} \u001b[31;1mFAIL\u001b[39;22m`,
    '',
    '   \u001b[41;97m Illuminate\\Database\\QueryException \u001b[0m',
    '',
    `  ${bold("SQLSTATE[42S22]: Column not found: 1054 Unknown column 'customer_id' in 'orders' (Connection: mysql, SQL: alter table `orders` add index `orders_customer_id_index`(`customer_id`))")}`,
    '',
    `  at ${green(`${root}/app/Models/Order.php`)}:${green('42')}`,
    `     40▕     public function scopeOpen(Builder $query): Builder`,
    `     41▕     {`,
    `  ${red('➜')}  42▕         return $query->where('customer_id', $this->customer->id);`,
    `     43▕     }`,
    '',
    `  ${yellow('1')}   ${root}/vendor/laravel/framework/src/Illuminate/Database/Connection.php:822`,
    `      Illuminate\\Database\\Connection::runQueryCallback()`,
    `  ${yellow('2')}   ${root}/database/migrations/2026_03_04_083000_index_orders_by_customer.php:15`,
    '',
    red('❌ Deployment failed: the command "php artisan migrate --force" ended with exit code 1.'),
  ];
}

function buildError(root: string): string[] {
  return [
    `${red('✗')} Build failed in 1.84s`,
    red('error during build:'),
    red('[vite]: Rollup failed to resolve import "./components/Cart.vue" from "resources/js/app.js".'),
    `    at viteLog (file://${root}/node_modules/vite/dist/node/chunks/dep-Bu492Fnd.js:46349:15)`,
    `    at file://${root}/node_modules/rollup/dist/es/shared/node-entry.js:21212:25`,
    `file: ${root}/resources/js/app.js:7:22`,
    `npm ${red('error')} Lifecycle script \`build\` failed with error:`,
    `npm ${red('error')} code 1`,
    `npm ${red('error')} path ${root}`,
    red('❌ Build failed: the command "npm run build" ended with exit code 1.'),
  ];
}
