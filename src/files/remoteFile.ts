import { createHash } from 'node:crypto';
import { isAborted, isRefusal, mayHaveHappened } from '../forge/errors';
import { keepLineEnds } from './keepLineEnds';

/** Text on a server, read and written through the API. */
export interface RemoteText {
  /** The current text. @throws ForgeError */
  read(): Promise<string>;
  /**
   * Sends the text, once. Resolves when Forge has accepted it, possibly long before it is in place (202).
   * @param wishes what Forge is to do with it, in its own words
   * @throws ForgeError
   */
  write(text: string, wishes?: object): Promise<void>;
}

/** How VS Code identifies a version of a file. It treats a file as changed only if both have changed. */
export interface Version {
  /** Increases with every change of the text, and where it is to be loaded again. Milliseconds since 1970 or more. */
  readonly mtime: number;
  /** Not the length, but a number derived from the text, so that different texts of the same length have different sizes. */
  readonly size: number;
}

export type SaveProblem =
  /** The remote text has changed, and the user hasn't seen it. */
  | 'changed'
  /** Forge didn't confirm the change, and the old text is still there. */
  | 'unconfirmed'
  /** The user canceled. */
  | 'declined';

/** A failed save, for a reason found by this module. The document stays dirty. */
export class SaveError extends Error {
  override readonly name = 'SaveError';

  constructor(readonly problem: SaveProblem) {
    super(`The file was not saved: ${problem}.`);
  }
}

export interface RemoteFileOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits that many milliseconds. Rejects when nobody needs it anymore. */
  readonly pause: (ms: number) => Promise<void>;
}

export interface SaveOptions {
  /** Called before anything is sent; undefined cancels the save, anything else is what Forge is to do with it. */
  readonly agrees?: (before: string, after: string) => Promise<object | undefined>;
}

/**
 * The result of an accepted change: in place; in place, and overwrote someone else's simultaneous change; overwritten by someone
 * else; not there yet; unknown, because Forge didn't return the text; or saved again in the meantime.
 */
export type Outcome = 'applied' | 'overtook' | 'changed' | 'pending' | 'unseen' | 'superseded';

/** Pauses before checking again for text that was sent without a response, in milliseconds. */
const looksAfterFailureMs: readonly number[] = [0, 1_000, 2_000, 4_000];

/** Pauses before checking whether accepted text is in place, in milliseconds. */
const looksUntilAppliedMs: readonly number[] = [500, 1_000, 2_000, 3_000, 5_000, 8_000, 13_000, 20_000];

/** How long Forge may take to make an accepted change, in milliseconds. After that, what is read counts as the real text. */
const mostDelayMs = 600_000;

/** How often to check for our own change after someone else's was seen instead. */
const looksAfterOthers = 4;

/** The number of different sizes. VS Code asks before opening large files, from 10 MB on in a remote window. */
const sizes = 2 ** 23;

/** A text, identified by one or more hashes. */
type Known = ReadonlySet<string>;

interface Seen {
  readonly text: string;
  readonly hash: string;
}

/** A text that a read may return next. */
interface Expected {
  readonly known: Known;
  /** When it is no longer expected, in milliseconds since 1970: if it isn't there by then, it never will be. */
  readonly until: number;
}

/**
 * The state of a remote file while it is open, and how to save it without overwriting someone else's change.
 *
 * Forge has no versions and no conditional requests, and accepts a change before it makes it. So versions are told apart by text: a
 * save first reads it again. After an accepted change, both the old and the new text are valid until the new one is seen; the same
 * after a change without a response. Any other text is someone else's, and a new version.
 */
export class RemoteFile {
  /** The texts that a read may return next, in the order in which they appear. The last one is `shown`. */
  private expected: readonly Expected[] = [];
  /** Texts that were sent without a response. If one is seen, it did arrive. */
  private uncertain: readonly Expected[] = [];
  private shown: Seen | undefined;
  /** The text of the last read. */
  private read: string | undefined;
  /** The last saved text. */
  private saved: Seen | undefined;
  /** What someone else wrote while a change of ours was pending. */
  private between: Seen | undefined;
  private looking: Promise<boolean> | undefined;
  /** The change that is being sent. */
  private sending: Promise<unknown> = Promise.resolve();
  private present: Version = { mtime: 0, size: 0 };
  /** The text that the document was last loaded or saved with. Undefined if VS Code restored it. */
  private base: string | undefined;
  /** The version that the user was last warned about. */
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

  /** Whether an accepted change hasn't been seen in place yet. */
  get isPending(): boolean {
    return this.awaited.length > 1;
  }

  get version(): Version {
    return this.present;
  }

  /** The text of this version, for a document that loads it. Undefined before the first read. */
  take(): string | undefined {
    this.base = this.shown?.hash;
    // Loading the text discards what couldn't be saved.
    this.uncertain = [];
    return this.shown?.text;
  }

  /** Makes the same text a new version, for a document to load it again. */
  renew(): void {
    if (this.shown) {
      this.grow(this.shown.hash);
    }
  }

