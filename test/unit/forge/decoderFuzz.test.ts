import assert from 'node:assert/strict';
import { ForgeError } from '../../../src/forge/errors';
import type { OperationName } from '../../../src/forge/operationTable';
import { operations } from '../../../src/forge/operationTable';
import { pages } from '../../../src/forge/pages';
import {
  readDeployment,
  readList,
  readLogOutput,
  readOne,
  readOrganization,
  readServer,
  readSite,
  readUser,
} from '../../../src/forge/resources';
import fc from '../../fastCheck';
import { type Json, loadDescription, resolve } from '../../simulator/description';
import { generate } from '../../simulator/generatedDocument';
import { Random } from '../../simulator/random';

/** What a field may hold. A field that is not named here must not be there. */
type Shape = (value: unknown) => boolean;

// What a name may not hold is what `cleaned` and `line` in resources.ts take out of it.
const text: Shape = (value) =>
  typeof value === 'string' && value !== '' && value.length <= 2_000 && !/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u.test(value);
const id: Shape = (value) => typeof value === 'string' && /^[\w-]+$/.test(value);
const flag: Shape = (value) => typeof value === 'boolean';
const time: Shape = (value) => typeof value === 'number' && Number.isInteger(value);
const port: Shape = (value) => typeof value === 'number' && value >= 1 && value <= 65_535;
const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
const listOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);
const object =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).sort().join() === Object.keys(fields).sort().join() &&
    Object.entries(fields).every(([name, shape]) => shape((value as Json)[name]));

const commit = object({ hash: orNull(text), author: orNull(text), message: orNull(text), branch: orNull(text) });
const deployment = object({
  id,
  status: orNull(text),
  type: orNull(text),
  commit,
  createdAt: orNull(time),
  startedAt: orNull(time),
  endedAt: orNull(time),
});
const repository = object({ url: text, provider: orNull(text), branch: orNull(text) });

interface Answer {
  readonly operation: OperationName;
  readonly read: (document: unknown) => { readonly items: readonly unknown[]; readonly malformed: readonly string[] };
  readonly shape: Shape;
}

const one = (item: unknown) => ({ items: [item], malformed: [] });

/** Every answer that the extension reads, and what it keeps of it. */
const answers: readonly Answer[] = [
  {
    operation: 'me',
    read: (document) => one(readOne(document, readUser)),
    shape: object({ id, name: orNull(text), email: orNull(text) }),
  },
  {
    operation: 'listOrganizations',
    read: (document) => readList(document, readOrganization),
    shape: object({ id, slug: text, name: text }),
  },
  {
    operation: 'listServers',
    read: (document) => readList(document, readServer),
    shape: object({
      id,
      name: text,
      slug: orNull(text),
      type: orNull(text),
      provider: orNull(text),
      region: orNull(text),
      ubuntuVersion: orNull(text),
      phpVersion: orNull(text),
      ipAddress: orNull(text),
      privateIpAddress: orNull(text),
      sshPort: orNull(port),
      connectionStatus: orNull(text),
      isReady: orNull(flag),
      revoked: flag,
      databaseType: orNull(text),
      hasRedis: orNull(flag),
    }),
  },
  {
    operation: 'listSites',
    read: (document) => readList(document, readSite),
    shape: object({
      id,
      serverId: orNull(id),
      name: text,
      status: orNull(text),
      url: orNull(text),
      user: orNull(text),
      phpVersion: orNull(text),
      appType: orNull(text),
      aliases: listOf(text),
      tags: listOf(text),
      repository: orNull(repository),
      pushToDeploy: flag,
      inMaintenance: flag,
      latestDeployment: orNull(deployment),
    }),
  },
  { operation: 'listDeployments', read: (document) => readList(document, readDeployment), shape: deployment },
  { operation: 'showDeployment', read: (document) => one(readOne(document, readDeployment)), shape: deployment },
  {
    operation: 'showDeploymentLog',
    read: (document) => one(readOne(document, readLogOutput)),
    shape: object({ text: (value) => typeof value === 'string', isWritten: flag }),
  },
];

const share = fc.constantFrom<number>(0, 0.03, 0.15, 0.5);

/** What a document is made from; small numbers first, so that a failure shrinks to few mistakes of few kinds. */
const making = fc.record({
  seed: fc.nat(),
  optional: fc.constantFrom(1, 0.5, 0),
  nulls: share,
  wrong: fc.record({ nulls: share, missing: share, extra: share, types: share }),
  /** What stands in every text that is not an id, beside what was there. */
  spice: fc.constantFrom('', '\u0000', '\r\n', '\u202e', '\ud800', '\u001b[31m', '](command:x)', '2026-99-99', ' '),
});
type Making = typeof making extends fc.Arbitrary<infer T> ? T : never;

