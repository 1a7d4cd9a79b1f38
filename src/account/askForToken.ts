import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isAborted } from '../forge/errors';
import { deployScopes, treeScopes } from '../forge/operations';
import { tokenPage } from '../forge/token';
import { explain } from '../ui/explain';
import type { Account } from './session';
import type { TokenProblem } from './verifyToken';

/**
 * Asks for a token until one works or the user cancels. A rejected token stays in the box.
 * @param signIn tries a token; aborted when the box is closed.
 * @returns undefined if the box was closed.
 */
export function askForToken(
  signIn: (token: string, signal: AbortSignal) => Promise<Account | TokenProblem>,
): Promise<Account | undefined> {
  const box = vscode.window.createInputBox();
  const openPage: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('link-external'),
    tooltip: l10n.t('Create a Token on forge.laravel.com'),
  };
  const closed = new AbortController();
  box.title = l10n.t('Sign In to Laravel Forge');
  box.placeholder = l10n.t('Paste an API token from forge.laravel.com');
  box.prompt = l10n.t('Required scopes: {0}', [...treeScopes, ...deployScopes].join(', '));
  box.password = true;
  box.ignoreFocusOut = true;
  box.buttons = [openPage];
  return new Promise((resolve) => {
    box.onDidTriggerButton(() => void vscode.env.openExternal(vscode.Uri.parse(tokenPage)));
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    });
    box.onDidAccept(async () => {
      const token = box.value.trim();
      if (box.busy || token === '') {
        return;
      }
      if (!/^[\x21-\x7e]+$/.test(token)) {
        box.validationMessage = l10n.t('Tokens contain no spaces. Copy it from Forge again.');
        return;
      }
      box.busy = true;
      box.enabled = false;
      try {
        const answer = await signIn(token, closed.signal);
        if ('user' in answer) {
          resolve(answer);
          box.hide();
          return;
        }
        box.validationMessage = tokenProblemSentence(answer);
      } catch (error) {
        if (!isAborted(error)) {
          box.validationMessage = explain(error).sentence;
        }
      } finally {
        box.busy = false;
        box.enabled = true;
      }
    });
    box.onDidHide(() => {
      closed.abort();
      box.dispose();
      resolve(undefined);
    });
    box.show();
  });
}

/** Why a token doesn't work, and what to do about it. */
function tokenProblemSentence(problem: TokenProblem): string {
  switch (problem.problem) {
    case 'wrongToken':
      return l10n.t('Forge rejected this token. Check that you copied all of it, or create a new one (button above).');
    case 'missingScopes':
      return l10n.t(
        'This token is missing the scopes {0}. Create one that also has them (button above).',
        problem.scopes.join(', '),
      );
    case 'noNetwork':
      return l10n.t("Can't reach {0}. Check your network connection and try again.", problem.host);
    case 'wrongAddress':
      return l10n.t("{0} isn't the Forge API. Check the setting forge.apiUrl.", problem.apiUrl);
    case 'notNow':
      return explain(problem.error).sentence;
  }
}
