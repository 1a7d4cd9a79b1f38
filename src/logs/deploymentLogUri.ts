import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import type { Deployment } from '../forge/resources';
import { logScheme } from '../manifest';
import { logUri } from './logUri';

/** The document of a deployment's log. */
export function deploymentLogUri(site: SiteEntry, deployment: Deployment): vscode.Uri {
  return vscode.Uri.from({ scheme: logScheme, ...logUri(site, deployment) });
}
