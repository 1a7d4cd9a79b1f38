import * as l10n from '@vscode/l10n';
import type { Account } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import type { RecentSites } from '../fleet/recentSites';
import type { SiteEntry } from '../fleet/rows';
import { isGone, isRefusal, mayHaveHappened } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import { PlainError } from '../ui/explain';
import type { Log } from '../ui/log';
import { steps } from '../ui/steps';
import { siteTarget } from '../ui/target';
import type { Git } from '../workspace/git';
import { gitReason, placeOfSite, readSiteCode, type SiteCode } from '../workspace/siteCode';
import type { SiteCodes } from '../workspace/siteCodes';
import type { DeploymentTracker } from './deploymentTracker';
import type { preflight } from './preflight';
import { begunAfter, deploymentOf, type PushFollower } from './pushFollower';

/** Pause before the second look for a deployment that was not confirmed, in milliseconds. */
const lookAgainMs = 3_000;

/** How long a deployment that a push begins is waited for before one is started, in milliseconds. */
const pushMs = 20_000;

/** How many of the newest deployments are looked through for one whose start was not confirmed. */
const newestCount = 5;

/** How long the pre-flight waits for Forge to tell how the site stands, before it makes do with what is known, in milliseconds. */
const lookMs = 3_000;

/** How much sooner than the click a deployment of its may be noted, in milliseconds: Forge tells the time in whole seconds. */
const roundingMs = 2_000;

/** How long another click on a site whose deployment has just begun is one of the same, in milliseconds. */
const sameClickMs = 2_000;

/** How a deployment is talked over with the person who clicked. */
export interface DeployTalk {
  readonly ask: typeof preflight;
  /** Whether the files of a workspace have said which site this is. They may be anybody's. */
  readonly isProposed: (entry: SiteEntry) => boolean;
  /** Says what is being done while it is done. */
  readonly saying: <Value>(words: string, work: () => Promise<Value>) => PromiseLike<Value>;
}

/** Deploys sites: asks first, posts once, and hands the deployment to the tracker. */
export class Deployer {
  /** By site, whoever of the accounts it is deployed as. */
  private readonly underWay = new Map<string, Promise<Deployment | undefined>>();
  /** By account, the sites of which a person has agreed to a deployment that files of the workspace began or proposed. */
  private readonly agreed = new WeakMap<Account, Set<string>>();

  constructor(
    private readonly fleet: Fleet,
    private readonly tracker: DeploymentTracker,
    private readonly pushes: PushFollower,
    private readonly git: Pick<Git, 'checkouts' | 'clock'>,
    private readonly codes: Pick<SiteCodes, 'deployed'>,
    private readonly recent: RecentSites,
    private readonly talk: DeployTalk,
    private readonly log: Log,
  ) {}

  /** Whether a deployment of a site is being asked about or begun, or has begun a moment ago: one more click is one too many. */
  isStarting(entry: SiteEntry): boolean {
    return this.underWay.has(siteId(entry));
  }

  /**
   * Deploys a site after the pre-flight, which may push first. Who calls it while another call for the site is on its way, or has
   * begun one a moment ago, gets that one: ten clicks are one deployment.
   *
   * What the files of a workspace begin or propose is asked about whatever `forge.deploy.confirm` says, until a person has agreed to it
   * once in this window, since signing in.
   * @param options.isOfWorkspace whether no person, but a file of the workspace began it, as a task can be run when a folder is opened
   * @returns the deployment, or undefined when the person did not want it.
   * @throws ForgeError, or a PlainError where git could not push or it cannot be known whether the deployment began.
   */
  deploySite(entry: SiteEntry, { isOfWorkspace = false } = {}): Promise<Deployment | undefined> {
    const id = siteId(entry);
    const underWay = this.underWay.get(id);
    if (underWay) {
      return underWay;
    }
    const going = this.askAndDeploy(entry, isOfWorkspace || this.talk.isProposed(entry));
    this.underWay.set(id, going);
    const forget = () => this.underWay.delete(id);
    going.then((begun) => (begun ? void this.fleet.clock.after(sameClickMs, forget) : forget()), forget);
    return going;
  }

  private async askAndDeploy(entry: SiteEntry, isOfFiles: boolean): Promise<Deployment | undefined> {
    await entry.api.require('deploy');
    const looking = this.look(entry);
    let code: SiteCode | undefined;
    const situation = async () => {
      const [read, { isAsked }] = await Promise.all([
        readSiteCode(this.git, entry, this.codes.deployed(entry)),
        looking,
      ]);
      code = read;
      const { site, server } = this.present(entry);
      return { code, place: placeOfSite(this.git, entry)?.place, site, server, isAsked };
    };
    const agreed = this.agreed.get(entry.account) ?? new Set();
    const mustAsk = isOfFiles && !agreed.has(entry.key);
    const agreement = await this.talk.ask(entry, situation, entry.account.client.now(), mustAsk);
    if (!agreement) {
      return undefined;
    }
    if (mustAsk) {
      this.agreed.set(entry.account, agreed.add(entry.key));
    }
    // Somebody else may have begun one while the question was open.
    const latest = this.present(entry).site.latestDeployment;
    const known = new Set([...(await looking).ids, ...(latest ? [latest.id] : [])]);
    if (agreement === 'push' && code) {
      await this.push(code, entry);
      const begun = this.present(entry).site.pushToDeploy && (await this.begunByPush(entry, known));
      if (begun) {
        // Also where it is over already, so that its end is told: who clicked waits for that.
        return this.hasBegun(entry, begun);
      }
    }
    const starting = l10n.t('Starting the deployment of {0}…', entry.site.name);
    return this.hasBegun(entry, await this.talk.saying(starting, () => this.start(entry, known)));
  }

