import type { SiteEntry } from './rows';

/** Something that a person can search for. */
export interface Searchable<T> {
  readonly item: T;
  /** Its name. A match here ranks above one in `texts`. */
  readonly name: string;
  /** Everything else it can be found by: addresses, tags, branches. */
  readonly texts: readonly (string | null | undefined)[];
}

interface Entry<T> {
  readonly item: T;
  readonly name: string;
  readonly all: string;
}

/**
 * Finds items by any part of any text, ignoring case: each word of the query must be in one. Built once for many
 * queries; with 5,000 items, each takes a few milliseconds.
 */
export class SearchIndex<T> {
  private readonly entries: readonly Entry<T>[];

  /** @param items in display order for an empty query. */
  constructor(items: readonly Searchable<T>[]) {
    this.entries = items.map(({ item, name, texts }) => ({
      item,
      name: name.toLowerCase(),
      all: [name, ...texts].filter(Boolean).join('\n').toLowerCase(),
    }));
  }

  /** The best `most` matches: names that start with the query, names that contain it, all others; each in the given order. */
  find(question: string, most: number): readonly T[] {
    const words = question.toLowerCase().split(/\s+/).filter(Boolean);
    const [first = ''] = words;
    const ranks: T[][] = [[], [], []];
    for (const { item, name, all } of this.entries) {
      if (words.every((word) => all.includes(word))) {
        ranks[name.startsWith(first) ? 0 : name.includes(first) ? 1 : 2]?.push(item);
      }
      if ((ranks[0]?.length ?? 0) >= most) {
        break;
      }
    }
    return ranks.flat().slice(0, most);
  }
}

/** What a site is found by. */
export function searchableSite(item: SiteEntry): Searchable<SiteEntry> {
  const { site, server, organization } = item;
  const { repository, url, aliases, tags } = site;
  const texts = [url, ...aliases, ...tags, server?.name, server?.ipAddress, repository?.url, repository?.branch];
  return { item, name: site.name, texts: [...texts, organization.name] };
}
