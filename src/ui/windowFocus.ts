import * as vscode from 'vscode';
import type { Focus } from './focus';

/** The focus of this window, as VS Code reports it. */
export const windowFocus: Focus = {
  get isFocused() {
    return vscode.window.state.focused;
  },
  onDidChange: (listener) => vscode.window.onDidChangeWindowState(listener),
};
