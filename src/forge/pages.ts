import { ForgeError } from './errors';
import { isRecord } from './json';

/** Maximum number of pages read from one list: 150,000 rows, at 30 per page. */
const maxPages = 5_000;

/** The contents of a page, and the cursor of the next one; undefined after the last. */
export interface Page {
  readonly document: unknown;
  readonly next: string | undefined;
}

/**
 * The pages of a cursor list, one after the other. Each page depends on the one before, so each is requested when the caller
 * wants it.
 * @param fetchPage requests the page of a cursor, or the first one without a cursor.
 * @param from the cursor of the page to start with; omit it for the first one.
 * @throws ForgeError `unexpected` for a list that repeats a cursor and would never end.
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
