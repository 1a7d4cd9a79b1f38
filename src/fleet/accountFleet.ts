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

/** How long after a change other windows are told of it, in milliseconds: a deployment often changes twice. */
const tellMs = 500;

/** What the fleets of all accounts share. */
export interface FleetContext {
  readonly snapshots: Snapshots;
  readonly watchFolder: WatchFolder;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells this window that the rows with these keys changed. No key where it is only about the state, an error or a refresh. */
  readonly tell: (keys?: readonly string[]) => void;
  /** Tells this window that a site has another latest deployment, or the same in another state. */
  readonly tellDeployment: (site: SiteEntry) => void;
  readonly isOnScreen: (organization: OrganizationEntry, list: FleetList) => boolean;
}

/** How far a refresh has come. */
export interface Progress {
  /** Servers and sites that it has read. */
  readonly read: number;
  /** How many there were the last time; undefined where nothing was known. */
  readonly about: number | undefined;
}

/** What one account sees: its rows, how they get to disk and back, and whom a change is told. */
export class AccountFleet implements Disposable {
  private readonly organizations = new Map<string, OrganizationRows>();
  private readonly outlined: Promise<void>;
  private readonly tellOthers: Debounced;
  private restoring: Promise<void> | undefined;
  private watcher: Disposable | undefined;
  private isOver = false;
  times = neverRead;
  /** When this window last began to read, milliseconds since 1970. */
  triedAt: number | null = null;
  /** What went wrong in the last refresh; undefined where it went well. */
  error: ForgeError | undefined;
  /** Whether another window was reading when this one last wanted to. */
  isLeftToAnother = false;
  /** The refresh that is under way. It has no `progress` until it is this window's turn to read. */
  reading: { readonly progress: Progress | undefined; readonly end: Promise<void>; hurry(): void } | undefined;

  /** Begins to show what stands at the top in the last snapshot. */
  constructor(
    readonly account: Account,
    readonly context: FleetContext,
  ) {
    this.tellOthers = context.clock.debounce(tellMs, () => void this.mergeAndSave());
    this.outlined = this.showOutline();
  }

  /** When it was last read or tried to be, milliseconds since 1970; undefined where that is still to come. */
  get lookedAt(): number | undefined {
    const times = [this.times.refreshedAt, this.triedAt].filter((time) => time !== null);
    return times.length > 0 ? Math.max(...times) : undefined;
  }

  /** Whether what is known will do for somebody to whom it may be so old, in milliseconds. Never after a failure that passes. */
  isYoungerThan(ms: number): boolean {
    return !isForgesFailure(this.error) && isWithin(ms, this.lookedAt, this.context.clock.now());
  }

  /** How many servers and sites are known. */
  get size(): number {
    return this.rows().reduce((size, { counts: { servers, sites } }) => size + servers + sites, 0);
  }

  rows(): readonly OrganizationRows[] {
    return [...this.organizations.values()];
  }

  /** Takes over an organization. @returns its rows, whether they are new, and the keys of those that look different now */
  putOrganization(organization: Organization) {
    const key = this.keyOf(organization);
    const known = this.organizations.get(key);
    const rows = known ?? new OrganizationRows(this.account, organization, this.context.tellDeployment);
    this.organizations.set(key, rows);
    return { rows, isNew: !known, keys: !known || rows.rename(organization) ? [rootKey, key] : [] };
  }

  /** Takes out the organizations that are not among these. @returns the keys of the rows that changed */
  keepOrganizations(organizations: readonly Organization[]): readonly string[] {
    const kept = new Set(organizations.map((organization) => this.keyOf(organization)));
    const gone = [...this.organizations.keys()].filter((key) => !kept.has(key));
    for (const key of gone) {
      this.organizations.delete(key);
    }
    return gone.length > 0 ? [rootKey] : [];
  }

  /** Tells this window now and the others soon that these rows changed. */
  tellAll(keys: readonly string[]): void {
    this.context.tell(keys);
    this.tellOthers();
  }

  /** Shows what the last snapshot holds, and follows what other windows write from then on. Costs no request. */
  restore(): Promise<void> {
    this.restoring ??= this.load();
    return this.restoring;
  }

  /** Takes over what another window wrote, where that is newer than what is known here. */
  catchUp(): Promise<void> {
    return this.takeOthers((outline) => this.isOlderThan(outline));
  }

  async save(): Promise<void> {
    // What was never read is not worth a file; that nothing is left is.
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
   * Shows servers before it is known what is on them: thousands of sites take a while, and are read only when somebody wants to see
   * them, but what they stand below is a small file. It is there when VS Code first asks for rows, so that it has to ask only once.
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

  /** What another window read meanwhile is not overwritten with what was known here before. */
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
   * Takes over all of a snapshot where it is newer than what is known, else only newer deployments.
   * @param isFirst whether nothing is known yet but the snapshot's own outline
   */
  private take(snapshot: Snapshot | undefined, isFirst = false): void {
    if (snapshot && !this.isOver) {
      const isReading = this.reading?.progress !== undefined;
      const isNewer = isFirst || (!isReading && this.isOlderThan(snapshot));
      // While another window reads for the first time, what it has so far is more than nothing.
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

  /** @param isAll whether there is nothing else in these organizations */
  private takeRows({ organizations }: Snapshot, isAll = false): readonly string[] {
    return organizations.flatMap(({ organization, servers, sites }) => {
      const { rows, keys } = this.putOrganization(organization);
      // What this window has read of it before says nothing of what is gone.
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
