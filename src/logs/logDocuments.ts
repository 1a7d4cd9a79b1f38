import * as vscode from 'vscode';
import type { Clock } from '../forge/clock';
import type { Files } from '../ui/lateFiles';
import { type LogKind, logSource } from './logSources';
import { OpenLog } from './openLog';

/** How long a log stays in memory without a document, in milliseconds. */
const unusedMs = 60_000;

/** The editors that show a log. */
export function editorsOf({ uri }: Pick<OpenLog, 'uri'>): readonly vscode.TextEditor[] {
  const key = uri.toString();
  return vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === key);
}

/**
 * Logs as read-only documents that grow. They come from a file system provider: only then does VS Code restore their tabs, and apply
 * new text as a minimal edit at any size, so that selection and scroll position stay.
 */
export class LogDocuments implements Files, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly opened = new vscode.EventEmitter<void>();
  private readonly drawn = new vscode.EventEmitter<OpenLog>();
  private readonly closed = new vscode.EventEmitter<OpenLog>();
  private readonly logs = new Map<string, OpenLog>();
  /** Scrolls to the end once the document has grown, where the end was on screen. */
  private readonly following = new Map<OpenLog, vscode.Disposable>();
  private readonly listeners: vscode.Disposable;

  readonly onDidChangeFile = this.changed.event;
  readonly onDidOpen = this.opened.event;
  /** A log looks different now. Its document updates afterwards. */
  readonly onDidDraw = this.drawn.event;
  /** That log is no longer open. */
  readonly onDidClose = this.closed.event;

  /** @param read reads a log and shows it, or why there is none. Never rejects */
  constructor(
    private readonly clock: Clock,
    private readonly read: (log: OpenLog) => Promise<void>,
  ) {
    this.listeners = vscode.Disposable.from(
      this.changed,
      this.opened,
      this.drawn,
      this.closed,
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.forgetUnused(uri)),
    );
  }

  /** Whether a log is open. It needs the fleet to load. */
  get isOpen(): boolean {
    return this.logs.size > 0;
  }

  /** The log of a document; undefined if it isn't open. */
  get(uri: vscode.Uri): OpenLog | undefined {
    return this.logs.get(uri.toString());
  }

  /** All open logs. */
  all(): readonly OpenLog[] {
    return [...this.logs.values()];
  }

  /** The open logs of a kind. */
  ofKind(kind: LogKind): readonly OpenLog[] {
    return this.all().filter(({ source }) => source.kind === kind);
  }

  /** Opens a log at its end, and reloads it unless it is complete. */
  async show(uri: vscode.Uri): Promise<vscode.TextEditor> {
    const known = this.get(uri);
    if (known && !known.isComplete) {
      await known.read(true);
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { preview: true });
    const end = document.lineAt(document.lineCount - 1).range.end;
    editor.selection = new vscode.Selection(end, end);
    revealEnd(editor);
    return editor;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const log = await this.open(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: log.version, size: log.bytes.length };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.open(uri)).bytes;
  }

  dispose(): void {
    for (const log of this.all()) {
      this.close(log);
    }
    this.logs.clear();
    this.listeners.dispose();
  }

  /** The log of a document; read on first use. */
  private async open(uri: vscode.Uri): Promise<OpenLog> {
    const key = uri.toString();
    const known = this.logs.get(key);
    if (known) {
      // Wait for the first read; later ones fire an event.
      await (known.version === 0 ? known.reading : undefined);
      return known;
    }
    const source = logSource(uri);
    if (!source) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const log: OpenLog = new OpenLog(uri, source, {
      read: this.read,
      isVisible: (shown) => editorsOf(shown).length > 0,
      onDraw: (drawn, isNewText) => this.update(drawn, isNewText),
    });
    this.logs.set(key, log);
    this.opened.fire();
    await log.read();
    // Rejects immediately if there was nothing to read.
    void this.clock.sleep(unusedMs, log.signal).then(
      () => this.forgetUnused(uri),
      () => undefined,
    );
    return log;
  }

  /**
   * Drops a log that no document shows. VS Code reports a document that changes its language as closed, although it is still there, and
   * also asks for files that nobody opens, such as those of closed tabs.
   */
  private forgetUnused(uri: vscode.Uri): void {
    const key = uri.toString();
    const log = this.logs.get(key);
    if (log && !vscode.workspace.textDocuments.some((document) => document.uri.toString() === key)) {
      this.logs.delete(key);
      this.close(log);
      this.closed.fire(log);
    }
  }

  private close(log: OpenLog): void {
    this.keepEnd(log, []);
    log.close();
  }

  /** Has VS Code read a log that has changed. Where its end is on screen, it stays there. */
  private update(log: OpenLog, isNewText: boolean): void {
    if (isNewText) {
      this.keepEnd(log, editorsOf(log).filter(isAtEnd));
      this.changed.fire([{ type: vscode.FileChangeType.Changed, uri: log.uri }]);
    }
    this.drawn.fire(log);
  }

  /** Scrolls these editors to the end of a log with its next change, and no others any more. */
  private keepEnd(log: OpenLog, editors: readonly vscode.TextEditor[]): void {
    this.following.get(log)?.dispose();
    this.following.delete(log);
    if (editors.length > 0) {
      const listener = vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() === log.uri.toString()) {
          this.keepEnd(log, []);
          editors.forEach(revealEnd);
        }
      });
      this.following.set(log, listener);
    }
  }
}

/** Whether the end of the text is on screen, so that it must stay there when the text grows. */
function isAtEnd({ document, visibleRanges }: vscode.TextEditor): boolean {
  const last = visibleRanges.at(-1)?.end.line;
  return last === undefined || last >= document.lineCount - 2;
}

/** Scrolls to the end. The selection stays: the user may be copying. */
function revealEnd(editor: vscode.TextEditor): void {
  editor.revealRange(editor.document.lineAt(editor.document.lineCount - 1).range);
}
