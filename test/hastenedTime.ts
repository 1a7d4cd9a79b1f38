import { systemTime, type Time, type Wait } from '../src/forge/clock';
import { Emitter } from '../src/forge/emitter';

/** How time is hastened. */
export interface Haste {
  /** How much sooner the extension's pauses end than they do for a person. */
  readonly factor: number;
  /** The shortest pause that is shortened, in milliseconds. */
  readonly shortestMs: number;
  /** The longest pause that is shortened by default, in milliseconds. */
  readonly longestMs: number;
}

/** For tests in the extension host. Pauses that are longer are there to leave Forge in peace, and stay. */
const inHost: Haste = { factor: 50, shortestMs: 0, longestMs: 10_000 };

/**
 * The time of the extension in a window under test: what it waits for on its own is over sooner, since VS Code, at whose pace all else goes,
 * cannot be moved along. Nobody's patience is shorter, unless a test says so, and the clock shows what it is set to.
 */
export class HastenedTime implements Time {
  private readonly timers = new Set<{ readonly ms: number; readonly wait: Wait }>();
  private readonly ended = new Emitter<void>();
  private offset = 0;
  private leaptMs = 0;
  /** How much sooner pauses end; 1 for the pace of every day. */
  factor: number;
  /** The longest pause that is shortened, in milliseconds. */
  longestMs: number;
  /** For how many milliseconds an answer is waited for at most; undefined for as long as usual. */
  patienceMs: number | undefined;

  constructor(private readonly haste = inHost) {
    this.factor = haste.factor;
    this.longestMs = haste.longestMs;
  }

  /** What is waited for: how many milliseconds a person would wait, and why. */
  get pending(): readonly string[] {
    return [...this.timers].map(({ ms, wait }) => `${wait} of ${ms} ms`);
  }

  /** Something is waited for no longer. */
  readonly onDidEnd = this.ended.event;

  /** All as at the beginning. */
  reset(): void {
    this.offset = 0;
    this.factor = this.haste.factor;
    this.longestMs = this.haste.longestMs;
    this.patienceMs = undefined;
  }

  /** Somebody sets the clock. @param ms milliseconds forward; less than nothing is back */
  set(ms: number): void {
    this.offset += ms;
  }

  now(): number {
    return systemTime.now() + this.offset;
  }

  elapsed(): number {
    return systemTime.elapsed() + this.leaptMs;
  }

  /** So much time has passed at once for whoever measures it. What is waited for comes no sooner. @param ms milliseconds */
  leap(ms: number): void {
    this.leaptMs += ms;
  }

  after(ms: number, work: () => void, wait: Wait): () => void {
    const isPatience = wait === 'patience';
    const isShortened = ms >= this.haste.shortestMs && ms <= this.longestMs;
    const shortened = isPatience ? Math.min(ms, this.patienceMs ?? ms) : isShortened ? ms / this.factor : ms;
    const timer = { ms, wait };
    const end = () => {
      this.timers.delete(timer);
      this.ended.fire();
    };
    this.timers.add(timer);
    const cancel = systemTime.after(
      shortened,
      () => {
        end();
        work();
      },
      wait,
    );
    return () => {
      cancel();
      end();
    };
  }
}
