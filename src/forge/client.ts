import { abortError, ForgeError } from './errors';
import { ForgeTime } from './forgeTime';
import type { HttpResponse, RequestLimits } from './http';
import type { Limiter } from './limiter';
import { isSafeToRepeat, type Lane, lanes, type Operation, pathOf } from './operations';
import type { OperationName, PathParameters } from './operationTable';
import { pages } from './pages';
import {
  type Decoded,
  type Deployment,
  type Organization,
  type OrganizationEvent,
  readDeployHook,
  readDeployment,
  readEvent,
  readList,
  readLogOutput,
  readOne,
  readOrganization,
  readServer,
  readSite,
  readUser,
  type Server,
  type Site,
  type User,
} from './resources';
import { missingScopes } from './token';

/** How often a read is sent again after a failure that may pass, and how long before, in milliseconds. */
const retryDelaysMs: readonly number[] = [500, 1500];

/** Forge gives at most this many rows a page, whatever is asked for (README.md, Lists). */
const pageSize = 30;

/** Logs may be longer than all else that is read, and take longer to arrive: 60 MB a minute at 8 megabits a second. */
export const logLimits: RequestLimits = { maxBodyBytes: 128 * 1024 * 1024, timeoutMs: 60_000 };

/** What goes with a site, where Forge lets it. */
const siteIncludes = 'server,latestDeployment,tags';

export interface ClientOptions {
  /** The API's address, for example https://forge.laravel.com/api. */
  readonly apiUrl: string;
  /** Read for each call, so that the client never holds a copy. A call waits for it. */
  readonly token: () => string | Promise<string>;
  readonly limiter: Limiter;
  readonly userAgent: string;
  /** Told of each answer and failure, in a line without secrets. */
  readonly log?: (line: string) => void;
  readonly limits?: RequestLimits;
  /** How long to wait before each repetition of a read, in milliseconds; `retryDelaysMs` by default. */
  readonly retryDelaysMs?: readonly number[];
}

export interface CallOptions {
  /** How urgent the call is; the operation's own lane by default. A function may answer differently while the call waits. */
  readonly lane?: Lane | (() => Lane);
  readonly signal?: AbortSignal;
}

export interface ListOptions extends CallOptions {
  /** Where to begin: the `next` of a page that was read before. None for the first page. */
  readonly from?: string;
}

/** A page of a list, as far as it can be read. */
export interface ListPage<T> extends Decoded<T> {
  /** Where the next page begins; undefined behind the last. */
  readonly next: string | undefined;
}

/** What goes with a call besides its path. */
export interface OperationOptions extends CallOptions {
  /** Parameters as in `{ 'filter[name]': 'shop' }`. */
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** What the call may take at most where that differs from what the client's calls may. */
  readonly limits?: RequestLimits;
}

/** Names a site in paths. */
export interface SitePath {
  readonly organization: string;
  readonly server: string;
  readonly site: string;
}

/** The calls that the extension makes, typed in and out. All go through the limiter. All throw ForgeError. */
export class ForgeClient {
  private readonly underWay = new Map<string, SharedRead>();
  private readonly time: ForgeTime;
  /** The token that Forge does not accept any more. */
  private refusedToken: string | undefined;

  constructor(private readonly options: ClientOptions) {
    this.time = new ForgeTime(options.limiter.clock);
  }

  /** What time it is at Forge, in milliseconds since 1970: what its own times are to be compared with. */
  now(): number {
    return this.time.now();
  }

  me(options?: CallOptions): Promise<User> {
    return this.call('me', {}, options).then((document) => readOne(document, readUser));
  }

  organizations(options?: CallOptions): AsyncGenerator<Decoded<Organization>> {
    return this.list('listOrganizations', {}, {}, (document) => readList(document, readOrganization), options);
  }

  servers(organization: string, options?: ListOptions): AsyncGenerator<ListPage<Server>> {
    return this.list('listServers', { organization }, {}, (document) => readList(document, readServer), options);
  }

  /** All sites of an organization with their server, tags and latest deployment. */
  sites(organization: string, options?: ListOptions): AsyncGenerator<ListPage<Site>> {
    const query = { include: siteIncludes };
    return this.list('listSites', { organization }, query, (document) => readList(document, readSite), options);
  }

  /**
   * The sites of one server. Where the list leaves out the server of a site, so it may have left out its tags and its
   * latest deployment.
   */
  sitesOfServer(organization: string, server: string, options?: ListOptions): AsyncGenerator<ListPage<Site>> {
    const query = { include: siteIncludes };
    const parameters = { organization, server };
    return this.list('listServerSites', parameters, query, (document) => readList(document, readSite), options);
  }

  server(organization: string, server: string, options?: CallOptions): Promise<Server> {
    return this.call('showServer', { organization, server }, options).then((document) => readOne(document, readServer));
  }

