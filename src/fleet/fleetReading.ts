import type { CallOptions, ListPage } from '../forge/client';
import { ForgeError, type ForgeErrorKind, isAborted, isForgesFailure, isGone } from '../forge/errors';
import type { Lane } from '../forge/operations';
import type { AccountFleet, FleetContext, Progress } from './accountFleet';
import { changedServers } from './changedServers';
import { isWithin, unlessToCome } from './readTimes';
import { type FleetList, fleetLists, type ListReading, type OrganizationRows } from './rows';
import { takeLease } from './takeLease';

/** How often a long refresh saves its progress, for other windows and the next start, in milliseconds. */
const saveMs = 15_000;

/** How long the event feed may replace the lists, in milliseconds. The lists have what it lacks: new names, new tags. */
const feedTrustMs = 30 * 60_000;

/** How long to wait before asking an account without an event feed for one again, in milliseconds. */
const feedAgainMs = 86_400_000;

/** Rows per page (src/forge/README.md, Lists). */
const pageRows = 30;

/** Errors of an organization that the token can't read. The others are complete without it (src/forge/README.md, Tokens). */
const closed: readonly ForgeErrorKind[] = ['forbidden', 'notFound'];

/** Refreshes an account's fleet, or joins the running refresh: see `Fleet.refresh`. */
export async function refresh(fleet: AccountFleet, lane: Lane, maxAgeMs: number): Promise<void> {
  if (!fleet.reading && fleet.isYoungerThan(maxAgeMs)) {
    return;
  }
  const isClick = lane === 'user';
  fleet.isLeftToAnother &&= !isClick;
  if (!fleet.reading) {
    fleet.reading = new FleetReading(fleet, lane, isClick ? 0 : maxAgeMs);
    fleet.context.tell();
  } else if (isClick) {
    fleet.reading.hurry();
  }
  await fleet.reading.end;
}

/** One refresh of one account. Starts immediately. */
class FleetReading {
  readonly end: Promise<void>;
  progress: Progress | undefined;
  private readonly context: FleetContext;
  private readonly options: CallOptions;
  /** When this window's turn came, in milliseconds since 1970. */
  private begunAt = 0;
  private savedAt = 0;
  private readonly present = new Set<OrganizationRows>();
  /** The organizations whose lists were read. For the others, the event feed was enough. */
  private readonly listed = new Set<OrganizationRows>();
  private readonly problems: ForgeError[] = [];
  private readonly refusals: ForgeError[] = [];

  constructor(
    private readonly fleet: AccountFleet,
    private lane: Lane,
    private maxAgeMs: number,
  ) {
    this.context = fleet.context;
    this.options = { lane: () => this.lane };
    this.end = this.readInTurn().finally(() => {
      fleet.reading = undefined;
      this.context.tell();
    });
  }

  hurry(): void {
    this.lane = 'user';
    this.maxAgeMs = 0;
    this.fleet.account.limiter.reconsider();
  }

  /** Reads, unless nobody clicked and another window is reading or has just finished. */
  private async readInTurn(): Promise<void> {
    const { fleet, context } = this;
    await fleet.restore();
    const release = await takeLease(context.snapshots.file(fleet.account.key), context.clock, context.log);
    try {
      const wasLeft = fleet.isLeftToAnother;
      fleet.isLeftToAnother = !release && this.lane !== 'user';
      if (fleet.isLeftToAnother) {
        return;
      }
      if (wasLeft) {
        context.tell();
      }
      if (this.lane !== 'user') {
        // Another window may have read it in the meantime, without this one knowing yet.
        await fleet.catchUp();
      }
      if (this.isDue()) {
        await this.read();
        await fleet.save();
      }
    } finally {
      await release?.();
    }
  }

  private isDue(): boolean {
    const { error, times, account } = this.fleet;
    const isYoung = isWithin(this.maxAgeMs, times.refreshedAt, this.context.clock.now());
    return !account.signal.aborted && (isForgesFailure(error) || !isYoung);
  }

  private async read(): Promise<void> {
    const { fleet } = this;
    this.begunAt = this.context.clock.now();
    this.savedAt = this.begunAt;
    fleet.triedAt = this.begunAt;
    // What an incomplete attempt read doesn't say how many there are.
    this.progress = { read: 0, about: (fleet.times.refreshedAt !== null && fleet.size) || undefined };
    await this.readOrganizations();
    if (this.lane === 'user') {
      // A click in the meantime means reading all of it again, including what was skipped or left from an earlier attempt.
      await Promise.all([...this.present].map((rows) => this.readLists(rows)));
    }
    this.conclude();
  }

