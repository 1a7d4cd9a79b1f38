import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { autoRefresh, type Viewer } from '../../src/fleet/autoRefresh';
import type { Fleet } from '../../src/fleet/fleet';
import { settings, views } from '../../src/manifest';
import { showRefresh } from '../../src/views/showRefresh';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { Focus } from './focus';
import { HeldPauses } from './heldPauses';
import { OtherWindows } from './otherWindows';
import { SetClock } from './setClock';

const minute = 60_000;

/** The pause before that is tried again which Forge could not answer, in milliseconds. */
const againMs = 15_000;

describe('The fleet is read', () => {
  const under = extensionUnderTest();
  const { control } = under;
  const windows = new OtherWindows(under);
  const looked = new vscode.EventEmitter<void>();
  let isLooking: boolean;
  let clock: SetClock;
  let focus: Focus;
  let fleet: Fleet;
  let reading: vscode.Disposable;

  const viewer: Viewer = { isLooking: () => isLooking, onDidChange: (listener) => looked.event(listener) };
  const look = (now: boolean) => {
    isLooking = now;
    looked.fire();
  };
  /** How often all was read, once that is over: a reading begins at once, or not at all. */
  const readings = async () => {
    await fleet.open();
    await new Promise(setImmediate);
    await eventually('an end', () => !fleet.isRefreshing, [fleet.onDidChange]);
    const paths = (await control.requests()).map(({ path }) => path);
    const count = paths.filter((path) => path === '/orgs').length;
    assert.equal(paths.filter((path) => path === '/orgs/acme/sites').length, count);
    assert.ok(count > 0 || paths.length === 0, 'no other request either');
    return count;
  };

  beforeEach(async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    const account = await under.signIn();
    clock = new SetClock();
    focus = new Focus();
    isLooking = false;
    // Another window, since what this one shows is not to be steered.
    fleet = await windows.open(account);
    reading = autoRefresh(under.services.accounts, fleet, [viewer]);
    await control.clearRequests();
  });

  afterEach(() => {
    reading.dispose();
    focus.restore();
    clock.restore();
    windows.closeAll();
  });

  it('when one comes back to the window and what is seen is older than the setting says, and else not at all', async () => {
    clock.move(6 * minute);
    assert.equal(await readings(), 0, 'nobody looks');
    focus.set(true);
    assert.equal(await readings(), 0, 'nobody looks, though the window has the focus');
    focus.set(false);
    look(true);
    assert.equal(await readings(), 0, 'one looks at another window');
    focus.set(true);
    assert.equal(await readings(), 1);
    focus.set(false);
    clock.move(4 * minute);
    focus.set(true);
    assert.equal(await readings(), 1, 'it is young');
    clock.move(2 * minute);
    assert.equal(await readings(), 1, 'it grows old while one is there, which costs nothing');
    focus.set(false);
    focus.set(true);
    assert.equal(await readings(), 2);
  });

  it('not because something changes in a window in which one stays', async () => {
    const pauses = new HeldPauses((stack) => stack.includes('Repeat.') && !/dist[\\/]extension\.js/.test(stack));
    try {
      look(true);
      focus.set(true);
      assert.equal(await readings(), 0);
      clock.move(6 * minute);
      const [entry] = fleet.allSites().filter(({ site }) => site.latestDeployment);
      const latest = entry?.site.latestDeployment;
      assert.ok(entry && latest);
      fleet.setDeployment(entry.key, { ...latest, id: `${latest.id}1`, createdAt: Date.now() });
      assert.equal(pauses.last, undefined);
      assert.equal(await readings(), 0);
      await control.fault({ path: '/orgs$', status: 500, body: '{}', times: 3 });
      await fleet.refresh('user');
      assert.equal(pauses.last, againMs, 'but where Forge has failed');
      await control.clearRequests();
      await pauses.end();
      assert.equal(await readings(), 1);
      assert.equal(pauses.last, undefined);
    } finally {
      pauses.restore();
    }
  });

  it('when the view is opened and what it shows is old', async () => {
    focus.set(true);
    clock.move(6 * minute);
    look(true);
    assert.equal(await readings(), 1);
  });

  it('as often as the setting says', async () => {
    const set = (minutes?: number) =>
      vscode.workspace.getConfiguration().update(settings.refreshInterval, minutes, vscode.ConfigurationTarget.Global);
    await set(10);
    try {
      look(true);
      clock.move(6 * minute);
      focus.set(true);
      assert.equal(await readings(), 0);
      focus.set(false);
      clock.move(5 * minute);
      focus.set(true);
      assert.equal(await readings(), 1);
    } finally {
      await set();
    }
  });

  it('with a bar in the view from its beginning to its end', async () => {
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
    const shown = showRefresh(views.fleet, fleet);
    try {
      const refresh = fleet.refresh('user');
      assert.deepEqual(bars, [{ options: { location: { viewId: views.fleet } }, isOver: false }]);
      await refresh;
      await new Promise(setImmediate);
      assert.deepEqual(
        bars.map(({ isOver }) => isOver),
        [true],
      );
    } finally {
      shown.dispose();
      Object.assign(vscode.window, { withProgress });
    }
  });
});