  /** One site. Some accounts leave out its server, and with it its tags and its latest deployment (README.md, Lists). */
  site(organization: string, site: string, options?: CallOptions): Promise<Site> {
    const query = { include: siteIncludes };
    return this.call('showSite', { organization, site }, { ...options, query }).then((document) =>
      readOne(document, readSite),
    );
  }

  /** The newest events of an organization, newest first, a page of them. @throws ForgeError `notFound` where the account has no feed */
  async latestEvents(organization: string, options?: CallOptions): Promise<readonly OrganizationEvent[]> {
    const query = { sort: '-created_at', 'page[size]': String(pageSize) };
    const document = await this.call('listOrganizationEvents', { organization }, { ...options, query });
    return this.kept(readList(document, readEvent), 'listOrganizationEvents').items;
  }

  /** The newest deployments of a site, newest first, at most a page of them. */
  async latestDeployments(path: SitePath, count: number, options?: CallOptions): Promise<readonly Deployment[]> {
    const query = { sort: '-created_at', 'page[size]': String(Math.min(count, pageSize)) };
    const document = await this.call('listDeployments', { ...path }, { ...options, query });
    return this.kept(readList(document, readDeployment), 'listDeployments').items;
  }

  /** All deployments of a site, newest first, a page at a time. */
  deployments(path: SitePath, options?: CallOptions): AsyncGenerator<Decoded<Deployment>> {
    const query = { sort: '-created_at' };
    return this.list('listDeployments', { ...path }, query, (document) => readList(document, readDeployment), options);
  }

  /** Has a site deployed with each push to its branch, or no longer. */
  async setPushToDeploy(path: SitePath, isOn: boolean, options?: CallOptions): Promise<void> {
    await this.call(isOn ? 'enablePushToDeploy' : 'disablePushToDeploy', { ...path }, options);
  }

  /** Has Forge forget that a deployment is running. @throws ForgeError `notFound` where none is */
  async resetDeploymentStatus(path: SitePath, options?: CallOptions): Promise<void> {
    await this.call('resetDeploymentStatus', { ...path }, options);
  }

  /** The address that deploys the site for whoever calls it: a secret. @throws ForgeError `unexpected` where there is none */
  deployHook(path: SitePath, options?: CallOptions): Promise<string> {
    return this.call('showDeployHook', { ...path }, options).then((document) => readOne(document, readDeployHook));
  }

  /** Replaces the address that deploys the site; the old one stops working. @returns the new one, a secret */
  regenerateDeployHook(path: SitePath, options?: CallOptions): Promise<string> {
    return this.call('regenerateDeployHook', { ...path }, options).then((document) =>
      readOne(document, readDeployHook),
    );
  }

  deployment(path: SitePath, deployment: string, options?: CallOptions): Promise<Deployment> {
    return this.call('showDeployment', { ...path, deployment }, options).then((document) =>
      readOne(document, readDeployment),
    );
  }

  /** The whole log so far, with ANSI colours. @throws ForgeError `notFound` until there is output. */
  deploymentLog(path: SitePath, deployment: string, options?: OperationOptions): Promise<string> {
    return this.call('showDeploymentLog', { ...path, deployment }, options).then((document) =>
      readOne(document, readLogOutput),
    );
  }

  /** Starts a deployment. Sent once: after an error for which `mayHaveHappened` is true it may be running. */
  deploy(path: SitePath, options?: CallOptions): Promise<Deployment> {
    return this.call('deploy', { ...path }, options).then((document) => readOne(document, readDeployment));
  }

  /**
   * Spends no request on what the token itself says it may not do. A hint only: a token that does not tell, or tells of scopes
   * that are not known here, is let through, and Forge decides (README.md, Tokens).
   * @throws ForgeError `forbidden`, without a status, with the scopes that are missing.
   */
  async requireScopes(name: OperationName): Promise<void> {
    const { method, path, scopes } = await operationOf(name);
    const missing = missingScopes(await this.options.token(), scopes);
    if (missing.length > 0) {
      const operation = `${method} ${path}`;
      throw new ForgeError('forbidden', `${operation} was not sent: the token lacks ${missing.join(', ')}.`, {
        operation,
        scopes: missing,
      });
    }
  }

  /** The rows of any list, a page at a time. @param read what becomes of a page */
  async *list<Name extends OperationName, T>(
    name: Name,
    parameters: PathParameters<Name>,
    query: Readonly<Record<string, string>>,
    read: (document: unknown) => Decoded<T>,
    { from, ...options }: ListOptions = {},
  ): AsyncGenerator<ListPage<T>> {
    const fetchPage = (cursor: string | undefined) =>
      this.call(name, parameters, {
        ...options,
        query: {
          ...query,
          'page[size]': String(pageSize),
          ...(cursor === undefined ? {} : { 'page[cursor]': cursor }),
        },
      });
    for await (const { document, next } of pages(fetchPage, from)) {
      yield { ...this.kept(read(document), name), next };
    }
  }

