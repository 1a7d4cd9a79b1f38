import pThrottle from 'p-throttle';
import { abortError, ForgeError } from './errors';
import type { RateLimitHeaders } from './http';
import type { Lane } from './operations';

/** The lanes, most urgent first. */
const lanes: readonly Lane[] = ['user', 'visible', 'background'];

/** The share of the limit that is kept for the user's own clicks while other clients use the budget too. */
const reserve = 0.25;

/** How long a click is held back after a 429 before it is given up, in milliseconds. Forge's window is one minute. */
const longestUserWaitMs = 120_000;

/** How long the window is made, beyond the server's minute: clocks round (design.md §3). */
const windowMarginMs = 250;

export interface LimiterOptions {
  /** Calls allowed in a window. */
  readonly limit: number;
  /** Length of the window in milliseconds; a minute with Forge. */
  readonly windowMs?: number;
}

export interface Call<T> {
  readonly lane: Lane;
  readonly signal?: AbortSignal | undefined;
  /** Sends the request once. It may be called again after a 429, which was surely not processed (behaviour.md §1). */
  readonly send: () => Promise<T>;
}

interface Waiting extends Call<unknown> {
  /** Its place among all calls that ever came. */
  readonly order: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly stopListening: () => void;
}

/**
 * Every call's way out, one per Forge user, because Forge counts per user (behaviour.md §1).
 *
 * A queue stands before one p-throttle: a single pump takes the throttled slot and only then the most urgent waiting
 * call. So p-throttle's guarantee holds, urgent calls overtake, and cancelled ones leave at once.
 */
export class Limiter {
  private readonly queues: Record<Lane, Waiting[]> = { user: [], visible: [], background: [] };
  private readonly windowMs: number;
  private limit: number;
  private slot: () => Promise<void>;
  private pumping = false;
  /** When calls may go out again after a 429; milliseconds of the clock. */
  private heldUntil = 0;
  /** While a hold has just ended, one call goes out alone to see whether the budget is back. */
  private probing = false;
  /** The server's last word on its window: calls left, and when we heard it. */
  private remaining: { readonly calls: number; readonly at: number } | undefined;
  private sentTimes: number[] = [];
  private calls = 0;
  private wake: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor({ limit, windowMs = 60_000 }: LimiterOptions) {
    this.limit = limit;
    this.windowMs = windowMs;
    this.slot = this.throttle();
  }

  /** How many calls went out in the last window, and how many may. */
  get usage(): { readonly used: number; readonly limit: number } {
    this.forgetOld();
    return { used: this.sentTimes.length, limit: this.limit };
  }

  /** How long the next call has to wait because Forge said so, in milliseconds; 0 when nothing is held. */
  get heldForMs(): number {
    return Math.max(0, this.heldUntil - Date.now());
  }

  /** Takes another number of calls per window, at once. What went out in the last window still counts. */
  setLimit(limit: number): void {
    if (limit !== this.limit) {
      this.limit = limit;
      this.slot = this.throttle();
      this.wake?.();
    }
  }

  /** Corrects the picture by what an answer says: other clients of the same user spend the same budget. */
  note({ remaining }: RateLimitHeaders): void {
    if (remaining !== undefined) {
      this.remaining = { calls: remaining, at: Date.now() };
    }
  }

