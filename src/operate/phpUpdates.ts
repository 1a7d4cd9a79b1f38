import pLimit from 'p-limit';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import type { Clock } from '../forge/clock';
import { isAborted, mayHaveHappened } from '../forge/errors';
import { type AnyResource, phpVersion } from '../forge/resources';
import { actionsOf, isBad, isChanging, stateOf } from '../resources/catalogue';
import type { ResourceLists } from '../resources/resourceLists';

const kind = 'phpVersions';

/** Pauses between looks at a version that is being updated, in milliseconds; the last one repeats. */
const pausesMs = [3_000, 5_000, 5_000, 10_000];

/** How long to follow an update, in milliseconds. Forge ends its own jobs after ten minutes, but this one may have to wait first. */
const patienceMs = 1_200_000;

/** How many servers to update at the same time: more would use up the requests of a minute. */
const mostServers = 4;

/** A PHP version on a server. */
export interface PhpOnServer {
  readonly server: ServerEntry;
  /** Its id in Forge. */
  readonly id: string;
  /** As in "8.4". */
  readonly version: string;
  /** The sites on the server that use it. */
  readonly sites: readonly SiteEntry[];
}

/** What an update would do on a server. */
export interface PhpPlan {
  readonly server: ServerEntry;
  readonly updates: readonly PhpOnServer[];
  /** Versions that can't be updated now, with Forge's word for their state. */
  readonly busy: readonly { readonly version: string; readonly state: string }[];
  /** Why the versions couldn't be loaded; undefined if they were. */
  readonly error: unknown;
}

/** How an update ended. */
export type PhpUpdateEnd =
  | { readonly is: 'updated' }
  /** Forge's word for the state, or the error with which it refused. */
  | { readonly is: 'failed'; readonly state?: string; readonly error?: unknown }
  /** Its end wasn't seen. */
  | { readonly is: 'lost' };

/** What can be updated on each server. Takes a request for each. Never rejects, except on sign-out. */
export function planPhpUpdates(
  fleet: Fleet,
  lists: ResourceLists,
  servers: readonly ServerEntry[],
): Promise<readonly PhpPlan[]> {
  return Promise.all(
    servers.map(async (server) => {
      await lists.readAgain(server.key, kind, 'user');
      const { rows = [], error } = lists.list(server.key, kind);
      const sites = fleet.sites(server, server.server);
      const known = rows.flatMap((row) => {
        const version = phpVersion(row.attributes.version);
        return version === null ? [] : [{ row, version }];
      });
      const canUpdate = ({ row }: { readonly row: AnyResource }) => actionsOf(kind, row).includes('update');
      return {
        server,
        updates: known.filter(canUpdate).map(({ row, version }) => ({
          server,
          id: row.id,
          version,
          sites: sites.filter(({ site }) => site.phpVersion === version),
        })),
        busy: known
          .filter((one) => !canUpdate(one))
          .map(({ row, version }) => ({ version, state: stateOf(kind, row) ?? '' })),
        error,
      };
    }),
  );
}

/**
 * Updates PHP versions and follows each to its end: one after the other on a server, since they share its package manager. Each request is
 * sent once.
 * @param tell called when one has ended
 * @param stop stops following, and sends nothing more; what Forge has accepted goes on
 * @throws AbortError on sign-out
 */
export async function updatePhpVersions(
  lists: ResourceLists,
  updates: readonly PhpOnServer[],
  clock: Clock,
  tell: (update: PhpOnServer, end: PhpUpdateEnd) => void,
  stop: AbortSignal,
): Promise<void> {
  const keys = new Set(updates.map(({ server }) => server.key));
  const limit = pLimit(mostServers);
  await Promise.all(
    [...keys].map((key) =>
      limit(async () => {
        for (const update of updates.filter(({ server }) => server.key === key)) {
          if (!stop.aborted) {
            tell(update, await updateOne(lists, update, clock, stop));
          }
        }
      }),
    ),
  );
}

async function updateOne(
  lists: ResourceLists,
  { server, id }: PhpOnServer,
  clock: Clock,
  stop: AbortSignal,
): Promise<PhpUpdateEnd> {
  let error: unknown;
  try {
    await server.api.call('updatePhpVersion', { phpVersion: id });
  } catch (failure) {
    if (isAborted(failure)) {
      throw failure;
    }
    if (!mayHaveHappened(failure)) {
      return { is: 'failed', error: failure };
    }
    error = failure;
  }
  const began = clock.elapsed();
  let wasChanging = false;
  let settled = 0;
  for (let count = 0; clock.elapsed() - began < patienceMs; count += 1) {
    // What Forge didn't confirm can only be told while it goes on.
    const isUrgent = error !== undefined && count === 0;
    const pauseMs = isUrgent ? 0 : (pausesMs[Math.min(count, pausesMs.length - 1)] ?? 0);
    if (!(await slept(clock, pauseMs, server.account.signal, stop))) {
      return { is: 'lost' };
    }
    await lists.readAgain(server.key, kind, 'visible');
    const row = lists.list(server.key, kind).error === undefined ? lists.find(server.key, kind, id) : undefined;
    const state = row ? stateOf(kind, row) : null;
    if (row && isBad(state)) {
      return { is: 'failed', state: state ?? '' };
    }
    wasChanging ||= isChanging(state);
    settled += row && !isChanging(state) ? 1 : 0;
    // A job that waits shows no other state yet.
    if (row && !isChanging(state) && (wasChanging || settled > 1)) {
      return error === undefined || wasChanging ? { is: 'updated' } : { is: 'failed', error };
    }
  }
  return { is: 'lost' };
}

/** @returns false as soon as it is stopped. @throws AbortError on sign-out */
async function slept(clock: Clock, ms: number, signal: AbortSignal, stop: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, AbortSignal.any([signal, stop]));
    return true;
  } catch (error) {
    if (signal.aborted || !isAborted(error)) {
      throw error;
    }
    return false;
  }
}
