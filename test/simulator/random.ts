/** Numbers that depend on a key alone: the same key gives the same sequence, in whatever order keys are used. */
export class Random {
  #state: number;

  constructor(...key: readonly (number | string)[]) {
    // FNV-1a, so that neighbouring ids do not give neighbouring sequences.
    let hash = 0x811c9dc5;
    for (const character of key.join('/')) {
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    }
    this.#state = hash >>> 0;
  }

  /** The next number, 0 ≤ n < 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `minimum` to `maximum`, both included. */
  integer(minimum: number, maximum: number): number {
    return minimum + Math.floor(this.next() * (maximum - minimum + 1));
  }

  /** True in the given share of cases, 0 to 1. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of the choices, which must not be empty. */
  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.integer(0, choices.length - 1)] ?? choices[0];
  }

  /** That many lower-case hexadecimal digits. */
  hex(length: number): string {
    let text = '';
    while (text.length < length) {
      text += this.integer(0, 15).toString(16);
    }
    return text;
  }
}
