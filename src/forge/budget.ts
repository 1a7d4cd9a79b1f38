import type { BudgetHeaders } from './http';
import type { Lane } from './operations';

/** What Forge grants where neither it nor the person says otherwise, in requests a minute (README.md, Rate limit). */
export const usualLimit = 60;

/** The share of the limit that is kept for clicks. */
const reserveShare = 0.25;

/** How many calls that nobody clicked for may be under way at the same time: so many, or this share of the limit. */
const underWay = { calls: 6, share: 0.1 };

/** How long the window is made, beyond the server's minute: clocks round (README.md, Rate limit). */
const windowMarginMs = 250;

/**
 * Where each lane begins to save, and where it stops, in shares of the reserve. Between the two its calls are spread over the rest of
 * the window, so that what is left shrinks slowly and somebody who clicks always finds something. Background work yields
 * first, what is on screen or near it after that, a click never.
 */
const thrift: Readonly<Record<Exclude<Lane, 'user'>, { readonly saves: number; readonly stops: number }>> = {
  background: { saves: 1.5, stops: 1 },
  nearby: { saves: 1, stops: 0.5 },
  visible: { saves: 1, stops: 0.5 },
};

/** What Forge last said about its window, which begins with its first call and lasts a minute, whoever makes the calls. */
interface ServerWindow {
  remaining: number;
  /** When we first heard of it, which is after it began: so it has ended a window later at the latest. */
  readonly heardAt: number;
  readonly endsAt: number;
  /** Calls of this client that were answered in it. What else was used, other clients of the same user used. */
  answered: number;
}

/**
 * What a user may still ask of Forge: at most the limit in any sliding window, and what Forge itself says is left, because other windows,
 * tools and computers of the same user spend the same budget. Times are milliseconds that have passed, given by the caller.
 */
export class Budget {
  /** When calls went out, within the last window. */
  private sentTimes: number[] = [];
  private flying = 0;
  private lastUnhurried = Number.NEGATIVE_INFINITY;
  private server: ServerWindow | undefined;
  private stated: number | undefined;

  /**
   * @param allowed the most requests a window that the person allows; undefined to go by what Forge says.
   * @param windowMs the length of the window in milliseconds.
   */
  constructor(
    private allowed: number | undefined,
    private readonly windowMs: number,
  ) {}

  /** Calls allowed in any window: what the person set, at most what Forge states, 60 where nobody says anything. */
  get limit(): number {
    const most = Math.min(this.stated ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    return Math.max(1, Math.min(this.allowed ?? this.stated ?? usualLimit, most));
  }

  /** The length of the sliding window that is kept to, in milliseconds. */
  get slidingMs(): number {
    return this.windowMs + windowMarginMs;
  }

  /** Takes another limit of the person's. What went out still counts. */
  allow(limit: number | undefined): void {
    this.allowed = limit;
  }

  /** A call goes out. */
  begin(lane: Lane, now: number): void {
    this.forgetOld(now);
    this.sentTimes.push(now);
    this.flying += 1;
    if (lane !== 'user') {
      this.lastUnhurried = now;
    }
  }

  /** A call has ended, one way or another. */
  end(): void {
    this.flying -= 1;
  }

  /** Takes over what an answer says, while its call, which went out at `sentAt`, still counts as under way. */
  hear({ limit, remaining }: BudgetHeaders, sentAt: number, now: number): void {
    if (limit !== undefined && limit > 0) {
      this.stated = limit;
    }
    if (remaining === undefined) {
      return;
    }
    // Answers overtake each other, so that only a great rise is a new window, and a great fall in an answer to an old call
    // tells of the window before it.
    const known = this.server;
    const much = Math.max(this.flying, this.reserve);
    if (!known || sentAt >= known.endsAt || remaining > known.remaining + much) {
      this.server = { remaining, heardAt: now, endsAt: now + this.windowMs, answered: 1 };
    } else if (sentAt >= known.heardAt || remaining >= known.remaining - much) {
      known.remaining = Math.min(known.remaining, remaining);
      known.answered += 1;
    }
  }

  /** Forge told when its window ends: nothing is left until then. */
  renewsAt(time: number): void {
    this.server = { remaining: 0, heardAt: time, endsAt: time, answered: 0 };
  }

  /** How long a call of that lane has to wait, in milliseconds: 0 for not at all, infinite until one under way has ended. */
  delayMs(lane: Lane, now: number): number {
    this.forgetOld(now);
    const spent = this.spentMs(now);
    if (lane === 'user') {
      return spent;
    }
    const [oldest = now] = this.sentTimes;
    const known = this.serverWindow(now);
    // As long as Forge has not told what is left, one call asks.
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
    // Who has the budget alone may use nearly all of it: one call is left for a click.
    const floor = this.othersUsed(now) > 0 ? this.reserve * stops : 1;
    const pace = left > floor ? this.lastUnhurried + moreInMs / (left - floor) - now : moreInMs;
    return Math.max(spent, Math.ceil(Math.min(pace, moreInMs)));
  }

  /** Requests of the current minute, by this client and, as far as Forge told, by others of the same user. */
  usage(now: number): { readonly used: number; readonly limit: number } {
    this.forgetOld(now);
    const known = this.serverWindow(now);
    const told = known && this.stated !== undefined ? this.stated - known.remaining : 0;
    return { used: Math.min(this.limit, Math.max(this.sentTimes.length, told)), limit: this.limit };
  }

  /**
   * How long until the sliding window has room. Waited for outside the throttle: inside, a cancelled call would leave
   * its timer and a spent slot behind, and a new limit would come too late for the call that waits.
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
