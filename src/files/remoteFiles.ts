import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Account } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import { afterThisTurn } from '../forge/clock';
import { ForgeError, isAborted } from '../forge/errors';
import { fileScheme } from '../manifest';
import { documentOf } from '../ui/documentOf';
import { type Explanation, explain } from '../ui/explain';
import type { Files } from '../ui/lateFiles';
import type { Log } from '../ui/log';
import { PlainError } from '../ui/plainError';
import { offer } from '../ui/say';
import { steps } from '../ui/steps';
import { ApiText, absent, entryOf, type FileEntry } from './apiText';
import { environmentLanguage, fileKinds } from './fileKinds';
import { type FileSource, fileSource } from './fileUri';
import { type Outcome, RemoteFile, SaveError } from './remoteFile';
import { setLanguage } from './setLanguage';

/** How long to wait for VS Code to react to the change of an open file, in milliseconds. */
const loadingMs = 15_000;

/** How long text that was loaded without a document may be used for one, in milliseconds. */
const freshMs = 1_000;

/** How long a file stays in memory without a document, in milliseconds. */
const unusedMs = 60_000;

interface Opened {
  readonly uri: vscode.Uri;
  readonly source: FileSource;
  readonly file: RemoteFile;
  /** The running load without a document. */
  loading: Promise<unknown> | undefined;
  /** When it was loaded without a document, in milliseconds since 1970. */
  readAt: number;
  /** The account it was loaded with. */
  account: Account | undefined;
  isEditable: boolean;
  /** Whether the next `stat` comes from a save that just ended. */
  hasJustSaved: boolean;
  /** Called when VS Code reads the text. */
  whenRead: (() => void) | undefined;
  /** Why reading the text before a save failed. */
  failure: unknown;
  /** Number of changes in progress. */
  changes: number;
}

/** A save that failed, until VS Code is told. */
interface Refusal {
  readonly error: vscode.FileSystemError;
  isTold: boolean;
  /** Whether VS Code has gone on since the save, so that its question was sent if nobody else's was. */
  isDue: boolean;
}

/** Prompts and messages around a save. Loaded with the first one. */
export interface SaveHelp {
  /** Shows the changes and asks; true to send them. */
  agrees(uri: vscode.Uri, source: FileSource, before: string, after: string): Promise<object | undefined>;
  /** Shows Forge's errors about the text, if any; without an error, removes them. */
  showProblem(uri: vscode.Uri, source: FileSource, error: unknown): void;
  /**
   * Reports the result of a change, and offers the next step.
   * @param overwritten the lost text: ours if someone else changed it, theirs if we overwrote it
   */
  tell(uri: vscode.Uri, source: FileSource, outcome: Outcome, overwritten?: string): void;
}

/**
 * Files of sites and servers as documents: read-only until the user edits them, saved with VS Code's own save. Text stays in memory, and
 * only while the document is open or a change is pending. Each file has one `RemoteFile`, so that each change builds on the
 * previous one, in place or not.
 */
