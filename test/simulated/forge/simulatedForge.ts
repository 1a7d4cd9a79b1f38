import { type ClientOptions, ForgeClient, type SitePath } from '../../../src/forge/client';
import { Clock } from '../../../src/forge/clock';
import { ForgeError, type ForgeErrorKind } from '../../../src/forge/errors';
import { Limiter } from '../../../src/forge/limiter';
import { type Fault, type RequestRecord, SimulatorControl } from '../../simulator/control';
import { pathOfSite } from '../../simulator/pathOfSite';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator';

/** A running simulator and the extension's own client for it. */
export class SimulatedForge {
  readonly control: SimulatorControl;
  /** The lines that the client wrote to its log. */
  readonly logged: string[] = [];

  private constructor(readonly simulator: Simulator) {
    this.control = new SimulatorControl(simulator.origin);
  }

  /** Without options: no limit to speak of, so that only tests about the limit wait for it. */
  static async start(options: SimulatorOptions = {}): Promise<SimulatedForge> {
    return new SimulatedForge(await startSimulator({ orgs: 1, limit: 100_000, ...options }));
  }

  /** A client that repeats reads after a few milliseconds; `options` override the rest. */
  client(options: Partial<ClientOptions> = {}): ForgeClient {
    return new ForgeClient({
      apiUrl: this.simulator.url,
      token: () => this.simulator.token,
      limiter: new Limiter({ clock: new Clock(), limit: 100_000, windowMs: 300 }),
      userAgent: 'vscode-laravel-forge/unit',
      log: (line) => this.logged.push(line),
      retryDelaysMs: [5, 10],
      ...options,
    });
  }

  /** The path of a site of the first organization. */
  sitePath(name: string): Promise<SitePath> {
    return pathOfSite(this.control, name);
  }

  /** The requests that came for an API path that matches. */
  async requests(path: RegExp): Promise<RequestRecord[]> {
    return (await this.control.requests()).filter((request) => path.test(request.path));
  }

  /** Resolves once a condition holds; rejects after two seconds. */
  async until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 2000; !(await holds()); ) {
      if (Date.now() > deadline) {
        throw new Error('Nothing came of it within two seconds');
      }
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  }

  /** Back to how it started: no faults, no requests remembered. */
  async reset(): Promise<void> {
    await this.control.clearFaults();
    await this.control.clearRequests();
    this.logged.length = 0;
  }

  /** A fault that lasts until the next `reset`. */
  fault(fault: Fault): Promise<void> {
    return this.control.fault({ times: 0, ...fault });
  }

  close(): Promise<void> {
    return this.simulator.close();
  }
}

/** All items of a list, page after page. */
export async function all<T>(list: AsyncIterable<{ readonly items: readonly T[] }>): Promise<T[]> {
  const items: T[] = [];
  for await (const page of list) {
    items.push(...page.items);
  }
  return items;
}

/** The ForgeError that a call ends with. @throws when it ends well or with something else. */
export async function failure(call: Promise<unknown>, kind?: ForgeErrorKind): Promise<ForgeError> {
  const error = await call.then(
    () => new Error('The call went well'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ForgeError) || (kind !== undefined && error.kind !== kind)) {
    throw new Error(`Expected a ForgeError${kind ? ` ${kind}` : ''}, got ${String(error)}`, { cause: error });
  }
  return error;
}
