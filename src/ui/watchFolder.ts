import * as vscode from 'vscode';
import type { WatchFolder } from '../fleet/fleet';

/** Has VS Code watch a folder outside the open ones. */
export const watchFolder: WatchFolder = (folder, listener) => {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), '*');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  const tell = ({ fsPath }: vscode.Uri) => listener(fsPath);
  return vscode.Disposable.from(watcher, watcher.onDidCreate(tell), watcher.onDidChange(tell));
};
