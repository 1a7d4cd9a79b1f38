import * as l10n from '@vscode/l10n';
import { isOutOfOrder } from '../fleet/isOutOfOrder';
import type { SiteEntry } from '../fleet/rows';
import { isEnd } from '../forge/deploymentStatus';
import type { Server, Site } from '../forge/resources';
import { withoutLinks } from '../ui/inertText';
import { PlainError } from '../ui/plainError';
import * as say from '../ui/say';
import { deploySettings } from '../ui/settings';
import type { Place } from '../workspace/git';
import { gitReason, type LocalCommit, type SiteCode } from '../workspace/siteCode';
import { isProduction } from './isProduction';
import { deploymentSummary } from './wording';

/** How many of the commits to be deployed or pushed to list. */
const commitsShown = 5;

/** What the user agreed to: deploying, or pushing first. */
export type Agreement = 'deploy' | 'push';

/** The state of the site and its code when the question is asked. */
export interface Situation {
  /** Undefined if no clone of the site's repository is open, or Git can't be queried. */
  readonly code: SiteCode | undefined;
  /** The clone of the site's repository; undefined if none is open. */
  readonly place: Place | undefined;
  readonly site: Site;
  /** Null if Forge doesn't report which server the site is on. */
  readonly server: Server | null;
  /** Whether Forge has just reported the state of the site. If not, it is the last known one. */
  readonly isAsked: boolean;
  /** What may go wrong, in one sentence each. */
  readonly hints: readonly string[];
}

/**
 * Asks for confirmation before a deployment, according to `forge.deploy.confirm` and `forge.deploy.typeToConfirm`. Lists warnings and the
 * commits to be deployed.
 * @param look gets the situation from Git and Forge, again after a fetch; not called if no question is needed
 * @param now Forge's time, in milliseconds since 1970
 * @param mustAsk asks even if `forge.deploy.confirm` doesn't require it
 * @param isOfModel whether a language model asks for the deployment, which the question then says
 * @returns undefined if the user canceled
 * @throws PlainError if Git can't fetch
 */
export async function preflight(
  entry: SiteEntry,
  look: () => Promise<Situation>,
  now: number,
  mustAsk = false,
  isOfModel = false,
): Promise<Agreement | undefined> {
  const { confirm, production, typeToConfirm } = deploySettings();
  const isLive = await isProduction(entry.site, production);
  let agreement: Agreement | undefined = 'deploy';
  if (mustAsk || confirm === 'always' || (confirm === 'productionOnly' && isLive)) {
    agreement = await ask(look, isLive, now, isOfModel);
  }
  return agreement && typeToConfirm && isLive && !(await typesName(entry)) ? undefined : agreement;
}

async function ask(
  look: () => Promise<Situation>,
  isLive: boolean,
  now: number,
  isOfModel: boolean,
): Promise<Agreement | undefined> {
  const situation = await look();
  const { code, site } = situation;
  const deploy = l10n.t('Deploy');
  const push = l10n.t('Push & Deploy');
  const fetch = l10n.t('Fetch');
  const warned = warnings(situation, now);
  const canPush = code !== undefined && (code.isUnpublished || (code.unpushed ?? []).length > 0);
  const origin = isOfModel ? [say.requestedByModel()] : [];
  const detail = [origin, describe(situation), warned, goingOut(code), canPush ? beingPushed(code) : []];
  const answer = await say.ask({
    severity: warned.length > 0 ? 'warning' : 'information',
    question: isLive ? l10n.t('Deploy {0} to production?', site.name) : l10n.t('Deploy {0}?', site.name),
    detail: detail.map((lines) => lines.join('\n')),
    answers: [deploy, ...(canPush ? [push] : []), ...(code?.drift?.kind === 'notInClone' ? [fetch] : [])],
  });
  if (answer === fetch && code) {
    await fetchFrom(code);
    return ask(look, isLive, now, isOfModel);
  }
  return answer === push ? 'push' : answer === deploy ? 'deploy' : undefined;
}

/** @throws PlainError if Git can't fetch */
async function fetchFrom({ fetch }: SiteCode): Promise<void> {
  try {
    await say.whileSaying(l10n.t('Fetching…'), fetch);
  } catch (error) {
    throw new PlainError(l10n.t("Git couldn't fetch, so nothing was deployed: {0}", gitReason(error)));
  }
}

/** Server, repository and branch, as at most one line. */
function describe({ site, server }: Situation): string[] {
  return [[server?.name, site.repository?.url, site.repository?.branch].filter(Boolean).join(' · ')].filter(Boolean);
}

