import type { Deployments } from '../deployments/deployments';
import type { Disposable } from '../forge/emitter';
import type { Log } from '../ui/log';

/** Tells the end of each deployment that this window is about, and why it failed, as far as its log says so. */
export function tellEnds(
  { tracker, outputs }: Pick<Deployments, 'tracker' | 'outputs'>,
  userAgent: string,
  log: Log,
): Disposable {
  return tracker.onDidEnd(async (end) => {
    if (end.isToldHere) {
      const { tellEnd } = await import('../deployments/tellEnd');
      const { readFailure } = await import('./failureIn');
      await tellEnd(end, (site, { id }) => readFailure(outputs, site, id), userAgent, log);
    }
  });
}
