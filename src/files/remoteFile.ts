import { createHash } from 'node:crypto';
import { isAborted, isRefusal, mayHaveHappened } from '../forge/errors';
import { keepLineEnds } from './keepLineEnds';

/** A text on a server, as it is read and written through the API. */
export interface RemoteText {
  /** The text as it is there now. @throws ForgeError */
  read(): Promise<string>;
  /** Sends a text, once. Resolves when it is accepted, which may be a while before it is in place (202). @throws ForgeError */
  write(text: string): Promise<void>;
}

/** What VS Code knows a version of a file by. It takes a file for changed where both have changed. */
export interface Version {
  /** Grows with every change of the text, and only then. Milliseconds since 1970 or more. */
  readonly mtime: number;
  /** Not the length: a number that follows from the text, so that another text of the same length has another one. */
  readonly size: number;
}

export type SaveProblem =
  /** The remote text has become one that nobody was shown. */
  | 'changed'
  /** Forge did not confirm the change, and the old text is still there. */
  | 'unconfirmed'
  /** The person did not want it to go out. */
  | 'declined';

/** A save after which the document stays dirty, for a reason of this module's own. */
export class SaveError extends Error {
  override readonly name = 'SaveError';

  constructor(readonly problem: SaveProblem) {
    super(`The file was not saved: ${problem}.`);
  }
}

export interface RemoteFileOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits so many milliseconds. Rejects when nobody wants it any more. */
  readonly pause: (ms: number) => Promise<void>;
}

export interface SaveOptions {
  /** Asked before anything goes out; false for no. */
  readonly agrees?: (before: string, after: string) => Promise<boolean>;
}

/**
 * What came of a change that was accepted: in place, or in place and over one of somebody else's that was made at the same time;
 * overwritten by somebody else; not there yet; not to be seen, since Forge did not tell the text; saved again meanwhile.
 */
export type Outcome = 'applied' | 'overtook' | 'changed' | 'pending' | 'unseen' | 'superseded';

/** How long before each further look at a text that was sent without an answer, in milliseconds. */
const looksAfterFailureMs: readonly number[] = [0, 1_000, 2_000, 4_000];

/** How long before each look whether an accepted text is in place, in milliseconds. */
const looksUntilAppliedMs: readonly number[] = [500, 1_000, 2_000, 3_000, 5_000, 8_000, 13_000, 20_000];

/** How long Forge may take at most to make a change that it has accepted, in milliseconds. What is read later is how it is. */
const mostDelayMs = 600_000;

/** How often a change of one's own is looked for after one of somebody else's was seen instead. */
const looksAfterOthers = 4;

/** The number of different sizes. Large files are opened after a question, from 10 MB on in a remote window. */
const sizes = 2 ** 23;

/** One text, by all the hashes by which it is known again. */
type Known = ReadonlySet<string>;

interface Seen {
  readonly text: string;
  readonly hash: string;
}

/** A text that may be read next. */
interface Expected {
  readonly known: Known;
  /** From when on it is no longer waited for, milliseconds since 1970: where it has not come by then, it does not come. */
  readonly until: number;
}

/**
 * What is known of a remote file while it is open, and how it is saved without overwriting what somebody else wrote.
 *
 * Forge has no versions and no conditional requests, and accepts a change before it makes it. So what counts is the text: a save
 * begins with reading it again. After a change was accepted, the old text or the new one is right until the new one was seen;
 * after one that was sent without an answer, either too. Any other text is somebody else's, and a new version.
 */
export class RemoteFile {
  /** The texts that may be read next, in the order in which they come. The last one is `shown`. */
  private expected: readonly Expected[] = [];
  /** Texts that were sent without an answer. Where one of them is seen, it did arrive. */
  private uncertain: readonly Expected[] = [];
  private shown: Seen | undefined;
  /** What was read last. */
  private read: string | undefined;
  /** What was saved last. */
  private saved: Seen | undefined;
  /** What somebody else wrote while a change of ours was on the way. */
  private between: Seen | undefined;
  private looking: Promise<boolean> | undefined;
  /** The change that is being sent. */
  private sending: Promise<unknown> = Promise.resolve();
  private present: Version = { mtime: 0, size: 0 };
  /** Of the version that the document has: what it was read or saved as. Undefined where VS Code restored it. */
  private base: string | undefined;
  /** Of the version that the person was last warned of. */
  private warned: string | undefined;
  private asked: string | undefined;
  private readonly now: () => number;
  private readonly pause: (ms: number) => Promise<void>;

  constructor(
    private readonly remote: RemoteText,
    { now, pause }: RemoteFileOptions,
  ) {
    this.now = now;
    this.pause = pause;
  }

  get isKnown(): boolean {
    return this.shown !== undefined;
  }

