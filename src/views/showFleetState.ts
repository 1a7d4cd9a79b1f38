import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { contextKeys } from '../manifest';

/** Keeps the context key that the welcome content depends on. */
export function showFleetState(fleet: Fleet): vscode.Disposable {
  let told: string | undefined;
  // Not told at once: before it is known who is signed in there is nothing to say, and the first command costs 15 ms.
  return fleet.onDidChange(() => {
    if (fleet.state !== told) {
      told = fleet.state;
      void vscode.commands.executeCommand('setContext', contextKeys.state, told);
    }
  });
}
