import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import type { Clock } from '../forge/clock';
import {
  branchAt,
  type Checkout,
  type ConfigEntry,
  folderOfGitFile,
  type Remote,
  readCheckout,
  remotesIn,
  usableRemotes,
  wasPushedBy,
} from './gitFiles';

/** The part of the API of VS Code's own git extension (`vscode.git`, version 1) that is used here. */
interface GitApi {
  /** The program. */
  readonly git: { readonly path: string };
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
  readonly onDidCloseRepository: vscode.Event<GitRepository>;
  /** The address of a file as it was in a commit. */
  toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
}

export interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly HEAD: { readonly name?: string; readonly commit?: string } | undefined;
    readonly remotes: readonly { readonly name: string; readonly fetchUrl?: string; readonly pushUrl?: string }[];
    readonly mergeChanges: readonly GitChange[];
    readonly indexChanges: readonly GitChange[];
    readonly workingTreeChanges: readonly GitChange[];
    /** Empty unless `git.untrackedChanges` keeps them apart. */
    readonly untrackedChanges?: readonly GitChange[];
    readonly onDidChange: vscode.Event<void>;
  };
  /** Reads the state anew. */
  status(): Promise<void>;
  /** @throws where there is no such commit in this clone. */
  getCommit(ref: string): Promise<GitCommit>;
  /** Newest first. */
  log(options: { readonly range: string }): Promise<readonly GitCommit[]>;
  /** What has changed since the newest commit that both have: nothing where `to` is older than `from`. */
  diffBetween(from: string, to: string): Promise<readonly GitChange[]>;
  push(remote: string, branch: string): Promise<void>;
}

export interface GitChange {
  readonly uri: vscode.Uri;
  readonly originalUri: vscode.Uri;
  readonly renameUri: vscode.Uri | undefined;
  /** 1 for a file that is new, 6 for one that is gone (`Status` of the git extension). */
  readonly status: number;
}

export interface GitCommit {
  readonly hash: string;
  readonly message: string;
  readonly authorName?: string;
}

/** A checkout among the open folders. */
export interface Place {
  readonly root: vscode.Uri;
  readonly checkout: Checkout;
  /** Undefined where the git extension has not opened it. */
  readonly repository: GitRepository | undefined;
}

/** One whose files were read. */
interface ReadPlace extends Place {
  /** Where git keeps what belongs to this checkout alone. */
  readonly own: vscode.Uri;
}

/** What is known of a repository that the git extension has opened. */
interface Opened {
  readonly listener: vscode.Disposable;
  /** What the git program has said of its remotes, and of which it was asked. */
  addresses?: { readonly of: string; readonly remotes: readonly Remote[] };
}

/** The most that git may say about the addresses of remotes, in bytes. */
const mostAddressBytes = 1_000_000;

/** How many folders above an open one may have to be looked into for its `.git`. */
const deepest = 20;

/**
 * What git says about the open folders: through VS Code's git extension, or out of the folders' own `.git` where that cannot be
 * asked, because it is off, because it runs on another machine than this extension (SSH, WSL, containers), or because it
 * leaves a repository alone whose root is above the open folder.
 */
