/** Something that a person may look for. */
export interface Searchable<T> {
  readonly item: T;
  /** What it is called. A hit here counts more than one in `texts`. */
  readonly name: string;
  /** All else by which it may be found: addresses, tags, branches. */
  readonly texts: readonly (string | null | undefined)[];
}

interface Entry<T> {
  readonly item: T;
  readonly name: string;
  readonly all: string;
}

/**
 * Finds by any part of any text, whatever the capitals: each word of the question has to be in one. Made once for many
 * questions; 5,000 items take a few milliseconds each.
 */
export class SearchIndex<T> {
  private readonly entries: readonly Entry<T>[];

  /** @param items in the order in which they are shown where nothing is asked. */
  constructor(items: readonly Searchable<T>[]) {
    this.entries = items.map(({ item, name, texts }) => ({
      item,
      name: name.toLowerCase(),
      all: [name, ...texts].filter(Boolean).join('\n').toLowerCase(),
    }));
  }

  /** The best `most` hits: names that begin with the question, names that hold it, all others; each in the order given. */
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
