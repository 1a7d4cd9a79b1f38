import * as vscode from 'vscode';
import { type Checkout, originFirst, readCheckout } from './gitFiles';

/** The part of the API of VS Code's own git extension (`vscode.git`, version 1) that is used here. */
interface GitApi {
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
  readonly onDidCloseRepository: vscode.Event<GitRepository>;
}

interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly HEAD: { readonly name?: string } | undefined;
    readonly remotes: readonly { readonly name: string; readonly fetchUrl?: string; readonly pushUrl?: string }[];
    readonly onDidChange: vscode.Event<void>;
  };
}

/** A checkout among the open folders. */
export interface Place {
  readonly root: vscode.Uri;
  readonly checkout: Checkout;
}

/**
 * What git says about the open folders: through VS Code's git extension, or out of the folders' own `.git` where that cannot be
 * asked, because it is off or because it runs on another machine than this extension (SSH, WSL, containers).
 */
export class Git implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[] = [this.changed];
  private readonly states = new Map<GitRepository, vscode.Disposable>();
  private api: GitApi | undefined;
  private read: readonly Place[] = [];
  private last = '';

  /** A remote or the current branch of a repository is another one now. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly extensionId = 'vscode.git') {}

  /** Finds out who can be asked. Never rejects. */
  async start(): Promise<void> {
    const extension = vscode.extensions.getExtension<{ readonly enabled: boolean; getAPI(version: 1): GitApi }>(
      this.extensionId,
    );
    try {
      const exports = await extension?.activate();
      this.api = exports?.enabled ? exports.getAPI(1) : undefined;
    } catch {
      // It could not start; the folders can still be read.
    }
    if (this.api) {
      this.disposables.push(
        this.api.onDidOpenRepository((repository) => this.watch(repository)),
        this.api.onDidCloseRepository((repository) => {
          this.states.get(repository)?.dispose();
          this.states.delete(repository);
          this.tell();
        }),
      );
      for (const repository of this.api.repositories) {
        this.watch(repository);
      }
    } else {
      const again = () => void this.readFolders();
      const watcher = vscode.workspace.createFileSystemWatcher('**/.git/{HEAD,config}');
      this.disposables.push(
        watcher,
        watcher.onDidChange(again),
        watcher.onDidCreate(again),
        vscode.workspace.onDidChangeWorkspaceFolders(again),
      );
      await this.readFolders();
    }
  }

  /** Whether an open folder has a remote, so that it may belong to a site. */
  get hasRemote(): boolean {
    return this.places().some(({ checkout }) => checkout.remotes.length > 0);
  }

  /** The checkouts of the open folders, in no order. */
  get checkouts(): readonly Place[] {
    return this.places();
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables, ...this.states.values()).dispose();
  }

  private places(): readonly Place[] {
    return (
      this.api?.repositories.map(({ rootUri, state }) => ({
        root: rootUri,
        checkout: {
          branch: state.HEAD?.name,
          remotes: originFirst(state.remotes, ({ name }) => name).flatMap(
            ({ fetchUrl, pushUrl }) => fetchUrl ?? pushUrl ?? [],
          ),
        },
      })) ?? this.read
    );
  }

  private async readFolders(): Promise<void> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const text = async (uri: vscode.Uri) => Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
    const places = await Promise.all(
      folders.map(async ({ uri: root }) => {
        const inside = (file: string) => text(vscode.Uri.joinPath(root, '.git', file));
        try {
          return { root, checkout: readCheckout(await inside('config'), await inside('HEAD')) };
        } catch {
          // No repository, or one whose `.git` is elsewhere.
          return undefined;
        }
      }),
    );
    this.read = places.filter((place) => place !== undefined);
    this.tell();
  }

  private watch(repository: GitRepository): void {
    this.states.set(
      repository,
      repository.state.onDidChange(() => this.tell()),
    );
    this.tell();
  }

  /** The git extension tells of every changed file; only remotes and branches matter here. */
  private tell(): void {
    const now = JSON.stringify(this.places());
    if (now !== this.last) {
      this.last = now;
      this.changed.fire();
    }
  }
}