  /** Reads the organizations, and the contents of each as soon as it is known. */
  private async readOrganizations(): Promise<void> {
    const { fleet, context } = this;
    const reads: Promise<void>[] = [];
    try {
      let isWhole = true;
      for await (const { items, malformed } of fleet.account.client.list('listOrganizations', {}, this.options)) {
        isWhole &&= malformed.length === 0;
        for (const organization of items) {
          const { rows, isNew, keys } = fleet.putOrganization(organization);
          this.present.add(rows);
          context.tell(keys);
          reads.push(isNew ? this.readLists(rows) : this.readAgain(rows));
        }
      }
      const present = [...this.present].map(({ entry }) => entry.organization);
      context.tell(isWhole ? fleet.keepOrganizations(present) : []);
    } catch (error) {
      this.note('the organizations', error);
    }
    await Promise.all(reads);
  }

  /** Reads an organization that was known before: what the event feed names, or all if that isn't enough. */
  private async readAgain(rows: OrganizationRows): Promise<void> {
    const since = this.feedSince();
    if (since === null || !(await this.readChanged(rows, since))) {
      await this.readLists(rows);
    }
  }

  /** Since when the event feed may replace the lists, in milliseconds since 1970; null if it may not. */
  private feedSince(): number | null {
    const { error, times } = this.fleet;
    const mayDo =
      this.lane !== 'user' &&
      !error &&
      isWithin(feedTrustMs, times.listedAt, this.begunAt) &&
      !isWithin(feedAgainMs, times.feedMissedAt, this.begunAt);
    return mayDo ? unlessToCome(times.begunAt, this.begunAt) : null;
  }

  /**
   * Reads what the event feed names, if that costs less than the lists.
   * @returns whether that was enough. If not, read the lists: there is no feed, it says too little or names an unknown server,
   * or a site is gone from its server, perhaps to another. Never rejects.
   */
  private async readChanged(rows: OrganizationRows, since: number): Promise<boolean> {
    const { fleet } = this;
    const { slug } = rows.entry.organization;
    const now = this.context.clock.now();
    try {
      const changed = await changedServers(fleet.account.client, slug, now - since, this.options).catch((error) => {
        fleet.times = { ...fleet.times, feedMissedAt: isGone(error) ? now : null };
        throw error;
      });
      if (!changed || !isCheaperThanLists([...changed], rows)) {
        return false;
      }
      const areWhole = await Promise.all([...changed].map((id) => this.readServer(rows, id)));
      return areWhole.every(Boolean);
    } catch (error) {
      this.context.log.debug(`What has changed in ${slug} is not to be had from its events: ${String(error)}`);
      return false;
    }
  }

  /** Reads a server and its sites. @returns whether all of them still exist. @throws ForgeError */
  private async readServer(rows: OrganizationRows, id: string): Promise<boolean> {
    const { client } = this.fleet.account;
    const { slug } = rows.entry.organization;
    this.context.tell(
      rows.putServer(await client.call('showServer', { organization: slug, server: id }, this.options)),
    );
    const before = rows.siteEntries(id);
    const reading = readingFrom(this.context.clock.now());
    const sites = client.list('listServerSites', { organization: slug, server: id }, this.options);
    await this.readPages(reading, sites, (site) => rows.putPartialSite(site, id));
    return reading.isWhole && before.every(({ site }) => reading.seen.has(site.id));
  }

  /** Reads the lists that this refresh hasn't read from the start. */
  private async readLists(rows: OrganizationRows): Promise<void> {
    this.listed.add(rows);
    const lists = fleetLists.filter((list) => rows.readings.get(list)?.begunAt !== this.begunAt);
    await Promise.all(
      lists.map((list) =>
        this.readList(rows, list).catch((error: unknown) =>
          this.note(`the ${list} of ${rows.entry.organization.slug}`, error, closed),
        ),
      ),
    );
  }

  /** Reads a list of an organization to its end, and removes what is no longer in it. @throws ForgeError */
  private async readList(rows: OrganizationRows, list: FleetList): Promise<void> {
    const reading = this.readingOf(rows, list);
    rows.readings.set(list, reading);
    if (reading.isAtEnd) {
      return;
    }
    try {
      await this.readRest(rows, list, reading);
    } catch (error) {
      if (!isForgesFailure(error)) {
        // Forge may refuse the request because of the cursor from which reading continued.
        rows.readings.set(list, readingFrom(reading.begunAt));
      }
      throw error;
    }
    reading.isAtEnd = true;
    if (reading.isWhole) {
      this.context.tell(list === 'servers' ? rows.keepServers(reading.seen) : rows.keepSites(reading.seen));
    }
  }

