import * as vscode from 'vscode';
import { settings } from '../manifest';
import type { OpenFolders } from './openFolders';

/** What is open in this window, according to VS Code. */
export const windowFolders: OpenFolders = {
  get isAny() {
    return (vscode.workspace.workspaceFolders ?? []).length > 0;
  },
  get namedSites() {
    return (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri: root }) => {
      const name: unknown = vscode.workspace.getConfiguration(undefined, root).get(settings.site);
      return typeof name === 'string' && name !== '' ? [{ root, name }] : [];
    });
  },
  get activeFile() {
    const front = vscode.window.activeTextEditor?.document.uri;
    return front && vscode.workspace.getWorkspaceFolder(front) ? front : undefined;
  },
  onDidChange: (listener) =>
    vscode.Disposable.from(
      vscode.workspace.onDidChangeWorkspaceFolders(listener),
      vscode.workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration(settings.site) && listener(event),
      ),
      vscode.window.onDidChangeActiveTextEditor(listener),
    ),
};
