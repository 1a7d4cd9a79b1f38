import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import {
  bodySchemaOf,
  findPlace,
  type Json,
  type OpenApi,
  type Parameter,
  type Place,
  pathParameters,
  placeOf,
  resolve,
} from '../simulator/description';
import { laterOperations } from '../simulator/laterOperations';
import type { Exchange } from '../simulator/requestLog';
import { inDescription } from '../simulator/validation';
import { deviations, type Kind, otherClients, undeclaredParameters } from './deviations';

/** Statuses that any operation may answer, whatever its description says (src/forge/README.md, Answers). */
const generalErrors = (status: number) => [401, 403, 404, 422, 429].includes(status) || status >= 500;

const errorSchema = { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] };

/** Holds exchanges against the API's description. Remembers which of the tables' exceptions were needed. */
export class ContractCheck {
  readonly needed = new Set<object>();
  private readonly ajv: Ajv2020;
  private readonly validators = new Map<string, ValidateFunction>();

  /** @param userAgent what the extension calls itself */
  constructor(
    private readonly document: OpenApi,
    private readonly userAgent: string,
  ) {
    this.ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(this.ajv);
    this.ajv.addSchema(document, 'forge');
  }

  /** "GET /orgs/{organization}", or the path as it was where nothing like it is described. */
  operationOf({ method, path }: Pick<Exchange, 'method' | 'path'>): string {
    return this.placeOf(method, path)?.name ?? `${method} ${path}`;
  }

  /** What is wrong with a request, a sentence each. */
  requestProblems(exchange: Exchange): string[] {
    const { method, path, requestBody, requestHeaders } = exchange;
    const found = this.placeOf(method, path);
    if (!found) {
      return ['the operation is not in the description'];
    }
    const { place, name, isLike } = found;
    return [
      ...this.pathProblems(found.template, place, path),
      ...this.queryProblems(name, place, new URLSearchParams(exchange.query)),
      // What a later operation takes is not known.
      ...(isLike ? [] : this.bodyProblems(place, requestBody)),
      ...headerProblems(requestHeaders, this.userAgent),
    ];
  }

  /** What is wrong with a response, a sentence each. Not to be asked of one that a fault disturbed. */
  responseProblems(exchange: Exchange): string[] {
    const { method, path, status, responseBody, responseHeaders } = exchange;
    const found = this.placeOf(method, path);
    if (!found) {
      return [];
    }
    const { place, name } = found;
    const described = place.operation.responses[status];
    const sent = (responseHeaders['content-type'] ?? '').split(';')[0]?.trim() ?? '';
    if (!described && !generalErrors(status)) {
      return [`the status ${status} is not described`];
    }
    const reference =
      described?.$ref ?? `#/paths/${pointer(place.template)}/${method.toLowerCase()}/responses/${status}`;
    const content = described && (resolve(this.document, reference) as { content?: Json }).content;
    if (described && !content) {
      return responseBody === '' ? [] : [`the status ${status} has a body, and none is described`];
    }
    const media = content ? Object.keys(content) : ['application/json'];
    if (!media.includes(sent)) {
      return [`the content type of the status ${status} is ${sent || 'missing'} instead of ${media.join(' or ')}`];
    }
    let answer: unknown;
    try {
      answer = JSON.parse(responseBody);
    } catch {
      return ['the body is not JSON'];
    }
    if (!content) {
      return this.schemaProblems('error', errorSchema, answer, '', name);
    }
    return this.documentProblems(name, `${reference}/content/${pointer(sent)}/schema`, answer, !found.isLike);
  }

  /** The entries of the tables that no exchange so far has needed. */
  unneeded(): string[] {
    return [
      ...deviations
        .filter((deviation) => !this.needed.has(deviation))
        .map(({ operation, paths, sent }) => `deviation: ${sent} at ${paths.join(' or ')} of ${operation.source}`),
      ...undeclaredParameters
        .filter((parameter) => !this.needed.has(parameter))
        .map(({ operation, name }) => `parameter: ${name} of ${operation}`),
      ...laterOperations
        .filter((operation) => !this.needed.has(operation))
        .map(({ operation }) => `later operation: ${operation}`),
    ];
  }

  private placeOf(
    method: string,
    path: string,
  ): { place: Place; name: string; template: string; isLike: boolean } | undefined {
    const later = laterOperations.find(({ operation }) => {
      const [verb, template = ''] = operation.split(' ');
      return verb === method && pathParameters(template, path) && !placeOf(this.document, operation);
    });
    if (later) {
      this.needed.add(later);
      const place = placeOf(this.document, later.like);
      return place && { place, name: later.operation, template: later.operation.split(' ')[1] ?? '', isLike: true };
    }
    const place = findPlace(this.document, method, path);
    return place && { place, name: `${method} ${place.template}`, template: place.template, isLike: false };
  }

  private pathProblems(template: string, { operation }: Place, path: string): string[] {
    return Object.entries(pathParameters(template, path) ?? {}).flatMap(([name, value]) => {
      const parameter = operation.parameters?.find((candidate) => candidate.in === 'path' && candidate.name === name);
      return parameter ? this.parameterProblems(parameter, decodeURIComponent(value)) : [`{${name}} is not described`];
    });
  }

  private queryProblems(operationName: string, { operation }: Place, query: URLSearchParams): string[] {
    return [...query].flatMap(([name, value]) => {
      const parameter = operation.parameters?.find((candidate) => candidate.in === 'query' && candidate.name === name);
      if (parameter) {
        return this.parameterProblems(parameter, value);
      }
      const listed = undeclaredParameters.find((entry) => entry.operation === operationName && entry.name === name);
      if (listed) {
        this.needed.add(listed);
        return [];
      }
      return [`the query parameter ${name} is not described`];
    });
  }

