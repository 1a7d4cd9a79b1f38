import * as vscode from 'vscode';
import { afterThisTurn } from '../forge/clock';

/** Why rows are replaced: what was typed is looked for, or what they tell has changed. */
export type Reason = 'typed' | 'changed';

/**
 * The rows of a picker that are replaced while somebody chooses. VS Code tells a choice by its place, which is looked up among the
 * rows of now (`ExtHostQuickPick` numbers them): one that is on its way when they are replaced would mean another row.
 */
export class ReplacedRows<Row extends vscode.QuickPickItem> {
  /** The rows on screen, as far as known. */
  private drawn: readonly Row[] = [];
  /** Those that VS Code was given and has not told of yet, the last of which are those of now. */
  private readonly coming: (readonly Row[])[] = [];
  /** Whether VS Code was given rows, before this turn and in it: it does not tell of none that come after none. */
  private hadRows = false;
  private hasRows = false;
  private isTyped = false;
  private active: Row | undefined;
  /** Until VS Code is told, at the end of this turn. */
  private isInTurn = false;

  constructor(private readonly box: vscode.QuickPick<Row>) {
    // It tells which row is active in each list that it has drawn.
    box.onDidChangeActive(() => {
      this.drawn = this.coming.shift() ?? this.drawn;
      this.isTyped &&= this.isComing;
    });
  }

  /** @param active the one of them that is to be active; the first one by default */
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
    // The first one is by itself, and VS Code would not tell of the list where that was asked for, too.
    if (this.active && this.active !== first) {
      this.box.activeItems = [this.active];
    }
  }

  /**
   * The row that the person means who has just accepted: the one that they saw, or the first that is found where they have typed on
   * and did not wait for what is found. Undefined where that cannot be told.
   */
  get accepted(): Row | undefined {
    return this.isTyped ? this.active : this.meant(this.box.selectedItems[0]);
  }

  /** The row that the person saw where VS Code says that it is this one; undefined where that cannot be told. */
  meant(row: Row | undefined): Row | undefined {
    return this.isComing && row ? this.drawn[this.box.items.indexOf(row)] : row;
  }

  /** Whether VS Code tells of what it was given last. */
  private get isTold(): boolean {
    return this.hasRows || this.hadRows;
  }

  private get isComing(): boolean {
    return this.coming.length > 0;
  }
}
