import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { FolderSites } from '../fleet/pick';
import type { RecentSites } from '../fleet/recentSites';
import type { SiteEntry } from '../fleet/rows';
import { commands, fileScheme } from '../manifest';
import type { Log } from '../ui/log';
import { PlainError } from '../ui/plainError';
import { runCommand } from '../ui/run';
import { notify } from '../ui/say';
import { steps } from '../ui/steps';
import { entryOf, type FileEntry } from './apiText';
import type { EnvironmentCommands } from './environmentCommands';
import type { EnvironmentView } from './environmentView';
import { environmentLanguage, type FileKindId, languageForReview } from './fileKinds';
import type { FileSaveHelp } from './fileSaveHelp';
import { type FileItem, fileSource } from './fileUri';
import { RemoteFiles } from './remoteFiles';
import type { LineAction, ShownTexts } from './shownTexts';

/** Remembers that the user was told about VS Code's backups of unsaved changes. */
const toldKey = 'forge.toldOfBackups';

/** Viewing and editing files of sites and servers. Loads on demand what most windows never need. */
export class FileEditing implements vscode.Disposable {
  readonly files: RemoteFiles;
  private readonly loaded: vscode.Disposable[] = [];
  private readonly listeners: vscode.Disposable;
  private view: Promise<EnvironmentView> | undefined;
  private texts: Promise<ShownTexts> | undefined;
  private help: Promise<FileSaveHelp> | undefined;

  constructor(
    private readonly fleet: Fleet,
    private readonly recent: RecentSites,
    private readonly folder: FolderSites,
    private readonly memory: vscode.Memento,
    log: Log,
  ) {
    this.files = new RemoteFiles(fleet, () => this.saveHelp(), log);
    const look = (document: vscode.TextDocument) => {
      if (document.languageId === environmentLanguage || this.siteOf(document.uri)) {
        void this.environmentView();
      }
    };
    this.listeners = vscode.workspace.onDidOpenTextDocument(look);
    vscode.workspace.textDocuments.forEach(look);
  }

  /** Asks which file of a site or server to open. */
  async openFile(entry: FileEntry): Promise<void> {
    const { openFile } = await import('./openFile');
    await openFile(this.files, this.fleet, entry);
  }

  /** Opens the file of a resource. @throws ForgeError, PlainError */
  async openItem(kind: FileKindId, entry: FileEntry, item: FileItem): Promise<void> {
    const { addressOf, showFile } = await import('./openFile');
    await showFile(this.files, addressOf(entry, kind, item));
  }

  async openEnvironment(entry: SiteEntry): Promise<void> {
    const { addressOf, showFile } = await import('./openFile');
    await showFile(this.files, addressOf(entry, 'environment'));
  }

  /** Makes the active or given document editable. */
  async allowEditing(uri = inFront()): Promise<void> {
    if (!uri) {
      throw new PlainError(
        l10n.t('Open a remote file first, with “Forge: Open Remote File…”.'),
        steps.openRemoteFile(),
      );
    }
    await this.files.allowEditing(uri);
    (await this.view)?.showAll();
    if (fileSource(uri)?.kind === 'environment' && !this.memory.get(toldKey)) {
      await this.memory.update(toldKey, true);
      void this.tellOfBackups();
    }
  }

  /** Shows or hides the values of the active .env. */
  async showValues(isShown: boolean): Promise<void> {
    const { document } = editorInFront();
    (await this.environmentView()).reveal(document, isShown);
  }

  /** Shows the value at the cursor. */
  async showValue(): Promise<void> {
    const editor = editorInFront();
    (await this.environmentView()).revealHere(editor);
  }

  async compareWithLocal(entry: SiteEntry): Promise<void> {
    await (await this.environment()).compareWithLocal(entry);
  }

  async compareWithSite(entry: SiteEntry): Promise<void> {
    await (await this.environment()).compareWithSite(entry);
  }

  async addMissingKeys(entry: SiteEntry): Promise<void> {
    await (await this.environment()).addMissingKeys(entry);
  }

  async setValue(entry: SiteEntry): Promise<void> {
    await (await this.environment()).setValue(entry);
  }

  /** Whether a document is the .env of a site, whoever is signed in. */
  isEnvironment(uri: vscode.Uri | undefined): boolean {
    return uri?.scheme === fileScheme && fileSource(uri)?.kind === 'environment';
  }

  /** The site of the .env in whose editor a command was called; undefined if it wasn't. */
  siteOf(uri: vscode.Uri | undefined): SiteEntry | undefined {
    const source = uri?.scheme === fileScheme ? fileSource(uri) : undefined;
    const entry = source?.kind === 'environment' ? entryOf(this.fleet, source) : undefined;
    return entry && 'site' in entry ? entry : undefined;
  }

  dispose(): void {
    vscode.Disposable.from(this.listeners, this.files, ...this.loaded).dispose();
  }

  private async environment(): Promise<EnvironmentCommands> {
    const { EnvironmentCommands } = await import('./environmentCommands');
    return new EnvironmentCommands(this.fleet, this.recent, this.folder, this.files, await this.shownTexts());
  }

  private environmentView(): Promise<EnvironmentView> {
    this.view ??= import('./environmentView').then(({ EnvironmentView }) =>
      this.kept(new EnvironmentView((uri) => this.files.isEditable(uri), this.fleet.clock)),
    );
    return this.view;
  }

  /** The address of a text that is only looked at. @param signal of the account that it belongs to: signed out of that, it is closed */
  async showText(
    path: string,
    text: string,
    language: string,
    signal: AbortSignal,
    actions: readonly LineAction[] = [],
  ): Promise<vscode.Uri> {
    return (await this.shownTexts()).show(path, text, language, signal, actions);
  }

  private shownTexts(): Promise<ShownTexts> {
    this.texts ??= import('./shownTexts').then(({ ShownTexts }) => this.kept(new ShownTexts()));
    return this.texts;
  }

  private saveHelp(): Promise<FileSaveHelp> {
    this.help ??= Promise.all([import('./fileSaveHelp'), this.shownTexts()]).then(([{ FileSaveHelp }, texts]) =>
      this.kept(new FileSaveHelp(this.fleet, texts)),
    );
    return this.help;
  }

  private kept<T extends vscode.Disposable>(made: T): T {
    this.loaded.push(made);
    return made;
  }

  private async tellOfBackups(): Promise<void> {
    const setValue = l10n.t('Set .env Value…');
    const answer = await notify(
      'information',
      l10n.t(
        'While this .env has unsaved changes, VS Code keeps a plain-text backup of it on this computer. “Set .env Value…” changes one key without that.',
      ),
      setValue,
    );
    if (answer === setValue) {
      await runCommand(commands.setValue);
    }
  }
}

/** The remote file in the active editor. */
function inFront(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === fileScheme ? uri : undefined;
}

/** @throws PlainError if the active editor has no remote .env. */
function editorInFront(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (!editor || ![environmentLanguage, languageForReview(environmentLanguage)].includes(editor.document.languageId)) {
    throw new PlainError(l10n.t("Open a site's .env first, with “Forge: Open .env”."), steps.openEnvironment());
  }
  return editor;
}
