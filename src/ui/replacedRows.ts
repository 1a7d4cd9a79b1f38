import * as vscode from 'vscode';
import { afterThisTurn } from '../forge/clock';

/** Why rows are replaced: someone typed, or the data changed. */
export type Reason = 'typed' | 'changed';

/**
 * The rows of a picker that are replaced while someone chooses. VS Code reports a choice by its position, and looks that up among the
 * current rows (in `ExtHostQuickPick`): a choice that is on its way while they are replaced would select another row.
 */
export class ReplacedRows<Row extends vscode.QuickPickItem> {
  /** The rows that were last known to be on screen. */
  private drawn: readonly Row[] = [];
  /** Rows that VS Code was given and hasn't reported as drawn yet, the current ones last. */
  private readonly coming: (readonly Row[])[] = [];
  /** Whether VS Code was given any rows, before this turn and in it: it doesn't report an empty list that follows an empty list. */
  private hadRows = false;
  private hasRows = false;
  private isTyped = false;
  private active: Row | undefined;
  /** Whether VS Code is still to be given the rows, at the end of this turn. */
  private isInTurn = false;

  constructor(private readonly box: vscode.QuickPick<Row>) {
    // VS Code reports the active row of each list that it has drawn.
    box.onDidChangeActive(() => {
      this.drawn = this.coming.shift() ?? this.drawn;
      this.isTyped &&= this.isComing;
    });
  }

  /** @param active the row to be active; the first by default */
  replace(rows: readonly Row[], reason: Reason, active?: Row): void {
    if (!this.isInTurn) {
      this.isInTurn = true;
      afterThisTurn(() => {
        this.isInTurn = false;
      });
      this.hadRows = this.hasRows;
    } else if (this.isTold) {
      this.coming.pop();
    }
    const first = rows.find(({ kind }) => kind !== vscode.QuickPickItemKind.Separator);
    this.hasRows = first !== undefined;
    if (this.isTold) {
      this.coming.push(rows);
    }
    this.isTyped ||= reason === 'typed';
    this.box.items = rows;
    this.active = active ?? first;
    // The first is active by itself, and if set, VS Code wouldn't report the list as drawn.
    if (this.active && this.active !== first) {
      this.box.activeItems = [this.active];
    }
  }

  /**
   * The row that was meant by the last Enter: the one on screen, or, if someone typed and didn't wait for the result, the first one found.
   * Undefined if that isn't known.
   */
  get accepted(): Row | undefined {
    return this.isTyped ? this.active : this.meant(this.box.selectedItems[0]);
  }

  /** The row that was on screen in the position of the reported one; undefined if that isn't known. */
  meant(row: Row | undefined): Row | undefined {
    return this.isComing && row ? this.drawn[this.box.items.indexOf(row)] : row;
  }

  /** Whether VS Code will report the current rows as drawn. */
  private get isTold(): boolean {
    return this.hasRows || this.hadRows;
  }

  private get isComing(): boolean {
    return this.coming.length > 0;
  }
}
