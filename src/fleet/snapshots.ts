import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isRecord, type Organization, type Server, type Site } from '../forge/resources';
import type { Log } from '../ui/log';

/** Grows when what is written can no longer be read by those who wrote it before. Part of the file's name. */
const version = 1;

/** The largest file that is read, in bytes. 5,000 sites take about 5 MB. */
const maxBytes = 32 * 1024 * 1024;

/** The name of an empty file that tells of a sign-out begins so, and ends with the account's id. */
const leftPrefix = 'left-';

/** How long the snapshot of an account that nobody uses any more is kept, in milliseconds. */
const keptMs = 30 * 86_400_000;

export interface OrganizationSnapshot {
  readonly organization: Organization;
  readonly servers: readonly Server[];
  readonly sites: readonly Site[];
}

/** What was known of an account's fleet, as it lies on disk. Holds what `resources` reads and therefore no secret. */
export interface Snapshot {
  readonly version: number;
  /** `Account.key`. */
  readonly account: string;
  /** When all of it was last read, milliseconds since 1970; null where a part has never been read. */
  readonly refreshedAt: number | null;
  /** The window that wrote it. */
  readonly writer: string;
  readonly organizations: readonly OrganizationSnapshot[];
}

/**
 * Snapshots of fleets in a folder, one file an account, shared by all windows. Written beside and then renamed, so that nobody ever reads
 * half of one. What cannot be read is set aside and missing; what cannot be written is logged. No method rejects.
 */
export class Snapshots {
  /** Stands for this window in what it writes. */
  readonly writer = randomUUID();
  private readonly saving = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, () => Snapshot>();
  private readonly forgetting = new Map<string, Promise<void>>();
  private warned = false;

  constructor(
    readonly folder: string,
    private readonly log: Log,
  ) {}

  /** Where the account's snapshot lies. */
  file(account: string): string {
    const name = createHash('sha256').update(account).digest('hex').slice(0, 16);
    return join(this.folder, `${name}.v${version}.json`);
  }

  /** Makes the folder, where that is possible. */
  makeFolder(): void {
    try {
      mkdirSync(this.folder, { recursive: true });
    } catch {
      // Said when something is to be written there.
    }
  }

  /** The account's snapshot; undefined where there is none that can be read. */
  async load(account: string): Promise<Snapshot | undefined> {
    const file = this.file(account);
    await this.forgetting.get(account);
    try {
      if ((await stat(file)).size > maxBytes) {
        throw new Error('It is too large.');
      }
      // Decoded in one go: piece by piece, as it is read, takes twice as long.
      const snapshot: unknown = JSON.parse((await readFile(file)).toString());
      if (isSnapshot(snapshot) && snapshot.account === account) {
        return snapshot;
      }
      throw new Error('It is not a snapshot of this account.');
    } catch (error) {
      if (!isMissing(error)) {
        this.log.error('The snapshot of the fleet could not be read and is set aside', error);
        await rename(file, `${file}.broken`).catch(() => rm(file, { force: true }).catch(() => undefined));
      }
      return undefined;
    }
  }

  /** Writes the account's snapshot, as it is when its turn comes: of several calls in a row, the last counts. */
  async save(account: string, snapshot: () => Snapshot): Promise<void> {
    const isRunning = this.waiting.has(account) || this.saving.has(account);
    this.waiting.set(account, snapshot);
    if (!isRunning) {
      this.saving.set(account, this.saveAll(account));
    }
    await this.saving.get(account);
  }

  /** Removes what is stored of an account. */
  forget(account: string): Promise<void> {
    this.waiting.delete(account);
    const forgetting = this.remove(account).finally(() => {
      if (this.forgetting.get(account) === forgetting) {
        this.forgetting.delete(account);
      }
    });
    // Who signs in again at once must not be given what is being removed, nor lose what they write.
    this.forgetting.set(account, forgetting);
    return forgetting;
  }

