import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { tooltip } from '../ui/tooltip';

/** A line of a tooltip: a name and, if it is known, a value, which may be written differently from how it is compared. */
export type Fact = readonly [name: string, value: string | null | undefined, write?: (value: string) => string];

/** A row whose tooltip is written when VS Code asks for it: written with the row, it would take longer than the rest of the row. */
export class RowItem extends vscode.TreeItem {
  /** What the tooltip says below the label; undefined if it says nothing else, or something of its own. */
  about: readonly (string | Fact)[] | undefined;

  /** The row with its tooltip. */
  withTooltip(): this {
    const label = String(this.label);
    this.tooltip ??= this.about ? tooltip(label, this.about.flatMap(lineOf)) : label;
    return this;
  }
}

/** Everything that a row displays, as a text for comparisons. */
export function lookOf(item: RowItem): string {
  const { id, color } = (item.iconPath ?? {}) as Partial<vscode.ThemeIcon>;
  const { label, description, collapsibleState, contextValue, about } = item;
  return JSON.stringify([label, description, id, color?.id, collapsibleState, contextValue, about ?? item.tooltip]);
}

function lineOf(line: string | Fact): string | [] {
  if (typeof line === 'string') {
    return line;
  }
  const [name, value, write = String] = line;
  return value ? l10n.t('{0}: {1}', name, write(value)) : [];
}
