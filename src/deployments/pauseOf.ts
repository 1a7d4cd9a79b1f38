/** Pauses between two looks at a running deployment, in milliseconds: where something may change with any look, where not, and after a while. */
const pauses = { short: 3_000, middle: 5_000, long: 10_000 };

/** How long it is looked at often at first, in milliseconds: it begins to run, or fails at once. */
const beginningMs = 15_000;

/** From when on the end is to be expected, as a share of the usual duration, and until when. */
const expected = { from: 0.6, until: 2 };

/** How long one of which the usual duration is not known is looked at often, in milliseconds. */
const unknownMs = 2 * 60_000;

/** From when on nobody waits for the second, in milliseconds. */
const longMs = 5 * 60_000;

/**
 * The pause before the next look at a deployment, in milliseconds.
 * @param elapsedMs how long it has been running
 * @param usualMs how long it usually takes; undefined where that is not known
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
