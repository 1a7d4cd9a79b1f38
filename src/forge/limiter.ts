import { Budget } from './budget';
import type { Clock } from './clock';
import { abortError, ForgeError, isAborted, isForgesFailure } from './errors';
import type { BudgetHeaders } from './http';
import { type ExtraLimiter, type Lane, lanes } from './operations';

/** How long a click waits after a 429 before it fails, in milliseconds. Forge's window is one minute. */
const longestUserWaitMs = 120_000;

/** After how many windows waiting background calls take turns with what is on screen, so that they never starve. */
const patienceWindows = 2;

/** How many failures in a row mean that Forge itself fails, and how long to back off then, in milliseconds. */
const failing = { failures: 5, pauseMs: 30_000 };

/** How far the machine's clock may go back and be ignored, in milliseconds: small corrections are common. */
const clockToleranceMs = 1_000;

export interface LimiterOptions {
  readonly clock: Clock;
  /** Maximum number of calls per window set by the user; if omitted, Forge's own limit, 60 until that is known. */
  readonly limit?: number | undefined;
  /** Length of the window in milliseconds; a minute with Forge. */
  readonly windowMs?: number;
}

export interface Call<T> {
  /** How urgent the call is now. It may become more urgent while it waits: see `reconsider`. */
  readonly lane: () => Lane;
  readonly extraLimiter?: ExtraLimiter | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Sends the request once. May be called again after a 429, which Forge never processes (README.md, Rate limit).
   * @param hear receives what the response headers say, as soon as they arrive.
   */
  readonly send: (hear: (headers: BudgetHeaders) => void) => Promise<T>;
}

/** The state of a limiter, for display. */
export interface LimiterState {
  /** Requests this minute, including those of other clients as far as Forge reports them. */
  readonly used: number;
  /** Requests allowed a minute. */
  readonly limit: number;
  /** How long the longest-waiting call that a person waits for has waited, in milliseconds; 0 if there is none. */
  readonly waitingMs: number;
  /** Milliseconds until the next waiting call is sent; undefined if a response has to come first, or none waits. */
  readonly nextInMs: number | undefined;
  /** Milliseconds until the next try while Forge keeps failing; undefined while it doesn't fail. */
  readonly failingForMs: number | undefined;
}

interface Waiting extends Call<unknown> {
  /** Its number among all calls. */
  readonly order: number;
  /** When it arrived, in elapsed milliseconds. */
  readonly since: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly stopListening: () => void;
}

/** Why calls are held back: all after a 429, those of one kind after a 429 of that kind, all but clicks while Forge fails. */
type HoldReason = 'refused' | ExtraLimiter | 'failing';

interface Hold {
  /** When one call may try again, in elapsed milliseconds. */
  readonly until: number;
  /** The single call that tries whether the rest may follow. */
  probe: Waiting | undefined;
}

/**
 * Sends all calls, one limiter per Forge user, because Forge counts per user (README.md, Rate limit).
 *
 * A queue feeds one p-throttle: a single pump takes the throttled slot and only then picks the most urgent waiting
 * call. So p-throttle's guarantee holds, urgent calls overtake, and canceled ones leave immediately.
 */
export class Limiter {
  /** The clock for everything called through this limiter. */
  readonly clock: Clock;
  private readonly budget: Budget;
  private readonly windowMs: number;
  private readonly waiting: Waiting[] = [];
  private readonly holds = new Map<HoldReason, Hold>();
  private readonly listeners = new Set<() => void>();
  /** Resolves with what waits for the next slot; undefined until the first call, and where a new one is needed. */
  private slot: Promise<() => Promise<void>> | undefined;
  private slotLimit: number;
  private pumping = false;
  private failures = 0;
  private calls = 0;
  /** What the machine's clock showed at elapsed time 0. */
  private clockAtZero = 0;
  private lastUnhurried: Lane | undefined;
  private telling = false;
  private wake: (() => void) | undefined;

