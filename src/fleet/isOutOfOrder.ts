import type { Server } from '../forge/resources';

/** Whether Forge cannot do with the server what it usually does. */
export function isOutOfOrder({ revoked, isReady, connectionStatus }: Server): boolean {
  return revoked || isReady === false || (connectionStatus !== null && connectionStatus !== 'successful');
}
