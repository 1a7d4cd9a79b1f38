import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { type SiteEntry, sitePath } from '../fleet/rows';
import { logLimits } from '../forge/client';
import { durationMs, phaseOf } from '../forge/deploymentStatus';
import type { Deployment } from '../forge/resources';
import { commands, settings } from '../manifest';
import { ansiText } from '../ui/ansiText';
import { quotable } from '../ui/explain';
import { withoutIcons, withoutLinks } from '../ui/inertText';
import type { Log } from '../ui/log';
import { clock } from '../ui/relativeTime';
import { nodeOf } from './browseDeployments';
import { checkSite, type SiteAnswer } from './checkSite';
import { failureOf } from './logSteps';
import type { DeploymentEnd } from './tracker';
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

type Offer = 'viewLog' | 'tryAgain' | 'openInForge';

/**
 * Tells the end of a deployment once, in one notification, with what its reader may want next; a success in the status bar alone
 * where `forge.deploy.notifications` says so. Never rejects.
 */
export async function tellEnd(end: DeploymentEnd, userAgent: string, log: Log): Promise<void> {
  const { site, outcome } = end;
  const { severity, sentence, offers, isGood } = await tellingOf(end, userAgent, log);
  if (site.account.signal.aborted) {
    // Signed out meanwhile.
    return;
  }
  const isQuiet = vscode.workspace.getConfiguration().get(settings.deployNotifications) === 'failures';
  if (isGood && isQuiet) {
    vscode.window.setStatusBarMessage(`$(check) ${withoutIcons(sentence)}`, quietMs);
    return;
  }
  const show = {
    information: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[severity];
  const answer = await show(sentence, ...offers.map((offer) => ({ title: labelOf(offer), offer })));
  const siteNode = { ...site, kind: 'site' };
  switch (answer?.offer) {
    case 'viewLog':
      await vscode.commands.executeCommand(commands.viewDeploymentLog, nodeOf(site, outcome.deployment));
      return;
    case 'tryAgain':
      await vscode.commands.executeCommand(commands.deploySite, siteNode);
      return;
    case 'openInForge':
      await vscode.commands.executeCommand(commands.openInForge, siteNode);
  }
}

async function tellingOf({ site, outcome }: DeploymentEnd, userAgent: string, log: Log): Promise<Telling> {
  const { kind, deployment } = outcome;
  const name = withoutLinks(site.site.name);
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
        'The end of the deployment of {0} was not seen in {1} minutes. Look in Forge how it stands.',
        name,
        Math.round(outcome.afterMs / 60_000),
      ),
      offers: ['viewLog', 'openInForge'],
    };
  }
  switch (phaseOf(deployment)) {
    case 'succeeded':
      return success(site, deployment, userAgent);
    case 'failed': {
      const sentence =
        deployment.status?.toLowerCase() === 'failed-build'
          ? l10n.t('The build of {0} failed. Nothing new is live.', name)
          : l10n.t('The deployment of {0} failed.', name);
      return {
        severity: 'error',
        sentence: [sentence, await reasonOf(site, deployment, log)].filter(Boolean).join(' '),
        offers: ['viewLog', 'tryAgain', 'openInForge'],
      };
    }
    case 'cancelled':
      return {
        severity: 'warning',
        sentence: l10n.t('The deployment of {0} was cancelled.', name),
        offers: ['viewLog', 'tryAgain'],
      };
    default:
      return {
        severity: 'warning',
        sentence: l10n.t('The deployment of {0} ended as “{1}”.', name, withoutLinks(statusWord(deployment))),
        offers: ['viewLog', 'openInForge'],
      };
  }
}

/** That it went well, how long it took, and how the site answers where that is wanted. */
async function success(site: SiteEntry, deployment: Deployment, userAgent: string): Promise<Telling> {
  const name = withoutLinks(site.site.name);
  const took = durationMs(deployment, site.account.client.now());
  const sentence =
    took === null ? l10n.t('{0} is deployed.', name) : l10n.t('{0} is deployed ({1}).', name, clock(took));
  const at: unknown = vscode.workspace.getConfiguration().get(settings.deployCheckUrl);
  const good = { severity: 'information', sentence, offers: ['viewLog'], isGood: true } as const;
  if (typeof at !== 'string' || at.trim() === '') {
    return good;
  }
  const answer = await checkSite(site, at.trim(), userAgent);
  const words = answerWords(answer, withoutLinks(at.trim()));
  return answer.kind === 'answered' && answer.status < 400
    ? { ...good, sentence: `${sentence} ${words}` }
    : { severity: 'warning', sentence: `${sentence} ${words}`, offers: ['viewLog', 'openInForge'] };
}

function answerWords(answer: SiteAnswer, at: string): string {
  switch (answer.kind) {
    case 'noAddress':
      return l10n.t('But it could not be checked: {0} in the setting {1} is no address.', at, settings.deployCheckUrl);
    case 'silent':
      return l10n.t('But it does not answer at {0}.', at);
    case 'answered':
      return answer.status < 400
        ? l10n.t('It answers {0} in {1} ms.', answer.status, answer.ms)
        : l10n.t('But it answers {0} in {1} ms.', answer.status, answer.ms);
  }
}

/** The failing step and its last lines; empty where the log does not tell, or cannot be read. */
async function reasonOf(site: SiteEntry, { id }: Deployment, log: Log): Promise<string> {
  const path = sitePath(site);
  const { client, signal } = site.account;
  try {
    const failure =
      path && failureOf(ansiText(await client.deploymentLog(path, id, { signal, limits: logLimits })).text);
    return failure ? quotable(`${failure.title}: ${failure.lines.join(' ')}`) : '';
  } catch (error) {
    log.error(`Could not read why deployment ${id} failed`, error);
    return '';
  }
}

function labelOf(offer: Offer): string {
  switch (offer) {
    case 'viewLog':
      return l10n.t('View Log');
    case 'tryAgain':
      return l10n.t('Try Again');
    case 'openInForge':
      return l10n.t('Open in Forge');
  }
}
