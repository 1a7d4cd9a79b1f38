import type { Fleet } from '../fleet/fleet';
import { allOf, type Disposable, type Event } from '../forge/emitter';
import { isAborted } from '../forge/errors';
import type { Focus } from '../ui/focus';
import type { Log } from '../ui/log';
import type { LinkedSites } from '../workspace/linkedSites';
import type { DeploymentTracker } from './deploymentTracker';

/** Pause between requests for deployments that someone else started, in milliseconds, with the tree visible or not. */
const pausesMs = { tree: 30_000, statusBar: 60_000 };

/**
 * Looks for deployments of the window's sites that were started elsewhere, by push to deploy or by a colleague, while the window has the
 * focus. Makes at most two requests a minute: several sites take turns.
 */
export function watchLinkedSites(
  fleet: Fleet,
  linked: Pick<LinkedSites, 'entry' | 'entries' | 'onDidChange'>,
  tracker: DeploymentTracker,
  view: { readonly visible: boolean; readonly onDidChangeVisibility: Event<unknown> },
  focus: Focus,
  log: Log,
): Disposable {
  const isLookedAt = () => focus.isFocused && linked.entry !== undefined;
  const pauseMs = () => (view.visible ? pausesMs.tree : pausesMs.statusBar);
  let turn = 0;
  const repeat = fleet.clock.every(
    () => (isLookedAt() ? pauseMs() : undefined),
    async () => {
      const entries = linked.entries;
      const entry = entries[turn++ % entries.length];
      const latest = entry?.site.latestDeployment;
      if (!entry?.api.isPlaced || !isLookedAt() || (latest && tracker.isFollowing(entry.key, latest.id))) {
        return;
      }
      try {
        const [newest] = await entry.api.first('listDeployments', {}, { count: 1, lane: 'background' });
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
  return allOf(
    repeat,
    linked.onDidChange(() => repeat.restart()),
    view.onDidChangeVisibility(wake),
    focus.onDidChange(wake),
  );
}
