import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { newerDeployment } from '../fleet/newerDeployment';
import { type SiteEntry, sitePath } from '../fleet/rows';
import { isAborted } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import type { DeploymentTracker } from './tracker';

/** How many deployments of a site the tree shows. */
const shown = 8;

/** How long a failure is told again instead of asking again, in milliseconds. A refresh asks at once. */
const failureMs = 60_000;

/** The recent deployments of the sites that somebody opened, newest first. One request a site. */
export class DeploymentHistory implements vscode.Disposable {
  private readonly lists = new Map<string, readonly Deployment[]>();
  /** Those that are to be read again. */
  private readonly stale = new Set<string>();
  private readonly opened = new Set<string>();
  private readonly failures = new Map<string, { readonly error: unknown; readonly at: number }>();
  private readonly changed = new vscode.EventEmitter<SiteEntry>();
  private readonly listeners: vscode.Disposable;

  /** The list of a site that is held here has changed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly fleet: Fleet,
    tracker: DeploymentTracker,
  ) {
    this.listeners = vscode.Disposable.from(
      this.changed,
      fleet.onDidChangeDeployment((site) => this.merge(site)),
      tracker.onDidLook(({ siteKey, deployment, outcome }) =>
        this.take(siteKey, deployment, outcome?.kind === 'vanished'),
      ),
      fleet.onDidChange(() => {
        // Signed out, or removed: nothing of it stays.
        for (const kept of [this.lists, this.failures, this.stale, this.opened]) {
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
   * @throws ForgeError where nothing is known.
   */
  async of(site: SiteEntry): Promise<readonly Deployment[]> {
    const known = this.lists.get(site.key);
    const path = sitePath(site);
    if (!path || (known && !this.stale.has(site.key))) {
      return known ?? [];
    }
    const failure = this.failures.get(site.key);
    if (failure && Date.now() - failure.at < failureMs) {
      return known ?? Promise.reject(failure.error);
    }
    const { client, signal } = site.account;
    let read: readonly Deployment[];
    try {
      // Who opens a site for the first time waits for it; after a refresh, what was open is renewed.
      const lane = this.opened.has(site.key) ? 'visible' : 'user';
      this.opened.add(site.key);
      read = await client.latestDeployments(path, shown, { lane, signal });
    } catch (error) {
      if (!isAborted(error)) {
        this.failures.set(site.key, { error, at: Date.now() });
      }
      return known ?? Promise.reject(error);
    }
    this.stale.delete(site.key);
    if (this.fleet.site(site.key)) {
      this.lists.set(site.key, this.fresh(site.key, read));
    }
    const newest = read[0];
    if (newest) {
      this.fleet.setDeployment(site.key, newest);
    }
    return this.lists.get(site.key) ?? [];
  }

  /** The deployments of a site as far as they were read; undefined where they are to be read. */
  known(siteKey: string): readonly Deployment[] | undefined {
    return this.stale.has(siteKey) ? undefined : this.lists.get(siteKey);
  }

  /** Whether the deployments of a site could not be read a short while ago, and nothing is known of them. */
  failed(siteKey: string): boolean {
    const failure = this.failures.get(siteKey);
    return failure !== undefined && !this.lists.has(siteKey) && Date.now() - failure.at < failureMs;
  }

  /** A deployment as it is now; undefined where it is in no list that was read. */
  find(siteKey: string, deploymentId: string): Deployment | undefined {
    return this.lists.get(siteKey)?.find(({ id }) => id === deploymentId);
  }

  /** Has all lists read again when they are looked at. */
  renew(): void {
    const keys = new Set([...this.lists.keys(), ...this.failures.keys()]);
    this.failures.clear();
    for (const key of keys) {
      this.stale.add(key);
    }
    for (const key of keys) {
      const site = this.fleet.site(key);
      if (site) {
        this.changed.fire(site);
      }
    }
  }

  dispose(): void {
    this.listeners.dispose();
  }

  /** Takes over what was seen of one deployment, which need not be the latest. */
  private take(siteKey: string, deployment: Deployment, vanished: boolean): void {
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
      : [latest, ...list].slice(0, shown);
  }
}
