import { type Content, type Json, type OpenApi, type Place, placeOf, placesOf, resolve, scopesOf } from './description';
import type { Resource } from './documents';
import { generate } from './generatedDocument';
import { laterOperations } from './laterOperations';
import { Random } from './random';
import { refusalsBy } from './validation';

/** An operation that is answered by its description alone. */
export interface DescribedRoute {
  readonly method: string;
  /** Path as Hono wants it, with parameters that are numbers where the description says so. */
  readonly route: string;
  readonly scopes: readonly string[];
  /** Whether it is younger than the description. */
  readonly isLater: boolean;
  /** The status of success. */
  readonly status: number;
  /** What Forge says to a body that is not as described, by field; undefined where nothing is wrong. */
  readonly refusal: (body: string) => Readonly<Record<string, readonly string[]>> | undefined;
  /** The document for a path; undefined for an operation that answers without a body. */
  readonly document: (path: string) => object | undefined;
}

/**
 * Every operation of a description, with documents made up by their schemas: the same path gives the same answer, and what
 * a list shows at an id is what is found there.
 * @param api absolute URL of the API, for links
 */
export function describedRoutes(description: OpenApi, seed: number, api: string): DescribedRoute[] {
  const refusal = refusalsBy(description);
  const operationOf = ({ method, template, operation }: Place, path = template): Omit<DescribedRoute, 'isLater'> => {
    const isNumber = (name: string) =>
      operation.parameters?.find((parameter) => parameter.name === name)?.schema?.type === 'integer';
    // Of two statuses the later: 202 rather than 200 for what takes a while, 201 rather than 200 for what is new.
    const status = Math.max(
      ...Object.keys(operation.responses)
        .map(Number)
        .filter((code) => code < 300),
    );
    const schema = schemaOf(operation.responses[status]?.content);
    return {
      method,
      route: path.replace(/\{(\w+)\}/g, (_, name: string) => (isNumber(name) ? `:${name}{[0-9]+}` : `:${name}`)),
      scopes: scopesOf(operation),
      status,
      refusal: (body) => refusal(operation, body),
      document: (at) => schema && documentOf(schema, at),
    };
  };

  const documentOf = (schema: Json, path: string): object => {
    const { data = {}, links, meta } = schema.properties as Readonly<Record<string, Json>>;
    const random = new Random(seed, path);
    const isList = data.type === 'array';
    const ids = Array.from({ length: isList ? random.integer(1, 3) : 1 }, () => String(random.integer(1000, 999_999)));
    const last = path.split('/').at(-1) ?? '';
    const facts: Json = {
      path: `${api}${path}`,
      per_page: 30,
      next_cursor: null,
      prev_cursor: null,
      current_page: 1,
      from: 1,
      to: ids.length,
    };
    const known = (made: object) =>
      Object.fromEntries(Object.entries(made).map(([key, value]) => [key, key in facts ? facts[key] : value]));
    return {
      data: isList
        ? ids.map((id) => resourceOf(data.items as Json, `${path}/${id}`, id))
        : resourceOf(data, path, /^\d+$/.test(last) ? last : (ids[0] ?? '')),
      // PHP's empty array, as on every page that has no neighbours.
      ...(links && { links: [] }),
      ...(meta && { meta: known(generate(meta, random, { description }) as object) }),
    };
  };

  /** Without relationships: the API leaves them out where nobody asked for them. */
  const resourceOf = ({ $ref = '' }: Json, path: string, id: string): Resource => {
    const { properties } = resolve(description, $ref as string) as { properties: Readonly<Record<string, Json>> };
    const random = new Random(seed, path);
    const of = (schema: Json = {}) => generate(schema, random, { description, optional: 1 });
    return {
      id,
      type: of(properties.type) as string,
      attributes: of(properties.attributes) as Json,
      ...(properties.links && { links: { self: { href: `${api}${path}` } } }),
    };
  };

  return [
    ...placesOf(description).map((place) => ({ ...operationOf(place), isLater: false })),
    ...laterOperations.flatMap(({ operation, scopes, like, isFile }): DescribedRoute[] => {
      const [method = '', path = ''] = operation.split(' ');
      const place = isFile || placeOf(description, operation) ? undefined : placeOf(description, like);
      return place ? [{ ...operationOf(place, path), method, scopes, isLater: true }] : [];
    }),
  ];
}

function schemaOf(content: Content | undefined): Json | undefined {
  return Object.values(content ?? {})[0]?.schema;
}
