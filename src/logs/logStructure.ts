import * as vscode from 'vscode';
import { type LogStep, logSteps } from '../deployments/logSteps';
import { clock } from '../ui/relativeTime';

/** The steps of a deployment's log: each can be folded, and stands in the outline. */
export class LogStructure implements vscode.FoldingRangeProvider, vscode.DocumentSymbolProvider {
  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    return logSteps(document.getText())
      .filter(({ firstLine, lastLine }) => lastLine > firstLine)
      .map(({ firstLine, lastLine }) => new vscode.FoldingRange(firstLine, lastLine, vscode.FoldingRangeKind.Region));
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    return logSteps(document.getText()).map((step) => {
      const { title, firstLine, lastLine, failed } = step;
      return new vscode.DocumentSymbol(
        title,
        stepDetail(step),
        failed ? vscode.SymbolKind.Event : vscode.SymbolKind.Function,
        new vscode.Range(document.lineAt(firstLine).range.start, document.lineAt(lastLine).range.end),
        document.lineAt(firstLine).range,
      );
    });
  }
}

/** "failed", "3.5 s", "failed, 1:02". */
function stepDetail({ failed, durationMs }: LogStep): string {
  const took =
    durationMs === null
      ? undefined
      : durationMs < 1000
        ? vscode.l10n.t('{0} ms', durationMs)
        : durationMs < 60_000
          ? vscode.l10n.t('{0} s', (durationMs / 1000).toFixed(1))
          : clock(durationMs);
  return [failed ? vscode.l10n.t('failed') : undefined, took].filter((part) => part !== undefined).join(', ');
}
