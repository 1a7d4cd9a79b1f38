interface Timer {
  readonly due: number;
  readonly work: () => void;
}

const real = { now: Date.now, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

/** Time that passes when a test says so: `Date.now` and `setTimeout` of this process follow it from `start` to `stop`. */
export class VirtualClock {
  private now = 1_000_000;
  private timers = new Set<Timer>();

  start(): void {
    Date.now = () => this.now;
    globalThis.setTimeout = ((work: () => void, ms = 0) => {
      const timer: Timer = { due: this.now + Math.max(1, ms), work };
      this.timers.add(timer);
      return timer;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer: Timer) => this.timers.delete(timer)) as unknown as typeof clearTimeout;
  }

  stop(): void {
    Date.now = real.now;
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    this.timers.clear();
  }

  /** How many timers are set and have not gone off. */
  get timersSet(): number {
    return this.timers.size;
  }

  /** Lets so much time pass, each timer going off when it is due, and what waited for it running before the next. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await turn();
    for (let next = this.next(end); next; next = this.next(end)) {
      this.now = Math.max(this.now, next.due);
      this.goOff(next);
      await turn();
    }
    this.now = end;
  }

  /** The machine sleeps: time leaps, and the timers that were due meanwhile go off late, all at once. */
  async sleep(ms: number): Promise<void> {
    this.now += ms;
    for (let next = this.next(this.now); next; next = this.next(this.now)) {
      this.goOff(next);
    }
    await turn();
  }

  private next(until: number): Timer | undefined {
    return [...this.timers].filter(({ due }) => due <= until).sort((one, other) => one.due - other.due)[0];
  }

  private goOff(timer: Timer): void {
    this.timers.delete(timer);
    timer.work();
  }
}

/** Resolves when all that could run at once has run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
