import { abortError } from './errors';

/**
 * Why time passes: `step` if something under way continues afterwards, `patience` while someone else's answer is awaited,
 * `timer` for what happens at its time and not before. A real machine treats them alike; tests don't.
 */
export type Wait = 'step' | 'patience' | 'timer';

/** What only a machine can do, or a test in its place. All times are in milliseconds. */
export interface Time {
  /** Milliseconds since 1970 by the machine's clock, which a person or a time server may change at any moment. */
  now(): number;
  /** Milliseconds since an arbitrary moment, unaffected by changes to the clock. */
  elapsed(): number;
  /**
   * Calls `work` once after that many milliseconds.
   * @returns a function that cancels the call
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

/** Work that must not take longer than a given time. */
export interface Patience {
  /** Aborted when the time is up. */
  readonly signal: AbortSignal;
  /** The work is done, or nobody waits for it anymore. */
  end(): void;
}

/** Work that is requested often, and done once for all requests within some time. */
export interface Debounced {
  (): void;
  /** Cancels work that was requested and isn't done yet. */
  cancel(): void;
}

/** Repeated work: see `Clock.every`. */
export interface Repeat {
  /** Checks again whether and when there is something to do. A running pause continues. */
  wake(): void;
  /** Restarts the pause, with its current length. */
  restart(): void;
  dispose(): void;
}

/** Tells the time and waits. The extension has one clock, passed to whatever needs it, so that a test can pass another. */
export class Clock {
  constructor(private time: Time = systemTime) {}

  /** Uses another time from now on. Waits that have already started continue in the previous one. */
  goBy(time: Time): void {
    this.time = time;
  }

  /** Milliseconds since 1970, by this machine's clock, which may be changed. */
  now(): number {
    return this.time.now();
  }

  /** Milliseconds since an arbitrary moment: for durations, which changes to the clock don't affect. */
  elapsed(): number {
    return this.time.elapsed();
  }

  /** Calls `work` once after that many milliseconds. @returns a function that cancels the call */
  after(ms: number, work: () => void): () => void {
    return this.time.after(ms, work, 'timer');
  }

  /** Resolves after that many milliseconds; rejects with an AbortError as soon as the signal is aborted. */
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

  /** Gives someone else that many milliseconds. The caller must end the wait, whatever its result. */
  patience(ms: number): Patience {
    const controller = new AbortController();
    const cancel = this.time.after(ms, () => controller.abort(), 'patience');
    return { signal: controller.signal, end: cancel };
  }

  /**
   * Waits for a value, for at most that many milliseconds.
   * @returns undefined if it doesn't come in time
   * @throws what the promise rejects with in time
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

  /** Does the work once, that many milliseconds after the first of the requests that arrive until then. */
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
   * Repeats work with a pause in between, and rests while there is nothing to do. The pause starts when the work is
   * done, so that slow responses never pile up calls. It rests until it is first woken.
   * @param pauseMs the pause before the next run, in milliseconds; undefined to rest until `wake`
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

/** Calls `work` after the current turn of the event loop, as VS Code sends its own messages. No time passes. */
export function afterThisTurn(work: () => void): void {
  setTimeout(work, 0);
}
