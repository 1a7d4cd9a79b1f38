import type { Fleet } from '../fleet/fleet';
import { newerDeployment } from '../fleet/newerDeployment';
import type { SiteEntry } from '../fleet/rows';
import type { CallOptions } from '../forge/client';
import { durationMs, phaseOf } from '../forge/deploymentStatus';
import { allOf, type Disposable, Emitter } from '../forge/emitter';
import { isAborted } from '../forge/errors';
import type { Lane } from '../forge/operations';
import type { Decoded, Deployment } from '../forge/resources';

/** How many deployments of a site to load at first. */
const atFirst = 10;

/** Rows per page of a Forge list (src/forge/README.md, Lists). */
const pageRows = 30;

/** How many successful deployments the usual duration is based on. */
const measured = 5;

/** How long to repeat a failure instead of asking again, in milliseconds. A refresh asks at once. */
const failureMs = 60_000;

/** The deployments of expanded sites, newest first: the recent ones with one request, more on demand. */
export class DeploymentHistory implements Disposable {
  private readonly lists = new Map<string, readonly Deployment[]>();
  /** The sites whose lists have to be loaded again. */
  private readonly stale = new Set<string>();
  private readonly opened = new Set<string>();
  /** The remaining pages of a site's list, once its second page was loaded. */
  private readonly rests = new Map<string, AsyncGenerator<Decoded<Deployment>>>();
  /** The sites whose deployments are all loaded. */
  private readonly whole = new Set<string>();
  private readonly failures = new Map<string, { readonly error: unknown; readonly at: number }>();
  private readonly changed = new Emitter<SiteEntry>();
  private readonly listeners: Disposable;

  /** A site's list has changed. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly fleet: Fleet) {
    this.listeners = allOf(
      this.changed,
      fleet.onDidChangeDeployment((site) => this.merge(site)),
      fleet.onDidChange(() => {
        // Drop everything about sites that are gone or signed out.
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
   * The recent deployments: loaded once, again after `renew`, and kept up to date by the tracker. If loading again fails, the known ones
   * stay.
   * @param lane by default, urgent for a site that is expanded for the first time, and less so after a refresh
   * @throws ForgeError if nothing is known
   */
  async of(
    site: SiteEntry,
    lane: Lane = this.opened.has(site.key) ? 'visible' : 'user',
    options: Omit<CallOptions, 'lane'> = {},
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
      read = await site.api.first('listDeployments', {}, { ...options, count: atFirst, lane });
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

  /** Loads the next page of a site's deployments. @throws ForgeError */
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
      // After an error, loading more starts over.
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
      // A page of known deployments adds nothing.
      if (others.length === 0 && !this.whole.has(key)) {
        return this.more(site);
      }
    }
    this.changed.fire(site);
  }

  /** Whether a site may have more deployments than are loaded. */
  hasMore(siteKey: string): boolean {
    return this.lists.has(siteKey) && !this.whole.has(siteKey);
  }

  /** How long a deployment of a site usually takes, in milliseconds: the median of the last successful ones; undefined if none is known. */
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

  /** The commit of a site's last successful deployment; null if Forge doesn't report it, undefined if no such deployment is known. */
  deployedCommit(siteKey: string): string | null | undefined {
    return this.lists.get(siteKey)?.find((deployment) => phaseOf(deployment) === 'succeeded')?.commit.hash;
  }

  /** The loaded deployments of a site; undefined if they have to be loaded, or loaded again. */
  known(siteKey: string): readonly Deployment[] | undefined {
    return this.stale.has(siteKey) ? undefined : this.lists.get(siteKey);
  }

  /** The last loaded deployments of a site, even if they have to be loaded again. */
  last(siteKey: string): readonly Deployment[] {
    return this.lists.get(siteKey) ?? [];
  }

  /** Why loading the deployments of a site failed a short while ago; undefined if it didn't, or if some are known. */
  failure(siteKey: string): unknown {
    const failure = this.failures.get(siteKey);
    const isYoung = failure !== undefined && this.fleet.clock.now() - failure.at < failureMs;
    return isYoung && !this.lists.has(siteKey) ? failure.error : undefined;
  }

  /** The current state of a deployment; undefined if it isn't in a loaded list. */
  find(siteKey: string, deploymentId: string): Deployment | undefined {
    return this.lists.get(siteKey)?.find(({ id }) => id === deploymentId);
  }

  /** Makes all lists, or that of one site, load again when they are next needed. */
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
   * Updates one deployment, which need not be the latest.
   * @param vanished whether Forge no longer knows it
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

  /** Adds a newer deployment and drops the oldest one, so that the list and the tree don't grow. */
  private withNewest(key: string, newest: Deployment, list: readonly Deployment[]): readonly Deployment[] {
    const kept = list.slice(0, Math.max(list.length, atFirst) - 1);
    if (kept.length < list.length) {
      // Loading more has to start over, with the dropped one.
      this.whole.delete(key);
      this.rests.delete(key);
    }
    return [newest, ...kept];
  }
}
