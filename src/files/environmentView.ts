import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { contextKeys, fileScheme, shownScheme } from '../manifest';
import { mask } from './compareKeys';
import { type EnvironmentProblem, isHarmful, readEnvironment } from './environmentText';
import { environmentLanguage } from './fileKinds';
import { type HiddenPart, hiddenParts } from './hiddenParts';

/** The schemes of VS Code's copies of saved files: for the other side of a conflict, and of "Compare Active File with Saved". */
const copySchemes: readonly string[] = ['conflictResolution', 'showModifications'];

/** What the user has chosen to show of a document. */
interface Revealed {
  all: boolean;
  /** Names of parts. */
  names: Set<string>;
}

/** Maximum length of text to process, in characters: the grammar hides longer text completely until all of it is shown. */
const mostRead = 500_000;

/** What the grammar shows of a line, before the extension processes it (media/environment.tmLanguage.json). */
const shownByGrammar = /^\s*(?:#(?:(?!\S{20})[^=:\r\n])*$|(?:export\s+)?[A-Z][A-Z0-9_]*\s*=(?!=))/;

/**
 * Hides the values in every editor of a remote .env until the user shows them, and marks problems. The grammar gives values an
 * invisible color, wherever they are drawn; this adds dots and shown values on top.
 */
export class EnvironmentView implements vscode.Disposable {
  private readonly hidden = vscode.window.createTextEditorDecorationType({
    // No decoration hides text; this is the usual workaround.
    textDecoration: 'none; display: none;',
    before: { contentText: mask, color: new vscode.ThemeColor('descriptionForeground') },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  /** The lines of a multi-line value after the first. */
  private readonly hiddenRest = vscode.window.createTextEditorDecorationType({
    textDecoration: 'none; display: none;',
  });
  /** What the grammar hides and isn't a secret, or is shown. */
  private readonly shown = vscode.window.createTextEditorDecorationType({
    color: new vscode.ThemeColor('editor.foreground'),
  });
  private readonly problems = vscode.languages.createDiagnosticCollection('forge-environment');
  private readonly revealed = new Map<string, Revealed>();
  private readonly parts = new WeakMap<vscode.TextDocument, { version: number; parts: readonly HiddenPart[] }>();
  /** The editors in which the user has moved the cursor since values were hidden. */
  private readonly entered = new WeakSet<vscode.TextEditor>();
  /** The cursor line that each editor shows. */
  private readonly shownLines = new WeakMap<vscode.TextEditor, number | undefined>();
  private readonly disposables: vscode.Disposable;

  /** @param isEditable whether the document with that URI is editable */
  constructor(private readonly isEditable: (uri: vscode.Uri) => boolean) {
    this.disposables = vscode.Disposable.from(
      this.hidden,
      this.hiddenRest,
      this.shown,
      this.problems,
      vscode.window.onDidChangeVisibleTextEditors(() => this.showAll()),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.showAll();
        this.tellContext();
      }),
      vscode.window.onDidChangeTextEditorSelection((event) => this.follow(event)),
      // Also fires when a document's language changes.
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

  /** Shows or hides all values of a document, and of the one it is compared with. */
  reveal({ uri: { path } }: vscode.TextDocument, all: boolean): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      if (isEnvironment(document) && document.uri.path === path) {
        this.entered.delete(editor);
        this.revealed.set(document.uri.toString(), { all, names: new Set() });
      }
    }
    this.showAll();
    this.tellContext();
  }

  /** Shows the values at the cursor. */
  revealHere({ document, selections }: vscode.TextEditor): void {
    const { names } = this.of(document);
    for (const { whole, name } of this.partsOf(document)) {
      const range = rangeOf(document, whole.start, whole.end);
      if (
        selections.some((selection) => selection.start.line <= range.end.line && selection.end.line >= range.start.line)
      ) {
        names.add(name);
      }
    }
    this.showAll();
  }

  /** Draws everything again: a document may have become editable. */
  showAll(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (isEnvironment(editor.document)) {
        this.show(editor);
      }
    }
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

  private partsOf(document: vscode.TextDocument): readonly HiddenPart[] {
    const present = this.parts.get(document);
    if (present?.version === document.version) {
      return present.parts;
    }
    const text = document.getText();
    const parts = text.length > mostRead ? [] : hiddenParts(text);
    this.parts.set(document, { version: document.version, parts });
    return parts;
  }

  /** Shows a value while the user types in it. */
  private revealTyped({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0 || !document.isDirty || reason !== undefined) {
      return;
    }
    const revealed = this.of(document);
    const parts = this.partsOf(document);
    for (const { rangeOffset, text } of contentChanges) {
      // Not for text inserted at once, by pasting many lines or by a command.
      if (!/[\r\n]./.test(text)) {
        const end = rangeOffset + text.length;
        for (const { name, whole } of parts) {
          if (whole.start <= end && rangeOffset <= whole.end) {
            revealed.names.add(name);
          }
        }
      }
    }
    // The name of a line changes with each typed letter.
    const present = new Set(parts.map(({ name }) => name));
    revealed.names = new Set([...revealed.names].filter((name) => present.has(name) || !name.includes(' ')));
  }

  /** Shows the line with the cursor in an editable document. */
  private follow({ textEditor, kind }: vscode.TextEditorSelectionChangeEvent): void {
    const { document, selection } = textEditor;
    if (!isEnvironment(document) || !this.isEditable(document.uri)) {
      return;
    }
    if (kind === vscode.TextEditorSelectionChangeKind.Mouse || kind === vscode.TextEditorSelectionChangeKind.Keyboard) {
      this.entered.add(textEditor);
    }
    const part = this.partsOf(document).find(
      ({ span }) => document.positionAt(span.start).line === selection.active.line,
    );
    if (part && kind === vscode.TextEditorSelectionChangeKind.Mouse && selection.isEmpty) {
      const start = document.positionAt(part.span.start);
      const isOnDots =
        selection.active.character <= start.character && selection.active.character >= start.character - 1;
      if (isOnDots && this.shownLines.get(textEditor) !== start.line) {
        // A click on the dots counts as one on the value.
        const end = document.positionAt(part.span.end);
        const to = end.line === start.line ? end : document.lineAt(start.line).range.end;
        textEditor.selection = new vscode.Selection(to, to);
      }
    }
    this.show(textEditor);
  }

  private show(editor: vscode.TextEditor): void {
    const { document, selections } = editor;
    const { all, names } = this.of(document);
    const isTyping =
      this.entered.has(editor) && editor === vscode.window.activeTextEditor && this.isEditable(document.uri);
    const cursors = new Set(isTyping ? selections.map(({ active }) => active.line) : []);
    this.shownLines.set(editor, isTyping ? editor.selection.active.line : undefined);
    const parts = this.partsOf(document);
    const lines = parts.flatMap((part) => linesOf(document, part));
    const isHidden = ({ name, range }: PartOfLine) => !all && !names.has(name) && !cursors.has(range.start.line);
    const hidden = lines.filter(isHidden);
    const isLong = parts.length === 0 && document.getText().length > mostRead;
    const visible = isLong
      ? all
        ? [rangeOf(document, 0, document.getText().length)]
        : []
      : [...lines.filter((line) => !isHidden(line)).map(({ range }) => range), ...plainRanges(document, lines)];
    editor.setDecorations(
      this.hidden,
      hidden.filter(({ isFirst }) => isFirst).map(({ range }) => range),
    );
    editor.setDecorations(
      this.hiddenRest,
      hidden.filter(({ isFirst }) => !isFirst).map(({ range }) => range),
    );
    editor.setDecorations(this.shown, visible);
  }

  private tellContext(): void {
    const document = vscode.window.activeTextEditor?.document;
    const isShown = document !== undefined && isEnvironment(document) && this.of(document).all;
    void vscode.commands.executeCommand('setContext', contextKeys.valuesShown, isShown);
  }

  private check(document: vscode.TextDocument): void {
    const text = document.getText();
    if (!isEnvironment(document) || text.length > mostRead) {
      return;
    }
    this.problems.set(
      document.uri,
      readEnvironment(text).problems.map((at) => {
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
    // VS Code reports the position of the dots as that of the equals sign.
    const part = this.partsOf(document).find(({ span: { start, end } }) => start - 1 <= offset && offset <= end);
    if (!part || all || names.has(part.name)) {
      return undefined;
    }
    return new vscode.Hover(
      new vscode.MarkdownString().appendText(
        l10n.t('Hidden value. Select “Show Value” in the context menu to show it.'),
      ),
    );
  }
}

/** Also if the user has selected another language, and for VS Code's own comparisons. */
function isEnvironment({ languageId, uri }: vscode.TextDocument): boolean {
  return isRemote(uri) && (languageId === environmentLanguage || /\/\.env · [^/]*$/.test(uri.path));
}

/** VS Code's copies name the original in the query; copies of local files are ignored. */
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

interface PartOfLine {
  readonly name: string;
  readonly range: vscode.Range;
  readonly isFirst: boolean;
}

/** A part line by line, without empty lines, which can't be hidden and needn't be. */
function linesOf(document: vscode.TextDocument, { name, span: { start, end } }: HiddenPart): PartOfLine[] {
  const whole = rangeOf(document, start, end);
  const lines: PartOfLine[] = [];
  for (let line = whole.start.line; line <= whole.end.line; line += 1) {
    const range = document.lineAt(line).range.intersection(whole);
    if (range && !range.isEmpty) {
      lines.push({ name, range, isFirst: line === whole.start.line });
    }
  }
  return lines;
}

/** What is in no part, but hidden by the grammar. */
function plainRanges(document: vscode.TextDocument, parts: readonly PartOfLine[]): vscode.Range[] {
  let next = 0;
  const ranges: vscode.Range[] = [];
  for (let line = 0; line < document.lineCount; line += 1) {
    const { text, range } = document.lineAt(line);
    let from = new vscode.Position(line, shownByGrammar.exec(text)?.[0].length ?? 0);
    for (let part = parts[next]; part?.range.start.line === line; part = parts[next]) {
      if (from.isBefore(part.range.start)) {
        ranges.push(new vscode.Range(from, part.range.start));
      }
      from = part.range.end;
      next += 1;
    }
    if (from.isBefore(range.end)) {
      ranges.push(new vscode.Range(from, range.end));
    }
  }
  return ranges;
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
        "The quote of {0} isn't closed on this line, so Laravel won't load this file. Only a double quote directly after “=” can span lines.",
        key,
      );
    case 'swallows':
      return l10n.t(
        'Laravel reads the lines after this quote as one value and loses their keys. Close the quote on this line.',
      );
    case 'afterQuote':
      return l10n.t("Only a comment may follow the closing quote of {0}, or Laravel won't load this file.", key);
    case 'spaces':
      return l10n.t("Values with spaces need quotes, or Laravel won't load this file.");
  }
}
