// Loaded into VS Code's server before it starts. Its web page keeps secrets in the browser's storage, encrypted with a key
// of which the server holds one half and hands it out here. In code-server that is the part which we do not start; without
// an answer every SecretStorage.store is rejected.
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const keyHalf = randomBytes(32);
const emit = Server.prototype.emit as (event: string, ...args: unknown[]) => boolean;

Server.prototype.emit = function (this: Server, event: string, ...args: unknown[]): boolean {
  const [request, response] = args as [IncomingMessage, ServerResponse];
  if (event === 'request' && request.method === 'POST' && request.url?.endsWith('/mint-key')) {
    response.end(keyHalf);
    return true;
  }
  return emit.call(this, event, ...args);
};
