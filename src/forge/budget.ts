import type { BudgetHeaders } from './http';
import type { Lane } from './operations';

/** Requests a minute that Forge allows, unless it or the user says otherwise (README.md, Rate limit). */
export const usualLimit = 60;

/** The share of the limit reserved for clicks. */
const reserveShare = 0.25;

/** How many calls that nobody clicked for may run at the same time: this many, or this share of the limit. */
const underWay = { calls: 6, share: 0.1 };

/** How much longer the window is than the server's minute: clocks round (README.md, Rate limit). */
const windowMarginMs = 250;

/**
 * Where each lane starts to save, and where it stops, in shares of the reserve. Between the two, its calls are spread over the rest of
 * the window, so that the budget shrinks slowly and a click always finds some. Background work yields
 * first, then what is on screen or near it; a click never does.
 */
const thrift: Readonly<Record<Exclude<Lane, 'user'>, { readonly saves: number; readonly stops: number }>> = {
  background: { saves: 1.5, stops: 1 },
  nearby: { saves: 1, stops: 0.5 },
  visible: { saves: 1, stops: 0.5 },
};

/** What Forge last said about its window, which starts with the first call and lasts a minute, whoever makes the calls. */
interface ServerWindow {
  remaining: number;
  /** When we first heard of it, after it started: so it ends one window later at the latest. */
  readonly heardAt: number;
  readonly endsAt: number;
  /** This client's calls that were answered in it. Other clients of the same user used the rest. */
  answered: number;
}

/**
 * How many requests a user may still make: at most the limit in any sliding window, and no more than Forge says is left, because other
 * windows, tools and computers of the same user share the budget. Times are elapsed milliseconds, passed in by the caller.
 */
export class Budget {
  /** When calls were sent, within the last window. */
  private sentTimes: number[] = [];
  private flying = 0;
  private lastUnhurried = Number.NEGATIVE_INFINITY;
  private server: ServerWindow | undefined;
  private stated: number | undefined;

  /**
   * @param allowed the maximum number of requests per window set by the user; undefined to use Forge's own limit.
   * @param windowMs the length of the window in milliseconds.
   */
  constructor(
    private allowed: number | undefined,
    private readonly windowMs: number,
  ) {}

  /** Calls allowed in any window: what the user set, capped by Forge's limit; 60 if neither is known. */
  get limit(): number {
    const most = Math.min(this.stated ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    return Math.max(1, Math.min(this.allowed ?? this.stated ?? usualLimit, most));
  }

  /** Length of the sliding window in milliseconds. */
  get slidingMs(): number {
    return this.windowMs + windowMarginMs;
  }

  /** Sets the user's limit. Calls already sent still count. */
  allow(limit: number | undefined): void {
    this.allowed = limit;
  }

  /** Records that a call is sent. */
  begin(lane: Lane, now: number): void {
    this.forgetOld(now);
    this.sentTimes.push(now);
    this.flying += 1;
    if (lane !== 'user') {
      this.lastUnhurried = now;
    }
  }

  /** Records that a call has ended, whatever its result. */
  end(): void {
    this.flying -= 1;
  }

  /** Records what a response says. Its call, sent at `sentAt`, still counts as running. */
  hear({ limit, remaining }: BudgetHeaders, sentAt: number, now: number): void {
    if (limit !== undefined && limit > 0) {
      this.stated = limit;
    }
    if (remaining === undefined) {
      return;
    }
    // Responses overtake each other: only a large rise means a new window, and a large fall in the response to an old call
    // belongs to the window before.
    const known = this.server;
    const much = Math.max(this.flying, this.reserve);
    if (!known || sentAt >= known.endsAt || remaining > known.remaining + much) {
      this.server = { remaining, heardAt: now, endsAt: now + this.windowMs, answered: 1 };
    } else if (sentAt >= known.heardAt || remaining >= known.remaining - much) {
      known.remaining = Math.min(known.remaining, remaining);
      known.answered += 1;
    }
  }

  /** Forge said when its window ends: nothing is left until then. */
  renewsAt(time: number): void {
    this.server = { remaining: 0, heardAt: time, endsAt: time, answered: 0 };
  }

  /** How long a call of that lane has to wait, in milliseconds: 0 for not at all, infinite until a running call ends. */
  delayMs(lane: Lane, now: number): number {
    this.forgetOld(now);
    const spent = this.spentMs(now);
    if (lane === 'user') {
      return spent;
    }
    const [oldest = now] = this.sentTimes;
    const known = this.serverWindow(now);
    // Until Forge has said what is left, one call finds out.
    if (this.flying >= (known ? Math.max(underWay.calls, this.limit * underWay.share) : 1)) {
      return Number.POSITIVE_INFINITY;
    }
    const own = { left: this.limit - this.sentTimes.length, moreInMs: oldest + this.slidingMs - now };
    const server = known && { left: known.remaining - this.flying, moreInMs: known.endsAt - now };
    const { left, moreInMs } = server && server.left < own.left ? server : own;
    const { saves, stops } = thrift[lane];
    if (left > this.reserve * saves) {
      return spent;
    }
    // A client that has the budget to itself may use nearly all of it: one call is left for a click.
    const floor = this.othersUsed(now) > 0 ? this.reserve * stops : 1;
    const pace = left > floor ? this.lastUnhurried + moreInMs / (left - floor) - now : moreInMs;
    return Math.max(spent, Math.ceil(Math.min(pace, moreInMs)));
  }

  /** Requests this minute, by this client and, as far as Forge reports them, by others of the same user. */
  usage(now: number): { readonly used: number; readonly limit: number } {
    this.forgetOld(now);
    const known = this.serverWindow(now);
    const told = known && this.stated !== undefined ? this.stated - known.remaining : 0;
    return { used: Math.min(this.limit, Math.max(this.sentTimes.length, told)), limit: this.limit };
  }

  /**
   * How long until the sliding window has room. The wait is outside the throttle: inside, a canceled call would leave
   * its timer and a spent slot behind, and a new limit would come too late for the waiting call.
   */
  private spentMs(now: number): number {
    const blocking = this.sentTimes.at(-this.limit);
    return blocking === undefined ? 0 : Math.max(0, blocking + this.slidingMs - now);
  }

  private get reserve(): number {
    return this.limit * reserveShare;
  }

  private othersUsed(now: number): number {
    const known = this.serverWindow(now);
    return known && this.stated !== undefined ? this.stated - known.remaining - known.answered - this.flying : 0;
  }

  private serverWindow(now: number): ServerWindow | undefined {
    return this.server && now < this.server.endsAt ? this.server : undefined;
  }

  private forgetOld(now: number): void {
    const since = now - this.slidingMs;
    if ((this.sentTimes[0] ?? now) <= since) {
      this.sentTimes = this.sentTimes.filter((time) => time > since);
    }
  }
}
