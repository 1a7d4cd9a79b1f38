import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { withoutIcons, withoutLinks } from './inertText';
import type { Step } from './steps';

/** How long a message stays in the status bar, in milliseconds. */
const briefMs = 5_000;

/*
 * Messages to the user. Nothing in their texts becomes a link or an icon: VS Code turns `[words](target)` in a notification into a link,
 * which may run a command, and `$(name)` in the status bar into an icon.
 */

/**
 * Shows a notification.
 * @param offers the buttons; undefined ones are left out
 * @returns the clicked button; undefined if it was closed
 */
export async function notify<Offer extends string>(
  severity: 'information' | 'warning' | 'error',
  sentence: string,
  ...offers: readonly (Offer | undefined)[]
): Promise<Offer | undefined> {
  const show = {
    information: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[severity];
  return show(withoutLinks(sentence), ...offers.filter((offer) => offer !== undefined));
}

/**
 * Says it in a notification that has the steps which help as buttons, and takes the one that is pressed.
 * @param again tries again what failed; undefined where that cannot be done, and no button offers it
 */
export async function offer(
  severity: 'information' | 'warning' | 'error',
  sentence: string,
  steps: readonly Step[],
  again?: () => unknown,
): Promise<void> {
  const possible = steps.filter(({ command }) => command ?? again);
  const answer = await notify(severity, sentence, ...possible.map(({ label }) => label));
  const step = possible.find(({ label }) => label === answer);
  if (step?.inEditor) {
    await vscode.commands.executeCommand('vscode.open', step.inEditor);
  }
  await (step?.command ? vscode.commands.executeCommand(step.command, step.argument) : step && again?.());
}

export interface Question<Answer extends string> {
  readonly severity?: 'information' | 'warning';
  readonly question: string;
  /** Details, in paragraphs; undefined ones are left out. */
  readonly detail: readonly (string | undefined)[];
  /** The first is the default. */
  readonly answers: readonly Answer[];
}

/** Asks in a modal dialog. @returns undefined if it was canceled */
export async function ask<Answer extends string>({
  severity = 'warning',
  question,
  detail,
  answers,
}: Question<Answer>): Promise<Answer | undefined> {
  const show = severity === 'warning' ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const text = detail.filter((paragraph) => paragraph).join('\n\n');
  return show(question, { modal: true, ...(text && { detail: text }) }, ...answers);
}

/** The line of a question that a language model's tool asks, since no click came before it. */
export function requestedByModel(): string {
  return l10n.t('Requested by a language model in chat.');
}

/** Asks for confirmation in a modal dialog. @param action the label of the button that confirms */
export async function confirm(question: string, detail: string, action: string): Promise<boolean> {
  return (await ask({ question, detail: [detail], answers: [action] })) !== undefined;
}

export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder: string;
  /** What is wrong with a text; undefined if it is valid. */
  readonly problem: (text: string) => string | undefined;
  /** Whether a text may become valid by typing more, so that nothing is said about it before Enter. */
  readonly mayBecomeRight: (text: string) => boolean;
}

/**
 * Asks for a text in an input box that stays open until the text is valid; Enter shows what is wrong with it.
 * @returns undefined if it was canceled
 */
export function askForText(question: TextQuestion): Promise<string | undefined> {
  const { title, prompt, placeholder, problem, mayBecomeRight } = question;
  const box = vscode.window.createInputBox();
  Object.assign(box, { title, prompt, placeholder, ignoreFocusOut: true });
  return new Promise((resolve) => {
    box.onDidChangeValue((text) => {
      box.validationMessage = mayBecomeRight(text) ? undefined : problem(text);
    });
    box.onDidAccept(() => {
      box.validationMessage = problem(box.value);
      if (box.validationMessage === undefined) {
        resolve(box.value);
        box.hide();
      }
    });
    box.onDidHide(() => {
      box.dispose();
      resolve(undefined);
    });
    box.show();
  });
}

/** Shows a message in the status bar for some seconds, without an icon, whose name would be read aloud. @param ms how long, in milliseconds */
export function sayBriefly(words: string, ms = briefMs): void {
  vscode.window.setStatusBarMessage(withoutIcons(words), ms);
}

/** Shows what is being done in the status bar while it is done. */
export function whileSaying<Value>(words: string, work: () => Promise<Value>): Thenable<Value> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: withoutIcons(words) }, work);
}
