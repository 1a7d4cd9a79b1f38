import * as l10n from '@vscode/l10n';
import type { DeploymentOutput } from '../deployments/deploymentOutputs';
import type { AnsiText, Look } from '../ui/ansiText';
import { inSlices, mostAtOnce, splitLines, type Work } from '../ui/slices';
import { GrowingText, isMark, leftOutWords, shownOutput } from './growingText';
import { isAtLeast, type LogLevel, logEntries } from './laravelLog';

/** What Forge says about a log. */
export interface LogOutput {
  readonly text: string;
  /** As for a deployment; `current` for a log that may grow at any time. */
  readonly state: DeploymentOutput['state'] | 'current';
  /** When to ask again for what isn't written yet, in milliseconds; undefined if not at all. */
  readonly againInMs: number | undefined;
}

/** The text to show. */
export interface Shown extends AnsiText {
  /** The new text, if it only continues what was shown. */
  readonly appended?: string | undefined;
}

/** Makes the text of a log from its outputs, one after the other. */
export interface LogContent {
  /**
   * @param isShown whether the log is shown now, and no message instead
   * @returns the text to show, empty if there is none; undefined if nothing is new
   */
  take(output: LogOutput, isShown: boolean): Promise<Shown | undefined>;
  /** Reading failed while the log is shown. @returns as for `take` */
  interrupt(sentence: string): Promise<Shown | undefined>;
}

/** A log of which each output is all of it, such as a deployment's: the latest output replaces the text. */
export class WholeContent implements LogContent {
  private raw: string | undefined;

  async take({ text: raw, state }: LogOutput, isShown: boolean): Promise<Shown | undefined> {
    const before = isShown ? this.raw : undefined;
    if (before === raw || (before !== undefined && (raw === '' || (state === 'late' && raw.length < before.length)))) {
      // Nothing is new, as usual during a long step; or the old text is briefly missing, and stays.
      return undefined;
    }
    this.raw = raw;
    return shownOutput(raw);
  }

  /** The text stays as it is. */
  async interrupt(): Promise<undefined> {
    return undefined;
  }
}

const nothing: Shown = { text: '', looks: new Map() };

/** The shown part of a filtered log. */
interface Filtered extends Shown {
  /** Number of shown entries, and of all entries. */
  readonly kept: number;
  readonly all: number;
}

/**
 * A log of which an output has only the last lines: new lines are appended, and what was shown stays, even if it is gone from the server.
 * May be filtered by level.
 */
export class GrowingContent implements LogContent {
  private readonly text: GrowingText;
  private readonly marks: ReturnType<typeof marksBy>;
  private level: LogLevel | undefined;
  /** Whether it was last shown without a filter. */
  private isAllShown = false;
  /** Number of drawings started. */
  private drawings = 0;
  /** What was last shown with the filter. */
  private filtered: Filtered | undefined;
  /** The message about the last failed read in its text; undefined if it succeeded. */
  private failure: string | undefined;

  /** @param time now, in words */
  constructor(time: () => string) {
    this.marks = marksBy(time);
    this.text = new GrowingText(this.marks);
  }

  /** The lowest level that is shown; undefined for all. */
  get least(): LogLevel | undefined {
    return this.level;
  }

  /** The filter: the lowest level shown, and the number of shown and of all entries; undefined if all is shown. */
  get filter(): { readonly least: LogLevel; readonly kept: number; readonly all: number } | undefined {
    const { level: least, filtered } = this;
    return least && filtered && { least, kept: filtered.kept, all: filtered.all };
  }

  /** @returns the text to show; undefined if something newer is on its way */
  async setLeast(least: LogLevel | undefined): Promise<Shown | undefined> {
    this.level = least;
    return this.draw();
  }

  async take({ text: output, state }: LogOutput, isShown: boolean): Promise<Shown | undefined> {
    if (state === 'late' && (isShown || output === '')) {
      // The old text stays until the output is written again.
      return isShown ? undefined : nothing;
    }
    const isBack = this.failure !== undefined;
    if (isBack) {
      this.failure = undefined;
      this.text.mark(this.marks.readAgain());
    }
    const isNew = (await this.text.take(output)) || isBack;
    if (this.text.wasNeverWritten) {
      return nothing;
    }
    return isNew || !isShown ? this.draw(isShown) : undefined;
  }

  /** Says once at the end, where someone following the log looks, however often reading fails. */
  async interrupt(sentence: string): Promise<Shown | undefined> {
    if (this.failure === sentence) {
      return undefined;
    }
    this.failure = sentence;
    this.text.mark(this.marks.unread(sentence));
    return this.draw();
  }

  /** @param isShown whether what was drawn last is shown */
  private async draw(isShown = true): Promise<Shown | undefined> {
    this.drawings += 1;
    const { drawings, level } = this;
    const { appended, ...whole } = this.text.get();
    if (level === undefined) {
      const isContinued = this.isAllShown && isShown;
      this.isAllShown = true;
      return { ...whole, appended: isContinued ? appended : undefined };
    }
    this.isAllShown = false;
    const shown = await inSlices(filtered(whole, level));
    if (this.drawings !== drawings) {
      return undefined;
    }
    this.filtered = shown;
    return shown;
  }
}

/** The messages between the lines of a log. */
function marksBy(time: () => string) {
  return {
    cut: leftOutWords,
    gap: () => l10n.t('{0}: lines may be missing here; the log grew faster than it could be loaded', time()),
    restarted: () => l10n.t('{0}: the log was rotated or cleared on the server', time()),
    emptied: () => l10n.t('{0}: the log was emptied on the server', time()),
    unread: (sentence: string) => l10n.t("{0}: couldn't load the log. {1}", time(), sentence),
    readAgain: () => l10n.t('{0}: connection restored', time()),
  };
}

/** The entries with a level and above, below a message that says so. */
function* filtered({ text, looks }: AnsiText, least: LogLevel): Work<Filtered> {
  const lines = yield* splitLines(text);
  const entries = yield* logEntries(lines);
  const kept = entries.filter((entry) => isAtLeast(entry, least));
  const shown = [
    `— ${l10n.t('Only {0} and above: {1} of {2} entries', least.toUpperCase(), kept.length, entries.length)} —`,
  ];
  const shownLooks = new Map<number, readonly Look[]>();
  let next = 0;
  for (const [line, words] of lines.entries()) {
    if (line > (kept[next]?.lastLine ?? line)) {
      next += 1;
    }
    const its = looks.get(line);
    // Messages about the log itself are always shown.
    if (line >= (kept[next]?.firstLine ?? lines.length) || isMark(its)) {
      if (its) {
        shownLooks.set(shown.length, its);
      }
      shown.push(words);
    }
    if (line % mostAtOnce === 0) {
      yield mostAtOnce;
    }
  }
  return { text: `${shown.join('\n')}\n`, looks: shownLooks, kept: kept.length, all: entries.length };
}
