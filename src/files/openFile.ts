import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { nameOfEntry, type ServerEntry } from '../fleet/rows';
import { ForgeError } from '../forge/errors';
import { fileScheme } from '../manifest';
import { pickRow } from '../ui/pickRow';
import { whileSaying } from '../ui/say';
import { type FileEntry, listItems, serverOf } from './apiText';
import { type FileKindId, fileKinds } from './fileKinds';
import { type FileItem, fileUri } from './fileUri';
import type { RemoteFiles } from './remoteFiles';

interface Choice extends vscode.QuickPickItem {
  readonly file?: { readonly kind: FileKindId; readonly item?: FileItem };
  /** The server of the site, whose files are listed next. */
  readonly server?: ServerEntry;
  /** Why the files of a kind couldn't be listed. */
  readonly error?: unknown;
}

/** Asks for a file of a site, its server, or a server, and opens it. */
export async function openFile(files: RemoteFiles, fleet: Fleet, entry: FileEntry): Promise<void> {
  const choice = await vscode.window.showQuickPick(choices(fleet, entry), {
    title: l10n.t('Files of {0}', nameOfEntry(entry)),
    placeHolder: l10n.t('Select a file'),
    matchOnDescription: true,
  });
  if (choice?.error !== undefined) {
    throw choice.error;
  }
  if (choice?.server) {
    await openFile(files, fleet, choice.server);
  }
  if (choice?.file) {
    await showFile(files, addressOf(entry, choice.file.kind, choice.file.item));
  }
}

/** The URI of a file's document. */
export function addressOf(entry: FileEntry, kind: FileKindId, item?: FileItem): vscode.Uri {
  return vscode.Uri.from({ scheme: fileScheme, ...fileUri(entry, kind, item) });
}

/** Opens a file in an editor. @throws ForgeError, PlainError if it can't be read. */
export async function showFile(files: RemoteFiles, uri: vscode.Uri): Promise<void> {
  // Load first, so that errors appear in our words, and not in an empty editor.
  await whileSaying(l10n.t('Opening {0}…', uri.path.slice(uri.path.lastIndexOf('/') + 1)), () => files.load(uri));
  // Not through the API: VS Code keeps documents opened that way for minutes, even after their tabs are closed.
  await vscode.commands.executeCommand('vscode.open', uri, { preview: true } satisfies vscode.TextDocumentShowOptions);
}

async function choices(fleet: Fleet, entry: FileEntry): Promise<Choice[]> {
  const of = 'site' in entry ? 'site' : 'server';
  const server = 'site' in entry ? serverOf(fleet, entry) : undefined;
  const kinds = (Object.keys(fileKinds) as FileKindId[]).filter((kind) => fileKinds[kind].of === of);
  const found = await Promise.all(kinds.map((kind) => choicesOf(entry, kind)));
  return [
    ...found.flat(),
    ...(server ? [pickRow({ icon: 'server', label: l10n.t('Server {0}…', server.server.name) }, { server })] : []),
  ];
}

async function choicesOf(entry: FileEntry, kind: FileKindId): Promise<Choice[]> {
  const { label, icon, description } = wordsFor(kind);
  if (!fileKinds[kind].items) {
    return [pickRow({ icon, label, description }, { file: { kind } })];
  }
  try {
    const items = await listItems(entry, kind);
    return items.map((item) => pickRow({ icon, label, description: item.name }, { file: { kind, item } }));
  } catch (error) {
    if (error instanceof ForgeError && error.kind === 'notFound') {
      return [];
    }
    // Selecting it shows the error.
    return [pickRow({ icon: 'circle-slash', label, description: l10n.t("couldn't load") }, { error })];
  }
}

/** The label, icon and description of a kind. */
export function wordsFor(kind: FileKindId): {
  readonly label: string;
  readonly icon: string;
  readonly description: string;
} {
  switch (kind) {
    case 'environment':
      return { label: '.env', icon: 'symbol-key', description: l10n.t('environment') };
    case 'deployScript':
      return { label: l10n.t('Deploy script'), icon: 'rocket', description: 'deploy.sh' };
    case 'nginx':
      return { label: l10n.t('Nginx configuration'), icon: 'server-process', description: 'nginx.conf' };
    case 'domainNginx':
      return { label: l10n.t('Nginx configuration for a domain'), icon: 'globe', description: '' };
    case 'nginxTemplate':
      return { label: l10n.t('Nginx template'), icon: 'file-code', description: '' };
    case 'phpFpm':
      return { label: l10n.t('PHP-FPM php.ini'), icon: 'settings-gear', description: '' };
    case 'phpCli':
      return { label: l10n.t('CLI php.ini'), icon: 'terminal', description: '' };
    case 'phpPool':
      return { label: l10n.t('PHP-FPM pool'), icon: 'layers', description: '' };
    case 'backgroundProcess':
      return { label: l10n.t('Background process'), icon: 'pulse', description: '' };
  }
}
