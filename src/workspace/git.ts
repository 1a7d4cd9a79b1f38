import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { Clock } from '../forge/clock';
import { textOfFile } from '../ui/textOfFile';
import {
  branchAt,
  branchIn,
  type Checkout,
  type ConfigEntry,
  commitIn,
  folderOfGitFile,
  isReftable,
  packedCommit,
  type Remote,
  readCheckout,
  readConfig,
  remotesIn,
  usableRemotes,
  wasPushedBy,
} from './gitFiles';
import { isCommitHash } from './gitNames';

/** The part of the API of VS Code's own Git extension (`vscode.git`, version 1) that is used here. */
interface GitApi {
  /** The Git executable. */
  readonly git: { readonly path: string };
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
  readonly onDidCloseRepository: vscode.Event<GitRepository>;
  /** The URI of a file as of a commit. */
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
    /** Empty unless `git.untrackedChanges` separates them. */
    readonly untrackedChanges?: readonly GitChange[];
    readonly onDidChange: vscode.Event<void>;
  };
  /** Reads the state again. */
  status(): Promise<void>;
  /** @throws if this clone has no such commit. */
  getCommit(ref: string): Promise<GitCommit>;
  /** Newest first. */
  log(options: { readonly range: string }): Promise<readonly GitCommit[]>;
  /** The changes since the newest common commit: none if `to` is older than `from`. */
  diffBetween(from: string, to: string): Promise<readonly GitChange[]>;
  fetch(remote: string): Promise<void>;
  push(remote: string, branch: string): Promise<void>;
}

export interface GitChange {
  readonly uri: vscode.Uri;
  readonly originalUri: vscode.Uri;
  readonly renameUri: vscode.Uri | undefined;
  /** 1 for a new file, 6 for a deleted one (`Status` in the Git extension). */
  readonly status: number;
}

export interface GitCommit {
  readonly hash: string;
  readonly message: string;
  readonly authorName?: string;
}

/** A checkout in the open folders. */
export interface Place {
  readonly root: vscode.Uri;
  readonly checkout: Checkout;
  /** Undefined if the Git extension hasn't opened it. */
  readonly repository: GitRepository | undefined;
}

/** A checkout whose files were read. */
interface ReadPlace extends Place {
  /** Git's folder for this checkout alone. */
  readonly own: vscode.Uri;
}

/** A repository that the Git extension has opened. */
interface Opened {
  readonly listener: vscode.Disposable;
  /** Its remotes according to Git itself, and for which state it was asked. */
  addresses?: { readonly of: string; readonly remotes: readonly Remote[] };
}

/** How long Git may take to tell its configuration, in milliseconds. */
const mostConfigMs = 10_000;

/** Maximum size of Git's output about remote URLs, in bytes. */
const mostAddressBytes = 1_000_000;

/** Maximum size of a file that is read from a commit, in bytes. */
const mostBlobBytes = 1_000_000;

/** Maximum number of parent folders searched for `.git`. */
const deepest = 20;

/**
 * What Git says about the open folders: through VS Code's Git extension, or else from the folders' own `.git`, because the extension is
 * disabled, runs on another machine than this one (SSH, WSL, containers), or ignores a repository whose root is above the open
 * folder.
 */
