import assert from 'node:assert/strict';
import { ForgeError } from '../../../src/forge/errors';
import {
  readDeployment,
  readList,
  readLogOutput,
  readOne,
  readOrganization,
  readResource,
  readServer,
  readSite,
  readUser,
} from '../../../src/forge/resources';
import { anyText } from '../../anyText';
import fc from '../../fastCheck';

const readers = [readUser, readOrganization, readServer, readDeployment, readSite, readLogOutput];

/** Any JSON, with the keys of a document more often than chance would have it. */
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, 0, 1, -1, 1e300, '', '1', 'sites', 'servers', '__proto__', 'x'.repeat(50)),
    anyText(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom('id', 'type', 'data', 'attributes', 'relationships', 'included', 'server', 'tags', 'name'),
        fc.constantFrom('latestDeployment', 'slug', 'commit', 'aliases', 'repository', 'url', 'created_at'),
        fc.constantFrom('toString', 'valueOf', '__proto__', 'constructor', 'toJSON', 'length'),
        fc.string(),
      ),
      tie('value'),
      { maxKeys: 6 },
    ),
  ),
})).value;

/** A document as it would look, but for its values. */
const document = fc.record(
  {
    data: fc.oneof(
      fc.array(
        fc.record(
          {
            id: json,
            type: json,
            attributes: json,
            relationships: fc.dictionary(fc.constantFrom('server', 'tags'), json),
          },
          { requiredKeys: [] },
        ),
        { maxLength: 3 },
      ),
      json,
    ),
    included: fc.oneof(fc.array(json, { maxLength: 3 }), json),
  },
  { requiredKeys: [] },
);

/** As it comes from the network: with own properties only. */
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function onlyForgeErrors(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof ForgeError, `threw ${String(error)}`);
    assert.equal(error.kind, 'unexpected');
  }
}

