import { SimulatorControl } from '../../simulator/control';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator';

export interface TestResource {
  readonly id: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the API sends
  readonly attributes: Record<string, any>;
  readonly relationships?: Record<string, { data: unknown }>;
}

export interface TestDocument<Data = TestResource> {
  readonly data: Data;
  readonly included?: TestResource[];
  readonly links: unknown;
  readonly meta: {
    readonly per_page: number;
    readonly next_cursor: string | null;
    readonly prev_cursor: string | null;
  };
  readonly message?: string;
}

/** A running simulator with what tests need to talk to it. */
export class ForgeClient {
  private constructor(
    readonly simulator: Simulator,
    readonly control: SimulatorControl,
  ) {}

  static async start(options: SimulatorOptions = {}): Promise<ForgeClient> {
    const simulator = await startSimulator({ speed: 100, ...options });
    return new ForgeClient(simulator, new SimulatorControl(simulator.origin));
  }

  /** The raw answer; `path` is relative to the API's URL. */
  send(
    path: string,
    init: { method?: string; token?: string; body?: string; signal?: AbortSignal } = {},
  ): Promise<Response> {
    const { method = 'GET', token = this.simulator.token, body, signal } = init;
    return fetch(`${this.simulator.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'user-agent': 'simulator-tests' },
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
  }

  async one(path: string): Promise<TestDocument> {
    return (await (await this.send(path)).json()) as TestDocument;
  }

  async list(path: string): Promise<TestDocument<TestResource[]>> {
    return (await (await this.send(path)).json()) as TestDocument<TestResource[]>;
  }

  /** Path of a site of the first organization and of what is below it. */
  async sitePath(name: string): Promise<string> {
    const { organizations } = await this.control.fleet();
    for (const { slug, servers } of organizations) {
      for (const server of servers) {
        const site = server.sites.find((candidate) => candidate.name === name);
        if (site) {
          return `/orgs/${slug}/servers/${server.id}/sites/${site.id}`;
        }
      }
    }
    throw new Error(`There is no site ${name}`);
  }

  /** Asks again and again until the answer is defined; rejects after two seconds. */
  async until<T>(ask: () => Promise<T | undefined>): Promise<T> {
    const deadline = Date.now() + 2000;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) {
        return answer;
      }
      if (Date.now() > deadline) {
        throw new Error('Nothing came of it within two seconds');
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
