import * as vscode from 'vscode';

/** Says in the status bar what is being done while it is done. */
export function inStatusBar<Value>(words: string, work: () => Promise<Value>): Thenable<Value> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: words }, work);
}
