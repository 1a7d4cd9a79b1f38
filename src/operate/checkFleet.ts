import pLimit from 'p-limit';
import type { Account } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import { ForgeError, isAborted } from '../forge/errors';
import { type AnyResource, line, time } from '../forge/resources';
import { kindOf, stateOf } from '../resources/catalogue';
import type { Log } from '../ui/log';
import { type CheckedFleets, type CheckPart, checkParts, itemKey } from './checkedFleets';
import type { Found } from './findings';
import { isPublicHost, type readCertificate } from './readCertificate';

/** How many requests of a check wait in the limiter at a time: enough to use every free slot. */
const atATime = 4;

/** How many sites to ask for their certificate at a time. */
const handshakesAtATime = 5;

/** How many requests may fail in a row before the check stops. */
const mostFailures = 5;

/** The share of the limit that is left for background requests (budget.ts reserves the rest for clicks). */
const backgroundShare = 0.75;

/** How long before its end a certificate needs attention, in milliseconds: Let's Encrypt's should have been renewed by then. */
const certificateMs = 14 * 86_400_000;

const hourMs = 3_600_000;

/** How often backups run, in milliseconds. Those with a cron expression aren't known to be overdue. */
const backupIntervals: Readonly<Record<string, number>> = { hourly: hourMs, daily: 24 * hourMs, weekly: 168 * hourMs };

/** Which entries a part of the check looks at, and how. */
interface Part {
  /** The requests that one entry takes, at least. */
  readonly requests: number;
  readonly entries: (fleet: Fleet) => readonly (ServerEntry | SiteEntry)[];
  readonly read: (entry: ServerEntry | SiteEntry, signal: AbortSignal) => Promise<readonly Found[]>;
}

/** Something to check. */
interface Item {
  readonly part: CheckPart;
  readonly entry: ServerEntry | SiteEntry;
  readonly key: string;
}

/** What a check will take. */
export interface Plan {
  /** How many servers or sites each part looks at. */
  readonly counts: Readonly<Record<CheckPart, number>>;
  /** How many requests to Forge each part takes, at least. */
  readonly requests: Readonly<Record<CheckPart, number>>;
}

/** How a check ended. */
export interface Outcome {
  readonly checked: number;
  /** What is left to do; 0 if it is finished. */
  readonly left: number;
  /** What could not be read, and was skipped. */
  readonly failed: number;
  /** Why the check stopped or skipped a part; undefined if nothing went wrong. */
  readonly error: unknown;
}

/** Looks through all servers and sites for what Forge doesn't report by itself. Its results are in `CheckedFleets`. */
export class FleetCheck {
  private readonly parts: Readonly<Record<CheckPart, Part>>;

  constructor(
    private readonly fleet: Fleet,
    private readonly checked: CheckedFleets,
    read: typeof readCertificate,
    private readonly log: Log,
  ) {
    this.parts = {
      monitors: { requests: 1, entries: connectedServers, read: onServer(monitorsInAlert) },
      backups: {
        requests: 1,
        entries: (all) => connectedServers(all).filter(({ server }) => server.databaseType !== ''),
        read: onServer(failedBackups),
      },
      heartbeats: { requests: 1, entries: reachableSites, read: onSite(missingHeartbeats) },
      certificates: {
        requests: 0,
        entries: (all) => reachableSites(all).filter(({ site }) => isPublicHost(site.name)),
        read: onSite((entry, signal) => endingCertificate(entry, signal, read)),
      },
    };
  }

  /** What checking everything takes. */
  plan(): Plan {
    const count = (part: CheckPart) => this.parts[part].entries(this.fleet).length;
    const counts = record(count);
    return { counts, requests: record((part) => counts[part] * this.parts[part].requests) };
  }

  /** About how many minutes that many requests take. */
  minutes(requests: number): number {
    const limits = this.accounts().map(({ limiter }) => limiter.state.limit);
    return limits.length === 0 ? 0 : Math.ceil(requests / (Math.min(...limits) * backgroundShare));
  }

  /** The requests that the unfinished check needs; undefined if there is no unfinished check. */
  get left(): number | undefined {
    const open = this.accounts().filter((account) => this.checked.check(account)?.isFinished === false);
    return open.length === 0
      ? undefined
      : open.flatMap((account) => this.items(account)).reduce((sum, { part }) => sum + this.parts[part].requests, 0);
  }

