import type { ForgeClient } from '../forge/client';
import { ForgeError } from '../forge/errors';
import { missingScopes } from '../forge/missingScopes';
import type { User } from '../forge/resources';

/** Why a token doesn't work, with what the message needs. */
export type TokenProblem =
  | { readonly problem: 'wrongToken' }
  | { readonly problem: 'expired' }
  | { readonly problem: 'missingScopes'; readonly scopes: readonly string[] }
  | { readonly problem: 'noNetwork'; readonly host: string }
  | { readonly problem: 'wrongAddress'; readonly apiUrl: string }
  | { readonly problem: 'notNow'; readonly error: ForgeError };

export type Verification = { readonly user: User } | TokenProblem;

/**
 * Asks Forge who the token belongs to and whether it can read organizations. Two requests.
 * @throws an AbortError if the client is aborted; nothing else.
 */
export async function verifyToken(client: ForgeClient, token: string, apiUrl: string): Promise<Verification> {
  try {
    const user = await client.call('me', {});
    await client.first('listOrganizations', {}, { lane: 'user' });
    return { user };
  } catch (error) {
    if (error instanceof ForgeError) {
      return await problemOf(error, token, apiUrl);
    }
    throw error;
  }
}

async function problemOf(error: ForgeError, token: string, apiUrl: string): Promise<TokenProblem> {
  switch (error.kind) {
    case 'unauthenticated':
      return { problem: error.isExpired ? 'expired' : 'wrongToken' };
    case 'forbidden': {
      // All that are missing at once, as far as the token tells: nobody wants to make three tokens.
      const { usedScopes } = await import('../forge/usedScopes');
      return { problem: 'missingScopes', scopes: [...new Set([...error.scopes, ...missingScopes(token, usedScopes)])] };
    }
    case 'network':
      return { problem: 'noNetwork', host: new URL(apiUrl).host };
    case 'notFound':
    case 'unexpected':
      // Something responds there, but it isn't Forge.
      return { problem: 'wrongAddress', apiUrl };
    default:
      return { problem: 'notNow', error };
  }
}
