import * as vscode from 'vscode';

/** The focus of the window, which a test cannot give or take. */
export class Focus {
  private readonly changed = new vscode.EventEmitter<vscode.WindowState>();
  private readonly original = Object.getOwnPropertyDescriptors(vscode.window);
  private focused = false;

  constructor() {
    Object.defineProperties(vscode.window, {
      state: { configurable: true, get: () => this.state },
      onDidChangeWindowState: { configurable: true, value: this.changed.event },
    });
  }

  private get state(): vscode.WindowState {
    return { focused: this.focused, active: true };
  }

  set(focused: boolean): void {
    this.focused = focused;
    this.changed.fire(this.state);
  }

  restore(): void {
    const { state, onDidChangeWindowState } = this.original;
    Object.defineProperties(vscode.window, { state, onDidChangeWindowState });
  }
}
