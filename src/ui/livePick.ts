import * as vscode from 'vscode';
import { type Reason, ReplacedRows } from './replacedRows';

/** Called when someone uses the picker. If one throws or rejects, the picker ends with that error. */
interface Handlers<Row> {
  /** The picker is on screen. */
  readonly open?: () => unknown;
  readonly accept: (row: Row) => unknown;
  /** A button on a row was clicked. */
  readonly rowButton?: (button: vscode.QuickInputButton, row: Row) => unknown;
  /** A button in the title was clicked. */
  readonly button?: (button: vscode.QuickInputButton) => unknown;
  readonly type?: () => unknown;
}

/** A picker that stays open until it is told to end, and whose rows can be replaced meanwhile. Can be opened once. */
export class LivePick<Row extends vscode.QuickPickItem, Answer> {
  /** For everything but the rows, which only `replace` sets. */
  readonly box = vscode.window.createQuickPick<Row>();
  private readonly rows = new ReplacedRows(this.box);
  private resolve: (answer: Answer | undefined) => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;

  constructor(title: string, placeholder: string) {
    this.box.title = title;
    this.box.placeholder = placeholder;
  }

  /** Shows other rows. @param active the row to be active; the first by default */
  replace(rows: readonly Row[], reason: Reason, active?: Row): void {
    this.rows.replace(rows, reason, active);
  }

  /** Ends it with an answer, once it is open. */
  end(answer?: Answer): void {
    this.resolve(answer);
  }

  /** Ends it with an error, once it is open. */
  fail(error: unknown): void {
    this.reject(error);
  }

  /**
   * Opens it until `end` or `fail` is called, or someone closes it. If rows are replaced at the very moment of a choice, and it isn't clear
   * which row was meant, the choice is ignored.
   * @returns undefined if it was closed
   */
  async ask({ open, accept, rowButton, button, type }: Handlers<Row>): Promise<Answer | undefined> {
    const { box, rows } = this;
    const run = async (act: () => unknown) => {
      try {
        await act();
      } catch (error) {
        this.fail(error);
      }
    };
    try {
      return await new Promise<Answer | undefined>((resolve, reject) => {
        this.resolve = resolve;
        this.reject = reject;
        box.onDidAccept(() => {
          const row = rows.accepted;
          void (row && run(() => accept(row)));
        });
        box.onDidTriggerItemButton(({ item, button: clicked }) => {
          const row = rows.meant(item);
          void (row && run(() => rowButton?.(clicked, row)));
        });
        box.onDidTriggerButton((clicked) => run(() => button?.(clicked)));
        box.onDidChangeValue(() => run(() => type?.()));
        box.onDidHide(() => this.end());
        box.show();
        void run(() => open?.());
      });
    } finally {
      box.dispose();
    }
  }
}
