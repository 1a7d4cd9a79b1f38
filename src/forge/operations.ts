import { ForgeError } from './errors';
import type { RequestLimits } from './http';
import type { Decoded } from './resources';
import type { Scope } from './scopes';

/**
 * How urgent a call is: a person waits for it, it fills what is on screen, it fills what they are likely to open next, or nobody
 * would miss it.
 */
export type Lane = 'user' | 'visible' | 'nearby' | 'background';

/** The lanes, most urgent first. */
export const lanes: readonly Lane[] = ['user', 'visible', 'nearby', 'background'];

/** What Forge also counts under a second, unpublished limit (README.md, Rate limit). */
export type ExtraLimiter = 'siteCommands';

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path below `/api`, with `{name}` where a parameter goes. */
  readonly path: string;
  /** The token scopes that Forge requires; if its description names two sets, both. */
  readonly scopes: readonly Scope[];
  /** The operation's default lane. */
  readonly lane: Lane;
  /** A second limit of Forge that counts the call besides the general one, and refuses independently (README.md, Rate limit). */
  readonly limiter?: ExtraLimiter;
  /** Newer than the API's description: Forge may answer 404, and the caller has to fall back (README.md, Younger operations). */
  readonly mayBeMissing?: true;
  /** Limits of the call, if they differ from the usual ones. */
  readonly limits?: RequestLimits;
  /** Default query of each call, such as `{ include: 'server' }`. */
  readonly query?: Readonly<Record<string, string>>;
  /** What the extension keeps of the response; all of it if omitted. @throws ForgeError `unexpected` */
  readonly answer?: (document: unknown) => unknown;
  /** Whether all rows come at once, so that Forge takes no page parameters. */
  readonly isWhole?: true;
  /** What the extension keeps of a page of rows. @throws ForgeError `unexpected` */
  readonly rows?: (document: unknown) => Decoded<unknown>;
}

/** Scopes of everything that the first look at the tree needs. */
export const treeScopes: readonly string[] = ['user:view', 'organization:view', 'server:view'];

/**
 * Whether a call may be sent again when nobody knows whether it was carried out. Never for a change: Forge has no
 * idempotency key to tell a retry from a second request (README.md, Answers).
 */
export function isSafeToRepeat({ method }: Operation): boolean {
  return method === 'GET';
}

/**
 * The operation's path with its parameters filled in.
 * @throws ForgeError `invalid` for a parameter that is neither an id nor a slug, so that a name from the server
 * never sends a call to another path.
 */
export function pathOf(operation: Operation, parameters: Readonly<Record<string, string>>): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name] ?? '';
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(value)) {
      throw new ForgeError('invalid', `The ${name} in ${operation.method} ${operation.path} is not an id.`);
    }
    return value;
  });
}
