import { empty, single, success } from './answers';
import { ApiError, notFound } from './apiError';
import {
  type DescribedOperation,
  dataOf,
  findPlace,
  type Json,
  type Place,
  pathParameters,
  placeOf,
  scopesOf,
} from './description';
import { type Documents, type Inclusion, included, type Resource, timestamp } from './documents';
import { laterOperations } from './laterOperations';
import { filterBy, includesOf, orderOf, pageOf, type SortField } from './pages';
import { listAbove, particularOf, refusal } from './particulars';
import { type At, decoded, type Row, type Store, settledStatus, statusesOf } from './store';
import type { Step, Transitions } from './transitions';
import { bodyOf, refusalsBy } from './validation';
import { wholeSecond } from './world';

/** A validated request: the caller is allowed, its parents exist, and its body matches the description. */
export interface Call {
  readonly place: Place;
  /** After /api, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Json;
  readonly at: At;
  /** The status of success. */
  readonly status: number;
}

/** What a caller may do and see. */
export interface Access {
  /** @throws ApiError 403 if the caller lacks one of the scopes */
  readonly allow: (scopes: readonly string[]) => void;
  /** @throws ApiError if the organization, server or site of a path doesn't exist, or isn't the caller's */
  readonly find: (parameters: Readonly<Record<string, string>>) => void;
}

interface Asked {
  readonly method: string;
  /** After /api, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The body. */
  readonly text: string;
}

/** Overrides what an operation does by its description alone. */
export type Override = (call: Call) => Response;

interface Parts {
  readonly store: Store;
  readonly transitions: Transitions;
  readonly documents: Documents;
  /** Absolute URL of the API, for links. */
  readonly api: string;
  /** By the operation's name, such as "POST /orgs/{organization}/servers". */
  readonly overrides: Readonly<Record<string, Override>>;
  /** Whether operations newer than the description exist. */
  readonly hasLater: () => boolean;
  /** Undescribed attributes that a row returns. */
  readonly told: (template: string, path: string, row: Row) => Json;
  /** Called when an action is run on a row. */
  readonly acted: (template: string, row: Row, body: Json) => void;
}

/**
 * Answers every operation of a description according to its path, parameters and schemas: lists and their rows, kept in a store;
 * single documents; actions. What is accepted for later (202) goes through the states named in the schema.
 */
