/** Pauses between requests for a running deployment, in milliseconds: when it may change any moment, otherwise, and for long ones. */
const pauses = { short: 3_000, middle: 5_000, long: 10_000 };

/** How long to ask often at first, in milliseconds, when a deployment starts or fails immediately. */
const beginningMs = 15_000;

/** When to expect the end, as fractions of the usual duration. */
const expected = { from: 0.6, until: 2 };

/** How long to ask often if the usual duration is unknown, in milliseconds. */
const unknownMs = 2 * 60_000;

/** How long a deployment may run before a few seconds no longer matter, in milliseconds. */
const longMs = 5 * 60_000;

/**
 * The pause before the next request for a deployment, in milliseconds.
 * @param elapsedMs how long it has been running
 * @param usualMs how long it usually takes; undefined if unknown
 */
export function pauseOf(elapsedMs: number, usualMs: number | undefined): number {
  if (elapsedMs >= longMs && elapsedMs >= (usualMs ?? 0) * expected.until) {
    return pauses.long;
  }
  const mayEnd =
    usualMs === undefined
      ? elapsedMs < unknownMs
      : elapsedMs >= usualMs * expected.from && elapsedMs < usualMs * expected.until;
  return mayEnd || elapsedMs < beginningMs ? pauses.short : pauses.middle;
}
