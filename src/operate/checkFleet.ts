import pLimit from 'p-limit';
import type { Account } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import { ForgeError, isAborted } from '../forge/errors';
import type { AnyResource } from '../forge/resources';
import { kindOf } from '../resources/catalogue';
import { nameOf } from '../resources/resourceWords';
import { type WatchedId, watchedIds } from '../resources/watchedKinds';
import type { Log } from '../ui/log';
import { type CheckedFleets, type CheckPart, checkParts, itemKey } from './checkedFleets';
import type { Found } from './findings';
import { isPublicHost, type readCertificate, type ShownCertificate } from './readCertificate';

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

/** What a part of a check takes. */
export interface PlannedPart {
  readonly part: CheckPart;
  /** How many servers or sites it looks at. */
  readonly count: number;
  /** How many requests to Forge it takes, at least. */
  readonly requests: number;
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
  private readonly parts: ReadonlyMap<CheckPart, Part>;

  constructor(
    private readonly fleet: Fleet,
    private readonly checked: CheckedFleets,
    read: typeof readCertificate,
    private readonly log: Log,
  ) {
    const watched = watchedIds.map((kind) => [kind, resourcePart(kind)] as const);
    const certificates: Part = {
      requests: 0,
      entries: (all) => sitesToCheck(all).filter(({ site }) => isPublicHost(site.name)),
      read: (entry, signal) =>
        'site' in entry ? certificateProblems(entry, (host) => read(host, fleet.clock, signal)) : Promise.resolve([]),
    };
    this.parts = new Map<CheckPart, Part>([...watched, ['tls', certificates]]);
  }

  /** What checking everything takes. */
  plan(): readonly PlannedPart[] {
    return [...this.parts].map(([part, { entries, requests }]) => {
      const count = entries(this.fleet).length;
      return { part, count, requests: count * requests };
    });
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
      : open
          .flatMap((account) => this.items(account))
          .reduce((sum, { part }) => sum + (this.parts.get(part)?.requests ?? 0), 0);
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
        const found = (await this.parts.get(part)?.read(entry, signal)) ?? [];
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
        } else if (kind === undefined && part === 'tls') {
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
      items.map((item) => (item.part === 'tls' ? limits.handshakes : limits.requests)(() => check(item))),
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
    const entries = this.parts.get(part)?.entries(this.fleet) ?? [];
    return entries.map((entry) => ({ part, entry, key: itemKey(part, entry.key) }));
  }
}

/** Archived servers and new ones have nothing to check. */
function serversToCheck(fleet: Fleet): readonly ServerEntry[] {
  return fleet.allServers().filter(({ server }) => !server.revoked && server.isReady !== false);
}

function sitesToCheck(fleet: Fleet): readonly SiteEntry[] {
  return fleet.allSites().filter(({ server }) => server !== null && !server.revoked);
}

/** Looks at all resources of a kind. */
function resourcePart(id: WatchedId): Part {
  const { on, watch } = kindOf(id);
  return {
    requests: 1,
    entries: (fleet) =>
      (on === 'site' ? sitesToCheck(fleet) : serversToCheck(fleet)).filter((entry) => watch?.isFor?.(entry) ?? true),
    read: (entry, signal) => resourceProblems(entry, id, signal),
  };
}

async function resourceProblems(
  entry: ServerEntry | SiteEntry,
  id: WatchedId,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const { list, parameter, watch } = kindOf(id);
  const { client } = entry.account;
  const options = { lane: 'background', signal } as const;
  const found: Found[] = [];
  if (!list || !watch) {
    return found;
  }
  for await (const { items } of client.list(list, entry.api.path as never, options)) {
    for (const resource of items as readonly AnyResource[]) {
      const path = { ...entry.api.path, [parameter]: resource.id } as never;
      const latest = { ...options, query: { sort: '-created_at' }, count: 5 };
      const newest = watch.newest ? ((await client.first(watch.newest, path, latest)) as readonly AnyResource[]) : [];
      const problem = watch.problem(resource.attributes, newest, client.now());
      if (problem) {
        found.push({ ...problem, subject: nameOf(id, resource), resourceId: resource.id });
      }
    }
  }
  return found;
}

async function certificateProblems(
  { site, account }: SiteEntry,
  read: (host: string) => Promise<ShownCertificate>,
): Promise<readonly Found[]> {
  const { endsAt, isForHost, isTrusted } = await read(site.name);
  const now = account.client.now();
  const isOver = endsAt !== null && endsAt <= now;
  const isEnding = endsAt !== null && endsAt - now < certificateMs;
  const problem = isOver
    ? 'expired'
    : !isForHost
      ? 'foreign'
      : !isTrusted
        ? 'untrusted'
        : isEnding
          ? 'ending'
          : undefined;
  return problem ? [{ subject: null, state: `${problem} ${endsAt}`, since: endsAt }] : [];
}