  /**
   * Checks everything, or what is left of an unfinished check. Requests wait behind all others.
   * @param parts what to look at; undefined to continue the unfinished check
   * @param tell called with the number of items that are done, and of all
   */
  async run(
    parts: readonly CheckPart[] | undefined,
    signal: AbortSignal,
    tell: (done: number, all: number) => void,
  ): Promise<Outcome> {
    const accounts = this.accounts().filter(
      (account) => parts !== undefined || this.checked.check(account)?.isFinished === false,
    );
    if (parts) {
      const all = new Set(checkParts.flatMap((part) => this.itemsOf(part).map(({ key }) => key)));
      for (const account of accounts) {
        const check = { begunAt: this.fleet.clock.now(), parts, isFinished: false };
        this.checked.setCheck(account, check, (item) => all.has(item));
      }
    }
    const work = accounts.map((account) => ({ account, items: this.items(account) }));
    const all = work.reduce((sum, { items }) => sum + items.length, 0);
    let done = 0;
    const next = () => {
      done += 1;
      tell(done, all);
    };
    const outcomes = await Promise.all(work.map(({ account, items }) => this.runFor(account, items, signal, next)));
    await this.checked.save();
    const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, one) => total + count(one), 0);
    return {
      checked: sum(({ checked }) => checked),
      left: sum(({ left }) => left),
      failed: sum(({ failed }) => failed),
      error: outcomes.find(({ error }) => error !== undefined)?.error,
    };
  }

  private async runFor(
    account: Account,
    items: readonly Item[],
    stop: AbortSignal,
    next: () => void,
  ): Promise<Outcome> {
    const failure = new AbortController();
    const signal = AbortSignal.any([stop, account.signal, failure.signal]);
    const limits = { requests: pLimit(atATime), handshakes: pLimit(handshakesAtATime) };
    const refused = new Set<CheckPart>();
    let [checked, failed, inARow] = [0, 0, 0];
    let error: unknown;
    const check = async ({ part, entry, key }: Item) => {
      if (signal.aborted || refused.has(part)) {
        return;
      }
      try {
        const found = await this.parts[part].read(entry, signal);
        this.checked.setItem(account, key, { at: this.fleet.clock.now(), found });
        checked += 1;
        inARow = 0;
      } catch (problem) {
        if (signal.aborted || isAborted(problem)) {
          return;
        }
        const kind = problem instanceof ForgeError ? problem.kind : undefined;
        if (kind === 'notFound') {
          // It has gone since the last refresh.
          this.checked.setItem(account, key, { at: this.fleet.clock.now(), found: [] });
        } else if (kind === undefined && part === 'certificates') {
          // Whether a site can be reached from here is no matter of its certificate.
          this.log.debug(`The certificate of ${key} could not be read: ${String(problem)}`);
          this.checked.setItem(account, key, { at: this.fleet.clock.now(), found: [] });
          failed += 1;
        } else {
          this.log.error(`${key} could not be checked`, problem);
          error ??= problem;
          failed += 1;
          inARow += 1;
          if (kind === 'forbidden') {
            refused.add(part);
            inARow = 0;
          }
          if (kind === 'unauthenticated' || inARow >= mostFailures) {
            failure.abort();
          }
        }
      }
      next();
    };
    await Promise.all(
      items.map((item) => (item.part === 'certificates' ? limits.handshakes : limits.requests)(() => check(item))),
    );
    const known = this.checked.check(account);
    const left = account.signal.aborted ? 0 : this.items(account).filter(({ part }) => !refused.has(part)).length;
    if (known && (left === 0 || !signal.aborted)) {
      this.checked.setCheck(account, { ...known, isFinished: true }, () => true);
    }
    return { checked, left: signal.aborted ? left : 0, failed, error };
  }

  private accounts(): readonly Account[] {
    return [...new Set(this.fleet.organizations().map(({ account }) => account))];
  }

  /** What the latest check of an account has yet to do. */
  private items(account: Account): readonly Item[] {
    const { begunAt, parts } = this.checked.check(account) ?? { begunAt: 0, parts: [] };
    return parts
      .flatMap((part) => this.itemsOf(part))
      .filter(({ entry, key }) => entry.account === account && (this.checked.item(account, key)?.at ?? -1) < begunAt);
  }

  private itemsOf(part: CheckPart): readonly Item[] {
    return this.parts[part].entries(this.fleet).map((entry) => ({ part, entry, key: itemKey(part, entry.key) }));
  }
}

function record<Value>(value: (part: CheckPart) => Value): Readonly<Record<CheckPart, Value>> {
  return Object.fromEntries(checkParts.map((part) => [part, value(part)])) as Record<CheckPart, Value>;
}