export class Git implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly stateChanged = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[] = [this.changed, this.stateChanged];
  /** The opened repositories by root: the Git extension returns a new object each time. */
  private readonly opened = new Map<string, Opened>();
  private api: GitApi | undefined;
  private readonly outside = new Map<string, vscode.Disposable>();
  private read: readonly ReadPlace[] = [];
  private last = '';
  private isReady: () => void = () => undefined;

  /** Resolves when Git's state is known for the first time. */
  readonly ready = new Promise<void>((resolve) => {
    this.isReady = resolve;
  });
  /** A remote or the current branch of a repository changed. */
  readonly onDidChange = this.changed.event;
  /** Anything about a repository may have changed: a commit, a fetch, a push, a file. Fires often. */
  readonly onDidChangeState = this.stateChanged.event;

  constructor(
    readonly clock: Clock,
    private readonly extensionId = 'vscode.git',
  ) {}

  /** Finds the Git extension and reads the folders. Never rejects. */
  async start(): Promise<void> {
    const extension = vscode.extensions.getExtension<{ readonly enabled: boolean; getAPI(version: 1): GitApi }>(
      this.extensionId,
    );
    try {
      const exports = await extension?.activate();
      this.api = exports?.enabled ? exports.getAPI(1) : undefined;
    } catch {
      // The Git extension failed to start; the folders can still be read.
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
      vscode.workspace.onDidGrantWorkspaceTrust(again),
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

  /** The checkouts of the open folders, in no particular order. */
  get checkouts(): readonly Place[] {
    const opened = (this.api?.repositories ?? []).map((repository) => this.placeOf(repository));
    const known = new Set(opened.map(({ root }) => root.toString()));
    return [...opened, ...this.read.filter(({ root }) => !known.has(root.toString()))];
  }

  /** The URI of a file as of a commit, for a diff editor; undefined without the Git extension. */
  fileAt(uri: vscode.Uri, commit: string): vscode.Uri | undefined {
    return this.api?.toGitUri(uri, commit);
  }

  /**
   * A small text file of a commit, relative to the root of its repository; undefined if it isn't there, or Git can't be asked. Runs no filter
   * that the repository configures. Never rejects.
   */
  async textAt(root: vscode.Uri, commit: string, path: string): Promise<string | undefined> {
    return this.api && root.scheme === 'file' && vscode.workspace.isTrusted && isCommitHash(commit)
      ? blobOf(this.api.git.path, root.fsPath, commit, path)
      : undefined;
  }

  /**
   * Whether a push from this clone moved a remote's branch to a commit, according to Git's reflog of the branch: a fetch moves it
   * too. Undefined if there is no reflog, or it can't be read. Never rejects.
   */
  async wasPushed(root: vscode.Uri, remote: string, branch: string, commit: string): Promise<boolean | undefined> {
    try {
      const { common } = await gitFolders(root);
      return wasPushedBy(await textOfFile(vscode.Uri.joinPath(common, 'logs/refs/remotes', remote, branch)), commit);
    } catch {
      return undefined;
    }
  }

  /**
   * The commit of a remote's branch as last fetched or pushed, from the repository's files: to start Git for it would take many times as
   * long, and Git's state changes with every file that is saved. Undefined if there is none.
   * @throws if the files can't be read, or don't say
   */
  async remoteCommit(root: vscode.Uri, remote: string, branch: string): Promise<string | undefined> {
    const { common } = await gitFolders(root);
    if (isReftable(await textOfFile(vscode.Uri.joinPath(common, 'HEAD')))) {
      throw new Error('Refs are stored in a table.');
    }
    const ref = `refs/remotes/${remote}/${branch}`;
    const own = await textOrEmpty(vscode.Uri.joinPath(common, ref));
    return own === ''
      ? packedCommit(await textOrEmpty(vscode.Uri.joinPath(common, 'packed-refs')), ref)
      : commitIn(own);
  }

  /** When a checkout last fetched, in milliseconds since 1970; undefined if never. Never rejects. */
  async fetchedAt(root: vscode.Uri): Promise<number | undefined> {
    try {
      const { own } = await gitFolders(root);
      return (await vscode.workspace.fs.stat(vscode.Uri.joinPath(own, 'FETCH_HEAD'))).mtime;
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

  /** Watches the branch of checkouts that store it outside the open folders: above them, or in the repository of a worktree or submodule. */
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
   * Asks Git for the URLs of a repository's remotes: the Git extension ignores `url.<base>.insteadOf` and included files, and
   * returns only one URL for each remote. If Git doesn't answer, that has to do.
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

  /** The Git extension reports every changed file; `onDidChange` fires only for remotes and branches. */
  private tell(): void {
    const now = JSON.stringify(this.checkouts.map(({ root, checkout }) => [root.toString(), checkout]));
    if (now !== this.last) {
      this.last = now;
      this.changed.fire();
    }
    this.stateChanged.fire();
  }
}

/** The remotes according to the Git extension, for comparison. */
function remotesOf({ state: { remotes } }: GitRepository): string {
  return JSON.stringify(remotes.map(({ name, fetchUrl, pushUrl }) => [name, fetchUrl, pushUrl]));
}

/** Git's configuration of remote URLs, including included files; undefined if Git doesn't answer. */
function configured(git: string, root: string): Promise<readonly ConfigEntry[] | undefined> {
  // If the repository were the working directory, Windows would look for the executable there.
  const args = ['-C', root, 'config', '-z', '--get-regexp', '^(remote\\..*\\.(push)?url|url\\..*\\.(push)?insteadof)$'];
  return new Promise((resolve) => {
    // A configuration that includes a pipe would keep Git waiting.
    execFile(git, args, { maxBuffer: mostAddressBytes, windowsHide: true, timeout: mostConfigMs }, (error, output) => {
      // Git exits with 1 if there are no matches.
      resolve(error && error.code !== 1 ? undefined : entriesOf(output));
    });
  });
}

function blobOf(git: string, root: string, commit: string, path: string): Promise<string | undefined> {
  const args = ['-C', root, 'cat-file', 'blob', `${commit}:${path}`];
  return new Promise((resolve) => {
    execFile(git, args, { maxBuffer: mostBlobBytes, windowsHide: true, timeout: mostConfigMs }, (error, output) => {
      resolve(error ? undefined : output);
    });
  });
}

/** Parses `git config -z`: each name, and its value after a line break. */
function entriesOf(output: string): readonly ConfigEntry[] {
  return output
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n');
      return end < 0 ? { name: entry, value: '' } : { name: entry.slice(0, end), value: entry.slice(end + 1) };
    });
}

/** The checkout that a folder is in, whose root may be above it; undefined if there is none. */
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
    const head = await textOfFile(vscode.Uri.joinPath(own, 'HEAD'));
    const config = await readConfiguration(own, common, head);
    return { root, own, checkout: readCheckout(config, head), repository: undefined };
  } catch {
    return undefined;
  }
}

