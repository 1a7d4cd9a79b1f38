import * as vscode from 'vscode';
import type { DeploymentHistory } from '../deployments/deploymentHistory';
import type { Fleet } from '../fleet/fleet';
import { phaseOf } from '../forge/deploymentStatus';
import { contextKeys, logScheme } from '../manifest';
import { logSource } from './logSources';

/** Keeps the context key up to date that says whether the active editor shows the log of a failed deployment. */
export function showFailedLog(fleet: Fleet, history: DeploymentHistory): vscode.Disposable {
  let told = false;
  const look = () => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const source = uri?.scheme === logScheme ? logSource(uri) : undefined;
    const latest = source && fleet.site(source.key)?.site.latestDeployment;
    const deployment =
      source?.kind !== 'deployment'
        ? undefined
        : latest?.id === source.id
          ? latest
          : history.find(source.key, source.id);
    const isFailed = deployment !== undefined && phaseOf(deployment) === 'failed';
    if (isFailed !== told) {
      told = isFailed;
      void vscode.commands.executeCommand('setContext', contextKeys.isFailedLog, isFailed);
    }
  };
  look();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(look),
    fleet.onDidChangeDeployment(look),
    fleet.onDidChange(look),
    history.onDidChange(look),
  );
}