export class Git implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly stateChanged = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[] = [this.changed, this.stateChanged];
  /** The opened repositories, by their roots: the git extension makes the object anew each time that it hands one out. */
  private readonly opened = new Map<string, Opened>();
  private api: GitApi | undefined;
  private readonly outside = new Map<string, vscode.Disposable>();
  private read: readonly ReadPlace[] = [];
  private last = '';
  private isReady: () => void = () => undefined;

  /** Resolves when it was found out for the first time what git says. */
  readonly ready = new Promise<void>((resolve) => {
    this.isReady = resolve;
  });
  /** A remote or the current branch of a repository is another one now. */
  readonly onDidChange = this.changed.event;
  /** Anything about a repository may have changed: a commit, a fetch, a push, a file. Told often. */
  readonly onDidChangeState = this.stateChanged.event;

  constructor(
    readonly clock: Clock,
    private readonly extensionId = 'vscode.git',
  ) {}

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
    const again = () => void this.readFolders();
    const read = ({ path }: vscode.Uri) => {
      again();
      if (path.endsWith('/config')) {
        for (const repository of this.api?.repositories ?? []) {
          void this.ask(repository);
        }
      }
    };
    const watcher = vscode.workspace.createFileSystemWatcher('**/.git/{HEAD,config}');
    this.disposables.push(
      watcher,
      watcher.onDidChange(read),
      watcher.onDidCreate(read),
      vscode.workspace.onDidChangeWorkspaceFolders(again),
    );
    if (this.api) {
      this.disposables.push(
        this.api.onDidOpenRepository((repository) => void this.watch(repository)),
        this.api.onDidCloseRepository((repository) => {
          const root = repository.rootUri.toString();
          this.opened.get(root)?.listener.dispose();
          this.opened.delete(root);
          this.tell();
        }),
      );
    }
    const opened = this.api?.repositories ?? [];
    await Promise.all([this.readFolders(), ...opened.map((repository) => this.watch(repository))]);
    this.isReady();
  }

  /** Whether an open folder has a remote, so that it may belong to a site. */
  get hasRemote(): boolean {
    return this.checkouts.some(({ checkout }) => checkout.remotes.length > 0);
  }

  /** The checkouts of the open folders, in no order. */
  get checkouts(): readonly Place[] {
    const opened = (this.api?.repositories ?? []).map((repository) => this.placeOf(repository));
    const known = new Set(opened.map(({ root }) => root.toString()));
    return [...opened, ...this.read.filter(({ root }) => !known.has(root.toString()))];
  }

  /** A file as it was in a commit, for an editor that compares; undefined without the git extension. */
  fileAt(uri: vscode.Uri, commit: string): vscode.Uri | undefined {
    return this.api?.toGitUri(uri, commit);
  }

  /**
   * Whether the branch of a remote came to a commit by a push of this clone, as git's own log of the branch has it: a fetch moves it
   * as well. Undefined where git keeps no such log, or this extension cannot read it. Never rejects.
   */
  async wasPushed(root: vscode.Uri, remote: string, branch: string, commit: string): Promise<boolean | undefined> {
    try {
      const { common } = await gitFolders(root);
      return wasPushedBy(await textOf(vscode.Uri.joinPath(common, 'logs/refs/remotes', remote, branch)), commit);
    } catch {
      return undefined;
    }
  }

  dispose(): void {
    const listeners = [...this.opened.values()].map(({ listener }) => listener);
    vscode.Disposable.from(...this.disposables, ...listeners, ...this.outside.values()).dispose();
  }

  private async readFolders(): Promise<void> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const places = await Promise.all(folders.map(({ uri }) => readAbove(uri)));
    this.read = places.filter((place) => place !== undefined);
    this.watchOutside(this.read.map(({ own }) => own));
    this.tell();
  }

  /** Follows the branch of checkouts that keep it where no open folder is: above it, or in the repository of a worktree or submodule. */
  private watchOutside(gitFolders: readonly vscode.Uri[]): void {
    const outside = new Map(
      gitFolders
        .filter((folder) => !vscode.workspace.getWorkspaceFolder(folder))
        .map((folder) => [folder.toString(), folder]),
    );
    for (const [key, watcher] of this.outside) {
      if (!outside.has(key)) {
        watcher.dispose();
        this.outside.delete(key);
      }
    }
    for (const [key, folder] of outside) {
      if (!this.outside.has(key)) {
        const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, 'HEAD'));
        const again = () => void this.readFolders();
        this.outside.set(key, vscode.Disposable.from(watcher, watcher.onDidChange(again), watcher.onDidCreate(again)));
      }
    }
  }

  private async watch(repository: GitRepository): Promise<void> {
    const root = repository.rootUri.toString();
    const listener = repository.state.onDidChange(() => {
      this.tell();
      if (this.opened.get(root)?.addresses?.of !== remotesOf(repository)) {
        void this.ask(repository);
      }
    });
    this.opened.get(root)?.listener.dispose();
    this.opened.set(root, { listener });
    this.tell();
    await this.ask(repository);
  }

  private placeOf(repository: GitRepository): Place {
    const { rootUri, state } = repository;
    const told = this.opened.get(rootUri.toString())?.addresses;
    const remotes = state.remotes.flatMap(({ name, fetchUrl, pushUrl }) =>
      [...new Set([fetchUrl, pushUrl])].flatMap((url) => (url === undefined ? [] : [{ name, url }])),
    );
    return {
      root: rootUri,
      repository,
      checkout: {
        branch: branchAt(state.HEAD),
        remotes: told?.of === remotesOf(repository) ? told.remotes : usableRemotes(remotes),
      },
    };
  }

  /**
   * Asks the git program for the addresses of a repository's remotes: the git extension tells neither what `url.<base>.insteadOf` and
   * included files make of them nor more than one of each remote. Where the program does not answer, that is all that is known.
   */
  private async ask(repository: GitRepository): Promise<void> {
    const { rootUri } = repository;
    const opened = this.opened.get(rootUri.toString());
    if (!this.api || !opened || rootUri.scheme !== 'file' || !vscode.workspace.isTrusted) {
      return;
    }
    const of = remotesOf(repository);
    const { remotes } = this.placeOf(repository).checkout;
    opened.addresses = { of, remotes };
    const told = await configured(this.api.git.path, rootUri.fsPath);
    if (told && opened.addresses.of === of) {
      opened.addresses = { of, remotes: remotesIn(told) };
      this.tell();
    }
  }

  /** The git extension tells of every changed file; who wants to know of remotes and branches is told of those alone. */
  private tell(): void {
    const now = JSON.stringify(this.checkouts.map(({ root, checkout }) => [root.toString(), checkout]));
    if (now !== this.last) {
      this.last = now;
      this.changed.fire();
    }
    this.stateChanged.fire();
  }
}

