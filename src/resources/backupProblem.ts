import type { Json } from '../forge/json';
import { type AnyResource, line } from '../forge/resources';
import type { Problem } from './kind';

const hourMs = 3_600_000;

/** How often backups run, in milliseconds. Those with a cron expression aren't known to be overdue. */
const intervals: Readonly<Record<string, number>> = { hourly: hourMs, daily: 24 * hourMs, weekly: 168 * hourMs };

/**
 * Whether the newest backup failed, or is older than its schedule allows.
 * @param backups the newest backups of the schedule. @param now Forge's time, in milliseconds since 1970
 */
export function backupProblem(
  { schedule }: Json,
  backups: readonly Pick<AnyResource, 'attributes'>[],
  now: number,
): Problem | undefined {
  const ended = backups.flatMap(({ attributes: { status, finished_at } }) => {
    // Forge reports it in seconds, as a number or a string.
    const seconds = finished_at === null ? 0 : Number(finished_at);
    return seconds > 0 ? [{ status: line(status), at: seconds * 1_000 }] : [];
  });
  const last = ended.reduce<(typeof ended)[number] | undefined>(
    (later, one) => (later && later.at >= one.at ? later : one),
    undefined,
  );
  if (!last) {
    return undefined;
  }
  if (/^failed/i.test(last.status ?? '')) {
    return { state: `failed ${last.at}`, since: last.at };
  }
  const name = typeof schedule === 'string' ? schedule.toLowerCase() : '';
  const interval = Object.hasOwn(intervals, name) ? intervals[name] : undefined;
  const isOverdue = interval !== undefined && now - last.at > interval + Math.max(hourMs, interval / 4);
  return isOverdue ? { state: `overdue ${last.at}`, since: last.at } : undefined;
}
