import { ForgeError } from './errors';
import { isRecord } from './resources';

/** The most pages of one list that are read: 30 rows a page make this 150,000 rows. */
const maxPages = 5_000;

/**
 * The documents of a cursor list, page by page. Pages of one list depend on each other, so each is asked for when it is
 * wanted.
 * @param fetchPage asks for the page of a cursor, or for the first one without.
 * @throws ForgeError `unexpected` for a list that repeats a cursor, which would never end.
 */
export async function* pages(fetchPage: (cursor: string | undefined) => Promise<unknown>): AsyncGenerator<unknown> {
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const document = await fetchPage(cursor);
    yield document;
    cursor = nextCursor(document);
    if (cursor !== undefined && (seen.has(cursor) || seen.size >= maxPages)) {
      throw new ForgeError('unexpected', 'Forge sent a list whose pages repeat.');
    }
    if (cursor !== undefined) {
      seen.add(cursor);
    }
  } while (cursor !== undefined);
}

/** The next page's cursor. Only `meta.next_cursor` is trusted; `links` is an empty array at times (behaviour.md §2). */
function nextCursor(document: unknown): string | undefined {
  const meta = isRecord(document) ? document.meta : undefined;
  const cursor = isRecord(meta) ? meta.next_cursor : undefined;
  return typeof cursor === 'string' && cursor !== '' ? cursor : undefined;
}
