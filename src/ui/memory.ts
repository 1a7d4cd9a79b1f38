/** Keeps values over a reload of the window. VS Code's `Memento` is one. */
export interface Memory {
  /** Undefined where nothing is kept. What is kept may have been written by another version: its shape is not known. */
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}
