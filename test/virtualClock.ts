interface Timer {
  readonly due: number;
  readonly work: () => void;
}

const real = { now: Date.now, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

/** Time that passes when a test says so: `Date.now` and `setTimeout` of this process follow it from `start` to `stop`. */
export class VirtualClock {
  /** Milliseconds that have passed, whatever the clock was set to. */
  elapsed = 0;
  private offset = 1_700_000_000_000;
  /** Those that were set and have not gone off, the earliest first. */
  private readonly timers: Timer[] = [];

  start(): void {
    Date.now = () => this.elapsed + this.offset;
    globalThis.setTimeout = ((work: () => void, ms = 0) => {
      const timer: Timer = { due: this.elapsed + Math.max(1, ms), work };
      this.timers.splice(this.timers.findLastIndex(({ due }) => due <= timer.due) + 1, 0, timer);
      return timer;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer: Timer) => this.remove(timer)) as unknown as typeof clearTimeout;
  }

  stop(): void {
    Date.now = real.now;
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    this.timers.length = 0;
  }

  /** How many timers are set and have not gone off. */
  get timersSet(): number {
    return this.timers.length;
  }

  /** Lets so much time pass, each timer going off when it is due, and what waited for it running before the next. */
  async pass(ms: number): Promise<void> {
    const end = this.elapsed + ms;
    await turn();
    for (let next = this.next(end); next; next = this.next(end)) {
      this.elapsed = Math.max(this.elapsed, next.due);
      this.goOff(next);
      await turn();
    }
    this.elapsed = end;
  }

  /** Somebody sets the clock, forward or back: it shows another time, and the timers run on as if nothing had been. */
  set(ms: number): void {
    this.offset += ms;
  }

  /** The machine sleeps: time leaps, and the timers that were due meanwhile go off late, all at once. */
  async sleep(ms: number): Promise<void> {
    this.elapsed += ms;
    for (let next = this.next(this.elapsed); next; next = this.next(this.elapsed)) {
      this.goOff(next);
    }
    await turn();
  }

  private next(until: number): Timer | undefined {
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

/** Resolves when all that could run at once has run: asked for among the promises, the next tick comes after all of them. */
async function turn(): Promise<void> {
  await undefined;
  await new Promise<void>((resolve) => process.nextTick(resolve));
}
