import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { type SiteEntry, serverKeyOf } from '../fleet/rows';
import { textOfFile } from '../ui/textOfFile';
import type { Git } from '../workspace/git';
import type { Remote } from '../workspace/gitFiles';
import type { LinkedSites } from '../workspace/linkedSites';
import { isOfRepository, isSameRepository } from '../workspace/matchSites';
import { isOfPackage, pathsInFolder, repositoryPath, siteFolder } from './remotePath';

/** How long to cache whether a file exists, in milliseconds. */
const memoryMs = 10_000;

/** Folders of packages and build output. */
const notOwn = '**/{node_modules,vendor,storage,dist,build}/**';

/** Maximum number of files with one name to check, and of parts of a repository that a path may be relative to. */
const mostOfName = 10;
const mostParts = 50;

/** The site or server of a log, by key. */
export type LogOwner = { readonly siteKey: string } | { readonly serverKey: string };

/** Where the code of some sites may be: in one of their own roots, or if none is open, in any root that doesn't belong to something else. */
interface Roots {
  readonly own: readonly vscode.Uri[];
  readonly foreign: readonly vscode.Uri[];
  /** Those that belong to the sites by a folder's settings. */
  readonly named: readonly vscode.Uri[];
}

/**
 * Finds the files in the open folders that a log names. Never looks outside them, or in a folder that belongs to another repository,
 * according to Git or the user's settings.
 */
export class LocalFiles {
  private found = new Map<string, Promise<vscode.Uri | undefined>>();
  private roots = new Map<string, Roots>();
  private foundSince = 0;
  private parts: Promise<readonly vscode.Uri[]> | undefined;

  constructor(
    private readonly fleet: Fleet,
    private readonly git: Pick<Git, 'checkouts'>,
    private readonly linked: Pick<LinkedSites, 'namedFolders'>,
  ) {}

  /**
   * The local file for a path in a log, as accepted by `repositoryPath`; for a file name alone, only if `line` confirms the match.
   * @param owner undefined if unknown
   * @param line the line named with it, from 1
   * @returns undefined if no open folder has it, or several files match.
   */
  find(path: string, owner: LogOwner | undefined, line?: number): Promise<vscode.Uri | undefined> {
    const relative = repositoryPath(path);
    if (relative === null) {
      return Promise.resolve(undefined);
    }
    if (Math.abs(this.fleet.clock.now() - this.foundSince) > memoryMs) {
      this.found = new Map();
      this.roots = new Map();
      this.parts = undefined;
      this.foundSince = this.fleet.clock.now();
    }
    const isName = !relative.includes('/');
    // A server path says where the file is; other paths may be relative to wherever a tool ran.
    const isExact = path.startsWith('/');
    const whose = owner && ('siteKey' in owner ? owner.siteKey : owner.serverKey);
    const key = [whose ?? '', path, isName ? line : ''].join('\n');
    const known =
      this.found.get(key) ??
      this.search(relative, this.rootsOf(this.sitesOf(path, owner)), isExact, isName ? line : undefined);
    this.found.set(key, known);
    return known;
  }

  private async search(
    relative: string,
    roots: Roots,
    isExact: boolean,
    line: number | undefined,
  ): Promise<vscode.Uri | undefined> {
    for (const uri of this.candidates(relative, roots)) {
      if (await isFile(uri)) {
        return uri;
      }
    }
    if (isExact || isOfPackage(relative)) {
      return undefined;
    }
    const others = line === undefined ? await this.inParts(relative) : await this.named(relative, line);
    const [only, ...more] = others.filter((uri) => isMeant(uri, roots));
    return more.length === 0 ? only : undefined;
  }

  /** The files with that path in separately built parts of a repository: a build in `packages/web` reports paths relative to it. */
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

  /** The files of that name in which that line exists and isn't empty. */
  private async named(name: string, line: number): Promise<readonly vscode.Uri[]> {
    if (!/^[\w.-]+$/.test(name)) {
      return [];
    }
    const files = await vscode.workspace.findFiles(`**/${name}`, notOwn, mostOfName);
    const found = files.map(async (file) => ((await hasLine(file, line)) ? [file] : []));
    return (await Promise.all(found)).flat();
  }

