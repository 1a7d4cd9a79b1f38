import assert from 'node:assert/strict';
import * as logs from '../../../src/logs/newLines';
import { atOnce } from '../../../src/ui/slices';
import fc from '../../fastCheck';

const newLines = (before: string, now: string) => atOnce(logs.newLines(before, now));

/** The last lines of a log, as the API gives them. */
const lastLines = (log: string, count: number): string => {
  const lines = log.split('\n');
  const isWhole = lines.at(-1) === '';
  const kept = lines.slice(0, isWhole ? -1 : undefined).slice(-count);
  return kept.join('\n') + (isWhole && kept.length > 0 ? '\n' : '');
};

/** The longest end of a text, from the beginning of a line, with which another begins: tried one by one. */
const longestOverlap = (before: string, now: string): string => {
  for (let length = Math.min(before.length, now.length); length > 0; length -= 1) {
    const isLines = length === before.length || before[before.length - length - 1] === '\n';
    if (isLines && before.endsWith(now.slice(0, length))) {
      return now.slice(0, length);
    }
  }
  return '';
};

/** Whether what two texts have in common is more than a few lines that stand elsewhere in them too. */
const isEvidence = (before: string, now: string, common: string): boolean => {
  const whole = (text: string) => text.split('\n').slice(0, -1);
  const elsewhere = [...whole(before.slice(0, before.length - common.length)), ...whole(now.slice(common.length))];
  return (
    common === before ||
    2 * common.length >= Math.max(before.length, now.length) ||
    whole(common).some((line) => line !== '' && !elsewhere.includes(line))
  );
};

/** The complete lines of which there is only one. */
const completeOnes = (text: string): string[] => text.match(/^<\d+> once\.(?=\n)/gm) ?? [];

describe('What is new in a log', () => {
  it('is what follows, also in the middle of a line', () => {
    assert.deepEqual(newLines('a\nb\n', 'a\nb\nc\n'), { appended: 'c\n', interruption: null });
    assert.deepEqual(newLines('a\nb', 'a\nbb\nc'), { appended: 'b\nc', interruption: null });
    assert.deepEqual(newLines('', 'a\n'), { appended: 'a\n', interruption: null });
    assert.deepEqual(newLines('a\n', 'a\n'), { appended: '', interruption: null });
    assert.deepEqual(newLines('one\ntwo\nthree\n', 'two\nthree\nfour\n'), { appended: 'four\n', interruption: null });
  });

  it('is all there is where less is left of what was there: the log was cut, or has begun anew with the same words', () => {
    assert.deepEqual(newLines('boot\nready\n', 'ready\n'), { appended: 'ready\n', interruption: 'restarted' });
    assert.deepEqual(newLines('one\ntwo\nthree\n', 'two\nthree\n').interruption, 'restarted');
    assert.deepEqual(newLines('one\ntwo\n', 'one\ntwo\n'), { appended: '', interruption: null });
  });

  it('is told with the gap before it, the new beginning, or that all is gone', () => {
    assert.deepEqual(newLines('a\nb\n', 'x\ny\n'), { appended: 'x\ny\n', interruption: 'gap' });
    assert.deepEqual(newLines('a\nb\nc\n', 'x\ny\n'), { appended: 'x\ny\n', interruption: 'restarted' });
    assert.deepEqual(newLines('a\nb\n', ''), { appended: '', interruption: 'emptied' });
    assert.deepEqual(newLines('', '\n'), { appended: '', interruption: null });
  });

  it('is not found by the ends of entries that are alike', () => {
    const entry = (number: number) => `[2026-11-24] Error ${number}\n#0 a\n#1 {main}\n"} \n`;
    const before = [1, 2, 3].map(entry).join('');
    // The window now begins in the middle of an entry, somewhere later.
    const now = `#1 {main}\n"} \n${[7, 8].map(entry).join('')}[2026-11-24] Error 9\n#0 a\n`;
    assert.equal(newLines(before, now).interruption, 'gap');
  });

  it('is not found by the end of a line that was not complete', () => {
    assert.equal(newLines('5 .\n6 .\n7 8', '8 .\n9 .\n10 .\n').interruption, 'gap');
  });

  it('is found in a log that says the same again and again', () => {
    const before = 'Processing\nDone\n'.repeat(250);
    const now = 'Processing\nDone\n'.repeat(250);
    assert.deepEqual(newLines(before, now), { appended: '', interruption: null });
    assert.deepEqual(newLines(before, `${now.slice('Processing\nDone\n'.length)}Processing\nFailed\n`), {
      appended: 'Processing\nFailed\n',
      interruption: null,
    });
  });

  it('is not found by a first line that says what the last one said before the log was rotated', () => {
    const before = `${Array.from({ length: 9 }, (_, line) => (line % 4 === 0 ? 'started' : `works ${line}`)).join('\n')}\n`;
    assert.deepEqual(newLines(before, 'started\n'), { appended: 'started\n', interruption: 'restarted' });
  });

  it('loses no line, doubles none, and marks each gap, for any old text, appended lines and window', () => {
    // Lines with times differ from all others; those of a stack trace or of a heartbeat repeat.
    const line = fc.oneof(fc.constant(null), fc.constantFrom('again.', 'and again.', '#1 {main}'));
    const step = fc.record({
      isRotated: fc.nat({ max: 4 }).map((chance) => chance === 4),
      lines: fc.array(line, { maxLength: 12 }),
      isOpen: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.array(step, { minLength: 1 }), (count, all) => {
        let number = 0;
        let log = '';
        let window = '';
        let shown = '';
        const served = new Set<string>();
        for (const { isRotated, lines, isOpen } of all) {
          log = isRotated ? '' : log;
          for (const words of lines) {
            number += 1;
            log += `${words ?? `<${number}> once.`}\n`;
          }
          // Perhaps the last line is still being written.
          const now = lastLines(isOpen && lines.length > 0 ? log.slice(0, -2) : log, count);
          const { appended, interruption } = newLines(window, now);
          const told = now.slice(0, now.length - appended.length);
          assert.ok(now.endsWith(appended));
          if (interruption !== null) {
            assert.equal(told, '', 'after an interruption all is told that there is');
          } else if (window !== '') {
            assert.equal(told, longestOverlap(window, now), 'what is not told stands there, and no more of it does');
            assert.notEqual(told, '', 'where nothing of the old is there, something is marked');
            assert.ok(isEvidence(window, now, told), `${JSON.stringify(told)} is no chance`);
          }
          shown += interruption === null ? appended : `\n<${interruption}>\n${appended}`;
          window = now;
          for (const words of completeOnes(now)) {
            served.add(words);
          }
        }
        // What there is only once was not lost nor doubled by anything, not by an interruption either.
        assert.deepEqual(completeOnes(shown), [...served]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('keeps what was there and ends with what is there, whatever both are', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', ' ') });
    fc.assert(
      fc.property(text, text, (before, now) => {
        const { appended, interruption } = newLines(before, now);
        assert.ok(now.endsWith(appended));
        if (interruption === null && now.trim() !== '' && before.trim() !== '') {
          assert.ok((before + appended).endsWith(now) || before.endsWith(now.slice(0, now.length - appended.length)));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is found in large texts whose beginning is gone', () => {
    const lines = (from: number, to: number) => {
      let text = '';
      for (let line = from; line < to; line += 1) {
        text += `[2026-11-24 10:00:00] production.INFO: Order ${line} placed {"total":4200}\n`;
      }
      return text;
    };
    assert.equal(newLines(lines(0, 70_000), lines(1_000, 71_000)).appended, lines(70_000, 71_000));
  });
});