  /**
   * Runs a call when it is its turn.
   * @throws what `send` throws, except `rateLimited`, which is waited out and repeated, unless somebody would have to wait
   * for longer than two minutes; an AbortError when the signal
   * ends it while it waits, without a slot being used for it.
   */
  run<T>(call: Call<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (call.signal?.aborted) {
        reject(abortError());
        return;
      }
      const leave = () => {
        const queue = this.queues[call.lane];
        const index = queue.indexOf(waiting);
        if (index >= 0) {
          queue.splice(index, 1);
          reject(abortError());
          this.wake?.();
        }
      };
      const waiting: Waiting = {
        ...call,
        order: this.calls++,
        resolve: resolve as (value: unknown) => void,
        reject,
        stopListening: () => call.signal?.removeEventListener('abort', leave),
      };
      call.signal?.addEventListener('abort', leave, { once: true });
      this.queues[call.lane].push(waiting);
      this.wake?.();
      void this.pump();
    });
  }

  private async pump(): Promise<void> {
    if (this.pumping) {
      return;
    }
    this.pumping = true;
    try {
      while (this.hasWaiting()) {
        const delay = this.delayMs();
        if (delay > 0) {
          await this.pause(delay);
          continue;
        }
        await this.slot();
        // A 429 may have come in, or every call may have been cancelled, while the slot was awaited.
        const next = this.heldForMs > 0 || this.probing ? undefined : this.take();
        if (next) {
          this.start(next);
        }
      }
    } finally {
      this.pumping = false;
    }
  }

  private start(waiting: Waiting): void {
    const probe = this.heldUntil > 0;
    this.probing = probe;
    this.forgetOld();
    this.sentTimes.push(Date.now());
    waiting.send().then(
      (value) => {
        if (probe) {
          this.heldUntil = 0;
        }
        this.settled(waiting, probe, () => waiting.resolve(value));
      },
      (error: unknown) => {
        if (error instanceof ForgeError && error.kind === 'rateLimited') {
          const retryAfterMs = error.retryAfterMs ?? this.windowMs;
          this.hold(retryAfterMs);
          if (waiting.lane !== 'user' || retryAfterMs <= longestUserWaitMs) {
            this.again(waiting, probe);
            return;
          }
          // Nobody wants a click to be carried out an hour later.
          this.settled(waiting, probe, () => waiting.reject(error));
          return;
        }
        if (probe) {
          this.heldUntil = 0;
        }
        this.settled(waiting, probe, () => waiting.reject(error));
      },
    );
  }

  /** Puts a call that Forge did not process back to where it was in its lane, whichever of several comes back first. */
  private again(waiting: Waiting, probe: boolean): void {
    if (waiting.signal?.aborted) {
      this.settled(waiting, probe, () => waiting.reject(abortError()));
      return;
    }
    this.probing &&= !probe;
    const queue = this.queues[waiting.lane];
    const place = queue.findIndex(({ order }) => order > waiting.order);
    queue.splice(place < 0 ? queue.length : place, 0, waiting);
    this.wake?.();
    void this.pump();
  }

  private settled(waiting: Waiting, probe: boolean, tell: () => void): void {
    this.probing &&= !probe;
    waiting.stopListening();
    tell();
    this.wake?.();
  }

  /** Stops for what the server asked, plus a second (its whole seconds round down) and up to half a second of jitter. */
  private hold(retryAfterMs: number): void {
    const margin = this.windowMs / 60;
    this.heldUntil = Math.max(this.heldUntil, Date.now() + retryAfterMs + margin + (Math.random() * margin) / 2);
  }

  /** How long to wait before the next slot is asked for, in milliseconds. */
  private delayMs(): number {
    if (this.probing) {
      return this.windowMs;
    }
    return Math.max(this.heldForMs, this.spentDelayMs(), this.queues.user.length > 0 ? 0 : this.reserveDelayMs());
  }

  /**
   * How long until the window has room. Waited for here, not inside the throttle: there a cancelled call would leave its
   * timer and a spent slot behind, and a new limit would come too late for the call that waits.
   */
  private spentDelayMs(): number {
    this.forgetOld();
    const blocking = this.sentTimes.at(-this.limit);
    return blocking === undefined ? 0 : Math.max(0, blocking + this.windowMs + windowMarginMs - Date.now());
  }

  /** While little is left of the server's window, calls that nobody waits for are spread over the rest of it. */
  private reserveDelayMs(): number {
    if (!this.remaining) {
      return 0;
    }
    const age = Date.now() - this.remaining.at;
    if (age >= this.windowMs || this.remaining.calls >= this.limit * reserve) {
      return 0;
    }
    const spread = this.windowMs / Math.max(1, this.limit * reserve);
    return Math.max(0, Math.ceil(spread - (Date.now() - (this.sentTimes.at(-1) ?? 0))));
  }

  private take(): Waiting | undefined {
    for (const lane of lanes) {
      const waiting = this.queues[lane].shift();
      if (waiting) {
        return waiting;
      }
    }
    return undefined;
  }

  private hasWaiting(): boolean {
    return lanes.some((lane) => this.queues[lane].length > 0);
  }

  /** Waits, or less where a new call, a cancelled one or an answer changes what there is to wait for. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.wake = () => {
        clearTimeout(this.timer);
        this.wake = undefined;
        resolve();
      };
      this.timer = setTimeout(this.wake, ms);
    });
  }

  private forgetOld(): void {
    const since = Date.now() - this.windowMs - windowMarginMs;
    this.sentTimes = this.sentTimes.filter((time) => time > since);
  }

  /** A new throttle knows nothing of the calls that are already out; `spentDelayMs` does. */
  private throttle(): () => Promise<void> {
    return pThrottle({
      limit: this.limit,
      interval: this.windowMs + windowMarginMs,
      strict: true,
      weight: () => 1,
    })(async () => {});
  }
}
