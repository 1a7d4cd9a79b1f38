import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Time, Wait } from '../src/forge/clock';

interface Timer {
  readonly ms: number;
  readonly due: number;
  readonly wait: Wait;
  readonly work: () => void;
}

const real = {
  now: Date.now,
  elapsed: performance.now.bind(performance),
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
};

/** How many turns of the event loop in which nothing is under way make one believe that nothing will come. */
const quietTurns = 3;

/** After how many turns of the event loop the processor is left to others for a moment: what takes so long is not in this process. */
const eagerTurns = 8;

/** How long another thread may take to uncompress an answer, in milliseconds of this machine's time: Node does not tell when it is done. */
const uncompressMs = 25;

/** How often something is looked for once more, so many milliseconds of this machine's time later, before it was waited for in vain. */
const lastLooks = 5;

/** How long a test that waits with `until` may take of this machine's time, in milliseconds, before it has failed. */
const longestMs = 20_000;

/**
 * Time that passes when a test says so, and no sooner than what is under way has come to its end: calls over HTTP that are answered
 * at all, and what is read and written on disk. Where `until` and `during` are waited with, it leaps from one pause to the next.
 * It never runs out of anybody's patience on its own, since nobody is slow here: a test that wants that says `pass`.
 */
export class VirtualTime implements Time {
  /** Milliseconds that have passed, whatever the clock was set to. */
  private passed = 0;
  private offset: number;
  /** Those that were set and have not gone off, the earliest first. */
  private timers: Timer[] = [];
  private readonly requests = new Set<ClientRequest>();
  private isOver = false;

  /** How many calls the other side does not answer for now, so that nobody need wait for them. */
  held: () => number = () => 0;
  private readonly hasIo: boolean;

  /** @param options.hasIo whether something may be under way outside this process; without that it is faster */
  constructor({ hasIo = true } = {}) {
    this.offset = real.now();
    this.hasIo = hasIo;
    if (hasIo) {
      subscribe('http.client.request.start', this.noteRequest);
    }
  }

  now(): number {
    return this.passed + this.offset;
  }

  elapsed(): number {
    return this.passed;
  }

  after(ms: number, work: () => void, wait: Wait = 'timer'): () => void {
    const timer: Timer = { ms, due: this.passed + Math.max(1, ms), work, wait };
    this.timers.splice(this.timers.findLastIndex(({ due }) => due <= timer.due) + 1, 0, timer);
    return () => this.remove(timer);
  }

  /** How many timers are set and have not gone off. */
  get timersSet(): number {
    return this.timers.length;
  }

  /** How many milliseconds long each pause is that is set, the one that ends first in front. */
  get pauses(): readonly number[] {
    return this.timers.filter(({ wait }) => wait !== 'patience').map(({ ms }) => ms);
  }

  /** Lets so much time pass, each timer going off when it is due, and what it brings about coming to its end before the next. */
  async pass(ms: number): Promise<void> {
    const end = this.passed + ms;
    await this.settle();
    for (let next = this.first(end); next; next = this.first(end)) {
      this.passed = Math.max(this.passed, next.due);
      this.goOff(next);
      await this.settle();
    }
    this.passed = Math.max(this.passed, end);
  }

  /** Somebody sets the clock, forward or back: it shows another time, and the timers run on as if nothing had been. */
  set(ms: number): void {
    this.offset += ms;
  }

  /** The machine sleeps: time leaps, and the timers that were due meanwhile go off late, all at once. */
  async sleep(ms: number): Promise<void> {
    this.passed += ms;
    for (let next = this.first(this.passed); next; next = this.first(this.passed)) {
      this.goOff(next);
    }
    await this.settle();
  }

