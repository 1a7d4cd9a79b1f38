import assert from 'node:assert/strict';
import { readOne, readServer } from '../../../src/forge/resources';
import { serverLogKeys } from '../../../src/logs/serverLogKeys';

/** The logs of a server of which Forge tells this. */
const keysOf = (attributes: Readonly<Record<string, unknown>>, phpVersions: readonly string[] = []) =>
  serverLogKeys(readOne({ data: { id: '1', attributes } }, readServer), phpVersions);

describe('The logs that are offered of a server', () => {
  const redis = (type: string | null, status: unknown) =>
    keysOf({ type, redis_status: status }).includes('redis-server');

  it('are those of what runs on it, and no others', () => {
    assert.deepEqual(
      keysOf({ type: 'app', php_version: 'php84', database_type: 'mysql8', redis_status: 'running' }, ['8.4', '8.3']),
      ['nginx-access', 'nginx-error', 'php-8.4', 'php-8.3', 'redis-server', 'database-mysql'],
    );
    assert.deepEqual(keysOf({ type: 'web', php_version: 'php84', database_type: '', redis_status: null }), [
      'nginx-access',
      'nginx-error',
      'php-8.4',
    ]);
    assert.deepEqual(keysOf({ type: 'database', database_type: 'mariadb106' }), ['database-mysql']);
    assert.deepEqual(keysOf({ type: 'cache', database_type: 'postgres16' }), ['redis-server']);
  });

  it('have that of Redis where Forge says so, and where it says nothing of a server that usually has it', () => {
    for (const status of ['running', 'installed', 'stopped']) {
      assert.ok(redis('web', status), status);
    }
    for (const status of ['uninstalled', 'removed', 'not installed']) {
      assert.ok(!redis('app', status), status);
    }
    for (const status of [null, undefined, '', 7]) {
      assert.ok(redis('app', status) && redis('cache', status) && redis(null, status), String(status));
      assert.ok(!redis('web', status) && !redis('worker', status), String(status));
    }
  });

  it('have those that may be there where Forge tells nothing', () => {
    assert.deepEqual(keysOf({ php_version: 'php84' }), [
      'nginx-access',
      'nginx-error',
      'php-8.4',
      'redis-server',
      'database-mysql',
    ]);
    const cache = keysOf({ type: 'cache' });
    assert.deepEqual(cache, ['redis-server']);
  });
});
