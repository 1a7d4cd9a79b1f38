/** A place in a file, named in text. */
export interface NamedPlace {
  /** Position of path and line number in the text. */
  readonly start: number;
  readonly end: number;
  /** As written, without `file://`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1; null if none is named. */
  readonly column: number | null;
}

/** Maximum length of a path: nobody clicks on longer ones. */
const longestPath = 512;

/** What follows the path: `:12`, `:12:5`, `(12)`, `(12,5)`, ` (12:5)`, ` 12:5-9`, `" on line 12`, ` line 12`. */
const lineNumber =
  /:(?<colon>\d{1,7})(?::(?<colonColumn>\d{1,5}))?(?![\w/]|:\d|\.\d)| ?\((?<round>\d{1,7})(?:[,:] ?(?<roundColumn>\d{1,5}))?\)| (?<bare>\d{1,7}):(?<bareColumn>\d{1,5})-\d|["']? (?:on )?line (?<words>\d{1,7})\b/y;

/** The characters of a path, greedily: each character is read once. */
const pathLetters = /[\w@.+~$[\]/-]+/g;

/** A path in a folder, with a file extension. */
const wholePath = /^\/?(?:[^/]+\/)+[^/]*\.[A-Za-z]\w{0,9}$/;

/** The position of a path in text. */
interface FoundPath {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** All paths in text, each at full length; not those that are part of something else, such as a web URL. */
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
 * The places in files named in text, in order: on the server (`/home/forge/site/current/app/X.php:12`) and relative ones
 * (`app/X.php(12)`). The files may not exist.
 */
export function placesIn(text: string): readonly NamedPlace[] {
  const places: NamedPlace[] = [];
  for (const { path, start, end } of pathsIn(text)) {
    lineNumber.lastIndex = end;
    const match = wholePath.test(path) ? lineNumber.exec(text) : null;
    const { colon, colonColumn, round, roundColumn, bare, bareColumn, words } = match?.groups ?? {};
    const line = Number(colon ?? round ?? bare ?? words ?? 0);
    // Only webpack counts columns from 0.
    const column = bareColumn === undefined ? Number(colonColumn ?? roundColumn ?? 0) : Number(bareColumn) + 1;
    if (line > 0) {
      places.push({ start, end: lineNumber.lastIndex, path, line, column: column > 0 ? column : null });
    }
  }
  return places;
}

/** What precedes a file that is named as a cause without a line. */
const blaming = /(?:^|[\s(])(?:file:|from|imported by|in|@) ?["'`]?$/;

/** The files that text names as causes without a line: `file: …`, `from "…"`, `imported by "…"`, `in …`. */
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

/** Where Forge keeps a site: in its user's folder, and for zero-downtime deployments in `current` and `releases` below that. */
const onServer = /^\/home\/[^/]+\/[^/]+\/(?:current\/|releases\/[^/]+\/)?(?<rest>.+)$/;

/** The site folder that contains a server path; it has the site's name. Undefined if there is none. */
export function siteFolder(path: string): string | undefined {
  return /^\/home\/[^/]+\/([^/]+)\//.exec(path)?.[1];
}

/** Names that no file in a repository has, or that are special on Windows. */
const oddName = /^\.{0,2}$|[\u0000-\u001f\u007f<>:"|?*\\]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * A server path, or one relative to the site, made relative to the repository. Never leads out of it.
 * @returns null if it isn't a site's file.
 */
export function repositoryPath(path: string): string | null {
  const relative = path.startsWith('/') ? onServer.exec(path)?.groups?.rest : path.replace(/^\.\//, '');
  const isSafe =
    relative !== undefined && relative.length <= longestPath && !relative.split('/').some((name) => oddName.test(name));
  return isSafe ? relative : null;
}

/** Whether the file belongs to a package and not to the application. */
export function isOfPackage(path: string): boolean {
  return /(?:^|\/)(?:vendor|node_modules)\//.test(path);
}

/**
 * Where in a folder a file of the repository may be, most likely first, relative to the folder: unchanged; without the end of the
 * folder's own path, if the folder is inside the repository; and with ever fewer leading folders, but at least one.
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
