import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isAborted } from '../forge/errors';
import { missingScopes } from '../forge/missingScopes';
import { treeScopes } from '../forge/operations';
import { settings } from '../manifest';
import { explain } from '../ui/explain';
import { offer } from '../ui/say';
import { type Step, steps } from '../ui/steps';
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
  const copyScopes: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('copy'),
    tooltip: l10n.t('Copy Scopes'),
  };
  /** What helps against the last problem. */
  let helpful = new Map<vscode.QuickInputButton, Step>();
  const complain = (sentence: string, help: readonly Step[] = []) => {
    helpful = new Map(
      help.flatMap((step) =>
        step.command ? [[{ iconPath: new vscode.ThemeIcon('lightbulb'), tooltip: step.label }, step]] : [],
      ),
    );
    box.validationMessage = sentence;
    box.buttons = [copyScopes, openPage, ...helpful.keys()];
  };
  const closed = new AbortController();
  box.title = l10n.t('Sign In to Laravel Forge');
  box.placeholder = l10n.t('Paste an API token from forge.laravel.com');
  box.prompt = l10n.t(
    'Required scopes: {0}. Deployments, logs and files need others, too: copy them all with the button above.',
    treeScopes.join(', '),
  );
  box.password = true;
  box.ignoreFocusOut = true;
  box.buttons = [copyScopes, openPage];
  return new Promise((resolve) => {
    box.onDidTriggerButton((button) => {
      const step = helpful.get(button) ?? (button === copyScopes ? steps.copyScopes() : steps.openTokenPage());
      void (step.command && vscode.commands.executeCommand(step.command, step.argument));
    });
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    });
    box.onDidAccept(async () => {
      const token = box.value.trim();
      if (box.busy || token === '') {
        return;
      }
      if (!/^[\x21-\x7e]+$/.test(token)) {
        complain(l10n.t('Tokens contain no spaces. Copy it from Forge again.'));
        return;
      }
      box.busy = true;
      box.enabled = false;
      try {
        const answer = await signIn(token, closed.signal);
        if ('user' in answer) {
          resolve(answer);
          box.hide();
          void tellMissingScopes(token);
          return;
        }
        complain(
          tokenProblemSentence(answer),
          answer.problem === 'wrongAddress' ? [steps.openSettings(settings.apiUrl)] : [],
        );
      } catch (error) {
        if (!isAborted(error)) {
          const { sentence, steps: help } = explain(error);
          complain(sentence, help);
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

/** Says of a token that works what the extension cannot do with it, as far as it tells: all at once, and before somebody needs it. */
export async function tellMissingScopes(token: string): Promise<void> {
  const { usedScopes } = await import('../forge/usedScopes');
  const missing = missingScopes(token, usedScopes);
  if (missing.length > 0) {
    const sentence = l10n.t(
      "You're signed in. Some commands won't work: your token is missing the scopes {0}.",
      missing.join(', '),
    );
    await offer('warning', sentence, [steps.copyScopes(), steps.signIn()]);
  }
}

/** Why a token cannot be used, and what to do about it. */
function tokenProblemSentence(problem: TokenProblem): string {
  switch (problem.problem) {
    case 'wrongToken':
      return l10n.t('Forge rejected this token. Check that you copied all of it, or create a new one (button above).');
    case 'expired':
      return l10n.t('This token has expired. Create a new one (button above).');
    case 'missingScopes':
      return l10n.t(
        'This token is missing the scopes {0}. Create one that also has them (button above).',
        problem.scopes.join(', '),
      );
    case 'noNetwork':
      return l10n.t("Can't reach {0}. Check your network connection and try again.", problem.host);
    case 'wrongAddress':
      return l10n.t("{0} isn't the Forge API. Check the setting forge.apiUrl (button above).", problem.apiUrl);
    case 'notNow':
      return explain(problem.error).sentence;
  }
}
