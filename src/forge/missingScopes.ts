import { knownScopes } from './scopes';
import { readClaims } from './token';

/**
 * The scopes of `wanted` that the token says it lacks; none if it doesn't say, or has a scope that is unknown here:
 * then it belongs to a newer Forge, in which other scopes may allow the same.
 */
export function missingScopes(token: string, wanted: readonly string[]): string[] {
  const { scopes } = readClaims(token);
  return scopes === null || !scopes.every((scope) => knownScopes.has(scope))
    ? []
    : wanted.filter((scope) => !scopes.includes(scope));
}
