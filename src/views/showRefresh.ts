import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';

/** Shows a progress bar in the view while the fleet is refreshed. */
export function showRefresh(viewId: string, fleet: Fleet): vscode.Disposable {
  let done: (() => void) | undefined;
  const follow = () => {
    if (fleet.isRefreshing && !done) {
      const end = new Promise<void>((resolve) => {
        done = resolve;
      });
      void vscode.window.withProgress({ location: { viewId } }, () => end);
    } else if (!fleet.isRefreshing && done) {
      done();
      done = undefined;
    }
  };
  return vscode.Disposable.from(fleet.onDidChange(follow), new vscode.Disposable(() => done?.()));
}
