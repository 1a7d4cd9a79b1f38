import * as vscode from 'vscode';

/** A step of a form as a person sees it. */
export interface AskedStep {
  readonly title: string;
  readonly kind: 'text' | 'list' | 'modal';
  /** What there is to choose from. */
  readonly rows: readonly string[];
  /** What the rows say beside their labels. */
  readonly descriptions: readonly (string | undefined)[];
  /** What is filled in. */
  readonly value: string;
  readonly placeholder: string;
  readonly prompt: string;
  /** What is said to be wrong. */
  readonly complaint: string | undefined;
  readonly isSecret: boolean;
  readonly isMany: boolean;
  /** The tooltips of the buttons above. */
  readonly buttons: readonly string[];
}

/** Goes back a step. */
export const back = { is: 'back' } as const;
/** Leaves the form, with this typed in it. */
export const leave = (typed = '') => ({ is: 'leave', typed }) as const;
/** Presses a button above. */
export const press = (tooltip: string) => ({ is: 'press', tooltip }) as const;

export type Answer = string | readonly string[] | typeof back | ReturnType<typeof leave> | ReturnType<typeof press>;

/** The most steps of a test. */
const mostSteps = 400;

/** How often a step may be answered before that counts as endless. */
const mostAnswers = 12;

/** A person who answers each step of a form by a rule. */
export class FormFiller {
  readonly steps: AskedStep[] = [];
  private readonly asked = new vscode.EventEmitter<void>();
  /** A step was shown. */
  readonly onDidAsk = this.asked.event;
  private readonly original = { ...vscode.window };

  /** @param fill answers a step; undefined leaves it open */
  constructor(private readonly fill: (step: AskedStep) => Answer | undefined) {
    const modal =
      (original: typeof vscode.window.showWarningMessage) =>
      async (message: string, ...rest: readonly unknown[]): Promise<unknown> => {
        const [options, ...items] = rest as [vscode.MessageOptions, ...string[]];
        if (options?.modal !== true) {
          return original(message, ...(rest as string[]));
        }
        return this.ask({ kind: 'modal', title: message, prompt: options.detail ?? '', rows: items });
      };
    Object.assign(vscode.window, {
      createInputBox: () => this.box('text'),
      createQuickPick: () => this.box('list'),
      showQuickPick: async (given: readonly vscode.QuickPickItem[], options?: vscode.QuickPickOptions) => {
        const items = [...(await given)];
        const rows = items.map(({ label }) => label);
        const answer = this.ask({ kind: 'list', title: options?.title ?? '', rows });
        return items.find(({ label }) => label === answer);
      },
      showWarningMessage: modal(this.original.showWarningMessage),
      showInformationMessage: modal(this.original.showInformationMessage),
    });
  }

  restore(): void {
    const { createInputBox, createQuickPick, showQuickPick, showWarningMessage, showInformationMessage } =
      this.original;
    Object.assign(vscode.window, {
      createInputBox,
      createQuickPick,
      showQuickPick,
      showWarningMessage,
      showInformationMessage,
    });
  }

  private ask(step: Partial<AskedStep> & Pick<AskedStep, 'kind' | 'title'>): Answer | undefined {
    const asked: AskedStep = {
      rows: [],
      descriptions: [],
      value: '',
      placeholder: '',
      prompt: '',
      complaint: undefined,
      isSecret: false,
      isMany: false,
      buttons: [],
      ...step,
    };
    this.steps.push(asked);
    if (this.steps.length > mostSteps) {
      throw new Error(`The form has no end: ${JSON.stringify(asked)}`);
    }
    this.asked.fire();
    return this.fill(asked);
  }

  private box(kind: 'text' | 'list'): object {
    const changed = new vscode.EventEmitter<string>();
    const accepted = new vscode.EventEmitter<void>();
    const pressed = new vscode.EventEmitter<vscode.QuickInputButton>();
    const hidden = new vscode.EventEmitter<void>();
    let isOpen = false;
    const box = {
      title: '',
      prompt: '',
      placeholder: '',
      value: '',
      password: false,
      enabled: true,
      canSelectMany: false,
      validationMessage: undefined as string | undefined,
      items: [] as readonly vscode.QuickPickItem[],
      selectedItems: [] as readonly vscode.QuickPickItem[],
      activeItems: [] as readonly vscode.QuickPickItem[],
      buttons: [] as readonly vscode.QuickInputButton[],
      onDidChangeValue: changed.event,
      onDidAccept: accepted.event,
      onDidTriggerButton: pressed.event,
      onDidChangeActive: () => ({ dispose: () => undefined }),
      onDidHide: hidden.event,
      show: () => {
        isOpen = true;
        if (box.enabled) {
          void this.answer(kind, box, () => isOpen, { changed, accepted, pressed });
        }
      },
      hide: () => {
        if (isOpen) {
          isOpen = false;
          hidden.fire();
        }
      },
      dispose: () => {
        isOpen = false;
      },
    };
    return box;
  }

  private async answer(
    kind: 'text' | 'list',
    box: ReturnType<FormFiller['box']> & {
      title: string;
      prompt: string;
      placeholder: string;
      value: string;
      password: boolean;
      canSelectMany: boolean;
      validationMessage: string | undefined;
      items: readonly vscode.QuickPickItem[];
      selectedItems: readonly vscode.QuickPickItem[];
      buttons: readonly vscode.QuickInputButton[];
      hide: () => void;
    },
    isOpen: () => boolean,
    events: {
      readonly changed: vscode.EventEmitter<string>;
      readonly accepted: vscode.EventEmitter<void>;
      readonly pressed: vscode.EventEmitter<vscode.QuickInputButton>;
    },
  ): Promise<void> {
    for (let count = 0; isOpen() && count < mostAnswers; count += 1) {
      // Nobody answers in the same moment.
      await Promise.resolve();
      const rows = box.items.filter((item) => item.kind !== vscode.QuickPickItemKind.Separator);
      const answer = this.ask({
        kind,
        title: box.title,
        rows: rows.map(({ label }) => label),
        descriptions: rows.map(({ description }) => description),
        value: box.value,
        placeholder: box.placeholder ?? '',
        prompt: box.prompt ?? '',
        complaint: box.validationMessage,
        isSecret: box.password,
        isMany: box.canSelectMany,
        buttons: box.buttons.map(({ tooltip }) => tooltip ?? 'Back'),
      });
      if (answer === undefined) {
        return;
      }
      if (typeof answer === 'string' && kind === 'text') {
        box.value = answer;
        events.changed.fire(answer);
        events.accepted.fire();
      } else if (typeof answer === 'object' && 'is' in answer) {
        if (answer.is === 'leave') {
          box.value = answer.typed || box.value;
          box.hide();
        } else {
          const wanted = answer.is === 'back' ? vscode.QuickInputButtons.Back.tooltip : answer.tooltip;
          const button = box.buttons.find(({ tooltip }) => tooltip === wanted) ?? box.buttons[0];
          if (button) {
            events.pressed.fire(button);
          }
          // What a button does may take a moment, such as writing to the clipboard.
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
      } else {
        const labels = typeof answer === 'string' ? [answer] : (answer as readonly string[]);
        box.selectedItems = rows.filter(({ label }) => labels.includes(label));
        events.accepted.fire();
      }
    }
    box.hide();
  }
}
