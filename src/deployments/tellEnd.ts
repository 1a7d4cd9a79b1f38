import * as l10n from '@vscode/l10n';
import type { SiteEntry } from '../fleet/rows';
import { durationMs, phaseOf } from '../forge/deploymentStatus';
import { isAborted } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import { commands, settings } from '../manifest';
import { quotable } from '../ui/explain';
import type { Log } from '../ui/log';
import { clock } from '../ui/relativeTime';
import { runCommand } from '../ui/run';
import { notify, sayBriefly } from '../ui/say';
import { deploySettings } from '../ui/settings';
import { deploymentTarget, siteTarget } from '../ui/target';
import { checkSite, type SiteAnswer } from './checkSite';
import type { DeploymentEnd } from './deploymentTracker';
import { statusWord } from './wording';

/** How long a success stays in the status bar where it is told there, in milliseconds. */
const quietMs = 8_000;

interface Telling {
  readonly severity: 'information' | 'warning' | 'error';
  readonly sentence: string;
  readonly offers: readonly Offer[];
  /** Whether it is worth no notification to who wants only the failures. */
  readonly isGood?: boolean;
}

type Offer = 'openSite' | 'viewLog' | 'tryAgain' | 'openInForge';

/** Why a deployment failed, in the words of its log; undefined for what it doesn't tell. */
export interface Failure {
  readonly step: string | undefined;
  readonly reason: string | undefined;
}

/** Looks into the log of a failed deployment; undefined where there is none. */
export type ReadFailure = (site: SiteEntry, deployment: Deployment) => Promise<Failure | undefined>;

/**
 * Tells the end of a deployment once, in one notification, with what its reader may want next; a success in the status bar alone
 * where `forge.deploy.notifications` says so. Never rejects.
 */
export async function tellEnd(
  end: DeploymentEnd,
  readFailure: ReadFailure,
  userAgent: string,
  log: Log,
): Promise<void> {
  const { site, outcome } = end;
  const { severity, sentence, offers, isGood } = await tellingOf(end, readFailure, userAgent, log);
  if (site.account.signal.aborted) {
    // Signed out meanwhile.
    return;
  }
  if (isGood && deploySettings().notifiesFailuresOnly) {
    sayBriefly(sentence, { icon: 'check', ms: quietMs });
    return;
  }
  const answer = await notify(severity, sentence, ...offers.map(labelOf));
  switch (offers.find((offer) => labelOf(offer) === answer)) {
    case 'openSite':
      await runCommand(commands.openSite, siteTarget(site));
      return;
    case 'viewLog':
      await runCommand(commands.viewDeploymentLog, deploymentTarget(site, outcome.deployment));
      return;
    case 'tryAgain':
      await runCommand(commands.deploySite, siteTarget(site));
      return;
    case 'openInForge':
      await runCommand(commands.openInForge, siteTarget(site));
  }
}

async function tellingOf(
  { site, outcome }: DeploymentEnd,
  readFailure: ReadFailure,
  userAgent: string,
  log: Log,
): Promise<Telling> {
  const { kind, deployment } = outcome;
  const name = site.site.name;
  if (kind === 'vanished') {
    return {
      severity: 'warning',
      sentence: l10n.t('Forge no longer knows the deployment of {0}.', name),
      offers: ['openInForge'],
    };
  }
  if (kind === 'lost') {
    return {
      severity: 'warning',
      sentence: l10n.t(
        'Lost track of the deployment of {0} after {1} minutes. Check its status in Forge.',
        name,
        Math.round(outcome.afterMs / 60_000),
      ),
      offers: ['viewLog', 'openInForge'],
    };
  }
  switch (phaseOf(deployment)) {
    case 'succeeded':
      return success(site, deployment, userAgent);
    case 'failed':
      return {
        severity: 'error',
        sentence: failureSentence(deployment, name, await failureOf(site, deployment, readFailure, log)),
        offers: ['viewLog', 'tryAgain', 'openInForge'],
      };
    case 'cancelled':
      return {
        severity: 'warning',
        sentence: l10n.t('The deployment of {0} was canceled.', name),
        offers: ['viewLog', 'tryAgain'],
      };
    default:
      return {
        severity: 'warning',
        sentence: l10n.t('The deployment of {0} ended with status “{1}”.', name, statusWord(deployment)),
        offers: ['viewLog', 'openInForge'],
      };
  }
}

