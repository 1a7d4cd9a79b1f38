/** A place in a file that a text names. */
export interface NamedPlace {
  /** Where the path and the number of the line stand in the text. */
  readonly start: number;
  readonly end: number;
  /** As it stands there, without `file://`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1; null where none is named. */
  readonly column: number | null;
}

/** Whatever is longer is no path that somebody would click on. */
const longestPath = 512;

/** What follows the path: `:12`, `:12:5`, `(12)`, `(12,5)`, ` (12:5)`, `" on line 12`, ` line 12`. */
const lineNumber =
  /:(?<colon>\d{1,7})(?::(?<colonColumn>\d{1,5}))?(?![\w/]|:\d|\.\d)| ?\((?<round>\d{1,7})(?:[,:] ?(?<roundColumn>\d{1,5}))?\)|["']? (?:on )?line (?<words>\d{1,7})\b/g;

/** A path at the end of a text: below some folder, in a name with an ending. */
const pathBefore = /(?:file:\/\/)?(?<path>(?![[\]])\/?(?:[\w@.+~$[\]-]+\/)+[\w@.+~$[\]-]*\.[A-Za-z]\w{0,9})$/;

/**
 * The places in files that a text names, in order: of the server (`/home/forge/site/current/app/X.php:12`) and relative ones
 * (`app/X.php(12)`). Whether there is such a file is another question.
 */
export function placesIn(text: string): readonly NamedPlace[] {
  const places: NamedPlace[] = [];
  let last = 0;
  for (const match of text.matchAll(lineNumber)) {
    const from = Math.max(last, match.index - longestPath);
    const path = pathBefore.exec(text.slice(from, match.index))?.groups?.path;
    if (path === undefined) {
      continue;
    }
    const start = match.index - path.length;
    // What stands before it may show that it is the rest of something else, such as an address in the web.
    const isRest =
      start > 0 && /[\w:/\\@~$+]/.test(text[start - 1] ?? '') && text.slice(start - 7, start) !== 'file://';
    const { colon, colonColumn, round, roundColumn, words } = match.groups ?? {};
    const line = Number(colon ?? round ?? words);
    const column = Number(colonColumn ?? roundColumn ?? 0);
    if (!isRest && line > 0) {
      const end = match.index + match[0].length;
      places.push({ start, end, path, line, column: column > 0 ? column : null });
      last = end;
    }
  }
  return places;
}

/** Where Forge keeps a site: in its user's folder, and below it in `current` and `releases` where deployments have no downtime. */
const onServer = /^\/home\/[^/]+\/[^/]+\/(?:current\/|releases\/[^/]+\/)?(?<rest>.+)$/;

/** What no file of a repository is called, or what Windows takes for something else. */
const oddName = /^\.{0,2}$|[\u0000-\u001f\u007f<>:"|?*\\]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * A path of the server, or one relative to the site, relative to the repository. Never leads out of it.
 * @returns null where it is not a file of a site.
 */
export function repositoryPath(path: string): string | null {
  const relative = path.startsWith('/') ? onServer.exec(path)?.groups?.rest : path.replace(/^\.\//, '');
  const isSafe =
    relative !== undefined && relative.length <= longestPath && !relative.split('/').some((name) => oddName.test(name));
  return isSafe ? relative : null;
}

/** Whether it is a file that came with a package and is not one's own. */
export function isOfPackage(path: string): boolean {
  return /(?:^|\/)(?:vendor|node_modules)\//.test(path);
}

/**
 * Where in a folder a file of the repository may be, the likeliest first, relative to the folder: as it is; without what the folder's
 * own path ends in, where the folder lies within the repository; and with ever less in front, but for at least one folder.
 * @param folder the folder's path, with slashes
 */
export function pathsInFolder(folder: string, path: string): readonly string[] {
  const names = path.split('/');
  const above = folder.split('/').filter((name) => name !== '');
  const cuts = names.map((_, index) => index).slice(1);
  const isOwn = (cut: number) => names.slice(0, cut).join('/') === above.slice(-cut).join('/');
  const ordered = [0, ...cuts.filter(isOwn), ...cuts.filter((cut) => !isOwn(cut) && names.length - cut > 1)];
  return ordered.map((cut) => names.slice(cut).join('/'));
}
