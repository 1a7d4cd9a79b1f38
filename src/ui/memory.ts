/** Keeps values over a reload of the window. VS Code's `Memento` is one. */
export interface Memory {
  /** Undefined where nothing is kept. What is kept may have been written by another version: its shape is not known. */
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** The texts that are kept in a list; none where something else is kept. */
export function textsIn(memory: Memory, key: string): readonly string[] {
  const kept = memory.get(key);
  return Array.isArray(kept) ? kept.filter((text) => typeof text === 'string') : [];
}

/** The text that is kept; undefined where there is none. */
export function textIn(memory: Memory, key: string): string | undefined {
  const kept = memory.get(key);
  return typeof kept === 'string' ? kept : undefined;
}

/** What is kept by names; empty where something else is kept. */
export function recordIn(memory: Memory, key: string): Readonly<Record<string, unknown>> {
  const kept = memory.get(key);
  return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (kept as Record<string, unknown>) : {};
}
