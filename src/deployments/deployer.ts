import * as l10n from '@vscode/l10n';
import type { Account } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import type { RecentSites } from '../fleet/recentSites';
import type { SiteEntry } from '../fleet/rows';
import { isGone, isRefusal, mayHaveHappened } from '../forge/errors';
import type { Lane } from '../forge/operations';
import type { Deployment } from '../forge/resources';
import type { Log } from '../ui/log';
import { PlainError } from '../ui/plainError';
import { steps } from '../ui/steps';
import { siteTarget } from '../ui/target';
import type { Git } from '../workspace/git';
import { gitReason, placeOfSite, readSiteCode, type SiteCode } from '../workspace/siteCode';
import type { SiteCodes } from '../workspace/siteCodes';
import type { DeploymentTracker } from './deploymentTracker';
import type { preflight } from './preflight';
import { begunAfter, deploymentOf, type PushFollower } from './pushFollower';

/** Pause before looking again for a deployment that Forge didn't confirm, in milliseconds. */
const lookAgainMs = 3_000;

/** How long to wait for the deployment that a push starts before starting one, in milliseconds. */
const pushMs = 20_000;

/** How many of the newest deployments to search for one that Forge didn't confirm. */
const newestCount = 5;

/** How long the pre-flight waits for the site's state before it uses the last known one, in milliseconds. */
const lookMs = 3_000;

/** How much earlier than the request the deployment's creation time may be, in milliseconds: Forge reports times in whole seconds. */
const roundingMs = 2_000;

/** How long after the start of a deployment another click counts as the same one, in milliseconds, unless the deployment has ended. */
const sameClickMs = 2_000;

/** How urgent hints are, and a signal that is aborted when nobody waits for them anymore. */
export interface HintOptions {
  readonly lane: Lane;
  readonly signal: AbortSignal;
}

/** The dialogs and messages of a deployment. */
export interface DeployTalk {
  readonly ask: typeof preflight;
  /** Whether workspace files selected this site. They may come from anyone. */
  readonly isProposed: (entry: SiteEntry) => boolean;
  /** What may go wrong with a deployment, in one sentence each. Never rejects. */
  readonly hints: (entry: SiteEntry, code: SiteCode | undefined, options: HintOptions) => Promise<readonly string[]>;
  /** Shows a message while work is in progress. */
  readonly saying: <Value>(words: string, work: () => Promise<Value>) => PromiseLike<Value>;
}

/** A deployment that is being confirmed or started, or has just started. */
interface Call {
  readonly result: Promise<Deployment | undefined>;
  /** The id of the deployment that has started. */
  begun?: string;
}

/** Deploys sites: asks for confirmation, sends the request once, and passes the deployment to the tracker. */
export class Deployer {
  /** By site. Accounts that share a site share its call. */
  private readonly underWay = new Map<string, Call>();
  /** Sites, by account, for which the user has confirmed a deployment that workspace files started or proposed. */
  private readonly agreed = new WeakMap<Account, Set<string>>();

  constructor(
    private readonly fleet: Fleet,
    private readonly tracker: DeploymentTracker,
    private readonly pushes: PushFollower,
    private readonly git: Pick<Git, 'checkouts' | 'clock' | 'remoteCommit' | 'textAt'>,
    private readonly codes: Pick<SiteCodes, 'deployed'>,
    private readonly recent: RecentSites,
    private readonly talk: DeployTalk,
    private readonly log: Log,
  ) {
    tracker.onDidEnd(({ site, outcome: { deployment } }) => {
      const id = siteId(site);
      if (this.underWay.get(id)?.begun === deployment.id) {
        // Who deploys again now has seen how it ended.
        this.underWay.delete(id);
      }
    });
  }

  /** Whether a deployment of a site is being confirmed or started, or has just started, so that another click has no effect. */
  isStarting(entry: SiteEntry): boolean {
    return this.underWay.has(siteId(entry));
  }

  /**
   * Deploys a site after the pre-flight, which may push first. Calls for the same site share one deployment until shortly after it
   * starts, or until it ends, so that repeated clicks deploy once.
   *
   * Deployments that workspace files start or propose need a confirmation even if `forge.deploy.confirm` doesn't require one, until the
   * user has confirmed one for the site in this window since signing in.
   * @param options.isOfWorkspace whether a workspace file started it and not the user: tasks can run when a folder is opened
   * @param options.isOfModel whether a language model asks for it: always needs a confirmation, which counts for nothing else
   * @returns the deployment; undefined if the user canceled
   * @throws ForgeError, or PlainError if Git can't push or Forge doesn't confirm that the deployment started
   */
  deploySite(entry: SiteEntry, { isOfWorkspace = false, isOfModel = false } = {}): Promise<Deployment | undefined> {
    const id = siteId(entry);
    const underWay = this.underWay.get(id);
    if (underWay) {
      return underWay.result;
    }
    const result = this.askAndDeploy(entry, isOfWorkspace || this.talk.isProposed(entry), isOfModel);
    const call: Call = { result };
    this.underWay.set(id, call);
    const forget = () => this.underWay.get(id) === call && this.underWay.delete(id);
    result.then((begun) => (begun ? void this.fleet.clock.after(sameClickMs, forget) : forget()), forget);
    return result;
  }

