import * as l10n from '@vscode/l10n';
import { isOutOfOrder } from '../fleet/isOutOfOrder';
import type { SiteEntry } from '../fleet/rows';
import { isEnd } from '../forge/deploymentStatus';
import type { Server, Site } from '../forge/resources';
import { PlainError } from '../ui/explain';
import { withoutLinks } from '../ui/inertText';
import * as say from '../ui/say';
import { deploySettings } from '../ui/settings';
import type { Place } from '../workspace/git';
import { gitReason, type LocalCommit, type SiteCode } from '../workspace/siteCode';
import { isProduction } from './isProduction';
import { deploymentSummary } from './wording';

/** How many of the commits that go out, or are pushed, are named. */
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
  /** Null where Forge does not say on which server the site is. */
  readonly server: Server | null;
  /** Whether Forge has told just now how the site stands; else it is what was known before. */
  readonly isAsked: boolean;
}

/**
 * Says before a deployment what is not as usual and what will go out, and asks, as `forge.deploy.confirm` and
 * `forge.deploy.typeToConfirm` have it.
 * @param look asks git and Forge, once more after a fetch; not called where nobody is asked
 * @param now what time it is at Forge, in milliseconds since 1970
 * @param mustAsk asks also where the setting would not
 * @returns undefined when the person did not want it.
 * @throws PlainError where git could not fetch
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
    agreement = await ask(look, isLive, now);
  }
  return agreement && typeToConfirm && isLive && !(await typesName(entry)) ? undefined : agreement;
}

async function ask(look: () => Promise<Situation>, isLive: boolean, now: number): Promise<Agreement | undefined> {
  const situation = await look();
  const { code, site } = situation;
  const deploy = l10n.t('Deploy');
  const push = l10n.t('Push & Deploy');
  const fetch = l10n.t('Fetch');
  const warned = warnings(situation, now);
  const canPush = code !== undefined && (code.isUnpublished || (code.unpushed ?? []).length > 0);
  const detail = [describe(situation), warned, goingOut(code), canPush ? beingPushed(code) : []];
  const answer = await say.ask({
    severity: warned.length > 0 ? 'warning' : 'information',
    question: isLive ? l10n.t('Deploy {0} to production?', site.name) : l10n.t('Deploy {0}?', site.name),
    detail: detail.map((lines) => lines.join('\n')),
    answers: [deploy, ...(canPush ? [push] : []), ...(code?.drift?.kind === 'notInClone' ? [fetch] : [])],
  });
  if (answer === fetch && code) {
    await fetchFrom(code);
    return ask(look, isLive, now);
  }
  return answer === push ? 'push' : answer === deploy ? 'deploy' : undefined;
}

/** @throws PlainError where git could not */
async function fetchFrom({ fetch }: SiteCode): Promise<void> {
  try {
    await say.whileSaying(l10n.t('Fetching…'), fetch);
  } catch (error) {
    throw new PlainError(l10n.t("Git couldn't fetch, so nothing was deployed: {0}", gitReason(error)));
  }
}

/** Where, which branch, and how it stands. */
function describe({ site, server }: Situation): string[] {
  return [[server?.name, site.repository?.url, site.repository?.branch].filter(Boolean).join(' · ')].filter(Boolean);
}

/** What is not as one may believe it to be. */
function warnings({ site, server, code, place, isAsked }: Situation, now: number): string[] {
  const { latestDeployment: latest, repository, inMaintenance } = site;
  const branch = repository?.branch ?? '';
  // Where the git extension has not opened the clone, its files still tell which branch is on.
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
  ];
  return lines.flatMap((line) => (line ? `⚠ ${line}` : []));
}

/** Why a deployment to a server may not work; undefined where nothing is known of that. */
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

/** The commits that are on the remote and not deployed, as far as this clone knows. */
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

/** The commits that are on the remote only after Push & Deploy; nothing where they are not known. */
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

/** The newest of these commits, and how many more there are. */
function commitLines(commits: readonly LocalCommit[]): string[] {
  const more = commits.length - commitsShown;
  return [...commits.slice(0, commitsShown).map(commitLine), ...(more > 0 ? [l10n.t('and {0} more', more)] : [])];
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
