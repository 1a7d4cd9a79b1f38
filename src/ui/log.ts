import type * as vscode from 'vscode';
import { redact } from '../forge/redact';
import { PlainError } from './explain';

/** The longest line that is written, in characters. What is left out of a longer one can't be a secret in the rest. */
const longestLine = 20_000;

/** The log channel "Laravel Forge". Nothing reaches it unredacted. */
export class Log {
  constructor(private readonly channel: Pick<vscode.LogOutputChannel, 'debug' | 'warn' | 'error' | 'show'>) {}

  debug(line: string): void {
    this.channel.debug(written(line));
  }

  warn(line: string): void {
    this.channel.warn(written(line));
  }

  /** Writes what happened and, for the one who reads the log, where. What was said in plain words is no fault, and has no place. */
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