  /** The sites whose code may have a path: the one whose server folder it names, or else the log's own, or else all sites of the server. */
  private sitesOf(path: string, owner: LogOwner | undefined): readonly SiteEntry[] {
    if (!owner) {
      return [];
    }
    const site = 'siteKey' in owner ? this.fleet.site(owner.siteKey) : undefined;
    const serverKey = 'serverKey' in owner ? owner.serverKey : site && serverKeyOf(site);
    const server = serverKey === undefined ? undefined : this.fleet.server(serverKey);
    const all = server ? this.fleet.sites(server, server.server) : [];
    const folder = siteFolder(path);
    const named = folder === undefined ? [] : all.filter((entry) => entry.site.name === folder);
    return named.length > 0 ? named : site ? [site] : all;
  }

  private rootsOf(sites: readonly SiteEntry[]): Roots {
    const keys = new Set(sites.map(({ key }) => key));
    const id = [...keys].join('\n');
    const roots = this.roots.get(id) ?? this.readRoots(sites, keys);
    this.roots.set(id, roots);
    return roots;
  }

  private readRoots(sites: readonly SiteEntry[], keys: ReadonlySet<string>): Roots {
    const repositories = sites.flatMap(({ site: { repository } }) => repository ?? []);
    const isTheirs = ({ url }: Remote) => repositories.some((repository) => isSameRepository(url, repository));
    const isKnown = ({ url }: Remote) => repositories.length > 0 && isOfRepository(url);
    const folders = this.linked.namedFolders;
    const named = folders.filter((folder) => folder.sites.some(({ key }) => keys.has(key)));
    const clones = this.git.checkouts.filter(({ checkout: { remotes } }) => remotes.some(isTheirs));
    const cloneRoots = new Set(clones.map(({ root }) => root.toString()));
    const others = this.git.checkouts.filter(
      ({ root, checkout: { remotes } }) => !cloneRoots.has(root.toString()) && remotes.some(isKnown),
    );
    const rootsOf = (places: readonly { readonly root: vscode.Uri }[]) => places.map(({ root }) => root);
    return {
      own: rootsOf([...clones, ...named]),
      foreign: rootsOf([...others, ...folders.filter((folder) => !named.includes(folder))]),
      named: rootsOf(named),
    };
  }

  /** Where it may be, most likely first. */
  private candidates(relative: string, roots: Roots): readonly vscode.Uri[] {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    const checkouts = roots.own.length > 0 ? roots.own : this.git.checkouts.map(({ root }) => root);
    const inCheckouts = checkouts.flatMap((root) =>
      folders.flatMap((folder) => {
        if (isWithin(root, folder)) {
          return [vscode.Uri.joinPath(root, relative)];
        }
        // The folder is part of the checkout, and perhaps the site is too.
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
    // A clone of the repository has it at that path or not at all.
    const loosely = roots.own.length > 0 ? roots.named : folders;
    const inFolders = loosely.flatMap((folder) =>
      pathsInFolder(folder.path, relative).map((path) => vscode.Uri.joinPath(folder, path)),
    );
    return [...inCheckouts, ...inFolders].filter((uri) => isMeant(uri, roots));
  }
}

function isMeant(uri: vscode.Uri, { own, foreign }: Roots): boolean {
  const isIn = (root: vscode.Uri) => isWithin(uri, root);
  return own.length > 0 ? own.some(isIn) : !foreign.some(isIn);
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    // It doesn't exist.
    return false;
  }
}

/** Whether that line of a file, from 1, exists and isn't empty. */
async function hasLine(uri: vscode.Uri, line: number): Promise<boolean> {
  try {
    const text = await textOfFile(uri);
    return (text.split('\n')[line - 1] ?? '').trim() !== '';
  } catch {
    // It has been deleted in the meantime, or is too large.
    return false;
  }
}

/** Whether it is that folder or inside it. */
function isWithin(uri: vscode.Uri, folder: vscode.Uri): boolean {
  const base = folder.path.replace(/\/$/, '');
  return uri.scheme === folder.scheme && uri.authority === folder.authority && `${uri.path}/`.startsWith(`${base}/`);
}
