import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../forge/clock';
import { allOf, type Disposable } from '../forge/emitter';
import type { Focus } from '../ui/focus';
import type { Log } from '../ui/log';
import { type Memory, textsIn } from '../ui/memory';
import type { WatchFolder } from '../ui/watchFolder';

/** How long VS Code's memory may take to reach another window, in milliseconds; it takes a tenth of that. */
const memoryMs = 3_000;

/** Stores the ids of accounts that signed out while the folder couldn't be written to. */
const signedOutKey = 'forge.signedOut';

/**
 * The accounts that signed out, in any window: an empty file for each, named by its id. SecretStorage can't tell: VS Code in a browser keeps
 * a copy of all secrets in each window, and a window that writes one restores those that another has deleted. So no file is ever removed.
 *
 * If the folder can't be written to, VS Code's memory takes its place. It reaches other windows without an event, so they look when they
 * get the focus, and two windows that write at once keep only one of the ids.
 */
export class SignOuts {
  constructor(
    private readonly folder: string,
    private readonly watchFolder: WatchFolder,
    private readonly memory: Memory,
    private readonly focus: Focus,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Adds the account with this id, for all windows. Never rejects: a folder that can't be written to is logged. */
  async add(id: string): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      // Never written through a link.
      await writeFile(join(this.folder, id), '', { flag: 'wx' });
    } catch (error) {
      if (!(await this.ids()).has(id)) {
        this.log.error('Could not tell other windows of the sign-out before they get the focus', error);
        await this.memory.update(signedOutKey, [...textsIn(this.memory, signedOutKey), id]);
      }
    }
  }

  /** The ids of all accounts that signed out, as far as the folder can be read. Never rejects. */
  async ids(): Promise<ReadonlySet<string>> {
    return new Set([...(await readdir(this.folder).catch(() => [])), ...textsIn(this.memory, signedOutKey)]);
  }

  /** Calls the listener when an account was added, in any window; if the folder can't be written to, once this window has the focus. */
  onDidAdd(listener: () => void): Disposable {
    const remembered = () => textsIn(this.memory, signedOutKey).join();
    let told = remembered();
    const look = () => {
      if (this.focus.isFocused && remembered() !== told) {
        told = remembered();
        listener();
      }
    };
    // Once more after a while: whoever changes windows right away is faster than VS Code's memory.
    const lookAgain = this.clock.debounce(memoryMs, look);
    return allOf(
      this.watchFolder(this.folder, listener),
      this.focus.onDidChange(() => {
        look();
        if (this.focus.isFocused) {
          lookAgain();
        }
      }),
      { dispose: () => lookAgain.cancel() },
    );
  }
}
