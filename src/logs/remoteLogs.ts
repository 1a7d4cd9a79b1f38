import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { ForgeError, isAborted } from '../forge/errors';
import { pauseForOutput } from '../forge/writtenOutput';
import type { AnsiText, Look } from '../ui/ansiText';
import { explain } from '../ui/explain';
import type { Log } from '../ui/log';
import { inSlices, mostAtOnce, splitLines, type Work } from '../ui/slices';
import { absence } from './absence';
import { GrowingText, isMark, leftOutWords } from './growingText';
import { isAtLeast, type LogLevel, logEntries } from './laravelLog';
import type { LogDocuments, OpenLog, StandIn } from './logDocuments';
import { entryOf, kindOf, type LogKind, logKinds } from './logSources';

/** The logs of sites and servers: all but deployment logs. */
type RemoteLog = OpenLog<Exclude<LogKind, 'deployment'>>;

/** How long to hide a log that Forge didn't find, in milliseconds. */
const missingMs = 5 * 60_000;

/** The shown part of a filtered log. */
interface Filtered extends AnsiText {
  /** Number of shown entries, and of all entries. */
  readonly kept: number;
  readonly all: number;
}

interface Content {
  readonly text: GrowingText;
  /** The lowest level that is shown; undefined for all. */
  least: LogLevel | undefined;
  /** Whether it was last shown without a filter. */
  isAllShown: boolean;
  /** Number of drawings started. */
  drawings: number;
  /** What was last shown with the filter. */
  shown: Filtered | undefined;
  /** The message about the last failed read in its text; undefined if it succeeded. */
  failure: string | undefined;
}

/** Reads the logs of sites and servers. New lines are appended; what was shown stays, even if it is gone from the server. */
export class RemoteLogs {
  private readonly contents = new WeakMap<OpenLog, Content>();
  /** Late outputs: since when, in `Clock.elapsed` time, and whether the next request is already scheduled. */
  private readonly late = new WeakMap<OpenLog, { readonly since: number; readonly isWaiting: boolean }>();
  private readonly marks = marksBy(() => this.fleet.clock.now());
  /** When Forge last didn't find a log, in milliseconds since 1970. */
  private readonly missing = new Map<string, number>();

  constructor(
    private readonly documents: LogDocuments,
    private readonly fleet: Fleet,
    private readonly log: Log,
  ) {
    for (const kind of Object.keys(logKinds) as LogKind[]) {
      if (kind !== 'deployment') {
        documents.serve(kind, (log) => this.read(log));
      }
    }
  }

  /** Whether Forge didn't find the log within the last minutes. It may just not have been written yet. */
  isMissing(key: string, id: string): boolean {
    return this.fleet.clock.now() - (this.missing.get(missingKey({ key, id })) ?? 0) < missingMs;
  }

  /** A log's filter: the lowest level shown, and the number of shown and of all entries; undefined if it shows all. */
  filterOf(log: OpenLog): { readonly least: LogLevel; readonly kept: number; readonly all: number } | undefined {
    const { least, shown } = this.contents.get(log) ?? {};
    return least && shown && log.standIn === undefined ? { least, kept: shown.kept, all: shown.all } : undefined;
  }

  /** The lowest level that a log shows; undefined if it shows all. */
  leastLevel(log: OpenLog): LogLevel | undefined {
    return this.contents.get(log)?.least;
  }

  /** Shows only entries with that level and above; undefined for all. */
  async setLeastLevel(log: OpenLog, least: LogLevel | undefined): Promise<void> {
    const content = this.contents.get(log);
    if (content && log.standIn === undefined) {
      content.least = least;
      await this.draw(log, content);
    }
  }

