import { isEnd, phaseOf } from '../forge/deploymentStatus';
import type { Deployment } from '../forge/resources';

/**
 * The one that tells more of what a site runs: answers overtake each other, so an older deployment never replaces a newer
 * one, and one that runs does not wait again, nor one that has ended run.
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

/** How far a deployment has come: 0 waits, 1 runs or is in a state that is not known, 2 has ended. */
function progress(deployment: Deployment): number {
  return isEnd(deployment) ? 2 : phaseOf(deployment) === 'waiting' ? 0 : 1;
}
