import assert from 'node:assert/strict';
import { type Secrets, type StoredAccount, StoredAccounts } from '../../../src/account/storedAccounts';
import { Emitter } from '../../../src/forge/emitter';
import fc from '../../fastCheck';
import { quiet } from '../../quietLog';

type Entries = Map<string, string>;

/**
 * SecretStorage as windows see it: each has a copy that it reads and changes at once, and hears of what others have changed only later,
 * in the order in which their changes arrived where all is kept.
 */
class SharedSecrets {
  readonly kept: Entries = new Map();
  private readonly windows: WindowSecrets[] = [];

  /** @param later does a piece of work some time later, those of one line one after the other */
  constructor(readonly later: (line: string, work: () => void) => void) {}

  openWindow(): WindowSecrets {
    const window = new WindowSecrets(this, String(this.windows.length), new Map(this.kept));
    this.windows.push(window);
    return window;
  }

  change(by: WindowSecrets, key: string, value: string | undefined): void {
    this.later(by.name, () => {
      put(this.kept, key, value);
      for (const window of this.windows) {
        if (window !== by) {
          this.later(`to ${window.name}`, () => window.hear(key, value));
        }
      }
    });
  }
}

class WindowSecrets implements Secrets {
  private readonly changed = new Emitter<{ readonly key: string }>();
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly shared: SharedSecrets,
    readonly name: string,
    private readonly copy: Entries,
  ) {}

  async get(key: string): Promise<string | undefined> {
    return this.copy.get(key);
  }

  async store(key: string, value: string): Promise<void> {
    this.hear(key, value);
    this.shared.change(this, key, value);
  }

  async delete(key: string): Promise<void> {
    this.hear(key, undefined);
    this.shared.change(this, key, undefined);
  }

  hear(key: string, value: string | undefined): void {
    put(this.copy, key, value);
    this.changed.fire({ key });
  }
}

function put(entries: Entries, key: string, value: string | undefined): void {
  value === undefined ? entries.delete(key) : entries.set(key, value);
}

const account = (id: string): StoredAccount => ({
  id,
  token: `token of ${id}`,
  apiUrl: 'https://forge.laravel.com/api',
  user: { id: `user of ${id}`, name: null, email: null },
});

/** A window that takes over what it is told of, as the extension does. */
class Window {
  readonly accounts: StoredAccounts;
  seen: readonly string[] = [];
  private reading: Promise<void> = Promise.resolve();

  constructor(shared: SharedSecrets, remembered: readonly string[] = []) {
    this.accounts = new StoredAccounts(shared.openWindow(), remembered, quiet);
    this.accounts.onDidChange(() => void this.read());
  }

  read(): Promise<void> {
    this.reading = this.reading.then(async () => {
      this.seen = (await this.accounts.read()).map(({ id }) => id).sort();
    });
    return this.reading;
  }
}

/** All that is to come has come when nothing more happens for some turns. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
};

describe('The stored accounts', () => {
  it('are none lost and none back again, however two windows sign in and out at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.tuple(fc.nat(1), fc.boolean()), { minLength: 1, maxLength: 8 }),
        fc.nat(2),
        async (scheduler, steps, before) => {
          const lines = new Map<string, Promise<void>>();
          const shared = new SharedSecrets((line, work) => {
            const last = lines.get(line) ?? Promise.resolve();
            lines.set(line, last.then(() => scheduler.schedule(Promise.resolve(), line)).then(work));
          });
          const here: string[] = [];
          const first = new Window(shared);
          for (let number = 0; number < before; number += 1) {
            await first.accounts.add(account(`before ${number}`));
            here.push(`before ${number}`);
          }
          await scheduler.waitAll();
          await settled();
          const windows = [first, new Window(shared)] as const;
          await Promise.all(windows.map((window) => window.read()));
          const gone: string[] = [];
          const done = steps.map(([which, isSignIn], number) => {
            const window = windows[which as 0 | 1];
            const leaving = window.seen.find((id) => !gone.includes(id));
            if (isSignIn || leaving === undefined) {
              here.push(`new ${number}`);
              return window.accounts.add(account(`new ${number}`));
            }
            gone.push(leaving);
            return window.accounts.remove(leaving);
          });
          await Promise.all(done);
          // What has come brings more about.
          do {
            await scheduler.waitAll();
            await settled();
          } while (scheduler.count() > 0);
          const expected = here.filter((id) => !gone.includes(id)).sort();
          for (const window of windows) {
            await window.read();
            assert.deepEqual(window.seen, expected);
          }
          const later = new Window(shared);
          await later.read();
          assert.deepEqual(later.seen, expected, 'in a window that opens later');
          const kept = [...shared.kept.values()].join();
          assert.deepEqual(
            gone.filter((id) => kept.includes(`token of ${id}`)),
            [],
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  const alone = () => new SharedSecrets((_, work) => work());

  it('are found again where the list has lost them, by who remembers them', async () => {
    const shared = alone();
    await new Window(shared).accounts.add(account('1'));
    shared.kept.delete('forge.accounts');
    const window = new Window(shared, ['1', 'of long ago']);
    await window.read();
    assert.deepEqual(window.seen, ['1']);
    const other = new Window(shared);
    await other.read();
    assert.deepEqual(other.seen, ['1']);
  });

  it('are taken over from where version 0.1.0 kept them, and lie there no more', async () => {
    const shared = alone();
    shared.kept.set('forge.accounts', JSON.stringify([account('1'), account('2'), 'odd', { id: 3 }]));
    const window = new Window(shared);
    await window.read();
    assert.deepEqual(window.seen, ['1', '2']);
    assert.ok(!shared.kept.get('forge.accounts')?.includes('token'));
    await window.accounts.remove('1');
    await window.accounts.remove('2');
    assert.ok(![...shared.kept.values()].join().includes('token'));
  });

  it('are left out where they are damaged, or another’s', async () => {
    const shared = alone();
    const window = new Window(shared);
    for (const id of ['1', '2', '3', '4']) {
      await window.accounts.add(account(id));
    }
    shared.kept.set('forge.account.1', '{"id":"1"');
    shared.kept.set('forge.account.2', '{"id":"2"}');
    shared.kept.set('forge.account.3', JSON.stringify(account('4')));
    const other = new Window(shared);
    await other.read();
    assert.deepEqual(other.seen, ['4']);
  });

  it('leave nothing behind when the last one goes', async () => {
    const shared = alone();
    const window = new Window(shared);
    await window.accounts.add(account('1'));
    await window.accounts.remove('1');
    assert.deepEqual([...shared.kept.keys()], []);
  });
});
