import { abortError, ForgeError, type ForgeErrorDetails } from './errors';
import { ForgeTime } from './forgeTime';
import type { HttpResponse, RequestLimits } from './http';
import type { Limiter } from './limiter';
import { isSafeToRepeat, type Lane, lanes, type Operation, pathOf } from './operations';
import type { AnswerOf, ListName, OperationName, PathParameters, RowOf } from './operationTable';
import { pages } from './pages';
import type { Decoded } from './resources';
import { readClaims } from './token';

/** Pauses before each retry of a read after a transient failure, in milliseconds. */
const retryDelaysMs: readonly number[] = [500, 1500];

/** Forge returns at most this many rows per page, whatever the request says (README.md, Lists). */
const pageSize = 30;

export interface ClientOptions {
  /** URL of the API, for example https://forge.laravel.com/api. */
  readonly apiUrl: string;
  /** Called for each request, so that the client never holds a copy. A request waits for it. */
  readonly token: () => string | Promise<string>;
  readonly limiter: Limiter;
  /** Aborts all calls: the client's account is gone. */
  readonly signal?: AbortSignal;
  readonly userAgent: string;
  /** Receives a line about each response and failure, without secrets. */
  readonly log?: (line: string) => void;
  /** Limits for each call, instead of those of its operation. */
  readonly limits?: RequestLimits;
  /** Pauses before each retry of a read, in milliseconds; `retryDelaysMs` by default. */
  readonly retryDelaysMs?: readonly number[];
}

export interface CallOptions {
  /** How urgent the call is; the operation's own lane by default. A function may return another lane while the call waits. */
  readonly lane?: Lane | (() => Lane);
  /** Aborts this call alone. */
  readonly signal?: AbortSignal;
  /** Whether a read isn't tried again after a failure that may pass: whoever counts requests then knows how many it takes. */
  readonly isTriedOnce?: boolean;
}

interface ReadOptions extends CallOptions {
  /** Parameters such as `{ 'filter[name]': 'shop' }`, in addition to those in the operation table. */
  readonly query?: Readonly<Record<string, string>>;
}

export interface FirstOptions extends ReadOptions {
  readonly count?: number;
}

export interface ListOptions extends ReadOptions {
  /** Where to start: the `next` of an earlier page. Omit it for the first page. */
  readonly from?: string;
}

/** The readable rows of one page of a list. */
export interface ListPage<T> extends Decoded<T> {
  /** Cursor of the next page; undefined after the last. */
  readonly next: string | undefined;
}

/** The rest of a call besides its path. */
export interface OperationOptions extends ReadOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** The path parameters of a site. */
export interface SitePath {
  readonly organization: string;
  readonly server: string;
  readonly site: string;
}

/** The API calls of one token, typed by the operation table. All go through the limiter. All throw ForgeError. */
export class ForgeClient {
  private readonly underWay = new Map<string, SharedRead>();
  private readonly time: ForgeTime;
  /** The token that Forge no longer accepts. */
  private refusedToken: string | undefined;

  constructor(private readonly options: ClientOptions) {
    this.time = new ForgeTime(options.limiter.clock);
  }

  /** Forge's current time, in milliseconds since 1970. Compare Forge's own times with this. */
  now(): number {
    return this.time.now();
  }

  /**
   * Fails without a request if the token itself says that it lacks the scopes. Only a hint: if the token doesn't say, or has scopes
   * that are unknown here, Forge decides (README.md, Tokens).
   * @throws ForgeError `forbidden`, without a status, with the scopes that are missing.
   */
  async requireScopes(name: OperationName): Promise<void> {
    const [{ method, path, scopes }, { missingScopes }] = await Promise.all([
      operationOf(name),
      import('./missingScopes'),
    ]);
    const missing = missingScopes(await this.options.token(), scopes);
    if (missing.length > 0) {
      const operation = `${method} ${path}`;
      throw new ForgeError('forbidden', `${operation} was not sent: the token lacks ${missing.join(', ')}.`, {
        operation,
        scopes: missing,
      });
    }
  }

  /** The rows of a list, one page at a time. */
  async *list<Name extends ListName>(
    name: Name,
    parameters: PathParameters<Name>,
    { from, ...options }: ListOptions = {},
  ): AsyncGenerator<ListPage<RowOf<Name>>> {
    const fetchPage = (cursor: string | undefined) => this.page(name, parameters, options, cursor);
    for await (const { document, next } of pages(fetchPage, from)) {
      yield { ...(await this.rowsOf(name, document)), next };
    }
  }

