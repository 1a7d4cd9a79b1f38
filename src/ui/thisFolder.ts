import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

/** What to call all open folders together. */
export function thisFolder(): string {
  return (vscode.workspace.workspaceFolders?.length ?? 0) > 1 ? l10n.t('This Workspace') : l10n.t('This Folder');
}