  private async hasBegun(entry: SiteEntry, deployment: Deployment): Promise<Deployment> {
    this.tracker.follow(entry, deployment, true);
    await this.recent.deployed(entry.key);
    return deployment;
  }

  /** What is known of a site by now. */
  private present(entry: SiteEntry): SiteEntry {
    return this.fleet.site(entry.key) ?? entry;
  }

  /**
   * Takes over the newest deployments of a site: one may be under way that this window does not know of.
   * @returns the ids of those there are, as far as they are known where Forge could not be asked in time. Never rejects.
   */
  private async look(entry: SiteEntry): Promise<{ readonly ids: ReadonlySet<string>; readonly isAsked: boolean }> {
    const patience = this.fleet.clock.patience(lookMs);
    const newest = await this.newest(entry, patience.signal)
      .catch((error: unknown) => {
        this.log.error(`How ${entry.site.name} stands could not be asked`, error);
        return undefined;
      })
      .finally(patience.end);
    const latest = newest?.[0];
    if (latest) {
      this.fleet.setDeployment(entry.key, latest);
    }
    const known = this.present(entry).site.latestDeployment;
    const ids = new Set([...(newest ?? []), ...(known ? [known] : [])].map(({ id }) => id));
    return { ids, isAsked: newest !== undefined };
  }

  private newest({ api }: SiteEntry, signal?: AbortSignal): Promise<readonly Deployment[]> {
    return api.first('listDeployments', {}, { count: newestCount, lane: 'user', ...(signal && { signal }) });
  }

  /** The deployment that Forge begins by itself after a push; undefined where none comes in time. */
  private async begunByPush(entry: SiteEntry, known: ReadonlySet<string>): Promise<Deployment | undefined> {
    const commit = (await readSiteCode(this.git, entry))?.remoteCommit;
    if (commit === undefined) {
      return undefined;
    }
    const waiting = l10n.t('Pushed. Waiting for Forge to start deploying {0}…', entry.site.name);
    const found = await this.talk.saying(waiting, () =>
      Promise.race([this.pushes.find(entry, commit, known), this.fleet.clock.sleep(pushMs, entry.account.signal)]),
    );
    // It may have begun since the last look, and must not be begun twice.
    return found || deploymentOf(commit, await this.newest(entry), known);
  }

  private async start(entry: SiteEntry, known: ReadonlySet<string>): Promise<Deployment> {
    const clickedAt = this.fleet.clock.elapsed();
    try {
      return await entry.api.call('deploy');
    } catch (error) {
      if (!mayHaveHappened(error)) {
        throw error;
      }
      // The call is never sent twice: a 502 was seen although the deployment went through.
      this.log.error(`Whether ${entry.site.name} is being deployed is not known; looking for it`, error);
      const begun = await this.begunSince(entry, known, clickedAt).catch((problem: unknown) => {
        this.log.error(`The deployments of ${entry.site.name} could not be read either`, problem);
        return isGone(error) && isGone(problem) ? undefined : null;
      });
      if (begun) {
        return begun;
      }
      if (begun === undefined && isRefusal(error)) {
        throw error;
      }
      throw new PlainError(
        begun === null
          ? l10n.t("Couldn't confirm that {0} is being deployed. Check in Forge before trying again.", entry.site.name)
          : l10n.t(
              "Forge didn't confirm the deployment of {0}, and none has started so far. Check in Forge before trying again.",
              entry.site.name,
            ),
        steps.openInForge(siteTarget(entry)),
      );
    }
  }

  /** @param clickedAt in milliseconds that had passed; Forge's own clock, which the answer tells, says when that was */
  private async begunSince(
    entry: SiteEntry,
    known: ReadonlySet<string>,
    clickedAt: number,
  ): Promise<Deployment | undefined> {
    const look = async () => {
      const newest = await this.newest(entry);
      const since = entry.account.client.now() - (this.fleet.clock.elapsed() - clickedAt) - roundingMs;
      return begunAfter(newest, known).find(({ createdAt }) => createdAt !== null && createdAt >= since);
    };
    // It may be a moment late in the list.
    return (await look()) ?? (await this.fleet.clock.sleep(lookAgainMs, entry.account.signal).then(look));
  }

  /** Pushes, and says so. @throws PlainError where git could not. */
  private async push({ push: pushBranch, root }: SiteCode, { site }: SiteEntry): Promise<void> {
    try {
      await this.talk.saying(l10n.t('Pushing {0}…', site.repository?.branch ?? ''), pushBranch);
    } catch (error) {
      const { gitErrorCode } = error as { gitErrorCode?: string };
      if (gitErrorCode === 'PushRejected') {
        throw new PlainError(
          l10n.t("The remote has commits you don't have. Pull first, then deploy again."),
          steps.pull(root),
        );
      }
      throw new PlainError(l10n.t("Git couldn't push, so nothing was deployed: {0}", gitReason(error)));
    }
  }
}

function siteId({ account, organization, site }: SiteEntry): string {
  return [account.apiUrl, organization.id, site.id].join(' ');
}
