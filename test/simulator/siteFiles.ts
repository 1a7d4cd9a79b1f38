import { Random } from './random';
import type { Site } from './world';

/** The secret URL that deploys the site; its token starts with `canary-`, so that a leak is easy to look for. */
export function deployUrl(seed: number, site: Site): string {
  const token = `canary-deploy-${new Random(seed, 'deploy token', site.id, ...(site.hooksReplaced > 0 ? [site.hooksReplaced] : [])).hex(26)}`;
  return `https://forge.laravel.com/servers/${site.server.id}/sites/${site.id}/deploy/http?token=${token}`;
}

/** The site's deployment script. */
export function deployScript(site: Site): string {
  const home = `/home/${site.user}/${site.name}`;
  const php = site.phpVersion
    ? [
        '$FORGE_COMPOSER install --no-dev --no-interaction --prefer-dist --optimize-autoloader',
        'npm ci && npm run build',
        '$FORGE_PHP artisan optimize',
        '$FORGE_PHP artisan migrate --force',
      ]
    : ['npm ci', 'npm run build'];
  const lines = site.zeroDowntime
    ? [
        '$CREATE_RELEASE()',
        '',
        'cd $FORGE_RELEASE_DIRECTORY',
        '',
        ...php,
        '',
        '$ACTIVATE_RELEASE()',
        '',
        '$RESTART_QUEUES()',
      ]
    : [
        `cd ${home}`,
        '',
        'git pull origin $FORGE_SITE_BRANCH',
        '',
        ...php,
        '',
        '( flock -w 10 9 || exit 1; echo "Reloading PHP FPM..."; sudo -S service $FORGE_PHP_FPM reload ) 9>/tmp/fpmlock',
      ];
  return `${lines.join('\n')}\n`;
}

/** The site's .env; each secret in it starts with `canary-`. */
export function environment(seed: number, site: Site): string {
  const random = new Random(seed, 'environment', site.id);
  return [
    `APP_NAME="${site.name}"`,
    'APP_ENV=production',
    `APP_KEY=base64:canary-app-key-${random.hex(24)}=`,
    'APP_DEBUG=false',
    `APP_URL=https://${site.name}`,
    '',
    'DB_CONNECTION=mysql',
    'DB_HOST=127.0.0.1',
    `DB_DATABASE=${site.database ?? 'forge'}`,
    'DB_USERNAME=forge',
    `DB_PASSWORD="canary-db-${random.hex(20)}"`,
    '',
    `REDIS_PASSWORD=canary-redis-${random.hex(16)}`,
    `MAIL_PASSWORD=canary-mail-${random.hex(16)}`,
    `STRIPE_SECRET=canary-stripe-${random.hex(24)}`,
    `AWS_SECRET_ACCESS_KEY=canary-aws-${random.hex(32)}`,
    '',
  ].join('\n');
}

export type SiteLogName = 'application' | 'nginx-access' | 'nginx-error';

/** The content of a site log, about 200 lines that end at `until` (milliseconds since the epoch); the error log is short. */
export function siteLog(seed: number, site: Site, name: SiteLogName, until: number): string {
  const random = new Random(seed, 'site log', name, site.id);
  const lines: string[] = [];
  const count = name === 'nginx-error' ? 12 : 200;
  let time = until - count * 25_000;
  for (let index = 0; index < count; index += 1) {
    time += random.integer(5, 40) * 1000;
    const date = new Date(time);
    switch (name) {
      case 'application':
        lines.push(...applicationEntry(random, site, date));
        break;
      case 'nginx-access':
        lines.push(accessLine(random, site, date));
        break;
      case 'nginx-error':
        lines.push(
          `${date.toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/')} [error] 1042#1042: *${random.integer(1000, 90_000)} open() "/home/${site.user}/${site.name}/public/wp-login.php" failed (2: No such file or directory), client: 198.51.100.${random.integer(1, 254)}, server: ${site.name}, request: "GET /wp-login.php HTTP/1.1", host: "${site.name}"`,
        );
        break;
    }
  }
  return `${lines.join('\n')}\n`;
}

function applicationEntry(random: Random, site: Site, date: Date): string[] {
  const stamp = `[${date.toISOString().slice(0, 19).replace('T', ' ')}]`;
  const root = `/home/${site.user}/${site.name}${site.zeroDowntime ? `/releases/${random.integer(100, 140)}` : ''}`;
  if (random.chance(0.04)) {
    return [
      `${stamp} production.ERROR: Call to a member function total() on null {"userId":${random.integer(1, 900)},"exception":"[object] (Error(code: 0): Call to a member function total() on null at ${root}/app/Http/Controllers/CheckoutController.php:58)`,
      '[stacktrace]',
      `#0 ${root}/vendor/laravel/framework/src/Illuminate/Routing/ControllerDispatcher.php(46): App\\\\Http\\\\Controllers\\\\CheckoutController->store()`,
      `#1 ${root}/vendor/laravel/framework/src/Illuminate/Routing/Controller.php(54): App\\\\Http\\\\Controllers\\\\CheckoutController->store()`,
      `#2 ${root}/public/index.php(20): Illuminate\\\\Foundation\\\\Application->handleRequest()`,
      '#3 {main}',
      '"} ',
    ];
  }
  const message = random.pick([
    `production.INFO: Order ${random.integer(1000, 9999)} placed {"total":${random.integer(500, 90_000)}}`,
    `production.INFO: Mail queued {"mailable":"App\\\\Mail\\\\OrderShipped"}`,
    `production.WARNING: Slow query {"ms":${random.integer(400, 3000)}}`,
    'production.DEBUG: Cache warmed {"keys":48}',
    'production.NOTICE: Stock below threshold {"sku":"LMP-204"}',
  ]);
  return [`${stamp} ${message} `];
}

function accessLine(random: Random, site: Site, date: Date): string {
  const [day = '', time = ''] = date.toISOString().split('T');
  const [year, month = '01', dayOfMonth] = day.split('-');
  const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const path = random.pick([
    '/',
    '/products',
    '/products/lamp-204',
    '/cart',
    '/checkout',
    '/build/assets/app.css',
    '/wp-login.php',
    '/up',
  ]);
  const status = path === '/wp-login.php' ? 404 : random.chance(0.03) ? 500 : 200;
  return `198.51.100.${random.integer(1, 254)} - - [${dayOfMonth}/${names[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000] "GET ${path} HTTP/2.0" ${status} ${random.integer(180, 48_000)} "https://${site.name}/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`;
}
