import { mkdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Disposable } from '../forge/emitter';

/** Calls the listener with the path of each file in a folder that is new or has changed, by whatever process. Makes the folder if it can. */
export type WatchFolder = (folder: string, listener: (file: string) => void) => Disposable;

/** Has VS Code watch a folder outside the open ones. */
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
  // VS Code looks for a missing folder only every now and then. One that can't be made may still be there.
  void mkdir(folder, { recursive: true }).then(watch, watch);
  return {
    dispose: () => {
      isDisposed = true;
      watcher?.dispose();
    },
  };
};
