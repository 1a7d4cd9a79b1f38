import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import { isEnd } from '../forge/deploymentStatus';
import type { Server, Site } from '../forge/resources';
import { withoutLinks } from '../ui/inertText';
import * as say from '../ui/say';
import { deploySettings } from '../ui/settings';
import type { Place } from '../workspace/git';
import type { LocalCommit, SiteCode } from '../workspace/siteCode';
import { isProduction } from './isProduction';
import { deploymentSummary } from './wording';

/** How many of the commits that go out are named. */
const commitsShown = 5;

/** What a person has agreed to. */
export type Agreement = 'deploy' | 'push';

/** How things stand at the moment of the question. */
export interface Situation {
  /** Undefined where no clone of the site's repository is open, or git cannot be asked. */
  readonly code: SiteCode | undefined;
  /** The clone of the site's repository; undefined where none is open. */
  readonly place: Place | undefined;
  readonly site: Site;
}

/**
 * Says before a deployment what is not as usual and what will go out, and asks, as `forge.deploy.confirm` and
 * `forge.deploy.typeToConfirm` have it.
 * @param look asks git and Forge; not called where nobody is asked
 * @param now what time it is at Forge, in milliseconds since 1970
 * @param mustAsk asks also where the setting would not
 * @returns undefined when the person did not want it.
 */
export async function preflight(
  entry: SiteEntry,
  look: () => Promise<Situation>,
  now: number,
  mustAsk = false,
): Promise<Agreement | undefined> {
  const { confirm, production, typeToConfirm } = deploySettings();
  const isLive = await isProduction(entry.site, production);
  let agreement: Agreement | undefined = 'deploy';
  if (mustAsk || confirm === 'always' || (confirm === 'productionOnly' && isLive)) {
    agreement = await ask(entry, await look(), isLive, now);
  }
  return agreement && typeToConfirm && isLive && !(await typesName(entry)) ? undefined : agreement;
}

async function ask(
  { server }: SiteEntry,
  { code, place, site }: Situation,
  isLive: boolean,
  now: number,
): Promise<Agreement | undefined> {
  const deploy = l10n.t('Deploy');
  const push = l10n.t('Push & Deploy');
  const detail = [describe(site, server), warnings(site, code, place, now), goingOut(code)].filter(
    (lines) => lines.length > 0,
  );
  const answer = await say.ask({
    severity: 'information',
    question: isLive ? l10n.t('Deploy {0} to production?', site.name) : l10n.t('Deploy {0}?', site.name),
    detail: detail.map((lines) => lines.join('\n')),
    answers: code && (code.isUnpublished || (code.unpushed ?? 0) > 0) ? [push, deploy] : [deploy],
  });
  return answer === push ? 'push' : answer === deploy ? 'deploy' : undefined;
}

/** Where, which branch, and how it stands. */
function describe(site: Site, server: Server | null): string[] {
  return [[server?.name, site.repository?.url, site.repository?.branch].filter(Boolean).join(' · ')].filter(Boolean);
}

/** What is not as one may believe it to be. */
function warnings(
  { latestDeployment: latest, repository, inMaintenance }: Site,
  code: SiteCode | undefined,
  place: Place | undefined,
  now: number,
): string[] {
  // Where the git extension has not opened the clone, its files still tell which branch is on.
  const here = code ?? place?.checkout;
  const lines = [
    latest && !isEnd(latest)
      ? l10n.t('A deployment is under way ({0}). This one will wait for it.', deploymentSummary(latest, now))
      : undefined,
    inMaintenance ? l10n.t('The site is in maintenance mode.') : undefined,
    here?.branch !== undefined && repository?.branch && here.branch !== repository.branch
      ? here.branch === null
        ? l10n.t('You are on no branch; the site deploys {0}.', repository.branch)
        : l10n.t('You are on {0}; the site deploys {1}.', here.branch, repository.branch)
      : undefined,
    place && !place.repository
      ? l10n.t('Git has not opened this repository: what is not pushed or not committed is not known.')
      : undefined,
    code?.isUnpublished
      ? l10n.t('{0} was never pushed, as far as this clone knows.', repository?.branch ?? '')
      : undefined,
    count(code?.unpushed, l10n.t('1 commit of {0} is not pushed.', repository?.branch ?? ''), (number) =>
      l10n.t('{0} commits of {1} are not pushed.', number, repository?.branch ?? ''),
    ),
    count(code?.uncommitted, l10n.t('1 changed file is not committed.'), (number) =>
      l10n.t('{0} changed files are not committed.', number),
    ),
  ];
  return lines.flatMap((line) => (line === undefined ? [] : `⚠ ${line}`));
}

/** The commits that are on the remote and not deployed, as far as this clone knows. */
function goingOut(code: SiteCode | undefined): string[] {
  switch (code?.drift?.kind) {
    case 'upToDate':
      return [l10n.t('Nothing new: the commit last fetched from the remote is deployed.')];
    case 'notInClone':
      return [l10n.t('The commit that is deployed is not in this clone; fetch to see what will go out.')];
    case 'ahead':
      return [
        code.drift.count === 1
          ? l10n.t('This goes back: 1 commit that is deployed is no longer on the branch.')
          : l10n.t('This goes back: {0} commits that are deployed are no longer on the branch.', code.drift.count),
      ];
    case 'behind': {
      const { commits } = code.drift;
      const more = commits.length - commitsShown;
      return [
        commits.length === 1 ? l10n.t('1 commit will go out:') : l10n.t('{0} commits will go out:', commits.length),
        ...commits.slice(0, commitsShown).map(commitLine),
        ...(more > 0 ? [l10n.t('and {0} more', more)] : []),
      ];
    }
    default:
      return [];
  }
}

function commitLine({ hash, subject, author }: LocalCommit): string {
  return [`${hash.slice(0, 7)} ${subject}`, author].filter(Boolean).join(' · ');
}

/** One sentence for one, another for more, none for nothing. */
function count(number: number | undefined, one: string, many: (number: number) => string): string | undefined {
  return number === undefined || number === 0 ? undefined : number === 1 ? one : many(number);
}

/** Has a person type the name of the site, so that it cannot be another one. */
async function typesName({ site, server }: SiteEntry): Promise<boolean> {
  // What stands below the field may hold links, and these commands.
  const name = withoutLinks(site.name);
  const typed = await vscode.window.showInputBox({
    title: l10n.t('Deploy to production'),
    prompt: [l10n.t('Type {0} to deploy it.', name), server && withoutLinks(server.name)].filter(Boolean).join(' · '),
    placeHolder: site.name,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value === '' || site.name.startsWith(value) ? undefined : l10n.t('This is not {0}.', name),
  });
  return typed === site.name;
}
