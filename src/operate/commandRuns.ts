import type { SiteEntry } from '../fleet/rows';
import type { Clock } from '../forge/clock';
import type { AnyResource } from '../forge/resources';
import { time } from '../forge/resources';

/** When to look for the run of a command, in milliseconds after Forge accepted it. Forge doesn't return its id. */
const looksAtMs = [500, 2_000, 5_000, 10_000, 20_000, 40_000];

/** How much earlier than the request the run's creation time may be, in milliseconds: Forge reports times in whole seconds. */
const toleranceMs = 2_000;

/** The result of looking for the run of a command. */
export type Started =
  | { readonly is: 'found'; readonly id: string; readonly run: AnyResource }
  /** Forge doesn't list it yet. */
  | { readonly is: 'missing' }
  /** The same command was started twice, and Forge doesn't report who started which. */
  | { readonly is: 'unclear' };

/**
 * Runs a command on a site and finds its run: a new one with the same text, created since. Sends the request once.
 * @param before ids of the site's earlier runs
 * @param options.looksMs when to look for it, in milliseconds after Forge accepted it. Each look is a request
 * @param options.lookFor looks for new runs; by default as for someone who waits
 * @param options.signal stops looking
 * @throws ForgeError
 */
export async function startCommand(
  site: SiteEntry,
  command: string,
  before: ReadonlySet<string>,
  clock: Clock,
  options: {
    readonly looksMs?: readonly number[];
    readonly lookFor?: () => Promise<readonly AnyResource[]>;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Started> {
  const { client } = site.account;
  const { looksMs = looksAtMs, signal = site.account.signal } = options;
  const since = client.now() - toleranceMs;
  await site.api.call('runCommand', {}, { body: { command } });
  const sent = clock.elapsed();
  for (const atMs of looksMs) {
    await clock.sleep(Math.max(0, sent + atMs - clock.elapsed()), signal);
    const runs = await (options.lookFor?.() ?? site.api.first('listCommands', {}, { lane: 'user', signal }));
    const own = runs.filter((run) => isOwn(run, command, before, since));
    const [only] = own;
    if (only) {
      return own.length === 1 ? { is: 'found', id: only.id, run: only } : { is: 'unclear' };
    }
  }
  return { is: 'missing' };
}

function isOwn({ id, attributes }: AnyResource, command: string, before: ReadonlySet<string>, since: number): boolean {
  const created = time(attributes.created_at);
  return attributes.command === command && !before.has(id) && (created === null || created >= since);
}

/** Pauses between checks of a running command, in milliseconds. Each check takes two requests. */
const firstLooksMs = [3_000, 5_000, 8_000, 14_000, 20_000];

/** How long to follow a command, in milliseconds. Forge ends it after five minutes, but it may have to wait first. */
const patienceMs = 600_000;

/**
 * Checks a running command until it ends.
 * @param look reads it and resolves to true once it has ended
 * @param pausesMs pauses between two looks, in milliseconds; the last one repeats
 * @returns false if it didn't end in time
 */
export async function followCommand(
  clock: Clock,
  signal: AbortSignal,
  look: () => Promise<boolean>,
  pausesMs: readonly number[] = firstLooksMs,
): Promise<boolean> {
  const started = clock.elapsed();
  for (let count = 0; clock.elapsed() - started < patienceMs; count += 1) {
    if (await look()) {
      return true;
    }
    await clock.sleep(pausesMs[Math.min(count, pausesMs.length - 1)] ?? 0, signal);
  }
  return false;
}

/** Whether a run has ended. */
export function hasEnded({ attributes: { status } }: AnyResource): boolean {
  return !['waiting', 'running'].includes(String(status).toLowerCase());
}
