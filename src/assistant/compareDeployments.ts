import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { changesBetween } from '../deployments/commits';
import type { SiteEntry } from '../fleet/rows';
import type { Deployment } from '../forge/resources';
import { PlainError } from '../ui/plainError';
import { commitsBetween } from '../workspace/siteCode';
import { type Data, quoted } from './answer';
import { commitLine, deploymentLine, recentDeployments } from './deploymentText';
import { text } from './input';
import { findSite } from './names';
import { defineTool, type ToolCall } from './tool';

/** Files whose changes matter to a deployment beyond their code. */
const flags: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)database\/migrations\//, 'migration'],
  [/(^|\/)composer\.(json|lock)$/, 'composer'],
  [/(^|\/)(package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml)$/, 'node packages'],
  [/(^|\/)\.env\.example$/, '.env.example'],
  [/(^|\/)config\/[^/]+\.php$/, 'config'],
];

/** What changed between two deployments of a site: commits and files, as the open clone has them. */
export const compareDeployments = defineTool({
  input: { site: text, from: text, to: text },
  run: async ({ site: name, from, to }, call) => {
    const site = await findSite(call.parts, name);
    const { all, readAt } = await recentDeployments(call, site);
    const [earlier, later] = await pairOf(call, site, all, from, to);
    const now = site.account.client.now();
    const both = { title: 'deployments', text: [deploymentLine(earlier, now), deploymentLine(later, now)] };
    try {
      const { git } = call.parts;
      const changes = await changesBetween(git, site, [earlier, later]);
      const { repository, before, after } = changes;
      const forward = (await commitsBetween(repository, before, after)) ?? [];
      const back = (await commitsBetween(repository, after, before)) ?? [];
      const files = changes.files.map(({ left, right }) => {
        const path = vscode.workspace.asRelativePath(right ?? left ?? repository.rootUri);
        const flag = flags.find(([pattern]) => pattern.test(path))?.[1];
        return { flag, line: `${left ? (right ? 'changed' : 'deleted') : 'added'} ${path}${flag ? ` [${flag}]` : ''}` };
      });
      const flagged = files.filter(({ flag }) => flag !== undefined);
      return {
        of: site,
        readAt,
        notes: [
          before === after
            ? 'Both deployments have the same commit.'
            : `${forward.length} commits and ${files.length} files differ.`,
          ...(back.length > 0 ? [`The later one no longer has ${back.length} commits of the earlier one.`] : []),
          `Flagged files: ${flagged.length}.`,
        ],
        data: [
          both,
          { title: 'commits that were added', text: forward.map(commitLine) },
          ...(back.length > 0 ? [{ title: 'commits that were taken back', text: back.map(commitLine) }] : []),
          {
            title: 'files, flagged ones first',
            text: [...flagged, ...files.filter(({ flag }) => !flag)].map(({ line }) => line),
          },
        ] satisfies Data[],
      };
    } catch (error) {
      if (!(error instanceof PlainError)) {
        throw error;
      }
      return {
        of: site,
        readAt,
        notes: ['Commits and files are unknown.'],
        data: [both, { title: 'why they are unknown', text: [error.message] }],
      };
    }
  },
});

/** The deployments with these ids; else the latest and the one before. @throws PlainError if there are none */
async function pairOf(
  call: ToolCall,
  site: SiteEntry,
  all: readonly Deployment[],
  from: string | undefined,
  to: string | undefined,
): Promise<readonly [Deployment, Deployment]> {
  const show = async (id: string) =>
    all.find((deployment) => deployment.id === id) ??
    (await call.ask(site.account, (options) => site.api.call('showDeployment', { deployment: id }, options)));
  const later = to === undefined ? all.find(({ id }) => id !== from) : await show(to);
  const earlier = from === undefined ? all[all.findIndex(({ id }) => id === later?.id) + 1] : await show(from);
  if (!earlier || !later) {
    throw new PlainError(l10n.t('{0} has no two deployments to compare.', quoted(site.site.name)));
  }
  return [earlier, later];
}
