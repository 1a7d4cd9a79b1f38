import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { factsOf } from '../../contract/factsOf';
import { descriptionFile } from '../../simulator/description';

/** Prose and examples wherever a description may have them. */
const prose = {
  title: 'Prose',
  description: 'Prose',
  summary: 'Prose',
  example: { type: 'prose' },
  examples: [{ type: 'prose' }],
  externalDocs: { url: 'https://prose.example', description: 'Prose' },
  'x-mint': { metadata: { description: 'Prose' } },
};

/** A name for each keyword that is dropped. */
const names = [
  'title',
  'description',
  'summary',
  'example',
  'examples',
  'externalDocs',
  'tags',
  'info',
  'servers',
  'x-mint',
];

/** A description with `words` beside every fact, and with names that are words of the dialect. */
function describedWith(words: object): object {
  const text = { type: 'string', ...words };
  const texts = Object.fromEntries(names.map((name) => [name, text]));
  const schema = {
    ...words,
    type: ['object', 'null'],
    properties: { ...texts, properties: { type: 'object', properties: texts, ...words }, enum: text },
    patternProperties: texts,
    required: names,
    additionalProperties: false,
    discriminator: { propertyName: 'title', mapping: { description: '#/components/schemas/title' } },
    default: { description: 'what it is unless it is said' },
    enum: [{ title: 'one' }, null],
    const: { example: 1 },
    items: { anyOf: [text, { allOf: [text], oneOf: [text], not: text }] },
  };
  const content = { 'application/json': { schema, ...words } };
  const responses = { 200: { content, ...words }, default: { $ref: '#/components/responses/description' } };
  const parameter = { name: 'description', in: 'query', required: true, schema: text, explode: false, ...words };
  const operation = {
    parameters: [parameter, { $ref: '#/components/parameters/title' }],
    requestBody: { required: true, content, ...words },
    responses,
    security: [{ oauth2: ['server:view'] }],
    'x-permissions': ['server:view'],
    ...words,
  };
  return {
    openapi: '3.1.0',
    paths: { '/description': { get: operation }, '/title': { post: operation } },
    components: {
      schemas: { title: schema, description: schema, examples: schema },
      parameters: { title: parameter },
      responses: { description: { content, ...words } },
    },
  };
}

describe('The facts of a description', () => {
  it('are all of it but prose and examples, and keep what is only called so', () => {
    const facts = describedWith({});
    assert.equal(JSON.stringify(factsOf(describedWith(prose))).includes('rose'), false);
    assert.deepEqual(factsOf(describedWith(prose)), facts);
    assert.deepEqual(factsOf(facts), facts);
  });

  it('leave out what is said of the whole', () => {
    const whole = {
      info: { title: 'Forge', version: '1' },
      servers: [{ url: 'https://prose.example' }],
      tags: [{ name: 'Sites', description: 'Prose' }],
    };
    const { components, ...facts } = describedWith({}) as { components: object };
    const securitySchemes = { oauth2: { flows: { implicit: { scopes: { 'server:view': 'Prose' } } } } };
    assert.deepEqual(
      factsOf({ ...whole, ...facts, components: { ...components, securitySchemes } }),
      describedWith({}),
    );
  });

  it('are not guessed: a keyword that nobody knows is told with its place', () => {
    assert.throws(
      () => factsOf({ paths: { '/me': { get: { responses: {}, callbacks: {} } } } }),
      /"callbacks" in #\/paths\/\/me\/get /,
    );
    assert.throws(
      () => factsOf({ components: { schemas: { Site: { typ: 'string' } } } }),
      /"typ" in #\/components\/schemas\/Site /,
    );
    for (const wrong of [null, [], 'text', { paths: [] }, { paths: { '/me': { get: { parameters: {} } } } }]) {
      assert.throws(() => factsOf(wrong), / is no (object|list)\./);
    }
  });

  it('are all that the contract suite’s description holds', () => {
    const committed: unknown = JSON.parse(readFileSync(descriptionFile, 'utf8'));
    // As text, which has an order as well.
    assert.equal(JSON.stringify(factsOf(committed)), JSON.stringify(committed));
  });
});
