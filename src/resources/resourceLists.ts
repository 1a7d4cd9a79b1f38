import type { Fleet } from '../fleet/fleet';
import { readKey } from '../fleet/keys';
import type { FleetEntry } from '../fleet/rows';
import { allOf, type Disposable, Emitter } from '../forge/emitter';
import { ForgeError, isAborted } from '../forge/errors';
import type { Lane } from '../forge/operations';
import type { AnyResource } from '../forge/resources';
import { isChanging, type KindId, kindOf, type Place, stateOf } from './catalogue';
import { pathBelow } from './pathTo';

/** How long a list is good for, in milliseconds. */
const freshMs = 60_000;

/** The pause between two looks at a list in which something changes, in milliseconds. */
const changingMs = 5_000;

/** The most rows of one list: a server may have thousands of jobs, and nobody looks through them in a tree. */
export const mostRows = 300;

/** A list of resources, as far as it is known. */
export interface ResourceList {
  readonly rows: readonly AnyResource[] | undefined;
  /** Whether there are more than `mostRows`. */
  readonly hasMore: boolean;
  /** Why it could not be read the last time; undefined where it could. */
  readonly error: unknown;
}

interface Known extends ResourceList {
  /** When it was read or failed, as `Clock.elapsed` has it. */
  readonly at: number;
}

const nothing: ResourceList = { rows: undefined, hasMore: false, error: undefined };

/** What kind of place a key of the fleet names; undefined where it names none. */
export function placeOf(key: string): Place | undefined {
  return readKey(key)?.kind;
}

/** An organization, a server or a site as it is now; undefined once it is gone. */
export function entryAt(fleet: Fleet, key: string): FleetEntry | undefined {
  switch (placeOf(key)) {
    case 'organization':
      return fleet.organization(key);
    case 'server':
      return fleet.server(key);
    case 'site':
      return fleet.site(key);
    default:
      return undefined;
  }
}

/**
 * The lists of resources that somebody has opened: in memory, good for a minute, and only as long as their account is signed in. What Forge
 * refuses is not asked for again until somebody asks by a click.
 */
export class ResourceLists implements Disposable {
  private readonly known = new Map<string, Known>();
  private readonly reading = new Map<string, Promise<void>>();
  private readonly changed = new Emitter<{ readonly key: string; readonly kind: KindId }>();
  private readonly listeners: Disposable;

  /** The list of a kind at a place is another one now, or could not be read. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly fleet: Fleet) {
    this.listeners = allOf(
      this.changed,
      fleet.onDidChange(() => {
        for (const id of this.known.keys()) {
          if (!entryAt(fleet, keyIn(id))) {
            this.known.delete(id);
          }
        }
      }),
    );
  }

  /** What is known of a list, however old. @param key the fleet's, of the place */
  list(key: string, kind: KindId): ResourceList {
    return this.known.get(idOf(key, kind)) ?? nothing;
  }

  /** A resource of a list that was read; undefined where it is not in it. */
  find(key: string, kind: KindId, id: string): AnyResource | undefined {
    return this.list(key, kind).rows?.find((resource) => resource.id === id);
  }

  /**
   * Reads a list unless it was read less than a minute ago. Never rejects: `list` tells what came of it.
   * @param lane how urgent it is; `user` where somebody waits for it, who also wants to know whether what was refused still is
   */
  async read(key: string, kind: KindId, lane: Lane, isWanted = lane === 'user'): Promise<void> {
    const id = idOf(key, kind);
    const known = this.known.get(id);
    const age = known ? this.fleet.clock.elapsed() - known.at : Number.POSITIVE_INFINITY;
    if (known && (isRefused(known.error) ? !isWanted : age < freshMs && !(isWanted && known.error))) {
      return;
    }
    await this.readAgain(key, kind, lane);
  }

  /** Reads a list whatever is known of it. Never rejects. Who asks meanwhile gets what comes. */
  readAgain(key: string, kind: KindId, lane: Lane): Promise<void> {
    const id = idOf(key, kind);
    const reading = this.reading.get(id) ?? this.load(key, kind, lane).finally(() => this.reading.delete(id));
    this.reading.set(id, reading);
    return reading;
  }

  /** The pause before a list is worth another look, in milliseconds; undefined where nothing in it changes by itself. */
  pauseMs(key: string, kind: KindId): number | undefined {
    const { rows = [] } = this.list(key, kind);
    return rows.some((row) => isChanging(stateOf(kind, row))) ? changingMs : undefined;
  }

  dispose(): void {
    this.listeners.dispose();
    this.known.clear();
  }

  private async load(key: string, kind: KindId, lane: Lane): Promise<void> {
    const entry = entryAt(this.fleet, key);
    if (!entry) {
      return;
    }
    const rows: AnyResource[] = [];
    let hasMore = false;
    try {
      for await (const { items } of pagesOf(entry, kind, lane)) {
        rows.push(...items);
        if (rows.length > mostRows) {
          hasMore = true;
          break;
        }
      }
      this.put(entry, kind, { rows: rows.slice(0, mostRows), hasMore, error: undefined });
    } catch (error) {
      if (!isAborted(error)) {
        // What was there stays.
        this.put(entry, kind, { ...this.list(key, kind), error });
      }
    }
  }

  private put({ key, account }: FleetEntry, kind: KindId, list: ResourceList): void {
    // Nothing of an account that was signed out meanwhile, nor of what is gone.
    if (!account.signal.aborted && entryAt(this.fleet, key)) {
      this.known.set(idOf(key, kind), { ...list, at: this.fleet.clock.elapsed() });
      this.changed.fire({ key, kind });
    }
  }
}

function pagesOf(entry: FleetEntry, kind: KindId, lane: Lane) {
  const { list } = kindOf(kind);
  return entry.account.client.list(list, pathBelow(entry) as never, { lane }) as AsyncGenerator<{
    readonly items: readonly AnyResource[];
  }>;
}

/** Whether Forge, or the token itself, has said that this may not be read: asking again changes nothing. */
function isRefused(error: unknown): boolean {
  return error instanceof ForgeError && (error.kind === 'forbidden' || error.kind === 'notFound');
}

function idOf(key: string, kind: KindId): string {
  return `${kind} ${key}`;
}

function keyIn(id: string): string {
  return id.slice(id.indexOf(' ') + 1);
}
