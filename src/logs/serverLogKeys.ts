import type { Server } from '../forge/resources';

/** The server types without Nginx, and those with Redis or a database. */
const withoutNginx = ['database', 'cache'];
const withRedis = ['app', 'cache'];
const withDatabase = ['app', 'database'];

/**
 * The keys of a server's logs, by what runs on it (src/forge/README.md, Logs). If Forge doesn't say what runs there, includes a log that
 * may not exist, rather than omit one that does.
 */
export function serverLogKeys(
  { type, phpVersion, databaseType, hasRedis }: Pick<Server, 'type' | 'phpVersion' | 'databaseType' | 'hasRedis'>,
  phpVersions: readonly string[],
): readonly string[] {
  const php = phpVersions.length > 0 ? phpVersions : [phpVersion].filter((version) => version !== null);
  const isOne = (types: readonly string[]) => type === null || types.includes(type);
  const hasMysql = databaseType === null ? isOne(withDatabase) : /^(?:mysql|mariadb)/.test(databaseType);
  return [
    ...(type !== null && withoutNginx.includes(type) ? [] : ['nginx-access', 'nginx-error']),
    ...php.map((version) => `php-${version}`),
    ...((hasRedis ?? isOne(withRedis)) ? ['redis-server'] : []),
    ...(hasMysql ? ['database-mysql'] : []),
  ];
}
