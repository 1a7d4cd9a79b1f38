import type { Repeat } from '../forge/clock';
import { type Disposable, Emitter } from '../forge/emitter';
import { isAborted, isGone } from '../forge/errors';
import { type AnyResource, asResource } from '../forge/resources';
import type { Focus } from '../ui/focus';
import { sendOnce } from '../ui/sendOnce';
import { isBad, isChanging, type KindId, kindOf, stateOf } from './catalogue';
import { entryAt, pathTo, targetOf } from './place';
import type { ResourceLists } from './resourceLists';
import { nameOf } from './resourceWords';

/** How often to check changes, in milliseconds. */
const lookMs = 5_000;

/** How long to follow a change, in milliseconds. Forge ends its own jobs after ten minutes. */
const patienceMs = 600_000;

/** A change that Forge carries out in the background. */
export interface Change {
  readonly at: string;
  readonly kind: KindId;
  readonly type: 'create' | 'delete' | 'act';
  /** The resource's display name. */
  readonly name: string;
  /** The resource's id; undefined for a new one if Forge didn't report it. */
  readonly id: string | undefined;
}

interface Followed {
  change: Change;
  /** The ids in the list before the change. */
  readonly before: ReadonlySet<string>;
  /** Whether Forge accepted it. Before that, there is nothing to check. */
  isAccepted: boolean;
  /** Whether the resource was in the list at some point. */
  wasSeen: boolean;
  readonly since: number;
}

/** How a change ended. `failed` has Forge's name for the state; `gone` means that Forge removed the new resource again. */
export type Outcome = { readonly change: Change } & (
  | { readonly is: 'done' }
  | { readonly is: 'gone' }
  | { readonly is: 'failed'; readonly state: string }
);

/** Pending changes to a list. */
export interface OnTheWay {
  /** New resources that aren't in the list yet. */
  readonly isComing: readonly Change[];
  /** The ids of resources being deleted. */
  readonly isGoing: ReadonlySet<string>;
}

/** Follows changes until Forge has completed them: a new resource until it is ready, a deleted one until it is gone. */
export class ResourceChanges implements Disposable {
  private readonly followed = new Set<Followed>();
  private readonly repeat: Repeat;
  private readonly changed = new Emitter<{ readonly at: string; readonly kind: KindId }>();
  private readonly ended = new Emitter<Outcome>();

  /** The pending changes to a list are different now. */
  readonly onDidChange = this.changed.event;
  /** A change has ended. Not fired if its end wasn't seen. */
  readonly onDidEnd = this.ended.event;

  private readonly listener: Disposable;

  /** @param focus no requests are made while the window is in the background */
  constructor(
    private readonly lists: ResourceLists,
    private readonly focus: Focus,
  ) {
    this.repeat = lists.fleet.clock.every(
      () => (focus.isFocused && [...this.followed].some(({ isAccepted }) => isAccepted) ? lookMs : undefined),
      () => this.look(),
    );
    this.listener = focus.onDidChange(() => this.repeat.wake());
  }

  /** The pending changes to a list. */
  of(at: string, kind: KindId): OnTheWay {
    const here = [...this.followed].filter(({ change }) => change.at === at && change.kind === kind);
    const rows = this.lists.list(at, kind).rows ?? [];
    return {
      isComing: here.flatMap((one) => (one.change.type === 'create' && !found(one, rows) ? [one.change] : [])),
      isGoing: new Set(here.flatMap(({ change }) => (change.type === 'delete' && change.id ? [change.id] : []))),
    };
  }

  /**
   * Sends a change and follows it.
   * @param send resolves with the id of a new resource, if Forge reports it
   * @param isThere whether a change to a resource shows in its current row; undefined if it can't be seen there
   * @returns whether it is still going on
   * @throws what `send` throws, or PlainError if Forge didn't confirm the change, unless the list shows that the change happened anyway
   */
  async during(
    change: Change,
    send: () => Promise<string | undefined>,
    isThere: (row: AnyResource) => boolean | undefined = () => undefined,
  ): Promise<boolean> {
    const { at, kind } = change;
    const rows = this.lists.list(at, kind).rows ?? [];
    const one: Followed = {
      change,
      before: new Set(rows.map(({ id }) => id)),
      isAccepted: false,
      wasSeen: false,
      since: this.lists.fleet.clock.elapsed(),
    };
    const entry = entryAt(this.lists.fleet, at);
    const row = found(one, rows);
    const before = row && stateOf(kind, row);
    this.followed.add(one);
    this.changed.fire(change);
    let isRead = false;
    const read = async () => {
      await this.lists.readAgain(at, kind, 'user');
      isRead = true;
    };
    try {
      const id = await sendOnce({ name: change.name, target: entry && targetOf(entry) }, send, async () => {
        await read();
        return this.hasHappened(one, before, isThere);
      });
      one.change = { ...change, id: change.id ?? id };
    } catch (error) {
      this.drop(one);
      // What Forge refuses may be because of what the list doesn't show yet.
      await (isAborted(error) || isRead ? undefined : read());
      throw error;
    }
    await (isRead ? undefined : read());
    const { error } = this.lists.list(at, kind);
    one.isAccepted = true;
    this.judge(one, error === undefined ? this.rowsFor(one) : undefined);
    this.repeat.wake();
    return this.followed.has(one);
  }

