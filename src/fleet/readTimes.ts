/** When an account was read, by any window: milliseconds since 1970, or null for never. */
export interface ReadTimes {
  /** When everything was last read without an error. */
  readonly refreshedAt: number | null;
  /** When that reading started: later changes may be missing. */
  readonly begunAt: number | null;
  /** When all lists were last read to their ends. */
  readonly listedAt: number | null;
  /** When Forge last had no event feed; also null if it has one. */
  readonly feedMissedAt: number | null;
}

export const neverRead: ReadTimes = { refreshedAt: null, begunAt: null, listedAt: null, feedMissedAt: null };

/** For a future time, caused by a wrong clock, all that is known is that it was before now. */
export function asPast({ refreshedAt, begunAt, listedAt, feedMissedAt }: ReadTimes, now: number): ReadTimes {
  const past = (time: number | null) => time && Math.min(time, now);
  return {
    refreshedAt: past(refreshedAt),
    begunAt: past(begunAt),
    listedAt: past(listedAt),
    feedMissedAt: past(feedMissedAt),
  };
}

/** The time, or null for a future one, caused by a wrong clock. */
export function unlessToCome(time: number | null, now: number): number | null {
  return time !== null && time <= now ? time : null;
}

/** Whether a time is less than that many milliseconds away. */
export function isWithin(ms: number, time: number | null | undefined, now: number): boolean {
  return typeof time === 'number' && Math.abs(now - time) < ms;
}
