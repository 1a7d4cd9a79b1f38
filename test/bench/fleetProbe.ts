// The entry of the copy of the extension that the fleet bench loads: the packaged bundle, with what measures around it.
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { activate as activateExtension, Services } from '../../src/extension';

/** The first time that rows are there, in milliseconds since VS Code began to load the extension. */
export interface FirstRows {
  /** The fleet has rows to give. */
  readonly available: Promise<number>;
  /** VS Code, having been told so and having asked, was given them. */
  readonly given: Promise<number>;
}

export interface Probe {
  readonly services: Services;
  readonly firstRows: FirstRows;
  /** Resolves with the next picker of the extension that opens. */
  nextPicker(): Promise<Picker>;
}

/** A picker that is open, and in which nobody but the bench types. */
export interface Picker {
  /** Puts a text into the field. @returns how long the extension takes to answer it with rows, in milliseconds */
  type(text: string): number;
  readonly rows: number;
  hide(): void;
}

/** Starts the extension as VS Code would, and watches what it does from then on. */
export function activate(context: vscode.ExtensionContext): Probe {
  const started = performance.now();
  const extension = require(join(__dirname, 'dist', 'extension.js')) as { readonly activate: typeof activateExtension };
  const services = extension.activate(context);
  if (!services) {
    throw new Error('The bench needs the services of the extension.');
  }
  const { fleet, tree } = services;
  const elapsed = () => performance.now() - started;
  return {
    services,
    firstRows: {
      available: new Promise((resolve) => {
        fleet.onDidChange(() => fleet.state === 'ready' && resolve(elapsed()));
      }),
      given: new Promise((resolve) => {
        const getChildren = tree.getChildren.bind(tree);
        tree.getChildren = async (node) => {
          const rows = await getChildren(node);
          if (rows.length > 0) {
            resolve(elapsed());
          }
          return rows;
        };
      }),
    },
    nextPicker,
  };
}

/** Takes the place of the person at the keyboard: what is typed goes to the extension without a way over the window. */
function nextPicker(): Promise<Picker> {
  const { createQuickPick } = vscode.window;
  return new Promise((resolve) => {
    const createWatched = <T extends vscode.QuickPickItem>(): vscode.QuickPick<T> => {
      vscode.window.createQuickPick = createQuickPick;
      const box = createQuickPick<T>();
      const onDidChangeValue: vscode.Event<string> = (listener) => {
        resolve({
          type: (text) => {
            box.value = text;
            const before = performance.now();
            listener(text);
            return performance.now() - before;
          },
          get rows() {
            return box.items.length;
          },
          hide: () => box.hide(),
        });
        return { dispose: () => undefined };
      };
      return Object.defineProperty(box, 'onDidChangeValue', { value: onDidChangeValue });
    };
    vscode.window.createQuickPick = createWatched;
  });
}
