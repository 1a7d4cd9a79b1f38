import * as vscode from 'vscode';
import { settings } from '../manifest';

/*
 * What the settings say. A settings file may hold anything; what makes no sense counts as if it were not there. A folder's `forge.site` is
 * read where the folder is (workspace/windowFolders.ts).
 */

/** The API's address, without a slash at the end. It may be none that a token may be sent to. */
export function apiUrl(): string {
  const value = read(settings.apiUrl);
  return typeof value === 'string' ? value.trim().replace(/\/+$/, '') : '';
}

/** What the person allows a minute; undefined where nothing was set, so that Forge's own word counts. */
export function requestsPerMinute(): number | undefined {
  const value = read(settings.requestsPerMinute);
  return typeof value === 'number' && value >= 1 ? Math.floor(value) : undefined;
}

/** How old what is shown may be, in milliseconds; five minutes where that is not said. */
export function refreshIntervalMs(): number {
  const minutes = read(settings.refreshInterval);
  return (typeof minutes === 'number' && minutes >= 1 ? minutes : 5) * 60_000;
}

export interface DeploySettings {
  readonly confirm: 'always' | 'productionOnly' | 'never';
  /** Patterns of what counts as production. */
  readonly production: readonly string[];
  readonly typeToConfirm: boolean;
  /** Whether a success is no reason for a notification. */
  readonly notifiesFailuresOnly: boolean;
  /** Where a site is asked whether it answers after a deployment; undefined for nowhere. */
  readonly checkUrl: string | undefined;
}

export function deploySettings(): DeploySettings {
  const confirm = read(settings.deployConfirm);
  const production = read(settings.deployProduction);
  const checkUrl = read(settings.deployCheckUrl);
  return {
    confirm: confirm === 'productionOnly' || confirm === 'never' ? confirm : 'always',
    production: Array.isArray(production)
      ? production.filter((pattern) => typeof pattern === 'string' && pattern !== '')
      : [],
    typeToConfirm: read(settings.deployTypeToConfirm) === true,
    notifiesFailuresOnly: read(settings.deployNotifications) === 'failures',
    checkUrl: typeof checkUrl === 'string' && checkUrl.trim() !== '' ? checkUrl.trim() : undefined,
  };
}

function read(setting: string): unknown {
  return vscode.workspace.getConfiguration().get(setting);
}
