import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { sayBriefly } from '../ui/say';

/** Copies the scopes that a token needs for all that the extension can do, for whoever creates one in Forge. */
export async function copyScopes(): Promise<void> {
  const { usedScopes } = await import('../forge/usedScopes');
  await vscode.env.clipboard.writeText(usedScopes.join(', '));
  sayBriefly(l10n.t('Copied {0} scopes', usedScopes.length));
}
