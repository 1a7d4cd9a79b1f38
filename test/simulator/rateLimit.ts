import { ApiError } from './apiError';

interface Window {
  /** Milliseconds since the epoch of the first call counted. */
  readonly openedAt: number;
  used: number;
}

/** What the limiter says of one call. */
export type Verdict =
  | { readonly allowed: true; readonly limit: number; readonly remaining: number }
  /** `retryAfter` in whole seconds, possibly 0 within the last second; `resetAt` in unix seconds. */
  | { readonly allowed: false; readonly limit: number; readonly retryAfter: number; readonly resetAt: number };

/** The 429 of a limiter that refuses; the headers tell of its own window. */
export function tooManyAttempts({ limit, retryAfter, resetAt }: Extract<Verdict, { allowed: false }>): ApiError {
  return new ApiError(429, 'Too Many Attempts.', {
    'retry-after': String(retryAfter),
    'x-ratelimit-reset': String(resetAt),
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': '0',
  });
}

/**
 * Laravel's limiter, one per user: a fixed window that opens with the first call counted. Rejected calls are not counted and do
 * not move the window.
 */
export class RateLimiter {
  readonly #windows = new Map<string, Window>();

  constructor(
    public limit: number,
    /** Length of the window in milliseconds. */
    public windowMs: number,
  ) {}

  /** Counts one call of the user unless the window is full. */
  take(user: string, now: number): Verdict {
    const window = this.#open(user, now);
    if (window.used >= this.limit) {
      // Whole seconds of both clocks, as Laravel does it: that is why Retry-After can be 0 before the window has really ended.
      const resetAt = Math.floor((window.openedAt + this.windowMs) / 1000);
      const retryAfter = Math.max(0, resetAt - Math.floor(now / 1000));
      return { allowed: false, limit: this.limit, retryAfter, resetAt: Math.floor(now / 1000) + retryAfter };
    }
    window.used += 1;
    return { allowed: true, limit: this.limit, remaining: this.limit - window.used };
  }

  /** Counts that many calls of another client of the same user, at most up to the limit. */
  use(user: string, calls: number, now: number): void {
    const window = this.#open(user, now);
    window.used = Math.max(window.used, Math.min(this.limit, window.used + calls));
  }

  #open(user: string, now: number): Window {
    const current = this.#windows.get(user);
    if (current && now < current.openedAt + this.windowMs) {
      return current;
    }
    const opened = { openedAt: now, used: 0 };
    this.#windows.set(user, opened);
    return opened;
  }
}