  /** Tells the other windows that the account with this id has signed out. */
  async leave(id: string): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(join(this.folder, `${leftPrefix}${id}`), '');
    } catch (error) {
      this.log.error('Other windows could not be told of the sign-out', error);
    }
  }

  /** Whether the account with this id has signed out in some window. */
  hasLeft(id: string): Promise<boolean> {
    return stat(join(this.folder, `${leftPrefix}${id}`)).then(
      () => true,
      () => false,
    );
  }

  /** The id of the account of whose sign-out this file tells; undefined for any other file. */
  leftBy(file: string): string | undefined {
    const name = basename(file);
    return name.startsWith(leftPrefix) ? name.slice(leftPrefix.length) : undefined;
  }

  private async remove(account: string): Promise<void> {
    await this.saving.get(account);
    const file = this.file(account);
    await Promise.all([file, `${file}.broken`].map((path) => rm(path, { force: true }).catch(() => undefined)));
  }

  private async saveAll(account: string): Promise<void> {
    await this.forgetting.get(account);
    for (let next = this.waiting.get(account); next; next = this.waiting.get(account)) {
      this.waiting.delete(account);
      await this.write(this.file(account), next());
    }
    await this.removeOld();
    this.saving.delete(account);
  }

  private async write(file: string, snapshot: Snapshot): Promise<void> {
    const beside = `${file}.${this.writer}.tmp`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(beside, JSON.stringify(snapshot), { mode: 0o600 });
      await rename(beside, file);
      this.warned = false;
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined);
      if (!this.warned) {
        this.warned = true;
        this.log.error('The snapshot of the fleet could not be written; the next window begins without it', error);
      }
    }
  }

  private async removeOld(): Promise<void> {
    const since = Date.now() - keptMs;
    for (const name of await readdir(this.folder).catch(() => [])) {
      const file = join(this.folder, name);
      try {
        if ((await stat(file)).mtimeMs < since) {
          // A lease that a crash has left behind is a folder.
          await rm(file, { recursive: true, force: true });
        }
      } catch {
        // Another window has removed it in the same moment.
      }
    }
  }
}

/** What is written down of an account's fleet. @param refreshedAt milliseconds since 1970; undefined where a part was never read */
export function snapshotOf(
  account: string,
  writer: string,
  refreshedAt: number | undefined,
  organizations: readonly OrganizationSnapshot[],
): Snapshot {
  return { version, account, writer, refreshedAt: refreshedAt ?? null, organizations };
}

function isMissing(error: unknown): boolean {
  return isRecord(error) && error.code === 'ENOENT';
}

/** Whether it has the shape of what is written here, as far as anything that is drawn from it relies on that. */
function isSnapshot(value: unknown): value is Snapshot {
  return (
    isRecord(value) &&
    value.version === version &&
    typeof value.account === 'string' &&
    typeof value.writer === 'string' &&
    (value.refreshedAt === null || typeof value.refreshedAt === 'number') &&
    Array.isArray(value.organizations) &&
    value.organizations.every(
      (entry) =>
        isRecord(entry) &&
        isRecord(entry.organization) &&
        [entry.organization.id, entry.organization.name, entry.organization.slug].every(isText) &&
        Array.isArray(entry.servers) &&
        entry.servers.every((server) => isRecord(server) && isText(server.id) && isText(server.name)) &&
        Array.isArray(entry.sites) &&
        entry.sites.every(isSite),
    )
  );
}

function isSite(site: unknown): boolean {
  return (
    isRecord(site) &&
    isText(site.id) &&
    isText(site.name) &&
    Array.isArray(site.aliases) &&
    Array.isArray(site.tags) &&
    (site.repository === null || (isRecord(site.repository) && isText(site.repository.url))) &&
    (site.latestDeployment === null || isDeployment(site.latestDeployment))
  );
}

function isDeployment(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value.id) &&
    isRecord(value.commit) &&
    [value.status, value.commit.hash].every((text) => text === null || isText(text)) &&
    [value.createdAt, value.startedAt, value.endedAt].every((time) => time === null || typeof time === 'number')
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
