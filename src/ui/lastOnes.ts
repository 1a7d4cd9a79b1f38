/** A map that keeps only the entries that were set last, so that a window that stays open for weeks holds no more than one for a day. */
export class LastOnes<Value> extends Map<string, Value> {
  /** @param most how many are kept */
  constructor(private readonly most: number) {
    super();
  }

  override set(key: string, value: Value): this {
    this.delete(key);
    super.set(key, value);
    const [oldest] = this.keys();
    if (this.size > this.most && oldest !== undefined) {
      this.delete(oldest);
    }
    return this;
  }
}
