import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { contextKeys, fileScheme, shownScheme } from '../manifest';
import { mask } from './compareKeys';
import { type EnvironmentProblem, isHarmful, readEnvironment } from './environmentText';
import { environmentLanguage } from './fileKinds';
import { type HiddenPart, hiddenParts } from './hiddenParts';

/** Of VS Code's copies of what is saved: for the other side of a conflict, and of "Compare Active File with Saved". */
const copySchemes: readonly string[] = ['conflictResolution', 'showModifications'];

/** What a person has asked to see of a document. */
interface Revealed {
  all: boolean;
  /** Names of parts. */
  names: Set<string>;
}

/** Hides the values in every editor that shows a .env of a server until they are asked for, and marks what is wrong in it. */
export class EnvironmentView implements vscode.Disposable {
  private readonly hidden = vscode.window.createTextEditorDecorationType({
    // There is no decoration that hides a text; this is what extensions write for it.
    textDecoration: 'none; display: none;',
    before: { contentText: mask, color: new vscode.ThemeColor('descriptionForeground') },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  /** Of a value of several lines, those after the first. */
  private readonly hiddenRest = vscode.window.createTextEditorDecorationType({
    textDecoration: 'none; display: none;',
  });
  private readonly problems = vscode.languages.createDiagnosticCollection('forge-environment');
  private readonly revealed = new Map<string, Revealed>();
  private readonly disposables: vscode.Disposable;

  constructor() {
    this.disposables = vscode.Disposable.from(
      this.hidden,
      this.hiddenRest,
      this.problems,
      vscode.window.onDidChangeVisibleTextEditors(() => this.showAll()),
      vscode.window.onDidChangeActiveTextEditor(() => this.tellContext()),
      // Also where a document gets another language.
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.check(document);
        this.showAll();
        this.tellContext();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (isEnvironment(event.document)) {
          this.revealTyped(event);
          this.check(event.document);
          this.showAll();
        }
      }),
      vscode.languages.registerHoverProvider(
        { language: environmentLanguage },
        { provideHover: (document, position) => this.hover(document, position) },
      ),
    );
    for (const document of vscode.workspace.textDocuments) {
      this.check(document);
    }
    this.showAll();
    this.tellContext();
  }

  /** Shows or hides all values of a document, and of what it is compared with. */
  reveal({ uri: { path } }: vscode.TextDocument, all: boolean): void {
    for (const { document } of vscode.window.visibleTextEditors) {
      if (isEnvironment(document) && document.uri.path === path) {
        this.revealed.set(document.uri.toString(), { all, names: new Set() });
      }
    }
    this.showAll();
    this.tellContext();
  }

  /** Shows the values where the cursor is. */
  revealHere({ document, selections }: vscode.TextEditor): void {
    const { names } = this.of(document);
    for (const { whole, name } of hiddenParts(document.getText())) {
      const range = rangeOf(document, whole.start, whole.end);
      if (
        selections.some((selection) => selection.start.line <= range.end.line && selection.end.line >= range.start.line)
      ) {
        names.add(name);
      }
    }
    this.showAll();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private of({ uri }: vscode.TextDocument): Revealed {
    const key = uri.toString();
    const revealed = this.revealed.get(key) ?? { all: false, names: new Set<string>() };
    this.revealed.set(key, revealed);
    return revealed;
  }

  /** Who types into a value wants to see it. */
  private revealTyped({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0 || !document.isDirty || reason !== undefined) {
      return;
    }
    const revealed = this.of(document);
    const parts = hiddenParts(document.getText());
    for (const { rangeOffset, text } of contentChanges) {
      // Not what is put in at a stroke, by a paste of many lines or a command.
      if (!/[\r\n]./.test(text)) {
        const end = rangeOffset + text.length;
        for (const { name, whole } of parts) {
          if (whole.start <= end && rangeOffset <= whole.end) {
            revealed.names.add(name);
          }
        }
      }
    }
    // A line that is typed has another name with each letter.
    const present = new Set(parts.map(({ name }) => name));
    revealed.names = new Set([...revealed.names].filter((name) => present.has(name) || !name.includes(' ')));
  }

  private showAll(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      if (isEnvironment(document)) {
        const { all, names } = this.of(document);
        const parts = all ? [] : hiddenParts(document.getText()).filter(({ name }) => !names.has(name));
        const ranges = parts.flatMap((part) => linesOf(document, part));
        editor.setDecorations(
          this.hidden,
          ranges.filter(({ isFirst }) => isFirst).map(({ range }) => range),
        );
        editor.setDecorations(
          this.hiddenRest,
          ranges.filter(({ isFirst }) => !isFirst).map(({ range }) => range),
        );
      }
    }
  }

