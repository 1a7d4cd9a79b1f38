import type { Deployment } from './resources';

/** What a deployment's status means. `unknown` is one that Forge didn't have when this was written. */
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

/** Only `finished` is a success; `failed-build` and `cancelled` are ends too (README.md, Deployments). */
export function phaseOf({ status }: Pick<Deployment, 'status'>): DeploymentPhase {
  return phases.get(status?.toLowerCase() ?? '') ?? 'unknown';
}

/** Whether the deployment is over. With an unknown status, it is once Forge reports an end time. */
export function isEnd(deployment: Pick<Deployment, 'status' | 'endedAt'>): boolean {
  const phase = phaseOf(deployment);
  return phase === 'unknown' ? deployment.endedAt !== null : !['waiting', 'running'].includes(phase);
}

/** Whether the deployment is waiting or running, as far as Forge's status says. */
export function isRunning(deployment: Pick<Deployment, 'status' | 'endedAt'>): boolean {
  return ['waiting', 'running'].includes(phaseOf(deployment));
}

/** How long it took in milliseconds: from its start, else its creation, to its end, else to `now`. Null if unknown. */
export function durationMs({ createdAt, startedAt, endedAt }: Deployment, now: number): number | null {
  const from = startedAt ?? createdAt;
  return from === null ? null : Math.max(0, (endedAt ?? now) - from);
}
