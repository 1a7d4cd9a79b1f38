import type { Fleet } from '../fleet/fleet';
import { newerDeployment } from '../fleet/newerDeployment';
import type { SiteEntry } from '../fleet/rows';
import { durationMs, phaseOf } from '../forge/deploymentStatus';
import { allOf, type Disposable, Emitter } from '../forge/emitter';
import { isAborted } from '../forge/errors';
import type { Lane } from '../forge/operations';
import type { Decoded, Deployment } from '../forge/resources';

/** How many deployments of a site are read at first. */
const atFirst = 10;

/** Rows that Forge gives a page (src/forge/README.md, Lists). */
const pageRows = 30;

/** Of how many that went well the usual duration is made. */
const measured = 5;

/** How long a failure is told again instead of asking again, in milliseconds. A refresh asks at once. */
const failureMs = 60_000;

/** The deployments of the sites that somebody opened, newest first: the recent ones with one request, more on demand. */
export class DeploymentHistory implements Disposable {
  private readonly lists = new Map<string, readonly Deployment[]>();
  /** Those that are to be read again. */
  private readonly stale = new Set<string>();
  private readonly opened = new Set<string>();
  /** Where to read on in the lists of which more was wanted. */
  private readonly rests = new Map<string, AsyncGenerator<Decoded<Deployment>>>();
  /** The sites of which all deployments are known. */
  private readonly whole = new Set<string>();
  private readonly failures = new Map<string, { readonly error: unknown; readonly at: number }>();
  private readonly changed = new Emitter<SiteEntry>();
  private readonly listeners: Disposable;

  /** The list of a site that is held here has changed. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly fleet: Fleet) {
    this.listeners = allOf(
      this.changed,
      fleet.onDidChangeDeployment((site) => this.merge(site)),
      fleet.onDidChange(() => {
        // Signed out, or removed: nothing of it stays.
        for (const kept of [this.lists, this.failures, this.stale, this.opened, this.rests, this.whole]) {
          for (const key of kept.keys()) {
            if (!fleet.site(key)) {
              kept.delete(key);
            }
          }
        }
      }),
    );
  }

  /**
   * The recent deployments, read once, and again after `renew`, and kept up to date by what the tracker sees. Where they
   * cannot be read again, those that were there stay.
   * @param lane how urgent that is; who opens a site for the first time waits for it, and after a refresh, what was open is renewed.
   * @throws ForgeError where nothing is known.
   */
  async of(
    site: SiteEntry,
    lane: Lane = this.opened.has(site.key) ? 'visible' : 'user',
  ): Promise<readonly Deployment[]> {
    const known = this.lists.get(site.key);
    if (!site.api.isPlaced || (known && !this.stale.has(site.key))) {
      return known ?? [];
    }
    const failure = this.failures.get(site.key);
    if (failure && this.fleet.clock.now() - failure.at < failureMs) {
      return known ?? Promise.reject(failure.error);
    }
    let read: readonly Deployment[];
    try {
      this.opened.add(site.key);
      read = await site.api.first('listDeployments', {}, { count: atFirst, lane });
    } catch (error) {
      if (!isAborted(error)) {
        this.failures.set(site.key, { error, at: this.fleet.clock.now() });
      }
      return known ?? Promise.reject(error);
    }
    this.stale.delete(site.key);
    this.rests.delete(site.key);
    this.whole.delete(site.key);
    if (read.length < atFirst) {
      this.whole.add(site.key);
    }
    if (this.fleet.site(site.key)) {
      this.lists.set(site.key, this.fresh(site.key, read));
    }
    const newest = read[0];
    if (newest) {
      this.fleet.setDeployment(site.key, newest);
    }
    return this.lists.get(site.key) ?? [];
  }

  /** Reads the next page of a site's deployments. @throws ForgeError */
  async more(site: SiteEntry): Promise<void> {
    const { key } = site;
    if (!site.api.isPlaced || this.whole.has(key)) {
      return;
    }
    const rest = this.rests.get(key) ?? site.api.list('listDeployments', {}, { lane: 'user' });
    this.rests.set(key, rest);
    let page: IteratorResult<Decoded<Deployment>>;
    try {
      page = await rest.next();
    } catch (error) {
      // A list that broke off is not read on, but anew.
      this.rests.delete(key);
      throw error;
    }
    if (!this.fleet.site(key)) {
      return;
    }
    if (page.done) {
      this.whole.add(key);
    } else {
      const known = new Map((this.lists.get(key) ?? []).map((deployment) => [deployment.id, deployment]));
      const { items, malformed } = page.value;
      const others = items.filter(({ id }) => !known.has(id));
      if (items.length + malformed.length < pageRows) {
        this.whole.add(key);
      }
      this.lists.set(key, [...known.values(), ...others]);
      // What was known already is not what was asked for.
      if (others.length === 0 && !this.whole.has(key)) {
        return this.more(site);
      }
    }
    this.changed.fire(site);
  }

