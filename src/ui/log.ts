import type * as vscode from 'vscode';
import { redact } from '../forge/redact';

/** The log channel "Laravel Forge". Nothing reaches it unredacted. */
export class Log {
  constructor(private readonly channel: Pick<vscode.LogOutputChannel, 'debug' | 'warn' | 'error' | 'show'>) {}

  debug(line: string): void {
    this.channel.debug(redact(line));
  }

  warn(line: string): void {
    this.channel.warn(redact(line));
  }

  /** Writes what happened and, for the one who reads the log, where. */
  error(what: string, error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.channel.error(redact(`${what}: ${detail}`));
  }

  show(): void {
    this.channel.show();
  }
}
