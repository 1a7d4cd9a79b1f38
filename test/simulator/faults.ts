import type { Fault } from './control';

interface Armed {
  readonly fault: Fault;
  readonly path: RegExp;
  passed: number;
  used: number;
}

/** The faults that are set, in order. */
export class Faults {
  #armed: Armed[] = [];

  /** Throws a SyntaxError when `path` is not a regular expression. */
  add(fault: Fault): void {
    this.#armed.push({ fault, path: new RegExp(fault.path ?? ''), passed: 0, used: 0 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** The fault that disturbs this call, if any; counts the call. */
  match(method: string, path: string): Fault | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed;
      const times = fault.times ?? 1;
      const applies = (fault.method ?? method).toUpperCase() === method && armed.path.test(path);
      if (!applies || (times !== 0 && armed.used >= times)) {
        continue;
      }
      if (armed.passed < (fault.after ?? 0)) {
        armed.passed += 1;
        continue;
      }
      armed.used += 1;
      return fault;
    }
    return undefined;
  }
}

type Json = Record<string, unknown>;

/** The JSON text with the fault's patches applied; text that is not a JSON object comes back as it is. */
export function patchText(text: string, fault: Fault): string {
  const document = parse(text);
  if (!isObject(document)) {
    return text;
  }
  const { data } = document;
  for (const resource of Array.isArray(data) ? data : [data]) {
    if (fault.patch && isObject(resource) && isObject(resource.attributes)) {
      resource.attributes = patchAttributes(resource.attributes, fault.patch);
    }
  }
  return JSON.stringify(fault.patchDocument ? merge(document, fault.patchDocument) : document);
}

function patchAttributes(attributes: Json, patch: Json): Json {
  const { '*': every, ...named } = patch;
  const result = Object.hasOwn(patch, '*')
    ? Object.fromEntries(Object.keys(attributes).map((name) => [name, every]))
    : { ...attributes };
  for (const [name, value] of Object.entries(named)) {
    // Unlike in RFC 7386, null sets null: it is what the API does to attributes, a missing one is a `patchDocument` away.
    result[name] = isObject(value) ? merge(result[name], value) : value;
  }
  return result;
}

/** JSON merge patch (RFC 7386): null removes. */
function merge(target: unknown, patch: Json): Json {
  const result: Json = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[name];
    } else {
      result[name] = isObject(value) ? merge(result[name], value) : value;
    }
  }
  return result;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