/** What the git extension tells of the remotes, for comparing. */
function remotesOf({ state: { remotes } }: GitRepository): string {
  return JSON.stringify(remotes.map(({ name, fetchUrl, pushUrl }) => [name, fetchUrl, pushUrl]));
}

/** What git has configured of the addresses of remotes, with all that it includes; undefined where it does not say. */
function configured(git: string, root: string): Promise<readonly ConfigEntry[] | undefined> {
  // With a working directory of the repository, Windows would look for the program there.
  const args = ['-C', root, 'config', '-z', '--get-regexp', '^(remote\\..*\\.(push)?url|url\\..*\\.(push)?insteadof)$'];
  return new Promise((resolve) => {
    execFile(git, args, { maxBuffer: mostAddressBytes, windowsHide: true }, (error, output) => {
      // It fails with 1 where there is none.
      resolve(error && error.code !== 1 ? undefined : entriesOf(output));
    });
  });
}

/** What `git config -z` says: each name, and after a line break its value. */
function entriesOf(output: string): readonly ConfigEntry[] {
  return output
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n');
      return end < 0 ? { name: entry, value: '' } : { name: entry.slice(0, end), value: entry.slice(end + 1) };
    });
}

/** The checkout that a folder is in, which may begin above it; undefined without one. */
async function readAbove(folder: vscode.Uri): Promise<ReadPlace | undefined> {
  for (let root = folder, depth = 0; depth < deepest; depth += 1) {
    const place = await readPlace(root);
    const above = vscode.Uri.joinPath(root, '..');
    if (place || above.path === root.path) {
      return place;
    }
    root = above;
  }
  return undefined;
}

async function readPlace(root: vscode.Uri): Promise<ReadPlace | undefined> {
  try {
    const { own, common } = await gitFolders(root);
    const [config, head] = [vscode.Uri.joinPath(common, 'config'), vscode.Uri.joinPath(own, 'HEAD')];
    return { root, own, checkout: readCheckout(await textOf(config), await textOf(head)), repository: undefined };
  } catch {
    return undefined;
  }
}

/** Where git keeps what belongs to a checkout alone, and what it shares with the other worktrees of its repository. */
async function gitFolders(root: vscode.Uri): Promise<{ readonly own: vscode.Uri; readonly common: vscode.Uri }> {
  const git = vscode.Uri.joinPath(root, '.git');
  // In a worktree and in a submodule it is a file that says where the folder is.
  const elsewhere = await textOf(git).then(folderOfGitFile, () => undefined);
  const own = elsewhere === undefined ? git : at(root, elsewhere);
  const common = await textOf(vscode.Uri.joinPath(own, 'commondir')).then(
    (path) => at(own, path.trim()),
    () => own,
  );
  return { own, common };
}

async function textOf(uri: vscode.Uri): Promise<string> {
  return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
}

/** A path as git writes it, absolute or from a folder. */
function at(folder: vscode.Uri, path: string): vscode.Uri {
  return /^([/\\]|[a-z]:)/i.test(path)
    ? vscode.Uri.file(path).with({ scheme: folder.scheme, authority: folder.authority })
    : vscode.Uri.joinPath(folder, path);
}
