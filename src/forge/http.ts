import fetch, { FetchError, type Response } from 'node-fetch';
import type { Clock } from './clock';
import { abortError, ForgeError, type ForgeErrorDetails } from './errors';
import { parseJson } from './parseJson';

/**
 * How long a call may take, from connecting to the last byte, in milliseconds. A change gets longer: after a time-out
 * nobody knows whether it was made.
 */
export const timeoutsMs = { read: 15_000, write: 30_000 };

/** The largest response accepted, in bytes. A page of 30 rows with everything included has less than half a million. */
export const maxBodyBytes = 4 * 1024 * 1024;

/** The longest error response that is parsed for its message, in characters. */
const maxRefusalLength = 500_000;

/** How many fields of an error response are kept, and how much of each sentence, in characters: enough for Nginx's errors about a file. */
const maxFields = 20;
const maxSentenceLength = 4_000;

/** The longest wait that a 429 may ask for; its window is a minute. */
const maxRetryAfterMs = 3_600_000;

export interface HttpRequest {
  readonly method: string;
  /** The absolute URL, including the query. */
  readonly url: URL;
  readonly token: string;
  readonly userAgent: string;
  readonly clock: Clock;
  /** What the log and errors call this request, for example "GET /orgs". */
  readonly operation: string;
  /** The scopes to name if Forge answers 403. */
  readonly scopes: readonly string[];
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly limits?: RequestLimits;
}

/** Limits of a request. */
export interface RequestLimits {
  /** Milliseconds from connecting to the last byte; `timeoutsMs` by default. */
  readonly timeoutMs?: number;
  /** Bytes of the response; `maxBodyBytes` by default. */
  readonly maxBodyBytes?: number;
}

export interface HttpResponse {
  readonly status: number;
  /** The parsed JSON, or undefined for a response without a body. */
  readonly document: unknown;
  readonly headers: AnswerHeaders;
}

/** What a response says about the user's budget; undefined for what it doesn't say. */
export interface BudgetHeaders {
  /** Requests a minute. */
  readonly limit: number | undefined;
  /** Requests left in the server's window. */
  readonly remaining: number | undefined;
}

/** What the headers of a response say; undefined for what they don't say. */
export interface AnswerHeaders extends BudgetHeaders {
  /** Forge's time, in milliseconds since 1970, to the second. */
  readonly date: number | undefined;
}

/**
 * Sends one request: no retries, no redirects, one Authorization header to one address.
 *
 * No `agent` is passed: VS Code replaces `http` and `https` so that the user's proxy and certificates are used.
 * @param onHeaders receives the headers of every response, including errors.
 * @throws ForgeError for everything but a readable 2xx response; an AbortError if `signal` was aborted.
 */
