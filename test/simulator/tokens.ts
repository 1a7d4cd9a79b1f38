import { createHmac } from 'node:crypto';
import type { Time } from '../../src/forge/clock';
import { knownScopes } from '../../src/forge/scopes';
import { Random } from './random';

/** Who calls: a user (by the key the control API uses) with the scopes of the token. */
export interface Caller {
  readonly user: string;
  readonly scopes: ReadonlySet<string>;
}

interface Issued extends Caller {
  /** Unix seconds. */
  readonly expiresAt: number;
}

// Fixed dates keep the default token the same from run to run: 2026-01-01 and 2100-01-01, in unix seconds.
const defaultIssuedAt = 1_767_225_600;
const defaultExpiresAt = 4_102_444_800;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Issues bearer tokens that look like those of Forge (JWTs that can be read locally) and knows which ones are good. */
export class TokenRegistry {
  readonly #issued = new Map<string, Issued>();
  readonly #seed: number;
  #count = 0;

  constructor(
    seed: number,
    private readonly time: Pick<Time, 'now'>,
  ) {
    this.#seed = seed;
  }

  /** A token with all scopes that depends on the seed only. */
  issueDefault(user: string, userId: number): string {
    return this.#issue(user, userId, [...knownScopes], defaultIssuedAt, defaultExpiresAt);
  }

  /** A token of that user; `expiresIn` in seconds from now, negative for one that has expired already. */
  issue(user: string, userId: number, scopes: readonly string[], expiresIn: number): string {
    const now = Math.floor(this.time.now() / 1000);
    return this.#issue(user, userId, scopes, now, now + expiresIn);
  }

  /** Makes the token invalid; false when it was not valid before. */
  revoke(token: string): boolean {
    return this.#issued.delete(token);
  }

  /** The caller behind an Authorization header; undefined when missing, unknown, revoked or expired. */
  identify(authorization: string | null): Caller | undefined {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    const issued = token === undefined ? undefined : this.#issued.get(token);
    return issued && this.time.now() < issued.expiresAt * 1000 ? issued : undefined;
  }

  #issue(user: string, userId: number, scopes: readonly string[], issuedAt: number, expiresAt: number): string {
    this.#count += 1;
    const jti = new Random(this.#seed, 'token', this.#count).hex(80);
    const header = encode({ typ: 'JWT', alg: 'HS256' });
    const payload = encode({
      aud: '1',
      jti,
      iat: issuedAt,
      nbf: issuedAt,
      exp: expiresAt,
      sub: String(userId),
      scopes: [...scopes],
    });
    const signature = createHmac('sha256', `forge-simulator-${this.#seed}`)
      .update(`${header}.${payload}`)
      .digest('base64url');
    const token = `${header}.${payload}.${signature}`;
    this.#issued.set(token, { user, scopes: new Set(scopes), expiresAt });
    return token;
  }
}
