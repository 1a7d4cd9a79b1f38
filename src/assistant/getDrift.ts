import * as l10n from '@vscode/l10n';
import { PlainError } from '../ui/plainError';
import { steps } from '../ui/steps';
import { readSiteCode, type SiteCode } from '../workspace/siteCode';
import { quoted } from './answer';
import { commitLine } from './deploymentText';
import { factLines } from './getSite';
import { text } from './input';
import { findSite } from './names';
import { defineTool } from './tool';

/** How the deployed commit differs from the branch, as last fetched into the open clone. Takes no request. */
export const getDrift = defineTool({
  input: { site: text },
  run: async ({ site: name }, { parts }) => {
    const site = await findSite(parts, name);
    const deployed = parts.codes.deployed(site);
    const code = await readSiteCode(parts.git, site, deployed);
    if (!code) {
      throw new PlainError(
        l10n.t(
          'No clone of the repository of {0} is open, so its commits are unknown. Open that folder first.',
          quoted(site.site.name),
        ),
        steps.openFolder(),
      );
    }
    const { drift, unpushed = [] } = code;
    return {
      of: site,
      readAt: parts.fleet.refreshedAt,
      notes: [driftSentence(code), 'This is as of the last fetch of the clone.'],
      data: [
        {
          title: 'code',
          text: factLines({
            'branch that the site deploys': site.site.repository?.branch,
            'deployed commit': deployed ?? 'unknown',
            'commit of the remote branch': code.remoteCommit ?? 'unknown',
            'current branch of the clone': code.branch ?? 'detached HEAD',
            'files with uncommitted changes': String(code.uncommitted),
            'unpushed commits': code.unpushed === undefined ? 'unknown' : String(unpushed.length),
          }),
        },
        ...(drift?.kind === 'behind'
          ? [{ title: 'commits that are not deployed', text: drift.commits.map(commitLine) }]
          : []),
        ...(unpushed.length > 0 ? [{ title: 'commits that are not pushed', text: unpushed.map(commitLine) }] : []),
      ],
    };
  },
});

function driftSentence({ drift }: SiteCode): string {
  switch (drift?.kind) {
    case 'upToDate':
      return 'The site is up to date with its branch.';
    case 'behind':
      return `The site is ${drift.commits.length} commits behind its branch.`;
    case 'ahead':
      return `${drift.count} deployed commits are no longer on the branch.`;
    case 'notInClone':
      return 'The deployed commit is not in the clone; fetching may bring it.';
    default:
      return 'The deployed commit, or that of the branch, is unknown.';
  }
}