  /** Whether a change was accepted that has not been seen in place yet. */
  get isPending(): boolean {
    return this.awaited.length > 1;
  }

  get version(): Version {
    return this.present;
  }

  /** The text of this version, for a document that takes it over. Undefined before the first look. */
  take(): string | undefined {
    this.base = this.shown?.hash;
    // Who takes the text as it is gives up what could not be saved.
    this.uncertain = [];
    return this.shown?.text;
  }

  /** What somebody else wrote and a change of ours has overwritten, which Forge had accepted before it was to be seen. */
  get overwritten(): string | undefined {
    return this.isPending ? undefined : this.between?.text;
  }

  /** What was saved here last, where somebody else has overwritten it since. */
  get lost(): string | undefined {
    return this.saved && this.saved.hash !== this.shown?.hash ? this.saved.text : undefined;
  }

  /** The text of this version, without taking it over. */
  get text(): string | undefined {
    return this.shown?.text;
  }

  /**
   * Reads the text again. Where somebody else has changed it, this is a new version.
   * @returns whether it is one that the document does not have.
   * @throws ForgeError, and then nothing has changed.
   */
  look(): Promise<boolean> {
    // One at a time: an answer that is overtaken would show an old text as a new one.
    this.looking ??= this.remote
      .read()
      .then((text) => this.notice(text))
      .finally(() => {
        this.looking = undefined;
      });
    return this.looking;
  }

  /**
   * Reads the text again on behalf of a save, before VS Code compares versions. Where it shows the person a conflict,
   * `save` is not called next; where they overwrite what they were shown, it is.
   */
  async lookBeforeSave(): Promise<void> {
    this.asked = undefined;
    const { mtime } = this.present;
    await this.look();
    const hash = this.shown?.hash;
    const isConflict = this.base !== undefined && hash !== this.base;
    if (isConflict && (this.warned !== hash || this.present.mtime !== mtime)) {
      this.warned = hash;
      // VS Code has to ask first. If it does not, the save is refused.
      return;
    }
    this.asked = hash;
  }

  /**
   * Sends the text of the document. To be called after `lookBeforeSave`.
   * @returns when Forge has accepted it; `untilApplied` tells more.
   * @throws SaveError; ForgeError where Forge refused or could not be reached. Either way the document has to stay as it is.
   */
  save(edited: string, options: SaveOptions = {}): Promise<void> {
    return this.inTurn(() => {
      const { asked } = this;
      this.asked = undefined;
      return this.send(edited, asked, options);
    });
  }

  /**
   * Makes a change to the text as it is now, with all that was accepted before, and without a document.
   * @throws as `save` does
   */
  change(edit: (text: string) => string): Promise<void> {
    return this.inTurn(async () => {
      await this.look();
      await this.send(edit(this.shown?.text ?? ''), this.shown?.hash);
    });
  }

  /**
   * Looks until the accepted text is in place, less and less often, for about a minute. A look that fails is made up for by the
   * next one.
   * @throws what `pause` throws.
   */
  async untilApplied(): Promise<Outcome> {
    const ours = this.saved;
    const isOfOthers = () => this.shown?.hash !== ours?.hash;
    let looks = looksAfterOthers;
    let isSeen = false;
    for (const ms of looksUntilAppliedMs) {
      await this.pause(ms);
      if (this.saved !== ours || this.base !== ours?.hash) {
        return 'superseded';
      }
      isSeen = await this.look().then(
        () => true,
        () => false,
      );
      if (!this.isPending) {
        return isOfOthers() ? 'changed' : this.between ? 'overtook' : 'applied';
      }
      if (isOfOthers()) {
        looks -= 1;
        if (looks === 0) {
          return 'changed';
        }
      }
    }
    if (isOfOthers()) {
      return 'changed';
    }
    if (!isSeen) {
      return 'unseen';
    }
    if (this.read !== undefined && this.expected.at(-1)?.known.has(this.read)) {
      // There and back: what is right at last was right before as well, and has stayed all this time.
      this.arrive(this.read);
      return 'applied';
    }
    return 'pending';
  }

  /** The texts that may still come, after the one that is there. */
  private get awaited(): readonly Expected[] {
    const now = this.now();
    const overdue = this.expected.findLastIndex(({ until }, place) => place > 0 && until < now);
    return overdue > 0 ? this.expected.slice(overdue) : this.expected;
  }

