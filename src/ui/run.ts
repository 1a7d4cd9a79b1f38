import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isAborted } from '../forge/errors';
import { type CommandId, commands, settings } from '../manifest';
import { explain, type Remedy } from './explain';
import { withoutLinks } from './inertText';
import type { Log } from './log';
import type { Target } from './target';

/** Where tokens are made (src/forge/README.md, Tokens). */
export const tokenPage = 'https://forge.laravel.com/profile/api';

/**
 * Registers a command. Its body holds the happy path; whatever it throws is logged and said once, in one sentence, with a
 * button that helps. What the person gave up is not an error.
 */
export function registerCommand(id: CommandId, body: (given: unknown) => unknown, log: Log): vscode.Disposable {
  const run = async (given?: unknown): Promise<void> => {
    try {
      await body(given);
    } catch (error) {
      if (isAborted(error) || error instanceof vscode.CancellationError) {
        return;
      }
      log.error(id, error);
      // Not awaited: the command is over, whenever the notification is read.
      void showError(error, log, () => run(given));
    }
  };
  return vscode.commands.registerCommand(id, run);
}

/** Runs a command of this extension as a click on that target would; on whatever it asks for where none is given. */
export async function runCommand(id: CommandId, on?: Target): Promise<void> {
  await vscode.commands.executeCommand(id, on);
}

async function showError(error: unknown, log: Log, again: () => void): Promise<void> {
  const { sentence, remedy } = explain(error);
  const showLog = l10n.t('Show Log');
  const label = remedy && remedyLabel(remedy);
  const answer = await vscode.window.showErrorMessage(withoutLinks(sentence), ...(label ? [label] : []), showLog);
  if (answer === showLog) {
    log.show();
  } else if (answer !== undefined && remedy) {
    apply(remedy, again);
  }
}

function remedyLabel(remedy: Remedy): string {
  switch (remedy) {
    case 'signIn':
      return l10n.t('Sign In');
    case 'tryAgain':
      return l10n.t('Try Again');
    case 'openTokens':
      return l10n.t('Open Token Page');
    case 'openSettings':
      return l10n.t('Open Settings');
  }
}

function apply(remedy: Remedy, again: () => void): void {
  switch (remedy) {
    case 'signIn':
      void runCommand(commands.signIn);
      return;
    case 'tryAgain':
      again();
      return;
    case 'openTokens':
      void vscode.env.openExternal(vscode.Uri.parse(tokenPage));
      return;
    case 'openSettings':
      void vscode.commands.executeCommand('workbench.action.openSettings', settings.apiUrl);
      return;
  }
}
