/** What went wrong with a call, in the terms in which the extension reacts to it. `keychain`: the token could not be read. */
export type ForgeErrorKind =
  | 'unauthenticated'
  | 'keychain'
  | 'forbidden'
  | 'notFound'
  | 'invalid'
  | 'rateLimited'
  | 'maintenance'
  | 'timeout'
  | 'network'
  | 'server'
  | 'unexpected';

export interface ForgeErrorDetails {
  /** The HTTP status, if there was a response. */
  readonly status?: number;
  /** The operation, such as "GET /orgs", without query or secrets. */
  readonly operation?: string;
  /** The token scopes that the operation needs. */
  readonly scopes?: readonly string[];
  /** Whether the token itself says that it has ended. Only with `unauthenticated`. */
  readonly isExpired?: boolean;
  /** How long the server asks to wait before the next call, in milliseconds. Only with `rateLimited`. */
  readonly retryAfterMs?: number;
  /** The system's code for a network failure, for example ENOTFOUND. */
  readonly code?: string;
  /** The first sentence for each field that Forge rejected; an empty name for those about no field. Only with `invalid`. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * A failed call. `message` is for the log and has no token or body. `ui/explain` makes the user's sentence
 * from `kind`.
 */
export class ForgeError extends Error {
  override readonly name = 'ForgeError';
  readonly status: number | undefined;
  readonly operation: string | undefined;
  readonly scopes: readonly string[];
  readonly isExpired: boolean;
  readonly retryAfterMs: number | undefined;
  readonly code: string | undefined;
  readonly fields: Readonly<Record<string, string>>;

  constructor(
    readonly kind: ForgeErrorKind,
    message: string,
    details: ForgeErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = details.status;
    this.operation = details.operation;
    this.scopes = details.scopes ?? [];
    this.isExpired = details.isExpired ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.code = details.code;
    this.fields = details.fields ?? {};
  }
}

/** The error for a call that its caller canceled. */
export function abortError(cause?: unknown): Error {
  return Object.assign(new Error('The call was cancelled.', { cause }), { name: 'AbortError' });
}

/** Whether the call ended because its caller canceled it. There is nothing to report then. */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Whether the network or Forge itself failed, which may pass, and not the request. */
export function isForgesFailure(error: unknown): error is ForgeError {
  return error instanceof ForgeError && ['network', 'timeout', 'server', 'maintenance'].includes(error.kind);
}

/** Whether Forge found nothing there. */
export function isGone(error: unknown): boolean {
  return error instanceof ForgeError && error.kind === 'notFound';
}

/** Whether Forge also answers like this when it does nothing. Believed of a change that may have happened, once a look finds no trace of it. */
export function isRefusal(error: unknown): boolean {
  return isGone(error) || (error instanceof ForgeError && error.kind === 'maintenance');
}

/** Network failures before the connection was made: the request was never sent. */
const neverSent = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Whether the server may have carried out a change without confirming it: a proxy may answer in its place. Even 404 and
 * 503 were seen for changes that were made.
 */
export function mayHaveHappened(error: unknown): boolean {
  if (!(error instanceof ForgeError)) {
    return false;
  }
  switch (error.kind) {
    case 'server':
    case 'timeout':
    case 'maintenance':
    case 'notFound':
      return true;
    case 'network':
      return !neverSent.has(error.code ?? '');
    case 'unexpected':
      // An unreadable response, or a redirect.
      return error.status === undefined || error.status < 400;
    default:
      return false;
  }
}
