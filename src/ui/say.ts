import * as vscode from 'vscode';
import { withoutIcons, withoutLinks } from './inertText';
import type { Step } from './steps';

/** How long a word in the status bar stays, in milliseconds. */
const briefMs = 5_000;

/*
 * What is said to a person. Whatever names are in it, nothing in it becomes a link or an icon: VS Code makes a link of `[words](target)` in
 * a notification, whose target may be a command, and an icon of `$(name)` in the status bar.
 */

/**
 * Says it in a notification.
 * @param offers the buttons; undefined is none
 * @returns the one that was pressed; undefined where it was only closed
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
  /** What is worth knowing before, in paragraphs. */
  readonly detail: readonly (string | undefined)[];
  /** The first is what Enter does. */
  readonly answers: readonly Answer[];
}

/** Asks in a dialog that nothing else can be done beside. @returns undefined where it was given up */
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

/** Asks whether to do something. @param action the words of the button that does it */
export async function confirm(question: string, detail: string, action: string): Promise<boolean> {
  return (await ask({ question, detail: [detail], answers: [action] })) !== undefined;
}

export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder: string;
  /** Why a text is not right; undefined where it is. */
  readonly problem: (text: string) => string | undefined;
  /** Whether it may be right once more is typed: until Enter nothing is said of such a text. */
  readonly mayBecomeRight: (text: string) => boolean;
}

/**
 * Asks for a text in a box that stays until it is right: Enter on any other says what is wrong with it.
 * @returns undefined where it was given up
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

/** Says it in the status bar for some seconds, without an icon, whose name would be read aloud. @param ms how long, in milliseconds */
export function sayBriefly(words: string, ms = briefMs): void {
  vscode.window.setStatusBarMessage(withoutIcons(words), ms);
}

/** Says in the status bar what is being done while it is done. */
export function whileSaying<Value>(words: string, work: () => Promise<Value>): Thenable<Value> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: withoutIcons(words) }, work);
}
