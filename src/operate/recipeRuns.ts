import type { OrganizationEntry, ServerEntry } from '../fleet/rows';
import type { Clock } from '../forge/clock';
import { isAborted } from '../forge/errors';
import { type AnyResource, time } from '../forge/resources';

/** Pauses between looks at the runs, in milliseconds; the last one repeats. */
const pausesMs = [1_000, 2_000, 3_000, 5_000, 10_000];

/** How long to wait for a run to be listed, and for all to end, in milliseconds. */
const appearsMs = 120_000;
const patienceMs = 3_600_000;

/** After how many failed looks in a row to give up. */
const mostFailures = 12;

/** What became of a recipe on a server. */
export interface RecipeRun {
  readonly server: ServerEntry;
  /**
   * `running` also while it waits. `missing` if Forge doesn't list it, and `unclear` if the same recipe was started twice on the server, so
   * that no run is surely this one.
   */
  readonly is: 'running' | 'finished' | 'failed' | 'missing' | 'unclear';
  readonly output: string;
  /** From start to end, in milliseconds; null if Forge doesn't say. */
  readonly durationMs: number | null;
}

/** A recipe of an organization. */
export interface RecipeOf {
  readonly entry: OrganizationEntry;
  /** Its id. */
  readonly recipe: string;
}

/**
 * Runs a recipe on servers and follows the runs to their ends. Forge doesn't return their ids: they are the new ones of these servers that
 * this user started. Sends the request once.
 * @param tell called with the runs after each look
 * @param stop stops following; the runs go on
 * @returns the runs as last seen, in the order of the servers
 * @throws ForgeError if Forge refuses it, AbortError on sign-out
 */
export async function runRecipeOn(
  { entry, recipe }: RecipeOf,
  servers: readonly ServerEntry[],
  clock: Clock,
  tell: (runs: readonly RecipeRun[]) => void,
  stop: AbortSignal,
): Promise<readonly RecipeRun[]> {
  const { client, user, signal } = entry.account;
  const path = { organization: entry.organization.slug, recipe };
  const before = await runsBefore(entry, path);
  const ids = servers.map(({ server }) => Number(server.id));
  await client.call('runRecipe', path, { body: { servers: ids, email: false } });
  const began = clock.elapsed();
  let runs = servers.map((server): RecipeRun => ({ server, is: 'running', output: '', durationMs: null }));
  let failures = 0;
  const goesOn = () => clock.elapsed() - began < patienceMs && failures < mostFailures;
  for (let count = 0; goesOn() && runs.some(({ is }) => is === 'running'); count += 1) {
    try {
      await clock.sleep(pausesMs[Math.min(count, pausesMs.length - 1)] ?? 0, AbortSignal.any([signal, stop]));
    } catch (error) {
      if (stop.aborted && !signal.aborted) {
        break;
      }
      throw error;
    }
    const rows = await runsSince(entry, path, before).catch((error: unknown) => {
      if (isAborted(error)) {
        throw error;
      }
      // The next look may succeed.
      return undefined;
    });
    failures = rows ? 0 : failures + 1;
    if (rows) {
      const own = rows.filter(({ attributes: { executed_by: by } }) => by == null || String(by) === user.id);
      const isLate = clock.elapsed() - began > appearsMs;
      runs = servers.map((server) => runOn(server, own, isLate));
      tell(runs);
    }
  }
  return runs;
}

type Path = { readonly organization: string; readonly recipe: string };

/** The runs of a recipe at some time. */
interface Known {
  readonly ids: ReadonlySet<string>;
  /** Cursor of the last page; undefined if there is only one. */
  readonly last: string | undefined;
}

async function runsBefore({ account }: OrganizationEntry, path: Path): Promise<Known> {
  const ids = new Set<string>();
  let last: string | undefined;
  for await (const { items, next } of account.client.list('listRecipeRuns', path, { lane: 'user' })) {
    for (const { id } of items) {
      ids.add(id);
    }
    last = next ?? last;
  }
  return { ids, last };
}

/** The runs that weren't there before. Forge doesn't say at which end of the list they are. */
async function runsSince({ account }: OrganizationEntry, path: Path, before: Known): Promise<readonly AnyResource[]> {
  const { ids, last } = before;
  const found = new Map<string, AnyResource>();
  for (const from of last === undefined ? [undefined] : [undefined, last]) {
    const options = { lane: 'user', ...(from !== undefined && { from }) } as const;
    for await (const { items } of account.client.list('listRecipeRuns', path, options)) {
      const fresh = items.filter(({ id }) => !ids.has(id));
      for (const run of fresh) {
        found.set(run.id, run);
      }
      if (last !== undefined && from === undefined && fresh.length === 0) {
        break;
      }
    }
  }
  return [...found.values()];
}

function runOn(server: ServerEntry, runs: readonly AnyResource[], isLate: boolean): RecipeRun {
  const own = runs.filter(({ attributes }) => String(attributes.server_id) === server.server.id);
  const [run] = own;
  if (!run || own.length > 1) {
    return { server, is: run ? 'unclear' : isLate ? 'missing' : 'running', output: '', durationMs: null };
  }
  const { status, output, started_at: started, finished_at: finished } = run.attributes;
  const [from, to] = [time(started), time(finished)];
  return {
    server,
    is: status === 'finished' ? 'finished' : ['waiting', 'running'].includes(String(status)) ? 'running' : 'failed',
    output: typeof output === 'string' ? output : '',
    durationMs: from !== null && to !== null ? Math.max(0, to - from) : null,
  };
}
