import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../forge/clock';
import { isRecord } from '../forge/json';
import type { Organization, Server, Site } from '../forge/resources';
import type { Log } from '../ui/log';
import { neverRead, type ReadTimes } from './readTimes';

/** Incremented when older versions can't read the format anymore. Part of the file names. */
const version = 4;

/** Number of sites per line, so that reading and writing never block a window for long. */
const sitesPerLine = 100;

/** Maximum size of a file that is read, in bytes. 5,000 sites take about 3 MB. */
const maxBytes = 32 * 1024 * 1024;

/** How long to keep the snapshot of an unused account, in milliseconds. */
const keptMs = 30 * 86_400_000;

/** Suffix of a file that is being written. */
const unfinishedSuffix = '.tmp';

/** Age in milliseconds from which a file being written counts as abandoned by its window. */
const unfinishedMs = 3_600_000;

export interface OrganizationSnapshot {
  readonly organization: Organization;
  readonly servers: readonly Server[];
  readonly sites: readonly Site[];
}

/** The fleet of an account. Has only what `resources` reads, and therefore no secrets. */
export interface KnownFleet extends ReadTimes {
  readonly organizations: readonly OrganizationSnapshot[];
}

/** A stored fleet. */
export interface Snapshot extends KnownFleet {
  readonly version: number;
  /** `Account.key`. */
  readonly account: string;
  /** The window that wrote it. */
  readonly writer: string;
}

/** A snapshot without its sites. */
export interface Outline extends Omit<Snapshot, 'organizations'> {
  /** Also in the header of the sites written with it. */
  readonly stamp: string;
  readonly organizations: readonly Omit<OrganizationSnapshot, 'sites'>[];
}

/** The header of the sites, to check that they belong to the outline and are complete. */
interface SitesHead {
  readonly version: number;
  readonly account: string;
  readonly stamp: string;
  readonly lines: number;
}

/** The sites of a file, by the slug of their organization. */
interface WrittenSites {
  readonly stamp: string;
  readonly sites: ReadonlyMap<string, readonly Site[]>;
}

/** Files and their texts. */
type WrittenFiles = readonly (readonly [file: string, text: string])[];

/** Some sites of one organization. */
interface SitesLine {
  /** Its slug. */
  readonly organization: string;
  readonly sites: readonly Site[];
}

/**
 * Snapshots of fleets in a folder, shared by all windows. An account has two files: the outline, which is small and loads immediately, and
 * its sites, line by line. Each is written to a temporary file and then renamed, so that nobody reads a partial one; the outline, which
 * has the times of the data, comes last. Unreadable files are set aside and count as missing; write errors are logged. No method rejects.
 */
export class Snapshots {
  /** Identifies this window in what it writes. */
  readonly writer = randomUUID();
  private readonly waiting = new Map<string, () => KnownFleet>();
  /** The last pending operation of each account. */
  private readonly turns = new Map<string, Promise<void>>();
  private warned = false;
  private hasRemovedOld = false;