describe('Reading resources', () => {
  it('never throws anything but a ForgeError, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.oneof(json, document), (value) => {
        const sent = overTheWire(value);
        for (const reader of readers) {
          onlyForgeErrors(() => readList<unknown>(sent, reader));
          onlyForgeErrors(() => readOne<unknown>(sent, reader));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('survives a type that is an object with odd members', () => {
    const type = { toString: 1, valueOf: null };
    const sent = { data: [{ id: '1', relationships: { server: { data: { id: '2', type } } } }], included: [{ type }] };
    assert.equal(readList(sent, readSite).items[0]?.serverId, '2');
  });

  it('counts every element once: read or malformed', () => {
    fc.assert(
      fc.property(fc.array(json, { maxLength: 20 }), (data) => {
        const { items, malformed } = readList(overTheWire({ data }), readServer);
        assert.equal(items.length + malformed.length, data.length);
      }),
      { numRuns: 100 },
    );
  });

  it('ends on resources that include each other', () => {
    const site = { id: '1', type: 'sites', relationships: { server: { data: { type: 'servers', id: '2' } } } };
    const server = { id: '2', type: 'servers', relationships: { server: { data: { type: 'servers', id: '2' } } } };
    assert.equal(readOne({ data: site, included: [server, site] }, readSite).serverId, '2');
  });

  it('finds included resources by type and id', () => {
    const sent = {
      data: {
        id: '1',
        relationships: {
          server: { data: { type: 'servers', id: '7' } },
          tags: { data: [{ type: 'tags', id: '7' }, { type: 'tags', id: '8' }, null] },
          latestDeployment: { data: { type: 'deployments', id: '7' } },
        },
      },
      included: [
        { type: 'tags', id: '7', attributes: { name: 'seven' } },
        { type: 'tags', id: 8, attributes: { name: 'eight' } },
        { type: 'deployments', id: '7', attributes: { status: 'failed' } },
      ],
    };
    const { serverId, tags, latestDeployment } = readOne(sent, readSite);
    assert.deepEqual(
      [serverId, tags, latestDeployment?.id, latestDeployment?.status],
      ['7', ['seven', 'eight'], '7', 'failed'],
    );
  });

  it('reads the versions of PHP in each of their spellings', () => {
    const spelt = (php_version: unknown) =>
      readOne({ data: { id: '1', attributes: { php_version } } }, readServer).phpVersion;
    assert.deepEqual(
      ['php84', '8.4', 'PHP 8.4', 'php810', 'PHP 8.10', 'php5', 'php56-old', 'hhvm', '', null, 84].map(spelt),
      ['8.4', '8.4', '8.4', '8.10', '8.10', '5', '5.6', 'hhvm', null, null, null],
    );
  });

  it('reads times with microseconds, and none that is not one', () => {
    const read = (created_at: unknown) =>
      readOne({ data: { id: '1', attributes: { created_at } } }, readDeployment).createdAt;
    assert.equal(read('2024-01-01T00:00:00.123456Z'), Date.UTC(2024, 0, 1, 0, 0, 0, 123));
    assert.deepEqual([null, '', 'never', 7].map(read), [null, null, null, null]);
  });

  it('carries words that did not exist when this was written as they are', () => {
    const attributes = { status: 'Rolling-Back', type: 'quantum', connection_status: 'maybe', app_type: 'Laravel 99' };
    const sent = { data: { id: '1', attributes } };
    const { status, appType } = readOne(sent, readSite);
    const { type, connectionStatus } = readOne(sent, readServer);
    const deployment = readOne(sent, readDeployment);
    assert.deepEqual({ status, type, connection_status: connectionStatus, app_type: appType }, attributes);
    assert.deepEqual([deployment.status, deployment.type], [status, type]);
  });

  it('cuts what is only shown, and takes nothing of what is handed on and too long for any that is meant', () => {
    const long = 'x'.repeat(1_000_000);
    const attributes = {
      name: long,
      url: `https://${long}`,
      user: long,
      php_version: long,
      aliases: [long, ...Array.from({ length: 1_000 }, (_, index) => `a${index}`)],
      repository: { url: 'acme/shop', branch: long, provider: long },
    };
    const site = readOne({ data: { id: '1', attributes } }, readSite);
    const cut = `${'x'.repeat(249)}…`;
    assert.deepEqual(
      [site.name, site.url, site.user, site.phpVersion, site.aliases[0], site.aliases.length, site.repository],
      [cut, null, null, cut, cut, 100, { url: 'acme/shop', branch: null, provider: cut }],
    );
    assert.equal(readOne({ data: { id: '1', attributes: { name: '😀'.repeat(200) } } }, readSite).name.length, 249);
    assert.deepEqual(
      readList({ data: [{ id: '1' }, { id: 'x'.repeat(1_000) }] }, readSite).items.map(({ id }) => id),
      ['1'],
    );
  });

  it('leaves no icon, no turned writing and no second line in what is only shown, and a branch as it is', () => {
    const name = 'a$(flame)\n\u202eb\u2066c';
    const attributes = { name, email: name, description: name, repository: { url: 'acme/shop', branch: 'fix/$(x)' } };
    const sent = { data: { id: '1', attributes } };
    assert.equal(readOne(sent, readSite).name, 'a$\u200b(flame) b c');
    assert.equal(readOne(sent, readUser).email, 'a$\u200b(flame) b c');
    assert.equal(readOne(sent, readSite).repository?.branch, 'fix/$(x)');
  });

  it('keeps of any resource all but secrets, however deep they lie, and no more than any real one has', () => {
    const read = (attributes: object) => readOne({ data: { id: '1', attributes } }, readResource).attributes;
    const real = {
      name: 'a',
      ports: [80, 443],
      notified: [{ type: 'mail', to: 'a@b.c' }],
      user: { id: 1, role: null },
    };
    assert.deepEqual(read({ ...real, sudo_password: 'x', user: { ...real.user, token: 'x' } }), real);
    const keys = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`a${index}`, index]));
    assert.equal(Object.keys(read(keys)).length, 500);
    const list = Array.from({ length: 100_000 }, () => ({ password: 'x', a: [1] }));
    assert.equal(JSON.stringify(read({ list })).match(/\{/g)?.length, 500);
    assert.ok(!JSON.stringify(read({ list })).includes('password'));
    const deep = JSON.parse(`${'{"a":['.repeat(100_000)}1${']}'.repeat(100_000)}`) as object;
    assert.equal(JSON.stringify(read(deep)), `${'{"a":['.repeat(5)}null${']}'.repeat(5)}`);
  });

  it('reads no more rows than a page can have, and names few of those that it could not read', () => {
    const { items, malformed } = readList({ data: Array.from({ length: 5_000 }, (_, id) => ({ id })) }, readServer);
    assert.deepEqual([items.length, malformed], [1_000, ['4000 more than 1000']]);
    const bad = readList({ data: Array.from({ length: 100 }, () => 7) }, readServer);
    assert.deepEqual([bad.malformed.length, bad.malformed.at(-1)], [21, 'and 80 more']);
  });

  it('takes for an id what can stand in a path', () => {
    const ids = [
      '1',
      7,
      'a-b_c',
      'npm.acme.example',
      '',
      '..',
      '.a',
      'a.',
      'a..b',
      'a/b',
      'a b',
      1.5,
      true,
      null,
      {},
      ['1'],
      '1\n',
    ];
    assert.deepEqual(
      readList({ data: ids.map((id) => ({ id })) }, readUser).items.map(({ id }) => id),
      ['1', '7', 'a-b_c', 'npm.acme.example'],
    );
  });
});
