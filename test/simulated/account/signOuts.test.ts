import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignOuts } from '../../../src/account/signOuts';
import { Clock } from '../../../src/forge/clock';
import { Log } from '../../../src/ui/log';
import type { WatchFolder } from '../../../src/ui/watchFolder';
import { VirtualTime } from '../../virtualTime';
import { watchFolder } from '../../watchFolder';
import { TestFocus, TestMemory } from '../forgeWorld';

describe('Sign-outs', () => {
  let parent: string;
  let folder: string;
  let logged: string[];
  let memory: TestMemory;
  let focus: TestFocus;
  let time: VirtualTime;

  beforeEach(() => {
    memory = new TestMemory();
    focus = new TestFocus();
    time = new VirtualTime();
    parent = mkdtempSync(join(tmpdir(), 'forge-sign-outs-'));
    folder = join(parent, 'sign-outs');
    logged = [];
  });

  afterEach(() => {
    time.dispose();
    rmSync(parent, { recursive: true });
  });

  /** Those that a window knows of. */
  const open = (watch: WatchFolder = watchFolder) => {
    const write = (line: string) => logged.push(line);
    return new SignOuts(
      folder,
      watch,
      memory,
      focus,
      new Clock(time),
      new Log({ debug: write, warn: write, error: write, show: () => undefined }),
    );
  };
  const idsIn = async (window: SignOuts) => [...(await window.ids())].sort();

  it('are known to all windows, those that open later too', async () => {
    const [one, other] = [open(), open()];
    assert.deepEqual(await idsIn(other), []);
    await one.add('a');
    await other.add('b');
    for (const window of [one, other, open()]) {
      assert.deepEqual(await idsIn(window), ['a', 'b']);
    }
    assert.deepEqual(logged, []);
  });

  it('are told a while after the focus, where VS Code’s memory was slower than that', async () => {
    let told = 0;
    open().onDidAdd(() => {
      told += 1;
    });
    focus.set(false);
    focus.set(true);
    await memory.update('forge.signedOut', ['a']);
    assert.equal(told, 0);
    await time.pass(4_000);
    assert.equal(told, 1);
    await time.pass(60_000);
    assert.equal(told, 1);
  });

  it('are told to other windows', async () => {
    const told = new Promise<void>((resolve) => {
      const listener = open().onDidAdd(() => {
        listener.dispose();
        resolve();
      });
    });
    await open().add('a');
    await told;
  });

  it('may be those of one account in two windows at once', async () => {
    await Promise.all([open().add('a'), open().add('a')]);
    assert.deepEqual([await idsIn(open()), logged], [['a'], []]);
  });

  it('are not written through a link', async () => {
    const elsewhere = join(parent, 'elsewhere');
    writeFileSync(elsewhere, 'precious');
    mkdirSync(folder);
    symlinkSync(elsewhere, join(folder, 'a'));
    await open().add('a');
    assert.equal(readFileSync(elsewhere, 'utf8'), 'precious');
  });

  it('that can’t be written are logged and remembered, and told to another window once it has the focus', async () => {
    focus.set(false);
    writeFileSync(folder, 'a file where the folder should be');
    const other = open(() => ({ dispose: () => undefined }));
    let told = 0;
    const listener = other.onDidAdd(() => {
      told += 1;
    });
    const here = open();
    await here.add('a');
    await here.add('b');
    assert.match(logged.join(), /Could not tell other windows/);
    for (const window of [here, other, open()]) {
      assert.deepEqual(await idsIn(window), ['a', 'b']);
    }
    focus.set(false);
    assert.equal(told, 0);
    focus.set(true);
    focus.set(false);
    focus.set(true);
    assert.equal(told, 1);
    listener.dispose();
  });

  it('that were remembered are known beside those in the folder', async () => {
    await open().add('a');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    await open().add('b');
    rmSync(folder);
    await open().add('c');
    assert.deepEqual(await idsIn(open()), ['b', 'c']);
  });
});
