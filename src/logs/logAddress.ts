import * as vscode from 'vscode';
import { logScheme } from '../manifest';
import { type EntryOf, type LogKind, logUri } from './logSources';

/** The URI of a log's document. @param id as in `LogSource` */
export function logAddress<Kind extends LogKind>(kind: Kind, entry: EntryOf<Kind>, id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: logScheme, ...logUri(kind, entry, id) });
}