/**
 * The configuration of a checkout, and of the user. In a workspace that isn't trusted only its own file is read: what it includes may be
 * anywhere. Throws if that can't be read.
 */
async function readConfiguration(own: vscode.Uri, common: vscode.Uri, head: string): Promise<readonly ConfigEntry[]> {
  const config = vscode.Uri.joinPath(common, 'config');
  if (!vscode.workspace.isTrusted) {
    return readConfig(await textOfFile(config));
  }
  await vscode.workspace.fs.stat(config);
  const isHere = own.scheme === 'file';
  const home = isHere ? vscode.Uri.file(homedir()).path : undefined;
  const settings = process.env.XDG_CONFIG_HOME ? vscode.Uri.file(process.env.XDG_CONFIG_HOME).path : `${home}/.config`;
  const ofUser = home === undefined ? [] : [`${settings}/git/config`, `${home}/.gitconfig`];
  const real = isHere ? vscode.Uri.file(await realpath(own.fsPath)).path : own.path;
  const { readConfigs } = await import('./gitIncludes');
  return readConfigs([...ofUser, config.path], {
    gitFolders: [...new Set([own.path, real])],
    branch: branchIn(head),
    home,
    read: (path) => textOfFile(at(own, path)).catch(() => undefined),
  });
}

/** Git's folder for a checkout alone, and the one shared with the other worktrees of its repository. */
async function gitFolders(root: vscode.Uri): Promise<{ readonly own: vscode.Uri; readonly common: vscode.Uri }> {
  const git = vscode.Uri.joinPath(root, '.git');
  // In a worktree or submodule, `.git` is a file with the path of the folder.
  const elsewhere = await textOfFile(git).then(folderOfGitFile, () => undefined);
  const own = elsewhere === undefined ? git : at(root, elsewhere);
  const common = await textOfFile(vscode.Uri.joinPath(own, 'commondir')).then(
    (path) => at(own, path.trim()),
    () => own,
  );
  return { own, common };
}

/** The text of a file, empty if it is missing. @throws what `textOfFile` throws for one that can't be read. */
async function textOrEmpty(uri: vscode.Uri): Promise<string> {
  try {
    return await textOfFile(uri);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') {
      return '';
    }
    throw error;
  }
}

/** Resolves a path as Git writes it, absolute or relative to a folder. */
function at(folder: vscode.Uri, path: string): vscode.Uri {
  return /^([/\\]|[a-z]:)/i.test(path)
    ? vscode.Uri.file(path).with({ scheme: folder.scheme, authority: folder.authority })
    : vscode.Uri.joinPath(folder, path);
}
