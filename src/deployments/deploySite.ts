import * as vscode from 'vscode';
import type { RecentSites } from '../fleet/recentSites';
import { type SiteEntry, sitePath } from '../fleet/rows';
import type { SitePath } from '../forge/client';
import { mayHaveHappened } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import { sleep } from '../forge/sleep';
import { PlainError, quotable } from '../ui/explain';
import { withoutIcons } from '../ui/inertText';
import type { Log } from '../ui/log';
import type { Git } from '../workspace/git';
import { readSiteCode, type SiteCode } from '../workspace/siteCode';
import type { SiteCodes } from '../workspace/siteCodes';
import { preflight } from './preflight';
import type { PushFollower } from './pushFollower';
import type { DeploymentTracker } from './tracker';
import { serverUnknown } from './wording';

/** How far the clocks of Forge and of this machine may differ, in milliseconds. */
const clockSkewMs = 2 * 60_000;

/** Pause before the second look for a deployment that was not confirmed, in milliseconds. */
const lookAgainMs = 3_000;

/** How long a deployment that a push begins is waited for before one is started, in milliseconds. */
const pushMs = 20_000;

/** How many of the newest deployments are looked through for one whose start was not confirmed. */
const newestCount = 5;

/** Deploys sites: asks first, posts once, and hands the deployment to the tracker. */
export class Deployer {
  private readonly underWay = new Set<string>();

  constructor(
    private readonly tracker: DeploymentTracker,
    private readonly pushes: PushFollower,
    private readonly git: Git,
    private readonly codes: SiteCodes,
    private readonly recent: RecentSites,
    private readonly log: Log,
  ) {}

  /**
   * Deploys a site after the pre-flight, which may push first. A second call for a site whose first is not answered yet does
   * nothing, so that ten clicks are one deployment.
   * @returns the deployment, or undefined when the person did not want it.
   * @throws what `deployConfirmed` throws.
   */
  async deploySite(entry: SiteEntry): Promise<Deployment | undefined> {
    if (this.underWay.has(entry.key)) {
      return undefined;
    }
    this.underWay.add(entry.key);
    try {
      await entry.account.client.requireScopes('deploy');
      let code: SiteCode | undefined;
      const readCode = async () => {
        code = await readSiteCode(this.git, entry, this.codes.deployed(entry));
        return code;
      };
      const agreement = await preflight(entry, readCode, Date.now());
      if (agreement === 'push' && code) {
        await push(code, entry);
        const begun = entry.site.pushToDeploy ? await this.begunByPush(entry) : undefined;
        return begun ?? (await this.deployConfirmed(entry));
      }
      return agreement && (await this.deployConfirmed(entry));
    } finally {
      this.underWay.delete(entry.key);
    }
  }

  /**
   * Starts a deployment that the person has agreed to, and follows it.
   * @throws ForgeError, or a PlainError where it cannot be known whether the deployment began.
   */
  async deployConfirmed(entry: SiteEntry): Promise<Deployment> {
    const path = sitePath(entry);
    if (!path) {
      throw serverUnknown(entry);
    }
    const deployment = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Starting the deployment of {0}…', withoutIcons(entry.site.name)),
      },
      () => this.start(entry, path),
    );
    this.tracker.follow(entry, deployment, true);
    await this.recent.deployed(entry.key);
    return deployment;
  }

  /** The deployment that Forge begins by itself after a push; undefined where none comes in time. */
  private async begunByPush(entry: SiteEntry): Promise<Deployment | undefined> {
    const code = await readSiteCode(this.git, entry);
    if (!code?.remoteCommit) {
      return undefined;
    }
    const { signal } = entry.account;
    const found = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Pushed; waiting for Forge to deploy {0}…', withoutIcons(entry.site.name)),
      },
      () => Promise.race([this.pushes.find(entry, code.remoteCommit ?? ''), sleep(pushMs, signal)]),
    );
    if (found) {
      // Also where it is over already, so that its end is told: who clicked waits for that.
      this.tracker.follow(entry, found, true);
      await this.recent.deployed(entry.key);
    }
    return found || undefined;
  }

  private async start(entry: SiteEntry, path: SitePath): Promise<Deployment> {
    const { client, signal } = entry.account;
    const clickedAt = Date.now();
    try {
      return await client.deploy(path, { signal });
    } catch (error) {
      if (!mayHaveHappened(error)) {
        throw error;
      }
      // The call is never sent twice: a 502 was seen although the deployment went through (behaviour.md §3).
      this.log.error(`Whether ${entry.site.name} is being deployed is not known; looking for it`, error);
      const begun = await this.begunSince(entry, path, clickedAt).catch((problem: unknown) => {
        this.log.error(`The deployments of ${entry.site.name} could not be read either`, problem);
        return null;
      });
      if (begun) {
        return begun;
      }
      throw new PlainError(
        begun === null
          ? vscode.l10n.t(
              'Forge did not confirm the deployment of {0}, and it is not known whether it began. Look in Forge before you try again.',
              entry.site.name,
            )
          : vscode.l10n.t(
              'Forge did not confirm the deployment of {0}, and none has begun so far. Look in Forge before you try again.',
              entry.site.name,
            ),
      );
    }
  }

  private async begunSince(entry: SiteEntry, path: SitePath, clickedAt: number): Promise<Deployment | undefined> {
    const { client, signal } = entry.account;
    const known = entry.site.latestDeployment?.id;
    const look = async () => {
      const newest = await client.latestDeployments(path, newestCount, { lane: 'user', signal });
      const place = newest.findIndex(({ id }) => id === known);
      // What stands behind the known one began before it, however short a time ago.
      return newest
        .slice(0, place < 0 ? undefined : place)
        .find(({ createdAt }) => createdAt !== null && createdAt >= clickedAt - clockSkewMs);
    };
    // It may be a moment late in the list.
    return (await look()) ?? (await sleep(lookAgainMs, signal).then(look));
  }
}

/** Pushes, and says so. @throws PlainError where git could not. */
async function push({ push: pushBranch }: SiteCode, { site }: SiteEntry): Promise<void> {
  try {
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Pushing {0}…', withoutIcons(site.repository?.branch ?? '')),
      },
      pushBranch,
    );
  } catch (error) {
    const { gitErrorCode, stderr, message } = error as { gitErrorCode?: string; stderr?: string; message?: string };
    if (gitErrorCode === 'PushRejected') {
      throw new PlainError(vscode.l10n.t('The remote has commits that you have not. Pull, then deploy again.'));
    }
    const [words = ''] = (stderr ?? message ?? '').trim().split('\n');
    throw new PlainError(
      vscode.l10n.t(
        'Git could not push, so nothing was deployed: {0}',
        quotable(words) || vscode.l10n.t('no reason given.'),
      ),
    );
  }
}
