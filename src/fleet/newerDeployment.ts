import { isEnd, phaseOf } from '../forge/deploymentStatus';
import type { Deployment } from '../forge/resources';

/**
 * The more recent of two deployments, or of two states of one: responses overtake each other, so an older deployment must not
 * replace a newer one, a running one must not become queued, and an ended one must not become running.
 */
export function newerDeployment(known: Deployment | null, told: Deployment | null): Deployment | null {
  if (!known || !told) {
    return told ?? known;
  }
  if (known.id === told.id) {
    return progress(told) < progress(known) ? known : told;
  }
  if (known.createdAt !== null && told.createdAt !== null && known.createdAt !== told.createdAt) {
    return told.createdAt > known.createdAt ? told : known;
  }
  return Number(told.id) < Number(known.id) ? known : told;
}

/** A deployment's progress: 0 is waiting, 1 is running or in an unknown state, 2 has ended. */
function progress(deployment: Deployment): number {
  return isEnd(deployment) ? 2 : phaseOf(deployment) === 'waiting' ? 0 : 1;
}
