import * as vscode from 'vscode';

/** What a person was shown, or asked. */
export interface Prompt {
  readonly kind: 'information' | 'warning' | 'error' | 'input' | 'pick';
  readonly message: string;
  /** What stands below, in a modal. */
  readonly detail: string | undefined;
  readonly isModal: boolean;
  /** What there is to choose from. */
  readonly choices: readonly string[];
  /** What the choices of a list say beside their labels. */
  readonly descriptions?: readonly (string | undefined)[];
}

type Item = string | { readonly title: string };
type Row = string | vscode.QuickPickItem;
/** The rows that an answer selects: those of these labels, with a bar between them, or with `accept` those that were selected at first. */
function many(items: readonly vscode.QuickPickItem[], answer: string): readonly vscode.QuickPickItem[] {
  const labels = answer.split('|');
  return items.filter(({ label, picked }) => (answer === 'accept' ? picked : labels.includes(label)));
}

type Items = readonly Row[] | Thenable<readonly Row[]>;

/**
 * A person who answers what the extension asks, as it was told to beforehand: the next answer goes to the next question. A modal
 * or an input for which there is no answer fails, since nobody expected it; a notification is left alone, and so is a list without
 * the answer.
 */
export class Prompts {
  readonly shown: Prompt[] = [];
  private readonly answers: string[] = [];
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly original = { ...vscode.window };

  /** Something was shown. */
  readonly onDidShow = this.changed.event;

  constructor() {
    const message =
      (kind: Prompt['kind']) =>
      async (text: string, ...rest: readonly unknown[]): Promise<unknown> => {
        const options = (
          typeof rest[0] === 'object' && !('title' in (rest[0] as object)) ? rest[0] : {}
        ) as vscode.MessageOptions;
        const items = rest.filter((item): item is Item => typeof item === 'string' || 'title' in (item as object));
        const choices = items.map((item) => (typeof item === 'string' ? item : item.title));
        const isModal = options.modal === true;
        const answer = this.next({ kind, message: text, detail: options.detail, isModal, choices });
        return items[choices.indexOf(answer ?? '')];
      };
    Object.assign(vscode.window, {
      showInformationMessage: message('information'),
      showWarningMessage: message('warning'),
      showErrorMessage: message('error'),
      showInputBox: async (options: vscode.InputBoxOptions = {}) =>
        this.next({ kind: 'input', message: options.prompt ?? '', detail: options.title, isModal: true, choices: [] }),
      createInputBox: () => this.inputBox(),
      showQuickPick: async (given: Items, options?: vscode.QuickPickOptions) => {
        const items = [...(await given)];
        const choices = items.map((item) => (typeof item === 'string' ? item : item.label));
        const message = options?.title ?? '';
        if (options?.canPickMany) {
          const descriptions = items.map((item) => (typeof item === 'string' ? undefined : item.description));
          const detail = options.placeHolder;
          const answer = this.next({ kind: 'pick', message, detail, isModal: true, choices, descriptions });
          return answer === undefined ? undefined : many(items as readonly vscode.QuickPickItem[], answer);
        }
        return choices.includes(this.answers[0] ?? '')
          ? items[
              choices.indexOf(this.next({ kind: 'pick', message, detail: undefined, isModal: true, choices }) ?? '')
            ]
          : this.original.showQuickPick(items as vscode.QuickPickItem[], options);
      },
    });
  }

  /** Gives the next question this answer: the label of a button, or what is typed. `dismiss` gives none. */
  answer(...answers: readonly string[]): void {
    this.answers.push(...answers);
  }

  /** Forgets what was shown and what is still to be answered. */
  clear(): void {
    this.shown.length = 0;
    this.answers.length = 0;
  }

  restore(): void {
    const {
      showInformationMessage,
      showWarningMessage,
      showErrorMessage,
      showInputBox,
      showQuickPick,
      createInputBox,
    } = this.original;
    Object.assign(vscode.window, {
      showInformationMessage,
      showWarningMessage,
      showErrorMessage,
      showInputBox,
      createInputBox,
      showQuickPick,
    });
  }

  /** A box in which the next answers are typed one after the other, each with Enter, until it is closed. */
  private inputBox(): Partial<vscode.InputBox> {
    const changed = new vscode.EventEmitter<string>();
    const accepted = new vscode.EventEmitter<void>();
    const hidden = new vscode.EventEmitter<void>();
    let isOpen = true;
    const box = {
      title: '',
      prompt: '',
      value: '',
      validationMessage: undefined as string | undefined,
      onDidChangeValue: changed.event,
      onDidAccept: accepted.event,
      onDidHide: hidden.event,
      // A person who answers as told clicks no buttons beside the box.
      onDidTriggerButton: new vscode.EventEmitter<vscode.QuickInputButton>().event,
      show: () => {
        while (isOpen) {
          const message = box.validationMessage ?? box.prompt;
          const typed = this.next({ kind: 'input', message, detail: box.title, isModal: true, choices: [] });
          if (typed === undefined) {
            box.hide();
          } else {
            box.value = typed;
            changed.fire(typed);
            accepted.fire();
          }
        }
      },
      hide: () => {
        isOpen = false;
        hidden.fire();
      },
      dispose: () => undefined,
    };
    return box;
  }

  private next(prompt: Prompt): string | undefined {
    this.shown.push(prompt);
    const mayAnswer = prompt.isModal || prompt.choices.includes(this.answers[0] ?? '');
    const answer = mayAnswer ? this.answers.shift() : undefined;
    this.changed.fire();
    if (prompt.isModal && answer === undefined) {
      throw new Error(`Nobody expected to be asked: ${prompt.message}`);
    }
    return answer === 'dismiss' ? undefined : answer;
  }
}
