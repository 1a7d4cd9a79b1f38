/** Something to release. VS Code's own `Disposable` has the same shape. */
export interface Disposable {
  dispose(): void;
}

/** Calls a listener for each event until disposed. Compatible with VS Code's `Event`. */
export type Event<T> = (listener: (value: T) => unknown) => Disposable;

/** An event emitter for code that runs without VS Code. It calls listeners in the same order as VS Code's. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<{ readonly hear: (value: T) => unknown }>();
  private readonly deliveries: (() => void)[] = [];

  readonly event: Event<T> = (hear) => {
    const listener = { hear };
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };

  /**
   * Calls all listeners. Each receives all events in order: if a listener fires the next event, the others receive
   * this one first. An error in a listener is rethrown as uncaught, and doesn't affect the other listeners.
   */
  fire(value: T): void {
    for (const listener of this.listeners) {
      this.deliveries.push(() => this.listeners.has(listener) && listener.hear(value));
    }
    for (let next = this.deliveries.shift(); next; next = this.deliveries.shift()) {
      try {
        next();
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}

/** Combines several into one. */
export function allOf(...parts: readonly Disposable[]): Disposable {
  return {
    dispose: () => {
      for (const part of parts) {
        part.dispose();
      }
    },
  };
}
