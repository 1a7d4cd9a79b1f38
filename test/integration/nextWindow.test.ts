import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Accounts } from '../../src/account/accounts';
import { accountsOf, type Session } from '../../src/account/session';
import { SignOuts } from '../../src/account/signOuts';
import { Fleet } from '../../src/fleet/fleet';
import { Snapshots } from '../../src/fleet/snapshots';
import { Clock } from '../../src/forge/clock';
import { explain } from '../../src/ui/explain';
import { type WatchFolder, watchFolder } from '../../src/ui/watchFolder';
import { windowFocus } from '../../src/ui/windowFocus';
import { quiet } from '../quietLog';
import { watchFolder as watchAtOnce } from '../watchFolder';
import { eventually } from './eventually';
import { extensionUnderTest, never, token, userAgent } from './extensionUnderTest';
import { Focus } from './focus';
import { Prompts } from './prompts';

/** What VS Code keeps from one window to the next; of the secrets, answers come when the test lets them. */
class Kept {
  readonly folder = mkdtempSync(join(tmpdir(), 'forge-next-window-'));
  readonly values = new Map<string, unknown>();
  /** VS Code begins to watch some time later. */
  watch: WatchFolder = watchAtOnce;
  readonly secrets = new Map<string, string>();
  answer: Promise<unknown> = Promise.resolve();
  /** The keys that were read, one after the other. */
  readonly reads: string[] = [];
  /** Whether it tells of changes. */
  tellsChanges = false;
  /** Whether the keychain does nothing of that. */
  refuses: 'get' | 'store' | 'delete' | undefined;

  private ask(what: Kept['refuses']): void {
    if (this.refuses === what) {
      throw new Error('The name org.freedesktop.secrets was not provided by any .service files');
    }
  }

  readonly memory: vscode.Memento = {
    keys: () => [...this.values.keys()],
    get: <T>(key: string, otherwise?: T) => (this.values.get(key) as T | undefined) ?? otherwise,
    update: async (key: string, value: unknown) => {
      this.values.set(key, value);
    },
  };

  /** SecretStorage. @param secrets what it holds */
  storage(secrets = this.secrets) {
    const changed = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
    const tell = (key: string) => this.tellsChanges && changed.fire({ key });
    return {
      get: async (key: string) => {
        this.reads.push(key);
        await this.answer;
        this.ask('get');
        return secrets.get(key);
      },
      store: async (key: string, value: string) => {
        this.ask('store');
        secrets.set(key, value);
        tell(key);
      },
      delete: async (key: string) => {
        this.ask('delete');
        secrets.delete(key);
        tell(key);
      },
      onDidChange: changed.event,
    };
  }
}

