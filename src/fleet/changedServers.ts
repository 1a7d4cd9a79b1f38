import type { CallOptions, ForgeClient } from '../forge/client';

/** How late an event may appear in the feed, in milliseconds. */
const toldLateMs = 2 * 60_000;

/**
 * The servers of an organization with recent events, from Forge's event feed: one request. An event names its server only in
 * its own URL (src/forge/README.md, Younger operations).
 * @param lately how far back to look, in milliseconds
 * @returns their ids; undefined if the feed doesn't say enough: too many events, or one that names no server.
 * @throws ForgeError `notFound` if the account has no event feed.
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
  // If even the oldest event of the page is recent, there may be more on the next page.
  const isWhole = recent.length < events.length || events.length === 0;
  return isWhole && servers.length === recent.length ? new Set(servers) : undefined;
}
