import * as vscode from 'vscode';
import type { Clock } from '../forge/clock';
import type { Lane } from '../forge/operations';
import type { AnsiText } from '../ui/ansiText';
import type { Files } from '../ui/lateFiles';
import { GrowingBytes } from './growingBytes';
import { type LogKind, type LogSource, logSource } from './logSources';

/** What stands in a document in place of a log: why there is none, or none yet. */
export type StandIn = 'absent' | 'failed' | 'empty';

/** How long what was read stays in memory without a document, in milliseconds. */
const unusedMs = 60_000;

/** A log that somebody has open, or that VS Code has restored. */
export class OpenLog<Kind extends LogKind = LogKind> {
  /** Aborted once nothing of it is in memory: it is open no more, or its site is not there. */
  readonly forgotten = new AbortController();
  text = '';
  /** Why there is a sentence and no log; undefined where a log is shown, and before anything is. */
  standIn: StandIn | undefined;
  /** When it could not be read the last time, milliseconds since 1970. */
  failedAt = 0;
  /** Whether nothing more will come. */
  complete = false;
  /** How much Forge gave the last time, in characters; 0 for what is not followed. */
  size = 0;
  /** Grows with each change: VS Code reads a file again only if it is newer. */
  version = 0;
  /** The text as VS Code reads it, once it has asked. */
  bytes: GrowingBytes | undefined;
  /** By line. */
  looks: AnsiText['looks'] = new Map();
  reading: Promise<void> | undefined;
  /** Whether somebody waits for what is being read. */
  isAwaited = false;
  /** Stops waiting for the document to follow, where its end was on screen. */
  following: vscode.Disposable | undefined;

  constructor(
    readonly uri: vscode.Uri,
    readonly source: LogSource<Kind>,
  ) {}

  /** How urgent it is to read it: who opens a log waits for it; while it grows, it is only on screen. */
  get lane(): Lane {
    return this.version === 0 || this.isAwaited ? 'user' : 'visible';
  }

  /** Whether there is a log in it, and no sentence in place of one. */
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

/** Reads a log and puts it, or why there is none, into the document. Never rejects. */
export type ReadLog<Kind extends LogKind = LogKind> = (log: OpenLog<Kind>) => Promise<void>;

/**
 * Logs as read-only documents that grow. They are files of a file system: VS Code restores the tabs of those alone, and it takes over
 * a new text by changing no more than what is new, whatever the size, so that selection and place stay.
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
  /** A log looks different now. Its document follows. */
  readonly onDidDraw = this.drawn.event;
  /** Nobody has that log open any more. */
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

  /** Whether a log is open, which cannot be read before the fleet is. */
  get isOpen(): boolean {
    return this.logs.size > 0;
  }

  /** Says who reads the logs of a kind. To be done before VS Code asks for the first. */
  serve<Kind extends LogKind>(kind: Kind, read: ReadLog<Kind>): void {
    this.readers.set(kind, (log) => read(log as OpenLog<Kind>));
  }

  /** The log of a document; undefined where it is not open. */
  get(uri: vscode.Uri): OpenLog | undefined {
    return this.logs.get(uri.toString());
  }

  /** All logs that are open. */
  all(): readonly OpenLog[] {
    return [...this.logs.values()];
  }

  /** The logs of a kind that are open. */
  ofKind<Kind extends LogKind>(kind: Kind): readonly OpenLog<Kind>[] {
    return [...this.logs.values()].filter((log): log is OpenLog<Kind> => log.source.kind === kind);
  }

  /** Opens a log at its end, read anew unless all of it is there. */
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
   * Reads a log, once at a time: whoever asks meanwhile gets what comes.
   * @param isAwaited whether somebody clicked for it
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

  /** Reads a log as it is from now on: after a reading that is under way, which may have begun before what makes this one needed. */
  async readAnew(log: OpenLog, isAwaited = false): Promise<void> {
    await log.reading;
    await this.read(log, isAwaited);
  }

  /**
   * Shows a log as it is now.
   * @param appended what comes after the text that is shown, where the new one is no more than that
   */
  draw(log: OpenLog, { text, looks }: AnsiText, appended?: string): void {
    log.standIn = undefined;
    log.looks = looks;
    this.replace(log, text, appended);
  }

  /** Says why there is no log. */
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

  /** The log of a document; read when it is asked for the first time. */
  private async open(uri: vscode.Uri): Promise<OpenLog> {
    const key = uri.toString();
    const known = this.logs.get(key);
    if (known) {
      // The first reading is waited for; later ones tell of themselves.
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
    // Rejects at once where there was nothing to read.
    void this.clock.sleep(unusedMs, AbortSignal.any([this.end.signal, log.forgotten.signal])).then(
      () => this.forgetUnused(uri),
      () => undefined,
    );
    return log;
  }

  /**
   * Forgets a log that no document shows. A document that takes another language is told of as closed, and is there all the time; and
   * VS Code also asks for files that nobody opens: those of tabs that were closed, for example.
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

/** Made once for each text: VS Code asks for its size again and again. */
function bytesOf(log: OpenLog): Buffer {
  log.bytes ??= new GrowingBytes(log.text);
  return log.bytes.bytes;
}

/** Whether the end of the text is on screen, so that it is to stay there when the text grows. */
function isAtEnd({ document, visibleRanges }: vscode.TextEditor): boolean {
  const last = visibleRanges.at(-1)?.end.line;
  return last === undefined || last >= document.lineCount - 2;
}

/** Scrolls to the end. The selection stays where it is: somebody may be copying. */
function revealEnd(editor: vscode.TextEditor): void {
  editor.revealRange(editor.document.lineAt(editor.document.lineCount - 1).range);
}
