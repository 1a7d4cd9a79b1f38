import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { type DeploymentPhase, durationMs, isRunning, phaseOf } from '../forge/deploymentStatus';
import type { Deployment, Site } from '../forge/resources';
import { clock, relativeTime } from '../ui/relativeTime';
import { spinning } from '../ui/spinning';
import type { Drift } from '../workspace/siteCode';

/** The color of failures. The one for failed tests is undefined in high contrast themes. */
export const failedColor = 'problemsErrorIcon.foreground';
/** Our own: VS Code's color of warnings has a contrast of only 2.9:1 in light themes. */
export const warningColor = 'forge.warning';

/** Our own color: the green of passed tests has a contrast of only 1.9:1 in light themes. */
const succeededColor = 'forge.success';

/** The icon of each phase. Always shown with a word, never by color alone. */
const looks: Readonly<Record<DeploymentPhase, { readonly icon: string; readonly color: string | undefined }>> = {
  waiting: { icon: 'watch', color: undefined },
  running: { icon: 'sync', color: 'charts.blue' },
  succeeded: { icon: 'pass', color: succeededColor },
  failed: { icon: 'error', color: failedColor },
  cancelled: { icon: 'circle-slash', color: undefined },
  unknown: { icon: 'question', color: undefined },
};

/** The icon of a deployment, or of a site that was never deployed. */
export function deploymentIcon(deployment: Deployment | null): vscode.ThemeIcon {
  const look = deployment ? looks[phaseOf(deployment)] : { icon: 'circle-outline', color: undefined };
  const icon = look.icon === 'sync' ? spinning(look.icon) : look.icon;
  return new vscode.ThemeIcon(icon, look.color === undefined ? undefined : new vscode.ThemeColor(look.color));
}

/** The icon of a site. It doesn't show success while the site is in maintenance mode. */
export function siteIcon({ latestDeployment: latest, inMaintenance }: Site): vscode.ThemeIcon {
  return inMaintenance && latest && phaseOf(latest) === 'succeeded'
    ? new vscode.ThemeIcon('tools', new vscode.ThemeColor(warningColor))
    : deploymentIcon(latest);
}

/** One or two words for the state, for example "build failed". Unknown statuses appear as Forge reports them. */
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
 * @param usualMs how long it usually takes, in milliseconds; undefined if unknown
 */
export function deploymentSummary(deployment: Deployment | null, now: number, usualMs?: number): string {
  if (!deployment) {
    return l10n.t('never deployed');
  }
  if (isRunning(deployment)) {
    const elapsed = clock(durationMs(deployment, now) ?? 0);
    // A queued deployment isn't running yet.
    const time =
      usualMs === undefined || phaseOf(deployment) !== 'running'
        ? elapsed
        : l10n.t({
            message: '{0} of ~{1}',
            args: [elapsed, clock(usualMs)],
            comment: ['Elapsed time of about how much it usually takes: “0:42 of ~1:10”.'],
          });
    return statusAndTime(statusWord(deployment), time);
  }
  const age = deploymentAge(deployment, now);
  return age === null ? statusWord(deployment) : statusAndTime(statusWord(deployment), age);
}

function statusAndTime(status: string, time: string): string {
  return l10n.t({
    message: '{0} {1}',
    args: [status, time],
    comment: ['A status and its time: “deployed 5m ago”, “deploying 0:42 of ~1:10”.'],
  });
}

/** "5m ago"; null if Forge doesn't report a time. @param now milliseconds since 1970 */
export function deploymentAge({ createdAt, startedAt, endedAt }: Deployment, now: number): string | null {
  const time = endedAt ?? startedAt ?? createdAt;
  if (time === null) {
    return null;
  }
  return now - time < 60_000 ? l10n.t('just now') : relativeTime(time, now, vscode.env.language);
}

/** The first seven characters of the commit's hash; null if unknown. */
export function shortHash({ commit }: Deployment): string | null {
  return commit.hash?.slice(0, 7) ?? null;
}

/** How the deployed commit compares to the remote branch, in a few words. @param branch name to mention; null for none */
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
