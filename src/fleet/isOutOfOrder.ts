import type { Server } from '../forge/resources';

/** Whether the server is in a state in which Forge can't manage it. */
export function isOutOfOrder({ revoked, isReady, connectionStatus }: Server): boolean {
  return revoked || isReady === false || (connectionStatus !== null && connectionStatus !== 'successful');
}
