import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Account } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import { ForgeError, isAborted } from '../forge/errors';
import { fileScheme } from '../manifest';
import { documentOf } from '../ui/documentOf';
import { explain, PlainError } from '../ui/explain';
import type { Files } from '../ui/lateFiles';
import type { Log } from '../ui/log';
import { ApiText, absent, entryOf, type FileEntry } from './apiText';
import { fileKinds } from './fileKinds';
import { type FileSource, fileSource } from './fileUri';
import { type Outcome, RemoteFile, SaveError } from './remoteFile';
import { setLanguage } from './setLanguage';

/** How long VS Code is given at most to hear that an open file has changed, in milliseconds. */
const askingMs = 15_000;

/** How long what was read without a document is good for one, in milliseconds. */
const freshMs = 1_000;

/** How long what was read stays in memory without a document, in milliseconds. */
const unusedMs = 60_000;

interface Opened {
  readonly uri: vscode.Uri;
  readonly source: FileSource;
  readonly file: RemoteFile;
  /** Of the reading without a document. */
  loading: Promise<unknown> | undefined;
  /** When it was read without a document, milliseconds since 1970. */
  readAt: number;
  /** Whose it was when it was read. */
  account: Account | undefined;
  isEditable: boolean;
  /** Whether the next question for the version comes from a save that has just ended. */
  hasJustSaved: boolean;
  /** Called when VS Code asks for the version. */
  whenAsked: (() => void) | undefined;
  /** Why the text could not be read again before a save. */
  failure: unknown;
  /** How many changes are being made or waited for. */
  changes: number;
}

/** What is done with a file around a save. Loaded with the first one. */
export interface SaveHelp {
  /** Shows what would change and asks; true to send it. */
  agrees(uri: vscode.Uri, source: FileSource, before: string, after: string): Promise<boolean>;
  /** Shows what Forge says is wrong with the text, where it says so; nothing any more without an error. */
  showProblem(uri: vscode.Uri, source: FileSource, error: unknown): void;
  /**
   * Tells what came of a change, and offers what is next.
   * @param overwritten what is no longer there: ours where somebody else changed it, theirs where we overtook them
   */
  tell(uri: vscode.Uri, source: FileSource, outcome: Outcome, overwritten?: string): void;
}

/**
 * Files of sites and servers as documents: read-only until somebody wants to edit, saved with VS Code's own save. What is read stays in
 * memory, and only as long as the document is open or a change is on its way. There is one `RemoteFile` of each, so that each change
 * builds on the one before, in place or not.
 */