  /** The first rows of a list, at most one page, in one request. @param count how many; a page by default */
  async first<Name extends ListName>(
    name: Name,
    parameters: PathParameters<Name>,
    { count = pageSize, ...options }: FirstOptions = {},
  ): Promise<readonly RowOf<Name>[]> {
    const document = await this.page(name, parameters, options, undefined, Math.min(count, pageSize));
    return (await this.rowsOf(name, document)).items;
  }

  /**
   * Calls an operation of the API.
   * @returns what the extension keeps of the response. If the table doesn't say, the JSON document, in which anything may be null or
   * missing (README.md, Answers), or undefined if Forge answers without a body, as it does to most changes.
   * @throws ForgeError as every method here: `invalid` also for a parameter that isn't an id, `notFound` also if the
   * operation `mayBeMissing`. A change is sent once: after an error for which `mayHaveHappened` is true, Forge may have
   * carried it out. An AbortError if `signal` was aborted.
   */
  async call<Name extends OperationName>(
    name: Name,
    parameters: PathParameters<Name>,
    options: OperationOptions = {},
  ): Promise<AnswerOf<Name>> {
    const document = await this.exchange(name, parameters, options);
    const { answer } = await operationOf(name);
    return (answer ? answer(document) : document) as AnswerOf<Name>;
  }

  /** Calls an operation and returns the whole document, whatever the table keeps of it. @throws ForgeError as `call` does */
  document<Name extends OperationName>(
    name: Name,
    parameters: PathParameters<Name>,
    options: OperationOptions = {},
  ): Promise<unknown> {
    return this.exchange(name, parameters, options);
  }

  private async page(
    name: OperationName,
    parameters: Readonly<Record<string, string>>,
    options: OperationOptions,
    cursor: string | undefined,
    size = pageSize,
  ): Promise<unknown> {
    const { isWhole } = await operationOf(name);
    const from = cursor === undefined ? {} : { 'page[cursor]': cursor };
    const page = isWhole ? {} : { 'page[size]': String(size), ...from };
    return this.exchange(name, parameters, { ...options, query: { ...options.query, ...page } });
  }

  private async rowsOf<Name extends ListName>(name: Name, document: unknown): Promise<Decoded<RowOf<Name>>> {
    const { rows } = await operationOf(name);
    const decoded = rows?.(document) as Decoded<RowOf<Name>>;
    if (decoded.malformed.length > 0) {
      this.options.log?.(`${name}: left out what could not be read: ${decoded.malformed.join(', ')}`);
    }
    return decoded;
  }

  private async exchange(
    name: OperationName,
    parameters: Readonly<Record<string, string>>,
    { signal: own, ...options }: OperationOptions,
  ): Promise<unknown> {
    await this.requireScopes(name);
    const operation = await operationOf(name);
    const path = pathOf(operation, parameters);
    const url = new URL(this.options.apiUrl.replace(/\/+$/, '') + path);
    for (const [key, value] of Object.entries({ ...operation.query, ...options.query })) {
      url.searchParams.set(key, value);
    }
    const lane = options.lane ?? operation.lane;
    const laneOf = typeof lane === 'function' ? () => lane() : () => lane;
    const signal = eitherOf(this.options.signal, own);
    const { body, isTriedOnce = false } = options;
    if (!isSafeToRepeat(operation)) {
      return (await this.send({ operation, url, path, body, lane: laneOf, signal })).document;
    }
    return this.sharedRead(url.href, laneOf, signal, (shared) =>
      this.readWithRetries({ operation, url, path, ...shared }, isTriedOnce ? [] : this.options.retryDelaysMs),
    );
  }

  /**
   * Shares one request among all callers that ask for the same thing at the same time. It is as urgent as the most urgent of
   * them, and is aborted when none of them wants it anymore.
   */
  private sharedRead(
    key: string,
    lane: () => Lane,
    signal: AbortSignal | undefined,
    read: (shared: Pick<Sending, 'lane' | 'signal'>) => Promise<unknown>,
  ): Promise<unknown> {
    if (signal?.aborted) {
      return Promise.reject(abortError());
    }
    let shared = this.underWay.get(key);
    if (!shared) {
      const controller = new AbortController();
      const readers = new Set([lane]);
      const result = read({ lane: () => mostUrgent(readers), signal: controller.signal }).finally(() => {
        if (this.underWay.get(key)?.controller === controller) {
          this.underWay.delete(key);
        }
      });
      shared = { controller, result, readers };
      this.underWay.set(key, shared);
    } else {
      shared.readers.add(lane);
      this.options.limiter.reconsider();
    }
    const joined = shared;
    return new Promise((resolve, reject) => {
      const leave = () => {
        joined.readers.delete(lane);
        if (joined.readers.size === 0) {
          this.underWay.delete(key);
          joined.controller.abort();
        }
        reject(abortError());
      };
      signal?.addEventListener('abort', leave, { once: true });
      joined.result.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
    });
  }

