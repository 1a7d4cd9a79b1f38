import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ReplacedRows } from '../../src/ui/replacedRows';

const accept = () => vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');

const rowsOf = (...labels: readonly string[]): vscode.QuickPickItem[] =>
  labels.map((label) => ({ label, alwaysShow: true }));

/** The next time that an event fires. */
const next = <T>(event: vscode.Event<T>) =>
  new Promise<T>((resolve) => {
    const listener = event((value) => {
      listener.dispose();
      resolve(value);
    });
  });

describe('The rows of a picker that are replaced', () => {
  let box: vscode.QuickPick<vscode.QuickPickItem>;
  let list: ReplacedRows<vscode.QuickPickItem>;

  const shown = async (...labels: readonly string[]) => {
    const drawn = next(box.onDidChangeActive);
    list.replace(rowsOf(...labels), 'changed');
    box.show();
    await drawn;
  };

  /** Moves to the row below, which has that label, whatever VS Code tells of before. */
  const moveDownTo = async (label: string) => {
    void vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
    while (box.activeItems[0]?.label !== label) {
      await next(box.onDidChangeActive);
    }
  };
  /** What is so at the next Enter. Who asks later may hear of other rows before, which VS Code sends in the same breath. */
  const whenAccepted = <T>(what: () => T) =>
    new Promise<T>((resolve) => {
      const listener = box.onDidAccept(() => {
        listener.dispose();
        resolve(what());
      });
    });
  const acceptedLabel = () => list.accepted?.label;
  /** Presses Enter. */
  const accepts = async (label: string) => {
    const accepted = whenAccepted(acceptedLabel);
    void accept();
    assert.equal(await accepted, label);
  };

  // The first time that VS Code runs a command it asks extensions before, and what is sent after it comes first.
  before(accept);

  beforeEach(() => {
    box = vscode.window.createQuickPick();
    list = new ReplacedRows(box);
  });

  afterEach(() => box.dispose());

  it('are those on screen as soon as VS Code has drawn them, whichever they are', async () => {
    await shown('a', 'b', 'c');
    for (const labels of [['b', 'a'], ['x'], ['x'], ['x', 'y', 'z']]) {
      await shown(...labels);
      await accepts(labels[0] ?? '');
    }
    await moveDownTo('y');
    await accepts('y');
    for (const place of [2, 1, 0, 2]) {
      const rows = rowsOf('one', 'two', 'three');
      const drawn = next(box.onDidChangeActive);
      list.replace(rows, 'changed', rows[place]);
      await drawn;
      await accepts(rows[place]?.label ?? '');
    }
  });

  it('are those on screen also after there were none, at first or later', async () => {
    list.replace([], 'changed');
    box.show();
    for (const label of ['a', 'b']) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      await shown(label);
      await accepts(label);
      const emptied = next(box.onDidChangeActive);
      list.replace([], 'changed');
      await emptied;
    }
  });

  it('are not taken for those that a person saw when they chose', async () => {
    await shown('a', 'b', 'c');
    const accepted = whenAccepted(() => [acceptedLabel(), list.meant(box.items[1])?.label, list.meant(undefined)]);
    // It is on its way when the list becomes another one.
    void accept();
    const others = rowsOf('b', 'a');
    list.replace(others, 'changed');
    list.replace(rowsOf('c', 'a'), 'changed');
    assert.deepEqual(await accepted, ['a', 'b', undefined]);
  });

  it('hold no choice where nothing stands in the place of what was seen', async () => {
    await shown('a');
    const accepted = whenAccepted(acceptedLabel);
    void accept();
    list.replace([], 'changed');
    assert.equal(await accepted, undefined);
  });

  it('have the first of what is found for who types on and does not wait', async () => {
    await shown('other', 'shop', 'staging');
    await moveDownTo('shop');
    const accepted = whenAccepted(acceptedLabel);
    void accept();
    list.replace(rowsOf('staging', 'shop'), 'typed');
    list.replace(rowsOf('staging', 'shop', 'other'), 'changed');
    assert.equal(await accepted, 'staging');
  });
});
