import { Clock } from '../../src/forge/clock';
import { ForgeError } from '../../src/forge/errors';
import { Limiter } from '../../src/forge/limiter';
import type { Lane } from '../../src/forge/operations';
import { Random } from '../simulator/random';
import { RateLimiter } from '../simulator/rateLimit';
import { VirtualTime } from '../virtualTime';
import { percentile, percentiles } from './percentile';

const minute = 60_000;
const hour = 60 * minute;

/** Requests a minute, as Forge grants them. */
const limit = 60;

/** How long an answer takes, in milliseconds: between the two. */
const latency = { least: 80, most: 400 };

/** A user's Forge: the simulator's own limiter, at some distance. */
class Forge {
  private readonly server = new RateLimiter(limit, minute);
  private readonly random = new Random('latency');

  /** Sends one call there. @throws ForgeError where the limit refuses it. */
  async answer(hear: (headers: { limit: number; remaining: number }) => void): Promise<void> {
    await pause(this.way());
    const verdict = this.server.take('user', Date.now());
    await pause(this.way());
    hear({ limit, remaining: verdict.allowed ? verdict.remaining : 0 });
    if (!verdict.allowed) {
      throw new ForgeError('rateLimited', 'Too many.', { retryAfterMs: verdict.retryAfter * 1000 });
    }
  }

  /** A call of a client that knows no limiter. @returns whether it was let through */
  take(): boolean {
    return this.server.take('user', Date.now()).allowed;
  }

  private way(): number {
    return (latency.least + this.random.next() * (latency.most - latency.least)) / 2;
  }
}

/** One window of VS Code: its limiter, and what went through it. */
class Client {
  /** When requests went out, refused ones too. */
  readonly sentAt: number[] = [];
  readonly refusedAt: number[] = [];
  done = 0;
  private readonly limiter = new Limiter({ clock: new Clock() });

  constructor(private readonly forge: Forge) {}

  /** @returns how long it took until it was sent first, and until it was answered, in milliseconds. */
  async call(lane: Lane): Promise<{ readonly sentMs: number; readonly doneMs: number }> {
    const from = Date.now();
    let sent: number | undefined;
    await this.limiter.run({
      lane: () => lane,
      send: async (hear) => {
        sent ??= Date.now();
        this.sentAt.push(Date.now());
        try {
          await this.forge.answer(hear);
        } catch (error) {
          this.refusedAt.push(Date.now());
          throw error;
        }
      },
    });
    this.done += 1;
    return { sentMs: (sent ?? Date.now()) - from, doneMs: Date.now() - from };
  }
}

/** The figures of the limiter, in virtual time, so that they are the same on every machine. */
export async function measureLimiter(): Promise<object> {
  return inVirtualTime(async (clock) => ({
    ...(await thousandQueued(clock)),
    clickToRequestMs: await clicksBesideWork(clock),
    ...(await twoClients(clock)),
    fourWindows: await fourWindows(clock),
  }));
}

/** 1,000 calls that nobody waits for, queued at once; the machine sleeps in between. */
async function thousandQueued(clock: VirtualTime): Promise<object> {
  const client = new Client(new Forge());
  const minutes = 7;
  let sent = 0;
  const all = Promise.all(Array.from({ length: 1000 }, () => client.call('background')));
  for (let stretch = 0; stretch < 2; stretch += 1) {
    const before = client.sentAt.length;
    await clock.pass(minutes * minute);
    sent += client.sentAt.length - before;
    await clock.sleep(20 * minute);
  }
  await clock.pass(10 * minute);
  await all;
  return {
    usedShare: share(sent, 2 * minutes * minute),
    maxInWindow: mostInMinute(client.sentAt),
    rejected429: client.refusedAt.length,
  };
}

/** A click every 20 s while 500 calls of the background wait. */
async function clicksBesideWork(clock: VirtualTime): Promise<object> {
  const client = new Client(new Forge());
  const clicks: number[] = [];
  let waiting = 0;
  const work = () => {
    for (; waiting < 500; waiting += 1) {
      void client.call('background').then(() => {
        waiting -= 1;
      });
    }
  };
  for (let click = 0; click < 200; click += 1) {
    work();
    await clock.pass(20_000);
    void client.call('user').then(({ sentMs }) => clicks.push(sentMs));
  }
  await clock.pass(minute);
  return percentiles(clicks);
}

/** Two clients of one user, each with work for an hour, and a click a minute in each. */
async function twoClients(clock: VirtualTime): Promise<object> {
  const forge = new Forge();
  const started = Date.now();
  const clients = [new Client(forge), new Client(forge)];
  const clicks: number[] = [];
  for (const client of clients) {
    for (let call = 0; call < 3000; call += 1) {
      void client.call('background');
    }
  }
  for (let click = 0; click < 60; click += 1) {
    await clock.pass(minute + 777);
    for (const client of clients) {
      void client.call('user').then(({ doneMs }) => clicks.push(doneMs));
    }
  }
  await clock.pass(2 * minute);
  return {
    twoClientsRejected429PerWindow: Math.max(...clients.map(({ refusedAt }) => mostInMinute(refusedAt))),
    twoClients: {
      clickMs: percentiles(clicks),
      usedShare: share(
        clients.reduce((sum, { done }) => sum + done, 0),
        Date.now() - started,
      ),
    },
  };
}

/** Four windows of one user, one of them looked at, 15 polls a minute each, and a click every two minutes in each: 24 hours. */
async function fourWindows(clock: VirtualTime): Promise<object> {
  const forge = new Forge();
  const random = new Random('clicks');
  const clicks: number[] = [];
  let refused = 0;
  let open = true;
  const hours = 24;
  const poll = async (client: Client, lane: Lane) => {
    while (open) {
      await client.call(lane);
      await pause(4000);
    }
  };
  const click = async (client: Client) => {
    while (open) {
      await pause(random.next() * 4 * minute);
      clicks.push((await client.call('user')).doneMs);
    }
  };
  const clients = Array.from({ length: 4 }, () => new Client(forge));
  for (const client of clients) {
    void poll(client, client === clients[0] ? 'visible' : 'background');
    void click(client);
  }
  await clock.pass(hours * hour);
  open = false;
  for (const client of clients) {
    refused += client.refusedAt.length;
  }
  await clock.pass(5 * minute);
  return {
    rejected429PerHour: Math.round((refused / hours) * 100) / 100,
    clickMs: { ...percentiles(clicks), p99: percentile(clicks, 99) },
    usedShare: share(
      clients.reduce((sum, { done }) => sum + done, 0),
      hours * hour,
    ),
    clicks: clicks.length,
  };
}

function share(done: number, ms: number): number {
  return Math.round((done / (limit * (ms / minute))) * 1000) / 1000;
}

/** The most of these times that lie within any minute. Sorted as they come. */
function mostInMinute(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [index, time] of times.entries()) {
    while ((times[first] ?? time) <= time - minute) {
      first += 1;
    }
    most = Math.max(most, index - first + 1);
  }
  return most;
}

async function inVirtualTime<T>(work: (clock: VirtualTime) => Promise<T>): Promise<T> {
  const clock = new VirtualTime({ hasIo: false });
  clock.takeOver();
  try {
    return await work(clock);
  } finally {
    clock.giveBack();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