  /** Someone else's text that a change of ours overwrote, because Forge had already accepted ours. */
  get overwritten(): string | undefined {
    return this.isPending ? undefined : this.between?.text;
  }

  /** Our last saved text, if someone else has overwritten it since. */
  get lost(): string | undefined {
    return this.saved && this.saved.hash !== this.shown?.hash ? this.saved.text : undefined;
  }

  /** The text of this version, without loading it. */
  get text(): string | undefined {
    return this.shown?.text;
  }

  /**
   * Reads the text again. If someone else has changed it, this is a new version.
   * @returns whether the document doesn't have that version.
   * @throws ForgeError; then nothing has changed.
   */
  look(): Promise<boolean> {
    // One at a time: an overtaken response would show old text as new.
    this.looking ??= this.remote
      .read()
      .then((text) => this.notice(text))
      .finally(() => {
        this.looking = undefined;
      });
    return this.looking;
  }

  /**
   * Reads the text again for a save, before VS Code compares versions. If VS Code reports a conflict, it doesn't call
   * `save` next; if the user then overwrites, it does.
   * @param edited the text of the document
   * @returns the version for VS Code to compare: one that can't conflict if the server has this text already, as after a
   * window that ended before it heard that its save had arrived.
   */
  async lookBeforeSave(edited: string): Promise<Version> {
    this.asked = undefined;
    const { mtime } = this.present;
    await this.look();
    const hash = this.shown?.hash;
    if (this.shown && keepLineEnds(this.shown.text, edited) === this.shown.text) {
      this.asked = hash;
      return { ...this.present, mtime: 0 };
    }
    const isConflict = this.base !== undefined && hash !== this.base;
    if (isConflict && (this.warned !== hash || this.present.mtime !== mtime)) {
      this.warned = hash;
      // VS Code has to ask first. If it doesn't, the save is rejected.
      return this.present;
    }
    this.asked = hash;
    return this.present;
  }

  /**
   * Sends the text of the document. Call it after `lookBeforeSave`.
   * @returns when Forge has accepted it; see `untilApplied` for what follows.
   * @throws SaveError; ForgeError if Forge rejected it or couldn't be reached. Either way the document must stay dirty.
   */
  save(edited: string, options: SaveOptions = {}): Promise<void> {
    return this.inTurn(() => {
      const { asked } = this;
      this.asked = undefined;
      return this.send(edited, asked, options);
    });
  }

  /**
   * Changes the current text, including all changes accepted before, without a document.
   * @throws as `save` does
   */
  change(edit: (text: string) => Promise<string>): Promise<void> {
    return this.inTurn(async () => {
      await this.look();
      const { text = '', hash } = this.shown ?? {};
      await this.send(await edit(text), hash);
    });
  }

  /**
   * Checks until the accepted text is in place, at growing intervals, for about a minute. Failed reads are ignored.
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
      // There and back: the final text was valid before as well, and never changed.
      this.arrive(this.read);
      return 'applied';
    }
    return 'pending';
  }

  /** The texts that may still appear, after the current one. */
  private get awaited(): readonly Expected[] {
    const now = this.now();
    const overdue = this.expected.findLastIndex(({ until }, place) => place > 0 && until < now);
    return overdue > 0 ? this.expected.slice(overdue) : this.expected;
  }

  /** One at a time: each builds on the previous one. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.sending.then(work);
    this.sending = turn.catch(() => undefined);
    return turn;
  }

  /** @param basis the hash of the text to replace */
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
    const wishes = await agrees?.(before.text, text);
    if (agrees) {
      if (!wishes) {
        throw new SaveError('declined');
      }
      // The user may have spent a while on the review.
      await this.look();
      if (this.shown?.hash !== before.hash) {
        throw new SaveError('changed');
      }
    }
    const known = variants(text, before.hash);
    const sent = () => ({ known, until: this.now() + mostDelayMs });
    try {
      await this.remote.write(text, wishes);
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

  /** Whether a change that was sent without a confirmation has arrived. @throws SaveError if someone else's change is there */
  private async hasArrived(text: string, sent: Known): Promise<boolean> {
    for (const ms of looksAfterFailureMs) {
      await this.pause(ms);
      const changed = await this.look().catch(() => false);
      if (changed) {
        throw new SaveError('changed');
      }
      if (this.shown && sent.has(this.shown.hash) && !this.isPending) {
        // A new version, as after any save.
        this.base = undefined;
        this.become(text, this.expected);
        return true;
      }
    }
    return false;
  }

  /** @returns whether the document doesn't have this text, and we didn't write it. */
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
      // The same version: the document whose save failed already has it.
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
    // Changes of ours that Forge has accepted may still appear.
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
      // Our change was made after theirs.
      this.grow(this.saved.hash);
      this.shown = this.saved;
    }
  }

  private only(hash: string): Expected {
    return { known: new Set([hash]), until: this.now() };
  }

  /** The document has this text now, and the server has it or is about to. */
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
 * The sent text, and what a server makes of it that trims text or changes line ends. Without the previous text, although a server may
 * turn the sent text into that: seeing it doesn't prove that the change has arrived.
 * @param before the hash of the previous text
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
