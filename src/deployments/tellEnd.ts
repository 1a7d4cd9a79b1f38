import * as l10n from '@vscode/l10n';
import type { SiteEntry } from '../fleet/rows';
import { durationMs, phaseOf } from '../forge/deploymentStatus';
import { isAborted } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import { settings } from '../manifest';
import { hasChat } from '../ui/chat';
import { quotable } from '../ui/explain';
import type { Log } from '../ui/log';
import { clock } from '../ui/relativeTime';
import { offer, sayBriefly } from '../ui/say';
import { deploySettings } from '../ui/settings';
import { type Step, steps } from '../ui/steps';
import { deploymentTarget, siteTarget } from '../ui/target';
import { checkSite, type SiteAnswer } from './checkSite';
import type { DeploymentEnd } from './deploymentTracker';
import { statusWord } from './wording';

/** How long a success stays in the status bar, in milliseconds. */
const quietMs = 8_000;

interface Telling {
  readonly severity: 'information' | 'warning' | 'error';
  readonly sentence: string;
  readonly steps: readonly Step[];
  /** Whether it needs no notification if `forge.deploy.notifications` is limited to failures. */
  readonly isGood?: boolean;
}

/** Why a deployment failed, quoted from its log; undefined if the log doesn't show it. */
export interface Failure {
  readonly step: string | undefined;
  readonly reason: string | undefined;
}

/** Finds the failure in a deployment's log; undefined if there is no log. */
export type ReadFailure = (site: SiteEntry, deployment: Deployment) => Promise<Failure | undefined>;

/**
 * Reports the end of a deployment in one notification, with buttons for likely next steps. Depending on `forge.deploy.notifications`, a
 * success only appears in the status bar. Never rejects.
 */
export async function tellEnd(
  end: DeploymentEnd,
  readFailure: ReadFailure,
  userAgent: string,
  log: Log,
): Promise<void> {
  const { site } = end;
  const { severity, sentence, steps: helpful, isGood } = await tellingOf(end, readFailure, userAgent, log);
  if (site.account.signal.aborted) {
    // The account has signed out since.
    return;
  }
  if (isGood && deploySettings().notifiesFailuresOnly) {
    sayBriefly(sentence, quietMs);
    return;
  }
  await offer(severity, sentence, helpful);
}

async function tellingOf(
  { site, outcome }: DeploymentEnd,
  readFailure: ReadFailure,
  userAgent: string,
  log: Log,
): Promise<Telling> {
  const { kind, deployment } = outcome;
  const name = site.site.name;
  const openInForge = steps.openInForge(siteTarget(site));
  const viewLog = steps.viewDeploymentLog(deploymentTarget(site, deployment));
  const tryAgain = steps.deploy(siteTarget(site), l10n.t('Try Again'));
  if (kind === 'vanished') {
    return {
      severity: 'warning',
      sentence: l10n.t('Forge no longer knows the deployment of {0}.', name),
      steps: [openInForge],
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
      steps: [viewLog, openInForge],
    };
  }
  switch (phaseOf(deployment)) {
    case 'succeeded':
      return success(site, deployment, userAgent);
    case 'failed':
      return {
        severity: 'error',
        sentence: failureSentence(deployment, name, await failureOf(site, deployment, readFailure, log)),
        steps: [
          viewLog,
          ...((await hasChat(site.account.clock)) ? [steps.explainDeployment(deploymentTarget(site, deployment))] : []),
          tryAgain,
          openInForge,
        ],
      };
    case 'cancelled':
      return {
        severity: 'warning',
        sentence: l10n.t('The deployment of {0} was canceled.', name),
        steps: [viewLog, tryAgain],
      };
    default:
      return {
        severity: 'warning',
        sentence: l10n.t('The deployment of {0} ended with status “{1}”.', name, statusWord(deployment)),
        steps: [viewLog, openInForge],
      };
  }
}

/** The message for a success: how long it took and, if `forge.deploy.checkUrl` is set, how the site responds. */
async function success(site: SiteEntry, deployment: Deployment, userAgent: string): Promise<Telling> {
  const name = site.site.name;
  const took = durationMs(deployment, site.account.client.now());
  const sentence = took === null ? l10n.t('Deployed {0}.', name) : l10n.t('Deployed {0} in {1}.', name, clock(took));
  const { checkUrl: at } = deploySettings();
  const openSite = steps.openSite(siteTarget(site));
  const viewLog = steps.viewDeploymentLog(deploymentTarget(site, deployment));
  const good = { severity: 'information', sentence, steps: [openSite, viewLog], isGood: true } as const;
  if (at === undefined) {
    return good;
  }
  const answer = await checkSite(site, at, userAgent);
  const told = `${sentence} ${answerWords(answer, at)}`;
  if (answer.kind === 'answered' && answer.status < 400) {
    return { ...good, sentence: told };
  }
  const help =
    answer.kind === 'noAddress' ? steps.openSettings(settings.deployCheckUrl) : steps.openInForge(siteTarget(site));
  return { severity: 'warning', sentence: told, steps: [openSite, viewLog, help] };
}

function answerWords(answer: SiteAnswer, at: string): string {
  switch (answer.kind) {
    case 'noAddress':
      return l10n.t(
        "Couldn't check the site: {0} in the setting {1} isn't a path or an http URL.",
        at,
        settings.deployCheckUrl,
      );
    case 'silent':
      return l10n.t("{0} didn't respond.", at);
    case 'answered':
      return l10n.t('{0} returned {1} ({2} ms).', at, answer.status, answer.ms);
  }
}

/** The failure according to the log; undefined if it can't be read. Never rejects. */
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

/** One sentence with the failed step and the reason, if known. */
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
  // The step of a log without steps is its first line, which may be the reason.
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
