/**
 * Counts the timers that the extension's bundle has set and that have neither run nor been cleared. It must be made
 * before the extension is activated.
 */
export class ExtensionTimers {
  private readonly pending = new Map<unknown, string>();
  private readonly listeners = new Set<() => void>();
  private readonly original = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

  constructor() {
    const { pending, original } = this;
    const gone = (timer: unknown) => {
      if (pending.delete(timer)) {
        this.listeners.forEach((listener) => {
          listener();
        });
      }
    };
    const patched = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      // The caller's frame alone, behind the time that a test has handed in: VS Code sets timers of its own on behalf of the extension.
      const [, ...frames] = new Error().stack?.split('\n') ?? [];
      const caller = frames.find((frame) => !/out[\\/]test[\\/]/.test(frame)) ?? '';
      const timer = original.setTimeout(() => {
        callback(...args);
        gone(timer);
      }, ms);
      if (/dist[\\/]extension\.js/.test(caller)) {
        pending.set(timer, `${ms} ms${caller}`);
      }
      return timer;
    };
    globalThis.setTimeout = Object.assign(patched, original.setTimeout) as typeof setTimeout;
    globalThis.clearTimeout = ((timer: NodeJS.Timeout | undefined) => {
      gone(timer);
      original.clearTimeout(timer);
    }) as typeof clearTimeout;
  }

  /** Where each pending timer was set. */
  get stacks(): readonly string[] {
    return [...this.pending.values()];
  }

  /** Tells that one has run or was cleared, in the form of VS Code's events. */
  readonly onDidEnd = (listener: () => void) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };

  restore(): void {
    Object.assign(globalThis, this.original);
  }
}
