import * as vscode from 'vscode';
import { settings } from '../manifest';

/*
 * The settings. A settings file may contain anything; an invalid value counts as missing. A folder's `forge.site` is read in
 * src/workspace/windowFolders.ts.
 */

/** The API's address, without a slash at the end. Not checked: it may be one that no token may be sent to. */
export function apiUrl(): string {
  const value = read(settings.apiUrl);
  return typeof value === 'string' ? value.trim().replace(/\/+$/, '') : '';
}

/** The user's own limit of requests per minute; undefined if not set, so that Forge's limit applies. */
export function requestsPerMinute(): number | undefined {
  const value = read(settings.requestsPerMinute);
  return typeof value === 'number' && value >= 1 ? Math.floor(value) : undefined;
}

/** How old the shown data may be, in milliseconds; five minutes by default. */
export function refreshIntervalMs(): number {
  const minutes = read(settings.refreshInterval);
  return (typeof minutes === 'number' && minutes >= 1 ? minutes : 5) * 60_000;
}

export interface DeploySettings {
  readonly confirm: 'always' | 'productionOnly' | 'never';
  /** Patterns of production sites. */
  readonly production: readonly string[];
  readonly typeToConfirm: boolean;
  /** Whether only failures show a notification. */
  readonly notifiesFailuresOnly: boolean;
  /** The path or address to request after a deployment; undefined for none. */
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

/** Whether Check Fleet also contacts the sites themselves, for their certificates. */
export function checksCertificates(): boolean {
  return read(settings.checkCertificates) === true;
}

function read(setting: string): unknown {
  return vscode.workspace.getConfiguration().get(setting);
}
