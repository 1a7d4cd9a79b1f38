import { isRecord } from './json';

/** The page where users create tokens (README.md, Tokens). */
export const tokenPage = 'https://forge.laravel.com/profile/api';

/** What a token says about itself. A hint only: the server decides (README.md, Tokens). */
export interface TokenClaims {
  /** The user's id, or null if the token doesn't say. */
  readonly userId: string | null;
  /** Its scopes, or null if the token doesn't say. `*` means all. */
  readonly scopes: readonly string[] | null;
  /** When it expires, in milliseconds since 1970, or null if it never does or doesn't say. */
  readonly expiresAt: number | null;
}

/** Reads a token's claims locally. Never throws: a token in another format has no claims. */
export function readClaims(token: string): TokenClaims {
  let payload: unknown;
  try {
    payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    payload = undefined;
  }
  const claims = isRecord(payload) ? payload : {};
  return {
    userId: typeof claims.sub === 'string' || typeof claims.sub === 'number' ? String(claims.sub) : null,
    scopes: Array.isArray(claims.scopes) ? claims.scopes.filter((scope) => typeof scope === 'string') : null,
    expiresAt: typeof claims.exp === 'number' ? claims.exp * 1000 : null,
  };
}