  private kept<T>(decoded: Decoded<T>, name: OperationName): Decoded<T> {
    if (decoded.malformed.length > 0) {
      this.options.log?.(`${name}: left out what could not be read: ${decoded.malformed.join(', ')}`);
    }
    return decoded;
  }

  /**
   * Calls any operation of the API: the way to all for which there is no method of its own. Nothing is read into the
   * answer, so whoever calls has to expect null and absence everywhere in it (README.md, Answers).
   * @returns the JSON document, or undefined where Forge answers without a body, as it does to most changes.
   * @throws ForgeError as every method here: `invalid` also for a parameter that is not an id, `notFound` also where an
   * operation `mayBeMissing`. A change is sent once: after an error for which `mayHaveHappened` is true it may have been
   * carried out. An AbortError when `signal` ended it.
   */
  async call<Name extends OperationName>(
    name: Name,
    parameters: PathParameters<Name>,
    options: OperationOptions = {},
  ): Promise<unknown> {
    await this.requireScopes(name);
    const operation = await operationOf(name);
    const path = pathOf(operation, parameters);
    const url = new URL(this.options.apiUrl.replace(/\/+$/, '') + path);
    for (const [key, value] of Object.entries(options.query ?? {})) {
      url.searchParams.set(key, value);
    }
    const lane = options.lane ?? operation.lane;
    const laneOf = typeof lane === 'function' ? () => lane() : () => lane;
    const { body, signal, limits } = options;
    if (!isSafeToRepeat(operation)) {
      return (await this.send({ operation, url, path, body, limits, lane: laneOf, signal })).document;
    }
    return this.sharedRead(url.href, laneOf, signal, (shared) =>
      this.readWithRetries({ operation, url, path, limits, ...shared }),
    );
  }

  /**
   * One request for all who ask for the same at the same time, as urgent as the most urgent of them; it is given up when
   * none of them wants it any more.
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

  private async readWithRetries(sending: Sending): Promise<unknown> {
    for (const delayMs of this.options.retryDelaysMs ?? retryDelaysMs) {
      try {
        return (await this.send(sending)).document;
      } catch (error) {
        // While Forge fails again and again, one try is all that it gets from anybody.
        if (!(error instanceof ForgeError) || !mayPass(error) || this.options.limiter.isFailing) {
          throw error;
        }
        await this.options.limiter.clock.sleep(delayMs * (0.75 + Math.random() / 2), sending.signal);
      }
    }
    return (await this.send(sending)).document;
  }

  private async send({ operation, url, path, body, limits: own, lane, signal }: Sending): Promise<HttpResponse> {
    const { limiter, limits, log, userAgent } = this.options;
    const { clock } = limiter;
    const name = `${operation.method} ${path}`;
    await this.tokenFor(name, lane);
    return limiter.run({
      lane,
      extraLimiter: operation.limiter,
      signal,
      send: async (hear) => {
        // Loaded with the first request: starting a window that asks nothing must not wait for it.
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
              limits: { ...limits, ...own },
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
          throw error;
        }
      },
    });
  }

  /**
   * The token to send. One that was refused goes out only for who clicks: nothing polls with it until somebody has signed in again.
   * @throws ForgeError `unauthenticated`, without a status, in place of the answer that is known
   */
  private async tokenFor(operation: string, lane: () => Lane): Promise<string> {
    const token = await this.options.token();
    if (token === this.refusedToken && lane() !== 'user') {
      throw new ForgeError('unauthenticated', `${operation} was not sent: Forge has refused the token.`, { operation });
    }
    return token;
  }
}

/** A request and what steers its way out. */
interface Sending {
  readonly operation: Operation;
  readonly url: URL;
  readonly path: string;
  /** What goes along with a change; undefined for nothing. */
  readonly body?: unknown;
  readonly limits?: RequestLimits | undefined;
  readonly lane: () => Lane;
  readonly signal: AbortSignal | undefined;
}

interface SharedRead {
  readonly controller: AbortController;
  readonly result: Promise<unknown>;
  /** How urgent it is to each who waits for it. */
  readonly readers: Set<() => Lane>;
}

/** Loaded with the first request: the table is long, and a window that asks nothing needs none of it. */
async function operationOf(name: OperationName): Promise<Operation> {
  const { operations } = await import('./operationTable');
  return operations[name];
}

function mostUrgent(readers: ReadonlySet<() => Lane>): Lane {
  const wanted = new Set([...readers].map((lane) => lane()));
  return lanes.find((lane) => wanted.has(lane)) ?? 'background';
}

function mayPass({ kind, code }: ForgeError): boolean {
  // An address that does not exist will not exist in a second either.
  return (kind === 'network' && code !== 'ENOTFOUND') || kind === 'server';
}
