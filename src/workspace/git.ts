import * as vscode from 'vscode';

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

/** What git says about one open folder. */
export interface Checkout {
  /** Addresses of the remotes, `origin` first. */
  readonly remotes: readonly string[];
  /** The current branch; undefined with a detached head. */
  readonly branch: string | undefined;
}

/** The repositories of the open folders, through VS Code's git extension; none where it is off or not trusted. */
export class Git implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[] = [this.changed];
  private readonly states = new Map<GitRepository, vscode.Disposable>();
  private api: GitApi | undefined;
  private last = '';

  /** A remote or the current branch of a repository is another one now. */
  readonly onDidChange = this.changed.event;

  /** Connects to the git extension. Never rejects. */
  async start(): Promise<void> {
    const extension = vscode.extensions.getExtension<{ readonly enabled: boolean; getAPI(version: 1): GitApi }>(
      'vscode.git',
    );
    try {
      const exports = await extension?.activate();
      this.api = exports?.enabled ? exports.getAPI(1) : undefined;
    } catch {
      // Git is switched off or missing: the folder then belongs to no site.
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
    }
  }

  /** Whether an open folder has a remote, so that it may belong to a site. */
  get hasRemote(): boolean {
    return this.api?.repositories.some(({ state }) => state.remotes.length > 0) ?? false;
  }

  /** The checkouts of the open folders, that of the active editor's file first. */
  checkouts(): readonly Checkout[] {
    const active = vscode.window.activeTextEditor?.document.uri;
    const holdsActive = ({ rootUri }: GitRepository) =>
      active?.scheme === rootUri.scheme && `${active.path}/`.startsWith(`${rootUri.path.replace(/\/$/, '')}/`);
    return [...(this.api?.repositories ?? [])]
      .sort((a, b) => Number(holdsActive(b)) - Number(holdsActive(a)))
      .map(({ state }) => ({
        branch: state.HEAD?.name,
        remotes: [...state.remotes]
          .sort((a, b) => Number(b.name === 'origin') - Number(a.name === 'origin'))
          .flatMap(({ fetchUrl, pushUrl }) => fetchUrl ?? pushUrl ?? []),
      }));
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables, ...this.states.values()).dispose();
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
    const now = JSON.stringify(this.checkouts());
    if (now !== this.last) {
      this.last = now;
      this.changed.fire();
    }
  }
}
