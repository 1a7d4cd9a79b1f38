import * as vscode from 'vscode';
import { isAborted } from '../forge/errors';
import { type CommandId, type CommandName, commands } from '../manifest';
import { explain } from './explain';
import type { Log } from './log';
import { offer } from './say';
import { steps } from './steps';
import type { Target } from './target';

/**
 * What a command does. It holds the happy path; what it throws is logged and said once, in one sentence, with a button that helps. What
 * the person gave up is not an error.
 * @param given what VS Code hands to it: a row of the tree, the document of an editor, or nothing
 * @param title what package.json calls it, for what it asks
 */
export type Command = (given: unknown, title: string) => unknown;

/**
 * Registers every command.
 * @param load called with the first that is run: what they do is not needed before
 * @param packageJson says what they are called. VS Code has put the words in the person's language there before the extension is
 * activated (seen in 1.100 and 1.139).
 */
export function registerCommands(
  load: () => Promise<Readonly<Record<CommandName, Command>>>,
  packageJson: unknown,
  log: Log,
): vscode.Disposable[] {
  const { contributes } = packageJson as {
    readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: string }[] };
  };
  // The mark says that a command asks for more, which it does under that title.
  const titles = new Map(contributes.commands.map(({ command, title }) => [command, title.replace(/…$/, '')]));
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
        // Not awaited: the command is over, whenever the notification is read.
        void showError(error, () => run(given));
      }
    };
    return vscode.commands.registerCommand(id, run);
  });
}

/** Runs a command of this extension as a click on that target would; on whatever it asks for where none is given. */
export async function runCommand(id: CommandId, on?: Target): Promise<void> {
  await vscode.commands.executeCommand(id, on);
}

/**
 * Says an error, with the buttons that help.
 * @param again tries again what failed; undefined where that cannot be done
 */
export async function showError(error: unknown, again?: () => unknown): Promise<void> {
  const { sentence, steps: helpful, isInLog } = explain(error);
  await offer('error', sentence, isInLog ? [...helpful, steps.showLog()] : helpful, again);
}