describe('Reading what the API describes, with mistakes in it', () => {
  const description = loadDescription();

  /** The document of an operation's good answer. */
  function made(operation: OperationName, { seed, optional, nulls, wrong, spice }: Making): unknown {
    const { method, path } = operations[operation];
    const { responses } = description.paths[path]?.[method.toLowerCase()] ?? { responses: {} };
    const [, answer] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? [];
    const found = answer?.$ref ? (resolve(description, answer.$ref) as typeof answer) : answer;
    const [schema] = Object.values(found?.content ?? {}).map((content) => content.schema);
    assert.ok(schema, `${operation} is described`);
    return spiced(generate(schema, new Random(seed), { description, optional, nulls, wrong }), spice);
  }

  for (const { operation, read, shape } of answers) {
    it(`${operation}: keeps fields of the declared types alone, or throws a ForgeError`, () => {
      let kept = 0;
      fc.assert(
        fc.property(making, (how) => {
          const document = made(operation, how);
          try {
            const { items } = read(document);
            kept += items.length;
            assert.ok(items.every(shape), JSON.stringify(items));
            assert.ok(!JSON.stringify(items).includes(canary), 'no secret is kept');
          } catch (error) {
            assert.ok(error instanceof ForgeError && error.kind === 'unexpected', String(error));
          }
        }),
        { numRuns: 400 },
      );
      assert.ok(kept > 20, `only ${kept} were kept, which tells nothing`);
    });
  }

  it('keeps every element of a list whose mistakes are in others, and tells the places of the rest', () => {
    fc.assert(
      fc.property(making, fc.array(fc.boolean(), { maxLength: 12 }), (how, good) => {
        const data = good.map((isGood, index) => {
          const document = made('showDeployment', { ...how, seed: how.seed + index, nulls: 0, wrong: nothingWrong });
          const element = (document as { readonly data: Json }).data;
          return isGood ? element : { ...element, id: [null, undefined, {}, 'a/b', '', true][index % 6] };
        });
        const { items, malformed } = readList({ data }, readDeployment);
        assert.deepEqual(
          items.map((item) => item.id),
          data.filter((_, index) => good[index]).map((element) => String(element.id)),
        );
        assert.deepEqual(
          malformed,
          good.flatMap((isGood, index) => (isGood ? [] : [`data[${index}]`])),
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe('Reading a list page by page', () => {
  const cursor = fc.oneof(
    fc.constantFrom('a', 'b', 'c'),
    fc.constantFrom<unknown>(null, undefined, '', 0, false, {}, ['a']),
  );

  it('ends after each cursor was followed once, whatever the cursors are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cursor, { minLength: 1, maxLength: 6 }), fc.boolean(), async (cursors, hasMeta) => {
        const asked: (string | undefined)[] = [];
        let threw: unknown;
        try {
          for await (const _ of pages(async (wanted) => {
            asked.push(wanted);
            const next_cursor = cursors[(asked.length - 1) % cursors.length];
            return hasMeta ? { data: [], links: [], meta: { next_cursor } } : { data: [], links: [] };
          })) {
            assert.ok(asked.length < 20, 'it ends');
          }
        } catch (error) {
          threw = error;
        }
        assert.equal(new Set(asked).size, asked.length, 'no page twice');
        assert.ok(threw === undefined || (threw instanceof ForgeError && threw.kind === 'unexpected'), String(threw));
        const never = cursors.every((one) => typeof one === 'string' && one !== '');
        assert.equal(threw !== undefined, hasMeta && (never || repeats(cursors)));
      }),
      { numRuns: 200 },
    );
  });

  it('ends also where each page names another one', async () => {
    let asked = 0;
    const read = async () => {
      for await (const _ of pages(async () => ({ meta: { next_cursor: String(asked++) } }))) {
        assert.ok(asked < 10_000, 'it ends');
      }
    };
    await assert.rejects(read(), { name: 'ForgeError', kind: 'unexpected' });
  });

  /** Whether a cursor comes a second time before one comes that ends the list. */
  function repeats(cursors: readonly unknown[]): boolean {
    const end = cursors.findIndex((one) => typeof one !== 'string' || one === '');
    const followed = cursors.slice(0, end < 0 ? undefined : end);
    return new Set(followed).size < followed.length;
  }
});

const nothingWrong = { nulls: 0, missing: 0, extra: 0, types: 0 };

/** Stands in what is secret (src/forge/README.md, Secrets) and in what nobody named. */
const canary = 'canary-secret';
const secret = /^(deployment_url|ping_url|password|sudo_password|token|content|extra_\w+)$/;

/** The document with something odd in every text but ids and what steers reading, and a canary in every secret. */
function spiced(value: unknown, spice: string, name = ''): unknown {
  if (secret.test(name)) {
    return canary;
  }
  if (Array.isArray(value)) {
    return value.map((element) => spiced(element, spice, name));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, spiced(member, spice, key)]));
  }
  return typeof value === 'string' && !['id', 'type'].includes(name) ? `${spice}${value}${spice}` : value;
}
