import assert from 'node:assert/strict';
import { RemoteFile, SaveError, type SaveProblem } from '../../../src/files/remoteFile';
import { ForgeError } from '../../../src/forge/errors';
import fc from '../../fastCheck';
import { Random } from '../../simulator/random';
import { DelayedServer } from './delayedServer';
import { SimulatedEditor } from './simulatedEditor';

/** A server, a file over it, and a document that has it open. */
async function opened(server: DelayedServer) {
  const file = new RemoteFile(server, server);
  const editor = new SimulatedEditor(file);
  await editor.open();
  return { server, file, editor };
}

const fails = (problem: SaveProblem) => (error: unknown) => error instanceof SaveError && error.problem === problem;
const minute = 60_000;

describe('A remote file', () => {
  it('is saved with one reading before and one change', async () => {
    const { server, editor } = await opened(new DelayedServer('A=1\n'));
    editor.type('A=2\n');
    assert.equal(await editor.save(), 'saved');
    assert.equal(server.text, 'A=2\n');
    assert.equal(server.reads, 2);
  });

  it('is in no conflict with a thousand changes of its own that are made late', async () => {
    const random = new Random(6, 'edits');
    const { server, file, editor } = await opened(new DelayedServer('a = 0\n', () => random.integer(0, 1_000)));
    for (let cycle = 1; cycle <= 1_000; cycle += 1) {
      // Now and then back to a text that was there before, and to work again before the last change is in place.
      editor.type(random.chance(0.3) && cycle < 1_000 ? 'a = 1\n' : `a = ${cycle}\n`);
      await server.pause(random.integer(0, 400));
      assert.equal(await editor.save(), 'saved', `cycle ${cycle}`);
      if (random.chance(0.5)) {
        await file.look();
      }
    }
    await file.untilApplied();
    assert.equal(server.text, 'a = 1000\n');
    assert.equal(editor.text, 'a = 1000\n');
  });

  it('sends nothing where nothing was changed', async () => {
    const { server, editor } = await opened(new DelayedServer('A=1\n'));
    editor.type('A=1\n');
    assert.equal(await editor.save(), 'saved');
    assert.deepEqual(server.accepted, []);
  });

  it('is loaded again as a new version where it is to be, and saved as ever', async () => {
    const { server, file, editor } = await opened(new DelayedServer('A=1\n'));
    const { mtime, size } = file.version;
    file.renew();
    assert.ok(file.version.mtime > mtime);
    assert.notEqual(file.version.size, size);
    editor.revert();
    assert.equal(editor.text, 'A=1\n');
    editor.type('A=2\n');
    assert.equal(await editor.save(), 'saved');
    assert.equal(server.text, 'A=2\n');
  });

  it('is in conflict with an edit of somebody else, also of the same length', async () => {
    for (const theirs of ['A=2\n', 'A=1\nB=2\n', '', 'A=1', 'A=1\r\n', '\ufeffA=1\n']) {
      const { server, file, editor } = await opened(new DelayedServer('A=1\n'));
      editor.type('A=3\n');
      server.text = theirs;
      assert.equal(await editor.save(), 'conflict', JSON.stringify(theirs));
      assert.equal(server.text, theirs);
      // What "Compare" shows.
      assert.equal(file.text, theirs);
      assert.equal(await editor.save('overwriting'), 'saved');
      assert.equal(server.text, 'A=3\n');
      editor.type('A=4\n');
      assert.equal(await editor.save(), 'saved');
    }
  });

  it('is in no conflict where somebody else made the same edit as ours, or took theirs back', async () => {
    const { server, editor } = await opened(new DelayedServer('A=1\n'));
    editor.type('A=3\n');
    server.text = 'A=2\n';
    assert.equal(await editor.save(), 'conflict');
    server.text = 'A=1\n';
    assert.equal(await editor.save(), 'saved');
    assert.equal(server.text, 'A=3\n');
  });

  it('is not overwritten by one who has agreed to overwrite something else', async () => {
    const { server, editor } = await opened(new DelayedServer('A=1\n'));
    editor.type('A=3\n');
    server.text = 'A=2\n';
    assert.equal(await editor.save(), 'conflict');
    server.text = 'A=7\n';
    await assert.rejects(editor.save('overwriting'), fails('changed'));
    assert.equal(server.text, 'A=7\n');
    assert.equal(await editor.save('overwriting'), 'saved');
    assert.equal(server.text, 'A=3\n');
  });

  it('is not overwritten where VS Code does not ask at all', async () => {
    const { server, editor } = await opened(new DelayedServer('A=1\n'));
    editor.type('A=3\n');
    server.text = 'A=2\n';
    await assert.rejects(editor.save('overwriting'), fails('changed'));
    assert.equal(server.text, 'A=2\n');
  });

  it('is not overwritten unread', async () => {
    const { server, editor } = await opened(new DelayedServer('A=1\n'));
    editor.type('A=3\n');
    server.text = 'A=2\n';
    server.isOffline = true;
    await assert.rejects(editor.save());
    server.isOffline = false;
    assert.equal(await editor.save(), 'conflict');
    assert.equal(server.text, 'A=2\n');
  });

  it('takes the old text for right until the new one was seen, and then no longer', async () => {
    const { server, file, editor } = await opened(new DelayedServer('A=1\n', () => 10_000));
    editor.type('A=2\n');
    await editor.save();
    const { version } = file;
    assert.equal(server.text, 'A=1\n');
    assert.equal(await file.look(), false);
    assert.deepEqual(file.version, version);
    assert.equal(file.text, 'A=2\n');
    editor.type('A=3\n');
    assert.equal(await editor.save(), 'saved');
    server.time += minute;
    assert.equal(await file.look(), false);
    assert.equal(file.isPending, false);
    server.text = 'A=1\n';
    editor.type('A=4\n');
    assert.equal(await editor.save(), 'conflict');
  });

  it('sees an edit of somebody else while a change of its own is not made yet', async () => {
    const { server, file, editor } = await opened(new DelayedServer('A=1\n', () => minute));
    editor.type('A=2\n');
    await editor.save();
    server.text = 'A=9\n';
    assert.equal(await file.look(), true);
    editor.type('A=3\n');
    assert.equal(await editor.save(), 'conflict');
  });

  it('tells when a change is in place, or that it still is not', async () => {
    const { server, file, editor } = await opened(new DelayedServer('A=1\n', () => 7_000));
    editor.type('A=2\n');
    await editor.save();
    assert.equal(file.isPending, true);
    assert.equal(await file.untilApplied(), 'applied');
    assert.equal(file.isPending, false);
    assert.ok(server.reads < 10);

    server.delayMs = () => 60 * minute;
    editor.type('A=3\n');
    await editor.save();
    assert.equal(await file.untilApplied(), 'pending');
    assert.equal(file.text, 'A=3\n');
    // Still no conflict, whenever it comes.
    editor.type('A=4\n');
    assert.equal(await editor.save(), 'saved');
  });

  it('cannot tell whether a change is in place where it cannot be read', async () => {
    const { server, file, editor } = await opened(new DelayedServer('A=1\n', () => 1_000));
    editor.type('A=2\n');
    await editor.save();
    server.isOffline = true;
    assert.equal(await file.untilApplied(), 'unseen');
    server.isOffline = false;
    assert.equal(await file.untilApplied(), 'applied');
  });

  it('waits for a change for minutes, and then takes what is there for what it is', async () => {
    const { server, file, editor } = await opened(new DelayedServer('A=1\n', () => Number.POSITIVE_INFINITY));
    editor.type('A=2\n');
    await editor.save();
    server.time += 5 * minute;
    editor.type('A=3\n');
    assert.equal(await editor.save(), 'saved');
    server.time += 6 * minute;
    // The first of the two no longer comes.
    server.text = 'A=1\n';
    editor.type('A=4\n');
    assert.equal(await editor.save(), 'conflict');
    server.time += 6 * minute;
    assert.equal(file.isPending, false);
  });

  it('is there and back again, and then another text is one of somebody else’s', async () => {
    const { server, file, editor } = await opened(new DelayedServer('A=1\n', () => 100));
    editor.type('A=2\n');
    await editor.save();
    editor.type('A=1\n');
    await editor.save();
    assert.equal(await file.untilApplied(), 'applied');
    assert.equal(file.isPending, false);
    assert.deepEqual(server.accepted, ['A=2\n', 'A=1\n']);
    server.text = 'A=2\n';
    editor.type('A=3\n');
    assert.equal(await editor.save(), 'conflict');
    assert.equal(server.text, 'A=2\n');
  });

  it('is changed without a document on top of what is accepted and not in place', async () => {
    for (const delay of [0, 15_000]) {
      const { server, file, editor } = await opened(new DelayedServer('A=1\n', () => delay));
      editor.type('A=2\n');
      await editor.save();
      // The second does not wait for the first one to be in place, nor for its answer.
      await Promise.all(['B', 'C'].map((key) => file.change(async (text) => `${text}${key}=1\n`)));
      assert.equal(file.text, 'A=2\nB=1\nC=1\n');
      assert.equal(await file.untilApplied(), 'applied');
      assert.equal(server.text, 'A=2\nB=1\nC=1\n');
    }
  });

  it('is changed without a document on top of what somebody else wrote', async () => {
    const { server, file, editor } = await opened(new DelayedServer('A=1\n'));
    server.text = 'A=1\nX=1\n';
    await file.change(async (text) => `${text}B=1\n`);
    assert.equal(server.text, 'A=1\nX=1\nB=1\n');
    // The document is older than that.
    editor.type('A=2\n');
    assert.equal(await editor.save(), 'conflict');
  });

  it('tells that somebody else has overwritten a change', async () => {
    const { server, file, editor } = await opened(new DelayedServer('A=1\n'));
    editor.type('A=2\n');
    await editor.save();
    server.text = 'A=9\n';
    assert.equal(await file.untilApplied(), 'changed');
    assert.equal(file.lost, 'A=2\n');
  });

  it('knows its change again where the server trims it or has its own line ends', async () => {
    const stores: ((text: string) => string)[] = [
      (text) => text.trim(),
      (text) => `${text.trim()}\n`,
      (text) => text.replaceAll('\r\n', '\n'),
    ];
    for (const stored of stores) {
      const { server, file, editor } = await opened(new DelayedServer('A=1\r\n', () => 0, stored));
      editor.type('A=2\r\n\r\n');
      await editor.save();
      assert.equal(await file.untilApplied(), 'applied');
      editor.type('A=3\r\n');
      assert.equal(await editor.save(), 'saved');
      assert.equal(await file.untilApplied(), 'applied');
      server.text = `${server.text} `;
      editor.type('A=4\r\n');
      assert.equal(await editor.save(), 'conflict');
    }
  });

  it('finds out after a time-out that the change has arrived', async () => {
    for (const delay of [0, 3_000]) {
      const { server, editor } = await opened(new DelayedServer('A=1\n', () => delay));
      editor.type('A=2\n');
      server.next = 'lostAnswer';
      assert.equal(await editor.save(), 'saved');
      assert.equal(server.text, 'A=2\n');
      assert.equal(server.accepted.length, 1);
      editor.type('A=3\n');
      assert.equal(await editor.save(), 'saved');
    }
  });

  it('stays dirty after a time-out where the change has not arrived, and is saved the next time', async () => {
    // Also one that a server might store as it was before.
    for (const edited of ['A=2\n', 'A=1\n\n', 'A=1', 'A=1\r\n']) {
      const { server, editor } = await opened(new DelayedServer('A=1\n'));
      editor.type(edited);
      server.next = 'lostOnTheWay';
      await assert.rejects(editor.save(), fails('unconfirmed'), JSON.stringify(edited));
      assert.ok(editor.isDirty);
      assert.equal(await editor.save(), 'saved');
      assert.equal(server.text, edited);
    }
  });

  it('is in no conflict with its own change that arrives long after a time-out', async () => {
    for (const next of ['A=2\n', 'A=3\n']) {
      const { server, editor } = await opened(new DelayedServer('A=1\n', () => 30_000));
      editor.type('A=2\n');
      server.next = 'lostAnswer';
      await assert.rejects(editor.save(), fails('unconfirmed'));
      server.time += minute;
      assert.equal(server.text, 'A=2\n');
      editor.type(next);
      assert.equal(await editor.save(), 'saved');
      server.time += minute;
      assert.equal(server.text, next);
    }
  });

  it('takes its own change for a new one where the document was taken back meanwhile', async () => {
    const { server, editor } = await opened(new DelayedServer('A=1\n', () => 30_000));
    editor.type('A=2\n');
    server.next = 'lostAnswer';
    await assert.rejects(editor.save(), fails('unconfirmed'));
    editor.revert();
    server.time += minute;
    editor.type('A=3\n');
    assert.equal(await editor.save(), 'conflict');
  });

  it('finds an edit of somebody else after a time-out', async () => {
    const server = new DelayedServer('A=1\n');
    server.pause = async () => {
      server.text = 'A=9\n';
    };
    const { editor } = await opened(server);
    editor.type('A=2\n');
    server.next = 'lostOnTheWay';
    await assert.rejects(editor.save(), fails('changed'));
    assert.equal(await editor.save(), 'conflict');
  });

  it('stays as it is after a refusal, without a connection, and after signing out', async () => {
    for (const mishap of ['refused', 'offline', 'signedOut'] as const) {
      const { server, file, editor } = await opened(new DelayedServer('A=1\n'));
      const { version } = file;
      editor.type('A=2\n');
      server.next = mishap;
      await assert.rejects(editor.save(), (error) => !(error instanceof SaveError));
      assert.ok(editor.isDirty);
      assert.deepEqual(file.version, version);
      assert.equal(await editor.save(), 'saved', mishap);
      assert.equal(server.text, 'A=2\n');
    }
  });

  it('asks before anything goes out, and looks again afterwards', async () => {
    const { server, editor } = await opened(new DelayedServer('A=1\n'));
    editor.type('A=2\n');
    const questions: string[][] = [];
    await assert.rejects(
      editor.save('plainly', { agrees: async (...texts) => void questions.push(texts) }),
      fails('declined'),
    );
    assert.deepEqual(questions, [['A=1\n', 'A=2\n']]);
    assert.deepEqual(server.accepted, []);
    const slowly = async () => {
      server.text = 'A=9\n';
      return {};
    };
    await assert.rejects(editor.save('plainly', { agrees: slowly }), fails('changed'));
    assert.equal(server.text, 'A=9\n');
    assert.equal(await editor.save('plainly'), 'conflict');
    assert.equal(await editor.save('overwriting', { agrees: async () => ({}) }), 'saved');
    assert.equal(server.text, 'A=2\n');
  });

  it('knows after a restart whether the text is still the one that was edited', async () => {
    const { server, editor } = await opened(new DelayedServer('A=1\n'));
    editor.type('A=2\n');
    server.time += minute;
    const unchanged = editor.restoredOver(new RemoteFile(server, server));
    assert.equal(await unchanged.save(), 'saved');
    server.text = 'A=8\n';
    const changed = editor.restoredOver(new RemoteFile(server, server));
    assert.equal(await changed.save(), 'conflict');
  });

  it('is in no conflict with the very text that the window sent before it died, and sends nothing', async () => {
    for (const [before, after] of [
      ['A=1\n', 'A=2\n'],
      ['A=1\r\nB=1\n', 'A=1\nB=2\n'],
      ['', 'A=1'],
      ['A=1\n', ''],
    ] as const) {
      const { server, editor } = await opened(new DelayedServer(before));
      editor.type(after);
      server.next = 'signedOut';
      await assert.rejects(editor.save());
      const sent = server.text;
      assert.notEqual(sent, before);
      server.time += minute;
      const file = new RemoteFile(server, server);
      const restored = editor.restoredOver(file);
      restored.text = sent;
      assert.equal(await restored.save(), 'saved');
      assert.deepEqual([server.text, server.accepted.length, restored.isDirty], [sent, 1, false]);
      // From then on as in any window.
      restored.type(`${sent}C=3\n`);
      assert.equal(await restored.save(), 'saved');
      restored.type('D=4\n');
      server.text = 'E=5\n';
      assert.equal(await restored.save(), 'conflict');
    }
  });

  it('is in no conflict with somebody else’s text that is the same', async () => {
    const { server, editor } = await opened(new DelayedServer('A=1\n'));
    editor.type('A=3\n');
    server.text = 'A=3\n';
    assert.equal(await editor.save(), 'saved');
    assert.deepEqual(server.accepted, []);
    editor.type('A=4\n');
    assert.equal(await editor.save(), 'saved');
    assert.equal(server.text, 'A=4\n');
  });

  it('is in conflict where the save had arrived and somebody else has changed it since', async () => {
    const { server, editor } = await opened(new DelayedServer('A=1\n'));
    editor.type('A=2\n');
    server.next = 'signedOut';
    await assert.rejects(editor.save());
    server.text = 'A=2\nB=1\n';
    server.time += minute;
    const restored = editor.restoredOver(new RemoteFile(server, server));
    assert.equal(await restored.save(), 'conflict');
    assert.equal(server.text, 'A=2\nB=1\n');
  });

  it('is the second of two windows’ in conflict, not the first', async () => {
    const server = new DelayedServer('A=1\n');
    const { editor: first } = await opened(server);
    const { editor: second } = await opened(server);
    first.type('A=2\n');
    second.type('A=3\n');
    assert.equal(await first.save(), 'saved');
    assert.equal(await second.save(), 'conflict');
    assert.equal(await second.save('overwriting'), 'saved');
    first.type('A=4\n');
    assert.equal(await first.save(), 'conflict');
  });

  it('tells that it has overwritten what somebody else’s window had sent a moment before', async () => {
    const server = new DelayedServer('A=1\n', () => 2_000);
    const { editor: first, file: firstFile } = await opened(server);
    const { editor: second, file: secondFile } = await opened(server);
    first.type('A=2\n');
    second.type('A=3\n');
    assert.equal(await first.save(), 'saved');
    server.time += 1_000;
    // The first change is accepted and nowhere to be seen.
    assert.equal(await second.save(), 'saved');
    assert.equal(await secondFile.untilApplied(), 'overtook');
    assert.equal(secondFile.overwritten, 'A=2\n');
    assert.equal(secondFile.text, 'A=3\n');
    second.type('A=4\n');
    assert.equal(await second.save(), 'saved');
    assert.equal(secondFile.overwritten, undefined);
    await secondFile.untilApplied();
    assert.equal(await firstFile.look(), true);
  });

  it('is saved a thousand times, as fast or slow as it goes, without a false conflict', async () => {
    let next = 1;
    const random = () => {
      next = (next * 48_271) % 2_147_483_647;
      return next / 2_147_483_647;
    };
    const { server, file, editor } = await opened(new DelayedServer('', () => random() * 3_000));
    let loop: Promise<unknown> = Promise.resolve();
    for (let cycle = 1; cycle <= 1_000; cycle += 1) {
      // Now and then back to a text that was there before.
      editor.type(random() < 0.1 ? 'A=1\n' : `A=${cycle}\n`);
      if (random() < 0.05) {
        server.next = 'lostAnswer';
      }
      assert.equal(await editor.save(), 'saved', `cycle ${cycle}`);
      if (random() < 0.2) {
        await loop;
        loop = file.untilApplied();
      }
      server.time += random() * 2_000;
    }
    await loop;
    server.time += minute;
    assert.equal(await file.look(), false);
    assert.equal(server.text, editor.text);
  });

  /** `change` is an edit that is saved at once. */
  type Step =
    | 'edit'
    | 'save'
    | 'change'
    | 'theirs'
    | 'wait'
    | 'lostAnswer'
    | 'lostOnTheWay'
    | 'refused'
    | 'offline'
    | 'look';
  const steps = fc.array(
    fc.tuple(
      fc.constantFrom<Step>(
        'edit',
        'save',
        'change',
        'change',
        'change',
        'theirs',
        'theirs',
        'wait',
        'lostAnswer',
        'lostOnTheWay',
        'refused',
        'offline',
        'look',
      ),
      fc.nat({ max: 3 }),
    ),
    { minLength: 1, maxLength: 30 },
  );

  it('loses nothing typed and overwrites nothing unseen, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom(0, 2_500), async (story, delay) => {
        const { server, file, editor } = await opened(new DelayedServer('ours 0', () => delay));
        /** What somebody else wrote and nobody here has seen or been warned of. */
        let unseen: string | undefined;
        let basis = editor.text;
        let isFollowed = false;
        /** What was sent from here since the last time that all of it was known to be in place. */
        const sent = new Set<string>();
        let isLastConfirmed = true;
        let isInDoubt = false;
        for (const [step, detail] of story) {
          if (step === 'edit' || step === 'change') {
            editor.type(`ours ${detail}`);
          }
          switch (step) {
            case 'edit':
              break;
            case 'theirs':
              // All our changes are in place before somebody else comes: what is not yet made overtakes anybody.
              if (isFollowed) {
                await file.untilApplied();
              }
              if (isLastConfirmed && !file.isPending) {
                sent.clear();
                isInDoubt = false;
              }
              server.time += minute;
              // Now and then one of ours, as somebody writes who takes an edit back.
              server.text = detail < 2 ? `theirs ${detail}` : `ours ${detail}`;
              // While one was sent without an answer, it and those before it cannot be told from ours that arrive late.
              unseen = server.text === basis || (isInDoubt && sent.has(server.text)) ? undefined : server.text;
              break;
            case 'wait':
              server.time += 1_000;
              break;
            case 'look':
              await file.look();
              break;
            case 'change':
            case 'save': {
              if (!editor.isDirty) {
                break;
              }
              const before = server.accepted.length;
              const typed = editor.text;
              const isLost = server.next === 'lostAnswer' || server.next === 'lostOnTheWay';
              const outcome = await editor.save().catch((error: unknown) => {
                assert.ok(error instanceof SaveError || error instanceof ForgeError, String(error));
                isLastConfirmed &&= !isLost;
                isInDoubt ||= isLost;
                return 'failed';
              });
              assert.equal(editor.text, typed);
              sent.add(typed);
              if (outcome === 'conflict') {
                assert.equal(server.accepted.length, before);
                // The person compares, and goes on from what is there.
                editor.revert();
                basis = editor.text;
                unseen = undefined;
                isLastConfirmed = true;
                isInDoubt = false;
                sent.clear();
              } else if (outcome === 'saved') {
                // The same text as theirs overwrites nothing.
                assert.ok(unseen === undefined || unseen === typed, 'overwritten unseen');
                unseen = undefined;
                basis = typed;
                isFollowed = true;
                isLastConfirmed = true;
              }
              break;
            }
            default:
              server.next = step;
          }
        }
        if (unseen !== undefined && editor.isDirty) {
          server.time += minute;
          assert.equal(server.text, unseen);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