  constructor({ clock, limit, windowMs = 60_000 }: LimiterOptions) {
    this.clock = clock;
    this.windowMs = windowMs;
    this.budget = new Budget(limit, windowMs);
    this.slotLimit = this.budget.limit;
  }

  get state(): LimiterState {
    const now = this.now();
    const awaited = this.waiting.find((waiting) => waiting.lane() !== 'background');
    const hold = this.holds.get('failing');
    const nextInMs = this.next(now)?.delayMs;
    return {
      ...this.budget.usage(now),
      waitingMs: awaited ? Math.max(0, now - awaited.since) : 0,
      nextInMs: Number.isFinite(nextInMs) ? nextInMs : undefined,
      failingForMs: hold && Math.max(0, hold.until - now),
    };
  }

  /** Whether Forge keeps failing, so that only clicks are tried, and from time to time one other call. */
  get isFailing(): boolean {
    return this.failures >= failing.failures;
  }

  /** How long a call of that lane would wait if no other did, in milliseconds; 0 if that depends on calls that are running. */
  waitMs(lane: Lane): number {
    const now = this.now();
    const spentMs = this.budget.delayMs(lane, now);
    const heldMs = (['refused', 'failing'] as const).map((reason) => (this.holds.get(reason)?.until ?? now) - now);
    return Math.max(0, ...heldMs, Number.isFinite(spentMs) ? spentMs : 0);
  }

