import { ForgeError } from './errors';
import { isRecord } from './resources';

/** The most pages of one list that are read: 30 rows a page make this 150,000 rows. */
const maxPages = 5_000;

/** What a page holds, and the cursor of the one after it; undefined behind the last. */
export interface Page {
  readonly document: unknown;
  readonly next: string | undefined;
}

/**
 * The pages of a cursor list, one after the other. Pages of one list depend on each other, so each is asked for when it is
 * wanted.
 * @param fetchPage asks for the page of a cursor, or for the first one without.
 * @param from the cursor of the page to begin with; none for the first one.
 * @throws ForgeError `unexpected` for a list that repeats a cursor, which would never end.
 */
export async function* pages(
  fetchPage: (cursor: string | undefined) => Promise<unknown>,
  from?: string,
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let cursor = from;
  do {
    const document = await fetchPage(cursor);
    cursor = nextCursor(document);
    yield { document, next: cursor };
    if (cursor !== undefined && (seen.has(cursor) || seen.size >= maxPages)) {
      throw new ForgeError('unexpected', 'Forge sent a list whose pages repeat.');
    }
    if (cursor !== undefined) {
      seen.add(cursor);
    }
  } while (cursor !== undefined);
}

/** The next page's cursor. Only `meta.next_cursor` is trusted; `links` is an empty array at times (README.md, Lists). */
function nextCursor(document: unknown): string | undefined {
  const meta = isRecord(document) ? document.meta : undefined;
  const cursor = isRecord(meta) ? meta.next_cursor : undefined;
  return typeof cursor === 'string' && cursor !== '' ? cursor : undefined;
}
