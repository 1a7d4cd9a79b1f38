import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { ForgeClient } from '../forge/client';
import type { Clock } from '../forge/clock';
import { abortError, ForgeError } from '../forge/errors';
import { isRecord } from '../forge/json';
import { Limiter } from '../forge/limiter';
import type { User } from '../forge/resources';
import { readClaims } from '../forge/token';
import { settings } from '../manifest';
import type { Log } from '../ui/log';
import { PlainError } from '../ui/plainError';
import { showError } from '../ui/run';
import { notify } from '../ui/say';
import { apiUrl, requestsPerMinute } from '../ui/settings';
import { steps } from '../ui/steps';
import { isAcceptableApiUrl } from './isAcceptableApiUrl';
import { type Account, accountsOf, type Session } from './session';
import type { SignOuts } from './signOuts';
import { type Secrets, type StoredAccount, StoredAccounts } from './storedAccounts';
import type { TokenProblem } from './verifyToken';

/** Stores a `RememberedAccount` for each account of the last session. */
const rememberedKey = 'forge.accounts';

/** The variable that the official Forge CLI reads too. */
const tokenVariable = 'FORGE_API_TOKEN';

/** An account without its token. It is available immediately, while SecretStorage answers only after the window has started. */
interface RememberedAccount extends Pick<Account, 'source' | 'expiresAt'>, Omit<StoredAccount, 'token'> {}

/**
 * The signed-in accounts. Also VS Code's authentication provider, so that they appear in the Accounts menu.
 *
 * The `accessToken` of the sessions that VS Code sees is the session's id, not the token: another extension with access
 * learns who is signed in and nothing more.
 */
