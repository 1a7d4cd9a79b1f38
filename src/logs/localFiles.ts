import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { Git } from '../workspace/git';
import { isSameRepository } from '../workspace/matchSites';
import { isOfPackage, pathsInFolder, repositoryPath } from './remotePath';

/** How long it is taken for granted that a file is there, or is not, in milliseconds. */
const memoryMs = 10_000;

/** What came with a package, or was made by a build. */
const notOwn = '**/{node_modules,vendor,storage,dist,build}/**';

/** The most files of one name that are looked at, and parts of a repository that a place may be relative to. */
const mostOfName = 10;
const mostParts = 50;

/** Whatever is larger is no file that somebody has written, in bytes. */
const largestFile = 2_000_000;

/** Finds the files of the open folders that a log names. Never looks outside them. */
export class LocalFiles {
  private found = new Map<string, Promise<vscode.Uri | undefined>>();
  private foundSince = 0;
  private parts: Promise<readonly vscode.Uri[]> | undefined;

  constructor(
    private readonly fleet: Fleet,
    private readonly git: Pick<Git, 'checkouts'>,
  ) {}

  /**
   * The local file of a path that a log of a site names, as `repositoryPath` takes it; of a name alone, where `line` tells that it is meant.
   * @param siteKey of the site whose log it is; undefined where it belongs to none.
   * @param line that is named in it, from 1
   * @returns undefined where no open folder has it, or more than one could be meant.
   */
  find(path: string, siteKey: string | undefined, line?: number): Promise<vscode.Uri | undefined> {
    const relative = repositoryPath(path);
    if (relative === null) {
      return Promise.resolve(undefined);
    }
    if (this.fleet.clock.now() - this.foundSince > memoryMs) {
      this.found = new Map();
      this.parts = undefined;
      this.foundSince = this.fleet.clock.now();
    }
    const isName = !relative.includes('/');
    // A path of the server tells where it is; another one may be relative to wherever a tool ran.
    const isExact = path.startsWith('/');
    const key = [siteKey ?? '', isExact ? '/' : '', relative, isName ? line : ''].join('\n');
    const known = this.found.get(key) ?? this.search(relative, siteKey, isExact, isName ? line : undefined);
    this.found.set(key, known);
    return known;
  }

  private async search(
    relative: string,
    siteKey: string | undefined,
    isExact: boolean,
    line: number | undefined,
  ): Promise<vscode.Uri | undefined> {
    for (const uri of this.candidates(relative, siteKey)) {
      if (await isFile(uri)) {
        return uri;
      }
    }
    if (isExact || isOfPackage(relative)) {
      return undefined;
    }
    const others = line === undefined ? await this.inParts(relative) : await this.named(relative, line);
    const own = this.ownRoots(siteKey);
    const [only, ...more] = others.filter((uri) => own.length === 0 || own.some((root) => isWithin(uri, root)));
    return more.length === 0 ? only : undefined;
  }

  /** The files of that path in parts of a repository that are built on their own: what a build in `packages/web` says is relative to it. */
  private async inParts(relative: string): Promise<readonly vscode.Uri[]> {
    this.parts ??= Promise.resolve(
      vscode.workspace
        .findFiles('*/**/{package,composer}.json', notOwn, mostParts)
        .then((files) => [
          ...new Map(
            files.map((file) => vscode.Uri.joinPath(file, '..')).map((part) => [part.toString(), part]),
          ).values(),
        ]),
    );
    const found = (await this.parts).map(async (part) => {
      const uri = vscode.Uri.joinPath(part, relative);
      return (await isFile(uri)) ? [uri] : [];
    });
    return (await Promise.all(found)).flat();
  }

  /** The files of that name that have such a line, and something in it. */
  private async named(name: string, line: number): Promise<readonly vscode.Uri[]> {
    if (!/^[\w.-]+$/.test(name)) {
      return [];
    }
    const files = await vscode.workspace.findFiles(`**/${name}`, notOwn, mostOfName);
    const found = files.map(async (file) => ((await hasLine(file, line)) ? [file] : []));
    return (await Promise.all(found)).flat();
  }

  /** The open checkouts of the repository that a site deploys. */
  private ownRoots(siteKey: string | undefined): readonly vscode.Uri[] {
    const repository = siteKey === undefined ? null : (this.fleet.site(siteKey)?.site.repository ?? null);
    const isIts = ({ url }: { readonly url: string }) => repository !== null && isSameRepository(url, repository);
    return this.git.checkouts.filter(({ checkout: { remotes } }) => remotes.some(isIts)).map(({ root }) => root);
  }

  /** Where it may be, the likeliest first. */
  private candidates(relative: string, siteKey: string | undefined): readonly vscode.Uri[] {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    // Two open folders may have a file of that name: the one of the site's repository is meant.
    const own = this.ownRoots(siteKey);
    const roots = own.length > 0 ? own : this.git.checkouts.map(({ root }) => root);
    const inCheckouts = roots.flatMap((root) =>
      folders.flatMap((folder) => {
        if (isWithin(root, folder)) {
          return [vscode.Uri.joinPath(root, relative)];
        }
        // The folder is a part of the checkout, and so is perhaps the site.
        const part = isWithin(folder, root) ? folder.path.slice(root.path.length).replace(/^\//, '') : undefined;
        if (part === undefined) {
          return [];
        }
        return [
          ...(relative.startsWith(`${part}/`) ? [vscode.Uri.joinPath(folder, relative.slice(part.length + 1))] : []),
          vscode.Uri.joinPath(folder, relative),
        ];
      }),
    );
    if (own.length > 0) {
      return inCheckouts;
    }
    return [
      ...inCheckouts,
      ...folders.flatMap((folder) =>
        pathsInFolder(folder.path, relative).map((path) => vscode.Uri.joinPath(folder, path)),
      ),
    ];
  }
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    // It is not there.
    return false;
  }
}

/** Whether a file has something in that line, from 1. */
async function hasLine(uri: vscode.Uri, line: number): Promise<boolean> {
  try {
    if ((await vscode.workspace.fs.stat(uri)).size > largestFile) {
      return false;
    }
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    return (text.split('\n')[line - 1] ?? '').trim() !== '';
  } catch {
    // It is gone meanwhile.
    return false;
  }
}

/** Whether it is that folder or lies in it. */
function isWithin(uri: vscode.Uri, folder: vscode.Uri): boolean {
  const base = folder.path.replace(/\/$/, '');
  return uri.scheme === folder.scheme && uri.authority === folder.authority && `${uri.path}/`.startsWith(`${base}/`);
}
