import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { contextKeys } from '../manifest';

/** Sets the context key for the welcome content. */
export function showFleetState(fleet: Fleet): vscode.Disposable {
  let told: string | undefined;
  // Not set at activation: nobody knows yet who is signed in, and the first command takes 15 ms.
  return fleet.onDidChange(() => {
    if (fleet.state !== told) {
      told = fleet.state;
      void vscode.commands.executeCommand('setContext', contextKeys.state, told);
    }
  });
}
