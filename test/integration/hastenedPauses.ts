/** How much sooner the extension's pauses end. */
const haste = 50;

/** The longest pause that is shortened by default, in milliseconds. Longer ones are there to leave Forge in peace, and stay. */
const usualLongestMs = 10_000;

/**
 * Shortens what the extension waits for on its own: the pauses between two tries and between two looks at a deployment,
 * and, where wanted, its patience with an answer. What it does then is as always; a suite of many failures ends before
 * its reader does.
 */
export class HastenedPauses {
  private readonly original = { setTimeout: globalThis.setTimeout, timeout: AbortSignal.timeout };

  /** @param longestMs the longest pause that is shortened, in milliseconds */
  constructor(longestMs = usualLongestMs) {
    const { setTimeout } = this.original;
    const hastened = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      // The caller's frame alone: VS Code sets timers of its own on behalf of the extension.
      const isOfExtension = /dist[\\/]extension\.js/.test(new Error().stack?.split('\n')[2] ?? '');
      return setTimeout(callback, isOfExtension && ms <= longestMs ? ms / haste : ms, ...args);
    };
    globalThis.setTimeout = Object.assign(hastened, setTimeout) as typeof globalThis.setTimeout;
  }

  /** Sets for how many milliseconds an answer is waited for at most; undefined for as long as usual. */
  setPatience(ms: number | undefined): void {
    const { timeout } = this.original;
    AbortSignal.timeout = (usual) => timeout.call(AbortSignal, Math.min(usual, ms ?? usual));
  }

  restore(): void {
    globalThis.setTimeout = this.original.setTimeout;
    AbortSignal.timeout = this.original.timeout;
  }
}
