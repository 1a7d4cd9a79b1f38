import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Clock } from '../forge/clock';
import { contextKeys, fileScheme, shownScheme } from '../manifest';
import { atOnce, inSlices } from '../ui/slices';
import { mask } from './compareKeys';
import { type DrawnEnvironment, drawEnvironment, type HiddenPiece, longestDrawn, type Piece } from './drawnEnvironment';
import { type EnvironmentProblem, isHarmful } from './environmentText';
import { environmentLanguage, languageForReview } from './fileKinds';
import { withoutReview } from './fileUri';
import type { HiddenPart } from './hiddenParts';

/** The schemes of VS Code's copies of saved files: for the other side of a conflict, and of "Compare Active File with Saved". */
const copySchemes: readonly string[] = ['conflictResolution', 'showModifications'];

/** What the user has chosen to show of a document. */
interface Revealed {
  all: boolean;
  /** Names of parts. */
  names: Set<string>;
}

/** What was last read of a document. */
interface Reading {
  readonly version: number;
  /** Undefined while it is being read, and if it is too long. */
  found: DrawnEnvironment | undefined;
}

/** Maximum length of text to read without slices, in characters, so that its values get their dots at once. */
const longestAtOnce = 20_000;

/** Maximum time between the two clicks of a double-click, in milliseconds. */
const mostBetweenClicksMs = 500;

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
  /** By `keyOf`. */
  private readonly revealed = new Map<string, Revealed>();
  private readonly readings = new WeakMap<vscode.TextDocument, Reading>();
  /** The editors in which the user has moved the cursor since values were hidden. */
  private readonly entered = new WeakSet<vscode.TextEditor>();
  /** The cursor line that each editor shows. */
  private readonly shownLines = new WeakMap<vscode.TextEditor, number | undefined>();
  /** The line whose dots the last click was on, and when that was, in `Clock.elapsed` time. */
  private dotsClicked: { readonly editor: vscode.TextEditor; readonly line: number; readonly at: number } | undefined;
  private readonly disposables: vscode.Disposable;

  /** @param isEditable whether the document with that URI is editable */
  constructor(
    private readonly isEditable: (uri: vscode.Uri) => boolean,
    private readonly clock: Pick<Clock, 'elapsed'>,
  ) {
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
      vscode.languages.registerHoverProvider([environmentLanguage, languageForReview(environmentLanguage)], {
        provideHover: (document, position) => this.hover(document, position),
      }),
    );
    for (const document of vscode.workspace.textDocuments) {
      this.check(document);
    }
    this.showAll();
    this.tellContext();
  }

  /** Shows or hides all values of a document, and of the one it is compared with. */
  reveal({ uri }: vscode.TextDocument, all: boolean): void {
    const key = keyOf(uri);
    this.revealed.set(key, { all, names: new Set() });
    for (const editor of vscode.window.visibleTextEditors) {
      if (keyOf(editor.document.uri) === key) {
        this.entered.delete(editor);
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
    const key = keyOf(uri);
    const revealed = this.revealed.get(key) ?? { all: false, names: new Set<string>() };
    this.revealed.set(key, revealed);
    return revealed;
  }

  private partsOf(document: vscode.TextDocument): readonly HiddenPart[] {
    return this.read(document)?.parts ?? [];
  }

  /** What a document has; undefined if it is too long, or is being read, after which it is drawn. */
  private read(document: vscode.TextDocument): DrawnEnvironment | undefined {
    const { version } = document;
    const present = this.readings.get(document);
    if (present?.version === version) {
      return present.found;
    }
    const work = drawEnvironment(document.getText());
    const reading: Reading = { version, found: undefined };
    this.readings.set(document, reading);
    if (document.getText().length <= longestAtOnce) {
      reading.found = atOnce(work);
    } else {
      void inSlices(work).then((found) => {
        if (this.readings.get(document) === reading) {
          reading.found = found;
          this.check(document);
          this.showAll();
        }
      });
    }
    return reading.found;
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
    if (part && kind === vscode.TextEditorSelectionChangeKind.Mouse) {
      this.clickDots(textEditor, part);
    }
    this.show(textEditor);
  }

  /** A click on the dots counts as one at the end of the value, and a double-click as one on it. */
  private clickDots(editor: vscode.TextEditor, { span }: HiddenPart): void {
    const { document, selection } = editor;
    const start = document.positionAt(span.start);
    const end = document.lineAt(start.line).range.intersection(rangeOf(document, span.start, span.end))?.end ?? start;
    const { active } = selection;
    const before = this.dotsClicked;
    const now = this.clock.elapsed();
    const isSecond = before?.editor === editor && before.line === start.line && now - before.at <= mostBetweenClicksMs;
    // VS Code reports the position of the dots as that of the equals sign.
    const isOnDots =
      selection.isEmpty &&
      active.character <= start.character &&
      active.character >= start.character - 1 &&
      this.shownLines.get(editor) !== start.line;
    this.dotsClicked = isOnDots ? { editor, line: start.line, at: now } : undefined;
    if (isOnDots) {
      editor.selection = new vscode.Selection(end, end);
    } else if (isSecond) {
      // VS Code takes it for one on the key or, once the value is shown, for the first on that.
      editor.selection = new vscode.Selection(start, end);
    }
  }

  private show(editor: vscode.TextEditor): void {
    const { document, selections } = editor;
    const { all, names } = this.of(document);
    const isTyping =
      this.entered.has(editor) && editor === vscode.window.activeTextEditor && this.isEditable(document.uri);
    const cursors = new Set(isTyping ? selections.map(({ active }) => active.line) : []);
    this.shownLines.set(editor, isTyping ? editor.selection.active.line : undefined);
    const found = this.read(document);
    const isLong = document.getText().length > longestDrawn;
    if (!found && !isLong) {
      // Until it is read, what was drawn moves with the text, and the grammar hides the rest.
      return;
    }
    const isHidden = ({ name, line }: HiddenPiece) => !all && !names.has(name) && !cursors.has(line);
    const pieces = found?.hidden ?? [];
    const hidden = pieces.filter(isHidden);
    const visible = isLong
      ? all
        ? [rangeOf(document, 0, document.getText().length)]
        : []
      : [...pieces.filter((piece) => !isHidden(piece)), ...(found?.plain ?? [])].map(rangeOfPiece);
    editor.setDecorations(this.hidden, hidden.filter(({ isFirst }) => isFirst).map(rangeOfPiece));
    editor.setDecorations(this.hiddenRest, hidden.filter(({ isFirst }) => !isFirst).map(rangeOfPiece));
    editor.setDecorations(this.shown, visible);
  }

  private tellContext(): void {
    const document = vscode.window.activeTextEditor?.document;
    const isShown = document !== undefined && isEnvironment(document) && this.of(document).all;
    void vscode.commands.executeCommand('setContext', contextKeys.valuesShown, isShown);
  }

  private check(document: vscode.TextDocument): void {
    // The document whose text is reviewed has them.
    const isMarked = isEnvironment(document) && document.uri.scheme !== shownScheme;
    const found = isMarked ? this.read(document) : undefined;
    if (!found) {
      return;
    }
    this.problems.set(
      document.uri,
      found.problems.map((at) => {
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
    const isOpen = (keyFor: (uri: vscode.Uri) => string) =>
      vscode.workspace.textDocuments.some(({ uri }) => keyFor(uri) === keyFor(document.uri));
    if (!isOpen(keyOf)) {
      this.revealed.delete(keyOf(document.uri));
    }
    if (!isOpen(String)) {
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

/** What is shown of a document is shown of the texts that it is compared with. */
function keyOf({ path }: vscode.Uri): string {
  return withoutReview(path);
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

function rangeOfPiece({ line, start, end }: Piece): vscode.Range {
  return new vscode.Range(line, start, line, end);
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