/** One line for each thing that the user may not expect. */
function warnings({ site, server, code, place, isAsked, hints }: Situation, now: number): string[] {
  const { latestDeployment: latest, repository, inMaintenance } = site;
  const branch = repository?.branch ?? '';
  // If the Git extension hasn't opened the clone, its files still have the current branch.
  const here = code ?? place?.checkout;
  const lines = [
    isAsked ? undefined : l10n.t("Couldn't get the latest state from Forge. What you see here may be out of date."),
    server && serverWarning(server),
    repository ? undefined : l10n.t('This site has no Git repository.'),
    latest && !isEnd(latest)
      ? l10n.t('A deployment is already running ({0}). This one will be queued.', deploymentSummary(latest, now))
      : undefined,
    inMaintenance ? l10n.t('The site is in maintenance mode.') : undefined,
    here?.branch !== undefined && repository?.branch && here.branch !== repository.branch
      ? here.branch === null
        ? l10n.t("You're on a detached HEAD; the site deploys {0}.", repository.branch)
        : l10n.t("You're on {0}; the site deploys {1}.", here.branch, repository.branch)
      : undefined,
    place && !place.repository
      ? l10n.t("Git hasn't opened this repository, so unpushed and uncommitted changes can't be checked.")
      : undefined,
    code?.isUnpublished ? l10n.t('Branch {0} has no upstream here; it may never have been pushed.', branch) : undefined,
    count(code?.unpushed?.length, l10n.t('1 unpushed commit on {0}.', branch), (number) =>
      l10n.t('{0} unpushed commits on {1}.', number, branch),
    ),
    count(code?.uncommitted, l10n.t('1 uncommitted change.'), (number) => l10n.t('{0} uncommitted changes.', number)),
    ...hints,
  ];
  return lines.flatMap((line) => (line ? `⚠ ${line}` : []));
}

/** Why a deployment to a server may fail; undefined if no reason is known. */
function serverWarning(server: Server): string | undefined {
  if (!isOutOfOrder(server)) {
    return undefined;
  }
  return server.revoked
    ? l10n.t('The server {0} is archived.', server.name)
    : server.isReady === false
      ? l10n.t('The server {0} is still being set up.', server.name)
      : l10n.t("Forge isn't connected to the server {0}.", server.name);
}

/** The commits on the remote that aren't deployed, as far as this clone knows. */
function goingOut(code: SiteCode | undefined): string[] {
  switch (code?.drift?.kind) {
    case 'upToDate':
      return [l10n.t('Up to date: the latest fetched commit is already deployed.')];
    case 'notInClone':
      return [l10n.t("The deployed commit isn't in your clone. Fetch to see what will be deployed.")];
    case 'ahead':
      return [
        code.drift.count === 1
          ? l10n.t('This rolls back 1 deployed commit that is no longer on the branch.')
          : l10n.t('This rolls back {0} deployed commits that are no longer on the branch.', code.drift.count),
      ];
    case 'behind': {
      const { commits } = code.drift;
      return [
        commits.length === 1
          ? l10n.t('1 commit to be deployed:')
          : l10n.t('{0} commits to be deployed:', commits.length),
        ...commitLines(commits),
      ];
    }
    default:
      return [];
  }
}

/** The commits that Push & Deploy also pushes; empty if they are unknown. */
function beingPushed({ unpushed = [] }: SiteCode): string[] {
  return unpushed.length === 0
    ? []
    : [
        unpushed.length === 1
          ? l10n.t('Push & Deploy also pushes and deploys 1 commit:')
          : l10n.t('Push & Deploy also pushes and deploys {0} commits:', unpushed.length),
        ...commitLines(unpushed),
      ];
}

/** The newest commits, and how many more there are. */
function commitLines(commits: readonly LocalCommit[]): string[] {
  const more = commits.length - commitsShown;
  return [...commits.slice(0, commitsShown).map(commitLine), ...(more > 0 ? [l10n.t('and {0} more', more)] : [])];
}

function commitLine({ hash, subject, author }: LocalCommit): string {
  return [`${hash.slice(0, 7)} ${subject}`, author].filter(Boolean).join(' · ');
}

/** The singular or plural sentence for a number; undefined for zero, or if it is unknown. */
function count(number: number | undefined, one: string, many: (number: number) => string): string | undefined {
  return number === undefined || number === 0 ? undefined : number === 1 ? one : many(number);
}

/** Makes the user type the site's name, so that they don't deploy the wrong one. @returns false if they cancel */
async function typesName({ site, server }: SiteEntry): Promise<boolean> {
  // VS Code renders links in a prompt, and links can run commands.
  const name = withoutLinks(site.name);
  const typed = await say.askForText({
    title: l10n.t('Deploy to Production'),
    prompt: server
      ? l10n.t('Type {0} to confirm (server {1})', name, withoutLinks(server.name))
      : l10n.t('Type {0} to confirm', name),
    placeholder: site.name,
    problem: (text) => (text === site.name ? undefined : l10n.t("Doesn't match {0}.", name)),
    mayBecomeRight: (text) => site.name.startsWith(text),
  });
  return typed !== undefined;
}
