import type { Fleet } from '../fleet/fleet';
import type { FleetEntry } from '../fleet/rows';
import type { ListPage } from '../forge/client';
import { allOf, type Disposable, Emitter } from '../forge/emitter';
import { ForgeError, isAborted } from '../forge/errors';
import type { Lane } from '../forge/operations';
import type { AnyResource } from '../forge/resources';
import { LastOnes } from '../ui/lastOnes';
import { isChanging, type KindId, kindOf, stateOf } from './catalogue';
import { entryAt, pathBelow } from './place';

/** How long a list counts as current, in milliseconds. */
const freshMs = 60_000;

/** How often to read a list while something in it changes, in milliseconds. */
const changingMs = 5_000;

/** How many rows to read at a time. A server may have thousands of jobs, but few people browse that many in a tree. */
export const mostRows = 300;

/** How many lists to remember. */
const mostLists = 200;

/** A list of resources, as far as it has been read. */
export interface ResourceList {
  readonly rows: readonly AnyResource[] | undefined;
  /** Whether Forge has more rows. */
  readonly hasMore: boolean;
  /** Why the last reading failed; undefined if it succeeded. */
  readonly error: unknown;
}

interface Known extends ResourceList {
  /** When reading it last succeeded or failed, in `Clock.elapsed` time. */
  readonly at: number;
  /** Cursor of the next page; undefined if everything was read. */
  readonly next: string | undefined;
}

const nothing: Omit<Known, 'at'> = { rows: undefined, hasMore: false, error: undefined, next: undefined };

/**
 * The lists of resources that the user opened. They are kept in memory, count as current for a minute, and are dropped when their account
 * signs out. A list that Forge refuses isn't requested again until the user does so.
 */
export class ResourceLists implements Disposable {
  private readonly known = new LastOnes<Known>(mostLists);
  private readonly reading = new Map<string, Promise<void>>();
  private readonly changed = new Emitter<{ readonly at: string; readonly kind: KindId }>();
  private readonly listeners: Disposable;

  /** A list was read, or reading it failed. */
  readonly onDidChange = this.changed.event;

  constructor(readonly fleet: Fleet) {
    this.listeners = allOf(
      this.changed,
      fleet.onDidChange(() => {
        for (const id of this.known.keys()) {
          if (!entryAt(fleet, placeIn(id))) {
            this.known.delete(id);
          }
        }
      }),
    );
  }

  /** The last known state of a list, however old. */
  list(at: string, kind: KindId): ResourceList {
    return this.known.get(idOf(at, kind)) ?? nothing;
  }

  /** A resource in a list; undefined if it isn't there, or if the list wasn't read. */
  find(at: string, kind: KindId, id: string): AnyResource | undefined {
    return this.list(at, kind).rows?.find((resource) => resource.id === id);
  }

  /**
   * Reads a list unless it was read less than a minute ago. Never rejects: `list` has the rows or the error.
   * @param lane how urgent it is; `user` if the user is waiting for it
   * @param isWanted whether to try again after an error or a refusal; by default only in lane `user`
   */
  async read(at: string, kind: KindId, lane: Lane, isWanted = lane === 'user'): Promise<void> {
    const known = this.known.get(idOf(at, kind));
    const age = known ? this.fleet.clock.elapsed() - known.at : Number.POSITIVE_INFINITY;
    if (known && (isRefused(known.error) ? !isWanted : age < freshMs && !(isWanted && known.error))) {
      return;
    }
    await this.readAgain(at, kind, lane);
  }

  /** Reads a list even if it is current. Never rejects. Calls in the meantime share the same reading. */
  readAgain(at: string, kind: KindId, lane: Lane): Promise<void> {
    const most = Math.max(mostRows, this.list(at, kind).rows?.length ?? 0);
    return this.once(at, kind, () => this.load(at, kind, lane, [], most));
  }

  /** Reads the next rows of a list, if it has more. Never rejects. */
  readMore(at: string, kind: KindId): Promise<void> {
    return this.once(at, kind, () => {
      const { rows = [], next } = this.known.get(idOf(at, kind)) ?? nothing;
      return next === undefined ? Promise.resolve() : this.load(at, kind, 'user', rows, mostRows, next);
    });
  }

  /** The pause before reading a list again, in milliseconds; undefined if nothing in it is changing. */
  pauseMs(at: string, kind: KindId): number | undefined {
    const { rows = [], error } = this.list(at, kind);
    return !isRefused(error) && rows.some((row) => isChanging(stateOf(kind, row))) ? changingMs : undefined;
  }

  dispose(): void {
    this.listeners.dispose();
    this.known.clear();
  }

  private once(at: string, kind: KindId, load: () => Promise<void>): Promise<void> {
    const id = idOf(at, kind);
    const reading = this.reading.get(id) ?? load().finally(() => this.reading.delete(id));
    this.reading.set(id, reading);
    return reading;
  }

  private async load(
    at: string,
    kind: KindId,
    lane: Lane,
    before: readonly AnyResource[],
    most: number,
    from?: string,
  ): Promise<void> {
    const entry = entryAt(this.fleet, at);
    if (!entry) {
      return;
    }
    // Rows that move between pages during the reading appear twice.
    const rows = new Map(before.map((row) => [row.id, row]));
    const enough = rows.size + most;
    let next: string | undefined;
    try {
      for await (const page of pagesOf(entry, at, kind, lane, from)) {
        for (const row of page.items) {
          rows.set(row.id, row);
        }
        ({ next } = page);
        if (rows.size >= enough) {
          break;
        }
      }
      this.put(entry, at, kind, { rows: [...rows.values()], hasMore: next !== undefined, error: undefined, next });
    } catch (error) {
      if (!isAborted(error)) {
        // Keep the rows from before.
        this.put(entry, at, kind, { ...(this.known.get(idOf(at, kind)) ?? nothing), error });
      }
    }
  }

  private put({ account }: FleetEntry, at: string, kind: KindId, list: Omit<Known, 'at'>): void {
    // The account may have signed out in the meantime, or the place may be gone.
    if (!account.signal.aborted && entryAt(this.fleet, at)) {
      this.known.set(idOf(at, kind), { ...list, at: this.fleet.clock.elapsed() });
      this.changed.fire({ at, kind });
    }
  }
}

type Page = Pick<ListPage<AnyResource>, 'items' | 'next'>;

async function* pagesOf(
  entry: FleetEntry,
  at: string,
  kind: KindId,
  lane: Lane,
  from: string | undefined,
): AsyncGenerator<Page> {
  const { list, single, known, siteFilter } = kindOf(kind);
  const { client } = entry.account;
  if (known) {
    yield { items: known(entry), next: undefined };
    return;
  }
  const path = pathBelow(entry, at) as never;
  if (single !== undefined) {
    yield { items: [(await client.call(single, path, { lane })) as AnyResource], next: undefined };
    return;
  }
  const query = siteFilter && 'site' in entry ? { [`filter[${siteFilter}]`]: entry.site.id } : {};
  if (list !== undefined) {
    yield* client.list(list, path, { lane, query, ...(from !== undefined && { from }) }) as AsyncGenerator<Page>;
  }
}

/** Whether reading was refused (missing scopes, an invalid token, nothing there), so that retrying is pointless. */
function isRefused(error: unknown): boolean {
  return error instanceof ForgeError && ['forbidden', 'notFound', 'unauthenticated'].includes(error.kind);
}

function idOf(at: string, kind: KindId): string {
  return `${kind} ${at}`;
}

function placeIn(id: string): string {
  return id.slice(id.indexOf(' ') + 1);
}