  /** The rows of a change's list; undefined if its resource may be among those that weren't read. */
  private rowsFor(one: Followed): readonly AnyResource[] | undefined {
    const { rows, hasMore } = this.lists.list(one.change.at, one.change.kind);
    return rows && hasMore && !found(one, rows) ? undefined : rows;
  }

  /** Whether the list shows that a change happened although Forge didn't confirm it; undefined if it can't be seen there. */
  private async hasHappened(
    one: Followed,
    before: string | null | undefined,
    isThere: (row: AnyResource) => boolean | undefined,
  ): Promise<boolean | undefined> {
    const { at, kind, type } = one.change;
    const inList = this.lists.list(at, kind).error === undefined ? this.rowsFor(one) : undefined;
    const rows = inList ?? (await this.readAlone(one));
    const row = rows && found(one, rows);
    if (!rows || !this.followed.has(one)) {
      return undefined;
    }
    if (type === 'create') {
      return row !== undefined;
    }
    if (!row) {
      return type === 'delete' ? true : undefined;
    }
    const state = stateOf(kind, row);
    return isChanging(state) || (type === 'delete' ? false : state !== before || isThere(row));
  }

  dispose(): void {
    this.listener.dispose();
    this.repeat.dispose();
    this.followed.clear();
    this.changed.dispose();
    this.ended.dispose();
  }

  private async look(): Promise<void> {
    if (!this.focus.isFocused) {
      return;
    }
    const accepted = [...this.followed].filter(({ isAccepted }) => isAccepted);
    // Reading a list once is enough for all changes in it.
    const lists = new Map(accepted.map((one) => [`${one.change.kind} ${one.change.at}`, one]));
    for (const { change } of lists.values()) {
      const inList = accepted.filter((one) => one.change.at === change.at && one.change.kind === change.kind);
      const isLong = this.lists.list(change.at, change.kind).hasMore && kindOf(change.kind).show !== undefined;
      const alone = inList.filter((one) => isLong && one.change.id !== undefined);
      for (const one of alone) {
        this.judge(one, await this.readAlone(one));
      }
      if (alone.length < inList.length || alone.some((one) => !this.followed.has(one))) {
        await this.lists.readAgain(change.at, change.kind, 'visible');
      }
      for (const one of inList.filter((other) => !alone.includes(other))) {
        this.judge(one, this.rowsFor(one));
      }
    }
  }

  /** Reads only the resource itself instead of a long list. @returns it; nothing if it is gone; undefined if that isn't known */
  private async readAlone({ change: { at, kind, id = '' } }: Followed): Promise<readonly AnyResource[] | undefined> {
    const { show } = kindOf(kind);
    const entry = entryAt(this.lists.fleet, at);
    if (!entry || !show || id === '') {
      return undefined;
    }
    try {
      return [asResource(await entry.account.client.call(show, pathTo(entry, at, kind, { id })))];
    } catch (error) {
      return isGone(error) ? [] : undefined;
    }
  }

  /** Ends a change if its outcome is clear. @param rows the current rows; undefined if unknown */
  private judge(one: Followed, rows: readonly AnyResource[] | undefined): void {
    const { fleet } = this.lists;
    if (!this.followed.has(one)) {
      return;
    }
    if (!entryAt(fleet, one.change.at) || fleet.clock.elapsed() - one.since > patienceMs) {
      this.drop(one);
      return;
    }
    const row = rows && found(one, rows);
    const state = row ? stateOf(one.change.kind, row) : null;
    one.wasSeen ||= row !== undefined;
    if (rows && !row && one.change.type !== 'create') {
      this.end(one, { change: one.change, is: 'done' });
    } else if (rows && !row && one.wasSeen) {
      this.end(one, { change: one.change, is: 'gone' });
    } else if (row && state !== null && isBad(state)) {
      this.end(one, { change: one.change, is: 'failed', state });
    } else if (row && !isChanging(state) && one.change.type !== 'delete') {
      this.end(one, { change: one.change, is: 'done' });
    }
  }

  private end(one: Followed, outcome: Outcome): void {
    this.drop(one);
    this.ended.fire(outcome);
  }

  private drop(one: Followed): void {
    this.followed.delete(one);
    this.changed.fire(one.change);
  }
}

/** The row of a change's resource; undefined if there is none. */
function found({ change, before }: Followed, rows: readonly AnyResource[]): AnyResource | undefined {
  if (change.id !== undefined) {
    return rows.find(({ id }) => id === change.id);
  }
  const fresh = rows.filter(({ id }) => !before.has(id));
  return fresh.find((row) => nameOf(change.kind, row) === change.name) ?? (fresh.length === 1 ? fresh[0] : undefined);
}
