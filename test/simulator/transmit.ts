import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Fault } from './control';

/** How many pieces a body is sent in that comes slowly. */
const pieces = 20;

/** Whether a fault leaves the answer as it is, or as it makes it, and disturbs how the body travels. */
export function isDisturbedOnItsWay({ gzip, encoding, trickle, cut, lengthError }: Fault): boolean {
  return [gzip, encoding, trickle, cut, lengthError].some((option) => option !== undefined);
}

/** Sends an answer as no server should. Resolves when all that is to be sent was handed over. */
export async function transmit(
  outgoing: ServerResponse,
  { status, headers }: Response,
  body: string,
  { gzip, encoding, trickle = 0, cut, lengthError }: Fault,
  pause: (milliseconds: number) => Promise<void>,
): Promise<void> {
  const text = Buffer.from(body, encoding);
  const bytes = gzip ? gzipSync(text) : text;
  const sent = bytes.subarray(0, Math.floor(bytes.length * (cut ?? 1)));
  outgoing.writeHead(status, {
    ...Object.fromEntries(headers),
    ...(gzip && { 'content-encoding': 'gzip' }),
    ...(lengthError !== undefined && { 'content-length': bytes.length + lengthError }),
  });
  const pieceLength = trickle > 0 ? Math.max(1, Math.ceil(sent.length / pieces)) : Math.max(1, sent.length);
  for (let from = 0; from < sent.length && !outgoing.destroyed; from += pieceLength) {
    await new Promise((resolve) => outgoing.write(sent.subarray(from, from + pieceLength), resolve));
    await pause(trickle / pieces);
  }
  if (cut === undefined) {
    outgoing.end();
  } else {
    outgoing.destroy();
  }
}
