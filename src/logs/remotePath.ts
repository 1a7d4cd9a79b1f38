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

/** What follows the path: `:12`, `:12:5`, `(12)`, `(12,5)`, ` (12:5)`, ` 12:5-9`, `" on line 12`, ` line 12`. */
const lineNumber =
  /:(?<colon>\d{1,7})(?::(?<colonColumn>\d{1,5}))?(?![\w/]|:\d|\.\d)| ?\((?<round>\d{1,7})(?:[,:] ?(?<roundColumn>\d{1,5}))?\)| (?<bare>\d{1,7}):(?<bareColumn>\d{1,5})-\d|["']? (?:on )?line (?<words>\d{1,7})\b/y;

/** All that may stand in a path, as much as there is of it: every character is read once. */
const pathLetters = /[\w@.+~$[\]/-]+/g;

/** A path below some folder, of a name with an ending. */
const wholePath = /^\/?(?:[^/]+\/)+[^/]*\.[A-Za-z]\w{0,9}$/;

/** Where a path stands in a text. */
interface FoundPath {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** The paths that a text has, each as long as it is; not those that are the rest of something else, such as an address in the web. */
function* pathsIn(text: string): Generator<FoundPath> {
  for (const match of text.matchAll(pathLetters)) {
    const end = match.index + match[0].length;
    const isFileUrl = match[0].startsWith('//') && text.startsWith('file:', match.index - 5);
    let start = match.index + (isFileUrl ? 2 : 0);
    while (text[start] === '[' || text[start] === ']') {
      start += 1;
    }
    const isRest = !isFileUrl && match.index > 0 && /[:\\]/.test(text[match.index - 1] ?? '');
    const path = isRest || end - start > longestPath ? '' : text.slice(start, end);
    if (path.includes('/')) {
      yield { path, start, end };
    }
  }
}

/**
 * The places in files that a text names, in order: of the server (`/home/forge/site/current/app/X.php:12`) and relative ones
 * (`app/X.php(12)`). Whether there is such a file is another question.
 */
export function placesIn(text: string): readonly NamedPlace[] {
  const places: NamedPlace[] = [];
  for (const { path, start, end } of pathsIn(text)) {
    lineNumber.lastIndex = end;
    const match = wholePath.test(path) ? lineNumber.exec(text) : null;
    const { colon, colonColumn, round, roundColumn, bare, bareColumn, words } = match?.groups ?? {};
    const line = Number(colon ?? round ?? bare ?? words ?? 0);
    // webpack alone counts columns from 0.
    const column = bareColumn === undefined ? Number(colonColumn ?? roundColumn ?? 0) : Number(bareColumn) + 1;
    if (line > 0) {
      places.push({ start, end: lineNumber.lastIndex, path, line, column: column > 0 ? column : null });
    }
  }
  return places;
}

/** What stands before a file that is blamed without a line. */
const blaming = /(?:^|[\s(])(?:file:|from|imported by|in|@) ?["'`]?$/;

/** The files that a text blames without a line: `file: …`, `from "…"`, `imported by "…"`, `in …`. */
export function filesBlamedIn(text: string): readonly string[] {
  const files: string[] = [];
  for (const found of pathsIn(text)) {
    const path = found.path.replace(/[.,;]$/, '');
    if (wholePath.test(path) && blaming.test(text.slice(Math.max(0, found.start - 16), found.start))) {
      files.push(path);
    }
  }
  return files;
}

/** Where Forge keeps a site: in its user's folder, and below it in `current` and `releases` where deployments have no downtime. */
const onServer = /^\/home\/[^/]+\/[^/]+\/(?:current\/|releases\/[^/]+\/)?(?<rest>.+)$/;

/** The folder of a site that a path of the server lies in, which has the site's name; undefined where it lies in none. */
export function siteFolder(path: string): string | undefined {
  return /^\/home\/[^/]+\/([^/]+)\//.exec(path)?.[1];
}

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