export class RemoteFiles implements Files, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly opened = new Map<string, Opened>();
  private readonly reasons = new Map<string, vscode.TextDocumentSaveReason>();
  private readonly end = new AbortController();
  private secretLanguage: Thenable<unknown> | undefined;
  private readonly listeners: vscode.Disposable;

  readonly onDidChangeFile = this.changed.event;

  constructor(
    private readonly fleet: Fleet,
    private readonly help: () => Promise<SaveHelp>,
    private readonly log: Log,
  ) {
    this.listeners = vscode.Disposable.from(
      this.changed,
      vscode.workspace.onDidOpenTextDocument((document) => this.prepare(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.close(document)),
      vscode.workspace.onWillSaveTextDocument(({ document: { uri }, reason }) => {
        if (uri.scheme === fileScheme) {
          this.reasons.set(uri.toString(), reason);
        }
      }),
      fleet.onDidChange(() => this.closeThoseOfOthers()),
    );
    for (const document of vscode.workspace.textDocuments) {
      this.prepare(document);
    }
  }

  /** Whether a file is open, which cannot be read before the fleet is. */
  get isOpen(): boolean {
    return this.opened.size > 0;
  }

  /** Reads a file, unless it is open. @throws ForgeError, PlainError */
  async load(uri: vscode.Uri): Promise<void> {
    await this.known(uri);
  }

  /**
   * Lets a document be edited, with the text as it is now.
   * @throws ForgeError, also where the token says that it may not change the file.
   */
  async allowEditing(uri: vscode.Uri): Promise<void> {
    const opened = await this.known(uri);
    await this.entry(opened.source).api.require(fileKinds[opened.source.kind].write);
    if (!this.isDirty(uri)) {
      await opened.file.look();
    }
    if (!opened.isEditable) {
      opened.isEditable = true;
      // Until VS Code has asked again it takes the file for read-only, and an edit by a command for nothing that has to be saved.
      const isAsked = new Promise<void>((resolve) => {
        opened.whenAsked = resolve;
      });
      this.fire(uri);
      if (documentOf(uri)) {
        await this.fleet.clock.within(askingMs, isAsked);
        // There and back once more: then it has taken in the answer.
        await vscode.workspace.fs.stat(uri);
      }
    }
  }

  /** The text as it is on the server, or will be with what Forge has accepted. Needs no document. @throws ForgeError, PlainError */
  async text(uri: vscode.Uri): Promise<string> {
    return (await this.known(uri)).file.text ?? '';
  }

  /**
   * Changes a file without its document, which takes the change over where it is open.
   * @param edit makes the new text of the one that is there
   * @returns when Forge has accepted it. What comes of it is told as after any save.
   * @throws PlainError where the document has unsaved changes; SaveError; ForgeError
   */
  async change(uri: vscode.Uri, edit: (text: string) => string): Promise<void> {
    const opened = await this.known(uri);
    if (this.isDirty(uri)) {
      throw new PlainError(l10n.t('This file has unsaved changes. Save or revert them first.'));
    }
    await this.whileChanging(opened, async () => {
      const help = await this.help();
      await opened.file.change(edit);
      this.follow(opened, help);
    });
    this.fire(uri);
  }

  isEditable(uri: vscode.Uri): boolean {
    return this.opened.get(uri.toString())?.isEditable === true || this.isDirty(uri);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const opened = await this.known(uri).catch((error: unknown) => {
      throw this.unavailable(error);
    });
    opened.whenAsked?.();
    const isDirty = this.isDirty(uri);
    if (opened.hasJustSaved) {
      opened.hasJustSaved = false;
    } else if (isDirty && isByHand(this.reasons.get(uri.toString()))) {
      // A save begins like this, and VS Code has told why before. A failure here would not keep VS Code from writing, so it waits for that.
      opened.failure = await opened.file.lookBeforeSave().then(
        () => undefined,
        (error: unknown) => error ?? new Error(),
      );
    }
    return {
      type: vscode.FileType.File,
      ctime: 0,
      ...opened.file.version,
      ...(opened.isEditable || isDirty ? {} : { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { file } = await this.known(uri).catch((error: unknown) => {
      throw this.unavailable(error);
    });
    return Buffer.from(file.take() ?? '');
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const key = uri.toString();
    const opened = this.opened.get(key);
    const reason = this.reasons.get(key);
    this.reasons.delete(key);
    if (!opened || !documentOf(uri)) {
      throw vscode.FileSystemError.Unavailable(l10n.t('Open the file before saving it.'));
    }
    const help = await this.help();
    const { source, file } = opened;
    help.showProblem(uri, source, undefined);
    try {
      if (!isByHand(reason)) {
        throw new PlainError(l10n.t('Auto save is off for remote files. Press Ctrl+S (⌘S on macOS) to save.'));
      }
      if (opened.failure !== undefined) {
        throw opened.failure;
      }
      await this.entry(source).api.require(fileKinds[source.kind].write);
      const agrees = (before: string, after: string) => help.agrees(uri, source, before, after);
      await file.save(textOf(content), { agrees });
    } catch (error) {
      help.showProblem(uri, source, error);
      throw this.unavailable(error, fileKinds[source.kind].isSecret);
    }
    opened.hasJustSaved = true;
    this.follow(opened, help);
  }

  dispose(): void {
    this.end.abort();
    this.opened.clear();
    this.listeners.dispose();
  }

  /** A file that is open, with its text; read where it is not. */
  private async known(uri: vscode.Uri): Promise<Opened> {
    const key = uri.toString();
    const present = this.opened.get(key);
    if (present && (present.loading || documentOf(uri) || this.fleet.clock.now() - present.readAt < freshMs)) {
      await present.loading;
      return present;
    }
    // One with a change on the way knows better than the server what the text is.
    const opened = present && isChanging(present) ? present : this.make(uri);
    this.opened.set(key, opened);
    opened.loading = this.read(opened);
    try {
      await opened.loading;
    } catch (error) {
      this.release(opened);
      throw error;
    } finally {
      opened.loading = undefined;
    }
    opened.readAt = this.fleet.clock.now();
    // VS Code also asks for files that nobody opens: those of tabs that were closed, for example.
    void this.releaseLater(opened);
    return opened;
  }

  private make(uri: vscode.Uri): Opened {
    const source = fileSource(uri);
    if (!source) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return {
      uri,
      source,
      file: new RemoteFile(new ApiText(this.fleet, source), {
        now: () => this.fleet.clock.now(),
        pause: (ms) => this.pause(source, ms),
      }),
      loading: undefined,
      readAt: 0,
      account: undefined,
      isEditable: false,
      hasJustSaved: false,
      whenAsked: undefined,
      failure: undefined,
      changes: 0,
    };
  }

  /** @throws AbortError once nobody waits any more: the window is closed, or the person has signed out. */
  private async pause(source: FileSource, ms: number): Promise<void> {
    const account = entryOf(this.fleet, source)?.account.signal ?? AbortSignal.abort();
    await this.fleet.clock.sleep(ms, AbortSignal.any([this.end.signal, account]));
  }

  /** Forgets a file that nobody uses. */
  private release(opened: Opened): void {
    if (this.opened.get(opened.uri.toString()) !== opened || documentOf(opened.uri)) {
      return;
    }
    if (isChanging(opened)) {
      void this.releaseLater(opened);
    } else {
      this.opened.delete(opened.uri.toString());
    }
  }

  private async releaseLater(opened: Opened): Promise<void> {
    await this.fleet.clock.sleep(unusedMs, this.end.signal).catch(() => undefined);
    this.release(opened);
  }

  /** Keeps a file while something is done about a change of it. */
  private async whileChanging(opened: Opened, work: () => Promise<void>): Promise<void> {
    opened.changes += 1;
    try {
      await work();
    } finally {
      opened.changes -= 1;
      this.release(opened);
    }
  }

  private async read(opened: Opened): Promise<void> {
    await this.fleet.ready;
    if (!entryOf(this.fleet, opened.source) && this.fleet.state !== 'signedOut') {
      // A tab that was restored with the window comes before the fleet.
      await this.fleet.open();
      if (!entryOf(this.fleet, opened.source)) {
        await this.fleet.refresh('visible');
      }
    }
    opened.account = this.entry(opened.source).account;
    await Promise.all([opened.file.look(), this.prepareLanguage(opened.source)]);
  }

  /** Has VS Code load the grammar that hides values before it gets any to draw. */
  private async prepareLanguage({ kind }: FileSource): Promise<void> {
    if (fileKinds[kind].isSecret) {
      this.secretLanguage ??= vscode.workspace.openTextDocument({ language: fileKinds[kind].language, content: '' });
      await this.secretLanguage.then(undefined, () => undefined);
    }
  }

  /** @throws PlainError where the fleet does not know the site or server. */
  private entry(source: FileSource): FileEntry {
    const entry = entryOf(this.fleet, source);
    if (!entry) {
      throw absent(this.fleet);
    }
    return entry;
  }

  /** Waits for an accepted change to be in place. */
  private follow(opened: Opened, help: SaveHelp): void {
    const { uri, source, file } = opened;
    void this.whileChanging(opened, async () => {
      const outcome = await file.untilApplied();
      if (outcome === 'changed') {
        this.fire(uri);
      }
      help.tell(uri, source, outcome, outcome === 'changed' ? file.lost : file.overwritten);
    }).catch((error: unknown) => {
      if (!isAborted(error)) {
        this.log.error(`Whether ${source.kind} is in place could not be found out`, error);
      }
    });
  }

  /** Gives a document its language, and leaves one that was restored with unsaved changes editable. */
  private prepare(document: vscode.TextDocument): void {
    const source = document.uri.scheme === fileScheme ? fileSource(document.uri) : undefined;
    if (source) {
      void setLanguage(document, fileKinds[source.kind].language);
    }
  }

  private close({ uri }: vscode.TextDocument): void {
    // A document that only gets another language is closed and opened as well, and is still there.
    if (uri.scheme !== fileScheme || documentOf(uri)) {
      return;
    }
    const key = uri.toString();
    this.reasons.delete(key);
    const opened = this.opened.get(key);
    if (opened) {
      // Where it is opened again while a change is on the way, it is read-only at first as any file is.
      Object.assign(opened, { isEditable: false, hasJustSaved: false, failure: undefined });
      this.release(opened);
    }
  }

  /** Who has signed out leaves nothing on screen but what they have not saved. */
  private closeThoseOfOthers(): void {
    for (const [key, { uri, source, account }] of this.opened) {
      if (account?.signal.aborted && !entryOf(this.fleet, source) && !this.isDirty(uri)) {
        this.opened.delete(key);
        void vscode.window.tabGroups.close(
          vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => shows(input, uri)),
        );
      }
    }
  }

  private isDirty(uri: vscode.Uri): boolean {
    return documentOf(uri)?.isDirty === true;
  }

  private fire(uri: vscode.Uri): void {
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  /** An error as VS Code shows it: a sentence that helps. */
  private unavailable(error: unknown, isSecret = false): unknown {
    if (error instanceof vscode.FileSystemError) {
      return error;
    }
    this.log.error('A file could not be read or saved', error);
    return vscode.FileSystemError.Unavailable(sentenceOf(error, isSecret));
  }
}

function isChanging({ changes, file }: Opened): boolean {
  return changes > 0 || file.isPending;
}

/** Whether a person has asked for the save. "Save without Formatting" tells no reason. */
function isByHand(reason: vscode.TextDocumentSaveReason | undefined): boolean {
  return reason === undefined || reason === vscode.TextDocumentSaveReason.Manual;
}

/** @param isSecret what Forge says of the text may quote it, and VS Code logs what it shows */
function sentenceOf(error: unknown, isSecret: boolean): string {
  if (isSecret && error instanceof ForgeError && error.kind === 'invalid') {
    return l10n.t('Forge rejected this. See the Problems view for details.');
  }
  if (isAborted(error)) {
    return l10n.t('You signed out before Forge responded. Sign in and save again.');
  }
  if (!(error instanceof SaveError)) {
    return explain(error).sentence;
  }
  switch (error.problem) {
    case 'changed':
      return l10n.t('Someone else just changed this file. Save again to compare.');
    case 'unconfirmed':
      return l10n.t(
        "Forge didn't confirm the change, and the server still has the old version. Your version is still in the editor. Save again.",
      );
    case 'declined':
      return l10n.t('Nothing was saved. Your changes are still in the editor.');
  }
}

/** @throws PlainError where these are not the bytes of a text: nothing is sent then that was not typed. */
function textOf(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new PlainError(l10n.t('Forge only accepts UTF-8. Use “Change File Encoding”, then save again.'));
  }
}

function shows(input: unknown, uri: vscode.Uri): boolean {
  return (
    (input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()) ||
    (input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri.toString())
  );
}
