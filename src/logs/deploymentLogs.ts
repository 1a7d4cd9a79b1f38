import * as vscode from 'vscode';
import type { DeploymentTracker } from '../deployments/tracker';
import type { Fleet } from '../fleet/fleet';
import { type SiteEntry, sitePath } from '../fleet/rows';
import { isEnd } from '../forge/deploymentStatus';
import { ForgeError, isAborted } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import { logScheme } from '../manifest';
import { ansiText } from '../ui/ansiText';
import { explain } from '../ui/explain';
import type { Log } from '../ui/log';
import { type LogSource, logSource, logUri } from './logUri';

interface Shown {
  readonly uri: vscode.Uri;
  readonly source: LogSource;
  text: string;
  /** What stands there while nothing could be read; undefined where something was. */
  placeholder: string | undefined;
  /** Grows with each change: VS Code reads a file again only if it is newer. */
  version: number;
  /** Whether the whole log was read after the deployment's end, so that nothing more will come. */
  complete: boolean;
  reading: Promise<void> | undefined;
}

/**
 * Deployment logs as read-only documents, which grow while the deployment runs and somebody reads them. They are files of a
 * file system, because VS Code restores the tabs of those alone.
 */
export class DeploymentLogs implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly opening = new vscode.EventEmitter<void>();
  private readonly shown = new Map<string, Shown>();
  private readonly listeners: vscode.Disposable;

  readonly onDidChangeFile = this.changed.event;
  readonly onDidOpen = this.opening.event;

  constructor(
    private readonly fleet: Fleet,
    private readonly tracker: DeploymentTracker,
    private readonly log: Log,
  ) {
    this.listeners = vscode.Disposable.from(
      this.changed,
      this.opening,
      vscode.workspace.registerFileSystemProvider(logScheme, this, { isReadonly: true, isCaseSensitive: true }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.shown.delete(uri.toString())),
      tracker.onDidLook(({ siteKey, deployment: { id }, outcome }) => {
        for (const shown of this.shown.values()) {
          if (shown.source.siteKey === siteKey && shown.source.deploymentId === id) {
            void this.lookAgain(shown, outcome !== undefined);
          }
        }
      }),
      // A log that was restored with the window waits for the fleet; one of a signed-out account is taken away.
      fleet.onDidChange(() => {
        for (const shown of this.shown.values()) {
          const known = fleet.site(shown.source.siteKey) !== undefined;
          if (known ? shown.text === shown.placeholder : shown.text !== this.absent()) {
            void this.read(shown);
          }
        }
      }),
    );
  }

  /** Whether a log is open, which cannot be read before the fleet is. */
  get isOpen(): boolean {
    return this.shown.size > 0;
  }

  /** Opens the log, reads it again unless all of it is there, and follows its end. */
  async show(site: SiteEntry, deployment: Deployment): Promise<void> {
    const uri = vscode.Uri.from({ scheme: logScheme, ...logUri(site, deployment) });
    const known = this.shown.get(uri.toString());
    if (known && !known.complete) {
      await this.read(known);
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { preview: true });
    const end = document.lineAt(document.lineCount - 1).range.end;
    editor.selection = new vscode.Selection(end, end);
    revealEnd(editor);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { text, version } = await this.opened(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: version, size: Buffer.byteLength(text) };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from((await this.opened(uri)).text);
  }

  /** All that is open is told of anyway. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.shown.clear();
    this.listeners.dispose();
  }

  /** What a document shows; read when it is asked for the first time. */
  private async opened(uri: vscode.Uri): Promise<Shown> {
    const key = uri.toString();
    const known = this.shown.get(key);
    if (known) {
      // The first reading is waited for; later ones tell of themselves.
      await (known.version === 0 ? known.reading : undefined);
      return known;
    }
    const source = logSource(uri);
    if (!source) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const shown: Shown = {
      uri,
      source,
      text: '',
      placeholder: undefined,
      version: 0,
      complete: false,
      reading: undefined,
    };
    this.shown.set(key, shown);
    this.opening.fire();
    await this.read(shown);
    return shown;
  }

  private async lookAgain(shown: Shown, ended: boolean): Promise<void> {
    const isRead = vscode.window.visibleTextEditors.some(
      ({ document }) => document.uri.toString() === shown.uri.toString(),
    );
    // The end is read even where nobody looks just now: the text must be whole when they come back.
    if (!shown.complete && (isRead || ended)) {
      await shown.reading;
      await this.read(shown);
    }
  }

  private read(shown: Shown): Promise<void> {
    shown.reading ??= this.readOnce(shown).finally(() => {
      shown.reading = undefined;
    });
    return shown.reading;
  }

  private async readOnce(shown: Shown): Promise<void> {
    const { siteKey, deploymentId } = shown.source;
    const site = this.fleet.site(siteKey);
    const path = site && sitePath(site);
    if (!path) {
      shown.complete = false;
      shown.placeholder = this.absent();
      this.put(shown, shown.placeholder);
      return;
    }
    const { client, signal } = site.account;
    // Asked before the text is, so that a log read in the last moment is not taken for the whole.
    const running = this.tracker.isFollowing(siteKey, deploymentId) || isLatestRunning(site, deploymentId);
    try {
      // Who opens a log waits for it; while it grows, it is only on screen.
      const lane = shown.version === 0 ? 'user' : 'visible';
      const output = ansiText(await client.deploymentLog(path, deploymentId, { lane, signal })).text;
      shown.complete = !running;
      shown.placeholder = undefined;
      this.put(shown, output === '' ? this.empty(running) : output);
    } catch (error) {
      if (isAborted(error)) {
        return;
      }
      if (error instanceof ForgeError && error.kind === 'notFound') {
        shown.complete = !running;
        this.put(shown, this.empty(running));
        return;
      }
      this.log.error(`Could not read the log of deployment ${deploymentId}`, error);
      if (shown.text === '' || shown.placeholder !== undefined) {
        // Not a placeholder: it is read again when it is opened again, not with each change of the fleet.
        shown.placeholder = undefined;
        this.put(shown, `${explain(error).sentence}\n`);
      }
    }
  }

  private put(shown: Shown, text: string): void {
    if (text === shown.text) {
      return;
    }
    const following = vscode.window.visibleTextEditors.filter(
      (editor) => editor.document.uri.toString() === shown.uri.toString() && isAtEnd(editor),
    );
    shown.text = text;
    shown.version += 1;
    if (following.length > 0) {
      const listener = vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() === shown.uri.toString()) {
          listener.dispose();
          following.forEach(revealEnd);
        }
      });
    }
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri: shown.uri }]);
  }

  /** Why there is nothing of a site that the fleet does not know. */
  private absent(): string {
    if (this.fleet.state === 'signedOut') {
      return vscode.l10n.t('Sign in to Laravel Forge to read this log.');
    }
    return this.fleet.state === 'ready' && !this.fleet.isRefreshing
      ? vscode.l10n.t('Forge does not know this site any more.')
      : vscode.l10n.t('Waiting for Laravel Forge…');
  }

  private empty(running: boolean): string {
    return running ? vscode.l10n.t('There is no output yet.') : vscode.l10n.t('This deployment left no log.');
  }
}

function isLatestRunning({ site: { latestDeployment } }: SiteEntry, deploymentId: string): boolean {
  return latestDeployment?.id === deploymentId && !isEnd(latestDeployment);
}

/** Whether the end of the text is on screen, so that it is to stay there when the text grows. */
function isAtEnd({ document, visibleRanges }: vscode.TextEditor): boolean {
  const last = visibleRanges.at(-1)?.end.line;
  return last === undefined || last >= document.lineCount - 2;
}

/** Scrolls to the end. The selection stays where it is: somebody may be copying. */
function revealEnd(editor: vscode.TextEditor): void {
  editor.revealRange(editor.document.lineAt(editor.document.lineCount - 1).range);
}
