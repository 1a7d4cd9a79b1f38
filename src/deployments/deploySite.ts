import * as vscode from 'vscode';
import type { RecentSites } from '../fleet/recentSites';
import { type SiteEntry, sitePath } from '../fleet/rows';
import type { SitePath } from '../forge/client';
import { isRunning } from '../forge/deploymentStatus';
import { mayHaveHappened } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import { sleep } from '../forge/sleep';
import { PlainError } from '../ui/explain';
import { withoutIcons } from '../ui/inertText';
import type { Log } from '../ui/log';
import type { DeploymentTracker } from './tracker';
import { deploymentSummary } from './wording';

/** How far the clocks of Forge and of this machine may differ, in milliseconds. */
const clockSkewMs = 2 * 60_000;

/** Pause before the second look for a deployment that was not confirmed, in milliseconds. */
const lookAgainMs = 3_000;

/** How many of the newest deployments are looked through for one whose start was not confirmed. */
const newestCount = 5;

/** Deploys sites: asks first, posts once, and hands the deployment to the tracker. */
export class Deployer {
  private readonly underWay = new Set<string>();

  constructor(
    private readonly tracker: DeploymentTracker,
    private readonly recent: RecentSites,
    private readonly log: Log,
  ) {}

  /**
   * Deploys a site after a modal that names it. A second call for a site whose first is not answered yet does nothing,
   * so that ten clicks are one deployment.
   * @returns the deployment, or undefined when the person did not want it.
   * @throws what `deployConfirmed` throws.
   */
  async deploySite(entry: SiteEntry): Promise<Deployment | undefined> {
    if (this.underWay.has(entry.key)) {
      return undefined;
    }
    entry.account.client.requireScopes('deploy');
    this.underWay.add(entry.key);
    try {
      return (await confirmed(entry)) ? await this.deployConfirmed(entry) : undefined;
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
      throw new PlainError(
        vscode.l10n.t('Forge does not say on which server {0} is. Refresh, then try again.', entry.site.name),
      );
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

/** Names site, server and branch, and says what is not as usual, before anything is sent. */
async function confirmed({ site, server }: SiteEntry): Promise<boolean> {
  const deploy = vscode.l10n.t('Deploy');
  const branch = site.repository?.branch;
  const lines = [
    server ? vscode.l10n.t('Server: {0}', server.name) : undefined,
    branch ? vscode.l10n.t('Branch: {0}', branch) : undefined,
    site.repository ? vscode.l10n.t('Repository: {0}', site.repository.url) : undefined,
    site.latestDeployment && !isRunning(site.latestDeployment)
      ? vscode.l10n.t('Last deployment: {0}', deploymentSummary(site.latestDeployment, Date.now()))
      : undefined,
    site.latestDeployment && isRunning(site.latestDeployment)
      ? vscode.l10n.t('A deployment is already running. This one will wait for it.')
      : undefined,
    site.inMaintenance ? vscode.l10n.t('The site is in maintenance mode.') : undefined,
  ];
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Deploy {0}?', site.name),
    { modal: true, detail: lines.filter((line) => line !== undefined).join('\n') },
    deploy,
  );
  return answer === deploy;
}