export class Accounts implements vscode.AuthenticationProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Session>();
  private readonly sessionsChanged =
    new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  private readonly disposables: vscode.Disposable[] = [];
  private readonly limiters = new Map<string, Limiter>();
  private readonly stored: StoredAccounts;
  private readonly controllers = new WeakMap<Account, AbortController>();
  /** By the account's id. */
  private readonly tokens = new Map<string, string>();
  private current: Session = { state: 'signedOut' };
  private loading: Promise<void>;
  /** Why SecretStorage could not be read the last time. */
  private keychainError: unknown;
  /** Whether SecretStorage has been read since the window started. */
  private isLoaded = false;
  /** The ids of the stored accounts whose tokens this window has had. */
  private readonly had = new Set<string>();
  /** The ids of the accounts of other windows that it has told of. */
  private readonly told = new Set<string>();
  /** The load that was requested and doesn't read yet. */
  private nextLoad: Promise<void> | undefined;

  readonly onDidChange = this.changed.event;
  readonly onDidChangeSessions = this.sessionsChanged.event;

  constructor(
    secrets: Secrets,
    private readonly memory: vscode.Memento,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly userAgent: string,
    private readonly signOuts: SignOuts,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.stored = new StoredAccounts(
      secrets,
      this.rememberedEverywhere().flatMap(({ id, source }) => (source === 'stored' ? id : [])),
      log,
    );
    this.disposables.push(
      this.changed,
      this.sessionsChanged,
      // Other windows sign in and out too.
      this.stored.onDidChange(() => void this.load()),
      signOuts.onDidAdd(() => void this.load()),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (
          focused &&
          this.isLoaded &&
          this.rememberedEverywhere().some((entry) => this.isStrange(entry) && !this.told.has(entry.id))
        ) {
          void this.load();
        }
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settings.apiUrl)) {
          void this.load();
        }
        if (event.affectsConfiguration(settings.requestsPerMinute)) {
          for (const limiter of this.limiters.values()) {
            limiter.setLimit(requestsPerMinute());
          }
        }
      }),
    );
    this.loading = signOuts.ids().then((signedOut) => this.replace(this.remembered(signedOut)));
    void this.load();
  }

  /** Who is signed in. Until `ready`, the accounts of the last session; their calls wait for the token. */
  get session(): Session {
    return this.current;
  }

  /** Reads again what SecretStorage holds, where it has refused that. Never rejects. */
  async reload(): Promise<void> {
    await (this.keychainError === undefined ? this.ready : this.load());
  }

  /** Resolves when what SecretStorage holds has been taken over. Never rejects. */
  get ready(): Promise<void> {
    return this.loading;
  }

  /** Asks for a token and stores it if it works. @returns false if the user canceled. */
  async signIn(): Promise<boolean> {
    return (await this.askForAccount()) !== undefined;
  }

  /**
   * Checks a token and stores it only if it works.
   * @throws PlainError if `forge.apiUrl` isn't a URL that a token may be sent to.
   */
  async signInWith(token: string, signal: AbortSignal): Promise<Account | TokenProblem> {
    const url = apiUrl();
    if (!isAcceptableApiUrl(url)) {
      throw new PlainError(
        l10n.t('The setting forge.apiUrl must be an https URL.'),
        steps.openSettings(settings.apiUrl),
      );
    }
    const client = this.clientFor(() => token, url, this.limiterFor(readClaims(token).userId), signal);
    const { verifyToken } = await import('./verifyToken');
    const verification = await verifyToken(client, token, url);
    if (!('user' in verification)) {
      return verification;
    }
    const { user } = verification;
    const added: StoredAccount = { id: randomUUID(), apiUrl: url, token, user };
    try {
      const before = await this.stored.read();
      await this.stored.add(added);
      // Who signs in again means to use the new token.
      for (const { id } of before.filter((other) => other.apiUrl === url && other.user.id === user.id)) {
        await this.stored.remove(id);
      }
    } catch (error) {
      this.log.error('The token could not be stored', error);
      throw notStored();
    }
    await this.load();
    const account = accountsOf(this.current).find(({ id }) => id === added.id);
    if (!account) {
      throw notStored();
    }
    return account;
  }

  /** Deletes the account's token and aborts everything that runs for it. */
  async signOut(account: Account): Promise<void> {
    // Who signs out is signed out in each window, also where the keychain keeps the token.
    await this.signOuts.add(account.id);
    try {
      await this.stored.remove(account.id);
    } catch (error) {
      this.log.error('The token could not be removed', error);
      throw new PlainError(
        l10n.t(
          "You're signed out, but the token couldn't be removed from the system keychain. Revoke it in Forge to be safe.",
        ),
        steps.openTokenPage(),
        steps.keychainHelp(),
      );
    } finally {
      await this.load();
    }
  }

  async getSessions(
    scopes?: readonly string[],
    options?: vscode.AuthenticationProviderSessionOptions,
  ): Promise<vscode.AuthenticationSession[]> {
    await this.ready;
    const wanted = options?.account?.id;
    return accountsOf(this.current)
      .filter(({ source, user }) => source === 'stored' && (wanted === undefined || user.id === wanted))
      .map((account) => sessionOf(account))
      .filter((session) => (scopes ?? []).every((scope) => session.scopes.includes(scope)));
  }

  async createSession(): Promise<vscode.AuthenticationSession> {
    const account = await this.askForAccount();
    if (!account) {
      throw new vscode.CancellationError();
    }
    return sessionOf(account);
  }

  async removeSession(sessionId: string): Promise<void> {
    const account = accountsOf(this.current).find(({ id }) => id === sessionId);
    if (account) {
      await this.signOut(account);
    }
  }

  dispose(): void {
    for (const account of accountsOf(this.current)) {
      this.controllers.get(account)?.abort();
    }
    this.current = { state: 'signedOut' };
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private async askForAccount(): Promise<Account | undefined> {
    const { askForToken } = await import('./askForToken');
    return askForToken((token, signal) => this.signInWith(token, signal));
  }

  /** Loads the accounts in SecretStorage. One at a time. Calls share a load that doesn't read yet, because every changed secret asks for one. */
  private load(): Promise<void> {
    this.nextLoad ??= this.loading.then(async () => {
      try {
        const stored = await this.stored.read(() => {
          this.nextLoad = undefined;
        });
        this.keychainError = undefined;
        const signedOut = await this.signOuts.ids();
        const present = this.present(stored.filter(({ id }) => !signedOut.has(id)));
        const elsewhere = this.elsewhere(stored, signedOut);
        this.isLoaded = true;
        for (const { id } of stored) {
          this.had.add(id);
        }
        this.replace(present);
        await this.remember([...present, ...elsewhere]);
        for (const { id, user } of elsewhere.filter((entry) => !this.told.has(entry.id))) {
          this.told.add(id);
          void this.offerReload(user);
        }
      } catch (error) {
        this.log.error('The stored accounts could not be read', error);
        const isNew = this.keychainError === undefined;
        this.keychainError = error;
        if (isNew) {
          void showError(this.unreadable(), () => this.reload());
        }
      }
    });
    this.loading = this.nextLoad;
    return this.loading;
  }

  /** The active accounts: the stored ones for the configured URL, or else the one from the environment. */
  private present(stored: readonly StoredAccount[]): readonly RememberedAccount[] {
    const url = apiUrl();
    if (!isAcceptableApiUrl(url)) {
      return [];
    }
    const accounts = stored
      .filter((entry) => entry.apiUrl === url)
      .map(({ token, ...entry }): RememberedAccount => {
        this.tokens.set(entry.id, token);
        return { ...entry, source: 'stored', expiresAt: readClaims(token).expiresAt };
      });
    const environment = this.ofEnvironment(url);
    return accounts.length === 0 && environment ? [environment] : accounts;
  }

  /**
   * The accounts that another window has signed in since this one started, and whose tokens this one can't have before it is reloaded: VS
   * Code in a browser reads the secrets once, when a window starts.
   */
  private elsewhere(stored: readonly StoredAccount[], signedOut: ReadonlySet<string>): readonly RememberedAccount[] {
    const isHere = (id: string) => stored.some((other) => other.id === id);
    return this.isLoaded
      ? this.remembered(signedOut).filter((entry) => this.isStrange(entry) && !isHere(entry.id))
      : [];
  }

  /** Whether an account of another window is one that this window has never had. */
  private isStrange({ id, source }: RememberedAccount): boolean {
    return source === 'stored' && !this.had.has(id);
  }

  private async offerReload({ name, email, id }: User): Promise<void> {
    const reload = l10n.t('Reload Window');
    const sentence = l10n.t(
      'You signed in as {0} in another window. Reload this window to use the account here.',
      name ?? email ?? id,
    );
    if ((await notify('information', sentence, reload)) === reload) {
      await vscode.commands.executeCommand('workbench.action.reloadWindow');
    }
  }

  /** The accounts of the last session that can still be active. */
  private remembered(signedOut: ReadonlySet<string>): readonly RememberedAccount[] {
    const url = apiUrl();
    return isAcceptableApiUrl(url)
      ? this.rememberedEverywhere()
          .filter(({ id, apiUrl }) => apiUrl === url && !signedOut.has(id))
          .flatMap((entry) => (entry.source === 'stored' ? entry : (this.ofEnvironment(url) ?? [])))
      : [];
  }

  /** The accounts of the last session, for any URL. */
  private rememberedEverywhere(): readonly RememberedAccount[] {
    const list = this.memory.get<unknown>(rememberedKey);
    return Array.isArray(list) ? list.filter(isRememberedAccount) : [];
  }

  private async remember(present: readonly RememberedAccount[]): Promise<void> {
    if (!isDeepStrictEqual(this.memory.get(rememberedKey, []), present)) {
      await this.memory.update(rememberedKey, present);
    }
  }

  private replace(present: readonly RememberedAccount[]): void {
    const before = accountsOf(this.current);
    const accounts = present.map(
      (entry) => before.find(({ id, apiUrl }) => id === entry.id && apiUrl === entry.apiUrl) ?? this.account(entry),
    );
    const added = accounts.filter((account) => !before.includes(account));
    const removed = before.filter((account) => !accounts.includes(account));
    const [first, ...rest] = accounts;
    this.current = first ? { state: 'signedIn', accounts: [first, ...rest] } : { state: 'signedOut' };
    for (const account of removed) {
      this.controllers.get(account)?.abort();
      if (!accounts.some(({ id }) => id === account.id)) {
        this.tokens.delete(account.id);
      }
    }
    if (added.length + removed.length > 0) {
      const storedOnes = (list: readonly Account[]) => list.filter(({ source }) => source === 'stored').map(sessionOf);
      this.sessionsChanged.fire({ added: storedOnes(added), removed: storedOnes(removed), changed: [] });
      this.changed.fire(this.current);
    }
  }

  private ofEnvironment(url: string): RememberedAccount | undefined {
    const token = this.environment[tokenVariable]?.trim();
    if (!token) {
      return undefined;
    }
    this.tokens.set(tokenVariable, token);
    const { userId, expiresAt } = readClaims(token);
    const user: User = { id: userId ?? tokenVariable, name: tokenVariable, email: null };
    return { id: tokenVariable, source: 'environment', apiUrl: url, user, expiresAt };
  }

  private account({ id, source, apiUrl, user, expiresAt }: RememberedAccount): Account {
    const controller = new AbortController();
    // Every call of the account listens to it.
    setMaxListeners(0, controller.signal);
    const limiter = this.limiterFor(user.id);
    const account: Account = {
      id,
      key: `${user.id}@${new URL(apiUrl).host}`,
      user,
      source,
      apiUrl,
      limiter,
      clock: this.clock,
      label: user.name ?? user.email ?? user.id,
      expiresAt,
      client: this.clientFor(() => this.tokenOf(id), apiUrl, limiter, controller.signal),
      signal: controller.signal,
    };
    this.controllers.set(account, controller);
    return account;
  }

  /** The token of an account. @throws ForgeError `unauthenticated` if SecretStorage doesn't have it; an AbortError after a sign-out */
  private async tokenOf(id: string): Promise<string> {
    const token = this.tokens.get(id) ?? (await this.ready.then(() => this.tokens.get(id)));
    if (token === undefined) {
      if (!accountsOf(this.current).some((account) => account.id === id)) {
        throw abortError();
      }
      throw this.keychainError === undefined
        ? new ForgeError('unauthenticated', 'SecretStorage has no token of this account.')
        : this.unreadable();
    }
    return token;
  }

  private unreadable(): ForgeError {
    return new ForgeError('keychain', 'The token could not be read from SecretStorage.', { cause: this.keychainError });
  }

  private clientFor(
    token: () => string | Promise<string>,
    url: string,
    limiter: Limiter,
    signal: AbortSignal,
  ): ForgeClient {
    return new ForgeClient({
      apiUrl: url,
      token,
      limiter,
      signal,
      userAgent: this.userAgent,
      log: (line) => this.log.debug(line),
    });
  }

  /** One limiter per user: two tokens of one user share a budget. */
  private limiterFor(userId: string | null): Limiter {
    const known = userId === null ? undefined : this.limiters.get(userId);
    const limiter = known ?? new Limiter({ clock: this.clock, limit: requestsPerMinute() });
    if (userId !== null) {
      this.limiters.set(userId, limiter);
    }
    return limiter;
  }
}

/** Says that a token was not kept, and what to do. */
function notStored(): PlainError {
  return new PlainError(
    l10n.t("VS Code couldn't store the token in the system keychain. Unlock the keychain, then sign in again."),
    steps.keychainHelp(),
  );
}

function isRememberedAccount(value: unknown): value is RememberedAccount {
  const isTextOrNull = (text: unknown) => text === null || typeof text === 'string';
  return (
    isRecord(value) &&
    typeof value.id === 'string' &&
    typeof value.apiUrl === 'string' &&
    (value.source === 'stored' || value.source === 'environment') &&
    (value.expiresAt === null || typeof value.expiresAt === 'number') &&
    isRecord(value.user) &&
    typeof value.user.id === 'string' &&
    [value.user.name, value.user.email].every(isTextOrNull)
  );
}

function sessionOf(account: Account): vscode.AuthenticationSession {
  return {
    id: account.id,
    accessToken: account.id,
    account: { id: account.user.id, label: account.label },
    scopes: [],
  };
}
