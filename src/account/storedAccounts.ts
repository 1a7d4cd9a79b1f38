import type { Disposable } from '../forge/emitter';
import { isRecord } from '../forge/json';
import type { User } from '../forge/resources';
import type { Log } from '../ui/log';

/** The secret that lists the ids of the accounts. */
const listKey = 'forge.accounts';

/** Prefix of the secret of one account, a JSON `StoredAccount`; its id follows. */
const accountPrefix = 'forge.account.';

/** An account in SecretStorage. */
export interface StoredAccount {
  readonly id: string;
  readonly token: string;
  /** Where the token was checked. It is never sent anywhere else, even if `forge.apiUrl` changes later. */
  readonly apiUrl: string;
  readonly user: User;
}

/** The part of VS Code's SecretStorage that is used here. */
export interface Secrets {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  onDidChange(listener: (event: { readonly key: string }) => void): Disposable;
}

/**
 * The accounts in SecretStorage, which all windows share without a lock. So each account has its own secret, written once when it signs
 * in, and deleted when it signs out. Two windows can overwrite each other's changes only in the list of ids, which just says where to
 * look: an id without a secret is no account, and a window that knows a missing id adds it again.
 */
export class StoredAccounts {
  private readonly known: Set<string>;
  private last: Promise<unknown> = Promise.resolve();

  /** @param ids those of the last session's accounts, in case the list has lost one */
  constructor(
    private readonly secrets: Secrets,
    ids: readonly string[],
    private readonly log: Log,
  ) {
    this.known = new Set(ids);
  }

  /** Calls the listener when accounts may have been added or removed, in any window. */
  onDidChange(listener: () => void): Disposable {
    return this.secrets.onDidChange(({ key }) => {
      if (key === listKey || key.startsWith(accountPrefix)) {
        listener();
      }
    });
  }

  /**
   * All accounts, in the order in which they were added.
   * @param begins called when earlier changes are done and it begins to read
   * @throws what SecretStorage throws
   */
  read(begins: () => void = () => undefined): Promise<readonly StoredAccount[]> {
    return this.inTurn(async () => {
      begins();
      const listed = await this.list();
      const ids = new Set([...listed, ...this.known]);
      const found = await Promise.all([...ids].map((id) => this.account(id)));
      const accounts = found.filter((account) => account !== undefined);
      this.known.clear();
      for (const { id } of accounts) {
        this.known.add(id);
      }
      const lost = accounts.filter(({ id }) => !listed.includes(id));
      if (lost.length > 0) {
        await this.writeList([...listed, ...lost.map(({ id }) => id)]);
      }
      return accounts;
    });
  }

  /** @throws what SecretStorage throws */
  add(account: StoredAccount): Promise<void> {
    return this.inTurn(async () => {
      await this.store(account);
      await this.writeList([...(await this.list()), account.id]);
    });
  }

  /** Deletes the token of the account with this id. @throws what SecretStorage throws */
  remove(id: string): Promise<void> {
    return this.inTurn(async () => {
      this.known.delete(id);
      await this.secrets.delete(accountPrefix + id);
      await this.writeList((await this.list()).filter((other) => other !== id));
    });
  }

  private async store(account: StoredAccount): Promise<void> {
    await this.secrets.store(accountPrefix + account.id, JSON.stringify(account));
    this.known.add(account.id);
  }

  private async account(id: string): Promise<StoredAccount | undefined> {
    const value = this.parse(await this.secrets.get(accountPrefix + id));
    return isStoredAccount(value) && value.id === id ? value : undefined;
  }

  private async list(): Promise<readonly string[]> {
    const list = this.parse(await this.secrets.get(listKey));
    const entries: readonly unknown[] = Array.isArray(list) ? list : [];
    const ids: string[] = [];
    for (const entry of entries) {
      if (typeof entry === 'string') {
        ids.push(entry);
      } else if (isStoredAccount(entry)) {
        // Version 0.1.0 kept the accounts themselves here.
        await this.store(entry);
        ids.push(entry.id);
      }
    }
    if (!ids.every((id) => entries.includes(id))) {
      await this.writeList(ids);
    }
    return ids;
  }

  private async writeList(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) {
      await this.secrets.delete(listKey);
    } else {
      await this.secrets.store(listKey, JSON.stringify([...new Set(ids)]));
    }
  }

  private parse(text: string | undefined): unknown {
    try {
      return JSON.parse(text ?? 'null') as unknown;
    } catch {
      this.log.warn('A stored account is damaged and is left out.');
      return undefined;
    }
  }

  /** One at a time: each builds on what the previous one wrote. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}

function isStoredAccount(value: unknown): value is StoredAccount {
  return (
    isRecord(value) &&
    typeof value.id === 'string' &&
    typeof value.token === 'string' &&
    typeof value.apiUrl === 'string' &&
    isRecord(value.user) &&
    typeof value.user.id === 'string'
  );
}