export class DescribedApi {
  readonly #parts: Parts;
  readonly #refusal: ReturnType<typeof refusalsBy>;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#refusal = refusalsBy(parts.store.description);
  }

  /** The response to a request; undefined if no operation matches. @throws ApiError */
  answer({ method, path, query, text }: Asked, access: Access): Response | undefined {
    const { store, overrides } = this.#parts;
    const place = findPlace(store.description, method, path);
    if (!place) {
      return this.#later(method, path, access);
    }
    const { operation, template } = place;
    const at = store.at(template, path);
    if (!hasNumbers(operation, at.parameters)) {
      return undefined;
    }
    access.allow(scopesOf(operation));
    access.find(at.parameters);
    const above = this.#rowAt(template, path);
    this.refuse(method, path, text);
    const call: Call = { place, path, query, body: bodyOf(text), at, status: statusOf(operation) };
    return (overrides[`${method} ${template}`] ?? ((one) => this.#generic(one, above)))(call);
  }

  /** Validates a body against the description. @throws ApiError 422 */
  refuse(method: string, path: string, text: string): void {
    const place = findPlace(this.#parts.store.description, method, path);
    const refused = place && this.#refusal(place.operation, text);
    if (refused) {
      throw new ApiError(422, Object.values(refused)[0]?.[0] ?? '', {}, refused);
    }
  }

  /** A row as a resource. */
  resource(template: string, path: string, row: Row): Resource {
    const { resource = {} } = this.#parts.store.collections.get(template) ?? {};
    const told = this.#parts.told(template, path, row);
    return this.#told(
      resource,
      `${path}/${encodeURIComponent(row.id)}`,
      row.id,
      { ...row.attributes, ...told },
      Object.keys(told),
    );
  }

  #later(method: string, path: string, { allow, find }: Access): Response | undefined {
    const later = laterOperations.find(({ operation }) => {
      const [verb, template = ''] = operation.split(' ');
      return verb === method && pathParameters(template, path);
    });
    const like = later && placeOf(this.#parts.store.description, later.like);
    if (!later || !like || later.isFile || method === 'GET' || !this.#parts.hasLater()) {
      return undefined;
    }
    allow(later.scopes);
    find(pathParameters(later.operation.split(' ')[1] ?? '', path) ?? {});
    return empty(statusOf(like.operation));
  }

  /** The innermost row in a path. @throws ApiError 404 if one of the path's rows doesn't exist */
  #rowAt(template: string, path: string): Row | undefined {
    const { store } = this.#parts;
    const names = template.split('/');
    const parts = path.split('/');
    let found: Row | undefined;
    for (const [index, name] of names.entries()) {
      const list = names.slice(0, index).join('/');
      const collection = store.collections.get(list);
      const parameter = name.slice(1, -1);
      if (!name.startsWith('{') || isOfFleet(parameter) || collection?.parameter !== parameter) {
        continue;
      }
      found = store.row(list, parts.slice(0, index).join('/'), decoded(parts[index] ?? ''));
      if (!found) {
        throw notFound(parameter.replace(/^./, (letter) => letter.toUpperCase()));
      }
    }
    return found;
  }

  #generic(call: Call, above: Row | undefined): Response {
    const { method, template, operation } = call.place;
    const { collections } = this.#parts.store;
    const list = collections.get(template);
    const [, listOfItem = '', parameter = ''] = /^(.*)\/\{(\w+)\}$/.exec(template) ?? [];
    const isItem = collections.get(listOfItem)?.parameter === parameter && parameter !== '';
    if (list) {
      return method === 'GET' ? this.#list(call) : method === 'POST' ? this.#create(call) : this.#replace(call);
    }
    if (isItem && above) {
      const path = call.path.slice(0, call.path.lastIndexOf('/'));
      switch (method) {
        case 'GET':
          return this.#single(listOfItem, path, above, call);
        case 'DELETE':
          return this.#remove(listOfItem, path, above, call);
        default:
          return this.#update(listOfItem, path, above, call);
      }
    }
    if (method === 'GET') {
      const resource = dataOf(operation.responses[200]) ?? {};
      return this.#document(resource, call, above);
    }
    return particularOf(template).acts && above ? this.#act(above, call) : this.#change(call);
  }

  #list({ place, path, query, at }: Call): Response {
    const { store, api } = this.#parts;
    const { template, operation } = place;
    const rows = (particularOf(template).view?.(at) ?? store.rows(template, path)).map((row) => ({
      id: row.number,
      row,
    }));
    const kept = filterBy(rows, query, filtersOf(operation));
    const order = orderOf(query, sortsOf(operation));
    const includes = this.#includes(template, operation, query);
    const { links, meta } = schemaOf(operation);
    const absolute = `${api}${path}`;
    const isPaged = operation.parameters?.some(({ name }) => name === 'page[size]') === true;
    const page = isPaged
      ? pageOf(kept, order, absolute, query)
      : { items: kept, links: [], meta: wholePage(kept.length, absolute) };
    const shown = page.items.map(({ row }) => this.#inclusion(template, path, row, includes, at));
    const besides = distinct(shown.flatMap((one) => one.included));
    return success({
      data: shown.map(({ resource }) => resource),
      ...(besides.length > 0 && { included: besides }),
      ...(links && { links: page.links }),
      ...(meta && { meta: page.meta }),
    });
  }

  #single(template: string, path: string, row: Row, { place, query, at, status }: Call): Response {
    const includes = place.method === 'GET' ? this.#includes(template, place.operation, query) : new Set<string>();
    return dataOf(place.operation.responses[status])
      ? single(this.#inclusion(template, path, row, includes, at), status)
      : empty(status);
  }

  #create(call: Call): Response {
    const { store, transitions } = this.#parts;
    const { place, path, body, at, status } = call;
    const { template } = place;
    const particular = particularOf(template);
    if (particular.shares) {
      return this.#share(call, particular.shares);
    }
    this.#check(template, body, at, undefined, path);
    const hasAnswer = dataOf(place.operation.responses[status]) !== undefined;
    const schemas = store.attributesOf(store.collections.get(template)?.resource ?? {});
    const words = statusesOf(schemas);
    const walks = status === 202 && 'status' in schemas && (words?.includes('installing') ?? true);
    const [first = {}, ...rest] =
      particular.created ?? (walks ? [{ status: 'installing' }, { status: 'installed' }] : []);
    const made = (particular.each?.(body) ?? [body]).map((one) => {
      const wish = transitions.wishFor('POST', path);
      const said = { ...one, ...(wish.output !== undefined && { output: wish.output }) };
      const attributes = { ...sameNamed(one, schemas), ...particular.attributes?.(one, at, undefined), ...first };
      const row = store.make(template, path, attributes, said);
      const add = () => store.rows(template, path).push(row);
      const done = () => {
        Object.assign(row.attributes, wish.attributes);
        particular.done?.(row, one, at);
      };
      const fail = () => {
        if (particular.failed || walksTo(words, 'failed')) {
          Object.assign(row.attributes, particular.failed ?? { status: 'failed' });
          done();
        } else {
          store.remove(template, path, row);
        }
      };
      const isLate = wish.appears !== undefined && !hasAnswer;
      const late: Step[] = isLate ? [{ seconds: wish.appears ?? 0, make: add }] : [];
      if (!isLate) {
        add();
      }
      if (rest.length === 0) {
        done();
      }
      transitions.begin({ steps: [...late, ...this.#steps(row, rest, done)], fail }, wish);
      return row;
    });
    const [row] = made;
    return row && hasAnswer ? this.#single(template, path, row, call) : empty(status);
  }

  #share({ place, path, body, at, status }: Call, { field, template }: { field: string; template: string }): Response {
    const { store } = this.#parts;
    const list = listAbove(template, at.parameters);
    const row = store.row(template, list, String(body[field]));
    if (!row) {
      throw refusal(field, `The selected ${field.replaceAll('_', ' ')} is invalid.`);
    }
    const shared = store.rows(place.template, path);
    if (!shared.includes(row)) {
      store.share(place.template, path, row);
    }
    return single({ resource: this.resource(place.template, path, row), included: [] }, status);
  }

  #update(template: string, path: string, row: Row, call: Call): Response {
    const { store, transitions } = this.#parts;
    const { body, status } = call;
    const at = { ...call.at, path };
    this.#check(template, body, at, row, path);
    const particular = particularOf(template);
    const schemas = store.attributesOf(store.collections.get(template)?.resource ?? {});
    const words = statusesOf(schemas);
    const former = { ...row.attributes };
    const wish = transitions.wishFor(call.place.method, call.path);
    Object.assign(row.said, body);
    Object.assign(row.attributes, sameNamed(body, schemas), particular.attributes?.(body, at, row), this.#now(row));
    if (particular.key) {
      row.id = String(row.attributes[particular.key]);
    }
    const walks = status === 202 && 'status' in schemas && walksTo(words, 'updating');
    const done = () => {
      Object.assign(row.attributes, wish.attributes);
      particular.done?.(row, body, at);
    };
    if (walks) {
      const settled = settledStatus(schemas);
      row.attributes.status = 'updating';
      const fail = () => Object.assign(row.attributes, former, walksTo(words, 'failed') && { status: 'failed' });
      transitions.begin({ steps: this.#steps(row, [{ status: settled }], done), fail }, wish);
    } else {
      done();
    }
    return this.#single(template, path, row, call);
  }

  #remove(template: string, path: string, row: Row, { status, place, path: itself }: Call): Response {
    const { store, transitions } = this.#parts;
    if (place.operation.responses[409] && row.attributes.in_use === true) {
      throw new ApiError(409, 'It is still in use.');
    }
    const schemas = store.attributesOf(store.collections.get(template)?.resource ?? {});
    const words = statusesOf(schemas);
    const gone = () => store.remove(template, path, row);
    const walks = 'status' in schemas && walksTo(words, 'removing');
    if (particularOf(template).shares || (status !== 202 && !(walks && words))) {
      gone();
      return empty(status);
    }
    const former = row.attributes.status;
    if (walks) {
      Object.assign(row.attributes, { status: 'removing' }, this.#now(row));
    }
    const fail = () => Object.assign(row.attributes, walks && { status: former });
    transitions.begin({ steps: [{ make: gone }], fail }, transitions.wishFor('DELETE', itself));
    return empty(status);
  }

  /** Sets all rows of a list, from the only list in the body. */
  #replace({ place, path, body, status }: Call): Response {
    const { store } = this.#parts;
    const { template } = place;
    const schemas = store.attributesOf(store.collections.get(template)?.resource ?? {});
    const rows = store.rows(template, path);
    const wanted = Object.values(body).find((value) => Array.isArray(value)) as Json[] | undefined;
    const defaults = { port: 80, weight: 1, backup: false, down: false };
    const made = (wanted ?? []).map((one) =>
      store.make(template, path, { ...defaults, ...sameNamed(one, schemas) }, one),
    );
    rows.splice(0, rows.length, ...made);
    return empty(status);
  }

  #act(row: Row, { place, path, body, at, status }: Call): Response {
    const { transitions } = this.#parts;
    const { acts, done } = particularOf(place.template);
    this.#check(place.template, body, at, undefined, path);
    const [first = {}, ...rest] = acts?.(body, at) ?? [];
    const former = { ...row.attributes };
    Object.assign(row.attributes, first, this.#now(row));
    this.#parts.acted(place.template, row, body);
    const fail = () => Object.assign(row.attributes, former);
    const steps = this.#steps(row, rest, () => done?.(row, body, at));
    transitions.begin({ steps, fail }, transitions.wishFor('POST', path));
    return empty(status);
  }

  #document(resource: Json, { place, path, query, at, status }: Call, above: Row | undefined): Response {
    const { store } = this.#parts;
    const { template } = place;
    const row = store.document(resource, template, path);
    const { id = row.id, ...read } = particularOf(template).reads?.(at, above) ?? {};
    const includes = this.#includes(template, place.operation, query);
    const told = this.#told(resource, path, String(id), { ...row.attributes, ...read });
    const related = this.#related(template, resource, row, includes, at);
    return single({ resource: { ...told, ...related.member }, included: related.included }, status);
  }

  /** Changes a document, or something that no response shows. */
  #change({ place, path, body, at, status }: Call): Response {
    const { store, transitions } = this.#parts;
    const { method, template } = place;
    const particular = particularOf(template);
    this.#check(template, body, at, undefined, path);
    const shown = placeOf(store.description, `GET ${template}`)?.operation;
    const resource = dataOf(shown?.responses[200]);
    const changed = particular.changes?.[method]?.(body, at);
    if (!resource) {
      if (at.server) {
        const [, what = 'server'] = /\/services\/(\w+)\/actions$/.exec(template) ?? [];
        at.world.addEvent(at.server, `Running ${body.action ?? place.method} of ${what}`, 'root');
      }
      const make = () => particular.does?.(body, at);
      transitions.begin({ steps: [{ make }], fail: () => undefined }, transitions.wishFor(method, path));
      return empty(status);
    }
    const row = store.document(resource, template, path);
    const [first = {}, ...rest] = [changed ?? sameNamed(body, store.attributesOf(resource))].flat();
    const former = { ...row.attributes };
    Object.assign(row.attributes, first);
    const done = () => particular.done?.(row, body, at);
    if (rest.length === 0) {
      done();
    }
    const fail = () => Object.assign(row.attributes, former);
    transitions.begin({ steps: this.#steps(row, rest, done), fail }, transitions.wishFor(method, path));
    if (!dataOf(place.operation.responses[status])) {
      return empty(status);
    }
    const read = particular.reads?.(at, undefined) ?? {};
    return single(
      { resource: this.#told(resource, path, row.id, { ...row.attributes, ...read }), included: [] },
      status,
    );
  }

  /** @throws ApiError 422 */
  #check(template: string, body: Json, at: At, row: Row | undefined, path: string): void {
    const { store } = this.#parts;
    const { unique, refers = {}, check } = particularOf(template);
    check?.(body, at);
    const wanted =
      unique === undefined ? undefined : (particularOf(template).attributes?.(body, at, row)[unique] ?? body[unique]);
    const isTaken = (other: Row) => other !== row && other.attributes[unique ?? ''] === wanted;
    if (unique !== undefined && wanted !== undefined && store.rows(template, path).some(isTaken)) {
      throw refusal(unique, `The ${unique} has already been taken.`);
    }
    for (const [field, list] of Object.entries(refers)) {
      const value = body[field] ?? [];
      const rows = store.rows(list, listAbove(list, at.parameters));
      const missing = [value].flat().findIndex((id) => !rows.some((one) => one.id === String(id)));
      if (missing >= 0) {
        const place = Array.isArray(value) ? `${field}.${missing}` : field;
        throw refusal(place, `The selected ${place.replaceAll('_', ' ')} is invalid.`);
      }
    }
  }

  /** A step for each patch of a row; the last one ends the change. */
  #steps(row: Row, patches: readonly Json[], done: () => void): Step[] {
    return patches.map((patch, index) => ({
      make: () => {
        Object.assign(row.attributes, patch, this.#now(row));
        if (index === patches.length - 1) {
          done();
        }
      },
    }));
  }

  #now({ attributes }: Row): Json {
    const now = timestamp(wholeSecond(this.#parts.store.world.time.now()));
    return 'updated_at' in attributes ? { updated_at: now } : {};
  }

  #includes(template: string, operation: DescribedOperation, query: URLSearchParams): Set<string> {
    const { relationships } = this.#schemaAt(template, operation);
    const named = Object.keys((relationships?.properties ?? {}) as Json);
    const declared = enumOf(operation, 'include').filter((name) => !/(?:Count|Exists)$/.test(name));
    return includesOf(query, declared.length > 0 ? declared : named);
  }

  #schemaAt(template: string, operation: DescribedOperation) {
    const { store } = this.#parts;
    const resource = store.collections.get(template)?.resource ?? dataOf(operation.responses[200]) ?? {};
    return store.resourceSchema(resource).properties;
  }

  #inclusion(template: string, path: string, row: Row, includes: ReadonlySet<string>, at: At): Inclusion {
    const { resource = {} } = this.#parts.store.collections.get(template) ?? {};
    return included(includes, (names) => {
      const related = this.#related(template, resource, row, names, at);
      return { resource: { ...this.resource(template, path, row), ...related.member }, included: related.included };
    });
  }

  /** A row's requested relationships; the member is omitted if none are requested. */
  #related(
    template: string,
    schema: Json,
    row: Row,
    includes: ReadonlySet<string>,
    at: At,
  ): { readonly member: Pick<Resource, 'relationships'>; readonly included: readonly Resource[] } {
    const { relationships } = this.#parts.store.resourceSchema(schema).properties;
    const named = Object.keys((relationships?.properties ?? {}) as Json).filter((name) => includes.has(name));
    const found = named.map((name) => [name, this.#relation(name, template, row, at)] as const);
    const reference = ({ type, id }: Resource) => ({ type, id });
    const member = Object.fromEntries(
      found.map(([name, to]) => [
        name,
        { data: Array.isArray(to) ? to.map(reference) : to && reference(to as Resource) },
      ]),
    );
    return {
      member: named.length > 0 ? { relationships: member } : {},
      included: found.flatMap(([, to]) => to ?? []),
    };
  }

  #relation(name: string, template: string, row: Row, at: At): Resource | Resource[] | null {
    const { documents } = this.#parts;
    if (name === 'user' || name === 'initiator') {
      return documents.user(at.world.user('default'));
    }
    if (name === 'organization') {
      return at.organization ? documents.organization(at.organization) : null;
    }
    const related = particularOf(template).relations?.[name]?.(row, at);
    if (!related?.rows) {
      return null;
    }
    const of = (one: Row) => this.resource(related.template, related.path, one);
    return Array.isArray(related.rows) ? related.rows.map(of) : of(related.rows as Row);
  }

  /** A resource with the attributes in its schema, and these as well. */
  #told(schema: Json, path: string, id: string, attributes: Json, besides: readonly string[] = []): Resource {
    const { store, api } = this.#parts;
    const { type, links } = store.resourceSchema(schema).properties;
    const names = [...Object.keys(store.attributesOf(schema)), ...besides];
    return {
      id,
      type: ((type?.enum ?? [lastWord(path)]) as string[])[0] ?? '',
      attributes: Object.fromEntries(names.flatMap((name) => (name in attributes ? [[name, attributes[name]]] : []))),
      ...(links && { links: { self: { href: `${api}${path}` } } }),
    };
  }
}

