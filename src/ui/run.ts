import * as vscode from 'vscode';
import { isAborted } from '../forge/errors';
import { type CommandId, type CommandName, commands } from '../manifest';
import type { Log } from './log';
import { offer } from './say';
import { steps } from './steps';
import type { Target } from './target';

/**
 * What a command does. Errors that it throws are logged and shown once, in one sentence, with a button that helps. Canceling isn't an
 * error.
 * @param given what VS Code passes: a row of the tree, the document of an editor, or nothing
 * @param title its title in package.json, for pickers and dialogs
 */
export type Command = (given: unknown, title: string) => unknown;

/** A title in package.json. Where VS Code speaks another language it comes with its English, for the palette to find (seen in 1.100 and 1.139). */
type Title = string | { readonly value: string };

/**
 * Registers every command.
 * @param load called when the first command is run
 * @param packageJson has their titles, which VS Code translates before it activates the extension (seen in 1.100 and 1.139)
 */
export function registerCommands(
  load: () => Promise<Readonly<Record<CommandName, Command>>>,
  packageJson: unknown,
  log: Log,
): vscode.Disposable[] {
  const { contributes } = packageJson as {
    readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: Title }[] };
  };
  const text = (title: Title) => (typeof title === 'string' ? title : title.value);
  // The ellipsis says that a command asks for more, and that is titled without it.
  const titles = new Map(contributes.commands.map(({ command, title }) => [command, text(title).replace(/…$/, '')]));
  let table: ReturnType<typeof load> | undefined;
  return (Object.keys(commands) as CommandName[]).map((name) => {
    const id = commands[name];
    const run = async (given?: unknown): Promise<void> => {
      try {
        table ??= load();
        await (await table)[name](given, titles.get(id) ?? '');
      } catch (error) {
        if (isAborted(error) || error instanceof vscode.CancellationError) {
          return;
        }
        log.error(id, error);
        // Not awaited: the command has ended, however long the notification stays.
        void showError(error, () => run(given));
      }
    };
    return vscode.commands.registerCommand(id, run);
  });
}

/** Runs a command of this extension as a click on that target would. Without a target it asks for one. */
export async function runCommand(id: CommandId, on?: Target): Promise<void> {
  await vscode.commands.executeCommand(id, on);
}

/**
 * Shows an error, with the buttons that help.
 * @param again retries what failed; undefined if that isn't possible
 */
export async function showError(error: unknown, again?: () => unknown): Promise<void> {
  const { explain } = await import('./explain');
  const { sentence, steps: helpful, isInLog } = explain(error);
  await offer('error', sentence, isInLog ? [...helpful, steps.showLog()] : helpful, again);
}
