import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { Clock, systemTime, type Time } from '../../src/forge/clock';
import { ApiError } from './apiError';
import type { Fault } from './control';
import { controlRoutes } from './controlRoutes';
import { Deployments } from './deployments';
import { committedDescription, type OpenApi } from './description';
import { Documents } from './documents';
import { Faults, patchText } from './faults';
import { Logs } from './logs';
import { RateLimiter, tooManyAttempts } from './rateLimit';
import { RemoteFiles } from './remoteFiles';
import { RequestLog } from './requestLog';
import { apiRoutes } from './routes';
import { seedFleet } from './seededFleet';
import { Store } from './store';
import { TokenRegistry } from './tokens';
import { Transitions } from './transitions';
import { isDisturbedOnItsWay, transmit } from './transmit';
import { World } from './world';

/** Site commands per user and window at first. Forge does not say how many it allows. */
const commandLimit = 10;

export interface SimulatorOptions {
  /** 0 (default) takes a free one. */
  port?: number;
  /** Organizations, 2 by default. */
  orgs?: number;
  /** Per organization, 5 by default. */
  servers?: number;
  /** Per organization, 20 by default. */
  sites?: number;
  /** All but the dates follows from it; 1 by default. */
  seed?: number;
  /** Calls per user and window, 60 by default. */
  limit?: number;
  /** Length of that window in milliseconds, 60,000 by default. */
  windowMs?: number;
  /** Milliseconds added to each API answer, 0 by default. */
  latency?: number;
  /** How much faster than the clock deployments and changes of states go, 1 by default: about 20 s and 3 s each. */
  speed?: number;
  /** A file to which each API exchange is appended as a line of JSON. */
  record?: string;
  /** What it goes by; the machine's by default. */
  time?: Time;
  /** The API's description, by which the operations without a route of their own are answered; the committed one by default. */
  description?: OpenApi;
}

export interface Simulator {
  /** URL of the API, `http://127.0.0.1:PORT/api`. */
  readonly url: string;
  /** `http://127.0.0.1:PORT`; the control API is below it. */
  readonly origin: string;
  /** A token of the default user with all scopes; depends on the seed only. */
  readonly token: string;
  /** How many requests it does not answer to the end for now, because it was told to wait or to be silent. */
  readonly held: number;
  /** Stops serving and drops open connections; safe to call twice. */
  close(): Promise<void>;
}

/** Starts a simulated Forge on the loopback interface. Rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  let forge: SimulatedForge | undefined;
  let generation = 0;
  const app = new Hono<{ Bindings: HttpBindings }>();
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as HttpServer;
  // Longer than any client keeps a connection, so that none is closed under a request that is being sent.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `${origin}/api`;
  const renew = () => {
    forge?.end();
    forge = makeForge(options, url, generation);
    generation += 1;
    return forge;
  };
  const { token } = renew();
  app.post('/_simulator/renew', (c) => {
    renew();
    return c.json({});
  });
  app.all('*', (c) => (forge ?? renew()).app.fetch(c.req.raw, c.env));

  let closed: Promise<void> | undefined;
  return {
    url,
    origin,
    token,
    get held() {
      return forge?.held() ?? 0;
    },
    close: () => {
      closed ??= new Promise((resolve) => {
        forge?.end();
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

/** A Forge as it is when it starts, without a port of its own. */
interface SimulatedForge {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  readonly token: string;
  readonly held: () => number;
  /** Lets go of those who wait for an answer. */
  readonly end: () => void;
}

/**
 * @param url where its API is reached
 * @param generation how many there were before at that address
 */
