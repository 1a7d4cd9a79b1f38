import * as l10n from '@vscode/l10n';
import type { Account } from '../account/session';
import type { CallOptions } from '../forge/client';
import type { Clock } from '../forge/clock';
import { isAborted } from '../forge/errors';
import { PlainError } from '../ui/plainError';
import { steps } from '../ui/steps';

/** How many requests all tools together may send within a window, and how long that is, in milliseconds. */
export const mostRequests = 10;
const windowMs = 60_000;

/** How long a call may wait for Forge's own limit before the model is told to come back, in milliseconds. */
const patienceMs = 20_000;

/** Forge's limit counts all tools and clicks of a user: models get only a part of it, and never before a click. */
export class RequestAllowance {
  /** When each request was sent, in `Clock.elapsed` time. */
  private sent: { readonly at: number }[] = [];

  constructor(private readonly clock: Clock) {}

  /**
   * Sends requests, each once.
   * @param count how many `send` makes at most
   * @param signal a request that it cancels doesn't count
   * @throws PlainError, without a request, if too many were sent or Forge's own limit is used up; what `send` throws
   */
  async ask<T>(
    account: Account,
    signal: AbortSignal,
    send: (options: CallOptions) => Promise<T>,
    count = 1,
  ): Promise<T> {
    const now = this.clock.elapsed();
    this.sent = this.sent.filter(({ at }) => at > now - windowMs);
    const first = this.sent[this.sent.length + count - mostRequests - 1];
    if (first) {
      throw comeBack(first.at + windowMs - now);
    }
    const waitMs = account.limiter.waitMs('visible');
    if (waitMs > patienceMs) {
      throw comeBack(waitMs);
    }
    const own = Array.from({ length: count }, () => ({ at: now }));
    this.sent.push(...own);
    const patience = this.clock.patience(patienceMs);
    try {
      return await send({
        lane: 'visible',
        signal: AbortSignal.any([signal, patience.signal]),
        isTriedOnce: true,
      });
    } catch (error) {
      if (isAborted(error)) {
        this.sent = this.sent.filter((slot) => !own.includes(slot));
        if (patience.signal.aborted && !signal.aborted && !account.signal.aborted) {
          const leftMs = account.limiter.waitMs('visible');
          throw leftMs > 0 ? comeBack(leftMs) : late();
        }
      }
      throw error;
    } finally {
      patience.end();
    }
  }
}

function comeBack(ms: number): PlainError {
  return new PlainError(
    l10n.t(
      'No request is left for tools right now, because clicks come first. Try again in {0} s.',
      Math.max(1, Math.ceil(ms / 1_000)),
    ),
    steps.tryAgain(),
  );
}

function late(): PlainError {
  return new PlainError(l10n.t("Forge didn't respond in time. Try again."), steps.tryAgain());
}
