import * as vscode from 'vscode';
import { logScheme } from '../manifest';
import { type AnsiColour, type AnsiStyle, type Look, plainStyle } from '../ui/ansiText';
import { headOf, type LogLevel } from './laravelLog';
import { editorsOf, type LogDocuments } from './logDocuments';
import { isLaravelLog } from './logSources';

/** How many lines above and below the visible ones to color too, so that scrolling doesn't flicker. */
const margin = 400;

/** Shows a log in its original colors, using the theme's terminal colors. */
export class LogColours implements vscode.Disposable {
  private readonly types = new Map<string, vscode.TextEditorDecorationType>();
  /** The current decorations of an editor. */
  private readonly coloured = new WeakMap<vscode.TextEditor, { first: number; last: number; used: Set<string> }>();
  private readonly listeners: vscode.Disposable;

  constructor(private readonly documents: LogDocuments) {
    const colourAll = (uri: vscode.Uri) => {
      for (const editor of editorsOf({ uri })) {
        this.colour(editor);
      }
    };
    this.listeners = vscode.Disposable.from(
      documents.onDidDraw(({ uri }) => colourAll(uri)),
      vscode.workspace.onDidChangeTextDocument(({ document: { uri } }) => uri.scheme === logScheme && colourAll(uri)),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) {
          this.colour(editor);
        }
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor, visibleRanges }) => {
        const known = this.coloured.get(textEditor);
        const isCovered =
          known && visibleRanges.every(({ start, end }) => start.line >= known.first && end.line <= known.last);
        if (!isCovered) {
          this.colour(textEditor);
        }
      }),
    );
  }

  dispose(): void {
    vscode.Disposable.from(this.listeners, ...this.types.values()).dispose();
  }

  private colour(editor: vscode.TextEditor): void {
    const log = editor.document.uri.scheme === logScheme ? this.documents.get(editor.document.uri) : undefined;
    const isLaravel = log !== undefined && log.standIn === undefined && isLaravelLog(log.source);
    if (!log || (log.looks.size === 0 && !isLaravel && !this.coloured.has(editor))) {
      return;
    }
    const lines = editor.visibleRanges.flatMap(({ start, end }) => [start.line, end.line]);
    const first = Math.max(0, Math.min(...lines, editor.document.lineCount) - margin);
    const last = Math.min(editor.document.lineCount - 1, Math.max(...lines, 0) + margin);
    const ranges = new Map<string, vscode.Range[]>();
    for (let line = first; line <= last; line += 1) {
      const looks = log.looks.get(line) ?? (isLaravel ? looksOfLevel(editor.document.lineAt(line).text) : []);
      for (const { start, end, style } of looks) {
        const key = this.typeOf(style);
        const list = ranges.get(key) ?? [];
        list.push(new vscode.Range(line, start, line, end));
        ranges.set(key, list);
      }
    }
    const before = this.coloured.get(editor)?.used ?? new Set();
    for (const key of new Set([...before, ...ranges.keys()])) {
      const type = this.types.get(key);
      if (type) {
        editor.setDecorations(type, ranges.get(key) ?? []);
      }
    }
    this.coloured.set(editor, { first, last, used: new Set(ranges.keys()) });
  }

  /** The key of the decoration for a look, created on first use. */
  private typeOf(style: AnsiStyle): string {
    const key = JSON.stringify(style);
    if (!this.types.has(key)) {
      const { foreground, background, bold, dim, italic, underline } = style;
      this.types.set(
        key,
        vscode.window.createTextEditorDecorationType({
          rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
          ...(foreground ? { color: isOnColour(style) ? '#ffffff' : themed(foreground) } : {}),
          ...(background ? { backgroundColor: themed(background) } : {}),
          ...(bold ? { fontWeight: 'bold' } : {}),
          ...(dim ? { opacity: '0.7' } : {}),
          ...(italic ? { fontStyle: 'italic' } : {}),
          ...(underline ? { textDecoration: 'underline' } : {}),
        }),
      );
    }
    return key;
  }
}

/** The look of each log level: the more severe, the redder. */
const levelStyles: Readonly<Record<LogLevel, AnsiStyle>> = {
  debug: { ...plainStyle, foreground: 'BrightBlack' },
  info: { ...plainStyle, foreground: 'Blue' },
  notice: { ...plainStyle, foreground: 'Cyan' },
  warning: { ...plainStyle, foreground: 'Yellow' },
  error: { ...plainStyle, foreground: 'Red' },
  critical: { ...plainStyle, foreground: 'Red', bold: true },
  alert: { ...plainStyle, foreground: 'Red', bold: true },
  emergency: { ...plainStyle, foreground: 'Red', bold: true, underline: true },
};

/** The look of an entry's first line. */
function looksOfLevel(line: string): readonly Look[] {
  const head = headOf(line);
  return head?.level ? head.colored.map((place) => ({ ...place, style: levelStyles[head.level as LogLevel] })) : [];
}

/** White on a color: a light theme's white is a gray that isn't readable there. Terminals correct that themselves. */
function isOnColour({ foreground, background }: AnsiStyle): boolean {
  return (
    (foreground === 'White' || foreground === 'BrightWhite') &&
    /^(?:Bright)?(?:Red|Blue|Magenta)$/.test(background ?? '')
  );
}

function themed(colour: AnsiColour): vscode.ThemeColor | string {
  return colour.startsWith('#') ? colour : new vscode.ThemeColor(`terminal.ansi${colour}`);
}
