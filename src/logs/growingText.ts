import * as l10n from '@vscode/l10n';
import { type AnsiStyle, type AnsiText, type DrawnText, drawnText, type Look } from '../ui/ansiText';
import { inSlices } from '../ui/slices';
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
  /** The last line as it came, while it is not complete, and how it is drawn so far. Its look is among `looks`. */
  private open = '';
  private openDrawn: AnsiText = { text: '', looks: new Map() };
  private isEmpty = true;
  /** What has come since the whole was given last; undefined where that does not go on with it. */
  private since: string | undefined;

  constructor(private readonly marks: Marks) {}

  /** Whether there was never anything. */
  get wasNeverWritten(): boolean {
    return this.isEmpty;
  }

  /** Takes over what Forge gives now, in slices, and not before the one before is taken over. @returns whether anything is new. */
  async take(output: string): Promise<boolean> {
    const { text: now, leftOut } = lastPart(output);
    const { appended, interruption } = await inSlices(newLines(this.window, now));
    const raw = interruption ? appended : this.open + appended;
    const end = raw.lastIndexOf('\n') + 1;
    const open = raw.slice(end);
    const drawn = await drawnText(raw.slice(0, end));
    const openDrawn = await drawnText(open);
    // From here on all at once, so that nobody gets a half of it.
    this.window = now;
    if (leftOut && this.isEmpty) {
      this.mark(this.marks.cut(leftOut.size, leftOut.kept));
    }
    if (interruption) {
      this.mark(this.marks[interruption]());
    }
    this.looks.delete(this.doneLines);
    this.add(drawn);
    this.setOpen(open, openDrawn);
    this.isEmpty &&= appended === '';
    if (this.done.length > mostInAll) {
      this.forget();
    }
    return interruption !== null || appended !== '';
  }

  /** The whole, how each line looks, and what has been appended to what was given before; undefined where it was changed otherwise. */
  get(): AnsiText & { readonly appended: string | undefined } {
    const appended = this.since;
    const { text } = this.openDrawn;
    // It will be drawn anew once it is complete.
    this.since = text === '' ? '' : undefined;
    return {
      text: this.done + text,
      looks: this.looks,
      appended: appended === undefined ? undefined : appended + text,
    };
  }

  /** Says something in a line of its own. */
  mark(sentence: string): void {
    if (this.open !== '') {
      const { text, looks } = this.openDrawn;
      this.add({ text: `${text}\n`, looks, lineCount: 2 });
      this.setOpen('', { text: '', looks: new Map() });
    }
    const line = `— ${sentence} —`;
    this.add({
      text: `${line}\n`,
      looks: new Map([[0, [{ start: 0, end: line.length, style: markStyle }]]]),
      lineCount: 2,
    });
  }

  /** Adds complete lines. */
  private add({ text, looks, lineCount }: DrawnText): void {
    for (const [line, its] of looks) {
      this.looks.set(this.doneLines + line, its);
    }
    this.doneLines += lineCount - 1;
    this.done += text;
    this.since = this.since === undefined ? undefined : this.since + text;
  }

  private setOpen(open: string, drawn: AnsiText): void {
    this.open = open;
    this.openDrawn = drawn;
    const look = drawn.looks.get(0);
    if (look) {
      this.looks.set(this.doneLines, look);
    }
  }

  /** Leaves out the older half, which nobody scrolls back to through millions of lines. */
  private forget(): void {
    const size = megabytes(this.done);
    const cut = this.done.indexOf('\n', this.done.length - mostInAll / 2) + 1;
    const rest = this.done.slice(cut);
    const kept = lineFeeds(rest);
    const gone = this.doneLines - kept;
    const looks = new Map<number, readonly Look[]>();
    for (const [line, its] of this.looks) {
      if (line >= gone) {
        looks.set(line - gone, its);
      }
    }
    const { open, openDrawn } = this;
    this.done = '';
    this.doneLines = 0;
    this.looks.clear();
    this.open = '';
    this.mark(this.marks.cut(size, megabytes(rest)));
    this.add({ text: rest, looks, lineCount: kept + 1 });
    this.setOpen(open, openDrawn);
    this.since = undefined;
  }
}

/** The end of an output that is too long to be shown, as every reader of outputs shows it. */
export interface LastPart {
  readonly text: string;
  /** How much the whole and the text have, in megabytes; undefined where it is the whole. */
  readonly leftOut: { readonly size: number; readonly kept: number } | undefined;
}

/** The last lines of an output, as many as are read at once. */
export function lastPart(output: string): LastPart {
  const text = tail(output);
  const isWhole = text.length === output.length;
  return { text, leftOut: isWhole ? undefined : { size: megabytes(output), kept: megabytes(text) } };
}

/** What is said in place of the beginning of an output. @param size of the whole and of what is kept, in megabytes */
export function leftOutWords(size: number, kept: number): string {
  return l10n.t('Showing the last {0} MB of this log, which has {1} MB', kept, size);
}

/** An output that is shown as it is now, in slices: its last part where it is very long, below a line that says so. */
export async function shownOutput(output: string): Promise<AnsiText> {
  const shown = new GrowingText({ cut: leftOutWords, gap: () => '', restarted: () => '', emptied: () => '' });
  await shown.take(output);
  const { text, looks } = shown.get();
  return { text, looks };
}

function lineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    count += 1;
  }
  return count;
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
