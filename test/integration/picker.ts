import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from './eventually';

/** The list that came on screen last, in which a test types, clicks and chooses: written to it from here, none would tell the extension. */
export class Picker {
  private readonly typed = new vscode.EventEmitter<string>();
  private readonly clicked = new vscode.EventEmitter<vscode.QuickPickItemButtonEvent<vscode.QuickPickItem>>();
  private readonly pressed = new vscode.EventEmitter<vscode.QuickInputButton>();
  private readonly accepted = new vscode.EventEmitter<void>();
  private readonly opened = new vscode.EventEmitter<void>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly original = vscode.window.createQuickPick;
  private box: vscode.QuickPick<vscode.QuickPickItem> | undefined;

  /** Other rows are shown. */
  readonly onDidChange = this.changed.event;

  constructor() {
    Object.assign(vscode.window, {
      createQuickPick: () => {
        const box = this.original<vscode.QuickPickItem>();
        const { show } = box;
        const items = accessor(box, 'items');
        return Object.defineProperties(box, {
          onDidChangeValue: { value: this.typed.event },
          onDidTriggerItemButton: { value: this.clicked.event },
          onDidTriggerButton: { value: this.pressed.event },
          onDidAccept: { value: this.accepted.event },
          items: {
            get: () => items.get?.call(box),
            set: (rows: unknown) => {
              items.set?.call(box, rows);
              this.changed.fire();
            },
          },
          show: {
            value: () => {
              show.call(box);
              this.box = box;
              this.opened.fire();
            },
          },
        });
      },
    });
  }

  /** Runs a command that shows a list, and waits for the list. */
  async open(command: string, ...args: readonly unknown[]): Promise<void> {
    this.box = undefined;
    void vscode.commands.executeCommand(command, ...args);
    await eventually('the list', () => this.box, [this.opened.event]);
  }

  get rows(): readonly vscode.QuickPickItem[] {
    return this.box?.items ?? [];
  }

  get labels(): readonly string[] {
    return this.rows.map(({ label }) => label);
  }

  /** Types a text instead of what was typed before. @returns the rows that are left */
  type(text: string): readonly string[] {
    assert.ok(this.box);
    this.box.value = text;
    this.typed.fire(text);
    return this.labels;
  }

  /** Clicks a button of the row that is active. */
  click(tooltip: string): void {
    const [item] = this.box?.activeItems ?? [];
    const button = item?.buttons?.find((candidate) => candidate.tooltip === tooltip);
    assert.ok(item && button, tooltip);
    this.clicked.fire({ item, button });
  }

  /** Clicks a button above the rows. */
  press(tooltip: string): void {
    const button = this.box?.buttons.find((candidate) => candidate.tooltip === tooltip);
    assert.ok(button, tooltip);
    this.pressed.fire(button);
  }

  /** Chooses a row. */
  choose(label: string): void {
    assert.ok(this.box);
    const chosen = this.rows.filter((row) => row.label === label);
    this.box.activeItems = chosen;
    this.box.selectedItems = chosen;
    this.accepted.fire();
  }

  restore(): void {
    Object.assign(vscode.window, { createQuickPick: this.original });
  }
}

/** The accessor of an object's own kind. */
function accessor(object: object, name: string): PropertyDescriptor {
  for (let kind = object; kind; kind = Object.getPrototypeOf(kind) as object) {
    const found = Object.getOwnPropertyDescriptor(kind, name);
    if (found) {
      return found;
    }
  }
  return assert.fail(name);
}