  /** Calls the listener soon after `state` may have changed, once for several changes. @returns a function that removes it. */
  onDidChange(listener: () => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  /** Sets the number of calls per window, effective immediately; undefined for Forge's own limit. Calls already sent still count. */
  setLimit(limit: number | undefined): void {
    this.budget.allow(limit);
    this.reconsider();
  }

  /** Picks the next call again: a waiting call has become more urgent, or the budget has grown. */
  reconsider(): void {
    this.giveUpLateClicks();
    this.wake?.();
    this.tell();
  }

  /**
   * Runs a call when it is its turn.
   * @throws what `send` throws, except `rateLimited`: the call waits and is repeated, unless a person would have to wait
   * for longer than two minutes. An AbortError if the signal is aborted while the call waits; that uses no slot.
   */
  run<T>(call: Call<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (call.signal?.aborted) {
        reject(abortError());
        return;
      }
      const leave = () => {
        if (this.withdraw(waiting)) {
          reject(abortError());
        }
      };
      const waiting: Waiting = {
        ...call,
        order: this.calls++,
        since: this.now(),
        resolve: resolve as (value: unknown) => void,
        reject,
        stopListening: () => call.signal?.removeEventListener('abort', leave),
      };
      call.signal?.addEventListener('abort', leave, { once: true });
      this.queue(waiting);
    });
  }

  private queue(waiting: Waiting): void {
    const before = this.waiting.findLastIndex(({ order }) => order < waiting.order);
    this.waiting.splice(before + 1, 0, waiting);
    this.reconsider();
    void this.pump();
  }

  private withdraw(waiting: Waiting): boolean {
    const place = this.waiting.indexOf(waiting);
    if (place >= 0) {
      this.waiting.splice(place, 1);
      this.reconsider();
    }
    return place >= 0;
  }

  private async pump(): Promise<void> {
    if (this.pumping) {
      return;
    }
    this.pumping = true;
    try {
      for (let next = this.next(this.now()); next; next = this.next(this.now())) {
        if (next.delayMs > 0) {
          await this.pause(next.delayMs);
          continue;
        }
        if (this.slotLimit !== this.budget.limit) {
          this.slotLimit = this.budget.limit;
          this.slot = undefined;
        }
        this.slot ??= this.throttle();
        await (await this.slot)();
        // Pick the most urgent call only now: a click, a cancellation or a 429 may have come while waiting for the slot.
        const chosen = this.next(this.now());
        if (chosen?.waiting && chosen.delayMs === 0) {
          this.start(chosen.waiting);
        } else {
          // An unused slot must not count.
          this.slot = undefined;
        }
      }
    } finally {
      this.pumping = false;
    }
  }

  /**
   * The call to send next, and in how many milliseconds: infinite if a response has to come first. No call while all
   * waiting calls are held back.
   */
  private next(now: number): { readonly waiting: Waiting | undefined; readonly delayMs: number } | undefined {
    if (this.waiting.length === 0) {
      return undefined;
    }
    let heldForMs = Number.POSITIVE_INFINITY;
    const first: Partial<Record<Lane, Waiting>> = {};
    for (const waiting of this.waiting) {
      const lane = waiting.lane();
      const held = first[lane] ? 0 : this.heldForMs(waiting, now);
      heldForMs = Math.min(heldForMs, held);
      if (held === 0) {
        first[lane] ??= waiting;
      }
    }
    const lane = lanes.find((candidate) => first[candidate]);
    if (!lane) {
      return { waiting: undefined, delayMs: heldForMs };
    }
    const longAgo = now - patienceWindows * this.windowMs;
    const takesTurn =
      lane !== 'user' &&
      this.lastUnhurried !== undefined &&
      this.lastUnhurried !== 'background' &&
      (first.background?.since ?? now) < longAgo;
    return { waiting: first[takesTurn ? 'background' : lane], delayMs: this.budget.delayMs(lane, now) };
  }

  private start(waiting: Waiting): void {
    this.waiting.splice(this.waiting.indexOf(waiting), 1);
    const probing = this.reasonsToHold(waiting).flatMap((reason) => this.holds.get(reason) ?? []);
    for (const hold of probing) {
      hold.probe = waiting;
    }
    const lane = waiting.lane();
    if (lane !== 'user') {
      this.lastUnhurried = lane;
    }
    const sentAt = this.now();
    this.budget.begin(lane, sentAt);
    this.tell();
    const hear = (headers: BudgetHeaders) => {
      // If Forge also counts a call under a second limit, the response may report that one instead.
      if (!waiting.extraLimiter) {
        this.budget.hear(headers, sentAt, this.now());
      }
    };
    const send = async () => waiting.send(hear);
    send().then(
      (value) => this.ended(waiting, undefined, () => waiting.resolve(value)),
      (error: unknown) => this.ended(waiting, error, () => waiting.reject(error)),
    );
  }

  private ended(waiting: Waiting, error: unknown, tell: () => void): void {
    this.budget.end();
    this.release(waiting, isAborted(error));
    this.countFailure(error);
    const refused = error instanceof ForgeError && error.kind === 'rateLimited';
    if (refused) {
      this.hold(waiting.extraLimiter ?? 'refused', this.afterRefusalMs(error.retryAfterMs ?? this.windowMs));
    }
    if (refused && !waiting.signal?.aborted) {
      this.queue(waiting);
      return;
    }
    waiting.stopListening();
    if (refused) {
      waiting.reject(abortError());
    } else {
      tell();
    }
    this.reconsider();
  }

  /**
   * Releases the holds that this call was probing. If it was canceled, which says nothing, another call probes. A new
   * refusal is handled afterwards.
   */
  private release(waiting: Waiting, givenUp: boolean): void {
    for (const [reason, hold] of this.holds) {
      if (hold.probe === waiting && givenUp) {
        hold.probe = undefined;
      } else if (hold.probe === waiting) {
        this.holds.delete(reason);
      }
    }
  }

  /** Backs off for a while when Forge keeps failing; any other response ends that. */
  private countFailure(error: unknown): void {
    if (isAborted(error)) {
      return;
    }
    if (!isForgesFailure(error)) {
      this.failures = 0;
      this.holds.delete('failing');
      return;
    }
    this.failures += 1;
    const hold = this.holds.get('failing');
    if (this.failures >= failing.failures && (!hold || hold.until <= this.now())) {
      this.hold('failing', failing.pauseMs);
    }
  }

  private hold(reason: HoldReason, ms: number): void {
    const until = Math.max(this.holds.get(reason)?.until ?? 0, this.now() + ms);
    this.holds.set(reason, { until, probe: undefined });
    if (reason === 'refused') {
      this.budget.renewsAt(until);
    }
    this.giveUpLateClicks();
  }

  /** The wait that the server asked for, plus a second (whole seconds round down) and up to half a second of jitter. */
  private afterRefusalMs(retryAfterMs: number): number {
    const second = this.windowMs / 60;
    return retryAfterMs + second + (Math.random() * second) / 2;
  }

  /** Nobody expects a click to take effect an hour later. */
  private giveUpLateClicks(): void {
    const now = this.now();
    if (![...this.holds.values()].some(({ until }) => until - now > longestUserWaitMs)) {
      return;
    }
    const late = this.waiting.filter((waiting) => waiting.lane() === 'user' && isLong(this.heldForMs(waiting, now)));
    for (const waiting of late) {
      this.waiting.splice(this.waiting.indexOf(waiting), 1);
      waiting.stopListening();
      const retryAfterMs = this.heldForMs(waiting, now);
      waiting.reject(
        new ForgeError('rateLimited', `Not sent: Forge asks to wait for ${Math.ceil(retryAfterMs / 1000)} s.`, {
          retryAfterMs,
        }),
      );
    }
  }

  private reasonsToHold(waiting: Waiting): HoldReason[] {
    const ofKind: HoldReason[] = waiting.extraLimiter ? [waiting.extraLimiter] : [];
    return waiting.lane() === 'user' ? ['refused', ...ofKind] : ['refused', ...ofKind, 'failing'];
  }

  /** How long a call is held back, in milliseconds; infinite while another call probes. */
  private heldForMs(waiting: Waiting, now: number): number {
    if (this.holds.size === 0) {
      return 0;
    }
    const held = this.reasonsToHold(waiting).map((reason) => {
      const hold = this.holds.get(reason);
      return !hold ? 0 : hold.probe ? Number.POSITIVE_INFINITY : Math.max(0, hold.until - now);
    });
    return Math.max(...held);
  }

  /** Waits, or less if a new call, a cancellation or a response changes what to wait for. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = Number.isFinite(ms) ? this.clock.after(ms, () => this.wake?.()) : undefined;
      this.wake = () => {
        cancel?.();
        this.wake = undefined;
        resolve();
      };
    });
  }

  /** An error in a listener is rethrown as uncaught, and affects neither the calls nor the other listeners. */
  private tell(): void {
    if (this.telling) {
      return;
    }
    this.telling = true;
    queueMicrotask(() => {
      this.telling = false;
      for (const listener of this.listeners) {
        try {
          listener();
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    });
  }

  /** Elapsed milliseconds, unaffected by changes to the machine's clock. */
  private now(): number {
    const passed = this.clock.elapsed();
    const atZero = this.clock.now() - passed;
    if (this.clockAtZero - atZero > clockToleranceMs) {
      // p-throttle uses the machine's clock: after it is set back, p-throttle would wait until it catches up.
      this.slot = undefined;
    }
    this.clockAtZero = atZero;
    return passed;
  }

  /** A new throttle doesn't know about calls already sent; the budget does. */
  private async throttle(): Promise<() => Promise<void>> {
    // Loaded with the first call, so that a window without calls starts faster.
    const { default: pThrottle } = await import('p-throttle');
    return pThrottle({
      limit: this.budget.limit,
      interval: this.budget.slidingMs,
      strict: true,
      weight: () => 1,
    })(async () => {});
  }
}

function isLong(heldForMs: number): boolean {
  return Number.isFinite(heldForMs) && heldForMs > longestUserWaitMs;
}
