import type { ServerEntry, SiteEntry } from '../fleet/rows';
import { type FileKindId, fileKinds, isFileKind } from './fileKinds';

/** Which file a document shows. */
export interface FileSource {
  readonly kind: FileKindId;
  /** Key of the site or server in the fleet. */
  readonly key: string;
  /** Where there are several of the kind, which. */
  readonly id: string;
}

/** One of several files of a kind. */
export interface FileItem {
  readonly id: string;
  readonly name: string;
}

/** The parts of a `forge-file:` address: a path to read, a query to act on. */
export interface FileUri {
  readonly path: string;
  readonly query: string;
}

/** Stands in the last part of a path between what a file is called and the name of its place. The languages of package.json go by it. */
export const placeMark = ' · ';

/** The address of a file. The path is for people, its last part also alone: /acme/web-1/example.com/.env · example.com */
export function fileUri(place: SiteEntry | ServerEntry, kind: FileKindId, item?: FileItem): FileUri {
  const site = 'site' in place ? place.site.name : undefined;
  const folders = [place.organization.name, place.server?.name, site].filter((name) => name !== undefined).map(segment);
  const name = `${fileKinds[kind].path(segment(item?.name ?? ''))}${placeMark}${folders.at(-1) ?? ''}`;
  const path = `/${[...folders, name].join('/')}`;
  const query = new URLSearchParams({ kind, of: place.key, ...(item && { id: item.id }) });
  return { path, query: query.toString() };
}

/** What an address names; undefined for one that this module did not make. */
export function fileSource({ query }: Pick<FileUri, 'query'>): FileSource | undefined {
  const parameters = new URLSearchParams(query);
  const kind = parameters.get('kind');
  const key = parameters.get('of');
  const id = parameters.get('id') ?? '';
  return isFileKind(kind) && key && (fileKinds[kind].items === undefined || /^[\w-]+$/.test(id))
    ? { kind, key, id }
    : undefined;
}

/** A foreign name as one part of a path. */
function segment(name: string): string {
  const text = name.replace(/[\\/?#%:]+/g, '-');
  return /^\.{1,2}$/.test(text) ? '-' : text;
}
