import type { Account } from '../account/session';
import type { Clock, Debounced } from '../forge/clock';
import type { Disposable } from '../forge/emitter';
import { type ForgeError, isForgesFailure } from '../forge/errors';
import type { Organization } from '../forge/resources';
import type { Log } from '../ui/log';
import type { WatchFolder } from '../ui/watchFolder';
import { organizationKey, rootKey } from './keys';
import { asPast, isWithin, neverRead, type ReadTimes, unlessToCome } from './readTimes';
import { type FleetList, type OrganizationEntry, OrganizationRows, type SiteEntry } from './rows';
import type { Outline, Snapshot, Snapshots } from './snapshots';

/** Delay before other windows hear of a change, in milliseconds: a deployment often changes twice. */
const tellMs = 500;

/** What the fleets of all accounts share. */
export interface FleetContext {
  readonly snapshots: Snapshots;
  readonly watchFolder: WatchFolder;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells this window that the rows with these keys changed. No keys if only the state, an error or a refresh changed. */
  readonly tell: (keys?: readonly string[]) => void;
  /** Tells this window that a site's latest deployment, or its state, changed. */
  readonly tellDeployment: (site: SiteEntry) => void;
  readonly isOnScreen: (organization: OrganizationEntry, list: FleetList) => boolean;
}

/** The progress of a refresh. */
export interface Progress {
  /** Servers and sites read so far. */
  readonly read: number;
  /** How many there were last time; undefined if unknown. */
  readonly about: number | undefined;
}

/** What one account sees: its rows, how they are stored, and who hears of changes. */
export class AccountFleet implements Disposable {
  private readonly organizations = new Map<string, OrganizationRows>();
  private readonly outlined: Promise<void>;
  private readonly tellOthers: Debounced;
  private restoring: Promise<void> | undefined;
  private watcher: Disposable | undefined;
  private isOver = false;
  times = neverRead;
  /** When this window last started to read, in milliseconds since 1970. */
  triedAt: number | null = null;
  /** The error of the last refresh; undefined if it succeeded. */
  error: ForgeError | undefined;
  /** Whether another window was already reading when this one last tried to. */
  isLeftToAnother = false;
  /** The running refresh. It has no `progress` until it is this window's turn to read. */
  reading: { readonly progress: Progress | undefined; readonly end: Promise<void>; hurry(): void } | undefined;

  /** Starts to show the outline of the last snapshot. */
  constructor(
    readonly account: Account,
    readonly context: FleetContext,
  ) {
    this.tellOthers = context.clock.debounce(tellMs, () => void this.mergeAndSave());
    this.outlined = this.showOutline();
  }

  /** When it was last read, or an attempt was made, in milliseconds since 1970; undefined if never. */
  get lookedAt(): number | undefined {
    const times = [this.times.refreshedAt, this.triedAt].filter((time) => time !== null);
    return times.length > 0 ? Math.max(...times) : undefined;
  }

  /** Whether the data is no older than this, in milliseconds. Never after a transient failure. */
  isYoungerThan(ms: number): boolean {
    return !isForgesFailure(this.error) && isWithin(ms, this.lookedAt, this.context.clock.now());
  }

  /** The number of known servers and sites. */
  get size(): number {
    return this.rows().reduce((size, { counts: { servers, sites } }) => size + servers + sites, 0);
  }

  rows(): readonly OrganizationRows[] {
    return [...this.organizations.values()];
  }

  /** Adds or updates an organization. @returns its rows, whether they are new, and the keys of those that look different */
  putOrganization(organization: Organization) {
    const key = this.keyOf(organization);
    const known = this.organizations.get(key);
    const rows = known ?? new OrganizationRows(this.account, organization, this.context.tellDeployment);
    this.organizations.set(key, rows);
    return { rows, isNew: !known, keys: !known || rows.rename(organization) ? [rootKey, key] : [] };
  }

  /** Removes all other organizations. @returns the keys of the rows that changed */
  keepOrganizations(organizations: readonly Organization[]): readonly string[] {
    const kept = new Set(organizations.map((organization) => this.keyOf(organization)));
    const gone = [...this.organizations.keys()].filter((key) => !kept.has(key));
    for (const key of gone) {
      this.organizations.delete(key);
    }
    return gone.length > 0 ? [rootKey] : [];
  }

  /** Tells this window now, and the others soon, that these rows changed. */
  tellAll(keys: readonly string[]): void {
    this.context.tell(keys);
    this.tellOthers();
  }

  /** Shows the last snapshot, then follows what other windows write. Makes no requests. */
  restore(): Promise<void> {
    this.restoring ??= this.load();
    return this.restoring;
  }

