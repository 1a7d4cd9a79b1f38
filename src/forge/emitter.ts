/** What can be ended or given back. VS Code's own have the same shape. */
export interface Disposable {
  dispose(): void;
}

/** Calls a listener whenever something happens, until that is disposed of. One of VS Code's can be given where this is wanted. */
export type Event<T> = (listener: (value: T) => unknown) => Disposable;

/** Where an event comes from, in code that runs without VS Code. It tells in the order in which VS Code's does. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<{ readonly hear: (value: T) => unknown }>();
  private readonly deliveries: (() => void)[] = [];

  readonly event: Event<T> = (hear) => {
    const listener = { hear };
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };

  /**
   * Tells all listeners, each of them everything in the order in which it happened: where one causes the next event, the others hear of
   * this one first. What a listener throws is reported as thrown by nobody, and keeps no other from hearing.
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

/** One that disposes of all of these. */
export function allOf(...parts: readonly Disposable[]): Disposable {
  return {
    dispose: () => {
      for (const part of parts) {
        part.dispose();
      }
    },
  };
}
