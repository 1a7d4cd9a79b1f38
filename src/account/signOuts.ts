import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disposable } from '../forge/emitter';
import type { Log } from '../ui/log';
import type { WatchFolder } from '../ui/watchFolder';

/**
 * The accounts that signed out, in any window: an empty file for each, named by its id. SecretStorage can't tell: VS Code in a browser keeps
 * a copy of all secrets in each window, and a window that writes one restores those that another has deleted. So no file is ever removed.
 */
export class SignOuts {
  constructor(
    private readonly folder: string,
    private readonly watchFolder: WatchFolder,
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
        this.log.error('Could not tell other windows of the sign-out', error);
      }
    }
  }

  /** The ids of all accounts that signed out; none where the folder can't be read. Never rejects. */
  async ids(): Promise<ReadonlySet<string>> {
    return new Set(await readdir(this.folder).catch(() => []));
  }

  /** Calls the listener when an account was added, in any window. */
  onDidAdd(listener: () => void): Disposable {
    return this.watchFolder(this.folder, listener);
  }
}
