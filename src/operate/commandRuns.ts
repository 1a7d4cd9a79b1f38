import type { SiteEntry } from '../fleet/rows';
import type { Clock } from '../forge/clock';
import type { AnyResource } from '../forge/resources';
import { time } from '../forge/resources';

/** When to look for a command that Forge accepted, in milliseconds after that. Forge tells no id. */
const looksAtMs = [500, 2_000, 5_000, 10_000, 20_000, 40_000];

/** How much earlier than it was sent a command may seem to have been created, in milliseconds: Forge's times have seconds only. */
const toleranceMs = 2_000;

/** What became of a command that was sent. */
export type Started =
  | { readonly is: 'found'; readonly id: string }
  /** Forge doesn't list it yet. */
  | { readonly is: 'missing' }
  /** Forge runs the same command twice, and doesn't tell which is whose. */
  | { readonly is: 'unclear' };

/**
 * Runs a command on a site, and finds its run: a new one with that text, begun since. The request is never repeated.
 * @param before the ids of the site's runs so far
 * @throws ForgeError
 */
export async function startCommand(
  site: SiteEntry,
  command: string,
  before: ReadonlySet<string>,
  clock: Clock,
): Promise<Started> {
  const { client, signal } = site.account;
  const since = client.now() - toleranceMs;
  await site.api.call('runCommand', {}, { body: { command } });
  const sent = clock.elapsed();
  for (const atMs of looksAtMs) {
    await clock.sleep(Math.max(0, sent + atMs - clock.elapsed()), signal);
    const runs = await site.api.first('listCommands', {}, { lane: 'user' });
    const own = runs.filter((run) => isOwn(run, command, before, since));
    const [only] = own;
    if (only) {
      return own.length === 1 ? { is: 'found', id: only.id } : { is: 'unclear' };
    }
  }
  return { is: 'missing' };
}

function isOwn({ id, attributes }: AnyResource, command: string, before: ReadonlySet<string>, since: number): boolean {
  const created = time(attributes.created_at);
  return attributes.command === command && !before.has(id) && (created === null || created >= since);
}

/** When to look at a running command, in milliseconds after it was found: each look is two requests, fifteen within the first minute. */
const firstLooksMs = [2_000, 3_000, 5_000, 10_000, 15_000, 20_000];

/** Forge ends a command after five minutes; a little longer, since it may have to wait. */
const patienceMs = 600_000;

/**
 * Looks at a running command until it has ended.
 * @param look reads it; resolves with whether it has ended
 * @returns whether its end was seen
 */
export async function followCommand(clock: Clock, signal: AbortSignal, look: () => Promise<boolean>): Promise<boolean> {
  const started = clock.elapsed();
  for (let count = 0; clock.elapsed() - started < patienceMs; count += 1) {
    if (await look()) {
      return true;
    }
    await clock.sleep(firstLooksMs[Math.min(count, firstLooksMs.length - 1)] ?? 0, signal);
  }
  return false;
}