/** That it went well, how long it took, and how the site answers where that is wanted. */
async function success(site: SiteEntry, deployment: Deployment, userAgent: string): Promise<Telling> {
  const name = site.site.name;
  const took = durationMs(deployment, site.account.client.now());
  const sentence = took === null ? l10n.t('Deployed {0}.', name) : l10n.t('Deployed {0} in {1}.', name, clock(took));
  const { checkUrl: at } = deploySettings();
  const good = { severity: 'information', sentence, offers: ['openSite', 'viewLog'], isGood: true } as const;
  if (at === undefined) {
    return good;
  }
  const answer = await checkSite(site, at, userAgent);
  const words = answerWords(answer, at);
  return answer.kind === 'answered' && answer.status < 400
    ? { ...good, sentence: `${sentence} ${words}` }
    : { severity: 'warning', sentence: `${sentence} ${words}`, offers: ['openSite', 'viewLog', 'openInForge'] };
}

function answerWords(answer: SiteAnswer, at: string): string {
  switch (answer.kind) {
    case 'noAddress':
      return l10n.t('But it could not be checked: {0} in the setting {1} is no address.', at, settings.deployCheckUrl);
    case 'silent':
      return l10n.t("{0} didn't respond.", at);
    case 'answered':
      return answer.status < 400
        ? l10n.t('It answers {0} in {1} ms.', answer.status, answer.ms)
        : l10n.t('But it answers {0} in {1} ms.', answer.status, answer.ms);
  }
}

/** What the log tells; nothing where it can't be read. Never rejects. */
async function failureOf(
  site: SiteEntry,
  deployment: Deployment,
  readFailure: ReadFailure,
  log: Log,
): Promise<Failure | undefined> {
  try {
    return await readFailure(site, deployment);
  } catch (error) {
    if (!isAborted(error)) {
      log.error(`Could not read why deployment ${deployment.id} failed`, error);
    }
    return undefined;
  }
}

/** One sentence with the step that failed and the reason, as far as they are known. */
function failureSentence({ status }: Deployment, name: string, { step, reason }: Failure = noFailure): string {
  const isBuild = status?.toLowerCase() === 'failed-build';
  const [at, why] = [quotable(step ?? '').replace(/\.$/, ''), quotable(reason ?? '')];
  if (why === '' && at === '') {
    return isBuild ? l10n.t('The build of {0} failed.', name) : l10n.t('The deployment of {0} failed.', name);
  }
  if (why === '') {
    return isBuild
      ? l10n.t('The build of {0} failed in “{1}”.', name, at)
      : l10n.t('The deployment of {0} failed in “{1}”.', name, at);
  }
  // A log without steps is called by its first line, which may be the reason.
  if (at === '' || step === reason) {
    return isBuild
      ? l10n.t('The build of {0} failed: {1}', name, why)
      : l10n.t('The deployment of {0} failed: {1}', name, why);
  }
  return isBuild
    ? l10n.t('The build of {0} failed in “{1}”: {2}', name, at, why)
    : l10n.t('The deployment of {0} failed in “{1}”: {2}', name, at, why);
}

const noFailure: Failure = { step: undefined, reason: undefined };

function labelOf(offer: Offer): string {
  switch (offer) {
    case 'openSite':
      return l10n.t('Open Site');
    case 'viewLog':
      return l10n.t('View Log');
    case 'tryAgain':
      return l10n.t('Try Again');
    case 'openInForge':
      return l10n.t('Open in Forge');
  }
}
