import { ForgeError } from './errors';
import type { RequestLimits } from './http';
import type { Decoded } from './resources';
import type { Scope } from './scopes';

/**
 * How urgent a call is: somebody waits for it, it fills what is on screen, it fills what one comes upon next from there, or nobody would
 * miss it.
 */
export type Lane = 'user' | 'visible' | 'nearby' | 'background';

/** The lanes, most urgent first. */
export const lanes: readonly Lane[] = ['user', 'visible', 'nearby', 'background'];

/** What Forge counts once more, by a limit of its own that it does not publish (README.md, Rate limit). */
export type ExtraLimiter = 'siteCommands';

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path below `/api`, with `{name}` where a parameter goes. */
  readonly path: string;
  /** The token scopes that Forge asks for; where its description names two sets, both. */
  readonly scopes: readonly Scope[];
  /** The lane of the operation where the caller names none. */
  readonly lane: Lane;
  /** The limiter of Forge that counts the call besides the general one, and refuses on its own (README.md, Rate limit). */
  readonly limiter?: ExtraLimiter;
  /** Younger than the API's description: Forge may answer 404, and the caller has to fall back (README.md, Younger operations). */
  readonly mayBeMissing?: true;
  /** What the call may take at most, where that differs from what the others may. */
  readonly limits?: RequestLimits;
  /** What is asked for with each call unless the caller asks for something else, as in `{ include: 'server' }`. */
  readonly query?: Readonly<Record<string, string>>;
  /** What the extension keeps of the answer; all of it where this is not said. @throws ForgeError `unexpected` */
  readonly answer?: (document: unknown) => unknown;
  /** What the extension keeps of a page of rows. @throws ForgeError `unexpected` */
  readonly rows?: (document: unknown) => Decoded<unknown>;
}

/** Scopes of everything that the first look at the tree needs. */
export const treeScopes: readonly string[] = ['user:view', 'organization:view', 'server:view'];

/**
 * Whether a call may be sent again although nobody knows whether it was carried out. Nothing that changes something may:
 * Forge has no key by which it would tell a repetition from a second wish (README.md, Answers).
 */
export function isSafeToRepeat({ method }: Operation): boolean {
  return method === 'GET';
}

/**
 * The operation's path with its parameters filled in.
 * @throws ForgeError `invalid` for a parameter that is neither an id nor a slug, so that a name from the server can
 * never lead a call to another path.
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