  async read(log: RemoteLog): Promise<void> {
    const { source } = log;
    const entry = entryOf(this.fleet, source);
    const { read } = kindOf(source);
    if (!entry?.api.isPlaced || !read) {
      if (this.contents.has(log) && this.fleet.isOfAccount(source.key)) {
        await this.tellWhy(log, 'absent', absence(this.fleet));
        return;
      }
      // Nothing of a signed-out account is kept.
      this.contents.delete(log);
      this.documents.say(log, 'absent', absence(this.fleet));
      return;
    }
    try {
      const { text: output, isWritten } = await read(entry, source.id, { lane: () => log.lane });
      if (isWritten) {
        this.late.delete(log);
      } else {
        this.lookLater(log);
        if (log.isShown) {
          // The old text stays until the output is written again.
          return;
        }
        if (output === '') {
          this.documents.say(log, 'empty', l10n.t('No output yet.'));
          return;
        }
      }
      if (source.kind === 'serverLog') {
        this.missing.delete(missingKey(source));
      }
      const content = this.contents.get(log) ?? newContent(this.marks);
      this.contents.set(log, content);
      log.size = output.length;
      const isBack = content.failure !== undefined;
      if (isBack) {
        content.failure = undefined;
        content.text.mark(this.marks.readAgain());
      }
      const isNew = (await content.text.take(output)) || isBack;
      if (content.text.wasNeverWritten) {
        this.documents.say(log, 'empty', l10n.t('This log is empty.'));
      } else if (isNew || log.standIn !== undefined) {
        await this.draw(log, content);
      }
    } catch (error) {
      if (!isAborted(error)) {
        await this.tellFailure(log, error);
      }
    }
  }

  /** Asks again for an output that the server doesn't find, for one minute, as long as it is open. @returns whether it will */
  private lookLater(log: OpenLog): boolean {
    const { clock } = this.fleet;
    const { since, isWaiting } = this.late.get(log) ?? { since: clock.elapsed(), isWaiting: false };
    const pauseMs = isWaiting ? undefined : pauseForOutput(clock.elapsed() - since);
    this.late.set(log, { since, isWaiting: isWaiting || pauseMs !== undefined });
    if (pauseMs !== undefined) {
      clock.after(pauseMs, () => {
        this.late.set(log, { since, isWaiting: false });
        if (this.documents.get(log.uri) === log) {
          void this.documents.readAnew(log);
        }
      });
    }
    return isWaiting || pauseMs !== undefined;
  }

  private async draw(log: OpenLog, content: Content): Promise<void> {
    const { text, least } = content;
    content.drawings += 1;
    const { drawings } = content;
    const { appended, ...whole } = text.get();
    if (least === undefined) {
      this.documents.draw(log, whole, content.isAllShown && log.isShown ? appended : undefined);
      content.isAllShown = true;
      return;
    }
    content.isAllShown = false;
    const shown = await inSlices(filtered(whole, least));
    // Skip if something newer was drawn in the meantime, or the account signed out.
    if (content.drawings === drawings && this.contents.get(log) === content) {
      content.shown = shown;
      this.documents.draw(log, shown);
    }
  }

  private async tellFailure(log: RemoteLog, error: unknown): Promise<void> {
    const { source } = log;
    const isGone = error instanceof ForgeError && error.kind === 'notFound';
    if (isGone && source.kind === 'serverLog') {
      this.missing.set(missingKey(source), this.fleet.clock.now());
    }
    if (!isGone) {
      this.log.error(`Could not read the log ${log.uri.path}`, error);
    }
    log.failedAt = this.fleet.clock.now();
    if (isGone && kindOf(source).isLate && this.lookLater(log) && log.isShown) {
      return;
    }
    if (isGone) {
      await this.tellWhy(log, 'empty', kindOf(source).absent(source.id));
    } else {
      await this.tellWhy(log, 'failed', `${explain(error).sentence}\n`);
    }
  }

  /** Keeps the loaded text and adds a message below it; a message in its place is replaced by the newest. */
  private async tellWhy(log: RemoteLog, standIn: StandIn, text: string): Promise<void> {
    const sentence = text.trimEnd();
    const content = this.contents.get(log);
    if (!content || log.standIn !== undefined) {
      this.documents.say(log, standIn, text);
    } else if (content.failure !== sentence) {
      // Shown once at the end, where someone following the log looks, however often reading fails.
      content.failure = sentence;
      content.text.mark(this.marks.unread(sentence));
      await this.draw(log, content);
    }
  }
}

function newContent(marks: ReturnType<typeof marksBy>): Content {
  return {
    text: new GrowingText(marks),
    least: undefined,
    isAllShown: false,
    drawings: 0,
    shown: undefined,
    failure: undefined,
  };
}

function missingKey({ key, id }: { readonly key: string; readonly id: string }): string {
  return `${key}/${id}`;
}

/** The messages between the lines of a log. @param now milliseconds since 1970 */
function marksBy(now: () => number) {
  const time = () => new Date(now()).toLocaleTimeString(vscode.env.language);
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
