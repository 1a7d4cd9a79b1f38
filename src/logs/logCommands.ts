import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { nameOfEntry } from '../fleet/rows';
import { pickRow } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import { confirm } from '../ui/say';
import { inSlices, splitLines } from '../ui/slices';
import { steps } from '../ui/steps';
import { absence } from './absence';
import { emptyLog } from './emptyLog';
import { exceptionGroups, type LogLevel, logEntries, logLevels } from './laravelLog';
import type { LogDocuments } from './logDocuments';
import type { LogReader } from './logReader';
import { entryOf, kindOf } from './logSources';
import type { OpenLog } from './openLog';

/** The log in the active editor. @throws PlainError if there is none. */
export function activeLog(documents: LogDocuments): { readonly log: OpenLog; readonly editor: vscode.TextEditor } {
  const editor = vscode.window.activeTextEditor;
  const log = editor && documents.get(editor.document.uri);
  if (!log) {
    throw new PlainError(l10n.t('Open a log first, with “Forge: View Logs…”.'), steps.viewLogs());
  }
  return { log, editor };
}

/** The display name of a filter: "Error and Above". */
export function levelAndAbove(level: LogLevel): string {
  return level === 'emergency' ? l10n.t('Emergency Only') : l10n.t('{0} and Above', title(level));
}

/** Asks for the lowest level of Laravel's log to show. */
export async function filterLog(documents: LogDocuments, reader: LogReader): Promise<void> {
  const { log } = activeLog(documents);
  const now = reader.leastLevel(log);
  const all = { label: l10n.t('All Entries'), level: undefined };
  const levels = [...logLevels].reverse().map((level) => ({
    label: levelAndAbove(level),
    level,
  }));
  const chosen = await vscode.window.showQuickPick(
    [all, ...levels].map((item) => ({ ...item, description: item.level === now ? l10n.t('current') : '' })),
    { title: l10n.t('Filter Log by Level'), placeHolder: l10n.t('Select the lowest level to show') },
  );
  if (chosen) {
    await reader.setLeastLevel(log, chosen.level);
  }
}

/** Lists the exceptions of Laravel's log, equal ones grouped, and goes to the latest occurrence of the selected one. */
export async function showLogExceptions(documents: LogDocuments): Promise<void> {
  const { editor } = activeLog(documents);
  const lines = await inSlices(splitLines(editor.document.getText()));
  const groups = await inSlices(exceptionGroups(lines, await inSlices(logEntries(lines))));
  if (groups.length === 0) {
    throw new PlainError(l10n.t('No errors found in the shown part of this log.'));
  }
  const chosen = await vscode.window.showQuickPick(
    groups.map(({ name, message: label, place, count, last }) => {
      const description =
        count === 1 ? l10n.t('1 time, {0}', last.time) : l10n.t('{0} times, latest {1}', count, last.time);
      return pickRow({ label, description, detail: [name, place].filter(Boolean).join(' · ') }, { last });
    }),
    {
      title: l10n.t('Exceptions'),
      placeHolder: l10n.t('Go to the latest occurrence'),
      matchOnDetail: true,
      matchOnDescription: true,
    },
  );
  if (chosen) {
    const shown = await vscode.window.showTextDocument(
      editor.document,
      editor.viewColumn === undefined ? {} : { viewColumn: editor.viewColumn },
    );
    const start = new vscode.Position(chosen.last.firstLine, 0);
    shown.selection = new vscode.Selection(start, start);
    shown.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.AtTop);
  }
}

/** Clears the log on the server, after a confirmation. The shown text stays. */
export async function clearLog(documents: LogDocuments, fleet: Fleet): Promise<void> {
  const { log } = activeLog(documents);
  const { id, kind } = log.source;
  const entry = entryOf(fleet, log.source);
  if (!kindOf(log.source).clear) {
    throw new PlainError(l10n.t("This log can't be cleared."));
  }
  if (!entry) {
    throw new PlainError(absence(fleet), steps.refresh());
  }
  const place = nameOfEntry(entry);
  const isSure = await confirm(
    kind === 'process'
      ? l10n.t('Clear the log of process {0} on {1}?', id, place)
      : l10n.t('Clear the {0} log of {1}?', id, place),
    l10n.t("This empties the log on {0} for everyone and can't be undone.", entry.server?.name ?? place),
    l10n.t('Clear Log'),
  );
  if (isSure) {
    await emptyLog(log.source, entry);
    await log.readAnew(true);
  }
}

function title(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
