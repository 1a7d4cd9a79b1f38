import * as vscode from 'vscode';
import type { Disposable } from '../forge/emitter';

/** Calls the listener with the path of each file in a folder that is new or has changed, by whatever process. */
export type WatchFolder = (folder: string, listener: (file: string) => void) => Disposable;

/** Has VS Code watch a folder outside the open ones. */
export const watchFolder: WatchFolder = (folder, listener) => {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), '*');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  const tell = ({ fsPath }: vscode.Uri) => listener(fsPath);
  return vscode.Disposable.from(watcher, watcher.onDidCreate(tell), watcher.onDidChange(tell));
};
