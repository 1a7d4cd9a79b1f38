import type * as vscode from 'vscode';
import { redact } from '../forge/redact';
import { PlainError } from './explain';

/** Maximum length of a line, in characters; the rest of a longer one is left out. */
const longestLine = 20_000;

/** The output channel "Laravel Forge". Everything written to it is redacted. */
export class Log {
  constructor(private readonly channel: Pick<vscode.LogOutputChannel, 'debug' | 'warn' | 'error' | 'show'>) {}

  debug(line: string): void {
    this.channel.debug(written(line));
  }

  warn(line: string): void {
    this.channel.warn(written(line));
  }

  /** Writes what happened, with the stack trace. A `PlainError` is not a bug, so only its message is written. */
  error(what: string, error: unknown): void {
    const detail =
      error instanceof PlainError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    this.channel.error(written(`${what}: ${detail}`));
  }

  show(): void {
    this.channel.show();
  }
}

function written(line: string): string {
  return redact(line.length > longestLine ? `${line.slice(0, longestLine)}…` : line);
}
