import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../paths';

export type Json = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly schema?: Json;
}

export interface DescribedOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
  readonly security?: readonly Json[];
  readonly 'x-permissions'?: readonly string[];
}

/** Schemas by media type. */
export type Content = Readonly<Record<string, { readonly schema?: Json }>>;

/** An OpenAPI 3.1 description, as much of it as simulator and checks read. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>>; readonly responses: Json };
}

/** An operation with its place: "GET" and "/orgs/{organization}". */
export interface Place {
  readonly method: string;
  readonly template: string;
  readonly operation: DescribedOperation;
}

/** The facts of the API's description, as `npm run describe` writes them. */
export const descriptionFile = join(projectRoot, 'test', 'contract', 'forge.openapi.json');

/** The API's description: the one of this repository, unless FORGE_OPENAPI names another file to check against. */
export function loadDescription(): OpenApi {
  return readDescription(process.env.FORGE_OPENAPI || descriptionFile);
}

export function readDescription(file: string): OpenApi {
  return JSON.parse(readFileSync(file, 'utf8')) as OpenApi;
}

let described: OpenApi | undefined;

/** The description of this repository, read once. */
export function committedDescription(): OpenApi {
  described ??= readDescription(descriptionFile);
  return described;
}

/** Every operation, in the order of the description. */
export function placesOf(document: OpenApi): Place[] {
  return Object.entries(document.paths).flatMap(([template, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), template, operation })),
  );
}

/** The scopes of an operation: those of a token and those of a person's role, which differ at times (src/forge/README.md, Tokens). */
export function scopesOf({ security = [], 'x-permissions': permissions = [] }: DescribedOperation): string[] {
  const scopes = security.flatMap(({ oauth2 }) => (oauth2 ?? []) as string[]);
  return [...new Set([...scopes, ...permissions])];
}

/** The schema or response that a reference such as "#/components/schemas/Link" leads to. */
export function resolve(document: OpenApi, reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((node, part) => (node as Json | undefined)?.[part], document);
}

/** What is known of a place in a path: where each next part leads, and the operations there by method. */
interface Branch {
  readonly literals: Map<string, Branch>;
  parameter?: Branch;
  readonly places: Map<string, Place>;
}

const trees = new WeakMap<OpenApi, Branch>();

function treeOf(document: OpenApi): Branch {
  const branch = (): Branch => ({ literals: new Map(), places: new Map() });
  const root = branch();
  for (const place of placesOf(document)) {
    let at = root;
    for (const part of place.template.split('/')) {
      if (part.startsWith('{')) {
        at.parameter ??= branch();
        at = at.parameter;
      } else {
        const next = at.literals.get(part) ?? branch();
        at.literals.set(part, next);
        at = next;
      }
    }
    at.places.set(place.method, place);
  }
  return root;
}

/** The operation that a request is for: of several that match, the one with words where others have parameters. */
export function findPlace(document: OpenApi, method: string, path: string): Place | undefined {
  const tree = trees.get(document) ?? treeOf(document);
  trees.set(document, tree);
  const parts = path.split('/');
  const find = (at: Branch | undefined, index: number): Place | undefined => {
    const part = parts[index];
    if (!at || part === undefined) {
      return at?.places.get(method);
    }
    return find(at.literals.get(part), index + 1) ?? (part === '' ? undefined : find(at.parameter, index + 1));
  };
  return find(tree, 0);
}

/** The schema of what an answer is about. */
export function dataOf(response: DescribedOperation['responses'][string] | undefined): Json | undefined {
  const schema = Object.values(response?.content ?? {})[0]?.schema;
  return (schema?.properties as Readonly<Record<string, Json>> | undefined)?.data;
}

/**
 * The schema of an operation's body; undefined where it has none. Where the parts that it is put together from name a field with
 * different types (the address of a firewall rule is an object and a text), the last one counts: nothing could be sent otherwise.
 */
export function bodySchemaOf(document: OpenApi, { requestBody }: DescribedOperation): Json | undefined {
  const schema = Object.values(requestBody?.content ?? {})[0]?.schema;
  const parts = (schema?.allOf as Json[] | undefined)?.map((part) =>
    typeof part.$ref === 'string' ? (resolve(document, part.$ref) as Json) : part,
  );
  if (!parts) {
    return schema;
  }
  const typeOf = (part: Json | undefined, name: string) =>
    (part?.properties as Record<string, Json> | undefined)?.[name]?.type;
  return {
    ...schema,
    allOf: parts.map((part, index) => {
      const later = parts.slice(index + 1);
      const fields = Object.entries((part.properties ?? {}) as Record<string, Json>).filter(([name, { type }]) =>
        later.every((one) => [undefined, type].includes(typeOf(one, name) as string | undefined)),
      );
      return { ...part, properties: Object.fromEntries(fields) };
    }),
  };
}

/** The operation of a name such as "GET /orgs/{organization}". */
export function placeOf(document: OpenApi, name: string): Place | undefined {
  const [method = '', template = ''] = name.split(' ');
  const operation = document.paths[template]?.[method.toLowerCase()];
  return operation && { method, template, operation };
}

const patterns = new Map<string, { readonly path: RegExp; readonly names: readonly string[] }>();

/** What stands for each parameter of a path template; undefined where the path is another. */
export function pathParameters(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const pattern = patterns.get(template) ?? patternOf(template);
  patterns.set(template, pattern);
  const match = pattern.path.exec(path);
  return match ? Object.fromEntries(pattern.names.map((name, index) => [name, match[index + 1] ?? ''])) : undefined;
}

function patternOf(template: string) {
  const pattern = template
    .split(/\{\w+\}/)
    .map((part) => part.replace(/[.*+?^$()[\]\\|]/g, '\\$&'))
    .join('([^/]+)');
  return {
    path: new RegExp(`^${pattern}$`),
    names: [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
  };
}
