import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { PlainError } from './plainError';

/** The largest file that is read, in bytes. */
const mostBytes = 2_000_000;

/**
 * The text of a file of a workspace. Anybody may have made it, and reading a pipe or a device never ends: it takes a thread along that
 * all reading and writing of files needs.
 * @throws PlainError if it isn't a regular file or is too large; FileSystemError if it can't be read
 */
export async function textOfFile(uri: vscode.Uri): Promise<string> {
  const { type, size } = await vscode.workspace.fs.stat(uri);
  if ((type & vscode.FileType.File) === 0 || size > mostBytes) {
    throw new PlainError(l10n.t("{0} isn't a regular file, or it is too large.", vscode.workspace.asRelativePath(uri)));
  }
  return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
}