  /** Whether there may be more deployments of a site than are known. */
  hasMore(siteKey: string): boolean {
    return this.lists.has(siteKey) && !this.whole.has(siteKey);
  }

  /** How long a deployment of a site takes, in milliseconds: the median of the last that went well; undefined where none is known. */
  usualMs(siteKey: string): number | undefined {
    const times = (this.lists.get(siteKey) ?? [])
      .filter((deployment) => phaseOf(deployment) === 'succeeded')
      .flatMap((deployment) => (deployment.endedAt === null ? [] : (durationMs(deployment, deployment.endedAt) ?? [])))
      .slice(0, measured)
      .sort((a, b) => a - b);
    const middle = Math.floor(times.length / 2);
    const upper = times[middle];
    return upper === undefined || times.length % 2 === 1 ? upper : (upper + (times[middle - 1] ?? upper)) / 2;
  }

  /** The commit of the last deployment of a site that went well; null where Forge does not name it, undefined where none is known. */
  deployedCommit(siteKey: string): string | null | undefined {
    return this.lists.get(siteKey)?.find((deployment) => phaseOf(deployment) === 'succeeded')?.commit.hash;
  }

  /** The deployments of a site as far as they were read; undefined where they are to be read. */
  known(siteKey: string): readonly Deployment[] | undefined {
    return this.stale.has(siteKey) ? undefined : this.lists.get(siteKey);
  }

  /** The deployments of a site as they were read last, also where they are to be read again. */
  last(siteKey: string): readonly Deployment[] {
    return this.lists.get(siteKey) ?? [];
  }

  /** Why the deployments of a site could not be read a short while ago; undefined where they could, or something is known of them. */
  failure(siteKey: string): unknown {
    const failure = this.failures.get(siteKey);
    const isYoung = failure !== undefined && this.fleet.clock.now() - failure.at < failureMs;
    return isYoung && !this.lists.has(siteKey) ? failure.error : undefined;
  }

  /** A deployment as it is now; undefined where it is in no list that was read. */
  find(siteKey: string, deploymentId: string): Deployment | undefined {
    return this.lists.get(siteKey)?.find(({ id }) => id === deploymentId);
  }

  /** Has all lists read again when they are looked at, or that of one site. */
  renew(siteKey?: string): void {
    const all = new Set([...this.lists.keys(), ...this.failures.keys()]);
    const keys = siteKey === undefined ? [...all] : [siteKey].filter((key) => all.has(key));
    for (const key of keys) {
      this.failures.delete(key);
      this.stale.add(key);
    }
    for (const key of keys) {
      const site = this.fleet.site(key);
      if (site) {
        this.changed.fire(site);
      }
    }
  }

  /**
   * Takes over what was seen of one deployment, which need not be the latest.
   * @param vanished whether Forge does not know it any more
   */
  take(siteKey: string, deployment: Deployment, vanished: boolean): void {
    const list = this.lists.get(siteKey);
    const site = this.fleet.site(siteKey);
    if (list && site) {
      const others = vanished ? list.filter(({ id }) => id !== deployment.id) : list;
      this.lists.set(
        siteKey,
        others.map((known) => (known.id === deployment.id ? (newerDeployment(known, deployment) ?? known) : known)),
      );
      this.changed.fire(site);
    }
  }

  dispose(): void {
    this.listeners.dispose();
  }

  private merge(site: SiteEntry): void {
    const list = this.lists.get(site.key);
    if (list) {
      this.lists.set(site.key, this.fresh(site.key, list));
      this.changed.fire(site);
    }
  }

  private fresh(key: string, list: readonly Deployment[]): readonly Deployment[] {
    const latest = this.fleet.site(key)?.site.latestDeployment;
    if (!latest) {
      return list;
    }
    return list.some(({ id }) => id === latest.id)
      ? list.map((deployment) =>
          deployment.id === latest.id ? (newerDeployment(deployment, latest) ?? latest) : deployment,
        )
      : newerDeployment(list[0] ?? null, latest) === latest
        ? this.withNewest(key, latest, list)
        : list;
  }

  /** A list to which a newer deployment has come is no longer than before: else each would stay, with its row in the tree. */
  private withNewest(key: string, newest: Deployment, list: readonly Deployment[]): readonly Deployment[] {
    const kept = list.slice(0, Math.max(list.length, atFirst) - 1);
    if (kept.length < list.length) {
      // The last one is read again with what follows it.
      this.whole.delete(key);
      this.rests.delete(key);
    }
    return [newest, ...kept];
  }
}
