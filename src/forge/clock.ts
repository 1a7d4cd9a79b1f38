import { abortError } from './errors';

/**
 * Why time is to pass: `step` where something under way goes on after it, `patience` where somebody else's answer is awaited
 * meanwhile, `timer` for what happens at its time and not before. To this machine they are alike.
 */
export type Wait = 'step' | 'patience' | 'timer';

/** The two things that only a machine can do, or a test in its place. All times are milliseconds. */
export interface Time {
  /** Milliseconds since 1970 by the machine's clock, which a person or a time server may set at any moment. */
  now(): number;
  /** Milliseconds that have passed since some moment, whatever the clock was set to. */
  elapsed(): number;
  /**
   * Calls `work` once after so many milliseconds.
   * @returns what keeps it from being called
   */
  after(ms: number, work: () => void, wait: Wait): () => void;
}

/** The time of this machine. */
export const systemTime: Time = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** What is not to last longer than somebody's patience. */
export interface Patience {
  /** Aborted when the time is up. */
  readonly signal: AbortSignal;
  /** The answer is there, or nobody waits for it any more. */
  end(): void;
}

/** What is called often, and done once for all calls of a while. */
export interface Debounced {
  (): void;
  /** What was called for and not done yet is not done. */
  cancel(): void;
}

/** Work that is done again and again: see `Clock.every`. */
export interface Repeat {
  /** Looks again whether and when there is something to do. A pause that has begun goes on. */
  wake(): void;
  /** Begins the pause again, with its present length. */
  restart(): void;
  dispose(): void;
}

/** Tells the time and waits. The one clock of an extension: whoever needs one is given it, so that a test can give another. */
export class Clock {
  constructor(private time: Time = systemTime) {}

  /** Goes by another time from now on. What is waited for already is still waited for in the one before. */
  goBy(time: Time): void {
    this.time = time;
  }

  /** Milliseconds since 1970, by this machine's clock, which may be set. */
  now(): number {
    return this.time.now();
  }

  /** Milliseconds that have passed since some moment: for durations, which no setting of the clock changes. */
  elapsed(): number {
    return this.time.elapsed();
  }

  /** Calls `work` once after so many milliseconds. @returns what keeps it from being called */
  after(ms: number, work: () => void): () => void {
    return this.time.after(ms, work, 'timer');
  }

  /** Resolves after so many milliseconds; rejects with an AbortError as soon as the signal ends it. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(abortError());
        return;
      }
      const stop = () => {
        cancel();
        reject(abortError());
      };
      const cancel = this.time.after(
        ms,
        () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
        'step',
      );
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /** Lets somebody else take so many milliseconds. Whoever begins to wait must end it, whatever comes of it. */
  patience(ms: number): Patience {
    const controller = new AbortController();
    const cancel = this.time.after(ms, () => controller.abort(), 'patience');
    return { signal: controller.signal, end: cancel };
  }

  /**
   * Waits for a value, for so many milliseconds at most.
   * @returns undefined where it did not come in time
   * @throws what the awaited promise throws in time
   */
  async within<T>(ms: number, awaited: Promise<T>): Promise<T | undefined> {
    const { signal, end } = this.patience(ms);
    try {
      return await Promise.race([
        awaited,
        new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true })),
      ]);
    } finally {
      end();
    }
  }

  /** What does the work once, so many milliseconds after the first of the calls that come until then. */
  debounce(ms: number, work: () => void): Debounced {
    let cancel: (() => void) | undefined;
    const call = () => {
      cancel ??= this.time.after(
        ms,
        () => {
          cancel = undefined;
          work();
        },
        'step',
      );
    };
    return Object.assign(call, {
      cancel: () => {
        cancel?.();
        cancel = undefined;
      },
    });
  }

  /**
   * Does work again and again with a pause, and not at all while there is nothing to do it for. The pause begins when the work is
   * done, so that a slow answer never piles up calls. It rests until it is woken for the first time.
   * @param pauseMs the pause before the next time, in milliseconds; undefined to rest until `wake`
   * @param work must not reject
   */
  every(pauseMs: () => number | undefined, work: () => void | Promise<void>): Repeat {
    let cancel: (() => void) | undefined;
    let isWorking = false;
    let isDisposed = false;
    const arm = () => {
      const pause = isDisposed ? undefined : pauseMs();
      if (pause !== undefined) {
        cancel = this.time.after(pause, () => void run(), 'timer');
      }
    };
    const run = async () => {
      cancel = undefined;
      isWorking = true;
      try {
        await work();
      } finally {
        isWorking = false;
      }
      arm();
    };
    const stop = () => {
      cancel?.();
      cancel = undefined;
    };
    const wake = () => {
      if (cancel === undefined && !isWorking) {
        arm();
      }
    };
    return {
      wake,
      restart: () => {
        stop();
        wake();
      },
      dispose: () => {
        isDisposed = true;
        stop();
      },
    };
  }
}

/** Calls `work` when the present turn of the event loop is over, as VS Code sends what it was given in it. No time passes. */
export function afterThisTurn(work: () => void): void {
  setTimeout(work, 0);
}
