import type { Fleet } from '../fleet/fleet';
import type { SiteEntry } from '../fleet/rows';
import { isRunning } from '../forge/deploymentStatus';
import type { Disposable } from '../forge/emitter';
import { isAborted } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import type { Log } from '../ui/log';
import type { SiteCodes } from '../workspace/siteCodes';
import type { DeploymentTracker } from './deploymentTracker';

/** Pauses before looking for the deployment that a push starts, in milliseconds: at most six requests in two minutes. */
const pausesMs: readonly number[] = [2_000, 4_000, 8_000, 16_000, 30_000, 60_000];

/** How many of the newest deployments to search: there may have been another push in between. */
const newestCount = 3;

/** How late Git may report a push, in milliseconds. */
const pushToldMs = 2 * 60_000;

/** How many deployments to look for at the same time. A branch may deploy to dozens of sites, and requests are limited. */
const mostAtOnce = 5;

/** Finds the deployments that Forge starts when a branch is pushed, and follows them as this window's own. */
export class PushFollower implements Disposable {
  private readonly looking = new Map<string, Promise<Deployment | undefined>>();
  private readonly listener: Disposable;

  constructor(
    codes: Pick<SiteCodes, 'onDidPush'>,
    private readonly fleet: Fleet,
    private readonly tracker: DeploymentTracker,
    private readonly log: Log,
  ) {
    this.listener = codes.onDidPush(({ site, commit }) => {
      if (site.site.pushToDeploy && this.looking.size < mostAtOnce) {
        const { latestDeployment: latest } = site.site;
        void this.find(
          site,
          commit,
          new Set(latest && !hasJustBegun(latest, commit, site.account.client.now()) ? [latest.id] : []),
        );
      }
    });
  }

  /**
   * Looks for the deployment of a commit for two minutes, and follows it.
   * @param known the ids of the deployments before the push
   * @returns the deployment, even if it has ended by then; undefined if it didn't come. Never rejects.
   */
  find(site: SiteEntry, commit: string, known: ReadonlySet<string>): Promise<Deployment | undefined> {
    const key = `${site.key} ${commit}`;
    const looking = this.looking.get(key) ?? this.look(site, commit, known).finally(() => this.looking.delete(key));
    this.looking.set(key, looking);
    return looking;
  }

  dispose(): void {
    this.listener.dispose();
  }

  private async look(site: SiteEntry, commit: string, known: ReadonlySet<string>): Promise<Deployment | undefined> {
    if (!site.api.isPlaced) {
      return undefined;
    }
    for (const pauseMs of pausesMs) {
      try {
        await this.fleet.clock.sleep(pauseMs, site.account.signal);
        const latest = this.fleet.site(site.key)?.site.latestDeployment;
        const found =
          latest?.commit.hash === commit && !known.has(latest.id)
            ? latest
            : deploymentOf(commit, await site.api.first('listDeployments', {}, { count: newestCount }), known);
        if (found) {
          this.fleet.setDeployment(site.key, found);
          this.tracker.follow(site, found, true);
          return found;
        }
      } catch (error) {
        if (isAborted(error)) {
          return undefined;
        }
        this.log.error(`Could not look for the deployment of ${commit.slice(0, 7)} to ${site.site.name}`, error);
      }
    }
    this.log.debug(`No deployment of ${commit.slice(0, 7)} to ${site.site.name} has begun in two minutes`);
    return undefined;
  }
}

/** Whether a push that Git reports only now may have started a deployment. @param now Forge's time, in milliseconds since 1970 */
function hasJustBegun({ createdAt, commit: { hash } }: Deployment, commit: string, now: number): boolean {
  return hash === commit && createdAt !== null && now - createdAt < pushToldMs;
}

/**
 * The deployment of a commit among the newest ones. Ignores those from before the push, which may have deployed the same commit.
 * Forge may not report the commit of a queued deployment.
 * @param newest newest first
 * @param known the ids of deployments before the push; what comes after one of them in the list is older
 */
export function deploymentOf(
  commit: string,
  newest: readonly Deployment[],
  known: ReadonlySet<string>,
): Deployment | undefined {
  const begun = begunAfter(newest, known);
  return (
    begun.find(({ commit: { hash } }) => hash === commit) ??
    begun.find((deployment) => deployment.commit.hash === null && isRunning(deployment))
  );
}

/** The deployments, newest first, up to the first known one: those after it are older. */
export function begunAfter(newest: readonly Deployment[], known: ReadonlySet<string>): readonly Deployment[] {
  const place = newest.findIndex(({ id }) => known.has(id));
  return newest.slice(0, place < 0 ? undefined : place);
}
