import * as l10n from '@vscode/l10n';
import { type AnsiStyle, type AnsiText, type DrawnText, drawnText, type Look } from '../ui/ansiText';
import { inSlices } from '../ui/slices';
import { newLines } from './newLines';

/** The messages between the lines of a log. */
export interface Marks {
  /** @param size of the whole log, and of the kept part, in megabytes */
  readonly cut: (size: number, kept: number) => string;
  readonly gap: () => string;
  readonly restarted: () => string;
  readonly emptied: () => string;
}

/** Maximum size kept of one response, and in total, in characters. */
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

/** Whether a line looks like a message between those of the log. */
export function isMark(looks: readonly Look[] | undefined): boolean {
  return looks?.[0]?.style === markStyle;
}

/**
 * The text of a log of which only the last lines can be read. New lines are appended; old ones stay, even if the log changes on the
 * server, and a message says where lines are missing or the log started over.
 */
export class GrowingText {
  private window = '';
  /** The complete lines, without control characters. */
  private done = '';
  private doneLines = 0;
  private readonly looks = new Map<number, readonly Look[]>();
  /** The last line as received, while it is incomplete, and how it is drawn so far. Its look is in `looks`. */
  private open = '';
  private openDrawn: AnsiText = { text: '', looks: new Map() };
  private isEmpty = true;
  /** What was appended since the last `get`; undefined if the text changed in another way. */
  private since: string | undefined;

  constructor(private readonly marks: Marks) {}

  /** Whether the log was always empty. */
  get wasNeverWritten(): boolean {
    return this.isEmpty;
  }

  /** Adds Forge's current output, in slices, after the previous call has finished. @returns whether anything is new. */
  async take(output: string): Promise<boolean> {
    const { text: now, leftOut } = lastPart(output);
    const { appended, interruption } = await inSlices(newLines(this.window, now));
    const raw = interruption ? appended : this.open + appended;
    const end = raw.lastIndexOf('\n') + 1;
    const open = raw.slice(end);
    const drawn = await drawnText(raw.slice(0, end));
    const openDrawn = await drawnText(open);
    // From here on without a pause, so that nobody gets a partial text.
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

  /** The whole text, the look of each line, and what was appended since the last call; undefined if it changed in another way. */
  get(): AnsiText & { readonly appended: string | undefined } {
    const appended = this.since;
    const { text } = this.openDrawn;
    // It is drawn again once it is complete.
    this.since = text === '' ? '' : undefined;
    return {
      text: this.done + text,
      looks: this.looks,
      appended: appended === undefined ? undefined : appended + text,
    };
  }

  /** Adds a message on its own line. */
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

  /** Drops the older half: nobody scrolls back through millions of lines. */
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

/** The last part of an output that is too long to show. */
export interface LastPart {
  readonly text: string;
  /** The size of the whole output and of the text, in megabytes; undefined if the text is complete. */
  readonly leftOut: { readonly size: number; readonly kept: number } | undefined;
}

/** The last lines of an output, up to the maximum size. */
export function lastPart(output: string): LastPart {
  const text = tail(output);
  const isWhole = text.length === output.length;
  return { text, leftOut: isWhole ? undefined : { size: megabytes(output), kept: megabytes(text) } };
}

/** The message in place of the start of an output. @param size of the whole, and of the kept part, in megabytes */
export function leftOutWords(size: number, kept: number): string {
  return l10n.t('Showing the last {0} MB of this log, which has {1} MB', kept, size);
}

/** Draws an output in slices: only its last part if it is very long, below a message that says so. */
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

/** The last lines of text that is too long. */
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