  private tellContext(): void {
    const document = vscode.window.activeTextEditor?.document;
    const isShown = document !== undefined && isEnvironment(document) && this.of(document).all;
    void vscode.commands.executeCommand('setContext', contextKeys.valuesShown, isShown);
  }

  private check(document: vscode.TextDocument): void {
    if (!isEnvironment(document)) {
      return;
    }
    this.problems.set(
      document.uri,
      readEnvironment(document.getText()).problems.map((at) => {
        const { problem, span, key } = at;
        const severity = isHarmful(at) ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
        const found = new vscode.Diagnostic(
          rangeOf(document, span.start, span.end),
          sentenceFor(problem, key),
          severity,
        );
        found.source = 'Laravel Forge';
        return found;
      }),
    );
  }

  private forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    if (!vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === key)) {
      this.revealed.delete(key);
      this.problems.delete(document.uri);
    }
  }

  private hover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const { all, names } = this.of(document);
    const offset = document.offsetAt(position);
    const part = hiddenParts(document.getText()).find(({ span: { start, end } }) => start <= offset && offset <= end);
    if (!part || all || names.has(part.name)) {
      return undefined;
    }
    return new vscode.Hover(
      new vscode.MarkdownString().appendText(l10n.t('The value is hidden. “Show Value” in the context menu shows it.')),
    );
  }
}

/** Also before a document has got its language, and where VS Code compares: what was seen for a moment was seen. */
function isEnvironment({ languageId, uri }: vscode.TextDocument): boolean {
  return languageId === environmentLanguage || (isRemote(uri) && uri.path.endsWith('/.env'));
}

/** VS Code's copies tell in the query of what they are one; those of local files are nobody's business here. */
function isRemote({ scheme, query }: vscode.Uri): boolean {
  return (
    scheme === fileScheme ||
    scheme === shownScheme ||
    (copySchemes.includes(scheme) && query.includes(`"scheme":"${fileScheme}"`))
  );
}

function rangeOf(document: vscode.TextDocument, start: number, end: number): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** A part line by line: an empty line cannot be hidden, and need not be. */
function linesOf(document: vscode.TextDocument, { span: { start, end } }: HiddenPart) {
  const whole = rangeOf(document, start, end);
  const lines: { range: vscode.Range; isFirst: boolean }[] = [];
  for (let line = whole.start.line; line <= whole.end.line; line += 1) {
    const range = document.lineAt(line).range.intersection(whole);
    if (range && !range.isEmpty) {
      lines.push({ range, isFirst: line === whole.start.line });
    }
  }
  return lines;
}

function sentenceFor(problem: EnvironmentProblem, key: string): string {
  switch (problem) {
    case 'twice':
      return l10n.t('{0} is set again below; the later value wins.', key);
    case 'noValue':
      return l10n.t('This line has no “=”, so it sets nothing.');
    case 'noSetting':
      return l10n.t("This line is neither a setting, as in KEY=value, nor a comment. Laravel won't load this file.");
    case 'name':
      return l10n.t("Laravel won't load a .env with the name {0}. Use letters, digits and underscores.", key);
    case 'escape':
      return l10n.t("Double each backslash in the quotes of {0}, or Laravel won't load this file.", key);
    case 'openQuote':
      return l10n.t(
        "The quote of {0} isn't closed in this line, so Laravel won't load this file. Only a double quote directly after “=” can span lines.",
        key,
      );
    case 'swallows':
      return l10n.t(
        'Laravel takes the lines after this quote for one value, and the keys in them are lost. Close the quote in this line.',
      );
    case 'afterQuote':
      return l10n.t("Only a comment may follow the closing quote of {0}, or Laravel won't load this file.", key);
    case 'spaces':
      return l10n.t("Values with spaces need quotes, or Laravel won't load this file.");
  }
}
