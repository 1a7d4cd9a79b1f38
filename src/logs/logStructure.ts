import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { LogStep } from '../deployments/logSteps';
import { clock } from '../ui/relativeTime';
import { inSlices } from '../ui/slices';
import { stepsOf } from './failureIn';
import { isAtLeast, type LogEntry, logEntries, type TextLines } from './laravelLog';
import type { LogDocuments } from './logDocuments';
import { isLaravelLog, logSource } from './logSources';

/** Maximum number of steps or entries to fold and list in the outline, from the end. */
const mostParts = 2_000;

/** A part of a log that can be folded and is listed in the outline. */
interface Part {
  readonly title: string;
  readonly detail: string;
  readonly kind: vscode.SymbolKind;
  readonly firstLine: number;
  readonly lastLine: number;
}

/** The steps of a deployment's log, and the entries of Laravel's with their stack traces. */
export class LogStructure implements vscode.FoldingRangeProvider, vscode.DocumentSymbolProvider {
  /** The parts, shared by folding and outline. */
  private readonly known = new WeakMap<
    vscode.TextDocument,
    { readonly version: number; readonly parts: Promise<readonly Part[]> }
  >();

  constructor(private readonly documents: LogDocuments) {}

  async provideFoldingRanges(document: vscode.TextDocument): Promise<vscode.FoldingRange[]> {
    return (await this.parts(document))
      .filter(({ firstLine, lastLine }) => lastLine > firstLine)
      .map(({ firstLine, lastLine }) => new vscode.FoldingRange(firstLine, lastLine, vscode.FoldingRangeKind.Region));
  }

  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    const { version } = document;
    const parts = await this.parts(document);
    // The document may have grown, or been filtered, while it was parsed: VS Code asks again for the new text.
    return (document.version === version ? parts : []).map(
      ({ title, detail, kind, firstLine, lastLine }) =>
        new vscode.DocumentSymbol(
          title,
          detail,
          kind,
          new vscode.Range(document.lineAt(firstLine).range.start, document.lineAt(lastLine).range.end),
          document.lineAt(firstLine).range,
        ),
    );
  }

  private parts(document: vscode.TextDocument): Promise<readonly Part[]> {
    const known = this.known.get(document);
    if (known?.version === document.version) {
      return known.parts;
    }
    // A message instead of a log has no parts.
    const isLog = this.documents.get(document.uri)?.standIn === undefined;
    const parts = isLog ? partsOf(document) : Promise.resolve([]);
    this.known.set(document, { version: document.version, parts });
    return parts;
  }
}

async function partsOf(document: vscode.TextDocument): Promise<readonly Part[]> {
  const source = logSource(document.uri);
  if (source?.kind === 'deployment') {
    const { steps, failed } = await stepsOf(document.getText());
    return steps.slice(-mostParts).map((step) => stepPart(step, step === failed));
  }
  return source && isLaravelLog(source)
    ? (await inSlices(logEntries(linesIn(document), mostParts))).map(entryPart)
    : [];
}

/** The lines of a document, which may become shorter in the meantime. */
function linesIn(document: vscode.TextDocument): TextLines {
  return {
    length: document.lineCount,
    at: (line) => (line < document.lineCount ? document.lineAt(line).text : undefined),
  };
}

function stepPart(step: LogStep, failed: boolean): Part {
  return {
    ...step,
    detail: stepDetail(step, failed),
    kind: failed ? vscode.SymbolKind.Event : vscode.SymbolKind.Function,
  };
}

function entryPart(entry: LogEntry): Part {
  const { firstLine, lastLine, levelName, time, message } = entry;
  return {
    title: `${levelName} ${message}`.trim(),
    detail: time,
    kind: isAtLeast(entry, 'error')
      ? vscode.SymbolKind.Event
      : isAtLeast(entry, 'notice')
        ? vscode.SymbolKind.Constant
        : vscode.SymbolKind.String,
    firstLine,
    lastLine,
  };
}

/** "failed", "3.5 s", "failed, 1:02". */
function stepDetail({ durationMs }: LogStep, failed: boolean): string {
  const took =
    durationMs === null
      ? undefined
      : durationMs < 1000
        ? l10n.t('{0} ms', durationMs)
        : durationMs < 60_000
          ? l10n.t('{0} s', (durationMs / 1000).toFixed(1))
          : clock(durationMs);
  return [failed ? l10n.t('failed') : undefined, took].filter((part) => part !== undefined).join(', ');
}