export class RemoteFiles implements Files, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly opened = new Map<string, Opened>();
  private readonly reasons = new Map<string, vscode.TextDocumentSaveReason>();
  private readonly refusals = new Map<string, Refusal>();
  private readonly end = new AbortController();
  /** VS Code loads the grammar that hides values with the first document in its language: long before any is drawn. */
  private readonly secretLanguage: Thenable<unknown> = vscode.workspace
    .openTextDocument({ language: environmentLanguage, content: '' })
    .then(undefined, () => undefined);
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
          this.refusals.delete(uri.toString());
        }
      }),
      fleet.onDidChange(() => this.closeThoseOfOthers()),
    );
    for (const document of vscode.workspace.textDocuments) {
      this.prepare(document);
    }
  }

  /** Whether a file is open. It needs the fleet to load. */
  get isOpen(): boolean {
    return this.opened.size > 0;
  }

  /** Loads a file, unless it is open. @throws ForgeError, PlainError */
  async load(uri: vscode.Uri): Promise<void> {
    await this.known(uri);
  }

  /**
   * Makes a document editable, with the current text.
   * @throws ForgeError, also if the token says that it can't change the file.
   */
  async allowEditing(uri: vscode.Uri): Promise<void> {
    const opened = await this.known(uri);
    await this.entry(opened.source).api.require(fileKinds[opened.source.kind].write);
    if (!this.isDirty(uri)) {
      await opened.file.look();
    }
    if (!opened.isEditable) {
      opened.isEditable = true;
      const isLoaded = documentOf(uri)?.isDirty === false;
      if (!isLoaded) {
        this.fire(uri);
        return;
      }
      // Until VS Code has loaded the file again, it treats it as read-only, and a command's edits don't make it dirty. It calls `stat` at
      // other times, too, but reads the text only to load it, and only of a new version.
      const isRead = new Promise<void>((resolve) => {
        opened.whenRead = resolve;
      });
      opened.file.renew();
      this.fire(uri);
      await this.fleet.clock.within(loadingMs, isRead);
      // After another round trip, it has processed the answer.
      await vscode.workspace.fs.stat(uri);
    }
  }

  /** The text on the server, including accepted changes. Needs no document. @throws ForgeError, PlainError */
  async text(uri: vscode.Uri): Promise<string> {
    return (await this.known(uri)).file.text ?? '';
  }

  /**
   * Changes a file without its document; an open document reloads.
   * @param edit makes the new text from the current one
   * @returns when Forge has accepted it. The result is reported as after any save.
   * @throws PlainError if the document has unsaved changes; SaveError; ForgeError
   */
  async change(uri: vscode.Uri, edit: (text: string) => Promise<string>): Promise<void> {
    const opened = await this.known(uri);
    if (this.isDirty(uri)) {
      throw new PlainError(
        l10n.t('This file has unsaved changes. Save or revert them first.'),
        steps.save(uri),
        steps.revert(uri),
      );
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
    this.throwRefusal(uri.toString());
    const opened = await this.known(uri).catch((error: unknown) => {
      throw this.unavailable(error);
    });
    const document = documentOf(uri);
    const isDirty = document?.isDirty === true;
    let { version } = opened.file;
    if (opened.hasJustSaved) {
      opened.hasJustSaved = false;
    } else if (isDirty && isByHand(this.reasons.get(uri.toString()))) {
      // A save starts with `stat`, after VS Code gave its reason. An error here wouldn't stop VS Code from writing, so throw it there.
      try {
        opened.failure = undefined;
        version = await opened.file.lookBeforeSave(document.getText());
      } catch (error) {
        opened.failure = error ?? new Error();
      }
    }
    return {
      type: vscode.FileType.File,
      ctime: 0,
      ...version,
      ...(opened.isEditable || isDirty ? {} : { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { file, whenRead } = await this.known(uri).catch((error: unknown) => {
      throw this.unavailable(error);
    });
    whenRead?.();
    return Buffer.from(file.take() ?? '');
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const key = uri.toString();
    const reason = this.reasons.get(key);
    this.reasons.delete(key);
    this.refusals.delete(key);
    try {
      await this.save(uri, content, isByHand(reason));
    } catch (error) {
      this.refuse(uri, error);
    }
  }

  dispose(): void {
    this.end.abort();
    this.opened.clear();
    this.listeners.dispose();
  }

  private async save(uri: vscode.Uri, content: Uint8Array, isWanted: boolean): Promise<void> {
    if (!documentOf(uri)) {
      throw new PlainError(l10n.t('Open the file before saving it.'), steps.openRemoteFile());
    }
    const opened = await this.known(uri);
    const help = await this.help();
    const { source, file } = opened;
    help.showProblem(uri, source, undefined);
    try {
      if (!isWanted) {
        throw new PlainError(l10n.t('Auto save is off for remote files. Press Ctrl+S (⌘S on macOS) to save.'));
      }
      if (opened.failure !== undefined) {
        throw opened.failure;
      }
      await this.entry(source).api.require(fileKinds[source.kind].write);
      const agrees = (before: string, after: string) => help.agrees(uri, source, before, after);
      await file.save(textOf(uri, content), { agrees });
    } catch (error) {
      help.showProblem(uri, source, error);
      throw error;
    }
    opened.hasJustSaved = true;
    this.follow(opened, help);
  }

  /**
   * Makes a save fail. VS Code shows the URI with an error of `writeFile`, but not with one of the `stat` that follows (seen in 1.100 and
   * 1.139). What it shows has only its own buttons, so that an error with other steps is also shown by this extension.
   */
  private refuse(uri: vscode.Uri, error: unknown): void {
    const source = fileSource(uri);
    const { sentence, steps: helpful } = explainSave(
      uri,
      error,
      source !== undefined && fileKinds[source.kind].isSecret === true,
    );
    if (!(error instanceof SaveError)) {
      this.log.error('A file could not be saved', error);
    } else if (error.problem !== 'declined') {
      this.log.error('A file could not be saved', new PlainError(sentence));
    }
    const hasOwnSteps = helpful.some(({ command }) => command);
    const shown = hasOwnSteps ? nothingSaved() : sentence;
    const refusal: Refusal = { error: vscode.FileSystemError.Unavailable(shown), isTold: false, isDue: false };
    this.refusals.set(uri.toString(), refusal);
    const due = () => {
      refusal.isDue = true;
      this.forgetIfTold(uri.toString(), refusal);
    };
    // A round trip that begins once VS Code was answered.
    afterThisTurn(() => void vscode.commands.executeCommand('noop').then(due, due));
    if (hasOwnSteps) {
      void offer('error', sentence, helpful);
    }
  }

  /** @throws the error of a failed save, to whoever asks until VS Code surely has. */
  private throwRefusal(key: string): void {
    const refusal = this.refusals.get(key);
    if (refusal) {
      refusal.isTold = true;
      this.forgetIfTold(key, refusal);
      throw refusal.error;
    }
  }

  private forgetIfTold(key: string, refusal: Refusal): void {
    if (refusal.isTold && refusal.isDue && this.refusals.get(key) === refusal) {
      this.refusals.delete(key);
    }
  }

  /** An open file with its text; loaded if it isn't open. */
  private async known(uri: vscode.Uri): Promise<Opened> {
    const key = uri.toString();
    const present = this.opened.get(key);
    if (present && (present.loading || isLoaded(present) || this.fleet.clock.now() - present.readAt < freshMs)) {
      await present.loading;
      return present;
    }
    // A file with a pending change knows its text better than the server.
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
    // VS Code also asks for files that nobody opens, such as those of closed tabs.
    void this.releaseLater(opened);
    return opened;
  }

  private make(uri: vscode.Uri): Opened {
    const source = fileSource(uri);
    if (!source) {
      throw vscode.FileSystemError.FileNotFound(l10n.t("This isn't a file from Laravel Forge."));
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
      whenRead: undefined,
      failure: undefined,
      changes: 0,
    };
  }

  /** @throws AbortError once nobody waits anymore: the window is closed, or the user has signed out. */
  private async pause(source: FileSource, ms: number): Promise<void> {
    const account = entryOf(this.fleet, source)?.account.signal ?? AbortSignal.abort();
    await this.fleet.clock.sleep(ms, AbortSignal.any([this.end.signal, account]));
  }

  /** Drops an unused file. */
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

  /** Keeps a file while a change of it is in progress. */
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
      // A tab restored with the window loads before the fleet.
      await this.fleet.open();
      if (!entryOf(this.fleet, opened.source)) {
        await this.fleet.refresh('visible');
      }
    }
    opened.account = this.entry(opened.source).account;
    await Promise.all([opened.file.look(), fileKinds[opened.source.kind].isSecret && this.secretLanguage]);
  }

  /** @throws PlainError if the fleet doesn't know the site or server. */
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

  /** Sets a document's language. One that was restored with unsaved changes stays editable. */
  private prepare(document: vscode.TextDocument): void {
    const source = document.uri.scheme === fileScheme ? fileSource(document.uri) : undefined;
    if (source) {
      void setLanguage(document, fileKinds[source.kind].language);
    }
  }

  private close({ uri }: vscode.TextDocument): void {
    // VS Code also reports a document as closed and opened when its language changes.
    if (uri.scheme !== fileScheme || documentOf(uri)) {
      return;
    }
    const key = uri.toString();
    this.reasons.delete(key);
    const opened = this.opened.get(key);
    if (opened) {
      // If it is opened again while a change is pending, it is read-only at first, as any file.
      Object.assign(opened, { isEditable: false, hasJustSaved: false, failure: undefined });
      this.release(opened);
    }
  }

  /** Closes the files of signed-out accounts, except those with unsaved changes. */
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

  /** An error with a helpful message, for VS Code to show. */
  private unavailable(error: unknown): unknown {
    if (error instanceof vscode.FileSystemError) {
      return error;
    }
    this.log.error('A file could not be read', error);
    return vscode.FileSystemError.Unavailable(explain(error).sentence);
  }
}

/** Whether it has a document, and a text for it. */
function isLoaded({ uri, file }: Opened): boolean {
  return documentOf(uri) !== undefined && file.text !== undefined;
}

function isChanging({ changes, file }: Opened): boolean {
  return changes > 0 || file.isPending;
}

/** Whether the user requested the save. "Save without Formatting" gives no reason. */
function isByHand(reason: vscode.TextDocumentSaveReason | undefined): boolean {
  return reason === undefined || reason === vscode.TextDocumentSaveReason.Manual;
}

/** @param isSecret Forge's errors may quote the text, and VS Code logs what it shows */
function explainSave(uri: vscode.Uri, error: unknown, isSecret: boolean): Pick<Explanation, 'sentence' | 'steps'> {
  if (isSecret && error instanceof ForgeError && error.kind === 'invalid' && Object.keys(error.fields).length > 0) {
    return {
      sentence: l10n.t('Forge rejected this. See the Problems view for details.'),
      steps: [steps.showProblems()],
    };
  }
  if (isAborted(error)) {
    return {
      sentence: l10n.t('You signed out before Forge responded. Sign in and save again.'),
      steps: [steps.signIn(), steps.save(uri)],
    };
  }
  if (!(error instanceof SaveError)) {
    return explain(error);
  }
  switch (error.problem) {
    case 'changed':
      return { sentence: l10n.t('Someone else just changed this file. Save again to compare.'), steps: [] };
    case 'unconfirmed':
      return {
        sentence: l10n.t(
          "Forge didn't confirm the change, and the server still has the old version. Your version is still in the editor. Save again.",
        ),
        steps: [],
      };
    case 'declined':
      return { sentence: nothingSaved(), steps: [] };
  }
}

function nothingSaved(): string {
  return l10n.t('Nothing was saved. Your changes are still in the editor.');
}

/** @throws PlainError if the bytes aren't valid text, so that nothing is sent that wasn't typed. */
function textOf(uri: vscode.Uri, content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new PlainError(
      l10n.t('Forge only accepts UTF-8. Use “Change File Encoding”, then save again.'),
      steps.changeEncoding(uri),
    );
  }
}

function shows(input: unknown, uri: vscode.Uri): boolean {
  return (
    (input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()) ||
    (input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri.toString())
  );
}
