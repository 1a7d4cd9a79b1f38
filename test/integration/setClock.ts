/** The clock of this process, which somebody sets forward or back while its timers run on; as after a sleep, too. */
export class SetClock {
  private readonly now = Date.now;
  private offset = 0;

  constructor() {
    Date.now = () => this.now() + this.offset;
  }

  /** @param ms milliseconds forward; less than nothing is back */
  move(ms: number): void {
    this.offset += ms;
  }

  restore(): void {
    Date.now = this.now;
  }
}
