import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { Git } from '../workspace/git';
import { isSameRepository } from '../workspace/matchSites';
import { pathsInFolder, repositoryPath } from './remotePath';

/** How long it is taken for granted that a file is there, or is not, in milliseconds. */
const memoryMs = 10_000;

/** Finds the files of the open folders that a log names. Never looks outside them. */
export class LocalFiles {
  private found = new Map<string, Promise<vscode.Uri | undefined>>();
  private foundSince = 0;

  constructor(
    private readonly fleet: Fleet,
    private readonly git: Pick<Git, 'checkouts'>,
  ) {}

  /**
   * The local file of a path that a log of a site names, as `repositoryPath` takes it.
   * @param siteKey of the site whose log it is; undefined where it belongs to none.
   * @returns undefined where no open folder has it.
   */
  find(path: string, siteKey: string | undefined): Promise<vscode.Uri | undefined> {
    const relative = repositoryPath(path);
    if (relative === null) {
      return Promise.resolve(undefined);
    }
    if (this.fleet.clock.now() - this.foundSince > memoryMs) {
      this.found = new Map();
      this.foundSince = this.fleet.clock.now();
    }
    const key = `${siteKey ?? ''}\n${relative}`;
    const known = this.found.get(key) ?? this.search(relative, siteKey);
    this.found.set(key, known);
    return known;
  }

  private async search(relative: string, siteKey: string | undefined): Promise<vscode.Uri | undefined> {
    for (const uri of this.candidates(relative, siteKey)) {
      try {
        if ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) {
          return uri;
        }
      } catch {
        // It is not there.
      }
    }
    return undefined;
  }

  /** Where it may be, the likeliest first. */
  private candidates(relative: string, siteKey: string | undefined): readonly vscode.Uri[] {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    const repository = siteKey === undefined ? null : (this.fleet.site(siteKey)?.site.repository ?? null);
    const checkouts = this.git.checkouts.map(({ root, checkout: { remotes } }) => ({
      root,
      isIts: repository !== null && remotes.some(({ url }) => isSameRepository(url, repository)),
    }));
    // Two open folders may have a file of that name: the one of the site's repository is meant.
    const own = checkouts.filter(({ isIts }) => isIts).map(({ root }) => root);
    const roots = own.length > 0 ? own : checkouts.map(({ root }) => root);
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

/** Whether it is that folder or lies in it. */
function isWithin(uri: vscode.Uri, folder: vscode.Uri): boolean {
  const base = folder.path.replace(/\/$/, '');
  return uri.scheme === folder.scheme && uri.authority === folder.authority && `${uri.path}/`.startsWith(`${base}/`);
}
