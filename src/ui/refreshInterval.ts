import * as vscode from 'vscode';
import { settings } from '../manifest';

/** How old what is shown may be, in milliseconds, by `forge.refreshInterval`; five minutes where that says nothing sensible. */
export function refreshIntervalMs(): number {
  const minutes = vscode.workspace.getConfiguration().get<number>(settings.refreshInterval);
  return (typeof minutes === 'number' && minutes >= 1 ? minutes : 5) * 60_000;
}
