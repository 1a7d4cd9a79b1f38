/** Keeps values across reloads of the window. VS Code's `Memento` is one. */
export interface Memory {
  /** Undefined if nothing is stored. Another version may have written the value, so it can have any shape. */
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** The strings in a stored list; empty if anything else is stored. */
export function textsIn(memory: Memory, key: string): readonly string[] {
  const kept = memory.get(key);
  return Array.isArray(kept) ? kept.filter((text) => typeof text === 'string') : [];
}

/** The stored string; undefined if there is none. */
export function textIn(memory: Memory, key: string): string | undefined {
  const kept = memory.get(key);
  return typeof kept === 'string' ? kept : undefined;
}

/** The stored record; empty if anything else is stored. */
export function recordIn(memory: Memory, key: string): Readonly<Record<string, unknown>> {
  const kept = memory.get(key);
  return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (kept as Record<string, unknown>) : {};
}
