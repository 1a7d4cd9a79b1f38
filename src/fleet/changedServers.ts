import type { CallOptions, ForgeClient } from '../forge/client';

/** How much later than it happened something may be told, in milliseconds. */
const toldLateMs = 2 * 60_000;

/**
 * The servers of an organization of which something was told lately, out of Forge's feed of events: one request. An event
 * names its server only by its own address (src/forge/README.md, Younger operations).
 * @param lately for how long back, in milliseconds
 * @returns their ids; undefined where the feed does not tell enough: too many events, or one that names no server.
 * @throws ForgeError `notFound` where the account has no such feed.
 */
export async function changedServers(
  client: ForgeClient,
  organization: string,
  lately: number,
  options: CallOptions,
): Promise<ReadonlySet<string> | undefined> {
  const events = await client.first('listOrganizationEvents', { organization }, options);
  const since = client.now() - lately - toldLateMs;
  const recent = events.filter(({ createdAt }) => createdAt === null || createdAt >= since);
  const servers = recent.flatMap(({ serverId }) => serverId ?? []);
  // A page that is recent to its end may not be the last of what has happened.
  const isWhole = recent.length < events.length || events.length === 0;
  return isWhole && servers.length === recent.length ? new Set(servers) : undefined;
}
