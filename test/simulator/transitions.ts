import type { ChangeWish } from './control';

/** A step of a change, that many seconds of simulated time after the previous one. */
export interface Step {
  readonly seconds?: number;
  readonly make: () => void;
}

/** The steps of a change. */
export interface Course {
  readonly steps: readonly Step[];
  /** Replaces the last step if the change fails. */
  readonly fail: () => void;
}

interface Running {
  readonly steps: Step[];
  /** When its last step was made, in seconds of simulated time; undefined while it is held. */
  since: number | undefined;
}

/** Default time between two visible states, in seconds of simulated time. */
const defaultSeconds = 3;

/** Changes that Forge has accepted and makes later, in simulated time: installing → installed, removing → gone. */
export class Transitions {
  readonly #running = new Set<Running>();
  #wishes: (ChangeWish & { left: number })[] = [];

  /** @param now seconds of simulated time */
  constructor(private readonly now: () => number) {}

  /** Sets how the next matching changes go. */
  wish(wish: ChangeWish): void {
    this.#wishes.push({ ...wish, left: wish.times === 0 ? Number.POSITIVE_INFINITY : (wish.times ?? 1) });
  }

  /** How a change requested with that method at that path, after /api, goes; uses up one of the wishes. */
  wishFor(method: string, path: string): ChangeWish {
    const wish = this.#wishes.find(
      (one) => (one.method ?? method) === method && new RegExp(one.path ?? '').test(path) && one.left !== 0,
    );
    if (wish) {
      wish.left -= 1;
      this.#wishes = this.#wishes.filter(({ left }) => left !== 0);
    }
    return wish ?? {};
  }

  /** Continues held changes, and forgets all wishes. */
  release(): void {
    this.#wishes = [];
    for (const change of this.#running) {
      change.since ??= this.now();
    }
  }

  begin({ steps, fail }: Course, { end, hold = false, seconds }: ChangeWish = {}): void {
    const course = end === 'failed' ? [...steps.slice(0, -1), { ...steps.at(-1), make: fail }] : steps;
    const change: Running = {
      steps: course.map((step) => ({ ...step, seconds: step.seconds ?? seconds ?? defaultSeconds })),
      since: hold ? undefined : this.now(),
    };
    if (change.steps.length > 0) {
      this.#running.add(change);
    }
    this.settle();
  }

  /** Advances all changes to the current time. Call it before anything is read. */
  settle(): void {
    const now = this.now();
    for (const change of this.#running) {
      for (let [next] = change.steps; next; [next] = change.steps) {
        const { seconds = 0, make } = next;
        if (change.since === undefined || now < change.since + seconds) {
          break;
        }
        change.since += seconds;
        change.steps.shift();
        make();
      }
      if (change.steps.length === 0) {
        this.#running.delete(change);
      }
    }
  }
}
