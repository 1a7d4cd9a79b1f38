import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { type DeploymentPhase, durationMs, isRunning, phaseOf } from '../forge/deploymentStatus';
import type { Deployment, Site } from '../forge/resources';
import { clock, relativeTime } from '../ui/relativeTime';
import type { Drift } from '../workspace/siteCode';

/** The colour of what has failed. That of failed tests is none in high contrast. */
export const failedColor = 'problemsErrorIcon.foreground';
const warningColor = 'problemsWarningIcon.foreground';

/** Ours: the green of passed tests has a contrast of 1.9:1 in light themes. */
const succeededColor = 'forge.success';

/** How each phase looks. State is always told by a word too, never by colour alone. */
const looks: Readonly<Record<DeploymentPhase, { readonly icon: string; readonly color: string | undefined }>> = {
  waiting: { icon: 'watch', color: undefined },
  running: { icon: 'sync~spin', color: 'charts.blue' },
  succeeded: { icon: 'pass', color: succeededColor },
  failed: { icon: 'error', color: failedColor },
  cancelled: { icon: 'circle-slash', color: undefined },
  unknown: { icon: 'question', color: undefined },
};

/** The icon of a deployment, or of a site that was never deployed. */
export function deploymentIcon(deployment: Deployment | null): vscode.ThemeIcon {
  const look = deployment ? looks[phaseOf(deployment)] : { icon: 'circle-outline', color: undefined };
  return new vscode.ThemeIcon(look.icon, look.color === undefined ? undefined : new vscode.ThemeColor(look.color));
}

/** The icon of a site: not that all is well while it shows its visitors a page of maintenance. */
export function siteIcon({ latestDeployment: latest, inMaintenance }: Site): vscode.ThemeIcon {
  return inMaintenance && latest && phaseOf(latest) === 'succeeded'
    ? new vscode.ThemeIcon('tools', new vscode.ThemeColor(warningColor))
    : deploymentIcon(latest);
}

/** One or two words for the state, for example "build failed". A status that is not known is shown as Forge says it. */
export function statusWord(deployment: Deployment): string {
  switch (deployment.status?.toLowerCase()) {
    case 'queued':
      return l10n.t('queued');
    case 'pending':
      return l10n.t('starting');
    case 'deploying':
      return l10n.t('deploying');
    case 'finished':
      return l10n.t('deployed');
    case 'failed':
      return l10n.t('failed');
    case 'failed-build':
      return l10n.t('build failed');
    case 'cancelled':
      return l10n.t('canceled');
    default:
      return deployment.status ?? l10n.t('unknown');
  }
}

/**
 * "deploying 0:42 of ~1:10", "deployed 5m ago", "never deployed".
 * @param now milliseconds since 1970
 * @param usualMs how long it usually takes, in milliseconds; undefined where that is not known
 */
export function deploymentSummary(deployment: Deployment | null, now: number, usualMs?: number): string {
  if (!deployment) {
    return l10n.t('never deployed');
  }
  if (isRunning(deployment)) {
    const elapsed = clock(durationMs(deployment, now) ?? 0);
    // One that waits its turn is not on its way yet.
    const time =
      usualMs === undefined || phaseOf(deployment) !== 'running'
        ? elapsed
        : l10n.t('{0} of ~{1}', elapsed, clock(usualMs));
    return `${statusWord(deployment)} ${time}`;
  }
  const age = deploymentAge(deployment, now);
  return age === null ? statusWord(deployment) : `${statusWord(deployment)} ${age}`;
}

/** "5m ago"; null where Forge does not say when. @param now milliseconds since 1970 */
export function deploymentAge({ createdAt, startedAt, endedAt }: Deployment, now: number): string | null {
  const time = endedAt ?? startedAt ?? createdAt;
  if (time === null) {
    return null;
  }
  return now - time < 60_000 ? l10n.t('just now') : relativeTime(time, now, vscode.env.language);
}

/** The first seven characters of the commit's hash; null where it is not known. */
export function shortHash({ commit }: Deployment): string | null {
  return commit.hash?.slice(0, 7) ?? null;
}

/** How what is deployed stands to the branch on the remote, in a few words. @param branch null leaves out its name */
export function driftText(drift: Drift, branch: string | null): string {
  switch (drift.kind) {
    case 'upToDate':
      return l10n.t('up to date');
    case 'notInClone':
      return l10n.t('deployed commit not in your clone');
    case 'ahead':
      return aheadText(drift.count, branch);
    case 'behind':
      return behindText(drift.commits.length, branch);
  }
}

function aheadText(commits: number, branch: string | null): string {
  if (branch === null) {
    return commits === 1 ? l10n.t('1 commit ahead') : l10n.t('{0} commits ahead', commits);
  }
  return commits === 1 ? l10n.t('1 commit ahead of {0}', branch) : l10n.t('{0} commits ahead of {1}', commits, branch);
}

function behindText(commits: number, branch: string | null): string {
  if (branch === null) {
    return commits === 1 ? l10n.t('1 commit behind') : l10n.t('{0} commits behind', commits);
  }
  return commits === 1 ? l10n.t('1 commit behind {0}', branch) : l10n.t('{0} commits behind {1}', commits, branch);
}
