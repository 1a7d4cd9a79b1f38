/**
 * Work that is done again and again with a pause, and not at all while there is nothing to do it for. The pause starts
 * when the work is done, so a slow answer never piles up calls.
 */
export class Repeat {
  private timer: NodeJS.Timeout | undefined;
  private working = false;
  private disposed = false;

  /**
   * @param pauseMs the pause before the next time, in milliseconds; undefined to rest until `wake`.
   * @param work must not reject.
   */
  constructor(
    private readonly pauseMs: () => number | undefined,
    private readonly work: () => void | Promise<void>,
  ) {}

  /** Looks again whether and when there is something to do. A pause that has begun goes on. */
  wake(): void {
    if (this.timer === undefined && !this.working) {
      this.arm();
    }
  }

  /** Begins the pause anew, with its present length. */
  restart(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.wake();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private arm(): void {
    const pause = this.disposed ? undefined : this.pauseMs();
    if (pause === undefined) {
      return;
    }
    this.timer = setTimeout(async () => {
      this.timer = undefined;
      this.working = true;
      try {
        await this.work();
      } finally {
        this.working = false;
      }
      this.arm();
    }, pause);
  }
}
