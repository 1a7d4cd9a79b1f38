import assert from 'node:assert/strict';

/** The shortest and the longest pause that is held, in milliseconds: shorter ones are no patience, longer ones have other reasons. */
const shortestMs = 3_000;
const longestMs = 600_000;

/** Keeps the extension's pauses from ending by themselves: a test sees how long they are, and ends them when it wants to. */
export class HeldPauses {
  private readonly original = globalThis.setTimeout;
  private readonly held = new Map<NodeJS.Timeout, { readonly ms: number; readonly end: () => unknown }>();

  /** @param isHeld whether a pause that is begun from such a place in the code is held */
  constructor(isHeld: (stack: string) => boolean) {
    const { original } = this;
    const holding = (callback: (...args: unknown[]) => unknown, ms = 0, ...args: unknown[]) => {
      const timer = original(callback, ms, ...args);
      const stack = new Error().stack ?? '';
      if (ms >= shortestMs && ms <= longestMs && isHeld(stack.split('\n').slice(2).join('\n'))) {
        clearTimeout(timer);
        this.held.set(timer, { ms, end: () => callback(...args) });
      }
      return timer;
    };
    globalThis.setTimeout = Object.assign(holding, original) as typeof globalThis.setTimeout;
  }

  /** How long the pause is that was begun last, in milliseconds; undefined where none is held. */
  get last(): number | undefined {
    return [...this.held.values()].at(-1)?.ms;
  }

  /** Ends the pause that was begun last, and waits for what is done then. */
  async end(): Promise<void> {
    const [timer, pause] = [...this.held].at(-1) ?? [];
    assert.ok(timer && pause, 'a pause is held');
    this.held.delete(timer);
    await pause.end();
  }

  restore(): void {
    globalThis.setTimeout = this.original;
  }
}
