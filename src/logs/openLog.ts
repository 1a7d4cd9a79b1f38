import type * as vscode from 'vscode';
import type { Lane } from '../forge/operations';
import type { AnsiText } from '../ui/ansiText';
import { GrowingBytes } from './growingBytes';
import type { LogSource } from './logSources';

/** Why a document has a message instead of a log: there is none, or none yet. */
export type StandIn = 'absent' | 'failed' | 'empty';

/** What an open log needs of the window. */
export interface LogHost {
  /** Reads the log, and calls `show`, `say` or `fail` on it. Never rejects. */
  readonly read: (log: OpenLog) => Promise<void>;
  readonly isVisible: (log: OpenLog) => boolean;
  /** It looks different now. @param isNewText whether its text changed too, so that VS Code has to read it */
  readonly onDraw: (log: OpenLog, isNewText: boolean) => void;
}

const noLooks: AnsiText['looks'] = new Map();

/** A log that is open, or that VS Code has restored: what its document shows, and the read that is running. */
export class OpenLog {
  private shown: AnsiText = { text: '', looks: noLooks };
  private message: StandIn | undefined;
  private drawings = 0;
  private failed = 0;
  private outputSize = 0;
  private isWhole = false;
  private encoded: GrowingBytes | undefined;
  private running: Promise<void> | undefined;
  private isAwaited = false;
  private isOver = false;
  private readonly end = new AbortController();

  constructor(
    readonly uri: vscode.Uri,
    readonly source: LogSource,
    private readonly host: LogHost,
  ) {}

  get text(): string {
    return this.shown.text;
  }

  /** By line. */
  get looks(): AnsiText['looks'] {
    return this.shown.looks;
  }

  /** The text for VS Code. Encoded once for each text: VS Code asks for its size often. */
  get bytes(): Uint8Array {
    this.encoded ??= new GrowingBytes(this.text);
    return this.encoded.bytes;
  }

  /** Incremented with each new text: VS Code reads a file again only if it is newer. */
  get version(): number {
    return this.drawings;
  }

  /** Why there is a message instead of a log; undefined if a log is shown, or nothing yet. */
  get standIn(): StandIn | undefined {
    return this.message;
  }

  /** Whether it shows a log, and not a message instead. */
  get isShown(): boolean {
    return this.version > 0 && this.standIn === undefined;
  }

  /** Whether the log is complete and won't grow. */
  get isComplete(): boolean {
    return this.isWhole;
  }

  /** Size of the last response, in characters. */
  get size(): number {
    return this.outputSize;
  }

  /** When reading last failed, in milliseconds since 1970; 0 if it never did. */
  get failedAt(): number {
    return this.failed;
  }

  get isClosed(): boolean {
    return this.isOver;
  }

  /** Aborted when it is closed, or there is nothing to read. */
  get signal(): AbortSignal {
    return this.end.signal;
  }

  /** The running read. */
  get reading(): Promise<void> | undefined {
    return this.running;
  }

  /** How urgent reading is: a person waits for a log they open; afterwards it is just on screen. */
  get lane(): Lane {
    return this.version === 0 || this.isAwaited ? 'user' : 'visible';
  }

  /** Whether it is on screen. */
  get isVisible(): boolean {
    return this.host.isVisible(this);
  }

  /**
   * Reads it, one read at a time: a call during a read shares its result.
   * @param isAwaited whether a person clicked for it
   */
  read(isAwaited = false): Promise<void> {
    this.isAwaited ||= isAwaited;
    this.running ??= this.host.read(this).finally(() => {
      this.running = undefined;
      this.isAwaited = false;
    });
    return this.running;
  }

  /** Reads the current log: waits for a running read first, which may have started before the change that this call is about. */
  async readAnew(isAwaited = false): Promise<void> {
    await this.running;
    await this.read(isAwaited);
  }

  /** Takes note of a response. @param size in characters */
  receive(size: number, isComplete: boolean): void {
    this.outputSize = size;
    this.isWhole = isComplete;
  }

  /**
   * Shows the current log.
   * @param appended the new text, if it only continues the shown text
   */
  show(shown: AnsiText, appended?: string): void {
    this.message = undefined;
    this.draw(shown, appended);
  }

  /** Shows why there is no log. */
  say(standIn: StandIn, sentence: string): void {
    if (standIn === 'absent') {
      this.isWhole = false;
      this.end.abort();
    }
    if (this.message !== standIn || this.text !== sentence) {
      this.message = standIn;
      this.draw({ text: sentence, looks: noLooks });
    }
  }

  /** Takes note of a failed read. @param at milliseconds since 1970 */
  fail(at: number): void {
    this.failed = at;
  }

  /** No document shows it any longer. */
  close(): void {
    this.isOver = true;
    this.end.abort();
  }

  private draw(shown: AnsiText, appended?: string): void {
    // To compare a text with its continuation would cost a copy of both, and large logs have millions of characters.
    const isNewText = appended === undefined ? shown.text !== this.text : appended !== '';
    this.shown = shown;
    if (isNewText) {
      if (appended === undefined) {
        this.encoded = undefined;
      } else {
        this.encoded?.append(appended);
      }
      this.drawings += 1;
    }
    this.host.onDraw(this, isNewText);
  }
}