describe('A next window', () => {
  const { control } = extensionUnderTest();
  const open: vscode.Disposable[] = [];
  let kept: Kept;

  /** A window's accounts and fleet. */
  const openWindow = (environment: NodeJS.ProcessEnv = {}, secrets?: Map<string, string>) => {
    const signOuts = new SignOuts(
      join(kept.folder, 'sign-outs'),
      kept.watch,
      kept.memory,
      windowFocus,
      new Clock(),
      quiet,
    );
    const storage = kept.storage(secrets);
    const accounts = new Accounts(storage, kept.memory, environment, userAgent(), signOuts, new Clock(), quiet);
    const snapshots = new Snapshots(join(kept.folder, 'fleet'), new Clock(), quiet);
    const fleet = new Fleet(accounts, snapshots, watchFolder, new Clock(), quiet);
    open.push(fleet, accounts);
    return { accounts, fleet, snapshots };
  };
  const closeWindows = () => {
    for (const one of open.splice(0)) {
      one.dispose();
    }
  };
  const rowsOf = (fleet: Fleet) => eventually('rows', () => fleet.state === 'ready', [fleet.onDidChange]);
  const requests = async () => (await control.requests()).length;

  /** A window in which somebody signs in and reads all, and that is closed. */
  const firstWindow = async (environment?: NodeJS.ProcessEnv): Promise<void> => {
    const { accounts, fleet } = openWindow(environment);
    if (environment) {
      await accounts.ready;
    } else {
      await accounts.signInWith(token, never);
    }
    await fleet.refresh();
    closeWindows();
    await control.clearRequests();
  };

  /** @returns what lets SecretStorage answer */
  const holdSecrets = () => {
    let release: () => void = () => undefined;
    kept.answer = new Promise<void>((resolve) => {
      release = resolve;
    });
    return release;
  };

  /** Whatever lies on disk was read. */
  const settled = () => readdir(kept.folder).then(() => readdir(kept.folder));

  beforeEach(() => {
    kept = new Kept();
  });

  afterEach(() => {
    closeWindows();
    rmSync(kept.folder, { recursive: true, force: true });
  });

  it('reads the list of accounts no more often than it has to while it changes', async () => {
    kept.tellsChanges = true;
    const { accounts } = openWindow();
    await accounts.ready;
    const listsRead = async (change: Promise<unknown>) => {
      kept.reads.length = 0;
      await change;
      await accounts.ready;
      return kept.reads.filter((key) => key === 'forge.accounts').length;
    };
    // For accounts of the same user, for what to add to, and once for both secrets that are new.
    assert.equal(await listsRead(accounts.signInWith(token, never)), 3);
    const [account] = accountsOf(accounts.session);
    assert.ok(account);
    // As soon as all windows are to sign out, for what to take away from, and once for both secrets that have changed.
    assert.equal(await listsRead(accounts.signOut(account)), 3);
    assert.equal(accounts.session.state, 'signedOut');
  });

  describe('is told what to do about a keychain', () => {
    let prompts: Prompts;
    beforeEach(() => {
      prompts = new Prompts();
    });
    afterEach(() => prompts.restore());

    it('that does not give a token, and goes on once it does', async () => {
      await firstWindow();
      kept.refuses = 'get';
      prompts.answer('dismiss');
      const { accounts, fleet } = openWindow();
      await accounts.ready;
      assert.match(prompts.shown[0]?.message ?? '', /keychain\. Unlock the keychain, then try again\.$/);
      assert.deepEqual(prompts.shown[0]?.choices, ['Try Again', 'Learn More', 'Show Output Log']);
      await fleet.refresh('user');
      assert.equal(fleet.error?.kind, 'keychain');
      assert.equal(await requests(), 0);
      kept.refuses = undefined;
      await accounts.reload();
      await fleet.refresh('user');
      assert.equal(fleet.error, undefined);
      assert.equal(prompts.shown.length, 1);
    });

    it('that does not keep a token', async () => {
      for (const refuses of ['store', 'get'] as const) {
        const { accounts } = openWindow();
        await accounts.ready;
        kept.refuses = refuses;
        await assert.rejects(accounts.signInWith(token, never), (error) => {
          const { sentence, steps, isInLog } = explain(error);
          assert.match(sentence, /couldn't store the token in the system keychain\. Unlock the keychain/);
          assert.deepEqual([steps.map(({ label }) => label), isInLog], [['Learn More'], false]);
          return true;
        });
        kept.refuses = undefined;
        assert.equal(accounts.session.state, 'signedOut');
      }
    });

    it('that does not forget a token, and is signed out all the same', async () => {
      const { accounts } = openWindow();
      await accounts.signInWith(token, never);
      kept.refuses = 'delete';
      const [account] = accountsOf(accounts.session);
      await assert.rejects(accounts.signOut(account ?? assert.fail()), (error) =>
        /Revoke it/.test(explain(error).sentence),
      );
      assert.equal(accounts.session.state, 'signedOut');
      const { accounts: next } = openWindow();
      await next.ready;
      assert.equal(next.session.state, 'signedOut');
    });
  });

  it('shows the rows at the top before SecretStorage has answered, and the sites to who looks', async () => {
    await firstWindow();
    const release = holdSecrets();
    const { accounts, fleet } = openWindow();
    await rowsOf(fleet);
    assert.notEqual(fleet.allServers().length, 0);
    assert.deepEqual(fleet.allSites(), [], 'nobody has looked');
    await fleet.open();
    assert.notEqual(fleet.allSites().length, 0);
    const [account] = accountsOf(accounts.session);
    const user = account?.client.call('me', {});
    assert.equal(await requests(), 0, 'a request waits for the token');
    release();
    assert.equal((await user)?.id, account?.user.id);
    assert.equal(accountsOf(accounts.session)[0], account, 'it is the same account');
  });

  it('remembers who was signed in, but no token', async () => {
    await firstWindow();
    const remembered = JSON.stringify([...kept.values]);
    assert.match(remembered, /"source":"stored"/);
    assert.ok(!remembered.includes(token));
    assert.ok(token.split('.').every((part) => !remembered.includes(part)));
  });

  it('takes the rows away whose account was signed out meanwhile, and ends what was asked for', async () => {
    await firstWindow();
    const release = holdSecrets();
    const { accounts, fleet, snapshots } = openWindow();
    await rowsOf(fleet);
    const [account] = accountsOf(accounts.session);
    assert.ok(account);
    const call = account.client.list('listOrganizations', {}, { signal: account.signal }).next();
    kept.secrets.clear();
    release();
    await assert.rejects(call, { name: 'AbortError' });
    await accounts.ready;
    assert.equal(account.signal.aborted, true);
    assert.equal(fleet.state, 'signedOut');
    assert.equal(await snapshots.load(account.key), undefined);
    assert.equal(await requests(), 0);
    const { fleet: third, accounts: thirds } = openWindow();
    await thirds.ready;
    assert.equal(third.state, 'signedOut');
    assert.deepEqual(thirds.session, { state: 'signedOut' }, 'nobody is remembered');
  });

  it('keeps the rows where SecretStorage fails, and says so', async () => {
    await firstWindow();
    kept.answer = Promise.reject(new Error('The keyring is locked.'));
    kept.answer.catch(() => undefined);
    const { accounts, fleet, snapshots } = openWindow();
    await accounts.ready;
    await fleet.refresh();
    assert.notEqual(fleet.allSites().length, 0);
    assert.equal(fleet.error?.kind, 'keychain');
    assert.ok(await snapshots.load(accountsOf(accounts.session)[0]?.key ?? ''));
    assert.equal(await requests(), 0);
  });

  it('knows the account of the environment at once, as long as the variable is there', async () => {
    const environment = { FORGE_API_TOKEN: token };
    await firstWindow(environment);
    const release = holdSecrets();
    const { accounts, fleet } = openWindow(environment);
    await rowsOf(fleet);
    assert.notEqual((await accountsOf(accounts.session)[0]?.client.call('me', {}))?.name, undefined);
    closeWindows();
    const { fleet: without } = openWindow();
    release();
    await without.ready;
    assert.equal(without.state, 'signedOut');
  });

  it('does not rely on what it remembers where that makes no sense', async () => {
    await firstWindow();
    const [key = '', [entry]] = [...kept.values][0] as [string, Record<string, unknown>[]];
    kept.values.set(key, [
      null,
      1,
      { ...entry, user: null },
      { ...entry, source: 'elsewhere' },
      { ...entry, apiUrl: 'https://example.com' },
    ]);
    const release = holdSecrets();
    let isReleased = false;
    const { accounts, fleet } = openWindow();
    const told: boolean[] = [];
    accounts.onDidChange(() => told.push(isReleased));
    await settled();
    isReleased = true;
    release();
    await rowsOf(fleet);
    assert.deepEqual(told, [true]);
  });

  it('is signed out with the others although its copy of the secrets has the token, and so are those that open later', async () => {
    await firstWindow();
    const [here, there] = [openWindow(), openWindow({}, new Map(kept.secrets))];
    const staleSecrets = new Map(kept.secrets);
    const staleMemory = [...kept.values];
    await Promise.all([here, there].map(({ accounts }) => accounts.ready));
    const [account] = accountsOf(here.accounts.session);
    const [same] = accountsOf(there.accounts.session);
    assert.ok(account && same);
    await here.accounts.signOut(account);
    await eventually('the other window to be signed out', () => there.accounts.session.state === 'signedOut', [
      there.accounts.onDidChange,
    ]);
    assert.ok(same.signal.aborted);
    for (const [key, value] of staleMemory) {
      kept.values.set(key, value);
    }
    const { accounts } = openWindow({}, staleSecrets);
    const sessions: Session[] = [];
    accounts.onDidChange((session) => sessions.push(session));
    await accounts.ready;
    assert.deepEqual([accounts.session, sessions], [{ state: 'signedOut' }, []]);
  });

  describe('with a copy of the secrets of its own hears, once it has the focus,', () => {
    let focus: Focus;
    let prompts: Prompts;
    beforeEach(() => {
      focus = new Focus();
      prompts = new Prompts();
    });
    afterEach(() => {
      focus.restore();
      prompts.restore();
    });

    it('of a sign-out that no file could tell of', async () => {
      await firstWindow();
      rmSync(join(kept.folder, 'sign-outs'), { recursive: true, force: true });
      kept.watch = () => ({ dispose: () => undefined });
      const [here, there] = [openWindow(), openWindow({}, new Map(kept.secrets))];
      await Promise.all([here, there].map(({ accounts }) => accounts.ready));
      writeFileSync(join(kept.folder, 'sign-outs'), 'a file where the folder should be');
      const [account] = accountsOf(here.accounts.session);
      await here.accounts.signOut(account ?? assert.fail());
      assert.equal(there.accounts.session.state, 'signedIn');
      focus.set(true);
      await eventually('the other window to be signed out', () => there.accounts.session.state === 'signedOut', [
        there.accounts.onDidChange,
      ]);
      assert.deepEqual(prompts.shown, []);
    });

    it('of a sign-in, with the button that makes it its own, and keeps it for the windows to come', async () => {
      const there = openWindow({}, new Map());
      await there.accounts.ready;
      const here = openWindow();
      const account = await here.accounts.signInWith(token, never);
      assert.equal(prompts.shown.length, 0);
      for (const isFocused of [true, false, true]) {
        focus.set(isFocused);
      }
      await eventually('to be told', () => prompts.shown.length > 0, [prompts.onDidShow]);
      await there.accounts.ready;
      assert.equal(prompts.shown.length, 1);
      assert.match(prompts.shown[0]?.message ?? '', /^You signed in as .+ in another window\. Reload this window/);
      assert.deepEqual(prompts.shown[0]?.choices, ['Reload Window']);
      assert.equal(there.accounts.session.state, 'signedOut');
      assert.match(JSON.stringify([...kept.values]), 'id' in account ? new RegExp(account.id) : /never/);
    });

    it('nothing of accounts whose tokens are gone since before it began', async () => {
      await firstWindow();
      const { accounts } = openWindow({}, new Map());
      await accounts.ready;
      focus.set(true);
      await accounts.ready;
      assert.deepEqual([prompts.shown, accounts.session.state], [[], 'signedOut']);
    });
  });
});
