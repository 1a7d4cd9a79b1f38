import { nameOfEntry, type ServerEntry, type SiteEntry } from '../fleet/rows';
import { isGone } from '../forge/errors';
import { sendOnce } from '../ui/sendOnce';
import { serverTarget, siteTarget } from '../ui/target';
import { kindOf, type LogSource } from './logSources';

/** The number of characters by which the beginning of a log is recognized. */
const beginning = 1_000;

/** Empties a log on the server. It must have `clear`. @throws ForgeError, PlainError if it isn't known whether it is empty */
export async function emptyLog(source: LogSource, entry: SiteEntry | ServerEntry): Promise<void> {
  const { read, clear } = kindOf(source);
  const text = async () =>
    read?.(entry, source.id, { lane: 'user' }).then(
      (output) => output.text,
      (error: unknown) => {
        if (isGone(error)) {
          return '';
        }
        throw error;
      },
    );
  // A log that can't be read can still be emptied.
  const before = (await text().catch(() => undefined))?.slice(0, beginning);
  await sendOnce(
    { name: nameOfEntry(entry), target: 'site' in entry ? siteTarget(entry) : serverTarget(entry) },
    async () => clear?.(entry, source.id),
    async () => {
      const now = await text();
      return now?.trim() === '' || (before && now !== undefined ? !now.startsWith(before) : undefined);
    },
  );
}