  private async readWithRetries(sending: Sending, delaysMs = retryDelaysMs): Promise<unknown> {
    for (const delayMs of delaysMs) {
      try {
        return (await this.send(sending)).document;
      } catch (error) {
        // While Forge keeps failing, each call is tried only once.
        if (!(error instanceof ForgeError) || !mayPass(error) || this.options.limiter.isFailing) {
          throw error;
        }
        await this.options.limiter.clock.sleep(delayMs * (0.75 + Math.random() / 2), sending.signal);
      }
    }
    return (await this.send(sending)).document;
  }

  private async send({ operation, url, path, body, lane, signal }: Sending): Promise<HttpResponse> {
    const { limiter, limits, log, userAgent } = this.options;
    const { clock } = limiter;
    const name = `${operation.method} ${path}`;
    await this.tokenFor(name, lane);
    return limiter.run({
      lane,
      extraLimiter: operation.limiter,
      signal,
      send: async (hear) => {
        // Loaded with the first request, so that a window without requests starts faster.
        const { request } = await import('./http');
        const token = await this.tokenFor(name, lane);
        const started = clock.elapsed();
        const took = () => `${Math.round(clock.elapsed() - started)} ms`;
        try {
          const response = await request(
            {
              method: operation.method,
              url,
              token,
              userAgent,
              clock,
              operation: name,
              scopes: operation.scopes,
              body,
              ...(signal ? { signal } : {}),
              limits: { ...operation.limits, ...limits },
            },
            (headers) => {
              this.time.hear(headers.date);
              hear(headers);
            },
          );
          this.refusedToken = undefined;
          log?.(`${name} → ${response.status} in ${took()}`);
          return response;
        } catch (error) {
          if (error instanceof ForgeError && error.kind === 'unauthenticated') {
            this.refusedToken = token;
          }
          log?.(`${name} ✗ ${error instanceof Error ? error.message : 'failed'} (${took()})`);
          throw this.isExpired(token) ? expired(error) : error;
        }
      },
    });
  }

  /**
   * The token to send. A rejected token is only sent for clicks: nothing polls with it until someone signs in again.
   * @throws ForgeError `unauthenticated`, without a status, instead of sending a request whose answer is known
   */
  private async tokenFor(operation: string, lane: () => Lane): Promise<string> {
    const token = await this.options.token();
    if (token === this.refusedToken && lane() !== 'user') {
      const isExpired = this.isExpired(token);
      throw new ForgeError('unauthenticated', `${operation} was not sent: Forge has refused the token.`, {
        operation,
        isExpired,
      });
    }
    return token;
  }

  /** Whether a token says of itself that it has ended. A hint only: who asks has been refused by Forge. */
  private isExpired(token: string): boolean {
    const { expiresAt } = readClaims(token);
    return expiresAt !== null && expiresAt <= this.now();
  }
}

/** A request and how it is sent. */
interface Sending {
  readonly operation: Operation;
  readonly url: URL;
  readonly path: string;
  /** The body of a change; undefined for none. */
  readonly body?: unknown;
  readonly lane: () => Lane;
  readonly signal: AbortSignal | undefined;
}

interface SharedRead {
  readonly controller: AbortController;
  readonly result: Promise<unknown>;
  /** How urgent it is for each caller that waits for it. */
  readonly readers: Set<() => Lane>;
}

/** Loaded with the first request: the table is long, and a window without requests doesn't need it. */
async function operationOf(name: OperationName): Promise<Operation> {
  const { operations } = await import('./operationTable');
  return operations[name];
}

function eitherOf(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one && other && one !== other ? AbortSignal.any([one, other]) : (one ?? other);
}

function mostUrgent(readers: ReadonlySet<() => Lane>): Lane {
  const wanted = new Set([...readers].map((lane) => lane()));
  return lanes.find((lane) => wanted.has(lane)) ?? 'background';
}

/** That Forge refused a token which has ended. Any other error stays as it is. */
function expired(error: unknown): unknown {
  return error instanceof ForgeError && error.kind === 'unauthenticated'
    ? new ForgeError(error.kind, error.message, { ...error, isExpired: true, cause: error.cause } as ForgeErrorDetails)
    : error;
}

function mayPass({ kind, code }: ForgeError): boolean {
  // A host that doesn't exist won't exist a second later either.
  return (kind === 'network' && code !== 'ENOTFOUND') || kind === 'server';
}