  constructor(
    readonly folder: string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Path of the outline of the account's snapshot. It is written last. */
  file(account: string): string {
    const name = createHash('sha256').update(account).digest('hex').slice(0, 16);
    return join(this.folder, `${name}.v${version}.json`);
  }

  /** Path of the sites of the account's snapshot. */
  sitesFile(account: string): string {
    return this.file(account).replace(/json$/, 'sites.jsonl');
  }

  /** Path of what Check Fleet found for the account. */
  findingsFile(account: string): string {
    return this.file(account).replace(/json$/, 'findings.json');
  }

  /** What Check Fleet found for the account, in any shape; undefined if there is nothing readable. */
  loadFindings(account: string): Promise<unknown> {
    return this.read(account, this.findingsFile(account), (text): unknown => JSON.parse(text.toString()));
  }

  /** Writes what Check Fleet found for the account when its turn comes. @param found called then */
  saveFindings(account: string, found: () => object): Promise<void> {
    return this.inTurn(account, () => this.writeFiles(() => [[this.findingsFile(account), JSON.stringify(found())]]));
  }

  /** The account's snapshot without its sites; undefined if there is no readable one. */
  loadOutline(account: string): Promise<Outline | undefined> {
    return this.read(account, this.file(account), (text) => {
      const outline: unknown = JSON.parse(text.toString());
      return isOutline(outline) && outline.account === account ? outline : undefined;
    });
  }

  /** The account's snapshot; undefined if there is no readable one. */
  async load(account: string): Promise<Snapshot | undefined> {
    const outline = await this.loadOutline(account);
    return outline && this.loadSites(account, outline);
  }

  /**
   * The whole snapshot of an outline; undefined if the sites can't be read. Sites that were written with another outline, because two
   * windows wrote at the same time or one died in between, are better than none, but count as never read.
   */
  async loadSites(account: string, { stamp, ...outline }: Outline): Promise<Snapshot | undefined> {
    const written = await this.read(account, this.sitesFile(account), (lines) => readSites(account, lines));
    return (
      written && {
        ...outline,
        ...(written.stamp === stamp ? {} : { ...neverRead, feedMissedAt: outline.feedMissedAt }),
        organizations: outline.organizations.map((entry) => ({
          ...entry,
          sites: written.sites.get(entry.organization.slug) ?? [],
        })),
      }
    );
  }

  /** Writes the account's fleet when its turn comes: of several calls in a row, the last one counts. */
  save(account: string, known: () => KnownFleet): Promise<void> {
    this.waiting.set(account, known);
    return this.inTurn(account, async () => {
      const next = this.waiting.get(account);
      if (next) {
        this.waiting.delete(account);
        await this.write(account, next());
        await this.removeOld();
      }
    });
  }

  /** Deletes an account's files. */
  forget(account: string): Promise<void> {
    this.waiting.delete(account);
    return this.inTurn(account, async () => {
      const all = [this.file(account), this.sitesFile(account), this.findingsFile(account)];
      const files = all.flatMap((file) => [file, `${file}.broken`]);
      await Promise.all(files.map((path) => rm(path, { force: true }).catch(() => undefined)));
    });
  }

  /** One after the other: an account that signs in again right away must not read what is being deleted, nor lose what it writes. */
  private inTurn(account: string, work: () => Promise<void>): Promise<void> {
    const turn = Promise.resolve(this.turns.get(account)).then(work);
    this.turns.set(account, turn);
    return turn;
  }

  /** The contents of a file; undefined if there is none or it is malformed. A malformed file is set aside. */
  private async read<T>(
    account: string,
    file: string,
    parse: (bytes: Buffer) => T | undefined | Promise<T | undefined>,
  ): Promise<T | undefined> {
    await this.turns.get(account);
    try {
      const content = await parse(await readPlainFile(file));
      if (content !== undefined) {
        return content;
      }
      throw new Error('It is not a snapshot of this account.');
    } catch (error) {
      if (isOfSystem(error) && error.code !== 'ELOOP') {
        // The file may be fine and only unavailable at the moment.
        if (error.code !== 'ENOENT') {
          this.log.error('The snapshot of the fleet could not be read', error);
        }
      } else {
        this.log.error('The snapshot of the fleet could not be read and is set aside', error);
        await rename(file, `${file}.broken`).catch(() => rm(file, { force: true }).catch(() => undefined));
      }
      return undefined;
    }
  }

  private async write(account: string, { organizations, ...times }: KnownFleet): Promise<void> {
    const stamp = randomUUID();
    const outline: Outline = {
      ...times,
      version,
      account,
      writer: this.writer,
      stamp,
      organizations: organizations.map(({ organization, servers }) => ({ organization, servers })),
    };
    await this.writeFiles(async () => [
      [this.sitesFile(account), await writtenSites(account, stamp, organizations)],
      [this.file(account), JSON.stringify(outline)],
    ]);
  }

  /** Writes files, in this order. Logs the first of several failures in a row. */
  private async writeFiles(files: () => WrittenFiles | Promise<WrittenFiles>): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      await this.replace(await files());
      this.warned = false;
    } catch (error) {
      if (!this.warned) {
        this.warned = true;
        this.log.error('The snapshot of the fleet could not be written; the next window begins without it', error);
      }
    }
  }

  /** Replaces files, in this order, once all of them have been written. */
  private async replace(files: WrittenFiles): Promise<void> {
    const beside = (file: string) => `${file}.${this.writer}${unfinishedSuffix}`;
    try {
      for (const [file, text] of files) {
        await writeFile(beside(file), text, { mode: 0o600 });
      }
      for (const [file] of files) {
        await rename(beside(file), file);
      }
    } catch (error) {
      await Promise.all(files.map(([file]) => rm(beside(file), { force: true }).catch(() => undefined)));
      throw error;
    }
  }

  /** Deletes unused files, once per window. */
  private async removeOld(): Promise<void> {
    if (this.hasRemovedOld) {
      return;
    }
    this.hasRemovedOld = true;
    const now = this.clock.now();
    for (const name of await readdir(this.folder).catch(() => [])) {
      const file = join(this.folder, name);
      try {
        if (now - (await lstat(file)).mtimeMs > (name.endsWith(unfinishedSuffix) ? unfinishedMs : keptMs)) {
          // A lease left behind by a crash is a folder.
          await rm(file, { recursive: true, force: true });
        }
      } catch {
        // Another window deleted it at the same moment.
      }
    }
  }
}

