import cronstrue from 'cronstrue';
import { line } from '../forge/resources';

/** Forge's words for schedules that it doesn't express in cron. */
const words = /^[a-z ]+$/i;

/**
 * A schedule in words: "At 03:00" for "0 3 * * *". Forge's own words stay as they are, and so does what isn't a schedule.
 * @returns null if there is none
 */
export function scheduleWords(schedule: unknown): string | null {
  const text = line(schedule);
  if (text === null || words.test(text)) {
    return text?.toLowerCase() ?? null;
  }
  try {
    return line(cronstrue.toString(text, { use24HourTimeFormat: true, verbose: false }));
  } catch {
    return text;
  }
}
