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
  private readonly drawn = new vscode.EventEmitter<void>();
  /** How many lists VS Code was given and has not told of yet. */
  private undrawn = 0;
  /** Until VS Code is told, at the end of this turn. */
  private turn: NodeJS.Timeout | undefined;
  private readonly original = vscode.window.createQuickPick;
  private box: vscode.QuickPick<vscode.QuickPickItem> | undefined;

  /** Other rows are shown. */
  readonly onDidChange = this.changed.event;

  constructor() {
    Object.assign(vscode.window, {
      createQuickPick: () => {
        const box = this.original<vscode.QuickPickItem>();
        // What was opened by the step before may take the focus late.
        box.ignoreFocusOut = true;
        const { show } = box;
        const items = accessor(box, 'items');
        box.onDidChangeActive(() => {
          this.undrawn = Math.max(0, this.undrawn - 1);
          this.drawn.fire();
        });
        return Object.defineProperties(box, {
          onDidChangeValue: { value: this.typed.event },
          onDidTriggerItemButton: { value: this.clicked.event },
          onDidTriggerButton: { value: this.pressed.event },
          onDidAccept: { value: this.accepted.event },
          items: {
            get: () => items.get?.call(box),
            set: (rows: unknown) => {
              this.undrawn += this.turn ? 0 : 1;
              this.turn ??= setTimeout(() => {
                this.turn = undefined;
              }, 0);
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
    await this.opens(() => vscode.commands.executeCommand(command, ...args));
  }

  /** Waits for the list that something shows. @returns what comes of it */
  async opens<Value>(work: () => Thenable<Value>): Promise<{ readonly value: Thenable<Value> }> {
    this.box = undefined;
    this.undrawn = 0;
    const value = work();
    await eventually('the list', () => this.box, [this.opened.event]);
    // Nobody types in the same moment.
    await new Promise((resolve) => setTimeout(resolve, 0));
    return { value };
  }

  get rows(): readonly vscode.QuickPickItem[] {
    return this.box?.items ?? [];
  }

  get labels(): readonly string[] {
    return this.rows.map(({ label }) => label);
  }

  /** Another row is active, or the rows are on screen. */
  readonly onDidDraw = this.drawn.event;

  /** The row that Enter chooses. */
  get activeLabel(): string | undefined {
    return this.box?.activeItems[0]?.label;
  }

  /** The row that Enter chooses, once it is on screen. */
  async active(): Promise<string | undefined> {
    await this.onScreen();
    return this.activeLabel;
  }

  /** Types a text instead of what was typed before. @returns the rows that are left */
  type(text: string): readonly string[] {
    assert.ok(this.box);
    this.box.value = text;
    this.typed.fire(text);
    return this.labels;
  }

  /** Clicks a button of the row that is active, once it is on screen. */
  async click(tooltip: string): Promise<void> {
    await this.onScreen();
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

  /** Chooses a row, once it is on screen. */
  async choose(label: string): Promise<void> {
    await this.onScreen();
    assert.ok(this.box);
    const chosen = this.rows.filter((row) => row.label === label);
    this.box.activeItems = chosen;
    this.box.selectedItems = chosen;
    this.accepted.fire();
  }

  restore(): void {
    Object.assign(vscode.window, { createQuickPick: this.original });
  }

  private async onScreen(): Promise<void> {
    await eventually('the rows on screen', () => this.undrawn === 0, [this.drawn.event]);
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
