import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KnownFleet, type Snapshot, Snapshots } from '../../../src/fleet/snapshots';
import { Clock } from '../../../src/forge/clock';
import { readOne, readSite, type Site } from '../../../src/forge/resources';
import { Log } from '../../../src/ui/log';
import fc from '../../fastCheck';
import { projectRoot } from '../../paths';
import { itUnlessOnWindows } from '../../unlessOnWindows';

const account = '1@forge.laravel.com';

describe('A snapshot of the fleet', () => {
  let folder: string;
  let logged: string[];
  let snapshots: Snapshots;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-snapshots-'));
    logged = [];
    snapshots = open();
  });

  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });

  const open = (at = join(folder, 'fleet')) => {
    const write = (line: string) => logged.push(line);
    return new Snapshots(at, new Clock(), new Log({ debug: write, warn: write, error: write, show: () => undefined }));
  };
  const snapshot = (refreshedAt = 1): KnownFleet => ({
    refreshedAt,
    listedAt: refreshedAt,
    begunAt: refreshedAt,
    feedMissedAt: null,
    organizations: [
      {
        organization: { id: '1', name: 'Acme', slug: 'acme' },
        servers: [],
        sites: [siteNamed('shop.example.com')],
      },
    ],
  });
  /** What lies on disk of it. */
  const written = (known: KnownFleet): Snapshot => ({ version: 4, account, writer: snapshots.writer, ...known });
  const siteNamed = (name: string): Site => {
    const document = { data: { id: '1', attributes: { name } } };
    return readOne(document, readSite);
  };
  const file = () => snapshots.file(account);
  const sitesFile = () => snapshots.sitesFile(account);

  it('is read as it was written, by another window too', async () => {
    await snapshots.save(account, () => snapshot());
    assert.deepEqual(await open().load(account), written(snapshot()));
  });

  it('is missing where there is none, without a word', async () => {
    assert.equal(await snapshots.load(account), undefined);
    assert.deepEqual(logged, []);
  });

  it('of one account is not that of another', async () => {
    await snapshots.save(account, () => snapshot());
    assert.equal(await snapshots.load('2@forge.laravel.com'), undefined);
    assert.notEqual(snapshots.file('1@other.example'), file());
  });

  const rewrite = (path: string, change: (lines: readonly string[]) => readonly string[]) =>
    writeFileSync(path, change(readFileSync(path, 'utf8').split('\n')).join('\n'));
  const rewriteOutline = (parts: object) =>
    rewrite(file(), ([outline = '']) => [JSON.stringify({ ...JSON.parse(outline), ...parts })]);
  /** What it says is right, and far too long. */
  const swell = (path: string) => appendFileSync(path, ' '.repeat(50 * 1024 * 1024));
  const broken: readonly (readonly [string, () => void])[] = [
    ['cut in the middle', () => truncateSync(file(), 40)],
    ['empty', () => truncateSync(file(), 0)],
    ['of 50 MB', () => swell(file())],
    ['from a newer version', () => rewriteOutline({ version: 99 })],
    ['of another account', () => rewriteOutline({ account: '2@forge.laravel.com' })],
    ['without what its sites are known by', () => rewriteOutline({ stamp: undefined })],
    ['something else', () => writeFileSync(file(), '"hello"')],
    ['without its last sites', () => rewrite(sitesFile(), (lines) => lines.slice(0, -1))],
    ['cut in the middle of its sites', () => truncateSync(sitesFile(), 120)],
    ['without any line of sites', () => truncateSync(sitesFile(), 0)],
    ['of 50 MB of sites', () => swell(sitesFile())],
    [
      'with sites from a newer version',
      () => rewrite(sitesFile(), ([head = '', ...rest]) => [head.replace(/"version":\d+/, '"version":99'), ...rest]),
    ],
    [
      'with the sites of another account',
      () => rewrite(sitesFile(), ([head = '', ...rest]) => [head.replace('1@forge', '2@forge'), ...rest]),
    ],
    [
      'with a site that is none',
      () => rewrite(sitesFile(), ([head = '']) => [head, '{"organization":"acme","sites":[{"id":"1"}]}']),
    ],
  ];
  it('is written whenever it is to be, also while the one before is being finished', async () => {
    for (let turns = 0; turns < 40; turns += 1) {
      const window = open();
      const first = window.save(account, () => snapshot(1));
      for (let turn = 0; turn < turns; turn += 1) {
        await new Promise(setImmediate);
      }
      await Promise.all([first, window.save(account, () => snapshot(2))]);
      await window.save(account, () => snapshot(3));
      assert.equal((await window.load(account))?.refreshedAt, 3, `after ${turns} turns`);
    }
  });

  it('whose sites were written with another outline shows them, and counts as read at no time', async () => {
    await snapshots.save(account, () => snapshot(1));
    const before = readFileSync(sitesFile());
    await snapshots.save(account, () => snapshot(2));
    writeFileSync(sitesFile(), before);
    const { organizations, refreshedAt, listedAt, begunAt } = (await open().load(account)) ?? {};
    assert.deepEqual(organizations, snapshot().organizations);
    assert.deepEqual([refreshedAt, listedAt, begunAt], [null, null, null]);
    assert.deepEqual(logged, []);
  });

  itUnlessOnWindows('has no modes of files')('that cannot be read just now is not set aside', async () => {
    await snapshots.save(account, () => snapshot());
    await asOrdinaryUser([folder, join(folder, 'fleet'), file(), sitesFile()], async () => {
      chmodSync(file(), 0o000);
      assert.equal(await snapshots.load(account), undefined);
      assert.match(logged.join('\n'), /could not be read: /);
      chmodSync(file(), 0o600);
      assert.deepEqual(await snapshots.load(account), written(snapshot()));
    });
  });

  for (const [what, damage] of broken) {
    it(`that is ${what} is set aside, said in the log, and rebuilt`, async () => {
      await snapshots.save(account, () => snapshot());
      damage();
      assert.equal(await snapshots.load(account), undefined);
      assert.equal(logged.length, 1);
      assert.ok(readdirSync(join(folder, 'fleet')).some((name) => name.endsWith('.broken')));
      assert.equal(await snapshots.load(account), undefined);
      assert.equal(logged.length, 1, 'it is not found again');
      await snapshots.save(account, () => snapshot());
      assert.deepEqual(await snapshots.load(account), written(snapshot()));
    });
  }

  for (const [what, place] of [
    ['a pipe', (path: string) => execFileSync('mkfifo', ['--', path])],
    ['a link out of the folder', (path: string) => symlinkSync(join(folder, 'elsewhere'), path)],
    ['a folder', (path: string) => mkdirSync(path)],
  ] as const) {
    itUnlessOnWindows('has no named pipes')(
      `in the place of which there is ${what} is missing at once, and written again`,
      async () => {
        await snapshots.save(account, () => snapshot());
        renameSync(file(), join(folder, 'elsewhere'));
        const elsewhere = readFileSync(join(folder, 'elsewhere'), 'utf8');
        place(file());
        assert.equal(await open().load(account), undefined);
        assert.equal(logged.filter((line) => line.includes('set aside')).length, 1, logged.join());
        await snapshots.save(account, () => snapshot(2));
        assert.equal((await open().load(account))?.refreshedAt, 2);
        assert.equal(readFileSync(join(folder, 'elsewhere'), 'utf8'), elsewhere);
      },
    );
  }

  it('is not written through a link', async () => {
    await snapshots.save(account, () => snapshot());
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'precious');
    rmSync(sitesFile());
    symlinkSync(elsewhere, sitesFile());
    await snapshots.save(account, () => snapshot(2));
    assert.equal(readFileSync(elsewhere, 'utf8'), 'precious');
    assert.equal((await open().load(account))?.refreshedAt, 2);
  });

  it('that a killed window has begun is gone within a day, and one that is being written is not', async () => {
    await snapshots.save(account, () => snapshot());
    const [left, young] = ['left', 'young'].map((name) => `${file()}.${name}.tmp`) as [string, string];
    const yesterday = new Date(Date.now() - 86_400_000);
    writeFileSync(left, 'half of it');
    utimesSync(left, yesterday, yesterday);
    writeFileSync(young, 'half of it');
    await open().save(account, () => snapshot());
    assert.deepEqual([existsSync(left), existsSync(young)], [false, true]);
  });

  it('of many sites and organizations is read whole, and its outline before them', async () => {
    const many: KnownFleet = {
      ...snapshot(),
      organizations: ['acme', 'other', 'empty'].map((slug, place) => ({
        organization: { id: String(place), name: slug, slug },
        servers: [],
        sites: Array.from({ length: [250, 100, 0][place] ?? 0 }, (_, site) => siteNamed(`${slug}-${site}`)),
      })),
    };
    await snapshots.save(account, () => many);
    assert.deepEqual(await snapshots.load(account), written(many));
    rmSync(sitesFile());
    assert.deepEqual(
      (await snapshots.loadOutline(account))?.organizations.map(({ organization }) => organization.slug),
      ['acme', 'other', 'empty'],
    );
    assert.equal(await snapshots.load(account), undefined);
  });

  describe('is never taken over in another shape, whatever lies', () => {
    /** What is right, but at times for one of its parts, or for all. */
    const shaken = (right: object, parts = Object.keys(right)): fc.Arbitrary<unknown> =>
      fc.oneof(
        { weight: 8, arbitrary: fc.constant(right) },
        { weight: 1, arbitrary: fc.jsonValue() },
        {
          weight: 8,
          arbitrary: fc
            .record({ part: fc.constantFrom(...parts), value: fc.jsonValue() })
            .map(({ part, value }) => ({ ...right, [part]: value })),
        },
      );
    const isText = (value: unknown) => typeof value === 'string';
    const server = { id: '7', name: 'web-1' };
    const organization = { id: '1', name: 'Acme', slug: 'acme' };
    let taken: number;

    beforeEach(() => {
      taken = 0;
      return snapshots.save(account, () => snapshot());
    });

    afterEach(() => assert.ok(taken > 0, 'what is right is taken over'));

    it('in its outline', async () => {
      const right = JSON.parse(readFileSync(file(), 'utf8')) as object;
      const entry = fc
        .record({ organization: shaken(organization), servers: fc.array(shaken(server), { maxLength: 2 }) })
        .chain(shaken);
      const outline = fc.array(entry, { maxLength: 2 }).chain((organizations) => shaken({ ...right, organizations }));
      await fc.assert(
        fc.asyncProperty(outline, async (written) => {
          writeFileSync(file(), JSON.stringify(written));
          const read = await snapshots.loadOutline(account);
          taken += read ? 1 : 0;
          for (const { organization: known, servers } of read?.organizations ?? []) {
            assert.ok([known.id, known.name, known.slug].every(isText));
            assert.ok(servers.every(({ id, name }) => isText(id) && isText(name)));
          }
        }),
        { numRuns: 300 },
      );
    });

    it('among its sites', async () => {
      const [head = '', line = ''] = readFileSync(sitesFile(), 'utf8').split('\n');
      const right = siteNamed('shop.example.com');
      const drawnFrom = ['id', 'name', 'aliases', 'tags', 'repository'];
      const sites = fc.array(shaken(right, drawnFrom), { maxLength: 2 });
      const lines = sites.chain((some) => shaken({ ...(JSON.parse(line) as object), sites: some }));
      await fc.assert(
        fc.asyncProperty(shaken(JSON.parse(head) as object), lines, async (above, below) => {
          writeFileSync(sitesFile(), [above, below].map((each) => JSON.stringify(each)).join('\n'));
          const read = (await snapshots.load(account))?.organizations.flatMap((entry) => entry.sites) ?? [];
          taken += read.length;
          for (const { id, name, aliases, tags, repository } of read) {
            assert.ok([id, name].every(isText));
            assert.ok([aliases, tags].every(Array.isArray));
            assert.ok(repository === null || isText(repository.url));
          }
        }),
        { numRuns: 600 },
      );
    });
  });

  it('that cannot be written is said once, leaves nothing behind, and is written once that is possible', async () => {
    // A file stands where the folder should be.
    writeFileSync(join(folder, 'fleet'), '');
    await snapshots.save(account, () => snapshot());
    await snapshots.save(account, () => snapshot());
    assert.equal(logged.length, 1);
    rmSync(join(folder, 'fleet'));
    await snapshots.save(account, () => snapshot(2));
    assert.equal((await snapshots.load(account))?.refreshedAt, 2);
    assert.deepEqual(readdirSync(join(folder, 'fleet')).length, 2);
  });

  /** What is there besides, and is all that should be there. */
  const names = () => readdirSync(join(folder, 'fleet')).sort();

  itUnlessOnWindows('has no modes of folders')(
    'is not written where one may not, and what lay there can still be read',
    async () => {
      await snapshots.save(account, () => snapshot(1));
      const before = names();
      await asOrdinaryUser([folder, join(folder, 'fleet'), file(), sitesFile()], async () => {
        chmodSync(join(folder, 'fleet'), 0o500);
        await snapshots.save(account, () => snapshot(2));
        assert.deepEqual([logged.length, logged[0]?.includes('EACCES')], [1, true], logged[0]);
        assert.deepEqual(names(), before);
        assert.deepEqual(await snapshots.load(account), written(snapshot(1)));
        chmodSync(join(folder, 'fleet'), 0o700);
        await snapshots.save(account, () => snapshot(3));
        assert.deepEqual(await snapshots.load(account), written(snapshot(3)));
      });
      assert.equal(logged.length, 1);
    },
  );

  for (const [which, path] of [
    ['its sites', sitesFile],
    ['its outline', file],
  ] as const) {
    it(`stays as it was where the disk is full for ${which}, and nothing is left beside it`, async function () {
      if (!existsSync('/dev/full')) {
        this.skip();
      }
      await snapshots.save(account, () => snapshot(1));
      const before = names();
      // Writing there fails as it does on a full disk.
      symlinkSync('/dev/full', `${path()}.${snapshots.writer}.tmp`);
      await snapshots.save(account, () => snapshot(2));
      assert.deepEqual([logged.length, logged[0]?.includes('ENOSPC')], [1, true], logged[0]);
      assert.deepEqual(names(), before);
      assert.deepEqual(await open().load(account), written(snapshot(1)));
      await snapshots.save(account, () => snapshot(3));
      assert.deepEqual(await open().load(account), written(snapshot(3)));
    });
  }

  itUnlessOnWindows('has no limit on the size of files')(
    'stays as it was where there is room for half of the new one only',
    async () => {
      await snapshots.save(account, () => snapshot(1));
      const before = names();
      const saver = join(projectRoot, 'out', 'test', 'unit', 'fleet', 'saveSnapshot.js');
      const told = execFileSync(
        'sh',
        ['-c', 'ulimit -f 16 && exec "$@"', 'sh', process.execPath, saver, join(folder, 'fleet'), account],
        { encoding: 'utf8' },
      );
      const [line, ...others] = JSON.parse(told) as string[];
      assert.match(line ?? '', /could not be written.*EFBIG/);
      assert.deepEqual([others, names()], [[], before]);
      assert.deepEqual(await snapshots.load(account), written(snapshot(1)));
    },
  );

  it('of a newer version of the extension lies beside it and is left alone', async () => {
    await snapshots.save(account, () => snapshot());
    const newer = [file(), sitesFile()].map((path) => path.replace(/\.v\d+\./, '.v99.'));
    for (const path of newer) {
      writeFileSync(path, 'of another shape');
    }
    assert.deepEqual(await snapshots.load(account), written(snapshot()));
    await snapshots.save(account, () => snapshot(2));
    await snapshots.forget(account);
    assert.deepEqual(
      newer.map((path) => readFileSync(path, 'utf8')),
      newer.map(() => 'of another shape'),
    );
    assert.deepEqual(logged, []);
  });

  it('is the last of several that are written at once', async () => {
    await Promise.all([1, 2, 3, 4, 5].map((time) => snapshots.save(account, () => snapshot(time))));
    assert.equal((await snapshots.load(account))?.refreshedAt, 5);
  });

  it('is whole at any time, while two windows write', async () => {
    const other = open();
    const writing = Promise.all(
      Array.from({ length: 20 }, (_, time) => (time % 2 ? snapshots : other).save(account, () => snapshot(time))),
    );
    await snapshots.save(account, () => snapshot());
    for (let read = 0; read < 20; read += 1) {
      assert.ok(await open().load(account));
      await new Promise(setImmediate);
    }
    await writing;
  });

  it('of who signs out and in again at once is the new one', async () => {
    await snapshots.save(account, () => snapshot(1));
    const forgotten = snapshots.forget(account);
    const read = snapshots.load(account);
    const saved = snapshots.save(account, () => snapshot(2));
    assert.equal(await read, undefined);
    await Promise.all([forgotten, saved]);
    assert.equal((await snapshots.load(account))?.refreshedAt, 2);
  });

  it('is removed with its account, and long after its last use', async () => {
    await snapshots.save(account, () => snapshot());
    const old = join(folder, 'fleet', 'old.v1.json');
    writeFileSync(old, '{}');
    utimesSync(old, 0, 0);
    // A window looks for them with what it writes first.
    await open().save(account, () => snapshot());
    assert.deepEqual(readdirSync(join(folder, 'fleet')).length, 2);
    await snapshots.forget(account);
    assert.deepEqual(readdirSync(join(folder, 'fleet')), []);
  });
});

/** Does something as a user who has to keep to rights, to whom these paths are given. Nothing is forbidden to root. */
async function asOrdinaryUser(paths: readonly string[], work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) {
    await work();
    return;
  }
  const nobody = 65_534;
  for (const path of paths) {
    chownSync(path, nobody, nobody);
  }
  process.seteuid?.(nobody);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}
