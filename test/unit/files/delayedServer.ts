import type { RemoteText } from '../../../src/files/remoteFile';
import { abortError, ForgeError } from '../../../src/forge/errors';

/** What happens to the next change that is sent. */
export type Mishap = 'lostOnTheWay' | 'lostAnswer' | 'refused' | 'offline' | 'signedOut';

/** A text on a server that accepts changes and makes them a while later, in a time that passes when somebody waits. */
export class DelayedServer implements RemoteText {
  /** Milliseconds since 1970. */
  time = 1_700_000_000_000;
  readonly accepted: string[] = [];
  reads = 0;
  next: Mishap | undefined;
  isOffline = false;
  private readonly queue: { readonly due: number; readonly text: string }[] = [];

  constructor(
    private present: string,
    /** Milliseconds from accepting a change to making it. */
    public delayMs: () => number = () => 0,
    /** What becomes of a text on its way into the file. */
    private readonly stored: (text: string) => string = (text) => text,
  ) {}

  get text(): string {
    this.settle();
    return this.present;
  }

  /** Somebody else changes the text. */
  set text(text: string) {
    this.settle();
    this.present = text;
  }

  readonly now = () => this.time;

  pause = async (ms: number) => {
    this.time += ms;
  };

  async read(): Promise<string> {
    this.time += 1;
    this.reads += 1;
    if (this.isOffline) {
      throw new ForgeError('network', 'offline', { code: 'ENOTFOUND' });
    }
    return this.text;
  }

  async write(text: string): Promise<void> {
    this.time += 1;
    const mishap = this.next;
    this.next = undefined;
    if (mishap === 'refused') {
      throw new ForgeError('invalid', 'refused', { status: 422 });
    }
    if (mishap === 'offline' || this.isOffline) {
      throw new ForgeError('network', 'offline', { code: 'ENOTFOUND' });
    }
    if (mishap !== 'lostOnTheWay') {
      this.accepted.push(text);
      this.queue.push({ due: this.time + this.delayMs(), text: this.stored(text) });
    }
    if (mishap === 'signedOut') {
      throw abortError();
    }
    if (mishap) {
      throw new ForgeError('timeout', 'no answer');
    }
  }

  private settle(): void {
    while (this.queue[0] && this.queue[0].due <= this.time) {
      this.present = this.queue.shift()?.text ?? '';
    }
  }
}
