import { ApiError } from './apiError';

/** The most a page holds, whatever is asked for, and what it holds when nothing is. */
const largestPage = 30;

/** A field a list can be ordered by. */
export interface SortField<T> {
  readonly name: string;
  readonly read: (item: T) => string | number;
  readonly descending?: boolean;
}

export interface Page<T> {
  readonly items: T[];
  readonly links: { readonly prev?: string; readonly next?: string } | readonly [];
  readonly meta: {
    readonly path: string;
    readonly per_page: number;
    readonly next_cursor: string | null;
    readonly prev_cursor: string | null;
  };
}

/**
 * The page that the query's `page[size]` and `page[cursor]` ask for. The cursor holds the place in the order, not a number of rows, so
 * that rows added or removed meanwhile shift nothing; one that cannot be read means the first page, as in Laravel.
 *
 * @param path absolute URL of the list, without query
 */
export function pageOf<T extends { readonly id: number }>(
  all: readonly T[],
  order: readonly SortField<T>[],
  path: string,
  query: URLSearchParams,
): Page<T> {
  const wanted = Number.parseInt(query.get('page[size]') ?? '', 10);
  const size = wanted >= 1 ? Math.min(wanted, largestPage) : largestPage;
  const fields: SortField<T>[] = [
    ...order,
    { name: 'id', read: (item) => item.id, descending: order[0]?.descending ?? false },
  ];
  const signs = fields.map((field) => (field.descending ? -1 : 1));
  const compare = (left: readonly Key[], right: readonly Key[]): number => {
    for (let index = 0; index < signs.length; index += 1) {
      const difference = compareKeys(left[index], right[index]);
      if (difference !== 0) {
        return difference * (signs[index] ?? 1);
      }
    }
    return 0;
  };
  const rows = all.map((item) => ({ item, keys: fields.map((field) => field.read(item)) }));
  rows.sort((left, right) => compare(left.keys, right.keys));

  const cursor = readCursor(query.get('page[cursor]'), fields);
  let from = 0;
  if (cursor) {
    const { keys, forward } = cursor;
    const place = rows.findIndex((row) => (forward ? compare(row.keys, keys) > 0 : compare(row.keys, keys) >= 0));
    const end = place === -1 ? rows.length : place;
    from = forward ? end : Math.max(0, end - size);
  }
  const shown = rows.slice(from, from + size);
  const first = shown[0];
  const last = shown.at(-1);
  const encode = (keys: readonly Key[], forward: boolean): string => {
    const entries = fields.map((field, index) => [field.name, keys[index]]);
    return Buffer.from(JSON.stringify({ ...Object.fromEntries(entries), _pointsToNextItems: forward })).toString(
      'base64url',
    );
  };
  const next = last && from + size < rows.length ? encode(last.keys, true) : null;
  const prev = first && from > 0 ? encode(first.keys, false) : null;
  const link = (to: string): string => {
    const parameters = [...query].filter(([name]) => name !== 'page[cursor]');
    return `${path}?${[...parameters, ['page[cursor]', to] as const].map((pair) => pair.map(encodeURIComponent).join('=')).join('&')}`;
  };
  return {
    items: shown.map((row) => row.item),
    // PHP's empty array, which is what the API sends when there is nothing to link.
    links: next || prev ? { ...(prev && { prev: link(prev) }), ...(next && { next: link(next) }) } : [],
    meta: { path, per_page: size, next_cursor: next, prev_cursor: prev },
  };
}

/** The order that `sort` asks for; throws the API's 400 for a field that is not allowed. */
export function orderOf<T>(query: URLSearchParams, allowed: readonly SortField<T>[]): SortField<T>[] {
  const asked = listOf(query.get('sort'));
  const unknown = asked
    .map((name) => name.replace(/^-/, ''))
    .filter((name) => !allowed.some((field) => field.name === name));
  if (unknown.length > 0) {
    throw new ApiError(
      400,
      `Requested sort(s) \`${unknown.join(', ')}\` is not allowed. Allowed sort(s) are \`${allowed.map((field) => field.name).join(', ')}\`.`,
    );
  }
  return asked.flatMap((name) =>
    allowed
      .filter((field) => field.name === name.replace(/^-/, ''))
      .map((field) => ({ ...field, descending: name.startsWith('-') })),
  );
}

/** The items that contain what each `filter[…]` asks for, or are that number; throws the API's 400 for a filter that is not allowed. */
export function filterBy<T>(
  items: readonly T[],
  query: URLSearchParams,
  allowed: Readonly<Record<string, (item: T) => string | number | null>>,
): T[] {
  let kept = [...items];
  const unknown: string[] = [];
  for (const [parameter, value] of query) {
    const name = /^filter\[(.*)\]$/.exec(parameter)?.[1];
    if (name === undefined) {
      continue;
    }
    const read = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (!read) {
      unknown.push(name);
      continue;
    }
    kept = kept.filter((item) => {
      const found = read(item);
      return typeof found === 'number'
        ? String(found) === value
        : (found ?? '').toLowerCase().includes(value.toLowerCase());
    });
  }
  if (unknown.length > 0) {
    throw new ApiError(
      400,
      `Requested filter(s) \`${unknown.join(', ')}\` are not allowed. Allowed filter(s) are \`${Object.keys(allowed).join(', ')}\`.`,
    );
  }
  return kept;
}

/** The names that `include` asks for, those with Count and Exists too; throws the API's 400 for one that is not allowed. */
export function includesOf(query: URLSearchParams, allowed: readonly string[]): Set<string> {
  const asked = listOf(query.get('include'));
  const unknown = asked.filter((name) => !allowed.includes(name.replace(/(Count|Exists)$/, '')));
  if (unknown.length > 0) {
    throw new ApiError(
      400,
      `Requested include(s) \`${unknown.join(', ')}\` are not allowed. Allowed include(s) are \`${allowed.join(', ')}\`.`,
    );
  }
  return new Set(asked);
}

type Key = string | number;

function compareKeys(left: Key | undefined, right: Key | undefined): number {
  if (left === undefined || right === undefined || left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}

function listOf(text: string | null): string[] {
  return (text ?? '').split(',').filter((name) => name !== '');
}

function readCursor<T>(
  text: string | null,
  fields: readonly SortField<T>[],
): { readonly keys: Key[]; readonly forward: boolean } | undefined {
  try {
    const value = JSON.parse(Buffer.from(text ?? '', 'base64url').toString()) as Record<string, Key> | null;
    const keys = fields.map((field) => value?.[field.name]).filter((key) => key !== undefined);
    const forward: unknown = value?._pointsToNextItems;
    return keys.length === fields.length && typeof forward === 'boolean' ? { keys, forward } : undefined;
  } catch {
    return undefined;
  }
}