  private async askAndDeploy(
    entry: SiteEntry,
    isOfFiles: boolean,
    isOfModel: boolean,
  ): Promise<Deployment | undefined> {
    await entry.api.require('deploy');
    const lane = isOfModel ? 'visible' : 'user';
    const looking = this.look(entry, lane);
    let code: SiteCode | undefined;
    const situation = async () => {
      const [read, { isAsked }] = await Promise.all([
        readSiteCode(this.git, entry, this.codes.deployed(entry)),
        looking,
      ]);
      code = read;
      const hints = await this.hints(entry, read, lane);
      const { site, server } = this.present(entry);
      return { code, place: placeOfSite(this.git, entry)?.place, site, server, isAsked, hints };
    };
    const agreed = this.agreed.get(entry.account) ?? new Set();
    const mustAsk = isOfModel || (isOfFiles && !agreed.has(entry.key));
    const agreement = await this.talk.ask(entry, situation, entry.account.client.now(), mustAsk, isOfModel);
    if (!agreement) {
      return undefined;
    }
    if (mustAsk && !isOfModel) {
      this.agreed.set(entry.account, agreed.add(entry.key));
    }
    // Someone else may have started a deployment while the question was open.
    const latest = this.present(entry).site.latestDeployment;
    const known = new Set([...(await looking).ids, ...(latest ? [latest.id] : [])]);
    if (agreement === 'push' && code) {
      await this.push(code, entry);
      const begun = this.present(entry).site.pushToDeploy && (await this.begunByPush(entry, known));
      if (begun) {
        // Even if it has already ended, so that the user gets its result.
        return this.hasBegun(entry, begun);
      }
    }
    const starting = l10n.t('Starting the deployment of {0}…', entry.site.name);
    return this.hasBegun(entry, await this.talk.saying(starting, () => this.start(entry, known)));
  }

  private async hasBegun(entry: SiteEntry, deployment: Deployment): Promise<Deployment> {
    const call = this.underWay.get(siteId(entry));
    if (call) {
      call.begun = deployment.id;
    }
    this.tracker.follow(entry, deployment, true);
    await this.recent.deployed(entry.key);
    return deployment;
  }

  /** The current state of a site. */
  private present(entry: SiteEntry): SiteEntry {
    return this.fleet.site(entry.key) ?? entry;
  }

  /**
   * Updates a site's latest deployment: someone else may have started one.
   * @returns the ids of its newest deployments; only the known one, with `isAsked` false, if Forge doesn't respond in time. Never rejects.
   */
  private async look(
    entry: SiteEntry,
    lane: Lane,
  ): Promise<{ readonly ids: ReadonlySet<string>; readonly isAsked: boolean }> {
    const patience = this.fleet.clock.patience(lookMs);
    const newest = await this.newest(entry, patience.signal, lane)
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

  /** What may go wrong, as far as that is known in time. */
  private async hints(entry: SiteEntry, code: SiteCode | undefined, lane: Lane): Promise<readonly string[]> {
    const patience = this.fleet.clock.patience(lookMs);
    try {
      return await this.talk.hints(entry, code, { lane, signal: patience.signal });
    } finally {
      patience.end();
    }
  }

  private newest({ api }: SiteEntry, signal?: AbortSignal, lane: Lane = 'user'): Promise<readonly Deployment[]> {
    return api.first('listDeployments', {}, { count: newestCount, lane, ...(signal && { signal }) });
  }

  /** The deployment that Forge starts after a push; undefined if none starts in time. */
  private async begunByPush(entry: SiteEntry, known: ReadonlySet<string>): Promise<Deployment | undefined> {
    const commit = (await readSiteCode(this.git, entry))?.remoteCommit;
    if (commit === undefined) {
      return undefined;
    }
    const waiting = l10n.t('Pushed. Waiting for Forge to start deploying {0}…', entry.site.name);
    const found = await this.talk.saying(waiting, () =>
      Promise.race([this.pushes.find(entry, commit, known), this.fleet.clock.sleep(pushMs, entry.account.signal)]),
    );
    // It may have started since the last check, and must not start twice.
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
      // Never send the request twice: Forge may respond with a 502 and deploy anyway.
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

  /** The deployment that started after a click; undefined if none did. @param clickedAt in `Clock.elapsed` time */
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
    // It may appear in the list with a delay.
    return (await look()) ?? (await this.fleet.clock.sleep(lookAgainMs, entry.account.signal).then(look));
  }

  /** Pushes the branch and shows progress. @throws PlainError if Git can't push */
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
