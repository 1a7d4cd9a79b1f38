import { Clock } from '../../../src/forge/clock';
import { ForgeError } from '../../../src/forge/errors';
import type { BudgetHeaders } from '../../../src/forge/http';
import { type Call, Limiter, type LimiterOptions } from '../../../src/forge/limiter';
import type { Lane } from '../../../src/forge/operations';
import { RateLimiter } from '../../simulator/rateLimit';

export const minute = 60_000;

type Hear = (headers: BudgetHeaders) => void;

export interface CallOptions extends Pick<Call<void>, 'signal' | 'extraLimiter'> {
  /** `visible` by default. */
  readonly lane?: Lane | (() => Lane);
  /** How long the call is on its way there and back, in milliseconds. */
  readonly latencyMs?: number;
  /** Instead of asking Forge. */
  readonly send?: (hear: Hear) => Promise<void>;
}

/** Calls through a limiter to a Forge that counts them, and what became of them. */
export class Traffic {
  /** The names of the calls that went out, and when; those that were refused, too. */
  readonly sent: string[] = [];
  readonly times: number[] = [];
  readonly done: string[] = [];
  /** Each with the kind or the name of its error. */
  readonly failed: string[] = [];
  /** How many calls the limit of Forge refused. */
  refusals = 0;
  /** Forge's own clock; that of this machine unless a test sets that. */
  forgesTime = (): number => Date.now();
  readonly limiter: Limiter;

  constructor(
    readonly forge: RateLimiter,
    options: Omit<LimiterOptions, 'clock'> = {},
  ) {
    this.limiter = new Limiter({ clock: new Clock(), ...options });
  }

  call(name: string, { lane = 'visible', signal, extraLimiter, latencyMs = 0, send }: CallOptions = {}): void {
    this.limiter
      .run({
        lane: typeof lane === 'function' ? lane : () => lane,
        signal,
        extraLimiter,
        send: (hear) => {
          this.sent.push(name);
          this.times.push(Date.now());
          return send ? send(hear) : this.ask(hear, latencyMs, signal);
        },
      })
      .then(
        () => this.done.push(name),
        (error: Error) => this.failed.push(`${name}: ${error instanceof ForgeError ? error.kind : error.name}`),
      );
  }

  /** So many calls alike, named by their numbers after the prefix. */
  calls(count: number, prefix: string, options: CallOptions = {}): void {
    for (let index = 0; index < count; index += 1) {
      this.call(`${prefix} ${index}`, options);
    }
  }

  /** How many calls went out whose name begins so. */
  sentOf(prefix: string): number {
    return this.sent.filter((name) => name.startsWith(prefix)).length;
  }

  /** What Forge does with a call that comes now. @throws ForgeError `rateLimited` where its limit refuses it. */
  async ask(hear: Hear, latencyMs = 0, signal?: AbortSignal): Promise<void> {
    await on(latencyMs / 2, signal);
    const verdict = this.forge.take('user', this.forgesTime());
    await on(latencyMs / 2, signal);
    hear({ limit: verdict.limit, remaining: verdict.allowed ? verdict.remaining : 0 });
    if (!verdict.allowed) {
      this.refusals += 1;
      throw refused(verdict.retryAfter * 1000);
    }
  }
}

/** Traffic with the limit that Forge grants. */
export function traffic(limit: number, options?: Omit<LimiterOptions, 'clock'>): Traffic {
  return new Traffic(new RateLimiter(limit, minute), options);
}

/** A refusal that asks to wait so long, in milliseconds. */
export function refused(retryAfterMs?: number): ForgeError {
  return new ForgeError('rateLimited', 'Too many.', retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** The most of these times that lie within any minute. */
export function mostInMinute(times: readonly number[], lengthMs = minute): number {
  return Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time < from + lengthMs).length));
}

async function on(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms > 0) {
    await new Clock().sleep(ms, signal);
  }
}
