import { isIP } from 'node:net';
import { checkServerIdentity, connect, type PeerCertificate } from 'node:tls';
import type { Clock } from '../forge/clock';

/** How long a server may take to show its certificate, in milliseconds. */
const patienceMs = 5_000;

/** The certificate that a server shows for a host name. */
export interface ShownCertificate {
  /** When it ends, in milliseconds since 1970; null if it doesn't say. */
  readonly endsAt: number | null;
  /** Whether it is for this host name. */
  readonly isForHost: boolean;
  /** Whether it is signed by an authority that this machine trusts. An expired certificate can be. */
  readonly isTrusted: boolean;
}

/**
 * Whether a name is one of a public host. A name from Forge can be anything, and must not make this machine contact its own network.
 */
export function isPublicHost(name: string): boolean {
  const labels = name.toLowerCase().split('.');
  const [last = ''] = labels.slice(-1);
  return (
    name.length <= 253 &&
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) &&
    /[a-z]/.test(last) &&
    isIP(name) === 0 &&
    !['local', 'localhost', 'internal', 'test', 'invalid', 'home', 'lan', 'corp', 'arpa'].includes(last)
  );
}

/** How to reach a host, if not at its own address. */
export interface Route {
  readonly host?: string;
  readonly port?: number;
  /** Trusted in addition to this machine's authorities, in PEM format. */
  readonly authority?: string;
}

/**
 * Reads the certificate that a host shows in a TLS handshake. Sends nothing else, and ends the connection right after.
 * @throws Error if the server doesn't respond within five seconds, refuses, or shows no certificate
 */
export function readCertificate(
  host: string,
  clock: Clock,
  signal: AbortSignal,
  route: Route = {},
): Promise<ShownCertificate> {
  return new Promise((resolve, reject) => {
    // Also reads certificates that aren't valid, to report why.
    const socket = connect({
      host: route.host ?? host,
      port: route.port ?? 443,
      servername: host,
      rejectUnauthorized: false,
      ...(route.authority !== undefined && { ca: route.authority }),
    });
    const patience = clock.patience(patienceMs);
    const ends = AbortSignal.any([signal, patience.signal]);
    const end = (settle: () => void) => {
      ends.removeEventListener('abort', abort);
      patience.end();
      socket.destroy();
      settle();
    };
    const abort = () => end(() => reject(ends.reason));
    ends.addEventListener('abort', abort, { once: true });
    if (ends.aborted) {
      abort();
      return;
    }
    socket.once('error', (error) => end(() => reject(error)));
    socket.once('close', () => end(() => reject(new Error('The connection was closed.'))));
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      const { authorizationError } = socket;
      end(() => {
        if (Object.keys(certificate).length === 0) {
          reject(new Error('No certificate was shown.'));
        } else {
          resolve(shown(host, certificate, authorizationError));
        }
      });
    });
  });
}

function shown(host: string, certificate: PeerCertificate, problem: unknown): ShownCertificate {
  const endsAt = Date.parse(certificate.valid_to);
  const reason = problem instanceof Error && 'code' in problem ? problem.code : problem;
  // What is wrong with a certificate of a trusted authority.
  const ofTrusted = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID'];
  return {
    endsAt: Number.isNaN(endsAt) ? null : endsAt,
    isForHost: checkServerIdentity(host, certificate) === undefined,
    isTrusted: !reason || ofTrusted.includes(String(reason)),
  };
}
