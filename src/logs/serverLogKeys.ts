import type { Server } from '../forge/resources';

/** The types of servers on which Forge puts no nginx, and those on which it puts Redis or a database. */
const withoutNginx = ['database', 'cache'];
const withRedis = ['app', 'cache'];
const withDatabase = ['app', 'database'];

/**
 * The keys of the logs that a server has by what runs on it (src/forge/README.md, Logs). Where Forge does not tell what runs there, a log is
 * offered that may not be there rather than one left out that is.
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