  /** One at a time: each builds on the one before. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.sending.then(work);
    this.sending = turn.catch(() => undefined);
    return turn;
  }

  /** @param basis the text, by its hash, that is replaced */
  private async send(edited: string, basis: string | undefined, { agrees }: SaveOptions = {}): Promise<void> {
    const before = this.shown;
    if (!before || basis !== before.hash) {
      throw new SaveError('changed');
    }
    const text = keepLineEnds(before.text, edited);
    if (text === before.text && !this.isPending && this.uncertain.length === 0) {
      this.base = before.hash;
      this.saved = before;
      this.between = undefined;
      return;
    }
    if (agrees) {
      if (!(await agrees(before.text, text))) {
        throw new SaveError('declined');
      }
      // They may have read for a while.
      await this.look();
      if (this.shown?.hash !== before.hash) {
        throw new SaveError('changed');
      }
    }
    const known = variants(text, before.hash);
    const sent = () => ({ known, until: this.now() + mostDelayMs });
    try {
      await this.remote.write(text);
      this.become(text, [...this.awaited, ...this.uncertain, sent()]);
    } catch (error) {
      const isUnknown = mayHaveHappened(error);
      if (isUnknown || isAborted(error)) {
        this.uncertain = [...this.uncertain, sent()];
      }
      if (!isUnknown) {
        throw error;
      }
      if (!(await this.hasArrived(text, known))) {
        throw isRefusal(error) ? error : new SaveError('unconfirmed');
      }
    }
  }

  /** Whether a change has arrived by now that was sent without a word of success. @throws SaveError where somebody else's has */
  private async hasArrived(text: string, sent: Known): Promise<boolean> {
    for (const ms of looksAfterFailureMs) {
      await this.pause(ms);
      const changed = await this.look().catch(() => false);
      if (changed) {
        throw new SaveError('changed');
      }
      if (this.shown && sent.has(this.shown.hash) && !this.isPending) {
        // A version of its own, as after any save.
        this.base = undefined;
        this.become(text, this.expected);
        return true;
      }
    }
    return false;
  }

  /** @returns whether the document does not have this text and nobody here wrote it. */
  private notice(text: string): boolean {
    const seen = { text, hash: hashOf(text) };
    const now = this.now();
    this.read = seen.hash;
    this.expected = this.awaited;
    this.uncertain = this.uncertain.filter(({ until }) => until >= now);
    const place = this.expected.findIndex(({ known }) => known.has(seen.hash));
    if (place >= 0) {
      if (place === this.expected.length - 1) {
        this.arrive(seen.hash);
      } else {
        this.expected = this.expected.slice(place);
      }
      return false;
    }
    const late = this.uncertain.findIndex(({ known }) => known.has(seen.hash));
    if (late >= 0) {
      // The same version: the document that could not be saved has it already.
      this.expected = [this.only(seen.hash)];
      this.uncertain = this.uncertain.slice(late + 1);
      if (this.base === this.shown?.hash) {
        this.base = seen.hash;
      }
      this.shown = seen;
      return false;
    }
    const isFirst = this.shown === undefined;
    this.grow(seen.hash);
    this.shown = seen;
    // What Forge has accepted of ours may still come.
    const coming = this.expected.slice(1);
    this.between = coming.length > 0 ? seen : undefined;
    this.expected = [this.only(seen.hash), ...coming];
    this.uncertain = [];
    return !isFirst && seen.hash !== this.base;
  }

  /** The last of the expected texts is in place. */
  private arrive(hash: string): void {
    this.expected = [this.only(hash)];
    if (this.saved && this.shown?.hash === this.between?.hash) {
      // Ours has come after theirs.
      this.grow(this.saved.hash);
      this.shown = this.saved;
    }
  }

  private only(hash: string): Expected {
    return { known: new Set([hash]), until: this.now() };
  }

  /** The document has this text now, and the server has it or will have it. */
  private become(text: string, expected: readonly Expected[]): void {
    const hash = hashOf(text);
    if (hash !== this.shown?.hash || this.base !== hash) {
      this.grow(hash);
    }
    this.shown = { text, hash };
    this.saved = this.shown;
    this.between = undefined;
    this.base = hash;
    this.warned = undefined;
    this.expected = expected;
    this.uncertain = [];
  }

  private grow(hash: string): void {
    const size = sizeOf(hash);
    this.present = {
      mtime: Math.max(this.now(), this.present.mtime + 1),
      size: size === this.present.size ? size ^ 1 : size,
    };
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sizeOf(hash: string): number {
  return 1 + (Number.parseInt(hash.slice(0, 8), 16) % sizes);
}

/**
 * The text that was sent, and what a server makes of it that trims what it is sent, or ends lines in its own way. Not the text
 * before, although a server may make that of it: where it is there, nothing tells that the change has arrived.
 * @param before the text before, by its hash
 */
function variants(text: string, before: string): Known {
  const exact = hashOf(text);
  const forms = [text, text.replace(/\r\n?/g, '\n')].flatMap((form) => [
    form,
    form.trim(),
    form.trimEnd(),
    `${form.trimEnd()}\n`,
  ]);
  return new Set(forms.map(hashOf).filter((hash) => hash === exact || hash !== before));
}
