import * as vscode from 'vscode';
import type { Clock } from '../forge/clock';
import type { Lane } from '../forge/operations';
import type { AnsiText } from '../ui/ansiText';
import type { Files } from '../ui/lateFiles';
import { GrowingBytes } from './growingBytes';
import { type LogKind, type LogSource, logSource } from './logSources';

/** Why a document has a message instead of a log: there is none, or none yet. */
export type StandIn = 'absent' | 'failed' | 'empty';

/** How long a log stays in memory without a document, in milliseconds. */
const unusedMs = 60_000;

/** A log that is open, or that VS Code has restored. */
export class OpenLog<Kind extends LogKind = LogKind> {
  /** Aborted when the log leaves memory: it was closed, or its site is gone. */
  readonly forgotten = new AbortController();
  text = '';
  /** Why there is a message instead of a log; undefined if a log is shown, or nothing yet. */
  standIn: StandIn | undefined;
  /** When loading last failed, in milliseconds since 1970. */
  failedAt = 0;
  /** Whether the log is complete and won't grow. */
  complete = false;
  /** Size of the last response, in characters; 0 if the log isn't followed. */
  size = 0;
  /** Incremented with each change: VS Code reads a file again only if it is newer. */
  version = 0;
  /** The bytes for VS Code, once it has asked for them. */
  bytes: GrowingBytes | undefined;
  /** By line. */
  looks: AnsiText['looks'] = new Map();
  reading: Promise<void> | undefined;
  /** Whether a person waits for the running read. */
  isAwaited = false;
  /** Stops waiting for the document to update, if its end was on screen. */
  following: vscode.Disposable | undefined;

  constructor(
    readonly uri: vscode.Uri,
    readonly source: LogSource<Kind>,
  ) {}

  /** How urgent reading is: a person waits for a log they open; afterwards it is just on screen. */
  get lane(): Lane {
    return this.version === 0 || this.isAwaited ? 'user' : 'visible';
  }

  /** Whether it shows a log, and not a message instead. */
  get isShown(): boolean {
    return this.version > 0 && this.standIn === undefined;
  }

  /** Whether it is on screen. */
  get isVisible(): boolean {
    return this.editors().length > 0;
  }

  /** The editors that show it. */
  editors(): readonly vscode.TextEditor[] {
    const key = this.uri.toString();
    return vscode.window.visibleTextEditors.filter(({ document: { uri } }) => uri.toString() === key);
  }
}

/** Reads a log and shows it, or why there is none, in the document. Never rejects. */
export type ReadLog<Kind extends LogKind = LogKind> = (log: OpenLog<Kind>) => Promise<void>;

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
  private readonly readers = new Map<LogKind, ReadLog>();
  private readonly end = new AbortController();
  private readonly listeners: vscode.Disposable;

  readonly onDidChangeFile = this.changed.event;
  readonly onDidOpen = this.opened.event;
  /** A log looks different now. Its document updates afterwards. */
  readonly onDidDraw = this.drawn.event;
  /** That log is no longer open. */
  readonly onDidClose = this.closed.event;

  constructor(private readonly clock: Clock) {
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

  /** Registers the reader for a kind of logs. Call it before VS Code asks for the first one. */
  serve<Kind extends LogKind>(kind: Kind, read: ReadLog<Kind>): void {
    this.readers.set(kind, (log) => read(log as OpenLog<Kind>));
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
  ofKind<Kind extends LogKind>(kind: Kind): readonly OpenLog<Kind>[] {
    return [...this.logs.values()].filter((log): log is OpenLog<Kind> => log.source.kind === kind);
  }

  /** Opens a log at its end, and reloads it unless it is complete. */
  async show(uri: vscode.Uri): Promise<vscode.TextEditor> {
    const known = this.get(uri);
    if (known && !known.complete) {
      await this.read(known, true);
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { preview: true });
    const end = document.lineAt(document.lineCount - 1).range.end;
    editor.selection = new vscode.Selection(end, end);
    revealEnd(editor);
    return editor;
  }

  /**
   * Reads a log, one read at a time: a call during a read shares its result.
   * @param isAwaited whether a person clicked for it
   */
  read(log: OpenLog, isAwaited = false): Promise<void> {
    log.isAwaited ||= isAwaited;
    const read = this.readers.get(log.source.kind);
    log.reading ??= (read?.(log) ?? Promise.resolve()).finally(() => {
      log.reading = undefined;
      log.isAwaited = false;
    });
    return log.reading;
  }

  /** Reads the current log: waits for a running read first, which may have started before the change that this call is about. */
  async readAnew(log: OpenLog, isAwaited = false): Promise<void> {
    await log.reading;
    await this.read(log, isAwaited);
  }

  /**
   * Shows the current log.
   * @param appended the new text, if it only continues the shown text
   */
  draw(log: OpenLog, { text, looks }: AnsiText, appended?: string): void {
    log.standIn = undefined;
    log.looks = looks;
    this.replace(log, text, appended);
  }

  /** Shows why there is no log. */
  say(log: OpenLog, standIn: StandIn, sentence: string): void {
    if (log.standIn === standIn && log.text === sentence) {
      return;
    }
    log.standIn = standIn;
    log.looks = new Map();
    if (standIn === 'absent') {
      log.forgotten.abort();
    }
    this.replace(log, sentence);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const log = await this.open(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: log.version, size: bytesOf(log).length };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return bytesOf(await this.open(uri));
  }

  dispose(): void {
    this.end.abort();
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
    const log = new OpenLog(uri, source);
    this.logs.set(key, log);
    this.opened.fire();
    await this.read(log);
    // Rejects immediately if there was nothing to read.
    void this.clock.sleep(unusedMs, AbortSignal.any([this.end.signal, log.forgotten.signal])).then(
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
      log.following?.dispose();
      log.forgotten.abort();
      this.closed.fire(log);
    }
  }

  private replace(log: OpenLog, text: string, appended?: string): void {
    if (text === log.text) {
      this.drawn.fire(log);
      return;
    }
    log.following?.dispose();
    const following = log.editors().filter(isAtEnd);
    log.text = text;
    if (appended === undefined) {
      log.bytes = undefined;
    } else {
      log.bytes?.append(appended);
    }
    log.version += 1;
    if (following.length > 0) {
      log.following = vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() === log.uri.toString()) {
          log.following?.dispose();
          following.forEach(revealEnd);
        }
      });
    }
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri: log.uri }]);
    this.drawn.fire(log);
  }
}

/** Encoded once for each text: VS Code asks for its size often. */
function bytesOf(log: OpenLog): Buffer {
  log.bytes ??= new GrowingBytes(log.text);
  return log.bytes.bytes;
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