/** Reads a regular file and nothing else: a pipe would never end, a link may lead anywhere. */
async function readPlainFile(file: string): Promise<Buffer> {
  // Windows has neither of the two.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) {
      throw new Error('It is no file.');
    }
    if (stats.size > maxBytes) {
      throw new Error('It is too large.');
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Whether the file system failed, and not the contents. */
function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** Sites as the lines of a file, header first. */
async function writtenSites(
  account: string,
  stamp: string,
  organizations: readonly OrganizationSnapshot[],
): Promise<string> {
  const lines = organizations.flatMap(({ organization: { slug }, sites }) =>
    Array.from({ length: Math.ceil(sites.length / sitesPerLine) }, (_, line): SitesLine => {
      const from = line * sitesPerLine;
      return { organization: slug, sites: sites.slice(from, from + sitesPerLine) };
    }),
  );
  const head: SitesHead = { version, account, stamp, lines: lines.length };
  const written = [JSON.stringify(head)];
  for (const line of lines) {
    written.push(JSON.stringify(line));
    await nextTurn();
  }
  return written.join('\n');
}

/** Undefined if `writtenSites` didn't write the file for this account. */
async function readSites(account: string, file: Buffer): Promise<WrittenSites | undefined> {
  const sites = new Map<string, Site[]>();
  let head: SitesHead | undefined;
  let lines = 0;
  for (let from = 0; from <= file.length; ) {
    const end = file.indexOf('\n', from);
    const to = end < 0 ? file.length : end;
    const line: unknown = JSON.parse(file.toString('utf8', from, to));
    from = to + 1;
    if (!head) {
      if (!isSitesHead(line) || line.account !== account) {
        return undefined;
      }
      head = line;
    } else if (isSitesLine(line)) {
      const known = sites.get(line.organization);
      known ? known.push(...line.sites) : sites.set(line.organization, [...line.sites]);
      lines += 1;
    } else {
      return undefined;
    }
    await nextTurn();
  }
  return head?.lines === lines ? { stamp: head.stamp, sites } : undefined;
}

/** Whether it has the expected shape, as far as anything that displays it relies on that. */
function isOutline(value: unknown): value is Outline {
  return (
    isRecord(value) &&
    value.version === version &&
    typeof value.account === 'string' &&
    [value.writer, value.stamp].every(isText) &&
    [value.refreshedAt, value.listedAt, value.begunAt, value.feedMissedAt].every(isTime) &&
    Array.isArray(value.organizations) &&
    value.organizations.every(
      (entry) =>
        isRecord(entry) &&
        isRecord(entry.organization) &&
        [entry.organization.id, entry.organization.name, entry.organization.slug].every(isText) &&
        Array.isArray(entry.servers) &&
        entry.servers.every((server) => isRecord(server) && isText(server.id) && isText(server.name)),
    )
  );
}

function isSitesHead(value: unknown): value is SitesHead {
  return (
    isRecord(value) &&
    value.version === version &&
    [value.account, value.stamp].every(isText) &&
    typeof value.lines === 'number'
  );
}

function isSitesLine(value: unknown): value is SitesLine {
  return isRecord(value) && isText(value.organization) && Array.isArray(value.sites) && value.sites.every(isSite);
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
    [value.createdAt, value.startedAt, value.endedAt].every(isTime)
  );
}

function isTime(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
