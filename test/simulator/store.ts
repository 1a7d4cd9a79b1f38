import { dataOf, type Json, type OpenApi, pathParameters, placesOf, resolve } from './description';
import { timestamp } from './documents';
import { generate } from './generatedDocument';
import { listAbove, particularOf, type Seed } from './particulars';
import { Random } from './random';
import { type Organization, type Server, type Site, type World, wholeSecond } from './world';

/** A row of a list in Forge, other than those of the fleet. */
export interface Row {
  id: string;
  /** Its position in order of creation. */
  readonly number: number;
  /** As returned in responses. */
  readonly attributes: Record<string, unknown>;
  /** Attributes that were sent but are never returned, such as the site of a background process. */
  readonly said: Record<string, unknown>;
}

/** A list in the description, other than those of the fleet: the same below each parent. */
export interface Collection {
  /** Such as "/orgs/{organization}/servers/{server}/database/schemas". */
  readonly template: string;
  /** The parameter of an item's path; empty for a list without item paths. */
  readonly parameter: string;
  readonly resource: Json;
}

/** A path matched to a template. */
export interface At {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly world: World;
  readonly store: Store;
  readonly organization: Organization | undefined;
  readonly server: Server | undefined;
  readonly site: Site | undefined;
  readonly random: Random;
}

/** Ids above this number belong to rows created since the start. */
export const firstMade = 50_000_000;

/** What the schema of a resource says. */
interface ResourceSchema {
  readonly properties: {
    readonly type?: Json;
    readonly attributes: Json;
    readonly relationships?: Json;
    readonly links?: Json;
  };
}

/**
 * The rows of every list in the description: initial rows, created on first use, and all later changes. It knows nothing about specific
 * kinds of rows; what the description doesn't say about one is in `particulars.ts`.
 */
export class Store {
  readonly collections: ReadonlyMap<string, Collection>;
  readonly #rows = new Map<string, Row[]>();
  #lastNumber: number;

  /** @param generation the number of earlier worlds: ids of new rows are in none of them */
  constructor(
    readonly world: World,
    readonly description: OpenApi,
    generation = 0,
  ) {
    this.collections = collectionsOf(description);
    this.#lastNumber = firstMade + generation * 1_000_000;
  }

  /** Matches a path after /api to a template. */
  at(template: string, path: string): At {
    const { world } = this;
    const raw = pathParameters(template, path) ?? {};
    const parameters = Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, decoded(value)]));
    const organization = world.organization(parameters.organization ?? '');
    const server = organization?.servers.find(({ id }) => String(id) === parameters.server);
    const site = world.sites.get(Number(parameters.site));
    const random = new Random(world.seed, keyOf(path));
    return { path, parameters, world, store: this, organization, server, site, random };
  }

  /** The rows of a list at a path, oldest first. */
  rows(template: string, path: string): Row[] {
    const key = keyOf(path);
    const { seeds = () => [{}, {}], shares, isInherent } = particularOf(template);
    if (shares) {
      return this.#shared(shares.template, template, path);
    }
    const known = this.#rows.get(key);
    if (known) {
      return known;
    }
    const at = this.at(template, path);
    const first = 1_000_000 + at.random.integer(0, 89_999) * 100;
    const there = isInherent || !this.#isFresh(template, at) ? seeds(at) : [];
    const made = there.map((seed, index) => this.#seeded(template, at, seed, first + index));
    this.#rows.set(key, made);
    return made;
  }

  /** Whether a parent of a list was created since the start. */
  #isFresh(template: string, { site, server, path }: At): boolean {
    const owner = site ?? server;
    const names = template.split('/');
    const parts = path.split('/');
    const isMade = (index: number) => {
      const list = names.slice(0, index).join('/');
      const row =
        this.collections.has(list) && this.row(list, parts.slice(0, index).join('/'), decoded(parts[index] ?? ''));
      return row && row.number > firstMade;
    };
    return (owner && this.world.fresh.has(owner)) || names.some((name, index) => name.startsWith('{') && isMade(index));
  }

  /** Adds a row of another list to a list that shares such rows. */
  share(template: string, path: string, row: Row): void {
    this.rows(template, path);
    this.#rows.get(keyOf(path))?.push(row);
  }

  /** The shared rows of another list that still exist: initially its first one. */
  #shared(of: string, template: string, path: string): Row[] {
    const all = this.rows(of, listAbove(of, this.at(template, path).parameters));
    const shared = this.#rows.get(keyOf(path)) ?? all.slice(0, 1);
    this.#rows.set(keyOf(path), shared);
    return shared.filter((row) => all.includes(row));
  }

  /** A row of a list; undefined if none has that id. */
  row(template: string, path: string, id: string): Row | undefined {
    return this.rows(template, path).find((row) => row.id === id);
  }

  /** Creates a row that isn't in its list yet. Omitted attributes are as small as the description allows. */
  make(template: string, path: string, attributes: Json, said: Json = {}): Row {
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    const now = timestamp(wholeSecond(this.world.time.now())) ?? '';
    return this.#row(template, this.at(template, path), attributes, said, number, now, 1);
  }

  /** Removes a row, and all below it, from its list. */
  remove(template: string, path: string, row: Row): void {
    const rows = this.#rows.get(keyOf(path)) ?? [];
    const index = rows.indexOf(row);
    if (index >= 0) {
      rows.splice(index, 1);
    }
    if (!particularOf(template).shares) {
      this.forget(`${path}/${row.id}`);
    }
  }

  /** Removes everything below a path. */
  forget(path: string): void {
    const below = `${keyOf(path)}/`;
    for (const key of [...this.#rows.keys()]) {
      if (key.startsWith(below)) {
        this.#rows.delete(key);
      }
    }
  }

  /** The single document at a path that isn't a list, created on first use. */
  document(resource: Json, template: string, path: string): Row {
    const key = `${keyOf(path)}/`;
    const known = this.#rows.get(key)?.[0];
    if (known) {
      return known;
    }
    const at = this.at(template, path);
    const id = /\/(\d+)(?=\/[^\d]*$)/.exec(path)?.[1] ?? '1';
    const attributes = { ...this.#generated(resource, at.random, 0), ...particularOf(template).document?.(at) };
    const made: Row = { id, number: Number(id), attributes, said: {} };
    this.#rows.set(key, [made]);
    return made;
  }

  #seeded(template: string, at: At, { id, said = {}, ...attributes }: Seed, number: number): Row {
    const since = at.site?.createdAt ?? at.server?.createdAt ?? at.organization?.createdAt ?? at.world.startedAt;
    const row = this.#row(template, at, attributes, said, Number(id ?? number) || number, timestamp(since) ?? '', 0.3);
    return id === undefined ? row : { ...row, id: String(id) };
  }

  #row(template: string, at: At, attributes: Json, said: Json, number: number, time: string, nulls: number): Row {
    const { resource } = this.collections.get(template) ?? { resource: {} };
    const { key } = particularOf(template);
    const random = new Random(this.world.seed, keyOf(at.path), number);
    const made: Record<string, unknown> = { ...this.#generated(resource, random, nulls), ...attributes };
    for (const name of ['created_at', 'updated_at'].filter((name) => name in made && !(name in attributes))) {
      made[name] = time;
    }
    if ('status' in made && !('status' in attributes)) {
      made.status = settledStatus(this.attributesOf(resource));
    }
    return { id: key ? String(made[key]) : String(number), number, attributes: made, said: { ...said } };
  }

  #generated(resource: Json, random: Random, nulls: number): Json {
    const { properties } = this.resourceSchema(resource);
    return generate(properties.attributes, random, { description: this.description, optional: 1, nulls }) as Json;
  }

  /** The schema of a resource, with its references resolved. */
  resourceSchema(resource: Json): ResourceSchema {
    return (typeof resource.$ref === 'string' ? resolve(this.description, resource.$ref) : resource) as ResourceSchema;
  }

  /** The schemas of a resource's attributes, by name, with all references resolved, including those in alternatives. */
  attributesOf(resource: Json): Readonly<Record<string, Json>> {
    const attributes = this.resourceSchema(resource).properties.attributes.properties as Record<string, Json>;
    const resolved = (schema: Json): Json =>
      typeof schema.$ref === 'string'
        ? (resolve(this.description, schema.$ref) as Json)
        : { ...schema, ...(schema.anyOf !== undefined && { anyOf: (schema.anyOf as Json[]).map(resolved) }) };
    return Object.fromEntries(Object.entries(attributes).map(([name, schema]) => [name, resolved(schema)]));
  }
}

