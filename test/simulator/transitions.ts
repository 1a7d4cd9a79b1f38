import type { ChangeWish } from './control';

/** A step of a change: what is so that many seconds of simulated time after the step before it. */
export interface Step {
  readonly seconds?: number;
  readonly make: () => void;
}

/** What a change goes through. */
export interface Course {
  readonly steps: readonly Step[];
  /** Instead of the last step, where the change is to fail. */
  readonly fail: () => void;
}

interface Running {
  readonly steps: Step[];
  /** When its last step was made, in seconds of simulated time; undefined while it is held. */
  since: number | undefined;
}

/** Between two states that a person sees, where nobody wishes for another time. */
const defaultSeconds = 3;

/** The changes that Forge has accepted and makes later, by simulated time: installing → installed, removing → gone. */
export class Transitions {
  readonly #running = new Set<Running>();
  #wishes: (ChangeWish & { left: number })[] = [];

  /** @param now seconds of simulated time */
  constructor(private readonly now: () => number) {}

  /** Says how the next changes that match go. */
  wish(wish: ChangeWish): void {
    this.#wishes.push({ ...wish, left: wish.times === 0 ? Number.POSITIVE_INFINITY : (wish.times ?? 1) });
  }

  /** How a change is to go that is asked for by that method at that path, after /api; counts as one of it. */
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

  /** Lets what is held go on, and forgets how changes were to go. */
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

  /** Moves all changes to where they are now. To be called before anything is read. */
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