/** Whether a parameter names something in the world. */
function isOfFleet(parameter: string): boolean {
  return ['organization', 'server', 'site'].includes(parameter);
}

/** Whether each parameter that must be a number is one. */
function hasNumbers({ parameters = [] }: DescribedOperation, values: Readonly<Record<string, string>>): boolean {
  return parameters.every(
    ({ in: where, name, schema }) => where !== 'path' || schema?.type !== 'integer' || /^\d+$/.test(values[name] ?? ''),
  );
}

/** The highest success status: 202 rather than 200 for what takes a while, 201 rather than 200 for what is new. */
function statusOf({ responses }: DescribedOperation): number {
  return Math.max(
    ...Object.keys(responses)
      .map(Number)
      .filter((code) => code < 300),
  );
}

function schemaOf({ responses }: DescribedOperation): Readonly<Record<string, Json | undefined>> {
  const [content] = Object.values(responses[200]?.content ?? {});
  return (content?.schema?.properties ?? {}) as Readonly<Record<string, Json>>;
}

/** The values that a query parameter accepts. */
function enumOf({ parameters = [] }: DescribedOperation, name: string): readonly string[] {
  const schema = parameters.find((one) => one.in === 'query' && one.name === name)?.schema;
  return ((schema?.items as Json | undefined)?.enum ?? []) as string[];
}