  /**
   * Lets time pass until something is so, leaping from pause to pause.
   * @param look its value is waited for as long as it is undefined or false
   * @param mostMs how much time may pass at most, in milliseconds
   * @throws with what was waited for, where nothing is left that it could come of
   */
  async until<T>(what: string, look: () => T | undefined | false, mostMs = 3_600_000): Promise<T> {
    const end = this.passed + mostMs;
    const giveUpAt = real.elapsed() + longestMs;
    let looksLeft = lastLooks;
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) {
        return found;
      }
      if (await this.settle(() => isThere(look()))) {
        continue;
      }
      const next = this.first(end);
      if (next && next.wait !== 'patience' && real.elapsed() < giveUpAt) {
        this.passed = Math.max(this.passed, next.due);
        this.goOff(next);
        looksLeft = lastLooks;
      } else if (looksLeft > 0) {
        looksLeft -= 1;
        await realPause(uncompressMs);
      } else {
        const [left] = this.timers;
        const why = left ? `next is a ${left.wait} of ${left.due - this.passed} ms` : 'nothing is left to come';
        throw new Error(`Waited in vain for: ${what} (${why})`);
      }
    }
  }

  /** Lets time pass until that is done. @throws what it throws */
  async during<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const end = () => {
      isDone = true;
    };
    work.then(end, end);
    await this.until('the work to be done', () => isDone);
    return work;
  }

  /** Resolves when nothing is under way any more, or, with true, as soon as there is what is wanted. */
  async settle(isWanted: () => boolean = () => false): Promise<boolean> {
    if (!this.hasIo) {
      await turn();
      return isWanted();
    }
    const giveUpAt = real.elapsed() + longestMs;
    let turns = 0;
    for (let quiet = 0; quiet < quietTurns; quiet += 1) {
      turns += 1;
      await (turns % eagerTurns === 0 ? realPause(1) : new Promise<void>((resolve) => setImmediate(resolve)));
      if (isWanted()) {
        return true;
      }
      if (this.isBusy && real.elapsed() < giveUpAt) {
        quiet = -1;
      }
    }
    return false;
  }

  /** Has what asks the machine itself go by this time, too: p-throttle and proper-lockfile, which take no clock. */
  takeOver(): void {
    this.takeOverClock();
    performance.now = () => this.elapsed();
    globalThis.setTimeout = ((work: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) => {
      const timer: object = Object.assign(
        this.after(ms, () => work(...given)),
        { ref: () => timer, unref: () => timer },
      );
      return timer;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer: unknown) =>
      typeof timer === 'function' ? timer() : real.clearTimeout(timer as NodeJS.Timeout)) as typeof clearTimeout;
  }

  /** Has what asks the machine's clock see this time, too, while what it waits for is that of the machine: files age by it. */
  takeOverClock(): void {
    Date.now = () => this.now();
  }

  /** Nothing that was to come comes, and the machine has its own time again. */
  giveBack(): void {
    Date.now = real.now;
    performance.now = real.elapsed;
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    this.timers = [];
  }

  dispose(): void {
    this.giveBack();
    unsubscribe('http.client.request.start', this.noteRequest);
    this.isOver = true;
  }

  private readonly noteRequest = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    let isCompressed = false;
    this.requests.add(request);
    request.once('response', ({ headers }: IncomingMessage) => {
      isCompressed = headers['content-encoding'] !== undefined;
    });
    request.once('close', async () => {
      await (isCompressed ? realPause(uncompressMs) : undefined);
      this.requests.delete(request);
      // Nothing is done in no time: what begins after it begins later.
      this.passed += 1;
    });
  };

  private get isBusy(): boolean {
    return (
      !this.isOver &&
      (this.requests.size > this.held() ||
        process.getActiveResourcesInfo().some((resource) => /Req|^(TCPConnect|Write|Shutdown)Wrap/.test(resource)))
    );
  }

  private first(until: number): Timer | undefined {
    const [first] = this.timers;
    return first && first.due <= until ? first : undefined;
  }

  private goOff(timer: Timer): void {
    this.remove(timer);
    timer.work();
  }

  private remove(timer: Timer): void {
    const place = this.timers.indexOf(timer);
    if (place >= 0) {
      this.timers.splice(place, 1);
    }
  }
}

function realPause(ms: number): Promise<void> {
  return new Promise((resolve) => real.setTimeout(resolve, ms));
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== false;
}

/** Resolves when all that could run at once has run: asked for among the promises, the next tick comes after all of them. */
async function turn(): Promise<void> {
  await undefined;
  await new Promise<void>((resolve) => process.nextTick(resolve));
}
