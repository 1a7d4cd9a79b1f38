import * as vscode from 'vscode';
import { shownScheme } from '../manifest';
import { setLanguage } from './setLanguage';

/** Read-only texts for the other side of a comparison. In memory, and only while they are open. */
export class ShownTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, { readonly text: string; readonly language: string }>();
  private readonly disposables: vscode.Disposable;
  private count = 0;

  constructor() {
    this.disposables = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(shownScheme, this),
      vscode.workspace.onDidOpenTextDocument((document) => {
        const language = this.texts.get(document.uri.toString())?.language;
        if (language !== undefined) {
          void setLanguage(document, language);
        }
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        const key = uri.toString();
        if (!vscode.workspace.textDocuments.some((document) => document.uri.toString() === key)) {
          this.texts.delete(key);
        }
      }),
    );
  }

  /**
   * The URI of a text, in a language that may or may not be installed.
   * @param signal of its account: signing out closes the text
   */
  show(path: string, text: string, language: string, signal?: AbortSignal): vscode.Uri {
    this.count += 1;
    const uri = vscode.Uri.from({ scheme: shownScheme, path, query: String(this.count) });
    this.texts.set(uri.toString(), { text, language });
    signal?.addEventListener('abort', () => this.close(uri), { once: true });
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString())?.text ?? '';
  }

  dispose(): void {
    this.texts.clear();
    this.disposables.dispose();
  }

  private close(uri: vscode.Uri): void {
    const key = uri.toString();
    if (this.texts.delete(key)) {
      // Never close unsaved changes.
      const isOfIt = ({ input, isDirty }: vscode.Tab) =>
        !isDirty &&
        (input instanceof vscode.TabInputTextDiff
          ? [input.original, input.modified].some((side) => side.toString() === key)
          : input instanceof vscode.TabInputText && input.uri.toString() === key);
      void vscode.window.tabGroups.close(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isOfIt));
    }
  }
}
