import * as vscode from 'vscode';
import { shownScheme } from '../manifest';
import { setLanguage } from './setLanguage';

/** A command above a line of a text. */
export interface LineAction {
  /** Counted from 0. */
  readonly line: number;
  readonly title: string;
  readonly command: string;
  readonly argument: unknown;
}

interface Shown {
  readonly text: string;
  readonly actions: readonly LineAction[];
  readonly language: string;
  readonly stopListening: () => void;
}

/** Read-only texts, such as the other side of a comparison. In memory, and only while they are open. */
export class ShownTexts implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable {
  private readonly texts = new Map<string, Shown>();
  private readonly disposables: vscode.Disposable;
  private count = 0;

  constructor() {
    this.disposables = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(shownScheme, this),
      vscode.languages.registerCodeLensProvider({ scheme: shownScheme }, this),
      vscode.workspace.onDidOpenTextDocument((document) => {
        const language = this.texts.get(document.uri.toString())?.language;
        if (language !== undefined) {
          void setLanguage(document, language);
        }
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        const key = uri.toString();
        if (!vscode.workspace.textDocuments.some((document) => document.uri.toString() === key)) {
          this.forget(key);
        }
      }),
    );
  }

  /**
   * The URI of a text, in a language that may or may not be installed.
   * @param signal of its account: signing out closes the text
   */
  show(
    path: string,
    text: string,
    language: string,
    signal?: AbortSignal,
    actions: readonly LineAction[] = [],
  ): vscode.Uri {
    this.count += 1;
    const uri = vscode.Uri.from({ scheme: shownScheme, path, query: String(this.count) });
    const close = () => void this.close(uri);
    signal?.addEventListener('abort', close, { once: true });
    this.texts.set(uri.toString(), {
      text,
      actions,
      language,
      stopListening: () => signal?.removeEventListener('abort', close),
    });
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString())?.text ?? '';
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    return (this.texts.get(uri.toString())?.actions ?? []).map(
      ({ line, title, command, argument }) =>
        new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: [argument] }),
    );
  }

  dispose(): void {
    this.texts.clear();
    this.disposables.dispose();
  }

  /** Closes the tabs of these texts and of comparisons with them, and forgets them, whether or not VS Code has opened them by then. */
  async close(...uris: readonly vscode.Uri[]): Promise<void> {
    const keys = new Set(uris.map(String).filter((key) => this.forget(key)));
    const isOfThem = ({ input, isDirty }: vscode.Tab) =>
      // Never close unsaved changes.
      !isDirty &&
      (input instanceof vscode.TabInputTextDiff
        ? [input.original, input.modified].some((side) => keys.has(side.toString()))
        : input instanceof vscode.TabInputText && keys.has(input.uri.toString()));
    await vscode.window.tabGroups.close(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isOfThem), true);
  }

  /** @returns whether it was there */
  private forget(key: string): boolean {
    this.texts.get(key)?.stopListening();
    return this.texts.delete(key);
  }
}