  /** The progress of a list: continues a recent failed attempt of this window with the missing page. */
  private readingOf(rows: OrganizationRows, list: FleetList): ListReading {
    const before = rows.readings.get(list);
    const isToGoOn = this.lane !== 'user' && isWithin(this.maxAgeMs, before?.begunAt, this.context.clock.now());
    return isToGoOn && before ? before : readingFrom(this.begunAt);
  }

  private readRest(rows: OrganizationRows, list: FleetList, reading: ListReading): Promise<void> {
    const { client } = this.fleet.account;
    const { slug } = rows.entry.organization;
    const options = {
      lane: () => (this.context.isOnScreen(rows.entry, list) ? this.lane : lessUrgent(this.lane)),
      ...(reading.next === undefined ? {} : { from: reading.next }),
    };
    return list === 'servers'
      ? this.readPages(reading, client.list('listServers', { organization: slug }, options), (server) =>
          rows.putServer(server),
        )
      : this.readPages(reading, client.list('listSites', { organization: slug }, options), (site) =>
          rows.putSite(site),
        );
  }

  /** Reads a list to its end, page by page. @param reading its progress, kept up to date */
  private async readPages<T extends { readonly id: string }>(
    reading: ListReading,
    list: AsyncIterable<ListPage<T>>,
    put: (item: T) => readonly string[],
  ): Promise<void> {
    for await (const { items, malformed, next } of list) {
      reading.isWhole &&= malformed.length === 0;
      reading.next = next;
      const keys = items.flatMap((item) => {
        reading.seen.add(item.id);
        return put(item);
      });
      this.progress = { read: (this.progress?.read ?? 0) + items.length, about: this.progress?.about };
      this.context.tell(keys);
      this.saveNowAndThen();
    }
  }

  private saveNowAndThen(): void {
    const now = this.context.clock.now();
    if (now - this.savedAt >= saveMs) {
      this.savedAt = now;
      void this.fleet.save();
    }
  }

  /** @param refused the kinds of errors that mean that the token can't read it, permanently */
  private note(what: string, error: unknown, refused: readonly ForgeErrorKind[] = []): void {
    if (!isAborted(error)) {
      this.context.log.error(`Could not read ${what}`, error);
      const problem = error instanceof ForgeError ? error : new ForgeError('unexpected', String(error));
      (refused.includes(problem.kind) ? this.refusals : this.problems).push(problem);
    }
  }

  /** Records the result: transient errors come first, because they are retried soon. */
  private conclude(): void {
    const { fleet, begunAt } = this;
    fleet.error = this.problems[0] ?? this.refusals[0];
    if (this.problems.length > 0 || fleet.account.signal.aborted) {
      return;
    }
    const begins = [...this.listed].flatMap(({ readings }) => [...readings.values()]).map((reading) => reading.begunAt);
    const oldest = Math.min(begunAt, ...begins);
    const refreshedAt = oldest < begunAt ? oldest : this.context.clock.now();
    const areListed = this.listed.size === this.present.size;
    fleet.times = { ...fleet.times, begunAt: oldest, refreshedAt, ...(areListed ? { listedAt: refreshedAt } : {}) };
    // Only now it's known which servers have no sites.
    this.context.tell(fleet.rows().flatMap((rows) => rows.serverEntries().map(({ key }) => key)));
  }
}

/** A list to be read from its first page. @param begunAt milliseconds since 1970 */
function readingFrom(begunAt: number): ListReading {
  return { begunAt, seen: new Set(), isWhole: true, next: undefined, isAtEnd: false };
}

/** Whether reading these servers and their sites takes fewer requests than the lists. They must all be known. */
function isCheaperThanLists(servers: readonly string[], rows: OrganizationRows): boolean {
  const cost = servers.reduce((total, id) => total + 1 + pagesOf(rows.siteEntries(id).length), 0);
  const { counts } = rows;
  return cost < pagesOf(counts.servers) + pagesOf(counts.sites) && servers.every((id) => rows.serverEntry(id));
}

/** The lane of off-screen data that is read along with what is on screen: it yields to that alone. */
function lessUrgent(lane: Lane): Lane {
  return lane === 'user' ? 'visible' : lane === 'visible' ? 'nearby' : lane;
}

function pagesOf(rows: number): number {
  return Math.max(1, Math.ceil(rows / pageRows));
}
