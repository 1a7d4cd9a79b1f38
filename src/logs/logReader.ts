import * as l10n from '@vscode/l10n';
import type { DeploymentOutputs } from '../deployments/deploymentOutputs';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import type { Disposable } from '../forge/emitter';
import { isAborted, isGone } from '../forge/errors';
import { pauseForOutput } from '../forge/writtenOutput';
import { explain } from '../ui/explain';
import type { Log } from '../ui/log';
import { absence } from './absence';
import type { LogLevel } from './laravelLog';
import { GrowingContent, type LogContent, type LogOutput, WholeContent } from './logContent';
import { entryOf, kindOf, type LogSource } from './logSources';
import type { OpenLog, StandIn } from './openLog';

/** How long to hide a log that Forge didn't find, in milliseconds. */
const missingMs = 5 * 60_000;

/** Reads every kind of log and shows it in its document, or says there why it can't. */
export class LogReader implements Disposable {
  private readonly contents = new WeakMap<OpenLog, LogContent>();
  /** Since when a log isn't written yet, in `Clock.elapsed` time. */
  private readonly lateSince = new WeakMap<OpenLog, number>();
  /** Cancels the next request for such a log. */
  private readonly waiting = new Map<OpenLog, () => void>();
  /** When Forge last didn't find a log, in milliseconds since 1970. */
  private readonly missing = new Map<string, number>();

  /** @param language for times, such as `en` */
  constructor(
    private readonly fleet: Fleet,
    private readonly outputs: DeploymentOutputs,
    private readonly log: Log,
    private readonly language: string,
  ) {}

  /** Whether Forge didn't find the log within the last minutes. It may just not have been written yet. */
  isMissing(key: string, id: string): boolean {
    return this.fleet.clock.now() - (this.missing.get(missingKey({ key, id })) ?? 0) < missingMs;
  }

  /** A log's filter: the lowest level shown, and the number of shown and of all entries; undefined if it shows all. */
  filterOf(log: OpenLog): GrowingContent['filter'] {
    return log.standIn === undefined ? this.growing(log)?.filter : undefined;
  }

  /** The lowest level that a log shows; undefined if it shows all. */
  leastLevel(log: OpenLog): LogLevel | undefined {
    return this.growing(log)?.least;
  }

  /** Shows only entries with that level and above; undefined for all. */
  async setLeastLevel(log: OpenLog, least: LogLevel | undefined): Promise<void> {
    const content = this.growing(log);
    if (content && log.standIn === undefined) {
      await this.draw(log, content, content.setLeast(least));
    }
  }

  /** Never rejects. */
  async read(log: OpenLog): Promise<void> {
    const entry = entryOf(this.fleet, log.source);
    if (!entry?.api.isPlaced) {
      if (!this.fleet.isOfAccount(log.source.key)) {
        // Nothing of a signed-out account is kept.
        this.contents.delete(log);
      }
      await this.tellWhy(log, 'absent', absence(this.fleet, log.text));
      return;
    }
    try {
      await this.take(log, await this.load(entry, log));
    } catch (error) {
      if (!isAborted(error)) {
        await this.tellFailure(log, error);
      }
    }
  }

  dispose(): void {
    for (const cancel of this.waiting.values()) {
      cancel();
    }
  }

  private growing(log: OpenLog): GrowingContent | undefined {
    const content = this.contents.get(log);
    return content instanceof GrowingContent ? content : undefined;
  }

  /** @throws ForgeError */
  private async load(entry: SiteEntry | ServerEntry, log: OpenLog): Promise<LogOutput> {
    const { id } = log.source;
    const { read, isLate } = kindOf(log.source);
    const options = { lane: () => log.lane };
    if (!read) {
      return this.outputs.read(entry as SiteEntry, id, options);
    }
    const againInMs = () => pauseForOutput(this.lateMs(log));
    try {
      const { text, isWritten, isFinal } = await read(entry, id, options);
      return isWritten
        ? { text, state: isFinal ? 'final' : 'current', againInMs: undefined }
        : { text, state: 'late', againInMs: againInMs() };
    } catch (error) {
      if (isLate && isGone(error) && againInMs() !== undefined) {
        return { text: '', state: 'late', againInMs: againInMs() };
      }
      throw error;
    }
  }

  private async take(log: OpenLog, output: LogOutput): Promise<void> {
    const { text, state, againInMs } = output;
    const { source } = log;
    log.receive(text.length, state === 'final');
    this.waiting.get(log)?.();
    this.waiting.delete(log);
    if (state === 'late') {
      this.lookLater(log, againInMs);
    } else {
      this.lateSince.delete(log);
      this.missing.delete(missingKey(source));
    }
    const content = this.contents.get(log) ?? this.contentOf(source);
    this.contents.set(log, content);
    await this.draw(log, content, content.take(output, log.isShown), () =>
      state === 'current'
        ? l10n.t('This log is empty.')
        : state === 'running' || (againInMs !== undefined && !kindOf(source).isLate)
          ? l10n.t('No output yet.')
          : kindOf(source).absent(source.id),
    );
  }

  private contentOf(source: LogSource): LogContent {
    const { clock } = this.fleet;
    const time = () => new Date(clock.now()).toLocaleTimeString(this.language);
    return kindOf(source).read ? new GrowingContent(time) : new WholeContent();
  }

  /** @param empty the sentence for a text that is empty */
  private async draw(
    log: OpenLog,
    content: LogContent,
    drawing: ReturnType<LogContent['take']>,
    empty?: () => string,
  ): Promise<void> {
    const shown = await drawing;
    // The account may have signed out in the meantime.
    if (shown && this.contents.get(log) === content) {
      const { appended, ...text } = shown;
      if (text.text === '' && empty) {
        log.say('empty', empty());
      } else {
        log.show(text, appended);
      }
    }
  }

  /** How long a log has been late, in milliseconds. */
  private lateMs(log: OpenLog): number {
    const { clock } = this.fleet;
    return clock.elapsed() - (this.lateSince.get(log) ?? clock.elapsed());
  }

  /** Asks again for a log that isn't written yet, if it is still open then. */
  private lookLater(log: OpenLog, ms: number | undefined): void {
    const { clock } = this.fleet;
    this.lateSince.set(log, this.lateSince.get(log) ?? clock.elapsed());
    if (ms !== undefined) {
      const cancel = clock.after(ms, () => {
        this.waiting.delete(log);
        if (!log.isClosed && !log.isComplete) {
          void log.readAnew();
        }
      });
      this.waiting.set(log, cancel);
    }
  }

  private async tellFailure(log: OpenLog, error: unknown): Promise<void> {
    const { source } = log;
    const now = this.fleet.clock.now();
    log.fail(now);
    if (isGone(error)) {
      this.missing.set(missingKey(source), now);
      await this.tellWhy(log, 'empty', kindOf(source).absent(source.id));
    } else {
      this.log.error(`Could not read the log ${log.uri.path}`, error);
      await this.tellWhy(log, 'failed', `${explain(error).sentence}\n`);
    }
  }

  /** Keeps a text that is shown; a message in its place is replaced by the newest. */
  private async tellWhy(log: OpenLog, standIn: StandIn, text: string): Promise<void> {
    const content = this.contents.get(log);
    if (content && log.isShown) {
      await this.draw(log, content, content.interrupt(text.trimEnd()));
    } else {
      log.say(standIn, text);
    }
  }
}

function missingKey({ key, id }: { readonly key: string; readonly id: string }): string {
  return `${key}/${id}`;
}