  /** Takes over what another window wrote, if that is newer. */
  catchUp(): Promise<void> {
    return this.takeOthers((outline) => this.isOlderThan(outline));
  }

  async save(): Promise<void> {
    // If nothing was ever read, there is nothing to save; an empty fleet is worth saving.
    if (!this.isOver && (this.organizations.size > 0 || this.times.refreshedAt !== null)) {
      await this.context.snapshots.save(this.account.key, () => ({
        ...this.times,
        organizations: this.rows().map((rows) => rows.snapshot()),
      }));
    }
  }

  dispose(): void {
    this.isOver = true;
    this.tellOthers.cancel();
    this.watcher?.dispose();
  }

  /**
   * Shows servers before their sites are known: thousands of sites take a while to load, and are loaded only when someone wants to
   * see them, but the outline is a small file. It is ready when VS Code first asks for rows, so that VS Code has to ask only once.
   */
  private async showOutline(): Promise<void> {
    const outline = await this.context.snapshots.loadOutline(this.account.key);
    if (outline && !this.isOver) {
      for (const { organization, servers } of outline.organizations) {
        const { rows } = this.putOrganization(organization);
        for (const server of servers) {
          rows.putServer(server);
        }
      }
      this.context.tell([rootKey]);
    }
  }

  private async load(): Promise<void> {
    const { snapshots, watchFolder } = this.context;
    const own = snapshots.file(this.account.key);
    this.watcher = watchFolder(snapshots.folder, (file) => file === own && this.takeOthers(() => true));
    await this.outlined;
    this.take(await snapshots.load(this.account.key), true);
  }

  /** Never overwrites what another window read in the meantime with older data. */
  private async mergeAndSave(): Promise<void> {
    await this.catchUp();
    await this.save();
  }

  private async takeOthers(isWanted: (outline: Outline) => boolean): Promise<void> {
    const { snapshots } = this.context;
    const outline = await snapshots.loadOutline(this.account.key);
    if (outline && outline.writer !== snapshots.writer && isWanted(outline)) {
      this.take(await snapshots.loadSites(this.account.key, outline));
    }
  }

  private isOlderThan({ refreshedAt }: ReadTimes): boolean {
    return (refreshedAt ?? 0) > (unlessToCome(this.times.refreshedAt, this.context.clock.now()) ?? 0);
  }

  /**
   * Takes over all of a snapshot if it is newer, or else only newer deployments.
   * @param isFirst whether only the snapshot's own outline is known so far
   */
  private take(snapshot: Snapshot | undefined, isFirst = false): void {
    if (snapshot && !this.isOver) {
      const isReading = this.reading?.progress !== undefined;
      const isNewer = isFirst || (!isReading && this.isOlderThan(snapshot));
      // While another window reads for the first time, its partial data is better than nothing.
      const isMore = !isReading && this.times.refreshedAt === null;
      const keys = isNewer ? this.takeAll(snapshot) : isMore ? this.takeRows(snapshot) : this.takeDeployments(snapshot);
      this.context.tell(keys.length > 0 ? [rootKey, ...keys] : []);
    }
  }

  private takeAll(snapshot: Snapshot): readonly string[] {
    const keys = this.takeRows(snapshot, true);
    this.times = asPast(snapshot, this.context.clock.now());
    this.error = snapshot.refreshedAt === null ? this.error : undefined;
    return [...keys, ...this.keepOrganizations(snapshot.organizations.map(({ organization }) => organization))];
  }

  /** @param isAll whether these organizations are complete */
  private takeRows({ organizations }: Snapshot, isAll = false): readonly string[] {
    return organizations.flatMap(({ organization, servers, sites }) => {
      const { rows, keys } = this.putOrganization(organization);
      // What this window read before doesn't say what is gone.
      rows.readings.clear();
      return [
        ...keys,
        ...servers.flatMap((server) => rows.putServer(server)),
        ...sites.flatMap((site) => rows.putSite(site)),
        ...(isAll ? [...rows.keepServers(idsOf(servers)), ...rows.keepSites(idsOf(sites))] : []),
      ];
    });
  }

  private takeDeployments({ organizations }: Snapshot): readonly string[] {
    return organizations.flatMap(({ organization, sites }) => {
      const rows = this.organizations.get(this.keyOf(organization));
      return rows ? sites.flatMap(({ id, latestDeployment }) => rows.putDeployment(id, latestDeployment)) : [];
    });
  }

  private keyOf(organization: Organization): string {
    return organizationKey({ account: this.account, organization });
  }
}

function idsOf(items: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(items.map(({ id }) => id));
}
