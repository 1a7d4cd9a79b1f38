import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

/** The part of a file system that differs between ours. */
export interface Files extends Pick<vscode.FileSystemProvider, 'onDidChangeFile' | 'stat' | 'readFile'> {
  /** Omitted if all files are read-only. */
  writeFile?(uri: vscode.Uri, content: Uint8Array): Promise<void>;
}

/**
 * The documents of a scheme, as a file system without folders. It is registered at activation, because VS Code restores tabs first thing,
 * but what reads the files is loaded with the first of them.
 */
export class LateFiles implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly registration: vscode.Disposable;
  private loading: Promise<Files> | undefined;

  readonly onDidChangeFile = this.changed.event;

  constructor(
    scheme: string,
    private readonly load: () => Promise<Files>,
    options: { readonly isReadonly?: boolean } = {},
  ) {
    // VS Code may restore a document from its own copy of unsaved changes, without reading the file.
    const look = ({ uri }: vscode.TextDocument) => {
      if (uri.scheme === scheme) {
        this.files().catch(() => undefined);
      }
    };
    this.registration = vscode.Disposable.from(
      vscode.workspace.registerFileSystemProvider(scheme, this, { isCaseSensitive: true, ...options }),
      vscode.workspace.onDidOpenTextDocument(look),
    );
    vscode.workspace.textDocuments.forEach(look);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return (await this.files()).stat(uri);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.files()).readFile(uri);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const files = await this.files();
    if (!files.writeFile) {
      throw refused();
    }
    await files.writeFile(uri, content);
  }

  /** Changes of all open files are reported anyway. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {
    throw refused();
  }

  delete(): void {
    throw refused();
  }

  rename(): void {
    throw refused();
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }

  private files(): Promise<Files> {
    this.loading ??= this.load().then((files) => {
      files.onDidChangeFile((changes) => this.changed.fire(changes));
      return files;
    });
    return this.loading;
  }
}

/** What none of these files can have done to it. Made of words: made of a URI, the error would show that. */
function refused(): vscode.FileSystemError {
  return vscode.FileSystemError.NoPermissions(
    l10n.t("Documents from Laravel Forge can't be created, renamed or deleted here."),
  );
}
