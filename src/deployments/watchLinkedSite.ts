import * as vscode from 'vscode';
import { type Fleet, sitePath } from '../fleet/fleet';
import { isAborted } from '../forge/errors';
import type { Log } from '../ui/log';
import { Repeat } from '../ui/repeat';
import type { LinkedSite } from '../workspace/linkedSite';
import type { DeploymentTracker } from './tracker';

/** Pause between two looks for a deployment that somebody else began, in milliseconds. Two requests a minute. */
const pauseMs = 30_000;

/**
 * Looks for deployments of the window's site that were begun elsewhere, by push to deploy or by a colleague, while the
 * tree is on screen and the window has the focus. Otherwise there is nobody to look for.
 */
export function watchLinkedSite(
  fleet: Fleet,
  linked: LinkedSite,
  tracker: DeploymentTracker,
  view: Pick<vscode.TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
  log: Log,
): vscode.Disposable {
  const isLookedAt = () => vscode.window.state.focused && view.visible && linked.entry !== undefined;
  const repeat = new Repeat(
    () => (isLookedAt() ? pauseMs : undefined),
    async () => {
      const entry = linked.entry;
      const path = entry && sitePath(entry);
      if (!path || !isLookedAt() || tracker.count > 0) {
        return;
      }
      const { client, signal } = entry.account;
      try {
        const [newest] = await client.latestDeployments(path, 1, { lane: 'background', signal });
        if (newest) {
          fleet.setDeployment(entry.key, newest);
        }
      } catch (error) {
        if (!isAborted(error)) {
          log.error(`Could not look for new deployments of ${entry.site.name}`, error);
        }
      }
    },
  );
  const wake = () => repeat.wake();
  wake();
  return vscode.Disposable.from(
    repeat,
    linked.onDidChange(wake),
    view.onDidChangeVisibility(wake),
    vscode.window.onDidChangeWindowState(wake),
  );
}
