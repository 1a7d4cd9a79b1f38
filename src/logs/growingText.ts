import { type AnsiStyle, type AnsiText, ansiText, type Look } from '../ui/ansiText';
import { newLines } from './newLines';

/** What is said between the lines of a log. */
export interface Marks {
  /** @param size of the whole and of what is kept, in megabytes */
  readonly cut: (size: number, kept: number) => string;
  readonly gap: () => string;
  readonly restarted: () => string;
  readonly emptied: () => string;
}

/** The most that is kept of what Forge gives at once, and of what has come together, in characters. */
const mostAtOnce = 5_000_000;
const mostInAll = 20_000_000;

const markStyle: AnsiStyle = {
  foreground: undefined,
  background: undefined,
  bold: false,
  dim: true,
  italic: true,
  underline: false,
};

/** Whether a line looks like one that says something between those of the log. */
export function isMark(looks: readonly Look[] | undefined): boolean {
  return looks?.[0]?.style === markStyle;
}

/**
 * The text of a log of which only the last lines can be read. Grows by what is new; what was there once stays, whatever becomes of
 * the log, and where lines are missing or the log has begun anew, a line says so.
 */
export class GrowingText {
  private window = '';
  /** The complete lines, clean. */
  private done = '';
  private doneLines = 0;
  private readonly looks = new Map<number, readonly Look[]>();
  /** The last line as it came, while it is not complete. */
  private open = '';
  private isEmpty = true;
  /** What has come since the whole was given last; undefined where that does not go on with it. */
  private since: string | undefined;

  constructor(private readonly marks: Marks) {}

  /** Whether there was never anything. */
  get wasNeverWritten(): boolean {
    return this.isEmpty;
  }

  /** Takes over what Forge gives now. @returns whether anything is new. */
  take(output: string): boolean {
    const now = tail(output);
    if (now.length < output.length && this.isEmpty) {
      this.mark(this.marks.cut(megabytes(output), megabytes(now)));
    }
    const { appended, interruption } = newLines(this.window, now);
    this.window = now;
    if (interruption) {
      this.mark(this.marks[interruption]());
    }
    this.append(appended);
    this.isEmpty &&= appended === '';
    return interruption !== null || appended !== '';
  }

  /** The whole, how each line looks, and what has been appended to what was given before; undefined where it was changed otherwise. */
  get(): AnsiText & { readonly appended: string | undefined } {
    const appended = this.since;
    this.since = '';
    if (this.open === '') {
      return { text: this.done, looks: this.looks, appended };
    }
    const { text, looks } = ansiText(this.open);
    const last = looks.get(0);
    // It will be drawn anew once it is complete.
    this.since = text === '' ? '' : undefined;
    return {
      text: this.done + text,
      looks: last ? new Map([...this.looks, [this.doneLines, last]]) : this.looks,
      appended: appended === undefined ? undefined : appended + text,
    };
  }

  private append(raw: string): void {
    const all = this.open + raw;
    const end = all.lastIndexOf('\n') + 1;
    this.open = all.slice(end);
    this.add(all.slice(0, end));
    if (this.done.length > mostInAll) {
      this.forget();
    }
  }

  /** Adds complete lines as they came. */
  private add(lines: string): void {
    const { text, looks } = ansiText(lines);
    for (const [line, its] of looks) {
      this.looks.set(this.doneLines + line, its);
    }
    this.doneLines += lines.split('\n').length - 1;
    this.push(text);
  }

  private push(text: string): void {
    this.done += text;
    this.since = this.since === undefined ? undefined : this.since + text;
  }

  /** Says something in a line of its own. */
  mark(sentence: string): void {
    if (this.open !== '') {
      this.append('\n');
    }
    const line = `— ${sentence} —`;
    this.looks.set(this.doneLines, [{ start: 0, end: line.length, style: markStyle }]);
    this.push(`${line}\n`);
    this.doneLines += 1;
  }

  /** Leaves out the older half, which nobody scrolls back to through millions of lines. */
  private forget(): void {
    const size = megabytes(this.done);
    const cut = this.done.indexOf('\n', this.done.length - mostInAll / 2) + 1;
    const gone = this.done.slice(0, cut).split('\n').length - 1;
    const rest = this.done.slice(cut);
    const looks = [...this.looks].flatMap(([line, its]) => (line >= gone ? [[line - gone, its] as const] : []));
    this.done = '';
    this.doneLines = 0;
    this.looks.clear();
    const open = this.open;
    this.open = '';
    this.mark(this.marks.cut(size, megabytes(rest)));
    for (const [line, its] of looks) {
      this.looks.set(line + 1, its);
    }
    this.doneLines += rest.split('\n').length - 1;
    this.done += rest;
    this.open = open;
    this.since = undefined;
  }
}

/** The last lines of a text that is too long. */
function tail(text: string): string {
  if (text.length <= mostAtOnce) {
    return text;
  }
  const from = text.length - mostAtOnce;
  const line = text.indexOf('\n', from) + 1;
  return text.slice(line > 0 && line < text.length ? line : from);
}

function megabytes(text: string): number {
  return Math.max(1, Math.round(text.length / 1_000_000));
}
