import type * as vscode from 'vscode';
import { redact } from '../forge/redact';
import { PlainError } from './plainError';

/** Maximum length of a line, in characters; the rest of a longer one is left out. */
const longestLine = 20_000;

/** How many of the latest lines are kept for an issue report, and how long each may be there, in characters. */
const keptLines = 60;
const longestKeptLine = 1_000;

/** The output channel "Laravel Forge". Everything written to it is redacted. */
export class Log {
  private readonly kept: string[] = [];

  constructor(private readonly channel: Pick<vscode.LogOutputChannel, 'debug' | 'warn' | 'error' | 'show'>) {}

  /** The latest lines, the last at the end, each with its level. */
  get latest(): readonly string[] {
    return this.kept;
  }

  debug(line: string): void {
    this.write('debug', line);
  }

  warn(line: string): void {
    this.write('warn', line);
  }

  /** Writes what happened, with the stack trace. A `PlainError` is not a bug, so only its message is written. */
  error(what: string, error: unknown): void {
    const detail =
      error instanceof PlainError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    this.write('error', `${what}: ${detail}`);
  }

  show(): void {
    this.channel.show();
  }

  private write(level: 'debug' | 'warn' | 'error', line: string): void {
    const written = redact(line.length > longestLine ? `${line.slice(0, longestLine)}…` : line);
    this.channel[level](written);
    this.kept.push(`[${level}] ${written.slice(0, longestKeptLine)}`);
    if (this.kept.length > keptLines) {
      this.kept.shift();
    }
  }
}
