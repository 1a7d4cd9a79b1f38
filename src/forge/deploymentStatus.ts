import type { Deployment } from './resources';

/** What a deployment's status means. `unknown` is a status that Forge had not when this was written. */
export type DeploymentPhase = 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'unknown';

const phases: ReadonlyMap<string, DeploymentPhase> = new Map([
  ['queued', 'waiting'],
  ['pending', 'waiting'],
  ['deploying', 'running'],
  ['finished', 'succeeded'],
  ['failed', 'failed'],
  ['failed-build', 'failed'],
  ['cancelled', 'cancelled'],
]);

/** Only `finished` is success; `failed-build` and `cancelled` are ends too (README.md, Deployments). */
export function phaseOf({ status }: Pick<Deployment, 'status'>): DeploymentPhase {
  return phases.get(status?.toLowerCase() ?? '') ?? 'unknown';
}

/** Whether nothing more will happen. A status that is not known has ended when Forge says when. */
export function isEnd(deployment: Pick<Deployment, 'status' | 'endedAt'>): boolean {
  const phase = phaseOf(deployment);
  return phase === 'unknown' ? deployment.endedAt !== null : !['waiting', 'running'].includes(phase);
}

/** Whether it waits or runs, as far as Forge's own words tell. */
export function isRunning(deployment: Pick<Deployment, 'status' | 'endedAt'>): boolean {
  return ['waiting', 'running'].includes(phaseOf(deployment));
}

/** Milliseconds that it has taken: from its start, else its creation, to its end, else to `now`. Null where unknown. */
export function durationMs({ createdAt, startedAt, endedAt }: Deployment, now: number): number | null {
  const from = startedAt ?? createdAt;
  return from === null ? null : Math.max(0, (endedAt ?? now) - from);
}
