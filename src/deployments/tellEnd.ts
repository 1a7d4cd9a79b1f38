import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import { durationMs, phaseOf } from '../forge/deploymentStatus';
import type { Deployment } from '../forge/resources';
import { commands } from '../manifest';
import { withoutLinks } from '../ui/inertText';
import { clock } from '../ui/relativeTime';
import type { DeploymentEnd } from './tracker';
import { statusWord } from './wording';

/** Tells the end of a deployment once, in one notification, with what its reader may want next. */
export async function tellEnd({ site, outcome: { kind, deployment } }: DeploymentEnd): Promise<void> {
  const viewLog = vscode.l10n.t('View Log');
  const openInForge = vscode.l10n.t('Open in Forge');
  const answer = await say(kind, site, deployment, viewLog, openInForge);
  const key = `${site.key}/${deployment.id}`;
  if (answer === viewLog) {
    await vscode.commands.executeCommand(commands.viewDeploymentLog, { kind: 'deployment', key, site, deployment });
  } else if (answer === openInForge) {
    await vscode.commands.executeCommand(commands.openInForge, { ...site, kind: 'site' });
  }
}

function say(
  kind: DeploymentEnd['outcome']['kind'],
  { site }: SiteEntry,
  deployment: Deployment,
  viewLog: string,
  openInForge: string,
): Thenable<string | undefined> {
  const name = withoutLinks(site.name);
  if (kind === 'vanished') {
    return vscode.window.showWarningMessage(
      vscode.l10n.t('Forge no longer knows the deployment of {0}.', name),
      openInForge,
    );
  }
  if (kind === 'lost') {
    return vscode.window.showWarningMessage(
      vscode.l10n.t('The end of the deployment of {0} was not seen in 15 minutes. Look in Forge how it stands.', name),
      viewLog,
      openInForge,
    );
  }
  const took = durationMs(deployment, Date.now());
  const time = took === null ? '' : clock(took);
  switch (phaseOf(deployment)) {
    case 'succeeded':
      return vscode.window.showInformationMessage(
        time ? vscode.l10n.t('{0} is deployed ({1}).', name, time) : vscode.l10n.t('{0} is deployed.', name),
        viewLog,
      );
    case 'failed':
      return vscode.window.showErrorMessage(
        deployment.status?.toLowerCase() === 'failed-build'
          ? vscode.l10n.t('The build of {0} failed. Nothing new is live.', name)
          : vscode.l10n.t('The deployment of {0} failed.', name),
        viewLog,
        openInForge,
      );
    case 'cancelled':
      return vscode.window.showWarningMessage(vscode.l10n.t('The deployment of {0} was cancelled.', name), viewLog);
    default:
      return vscode.window.showWarningMessage(
        vscode.l10n.t('The deployment of {0} ended as “{1}”.', name, withoutLinks(statusWord(deployment))),
        viewLog,
        openInForge,
      );
  }
}
