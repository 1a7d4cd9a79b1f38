import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { views } from '../../src/manifest';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';

describe('A refresh in front of a person', () => {
  const under = extensionUnderTest();

  it('has a bar in the view from its beginning to its end', async () => {
    await under.signIn();
    const { fleet } = under.services;
    const { withProgress } = vscode.window;
    const bars: { readonly options: vscode.ProgressOptions; isOver: boolean }[] = [];
    Object.assign(vscode.window, {
      withProgress: async (options: vscode.ProgressOptions, task: () => Thenable<unknown>) => {
        const bar = { options, isOver: false };
        bars.push(bar);
        await task();
        bar.isOver = true;
      },
    });
    try {
      const refresh = fleet.refresh('user');
      await eventually('the bar', () => bars.length > 0, [fleet.onDidChange]);
      assert.deepEqual(bars, [{ options: { location: { viewId: views.fleet } }, isOver: false }]);
      await refresh;
      await new Promise(setImmediate);
      assert.deepEqual(
        bars.map(({ isOver }) => isOver),
        [true],
      );
    } finally {
      Object.assign(vscode.window, { withProgress });
    }
  });
});
