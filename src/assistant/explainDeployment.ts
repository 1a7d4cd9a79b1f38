import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import { isRunning, phaseOf } from '../forge/deploymentStatus';
import type { Deployment } from '../forge/resources';
import { failureIn } from '../logs/failureIn';
import type { LogProblem } from '../logs/problemsIn';
import { drawnText } from '../ui/ansiText';
import { PlainError } from '../ui/plainError';
import { linesOf } from '../ui/slices';
import { isCommitHash } from '../workspace/gitNames';
import { commitsBetween, placeOfSite } from '../workspace/siteCode';
import { type Data, quoted } from './answer';
import { commitLine, deploymentLine, isFailed } from './deploymentText';
import { text } from './input';
import { findSite } from './names';
import { defineTool, type ToolCall } from './tool';

/** How many problems, and how many lines before the end of the failed step, an answer has. */
const mostProblems = 20;
const mostLines = 120;

/** Why a deployment failed: its step, problems with local paths, the end of its log, and the commits since the last success. */
export const explainDeployment = defineTool({
  input: { site: text, deployment: text },
  run: async ({ site: name, deployment: id }, call) => {
    const site = await findSite(call.parts, name);
    const deployment = await chosen(call, site, id);
    const output =
      call.parts.outputs.known(site, deployment.id) ??
      (await call.ask(site.account, (options) => call.parts.outputs.read(site, deployment.id, options)));
    const { text: log } = await drawnText(output.text);
    const failure = isFailed(deployment) ? await failureIn(log) : undefined;
    const { before, lines } = await linesOf(log);
    const end = failure ? failure.step.lastLine + 1 - before : lines.length;
    const start = failure ? Math.max(failure.step.firstLine - before, end - mostLines) : Math.max(0, end - mostLines);
    const problems = await Promise.all(
      (failure?.problems ?? []).slice(0, mostProblems).map((problem) => problemLine(call, site, problem)),
    );
    const commits = isFailed(deployment) ? await commitsSinceSuccess(call, site, deployment) : undefined;
    return {
      of: site,
      readAt: call.parts.fleet.refreshedAt,
      notes: notesOf(deployment, output.state, commits),
      data: [
        { title: 'deployment', text: [deploymentLine(deployment, site.account.client.now())] },
        ...(failure
          ? [
              {
                title: 'failed step and reason',
                text: [`step: ${failure.step.title}`, `reason: ${failure.reason?.message ?? 'not printed'}`],
              },
              { title: 'problems, with paths in the open folder if they are there', text: problems },
            ]
          : []),
        ...(commits ? [{ title: 'commits since the last successful deployment', text: commits.map(commitLine) }] : []),
        {
          title: failure ? 'output of the failed step' : 'deployment log',
          text: lines.slice(Math.max(0, start), end).join('\n'),
          keep: 'end',
          isPart: start > 0 ? `${start} lines before the output shown` : undefined,
        } satisfies Data,
      ],
    };
  },
});

/** The deployment with that id; else the latest one that failed, or the latest. */
async function chosen({ parts, ask }: ToolCall, site: SiteEntry, id: string | undefined): Promise<Deployment> {
  const { latestDeployment: latest } = site.site;
  if (id !== undefined) {
    return (
      parts.history.find(site.key, id) ??
      (latest?.id === id
        ? latest
        : await ask(site.account, (options) => site.api.call('showDeployment', { deployment: id }, options)))
    );
  }
  const failed = [...(latest ? [latest] : []), ...parts.history.last(site.key)].find(isFailed);
  const found = failed ?? latest;
  if (!found) {
    throw new PlainError(l10n.t('{0} was never deployed.', quoted(site.site.name)));
  }
  return found;
}

function notesOf(
  deployment: Deployment,
  state: 'running' | 'late' | 'final',
  commits: readonly unknown[] | undefined,
): readonly string[] {
  return [
    isFailed(deployment)
      ? 'This deployment failed.'
      : isRunning(deployment)
        ? 'This deployment is still running.'
        : phaseOf(deployment) === 'succeeded'
          ? 'This deployment succeeded; no failed one is known.'
          : 'This deployment has ended without success or failure.',
    ...(state === 'late' ? ['Forge has not written the whole log yet.'] : []),
    ...(isFailed(deployment) && !commits
      ? [
          'The commits since the last successful deployment are unknown: it may not be loaded (forge_list_deployments loads it), or an open clone does not have them.',
        ]
      : []),
  ];
}

async function problemLine({ parts }: ToolCall, site: SiteEntry, problem: LogProblem): Promise<string> {
  const { path, lineNumber, message, source } = problem;
  const files = path === undefined ? undefined : await parts.localFiles.get();
  const file =
    path === undefined
      ? undefined
      : // VS Code's search may fail, and why the deployment failed is worth telling without the file, too.
        await files?.find(path, { siteKey: site.key }, lineNumber).catch(() => undefined);
  const place = file ? vscode.workspace.asRelativePath(file) : path;
  const at = place === undefined ? '' : ` at ${place}${lineNumber === undefined ? '' : `:${lineNumber}`}`;
  return `${source}: ${message}${at}${path !== undefined && !file ? ' (not in the open folder)' : ''}`;
}

/** Undefined if the last success isn't known, or the open clone doesn't have both commits. */
async function commitsSinceSuccess({ parts }: ToolCall, site: SiteEntry, { commit, createdAt }: Deployment) {
  const success = parts.history
    .last(site.key)
    .find(
      (other) => phaseOf(other) === 'succeeded' && (other.createdAt ?? 0) <= (createdAt ?? Number.POSITIVE_INFINITY),
    );
  const from = success ? success.commit.hash : parts.codes.deployed(site);
  const repository = placeOfSite(parts.git, site)?.place.repository;
  const isKnown = from && commit.hash && isCommitHash(from) && isCommitHash(commit.hash);
  return isKnown && repository ? commitsBetween(repository, from, commit.hash as string) : undefined;
}
