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
  /** The HTTP status, where there was an answer. */
  readonly status?: number;
  /** The operation as "GET /orgs", without query and without secrets. */
  readonly operation?: string;
  /** The token scopes that the operation needs. */
  readonly scopes?: readonly string[];
  /** Whether the token itself says that it has ended. Only with `unauthenticated`. */
  readonly isExpired?: boolean;
  /** How long the server asks to wait before the next call, in milliseconds. Only with `rateLimited`. */
  readonly retryAfterMs?: number;
  /** The system's code for a network failure, for example ENOTFOUND. */
  readonly code?: string;
  /** The first sentence per field that Forge refused; under the empty name what concerns none. Only with `invalid`. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * A failed call. `message` is for the log: it holds no token and no body. The sentence that a person reads is made from
 * `kind` by `ui/explain`.
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

/** The error for a call that its caller gave up. */
export function abortError(cause?: unknown): Error {
  return Object.assign(new Error('The call was cancelled.', { cause }), { name: 'AbortError' });
}

/** Whether the call ended because its caller no longer wanted it, which nobody needs to be told. */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Whether the call failed on the way or by a fault of Forge's own, which may pass, and not by what was asked. */
export function isForgesFailure(error: unknown): error is ForgeError {
  return error instanceof ForgeError && ['network', 'timeout', 'server', 'maintenance'].includes(error.kind);
}

/** Whether Forge does not know what was asked for. */
export function isGone(error: unknown): boolean {
  return error instanceof ForgeError && error.kind === 'notFound';
}

/** Whether this is also what Forge says when it does nothing: believed of a change that may have happened, once nothing of it is there. */
export function isRefusal(error: unknown): boolean {
  return isGone(error) || (error instanceof ForgeError && error.kind === 'maintenance');
}

/** Failures of the network before there was a connection: the request never left. */
const neverSent = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Whether the server may have carried out a change although it did not say so: what stands between may answer for it. Even a 404 and a
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
      // An answer that cannot be read, or a redirect.
      return error.status === undefined || error.status < 400;
    default:
      return false;
  }
}
