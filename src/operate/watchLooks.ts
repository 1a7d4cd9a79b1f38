import * as vscode from 'vscode';
import type { Disposable } from '../forge/emitter';
import { editorsOf } from '../logs/logDocuments';
import type { Logs } from '../logs/logs';
import type { Late } from '../ui/late';
import type { Attention } from './attention';

/** A failed deployment whose log is on screen doesn't need attention anymore. */
export function watchLooks(logs: Late<Logs>, attention: Attention): Disposable {
  const look = () => {
    for (const log of logs.now?.documents.ofKind('deployment') ?? []) {
      if (editorsOf(log).length > 0) {
        void attention.look(log.source.key, log.source.id);
      }
    }
  };
  return vscode.Disposable.from(
    attention.onDidChange(look) as vscode.Disposable,
    vscode.window.onDidChangeVisibleTextEditors(look),
  );
}
