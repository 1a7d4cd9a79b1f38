import { type Account, accountsOf, type Session } from '../account/session';
import type { Snapshots } from '../fleet/snapshots';
import type { Clock, Debounced } from '../forge/clock';
import { allOf, type Disposable, Emitter, type Event } from '../forge/emitter';
import { isRecord } from '../forge/json';
import { type WatchedId, watchedIds } from '../resources/watchedKinds';
import type { Focus } from '../ui/focus';
import type { Found } from './findings';

/** Incremented when older versions can't read the format anymore. */
const version = 1;

/** How long to collect results before writing them, in milliseconds. */
const saveMs = 5_000;

/** What Check Fleet looks at: kinds of resources, and the certificates that sites show. */
export type CheckPart = WatchedId | 'tls';

export const checkParts: readonly CheckPart[] = [...watchedIds, 'tls'];

/** The result for one part of a server or site. */
export interface CheckedItem {
  /** When it was checked, in milliseconds since 1970. */
  readonly at: number;
  readonly found: readonly Found[];
}

/** What Check Fleet found for an account. */
interface CheckedFleet {
  readonly version: number;
  /** When the latest check began, in milliseconds since 1970. Items that were checked earlier are still to do if it is unfinished. */
  readonly begunAt: number;
  /** What the latest check looks at. */
  readonly parts: readonly CheckPart[];
  readonly isFinished: boolean;
  /** By `itemKey`. */
  readonly items: Record<string, CheckedItem>;
}

/** @param key fleet key of a server or site */
export function itemKey(part: CheckPart, key: string): string {
  return `${part} ${key}`;
}

/** The latest check of an account. */
export interface Check {
  readonly begunAt: number;
  readonly parts: readonly CheckPart[];
  readonly isFinished: boolean;
}

/**
 * The results of Check Fleet, in memory and on disk, where other windows and later sessions find them. They are deleted when their account
 * signs out. No method rejects.
 */
export class CheckedFleets implements Disposable {
  private readonly byAccount = new Map<string, CheckedFleet>();
  private readonly unsaved = new Set<string>();
  private readonly changed = new Emitter<void>();
  private readonly saveSoon: Debounced;
  private readonly listeners: Disposable;

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly accounts: { readonly session: Session; readonly onDidChange: Event<unknown> },
    private readonly snapshots: Snapshots,
    focus: Focus,
    clock: Clock,
  ) {
    this.saveSoon = clock.debounce(saveMs, () => void this.save());
    this.listeners = allOf(
      this.changed,
      accounts.onDidChange(() => void this.load()),
      // Another window may have checked in the meantime.
      focus.onDidChange(() => focus.isFocused && void this.load()),
    );
  }

  /** Reads what is stored for the accounts that are signed in, and forgets the others. */
  async load(): Promise<void> {
    const keys = this.keys();
    for (const gone of [...this.byAccount.keys()].filter((key) => !keys.includes(key))) {
      this.byAccount.delete(gone);
      this.unsaved.delete(gone);
    }
    await Promise.all(keys.map((key) => this.merge(key)));
    this.changed.fire();
  }

  /** The results for a part, by the fleet key of the server or site. */
  *of(part: CheckPart): Generator<readonly [key: string, item: CheckedItem]> {
    const prefix = itemKey(part, '');
    for (const { items } of this.byAccount.values()) {
      for (const [key, item] of Object.entries(items)) {
        if (key.startsWith(prefix)) {
          yield [key.slice(prefix.length), item];
        }
      }
    }
  }

  /** The latest check of an account; undefined if there was none. */
  check({ key }: Pick<Account, 'key'>): Check | undefined {
    return this.byAccount.get(key);
  }

  /** The result for an item; undefined if it was never checked. @param item an `itemKey` */
  item({ key }: Pick<Account, 'key'>, item: string): CheckedItem | undefined {
    return this.byAccount.get(key)?.items[item];
  }

  /** A check begins or ends. Drops the results of items that aren't in the fleet anymore. @param isKept whether an item is */
  setCheck({ key }: Pick<Account, 'key'>, check: Check, isKept: (item: string) => boolean): void {
    const items = Object.fromEntries(
      Object.entries(this.byAccount.get(key)?.items ?? {}).filter(([item]) => isKept(item)),
    );
    this.put(key, { version, ...check, items });
  }

  /** An item was checked. */
  setItem({ key }: Pick<Account, 'key'>, item: string, result: CheckedItem): void {
    const known = this.byAccount.get(key);
    if (known) {
      known.items[item] = result;
      this.put(key, known);
    }
  }

  /** Writes what isn't stored yet. */
  async save(): Promise<void> {
    this.saveSoon.cancel();
    const keys = [...this.unsaved].filter((key) => this.keys().includes(key));
    this.unsaved.clear();
    await Promise.all(
      keys.map(async (key) => {
        await this.merge(key);
        const fleet = this.byAccount.get(key);
        await (fleet && this.snapshots.saveFindings(key, () => fleet));
      }),
    );
  }

  dispose(): void {
    void this.save();
    this.listeners.dispose();
  }

  private put(key: string, fleet: CheckedFleet): void {
    // The account may have signed out in the meantime.
    if (this.keys().includes(key)) {
      this.byAccount.set(key, fleet);
      this.unsaved.add(key);
      this.saveSoon();
      this.changed.fire();
    }
  }

  /** Takes over newer results of other windows. */
  private async merge(key: string): Promise<void> {
    const stored = readCheckedFleet(await this.snapshots.loadFindings(key));
    if (!stored || !this.keys().includes(key)) {
      return;
    }
    const known = this.byAccount.get(key);
    const latest = known && known.begunAt >= stored.begunAt ? known : stored;
    const items = { ...stored.items };
    for (const [item, result] of Object.entries(known?.items ?? {})) {
      const other = items[item];
      if (!other || other.at <= result.at) {
        items[item] = result;
      }
    }
    this.byAccount.set(key, { ...latest, items });
  }

  private keys(): readonly string[] {
    return accountsOf(this.accounts.session).map(({ key }) => key);
  }
}

/** Undefined if this version didn't write it. */
function readCheckedFleet(stored: unknown): CheckedFleet | undefined {
  return isRecord(stored) &&
    stored.version === version &&
    typeof stored.begunAt === 'number' &&
    typeof stored.isFinished === 'boolean' &&
    Array.isArray(stored.parts) &&
    stored.parts.every((part) => checkParts.some((known) => known === part)) &&
    isRecord(stored.items) &&
    Object.values(stored.items).every(isItem)
    ? (stored as unknown as CheckedFleet)
    : undefined;
}

function isItem(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.at === 'number' &&
    Array.isArray(value.found) &&
    value.found.every(
      (found) =>
        isRecord(found) &&
        typeof found.state === 'string' &&
        (found.subject === null || typeof found.subject === 'string') &&
        (found.since === null || typeof found.since === 'number') &&
        (found.resourceId === undefined || typeof found.resourceId === 'string'),
    )
  );
}
