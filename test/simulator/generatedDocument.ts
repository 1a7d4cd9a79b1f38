import { type Json, type OpenApi, resolve } from './description';
import { timestamp } from './documents';
import type { Random } from './random';

export interface GenerateOptions {
  /** What references in the schema lead into. */
  readonly description: OpenApi;
  /** The share of optional properties that are there, 0.5 by default. */
  readonly optional?: number;
  /** The share of values that are null where null is allowed, 0.1 by default. */
  readonly nulls?: number;
  /** What to get wrong on purpose, each in that share of places; nothing by default. */
  readonly wrong?: Readonly<Partial<Wrong>>;
}

interface Wrong {
  /** Values that are null although they must not be. */
  readonly nulls: number;
  /** Required properties that are not there. */
  readonly missing: number;
  /** Objects with a property that nobody described. */
  readonly extra: number;
  /** Values of another type, such as an object for a text. */
  readonly types: number;
}

/**
 * A value as a schema of the API's description has it: the same for the same sequence of random numbers, valid unless
 * something is to be wrong. Knows the dialect of that description and no more.
 */
export function generate(schema: Json, random: Random, options: GenerateOptions): unknown {
  return new Generator(random, options).value(schema);
}

const words = ['amber', 'basalt', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'harbor', 'iris', 'juniper'] as const;

/** 2026-01-01 in milliseconds; times lie in the year before. */
const newest = 1_767_225_600_000;
const year = 365 * 86_400_000;

class Generator {
  readonly #random: Random;
  readonly #description: OpenApi;
  readonly #optional: number;
  readonly #nulls: number;
  readonly #wrong: Wrong;

  constructor(random: Random, { description, optional = 0.5, nulls = 0.1, wrong }: GenerateOptions) {
    this.#random = random;
    this.#description = description;
    this.#optional = optional;
    this.#nulls = nulls;
    this.#wrong = { nulls: 0, missing: 0, extra: 0, types: 0, ...wrong };
  }

  /** @param name of the property that the value is for */
  value(schema: Json, name = ''): unknown {
    if (this.#random.chance(this.#wrong.nulls)) {
      return null;
    }
    const value = this.#valid(schema, name);
    return this.#random.chance(this.#wrong.types) ? this.#anotherType(value) : value;
  }

  #valid(schema: Json, name: string): unknown {
    if (typeof schema.$ref === 'string') {
      return this.#valid(resolve(this.#description, schema.$ref) as Json, name);
    }
    if (schema.allOf) {
      return this.#valid((schema.allOf as Json[]).map((part) => this.#resolved(part)).reduce(both), name);
    }
    if (schema.anyOf) {
      return this.#valid(
        this.#choice(schema.anyOf as Json[], ({ type }) => type === 'null'),
        name,
      );
    }
    if ('const' in schema) {
      return schema.const;
    }
    if (schema.enum) {
      return this.#random.pick(schema.enum as [unknown]);
    }
    const type = Array.isArray(schema.type) ? this.#choice(schema.type, (one) => one === 'null') : schema.type;
    switch (type) {
      case 'null':
        return null;
      case 'boolean':
        return this.#random.chance(0.5);
      case 'integer':
      case 'number':
        return this.#number(schema);
      case 'array':
        return this.#array(schema);
      case 'object':
        return this.#object(schema);
      default:
        // The one schema without a type, a firewall rule's addresses, takes a text.
        return this.#text(schema, name);
    }
  }

  /** One of the choices; null in its own share. */
  #choice<T>(choices: readonly T[], isNull: (choice: T) => boolean): T {
    const nulls = choices.filter(isNull);
    const others = choices.filter((choice) => !isNull(choice));
    const isNullNow = nulls.length > 0 && this.#random.chance(this.#nulls);
    return this.#random.pick((isNullNow ? nulls : others) as [T, ...T[]]);
  }

  #number({ minimum = 1, maximum = Math.max(1000, minimum as number) }: Json): number {
    return this.#random.integer(minimum as number, maximum as number);
  }

  #text({ format, maxLength }: Json, name: string): string {
    switch (format) {
      case 'date-time':
        return timestamp(newest - this.#random.integer(1, year / 1000) * 1000) ?? '';
      case 'email':
        return `${this.#word()}@${this.#word()}.example`;
      case 'uri':
        return `https://${this.#word()}.example/${this.#word()}`;
      case 'uuid':
        return [8, 4, 4, 4, 12].map((length) => this.#random.hex(length)).join('-');
    }
    if (name === 'id') {
      return String(this.#random.integer(1, 1_000_000));
    }
    // In the description's few patterns: neither spaces nor capitals, a letter first.
    const text = `${this.#word()}-${this.#word()}`;
    return typeof maxLength === 'number' ? text.slice(0, maxLength) : text;
  }

  #array({ items, minItems = 0 }: Json): unknown[] {
    const length = (minItems as number) + this.#random.integer(0, 2);
    return Array.from({ length }, () => this.value(items as Json));
  }

  #object({ properties = {}, required = [], additionalProperties }: Json): Json {
    const value: Record<string, unknown> = {};
    for (const [name, schema] of Object.entries(properties as Record<string, Json>)) {
      const isRequired = (required as string[]).includes(name);
      if (isRequired ? !this.#random.chance(this.#wrong.missing) : this.#random.chance(this.#optional)) {
        value[name] = this.value(schema, name);
      }
    }
    if (additionalProperties) {
      value[this.#word()] = this.value(additionalProperties as Json);
    }
    if (this.#random.chance(this.#wrong.extra)) {
      value[`extra_${this.#word()}`] = this.#random.pick([null, 1, this.#word(), [], {}]);
    }
    return value;
  }

  #anotherType(value: unknown): unknown {
    const kind = kindOf(value);
    const others = [this.#word(), -1, true, [this.#word()], { [this.#word()]: null }];
    return this.#random.pick(others.filter((other) => kindOf(other) !== kind) as [unknown]);
  }

  #resolved(schema: Json): Json {
    return typeof schema.$ref === 'string' ? (resolve(this.#description, schema.$ref) as Json) : schema;
  }

  #word(): string {
    return this.#random.pick(words);
  }
}

/** The schema of what two schemas describe: objects with the properties of both; of anything else what the first says. */
function both(one: Json, other: Json): Json {
  const properties = { ...(one.properties as Record<string, Json>) };
  for (const [name, schema] of Object.entries((other.properties ?? {}) as Record<string, Json>)) {
    const first = properties[name];
    properties[name] = first ? { allOf: [first, schema] } : schema;
  }
  const required = [...((one.required ?? []) as string[]), ...((other.required ?? []) as string[])];
  return { ...other, ...one, properties, required };
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
