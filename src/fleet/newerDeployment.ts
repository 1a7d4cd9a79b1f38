import { isEnd } from '../forge/deploymentStatus';
import type { Deployment } from '../forge/resources';

/**
 * The one that tells more of what a site runs: answers overtake each other, so an older deployment never replaces a newer
 * one, and one that has ended does not run again.
 */
export function newerDeployment(known: Deployment | null, told: Deployment | null): Deployment | null {
  if (!known || !told) {
    return told ?? known;
  }
  if (known.id === told.id) {
    return isEnd(known) && !isEnd(told) ? known : told;
  }
  if (known.createdAt !== null && told.createdAt !== null && known.createdAt !== told.createdAt) {
    return told.createdAt > known.createdAt ? told : known;
  }
  return Number(told.id) < Number(known.id) ? known : told;
}