  private parameterProblems({ name, schema = {} }: Parameter, value: string): string[] {
    const type = schema.type;
    const isNumber = (type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(value);
    const typed = isNumber ? Number(value) : type === 'array' ? value.split(',') : value;
    return this.schemaProblems(`parameter ${JSON.stringify(schema)}`, this.rooted(schema), typed, '', '').map(
      (problem) => `${name}: ${problem}`,
    );
  }

  private bodyProblems({ method, template, operation }: Place, text: string): string[] {
    const schema = bodySchemaOf(this.document, operation);
    if (!operation.requestBody || !schema) {
      return text === '' ? [] : ['it has a body, and none is described'];
    }
    if (text === '' && !operation.requestBody.required) {
      return [];
    }
    try {
      return this.schemaProblems(
        `body ${method} ${template}`,
        inDescription(schema) as Json,
        JSON.parse(text),
        '',
        '',
      ).map((problem) => `body: ${problem}`);
    } catch {
      return ['the body is not JSON'];
    }
  }

  /** A document is checked without what it includes; each included resource by the schema of its own type. */
  private documentProblems(name: string, reference: string, answer: unknown, isStrict: boolean): string[] {
    const { included, ...rest } = isRecord(answer) ? answer : {};
    const problems = this.schemaProblems(
      reference,
      { $ref: `forge${reference}` },
      isRecord(answer) ? rest : answer,
      '',
      name,
    );
    const schema = resolve(this.document, reference) as {
      properties?: { data?: Json & { items?: Json }; included?: { items?: Json } };
    };
    const { data, included: includedSchema } = schema.properties ?? {};
    const rows = Array.isArray(rest.data) ? rest.data : [rest.data];
    for (const row of rows) {
      problems.push(...this.strayAttributes(data?.items ?? data, row));
    }
    const items = includedSchema?.items;
    const choices = (Array.isArray(items?.anyOf) ? items.anyOf : items ? [items] : []) as Json[];
    for (const resource of Array.isArray(included) ? (included as Json[]) : []) {
      const type = String(resource.type);
      const all = Object.keys(this.document.components.schemas).map((key) => ({ $ref: `#/components/schemas/${key}` }));
      const own = (isStrict ? choices : all).find((choice) => this.typesOf(choice).includes(type));
      if (!own) {
        problems.push(`/included/${type} is not described`);
        continue;
      }
      problems.push(
        ...this.schemaProblems(
          `included ${JSON.stringify(own)}`,
          this.rooted(own),
          resource,
          `/included/${type}`,
          name,
        ),
        ...this.strayAttributes(own, resource),
      );
    }
    return problems;
  }

  /** Attributes that the description does not have, which a schema alone would let through. */
  private strayAttributes(schema: Json | undefined, resource: unknown): string[] {
    const { properties } = (schema ? this.dereferenced(schema) : {}) as {
      properties?: { attributes?: { properties?: Json } };
    };
    const known = properties?.attributes?.properties;
    const attributes = isRecord(resource) && isRecord(resource.attributes) ? resource.attributes : {};
    return known
      ? Object.keys(attributes).flatMap((key) => (key in known ? [] : [`the attribute ${key} is not described`]))
      : [];
  }

  private typesOf(schema: Json): readonly unknown[] {
    const { properties } = this.dereferenced(schema) as { properties?: { type?: { enum?: readonly unknown[] } } };
    return properties?.type?.enum ?? [];
  }

  private dereferenced(schema: Json): Json {
    return typeof schema.$ref === 'string' ? (resolve(this.document, schema.$ref) as Json) : schema;
  }

  /** A schema out of the description that stands alone, its references led back into the description. */
  private rooted(schema: Json): Json {
    return typeof schema.$ref === 'string' ? { ...schema, $ref: `forge${schema.$ref}` } : schema;
  }

  private schemaProblems(key: string, schema: Json, value: unknown, place: string, operation: string): string[] {
    let validate = this.validators.get(key);
    if (!validate) {
      validate = this.ajv.compile(schema);
      this.validators.set(key, validate);
    }
    if (validate(value)) {
      return [];
    }
    const problems = (validate.errors ?? []).flatMap((error) => this.problemOf(error, value, place, operation));
    return [...new Set(problems)];
  }

  private problemOf(error: ErrorObject, value: unknown, place: string, operation: string): string[] {
    const path = place + error.instancePath.replace(/\/\d+(?=\/|$)/g, '/*');
    const sent = kindOf(at(value, error.instancePath));
    const deviation = deviations.find(
      (candidate) => candidate.operation.test(operation) && candidate.paths.includes(path) && candidate.sent === sent,
    );
    if (deviation && error.keyword === 'type') {
      this.needed.add(deviation);
      return [];
    }
    return [`${path || '/'} (${sent}) ${error.message ?? error.keyword}`];
  }
}

function headerProblems(headers: Readonly<Record<string, string>>, userAgent: string): string[] {
  const client = headers['user-agent'] ?? '';
  return [
    ...(headers.accept === 'application/json' ? [] : [`it accepts ${headers.accept ?? 'nothing'}`]),
    ...(headers.authorization === 'Bearer …' ? [] : ['it has no Authorization']),
    ...(client === userAgent || otherClients.includes(client) ? [] : [`it comes from "${client}", not ${userAgent}`]),
  ];
}

/** A name as a part of a JSON pointer in a fragment. */
function pointer(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function at(value: unknown, instancePath: string): unknown {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((node, part) => (node as Json | undefined)?.[part], value);
}

function kindOf(value: unknown): Kind {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : (typeof value as Kind);
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