/** The values that a status can have; undefined if it may be any text. */
export function statusesOf(attributes: Readonly<Record<string, Json>>): readonly unknown[] | undefined {
  const { status } = attributes;
  const choices = status && [status, ...((status.anyOf as Json[] | undefined) ?? [])];
  return choices?.map((choice) => choice.enum as unknown[] | undefined).find((words) => words !== undefined);
}

/** The status of a row when nothing is going on. */
export function settledStatus(attributes: Readonly<Record<string, Json>>): unknown {
  const words = statusesOf(attributes) ?? ['installed'];
  return ['installed', 'enabled', 'finished', 'beating'].find((word) => words.includes(word)) ?? words[0];
}

const known = new WeakMap<OpenApi, ReadonlyMap<string, Collection>>();

function collectionsOf(description: OpenApi): ReadonlyMap<string, Collection> {
  const made = known.get(description) ?? new Map(listsOf(description).map((list) => [list.template, list]));
  known.set(description, made);
  return made;
}

function listsOf(description: OpenApi): Collection[] {
  const templates = Object.keys(description.paths);
  return placesOf(description).flatMap(({ method, template, operation }): Collection[] => {
    const data = dataOf(operation.responses[200]);
    if (method !== 'GET' || data?.type !== 'array' || isOfFleet(description, data.items as Json)) {
      return [];
    }
    const item = templates.find(
      (one) => one.startsWith(`${template}/{`) && !one.slice(template.length + 1).includes('/'),
    );
    return [{ template, parameter: item?.slice(template.length + 2, -1) ?? '', resource: data.items as Json }];
  });
}

/** Whether the world holds the rows of a list. */
function isOfFleet(description: OpenApi, { $ref = '' }: Json): boolean {
  const { properties } = resolve(description, $ref as string) as ResourceSchema;
  const [type = ''] = (properties.type?.enum ?? []) as string[];
  return ['organizations', 'servers', 'sites', 'deployments', 'events'].includes(type);
}

/** One name for the paths of a site, which several paths lead to: sites move between servers, and have their own ids. */
function keyOf(path: string): string {
  return path
    .replace(/^\/orgs\/[^/]+\/servers\/\d+(?=\/sites\/\d)/, '')
    .replace(/^\/orgs\/[^/]+(?=\/(?:servers|sites)\/\d)/, '');
}

/** A decoded path segment; unchanged if it is badly encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
