import assert from 'node:assert/strict';
import { readList, readServerSoftware } from '../../../src/forge/resources';
import { serverLogKeys } from '../../../src/logs/serverLogs';

/** What Forge tells of the software of a server. */
const software = (attributes: Readonly<Record<string, unknown>>) => {
  const [found] = readList({ data: [{ id: '1', attributes }] }, readServerSoftware).items;
  assert.ok(found);
  return found;
};

describe('The logs that are offered of a server', () => {
  const redis = (type: string | null, status: unknown) =>
    serverLogKeys({ type, phpVersion: null }, software({ redis_status: status }), []).includes('redis-server');

  it('are those of what runs on it, and no others', () => {
    assert.deepEqual(
      serverLogKeys(
        { type: 'app', phpVersion: '8.4' },
        software({ database_type: 'mysql8', redis_status: 'running' }),
        ['8.4', '8.3'],
      ),
      ['nginx-access', 'nginx-error', 'php-8.4', 'php-8.3', 'redis-server', 'database-mysql'],
    );
    assert.deepEqual(
      serverLogKeys({ type: 'web', phpVersion: '8.4' }, software({ database_type: '', redis_status: null }), []),
      ['nginx-access', 'nginx-error', 'php-8.4'],
    );
    assert.deepEqual(
      serverLogKeys({ type: 'database', phpVersion: null }, software({ database_type: 'mariadb106' }), []),
      ['database-mysql'],
    );
    assert.deepEqual(
      serverLogKeys({ type: 'cache', phpVersion: null }, software({ database_type: 'postgres16' }), []),
      ['redis-server'],
    );
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
    assert.deepEqual(serverLogKeys({ type: null, phpVersion: '8.4' }, software({}), []), [
      'nginx-access',
      'nginx-error',
      'php-8.4',
      'redis-server',
      'database-mysql',
    ]);
    const cache = serverLogKeys({ type: 'cache', phpVersion: null }, software({}), []);
    assert.deepEqual(cache, ['redis-server']);
  });
});
