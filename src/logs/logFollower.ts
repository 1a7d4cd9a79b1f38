import * as vscode from 'vscode';
import type { Clock, Repeat } from '../forge/clock';
import { contextKeys, logScheme } from '../manifest';
import { editorsOf, type LogDocuments } from './logDocuments';
import { isLaravelLog, kindOf } from './logSources';
import type { OpenLog } from './openLog';

/** The pause between two reads of a growing log, and the longest while nothing is new, in milliseconds. */
const shortestPauseMs = 3_000;
const longestPauseMs = 10_000;

/** Maximum amount of log text read per second, in characters. */
const mostInASecond = 250_000;

interface Followed {
  readonly repeat: Repeat;
  /** Number of consecutive reads without anything new. */
  quiet: number;
}

/** Polls followed logs while they are on screen and the window has focus. */
export class LogFollower implements vscode.Disposable {
  private readonly followed = new Map<OpenLog, Followed>();
  private told: Readonly<Record<string, boolean>> = {};
  private readonly listeners: vscode.Disposable;

  constructor(
    private readonly documents: LogDocuments,
    private readonly clock: Clock,
  ) {
    const wake = () => {
      for (const followed of this.followed.values()) {
        followed.quiet = 0;
        followed.repeat.wake();
      }
    };
    this.listeners = vscode.Disposable.from(
      documents.onDidClose((log) => this.stop(log)),
      documents.onDidDraw(() => this.tellContext()),
      vscode.window.onDidChangeWindowState(wake),
      vscode.window.onDidChangeVisibleTextEditors(wake),
      vscode.window.onDidChangeActiveTextEditor(() => this.tellContext()),
    );
    this.tellContext();
  }

  isFollowing(log: OpenLog): boolean {
    return this.followed.has(log);
  }

  /** Reads the log now and from then on. Its tab stays: another log would take the place of a preview, and end this. */
  async follow(log: OpenLog): Promise<void> {
    if (!isFollowable(log) || this.followed.has(log)) {
      return;
    }
    const repeat = this.clock.every(
      () => this.pauseMs(log),
      // A log that was visible when the pause started may be hidden when it ends.
      () => (this.isWatched(log) ? this.look(log) : undefined),
    );
    this.followed.set(log, { repeat, quiet: 0 });
    this.tellContext();
    await keepTabs(log);
    await this.look(log, true);
    repeat.wake();
  }

  stop(log: OpenLog): void {
    const followed = this.followed.get(log);
    if (followed) {
      followed.repeat.dispose();
      this.followed.delete(log);
      this.tellContext();
    }
  }

  dispose(): void {
    for (const log of [...this.followed.keys()]) {
      this.stop(log);
    }
    this.listeners.dispose();
  }

  /**
   * The pause before the next read; undefined while no log is visible. It gets longer while nothing is new. Several logs share the rate
   * of one. Each response has the whole log, so large logs are read less often, to stay within `mostInASecond`: 1 MB every 4 s,
   * 60 MB every 4 minutes.
   */
  private pauseMs(log: OpenLog): number | undefined {
    const followed = this.followed.get(log);
    if (!followed || !this.isWatched(log)) {
      return undefined;
    }
    const seen = [...this.followed.keys()].filter(({ isVisible }) => isVisible).length;
    const pauseMs = Math.min(longestPauseMs, shortestPauseMs * 1.5 ** followed.quiet) * Math.max(1, seen);
    return Math.max(pauseMs, (log.size / mostInASecond) * 1_000);
  }

  /** Whether a person could see new lines. */
  private isWatched(log: OpenLog): boolean {
    return vscode.window.state.focused && log.isVisible && log.standIn !== 'absent';
  }

  private async look(log: OpenLog, isAwaited = false): Promise<void> {
    const before = log.version;
    await log.read(isAwaited);
    const followed = this.followed.get(log);
    if (followed) {
      followed.quiet = log.version === before ? followed.quiet + 1 : 0;
    }
  }

  /** Updates the buttons in the title of the active editor. */
  private tellContext(): void {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const log = uri?.scheme === logScheme ? this.documents.get(uri) : undefined;
    const now = {
      [contextKeys.canFollowLog]: log !== undefined && isFollowable(log),
      [contextKeys.followsLog]: log !== undefined && this.isFollowing(log),
      [contextKeys.isLaravelLog]: log !== undefined && isLaravelLog(log.source),
      [contextKeys.canClearLog]: log !== undefined && kindOf(log.source).clear !== undefined,
    };
    for (const [key, value] of Object.entries(now)) {
      if (this.told[key] !== value) {
        void vscode.commands.executeCommand('setContext', key, value);
      }
    }
    this.told = now;
  }
}

/** Makes the tabs in which a log is on screen stay, where they are previews. */
async function keepTabs(log: OpenLog): Promise<void> {
  for (const { document, viewColumn } of editorsOf(log)) {
    if (viewColumn !== undefined) {
      await vscode.window.showTextDocument(document, { viewColumn, preview: false, preserveFocus: true });
    }
  }
}

/** Whether more of it may come at any time: a deployment's log is watched with the deployment. */
function isFollowable({ source }: OpenLog): boolean {
  return kindOf(source).read !== undefined;
}
