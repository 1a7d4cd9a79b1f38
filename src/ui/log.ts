import type * as vscode from 'vscode';
import { redact } from '../forge/redact';

type Channel = Pick<vscode.LogOutputChannel, 'debug' | 'warn' | 'error' | 'show' | 'dispose'>;

/** The log channel "Laravel Forge". Nothing reaches it unredacted. */
export class Log implements vscode.Disposable {
  private opened: Channel | undefined;
  private isDisposed = false;

  /** @param open makes the channel. Called once, for the first line: a window that has nothing to say does not wait for it. */
  constructor(private readonly open: () => Channel) {}

  debug(line: string): void {
    this.channel?.debug(redact(line));
  }

  warn(line: string): void {
    this.channel?.warn(redact(line));
  }

  /** Writes what happened and, for the one who reads the log, where. */
  error(what: string, error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.channel?.error(redact(`${what}: ${detail}`));
  }

  show(): void {
    this.channel?.show();
  }

  dispose(): void {
    this.isDisposed = true;
    this.opened?.dispose();
  }

  /** Undefined once the extension is at its end: what is still under way has nobody to tell. */
  private get channel(): Channel | undefined {
    if (!this.isDisposed) {
      this.opened ??= this.open();
    }
    return this.isDisposed ? undefined : this.opened;
  }
}
