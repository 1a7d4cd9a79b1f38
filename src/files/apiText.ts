import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';
import { type ServerEntry, type SiteEntry, serverKeyOf } from '../fleet/rows';
import { ForgeError } from '../forge/errors';
import type { OperationName, PathParameters } from '../forge/operationTable';
import { pages } from '../forge/pages';
import { readList } from '../forge/resources';
import { PlainError } from '../ui/plainError';
import { steps } from '../ui/steps';
import { type Attributes, fileKinds, readFileText } from './fileKinds';
import type { FileItem, FileSource } from './fileUri';
import type { RemoteText } from './remoteFile';

export type FileEntry = SiteEntry | ServerEntry;

/** A file of a site or server, read and written with the account that is signed in at the time. */
export class ApiText implements RemoteText {
  /** Its other attributes, which some changes have to send back. */
  private attributes: Attributes = {};

  constructor(
    private readonly fleet: Fleet,
    private readonly source: FileSource,
  ) {}

  async read(): Promise<string> {
    const kind = fileKinds[this.source.kind];
    try {
      const document = await this.call(kind.read);
      const found = readFileText(kind, document);
      if (!found) {
        throw new PlainError(l10n.t("Forge didn't return the contents of this file."));
      }
      this.attributes = found.attributes;
      return found.text;
    } catch (error) {
      if (error instanceof ForgeError && error.kind === 'notFound') {
        throw new PlainError(l10n.t("This file doesn't exist in Forge. It may have been deleted."));
      }
      throw error;
    }
  }

  async write(text: string, wishes?: object): Promise<void> {
    const kind = fileKinds[this.source.kind];
    await this.call(kind.write, { ...kind.body(text, this.attributes), ...wishes });
  }

  private async call(name: OperationName, body?: object): Promise<unknown> {
    const entry = entryOf(this.fleet, this.source);
    if (!entry) {
      throw absent(this.fleet);
    }
    const { items } = fileKinds[this.source.kind];
    const parameters = { ...entry.api.path, ...(items && { [items.parameter]: this.source.id }) };
    return entry.account.client.call(name, parameters as unknown as PathParameters<OperationName>, {
      lane: 'user',
      ...(body && { body }),
    });
  }
}

/** The current site or server of a file; undefined if it is gone, or no signed-in account can see it. */
export function entryOf(fleet: Fleet, { kind, key }: FileSource): FileEntry | undefined {
  return fileKinds[kind].of === 'site' ? fleet.site(key) : fleet.server(key);
}

/** The server that a site is on; undefined if Forge doesn't say. */
export function serverOf(fleet: Fleet, site: SiteEntry): ServerEntry | undefined {
  const key = serverKeyOf(site);
  return key === undefined ? undefined : fleet.server(key);
}

/** A site's or server's files of a kind, in Forge's order. @throws ForgeError */
export async function listItems(entry: FileEntry, kind: FileSource['kind']): Promise<FileItem[]> {
  const { items } = fileKinds[kind];
  if (!items) {
    return [];
  }
  const parameters = entry.api.path as PathParameters<OperationName>;
  const fetchPage = (cursor: string | undefined) =>
    entry.account.client.call(items.list, parameters, {
      lane: 'user',
      ...(cursor !== undefined && { query: { 'page[cursor]': cursor } }),
    });
  const found: FileItem[] = [];
  for await (const { document } of pages(fetchPage)) {
    const { items: named } = readList(document, ({ id, attributes }) => {
      const name = items.nameOf(attributes);
      return name === undefined ? undefined : { id, name };
    });
    found.push(...named);
  }
  return found;
}

/** The error for a site or server that the fleet doesn't know. */
export function absent({ state }: Fleet): PlainError {
  return state === 'signedOut'
    ? new PlainError(l10n.t('Sign in to Laravel Forge first.'), steps.signIn())
    : new PlainError(
        l10n.t('This site or server no longer exists in Forge. Refresh to update the view.'),
        steps.refresh(),
      );
}