/** Archived servers and new ones have nothing to check. */
function connectedServers(fleet: Fleet): readonly ServerEntry[] {
  return fleet.allServers().filter(({ server }) => !server.revoked && server.isReady !== false);
}

function reachableSites(fleet: Fleet): readonly SiteEntry[] {
  return fleet.allSites().filter(({ server }) => server !== null && !server.revoked);
}

function onServer(read: (entry: ServerEntry, signal: AbortSignal) => Promise<readonly Found[]>): Part['read'] {
  return (entry, signal) => ('site' in entry ? Promise.resolve([]) : read(entry, signal));
}

function onSite(read: (entry: SiteEntry, signal: AbortSignal) => Promise<readonly Found[]>): Part['read'] {
  return (entry, signal) => ('site' in entry ? read(entry, signal) : Promise.resolve([]));
}

async function monitorsInAlert({ api }: ServerEntry, signal: AbortSignal): Promise<readonly Found[]> {
  const found: Found[] = [];
  for await (const { items } of api.list('listMonitors', {}, { lane: 'background', signal })) {
    for (const monitor of items) {
      if (stateOf('monitors', monitor) === 'ALERT') {
        const since = time(monitor.attributes.state_changed_at);
        found.push(ofResource(kindOf('monitors').name(monitor.attributes), monitor, String(since ?? 'ALERT'), since));
      }
    }
  }
  return found;
}

async function missingHeartbeats({ api }: SiteEntry, signal: AbortSignal): Promise<readonly Found[]> {
  const found: Found[] = [];
  for await (const { items } of api.list('listHeartbeats', {}, { lane: 'background', signal })) {
    for (const heartbeat of items) {
      if (stateOf('heartbeats', heartbeat) === 'missing') {
        found.push(ofResource(line(heartbeat.attributes.name), heartbeat, 'missing', null));
      }
    }
  }
  return found;
}

async function failedBackups({ api, account }: ServerEntry, signal: AbortSignal): Promise<readonly Found[]> {
  const found: Found[] = [];
  const options = { lane: 'background', signal } as const;
  for await (const { items } of api.list('listBackupConfigurations', {}, options)) {
    for (const backup of items) {
      const newest = await api.first(
        'listBackups',
        { backupConfiguration: backup.id },
        { ...options, query: { sort: '-created_at' }, count: 5 },
      );
      const problem = backupProblem(backup, newest, account.client.now());
      if (problem) {
        found.push(ofResource(kindOf('backups').name(backup.attributes), backup, problem.state, problem.since));
      }
    }
  }
  return found;
}

/** Whether the newest backup failed, or is older than it should be. @param now Forge's time, in milliseconds since 1970 */
export function backupProblem(
  { attributes: { schedule } }: Pick<AnyResource, 'attributes'>,
  newest: readonly AnyResource[],
  now: number,
): Pick<Found, 'state' | 'since'> | undefined {
  const ended = newest.flatMap(({ attributes: { status, finished_at } }) => {
    const seconds = Number(finished_at);
    return finished_at !== null && seconds > 0 ? [{ status: line(status), at: seconds * 1_000 }] : [];
  });
  const last = ended.reduce<(typeof ended)[number] | undefined>(
    (later, one) => (later && later.at >= one.at ? later : one),
    undefined,
  );
  if (!last) {
    return undefined;
  }
  if (/^failed/i.test(last.status ?? '')) {
    return { state: `failed ${last.at}`, since: last.at };
  }
  const interval = typeof schedule === 'string' ? backupIntervals[schedule.toLowerCase()] : undefined;
  const isOverdue = interval !== undefined && now - last.at > interval + Math.max(hourMs, interval / 4);
  return isOverdue ? { state: `overdue ${last.at}`, since: last.at } : undefined;
}

async function endingCertificate(
  { site, account }: SiteEntry,
  signal: AbortSignal,
  read: typeof readCertificate,
): Promise<readonly Found[]> {
  const { endsAt, isForHost, isTrusted } = await read(site.name, signal);
  const now = account.client.now();
  const problem =
    endsAt !== null && endsAt <= now
      ? 'expired'
      : !isForHost
        ? 'foreign'
        : !isTrusted
          ? 'untrusted'
          : endsAt !== null && endsAt - now < certificateMs
            ? 'ending'
            : undefined;
  return problem ? [{ subject: null, state: `${problem} ${endsAt}`, since: endsAt }] : [];
}

function ofResource(subject: string | null, { id }: AnyResource, state: string, since: number | null): Found {
  return { subject: subject ?? id, state, since, resourceId: id };
}