interface Listed {
  readonly id: number;
  readonly row: Row;
}

function read({ attributes, said }: Row, name: string): unknown {
  return attributes[name] ?? said[name] ?? said[name.split('.')[0] ?? ''];
}

function sortsOf(operation: DescribedOperation): SortField<Listed>[] {
  return enumOf(operation, 'sort')
    .filter((name) => !name.startsWith('-'))
    .map((name) => ({
      name,
      read: ({ id, row }) => {
        const value = name === 'id' ? id : read(row, name);
        return typeof value === 'number' ? value : String(value ?? '');
      },
    }));
}

function filtersOf({
  parameters = [],
}: DescribedOperation): Readonly<Record<string, (item: Listed) => string | number | null>> {
  const names = parameters.flatMap(({ name }) => /^filter\[(.+)\]$/.exec(name)?.[1] ?? []);
  const filter =
    (name: string) =>
    ({ row }: Listed) => {
      const value = read(row, name);
      return typeof value === 'number' ? value : value === null || value === undefined ? null : String(value);
    };
  return Object.fromEntries(names.map((name) => [name, filter(name)]));
}

/** Laravel's metadata for a list that is never paginated. */
function wholePage(count: number, path: string): Json {
  return { current_page: 1, from: count > 0 ? 1 : null, path, per_page: 30, to: count > 0 ? count : null };
}

/** Whether a status can have that value: any, if the description names none. */
function walksTo(words: readonly unknown[] | undefined, word: string): boolean {
  return words?.includes(word) ?? true;
}

/** The attributes in a body, by name. */
function sameNamed(body: Json, schemas: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => name in schemas && name !== 'status' && value !== undefined),
  );
}

function lastWord(path: string): string {
  return (
    path
      .split('/')
      .filter((part) => /^[a-z-]+$/.test(part))
      .at(-1) ?? ''
  );
}

export function distinct(resources: readonly Resource[]): Resource[] {
  return [...new Map(resources.map((resource) => [`${resource.type}/${resource.id}`, resource])).values()];
}
