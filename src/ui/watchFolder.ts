import { mkdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Disposable } from '../forge/emitter';

/** Calls the listener with the path of each new or changed file in a folder, whichever process wrote it. Creates the folder if possible. */
export type WatchFolder = (folder: string, listener: (file: string) => void) => Disposable;

/** Watches a folder outside the workspace. */
export const watchFolder: WatchFolder = (folder, listener) => {
  let watcher: vscode.Disposable | undefined;
  let isDisposed = false;
  const watch = () => {
    if (!isDisposed) {
      const files = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), '*'));
      const tell = ({ fsPath }: vscode.Uri) => listener(fsPath);
      watcher = vscode.Disposable.from(files, files.onDidCreate(tell), files.onDidChange(tell));
    }
  };
  // VS Code looks for a missing folder only from time to time. If it can't be created, it may exist already.
  void mkdir(folder, { recursive: true }).then(watch, watch);
  return {
    dispose: () => {
      isDisposed = true;
      watcher?.dispose();
    },
  };
};
