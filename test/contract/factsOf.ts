import type { Json } from '../simulator/description';

/** What is left of a part of a description; `place` says which part it is, as in "#/components/schemas/Link". */
type Keep = (part: unknown, place: string) => unknown;

/** What a description says of its API in words, or of no use to anybody who holds a client against it. */
const dropped: ReadonlySet<string> = new Set([
  'title',
  'description',
  'summary',
  'example',
  'examples',
  'externalDocs',
  'tags',
  'operationId',
  'info',
  'servers',
  'securitySchemes',
]);

/**
 * The facts of an OpenAPI 3.1 description, in its order: paths, parameters, scopes, schemas; no prose and no examples. Facts stay as they
 * are: what comes out gives the same again.
 * @throws where there is a keyword that is neither known to be a fact nor to be dropped
 */
export function factsOf(description: unknown): Json {
  return object({
    openapi: asItIs,
    security: asItIs,
    paths: named(object(Object.fromEntries(methods.map((method) => [method, operation])))),
    components: object({ schemas: named(schema), parameters: named(parameter), responses: named(response) }),
  })(description, '#') as Json;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

const asItIs: Keep = (part) => part;

/** A part whose keys are keywords. */
function object(facts: Readonly<Record<string, Keep>>): Keep {
  return (part, place) =>
    Object.fromEntries(
      entriesOf(part, place).flatMap(([key, value]) => {
        const keep = Object.hasOwn(facts, key) ? facts[key] : undefined;
        if (keep) {
          return [[key, keep(value, `${place}/${key}`)]];
        }
        if (dropped.has(key) || key.startsWith('x-')) {
          return [];
        }
        throw new Error(`Nothing says whether "${key}" in ${place} is a fact: factsOf.ts has to.`);
      }),
    );
}

/** A part whose keys are names that the API gave, whatever they are: a property may be called "description". */
function named(keep: Keep): Keep {
  return (part, place) =>
    Object.fromEntries(entriesOf(part, place).map(([name, value]) => [name, keep(value, `${place}/${name}`)]));
}

function listOf(keep: Keep): Keep {
  return (part, place) => {
    if (!Array.isArray(part)) {
      throw new Error(`${place} is no list.`);
    }
    return part.map((element, index) => keep(element, `${place}/${index}`));
  };
}

function entriesOf(part: unknown, place: string): [string, unknown][] {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) {
    throw new Error(`${place} is no object.`);
  }
  return Object.entries(part);
}

function operation(part: unknown, place: string): unknown {
  return object({
    parameters: listOf(parameter),
    requestBody: object({ required: asItIs, content }),
    responses: named(response),
    security: asItIs,
    'x-permissions': asItIs,
    deprecated: asItIs,
  })(part, place);
}

function parameter(part: unknown, place: string): unknown {
  return object({
    $ref: asItIs,
    name: asItIs,
    in: asItIs,
    required: asItIs,
    schema,
    style: asItIs,
    explode: asItIs,
    deprecated: asItIs,
  })(part, place);
}

function response(part: unknown, place: string): unknown {
  return object({ $ref: asItIs, content })(part, place);
}

function content(part: unknown, place: string): unknown {
  return named(object({ schema }))(part, place);
}

/** A schema; `true` and `false` are schemas as well. */
function schema(part: unknown, place: string): unknown {
  return typeof part === 'boolean' ? part : object(schemaFacts)(part, place);
}

const schemas = listOf(schema);

const schemaFacts: Readonly<Record<string, Keep>> = {
  ...Object.fromEntries(
    [
      ...['$ref', 'type', 'nullable', 'enum', 'const', 'default', 'format', 'pattern', 'required', 'discriminator'],
      ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
      ...['minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'],
      ...['readOnly', 'writeOnly', 'deprecated', 'contentEncoding', 'contentMediaType'],
    ].map((keyword) => [keyword, asItIs]),
  ),
  properties: named(schema),
  patternProperties: named(schema),
  additionalProperties: schema,
  propertyNames: schema,
  items: schema,
  prefixItems: schemas,
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  not: schema,
};