export async function request(
  { method, url, token, userAgent, clock, operation, scopes, body, signal, limits }: HttpRequest,
  onHeaders?: (headers: AnswerHeaders) => void,
): Promise<HttpResponse> {
  const most = { timeoutMs: method === 'GET' ? timeoutsMs.read : timeoutsMs.write, maxBodyBytes, ...limits };
  const patience = clock.patience(most.timeoutMs);
  const about = { operation, scopes };
  try {
    const response = await fetch(url.href, {
      method,
      redirect: 'error',
      size: most.maxBodyBytes,
      signal: signal ? AbortSignal.any([signal, patience.signal]) : patience.signal,
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/json',
        Authorization: `Bearer ${token}`,
        'User-Agent': userAgent,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const headers: AnswerHeaders = {
      limit: wholeNumber(response.headers.get('x-ratelimit-limit')),
      remaining: wholeNumber(response.headers.get('x-ratelimit-remaining')),
      date: dateOf(response.headers.get('date')),
    };
    onHeaders?.(headers);
    const text = await response.text();
    return {
      status: response.status,
      headers,
      document: await read(response, text, about, headers.date ?? clock.now()),
    };
  } catch (error) {
    if (error instanceof ForgeError) {
      throw error;
    }
    // node-fetch throws an AbortError for both signals, so the signals say which one it was.
    if (signal?.aborted) {
      throw abortError(error);
    }
    if (patience.signal.aborted) {
      throw new ForgeError('timeout', `${operation} took longer than ${most.timeoutMs / 1000} s.`, about);
    }
    throw fromTransport(error, about, most.maxBodyBytes);
  } finally {
    patience.end();
  }
}

type About = Pick<ForgeErrorDetails, 'operation' | 'scopes'>;

/** @param now the server's time, in milliseconds since 1970 */
async function read(response: Response, text: string, about: About, now: number): Promise<unknown> {
  const isJson = /\bjson\b/i.test(response.headers.get('content-type') ?? '');
  const { status } = response;
  const answer = isJson && (status < 300 || text.length <= maxRefusalLength) ? await parseJson(text) : undefined;
  // node-fetch doesn't treat 300, 304 and 305 as redirects, and they aren't successes either.
  if (status >= 300) {
    throw fromStatus(response, answer, about, now);
  }
  if (text.trim() === '') {
    return undefined;
  }
  if (answer === undefined) {
    throw new ForgeError('unexpected', `${about.operation} answered ${status} with a body that is not JSON.`, {
      ...about,
      status,
    });
  }
  return answer;
}

function fromStatus(response: Response, answer: unknown, about: About, now: number): ForgeError {
  const { status } = response;
  const message = `${about.operation} answered ${status}.`;
  const details = { ...about, status };
  switch (status) {
    case 401:
      return new ForgeError('unauthenticated', message, details);
    case 403:
      return new ForgeError('forbidden', message, details);
    case 404:
      return new ForgeError('notFound', message, details);
    case 400:
    case 409:
    case 422:
      return new ForgeError('invalid', message, { ...details, fields: fieldErrors(answer) });
    case 408:
      return new ForgeError('timeout', message, details);
    case 429:
      return new ForgeError('rateLimited', message, { ...details, retryAfterMs: retryAfterMs(response, now) });
    case 503:
      return new ForgeError('maintenance', message, details);
    default:
      return new ForgeError(status >= 500 ? 'server' : 'unexpected', message, details);
  }
}

/**
 * How long a 429 asks to wait, in milliseconds, at most an hour: Retry-After in seconds or as a date, else
 * X-RateLimit-Reset, else 60 s.
 */
function retryAfterMs(response: Response, now: number): number {
  const after = response.headers.get('retry-after')?.trim();
  const seconds = wholeNumber(after ?? null);
  if (seconds !== undefined) {
    return Math.min(maxRetryAfterMs, seconds * 1000);
  }
  const date = dateOf(after ?? null);
  if (date !== undefined) {
    return Math.min(maxRetryAfterMs, Math.max(0, date - now));
  }
  const reset = wholeNumber(response.headers.get('x-ratelimit-reset'));
  return reset === undefined ? 60_000 : Math.min(60_000, Math.max(0, reset * 1000 - now));
}

function fieldErrors(answer: unknown): Record<string, string> {
  const { errors, message } = (answer ?? {}) as { readonly errors?: unknown; readonly message?: unknown };
  const kept: [field: string, sentence: string][] = [];
  if (typeof errors === 'object' && errors !== null) {
    for (const [field, sentences] of Object.entries(errors).slice(0, maxFields)) {
      const first: unknown = Array.isArray(sentences) ? sentences[0] : sentences;
      if (typeof first === 'string') {
        kept.push([field, first]);
      }
    }
  } else if (typeof message === 'string') {
    kept.push(['', message]);
  }
  return Object.fromEntries(
    kept.map(([field, sentence]) => [field.slice(0, 200), sentence.slice(0, maxSentenceLength)]),
  );
}

function fromTransport(error: unknown, about: About, maxBytes: number): ForgeError {
  const { type, code } = error instanceof FetchError ? error : { type: undefined, code: undefined };
  if (type === 'max-size') {
    return new ForgeError('unexpected', `${about.operation} answered with more than ${maxBytes} bytes.`, {
      ...about,
      cause: error,
    });
  }
  if (type === 'no-redirect' || type === 'invalid-redirect') {
    return new ForgeError('unexpected', `${about.operation} answered with a redirect, which is never followed.`, {
      ...about,
      cause: error,
    });
  }
  if (code?.startsWith('Z_')) {
    return new ForgeError('unexpected', `${about.operation} answered with what cannot be uncompressed (${code}).`, {
      ...about,
      cause: error,
    });
  }
  return new ForgeError('network', `${about.operation} got no answer${code ? ` (${code})` : ''}.`, {
    ...about,
    ...(code ? { code } : {}),
    cause: error,
  });
}

/** An HTTP date in milliseconds since 1970. It starts with a weekday; `Date` would read a year into nearly any number. */
function dateOf(text: string | null): number | undefined {
  const date = text !== null && /^[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text.trim()) ? Number(text.trim()) : undefined;
}
