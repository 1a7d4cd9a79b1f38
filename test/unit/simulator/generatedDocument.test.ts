import assert from 'node:assert/strict';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from '../../fastCheck';
import type { Json, OpenApi } from '../../simulator/description';
import { type GenerateOptions, generate } from '../../simulator/generatedDocument';
import { Random } from '../../simulator/random';

const description: OpenApi = {
  paths: {},
  components: {
    responses: {},
    schemas: {
      Status: { type: 'string', enum: ['running', 'failed'] },
      Disk: {
        type: 'object',
        properties: { size: { type: 'integer', minimum: 20, maximum: 2000 } },
        required: ['size'],
      },
    },
  },
};

const schema: Json = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    status: { $ref: '#/components/schemas/Status' },
    port: { type: 'integer', minimum: 1, maximum: 3 },
    load: { type: 'number' },
    many: { type: 'integer', minimum: 5000 },
    enabled: { type: 'boolean' },
    created_at: { type: 'string', format: 'date-time' },
    notify: { type: 'string', format: 'email' },
    url: { type: 'string', format: 'uri' },
    network: { type: 'string', format: 'uuid' },
    user: { type: 'string', pattern: '^[a-z][\\-a-z0-9_]*$', maxLength: 4 },
    nothing: { type: 'null' },
    log: { const: 'site' },
    region: { type: ['string', 'null'] },
    previous: { anyOf: [{ $ref: '#/components/schemas/Status' }, { type: 'null' }] },
    paths: { type: 'object', additionalProperties: { type: 'string' } },
    servers: { type: 'array', minItems: 1, items: { type: 'integer' } },
    disk: {
      allOf: [
        { $ref: '#/components/schemas/Disk' },
        { type: 'object', properties: { size: { type: 'integer' }, name: { type: 'string' } }, required: ['name'] },
      ],
    },
  },
};
const strict: Json = { ...schema, required: Object.keys(schema.properties as Json) };

type Made = Record<string, unknown>;
const make = (of: Json, seed: number, options: Partial<GenerateOptions> = {}) =>
  generate(of, new Random(seed), { description, ...options }) as Made;
const seeds = Array.from({ length: 200 }, (_, seed) => seed);

describe('A generated document', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(description, 'forge');
  const rooted = JSON.parse(JSON.stringify(strict).replaceAll('"#/', '"forge#/')) as Json;
  const validate = ajv.compile(rooted);

  it('is what its schema says, whatever is left to chance', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, nulls) => {
        const made = make(strict, seed, { nulls });
        assert.ok(validate(made), ajv.errorsText(validate.errors));
      }),
      { numRuns: 300 },
    );
  });

  it('is the same for the same seed, and another for another', () => {
    assert.deepEqual(make(strict, 1), make(strict, 1));
    assert.notDeepEqual(make(strict, 1), make(strict, 2));
  });

  it('writes ids and times as Forge does', () => {
    const { id, created_at } = make(strict, 1);
    assert.match(String(id), /^\d+$/);
    assert.match(String(created_at), /^2025-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z$/);
  });

  it('has null where that is allowed, in the share that is wanted', () => {
    const nulls = (share: number) => {
      const made = seeds.map((seed) => make(strict, seed, { nulls: share }));
      return ['region', 'previous'].map((name) => made.filter((one) => one[name] === null).length);
    };
    assert.deepEqual(nulls(0), [0, 0]);
    assert.deepEqual(nulls(1), [200, 200]);
    assert.ok(nulls(0.1).every((count) => count > 5 && count < 50));
  });

  it('has optional properties in the share that is wanted', () => {
    assert.deepEqual(make(schema, 1, { optional: 0 }), {});
    assert.deepEqual(Object.keys(make(schema, 1, { optional: 1 })), Object.keys(schema.properties as Json));
  });

  describe('that is to be wrong', () => {
    const wrong = (kind: string, share = 0.1) => seeds.map((seed) => make(strict, seed, { wrong: { [kind]: share } }));
    const keys = Object.keys(schema.properties as Json);

    it('has null where it must not be', () => {
      assert.ok(wrong('nulls').some((made) => made?.id === null));
      assert.deepEqual(make(strict, 1, { wrong: { nulls: 1 } }), null);
    });

    it('lacks required properties', () => {
      assert.ok(wrong('missing').some((made) => Object.keys(made).length < keys.length));
      assert.deepEqual(make(strict, 1, { wrong: { missing: 1 } }), {});
    });

    it('has properties that nobody described', () => {
      assert.ok(wrong('extra', 1).every((made) => Object.keys(made).some((key) => !keys.includes(key))));
    });

    it('has values of another type', () => {
      const ids = wrong('types').map((made) => typeof made.id);
      assert.ok(['string', 'number', 'boolean', 'object'].every((type) => ids.includes(type as 'string')));
      assert.ok(wrong('types', 1).every((made) => typeof made !== 'object' || Array.isArray(made)));
    });
  });
});
