import type { ServerEntry, SiteEntry } from '../fleet/rows';
import { pathSegment } from '../ui/pathSegment';
import { type FileKindId, fileKinds, isFileKind } from './fileKinds';

/** The file that a document shows. */
export interface FileSource {
  readonly kind: FileKindId;
  /** Key of its site or server. */
  readonly key: string;
  /** Which one, if there are several of the kind. */
  readonly id: string;
}

/** One of several files of a kind. */
export interface FileItem {
  readonly id: string;
  readonly name: string;
}

/** The parts of a `forge-file:` URI: a path for people, a query for the code. */
export interface FileUri {
  readonly path: string;
  readonly query: string;
}

/** Separates the name of a file from that of its site or server in the last path segment. The languages in package.json match it. */
export const placeMark = ' · ';

/** Ends the path of a text that is shown to be reviewed before it is saved. The languages in package.json match it. */
const reviewMark = ' · review';

export function forReview(path: string): string {
  return `${path}${reviewMark}`;
}

export function withoutReview(path: string): string {
  return path.endsWith(reviewMark) ? path.slice(0, -reviewMark.length) : path;
}

/** The URI of a file. The path is for people, and so is its last segment alone: /acme/web-1/example.com/.env · example.com */
export function fileUri(place: SiteEntry | ServerEntry, kind: FileKindId, item?: FileItem): FileUri {
  const site = 'site' in place ? place.site.name : undefined;
  const folders = [place.organization.name, place.server?.name, site]
    .filter((name) => name !== undefined)
    .map(pathSegment);
  const name = `${fileKinds[kind].path(pathSegment(item?.name ?? ''))}${placeMark}${folders.at(-1) ?? ''}`;
  const path = `/${[...folders, name].join('/')}`;
  const query = new URLSearchParams({ kind, of: place.key, ...(item && { id: item.id }) });
  return { path, query: query.toString() };
}

/** Parses a URI; undefined for one that this module didn't create. */
export function fileSource({ query }: Pick<FileUri, 'query'>): FileSource | undefined {
  const parameters = new URLSearchParams(query);
  const kind = parameters.get('kind');
  const key = parameters.get('of');
  const id = parameters.get('id') ?? '';
  return isFileKind(kind) && key && (fileKinds[kind].items === undefined || /^[\w-]+$/.test(id))
    ? { kind, key, id }
    : undefined;
}
