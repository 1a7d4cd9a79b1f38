import type { SiteEntry } from '../fleet/rows';
import { durationMs, phaseOf } from '../forge/deploymentStatus';
import { oneLine } from '../forge/oneLine';
import type { Deployment } from '../forge/resources';
import { clock } from '../ui/relativeTime';
import type { LocalCommit } from '../workspace/siteCode';
import type { ToolCall } from './tool';

/** A time for a model; `unknown` if Forge doesn't report it. @param ms milliseconds since 1970 */
export function timeText(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? 'unknown' : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A deployment on one line. @param now Forge's time, in milliseconds since 1970 */
export function deploymentLine(deployment: Deployment, now: number): string {
  const { id, status, commit, createdAt, endedAt } = deployment;
  const took = durationMs(deployment, endedAt ?? now);
  const hash = commit.hash?.slice(0, 7) ?? 'commit unknown';
  return [
    `deployment ${id}`,
    status ?? 'status unknown',
    `created ${timeText(createdAt)}`,
    took === null ? undefined : `${endedAt === null ? 'running for' : 'took'} ${clock(took)}`,
    commit.branch === null ? hash : `${hash} on ${commit.branch}`,
    commit.author === null ? undefined : `by ${commit.author}`,
    commit.message === null ? undefined : oneLine(commit.message, 120),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** A commit of the open clone on one line. */
export function commitLine({ hash, subject, author }: LocalCommit): string {
  return [`${hash.slice(0, 7)} ${subject}`, author].filter(Boolean).join(' · by ');
}

/** The recent deployments of a site, newest first, and when they were read, in milliseconds since 1970; undefined for just now. */
export interface RecentDeployments {
  readonly all: readonly Deployment[];
  readonly readAt: number | undefined;
}

/** Takes no request if the deployments of the site are in the tree. @throws ForgeError */
export async function recentDeployments({ parts, ask }: ToolCall, site: SiteEntry): Promise<RecentDeployments> {
  const { history, fleet } = parts;
  const known = history.known(site.key);
  return known
    ? { all: known, readAt: fleet.refreshedAt }
    : { all: await ask(site.account, (options) => history.of(site, 'visible', options)), readAt: undefined };
}

/** Whether a deployment's status means that it failed. */
export function isFailed(deployment: Deployment): boolean {
  return phaseOf(deployment) === 'failed';
}
