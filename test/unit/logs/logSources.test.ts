import assert from 'node:assert/strict';
import type { ServerEntry, SiteEntry } from '../../../src/fleet/rows';
import type { Operation } from '../../../src/forge/operations';
import { type OperationName, operations } from '../../../src/forge/operationTable';
import { kindOf, logSource, logUri, ownerOf } from '../../../src/logs/logSources';
import { anyPath, anyText } from '../../anyText';
import fc from '../../fastCheck';

function entry(key: string, organization: string, server: string | null, site: string): SiteEntry {
  return {
    key,
    organization: { name: organization },
    server: server === null ? null : { name: server },
    site: { name: site },
  } as SiteEntry;
}

describe('The output of what Forge has run', () => {
  it('is known not to be written yet, and to come late, whatever has printed it', async () => {
    const output = 'cat: /root/.forge/recipe-1.output: No such file or directory';
    const call = async (name: OperationName) => {
      const document = { data: { id: '1', attributes: { output } } };
      return (operations[name] as Operation).answer?.(document);
    };
    const entry = { api: { call }, account: { client: { call } }, organization: { slug: 'acme' } };
    for (const kind of ['command', 'siteJob', 'job', 'event', 'recipeRun'] as const) {
      const { read, isLate } = kindOf({ kind, key: '', id: '' });
      assert.deepEqual(await read?.(entry as never, '1.2', {}), { text: '', isWritten: false }, kind);
      assert.ok(isLate, kind);
    }
  });
});

describe('The address of a log', () => {
  it('reads as a path of names', () => {
    const { path, query } = logUri('deployment', entry('a/acme/site-7', 'Acme', 'web-1', 'example.com'), '123');
    assert.equal(path, '/Acme/web-1/example.com deployment 123.log');
    assert.equal(query, 'site=a%2Facme%2Fsite-7&deployment=123');
  });

  it('leaves out a server that is not known', () => {
    assert.equal(logUri('deployment', entry('k', 'Acme', null, 'x'), '1').path, '/Acme/x deployment 1.log');
  });

  const name = anyText({ minLength: 1 });

  it('leads back to site and deployment whatever their names', () => {
    fc.assert(
      fc.property(name, name, name, anyPath, fc.string({ minLength: 1 }), (organization, server, site, path, id) => {
        const key = `account/${path}`;
        const uri = logUri('deployment', entry(key, organization, server, site), id);
        assert.deepEqual(logSource(uri), { kind: 'deployment', key, id });
      }),
    );
  });

  it('leads back to each kind of log', () => {
    const site = entry('a/acme/site-7', 'Acme', 'web-1', 'example.com');
    const server = { key: 'a/acme/1', organization: { name: 'Acme' }, server: { name: 'web-1' } } as ServerEntry;
    for (const [uri, path, source] of [
      [
        logUri('siteLog', site, 'nginx-error'),
        '/Acme/web-1/example.com nginx-error.log',
        { kind: 'siteLog', key: site.key, id: 'nginx-error' },
      ],
      [logUri('siteJob', site, '5'), '/Acme/web-1/example.com job 5.log', { kind: 'siteJob', key: site.key, id: '5' }],
      [
        logUri('serverLog', server, 'php-8.4'),
        '/Acme/web-1 php-8.4.log',
        { kind: 'serverLog', key: server.key, id: 'php-8.4' },
      ],
      [logUri('process', server, '6'), '/Acme/web-1 process 6.log', { kind: 'process', key: server.key, id: '6' }],
      [logUri('job', server, '7'), '/Acme/web-1 job 7.log', { kind: 'job', key: server.key, id: '7' }],
      [logUri('event', server, '8'), '/Acme/web-1 event 8.log', { kind: 'event', key: server.key, id: '8' }],
    ] as const) {
      assert.equal(uri.path, path);
      const found = logSource(uri);
      assert.deepEqual(found, source);
      assert.deepEqual(
        found && ownerOf(found),
        path.includes('example.com') ? { siteKey: site.key } : { serverKey: server.key },
      );
    }
  });

  it('has three parts whatever the names: none of them can add or end one', () => {
    fc.assert(
      fc.property(name, name, name, (organization, server, site) => {
        const { path } = logUri('deployment', entry('k', organization, server, site), '1');
        assert.equal(path.split('/').length, 4);
        assert.match(path, /^\/[^\\?#%:]+ deployment 1\.log$/s);
      }),
    );
    assert.equal(
      logUri('deployment', entry('k', '../..', 'a/b\\c', 'http://x?y#z'), '1').path,
      '/..-../a-b-c/http-x-y-z deployment 1.log',
    );
  });

  it('of somebody else names nothing', () => {
    for (const query of [
      '',
      'site=x',
      'deployment=1',
      'site=&deployment=1',
      'site=x&deployment=',
      'site=x&log=auth',
      'server=x',
      'server=x&job=',
      '%',
      '&&&',
    ]) {
      assert.equal(logSource({ query }), undefined, query);
    }
  });
});