function makeForge(options: SimulatorOptions, url: string, generation: number): SimulatedForge {
  const { orgs = 2, servers = 5, sites = 20, seed = 1, limit = 60, windowMs = 60_000, speed = 1 } = options;
  const { time = systemTime } = options;
  const clock = new Clock(time);
  const world = new World(seed, time, generation);
  seedFleet(world, { orgs, servers, sites });
  const tokens = new TokenRegistry(seed, time);
  const token = tokens.issueDefault('default', world.user('default').id);
  const deployments = new Deployments(world, speed);
  const faults = new Faults();
  const limiter = new RateLimiter(limit, windowMs);
  const commandLimiter = new RateLimiter(commandLimit, windowMs);
  const log = new RequestLog(options.record, time);
  const optional = { events: false, serverDeployments: false, siteInclude: true, later: false };
  const closing = new AbortController();
  let latency = options.latency ?? 0;
  let held = 0;

  const app = new Hono<{ Bindings: HttpBindings }>();
  const documents = new Documents(world, deployments, url);
  const { description = committedDescription() } = options;
  const store = new Store(world, description, generation);
  const transitions = new Transitions(() => deployments.now());
  const files = new RemoteFiles(world, store);
  const logs = new Logs(world, store);
  const routes = apiRoutes({
    world,
    deployments,
    documents,
    files,
    logs,
    optional,
    commandLimiter,
    store,
    transitions,
    api: url,
  });
  const control = controlRoutes({
    world,
    deployments,
    files,
    faults,
    limiter,
    commandLimiter,
    tokens,
    log,
    logs,
    optional,
    store,
    transitions,
    setLatency: (milliseconds) => {
      latency = milliseconds;
    },
  });

  const pause = async (milliseconds: number): Promise<void> => {
    if (milliseconds > 0) {
      held += 1;
      await clock.sleep(milliseconds, closing.signal).catch(() => undefined);
      held -= 1;
    }
  };
  const untilClosed = new Promise<void>((resolve) => {
    closing.signal.addEventListener('abort', () => resolve(), { once: true });
  });

  /** The answer without faults: signed in, within the limit, then the operation. */
  const answer = async (request: Request): Promise<Response> => {
    const caller = tokens.identify(request.headers.get('authorization'));
    if (!caller) {
      return new ApiError(401, 'Unauthenticated.').response();
    }
    const verdict = limiter.take(caller.user, time.now());
    if (!verdict.allowed) {
      return tooManyAttempts(verdict).response();
    }
    deployments.settle();
    transitions.settle();
    const response = await routes.fetch(request, { caller });
    // A limit of its own has told already.
    if (!response.headers.has('x-ratelimit-limit')) {
      response.headers.set('x-ratelimit-limit', String(verdict.limit));
      response.headers.set('x-ratelimit-remaining', String(verdict.remaining));
    }
    return response;
  };

  app.all('/api/*', async (c) => {
    const request = c.req.raw;
    const path = c.req.path.slice('/api'.length);
    const answered = log.arrived(request, path);
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    const requestBody = hasBody ? await request.text() : '';
    const fault = faults.match(request.method, path);
    await pause(fault?.delay ?? 0);
    const { method, url: address, headers } = request;
    const again = hasBody ? new Request(address, { method, headers, body: requestBody }) : request;
    const normal = !fault || isProcessed(fault) ? await answer(again) : undefined;
    if (fault?.drop || fault?.hang) {
      log.record(request, path, requestBody, undefined, '', true);
      if (fault.drop) {
        c.env.incoming.socket.destroy();
      } else {
        held += 1;
        await Promise.race([untilClosed, once(c.env.incoming.socket, 'close')]);
        held -= 1;
      }
      return RESPONSE_ALREADY_SENT;
    }
    await pause(latency);
    const { response, body } = await disturbed(normal, fault);
    if (!response.headers.has('date')) {
      response.headers.set('date', new Date(time.now()).toUTCString());
    }
    answered(response.status);
    // What a switch makes it tell is not described either.
    const isUndescribed = files.processConfigurations && path.includes('/background-processes');
    log.record(request, path, requestBody, response, body, fault !== undefined || isUndescribed);
    if (fault && isDisturbedOnItsWay(fault)) {
      await transmit(c.env.outgoing, response, body, fault, pause);
      const isRestAwaited = (fault.lengthError ?? 0) > 0 && fault.cut === undefined;
      if (isRestAwaited && response.headers.get('connection') !== 'close') {
        held += 1;
        await Promise.race([untilClosed, once(c.env.incoming.socket, 'close')]);
        held -= 1;
      }
      return RESPONSE_ALREADY_SENT;
    }
    return response;
  });
  app.all('/_simulator/*', (c) => control.fetch(c.req.raw));

  return { app, token, held: () => held, end: () => closing.abort() };
}

/** Whether a fault has an answer of its own. */
function answersItself(fault: Fault): boolean {
  return fault.status !== undefined || fault.headers !== undefined || fault.body !== undefined;
}

/** Whether the request is carried out although there is a fault. */
function isProcessed(fault: Fault): boolean {
  const patched = fault.patch !== undefined || fault.patchDocument !== undefined;
  return Boolean(fault.passthrough) || patched || !(answersItself(fault) || fault.drop || fault.hang);
}

/** The answer to send and its text: the normal one, patched or replaced by the fault. */
async function disturbed(
  normal: Response | undefined,
  fault: Fault | undefined,
): Promise<{ readonly response: Response; readonly body: string }> {
  const text = (await normal?.text()) ?? '';
  const patched = fault && (fault.patch || fault.patchDocument) ? patchText(text, fault) : text;
  if (!fault || (!answersItself(fault) && normal)) {
    return { response: responseOf(patched, normal?.status ?? 500, normal?.headers), body: patched };
  }
  const keepsBody = fault.body === undefined && (fault.patch !== undefined || fault.patchDocument !== undefined);
  const body = keepsBody ? patched : (fault.body ?? '');
  const headers = new Headers(keepsBody ? normal?.headers : { 'content-type': 'application/json' });
  for (const [name, value] of Object.entries(fault.headers ?? {})) {
    headers.set(name, value);
  }
  return { response: responseOf(body, fault.status ?? normal?.status ?? 200, headers), body };
}

function responseOf(body: string, status: number, headers: Headers | undefined): Response {
  // A Response refuses a body, even an empty one, with these statuses.
  const bodiless = body === '' || status === 204 || status === 304;
  return new Response(bodiless ? null : body, { status, ...(headers && { headers }) });
}
