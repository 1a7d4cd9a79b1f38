import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands, logScheme } from '../manifest';
import { levelAndAbove } from './logCommands';
import type { LogDocuments } from './logDocuments';
import type { LogReader } from './logReader';

/** Shows that a log is filtered, whatever part of it is on screen: on its tab and in the status bar. */
export class ShownFilter implements vscode.FileDecorationProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly item = vscode.window.createStatusBarItem('forge.logFilter', vscode.StatusBarAlignment.Left);
  private readonly listeners: vscode.Disposable;

  readonly onDidChangeFileDecorations = this.changed.event;

  constructor(
    private readonly documents: LogDocuments,
    private readonly reader: LogReader,
  ) {
    this.item.name = l10n.t('Log Filter');
    this.item.command = commands.filterLog;
    this.listeners = vscode.Disposable.from(
      this.changed,
      this.item,
      vscode.window.registerFileDecorationProvider(this),
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
      documents.onDidDraw(({ uri }) => {
        this.changed.fire(uri);
        this.show();
      }),
    );
  }

  /** The text in the status bar; undefined if there is none. For tests. */
  get text(): string | undefined {
    return this.of(vscode.window.activeTextEditor?.document.uri) && this.item.text;
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const filter = this.of(uri);
    return filter && new vscode.FileDecoration('≥', levelAndAbove(filter.least), new vscode.ThemeColor('charts.blue'));
  }

  dispose(): void {
    this.listeners.dispose();
  }

  private show(): void {
    const filter = this.of(vscode.window.activeTextEditor?.document.uri);
    if (!filter) {
      this.item.hide();
      return;
    }
    const words = l10n.t('{0}: {1} of {2}', levelAndAbove(filter.least), filter.kept, filter.all);
    this.item.text = `$(filter-filled) ${words}`;
    this.item.tooltip = l10n.t('Some entries of this log are hidden. Select to change the filter.');
    this.item.accessibilityInformation = { label: words };
    this.item.show();
  }

  private of(uri: vscode.Uri | undefined): ReturnType<LogReader['filterOf']> {
    const log = uri?.scheme === logScheme ? this.documents.get(uri) : undefined;
    return log && this.reader.filterOf(log);
  }
}
