import type { Fleet } from '../fleet/fleet';
import type { SiteEntry } from '../fleet/rows';
import { isRunning } from '../forge/deploymentStatus';
import type { Disposable } from '../forge/emitter';
import { isAborted } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import type { Log } from '../ui/log';
import type { SiteCodes } from '../workspace/siteCodes';
import type { DeploymentTracker } from './deploymentTracker';

/** Pauses before the looks for the deployment that a push begins, in milliseconds: six requests in two minutes at most. */
const pausesMs: readonly number[] = [2_000, 4_000, 8_000, 16_000, 30_000, 60_000];

/** How many of the newest deployments are looked through: another push may have come in between. */
const newestCount = 3;

/** How long after a push git may tell of it at the latest, in milliseconds. */
const pushToldMs = 2 * 60_000;

/** How many are looked for at once after a push. A branch may be deployed to dozens of sites, and requests are few. */
const mostAtOnce = 5;

/** Finds the deployments that Forge begins by itself when a branch moves, and has them followed like one's own. */
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
   * Looks for the deployment of a commit for two minutes.
   * @param known the ids of deployments that were there before the push
   * @returns it once it is there, followed, so that its end is told also where it has come; undefined where it did not come. Never
   * rejects.
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

/** Whether a deployment is that of a push which git tells of only now. @param now what time it is at Forge, in milliseconds since 1970 */
function hasJustBegun({ createdAt, commit: { hash } }: Deployment, commit: string, now: number): boolean {
  return hash === commit && createdAt !== null && now - createdAt < pushToldMs;
}

/**
 * The deployment of a commit among the newest ones, of those that were not there before the push: the commit may have been deployed
 * before. Forge may not name the commit of one that waits.
 * @param newest newest first
 * @param known the ids of those that were there; what stands behind one of them was there, too
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

/** Those of the newest deployments, newest first, that stand before the first known one: what stands behind it began before it. */
export function begunAfter(newest: readonly Deployment[], known: ReadonlySet<string>): readonly Deployment[] {
  const place = newest.findIndex(({ id }) => known.has(id));
  return newest.slice(0, place < 0 ? undefined : place);
}
