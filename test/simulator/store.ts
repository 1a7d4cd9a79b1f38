import { dataOf, type Json, type OpenApi, pathParameters, placesOf, resolve } from './description';
import { timestamp } from './documents';
import { generate } from './generatedDocument';
import { listAbove, particularOf, type Seed } from './particulars';
import { Random } from './random';
import { type Organization, type Server, type Site, type World, wholeSecond } from './world';

/** A resource that Forge keeps, as far as it is not part of the fleet. */
export interface Row {
  id: string;
  /** Its place in the order in which rows were made. */
  readonly number: number;
  /** As they are told. */
  readonly attributes: Record<string, unknown>;
  /** What was said of it and is not told, such as the site of a background process. */
  readonly said: Record<string, unknown>;
}

/** A list of the description, other than those of the fleet: the same below each parent. */
export interface Collection {
  /** As in "/orgs/{organization}/servers/{server}/database/schemas". */
  readonly template: string;
  /** The parameter of an item's path; empty for a list without items of their own. */
  readonly parameter: string;
  readonly resource: Json;
}

/** Where a path is. */
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

/** Numbers above it are those of rows that were made since the start. */
export const firstMade = 50_000_000;

/** What a resource's schema says. */
interface ResourceSchema {
  readonly properties: {
    readonly type?: Json;
    readonly attributes: Json;
    readonly relationships?: Json;
    readonly links?: Json;
  };
}

/**
 * The rows of every list that the description has: those that were there at the start, made when somebody looks, and what has been made
 * of them. Nothing in it knows a kind of row; what the description does not say of one is in `particulars.ts`.
 */
export class Store {
  readonly collections: ReadonlyMap<string, Collection>;
  readonly #rows = new Map<string, Row[]>();
  #lastNumber: number;

  /** @param generation how many worlds there were before: ids of rows that are made are in none of them */
  constructor(
    readonly world: World,
    readonly description: OpenApi,
    generation = 0,
  ) {
    this.collections = collectionsOf(description);
    this.#lastNumber = firstMade + generation * 1_000_000;
  }

  /** Where a path after /api is that fits a template. */
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

  /** Whether something that a list is below was made since the start. */
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

  /** Puts a row of another list in a list that shares such rows. */
  share(template: string, path: string, row: Row): void {
    this.rows(template, path);
    this.#rows.get(keyOf(path))?.push(row);
  }

  /** Rows of another list, as long as they are there: its first one in the beginning. */
  #shared(of: string, template: string, path: string): Row[] {
    const all = this.rows(of, listAbove(of, this.at(template, path).parameters));
    const shared = this.#rows.get(keyOf(path)) ?? all.slice(0, 1);
    this.#rows.set(keyOf(path), shared);
    return shared.filter((row) => all.includes(row));
  }

  /** A row of a list; undefined where there is none of that id. */
  row(template: string, path: string, id: string): Row | undefined {
    return this.rows(template, path).find((row) => row.id === id);
  }

  /** A row that is not in its list yet. What is not given is as little as the description lets it be. */
  make(template: string, path: string, attributes: Json, said: Json = {}): Row {
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    const now = timestamp(wholeSecond(this.world.time.now())) ?? '';
    return this.#row(template, this.at(template, path), attributes, said, number, now, 1);
  }

  /** Takes a row and all below it out of its list. */
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

  /** Takes away all that is below a path. */
  forget(path: string): void {
    const below = `${keyOf(path)}/`;
    for (const key of [...this.#rows.keys()]) {
      if (key.startsWith(below)) {
        this.#rows.delete(key);
      }
    }
  }

  /** The one document at a path that is no list, made when it is first looked at. */
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

  /** The schemas of a resource's attributes, by name; those of which there is a choice, too, are without references. */
  attributesOf(resource: Json): Readonly<Record<string, Json>> {
    const attributes = this.resourceSchema(resource).properties.attributes.properties as Record<string, Json>;
    const resolved = (schema: Json): Json =>
      typeof schema.$ref === 'string'
        ? (resolve(this.description, schema.$ref) as Json)
        : { ...schema, ...(schema.anyOf !== undefined && { anyOf: (schema.anyOf as Json[]).map(resolved) }) };
    return Object.fromEntries(Object.entries(attributes).map(([name, schema]) => [name, resolved(schema)]));
  }
}

/** The words that a status can have; undefined for one that may be any text. */
export function statusesOf(attributes: Readonly<Record<string, Json>>): readonly unknown[] | undefined {
  const { status } = attributes;
  const choices = status && [status, ...((status.anyOf as Json[] | undefined) ?? [])];
  return choices?.map((choice) => choice.enum as unknown[] | undefined).find((words) => words !== undefined);
}

/** What a status is where nothing is going on. */
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

/** What a path is called where the fleet is asked for by different names: sites move between servers, and have ids of their own. */
function keyOf(path: string): string {
  return path
    .replace(/^\/orgs\/[^/]+\/servers\/\d+(?=\/sites\/\d)/, '')
    .replace(/^\/orgs\/[^/]+(?=\/(?:servers|sites)\/\d)/, '');
}

/** A part of a path as it was meant; as it is where it is badly encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
