/** A map that keeps only the entries set last, so that memory doesn't grow in a window that stays open for weeks. */
export class LastOnes<Value> extends Map<string, Value> {
  /** @param most how many entries to keep */
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
