import { line } from '../forge/resources';

// Required with the first schedule, which isn't needed to show the tree (esbuild.mjs).
const cronDescriptor = () => require('cronstrue') as typeof import('cronstrue');

/** Schedules that Forge names instead of using cron, such as hourly. */
const words = /^[a-z ]+$/i;

/**
 * A schedule in words: "At 03:00" for "0 3 * * *". Keeps Forge's own words, in lowercase, and text that isn't a schedule.
 * @returns null if it isn't text
 */
export function scheduleWords(schedule: unknown): string | null {
  const text = line(schedule);
  if (text === null || words.test(text)) {
    return text?.toLowerCase() ?? null;
  }
  try {
    return line(cronDescriptor().toString(text, { use24HourTimeFormat: true, verbose: false }));
  } catch {
    return text;
  }
}
