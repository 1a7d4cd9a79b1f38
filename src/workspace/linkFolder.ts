import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import { settings } from '../manifest';
import { PlainError } from '../ui/plainError';
import { steps } from '../ui/steps';
import { nameOf } from './linkedSites';

/**
 * Stores in a folder's settings which site it belongs to, for when Git can't tell.
 * @param pick asks for the site; undefined if the user canceled.
 */
export async function linkFolder(pick: () => Promise<SiteEntry | undefined>): Promise<void> {
  const [only, ...more] = vscode.workspace.workspaceFolders ?? [];
  if (!only) {
    throw new PlainError(l10n.t('Open a folder first. The link is stored in its settings.'), steps.openFolder());
  }
  const folder =
    more.length === 0
      ? only
      : await vscode.window.showWorkspaceFolderPick({ placeHolder: l10n.t('Select the folder to link to a site') });
  const site = folder && (await pick());
  if (folder && site) {
    await vscode.workspace
      .getConfiguration(undefined, folder.uri)
      .update(settings.site, nameOf(site), vscode.ConfigurationTarget.WorkspaceFolder);
  }
}
