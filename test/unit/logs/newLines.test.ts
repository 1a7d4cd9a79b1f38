import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newLines } from '../../../src/logs/newLines';

/** The last lines of a log, as the API gives them. */
const lastLines = (log: string, count: number): string => {
  const lines = log.split('\n');
  const isWhole = lines.at(-1) === '';
  const kept = lines.slice(0, isWhole ? -1 : undefined).slice(-count);
  return kept.join('\n') + (isWhole && kept.length > 0 ? '\n' : '');
};

describe('What is new in a log', () => {
  it('is what follows, also in the middle of a line', () => {
    assert.deepEqual(newLines('a\nb\n', 'a\nb\nc\n'), { appended: 'c\n', interruption: null });
    assert.deepEqual(newLines('a\nb', 'a\nbb\nc'), { appended: 'b\nc', interruption: null });
    assert.deepEqual(newLines('', 'a\n'), { appended: 'a\n', interruption: null });
    assert.deepEqual(newLines('a\n', 'a\n'), { appended: '', interruption: null });
    assert.deepEqual(newLines('one\ntwo\nthree\n', 'two\nthree\nfour\n'), { appended: 'four\n', interruption: null });
  });

  it('is nothing where the window became smaller', () => {
    assert.deepEqual(newLines('one\ntwo\nthree\n', 'three\n'), { appended: '', interruption: null });
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

  it('loses no line, doubles none, and marks each gap, for any old text, appended lines and window', () => {
    // Every line is another one, as it is in a log with times. Where lines repeat, nobody could tell.
    const step = fc.record({ lines: fc.nat({ max: 12 }), isOpen: fc.boolean(), words: fc.string({ maxLength: 5 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.array(step, { minLength: 1 }), (count, steps) => {
        let log = '';
        let number = 0;
        let window = '';
        let shown = '';
        let last = 0;
        for (const { lines, isOpen, words } of steps) {
          for (let line = 0; line < lines; line += 1) {
            number += 1;
            log += `${number} ${words.replace(/[\r\n]/g, ' ')}.\n`;
          }
          const complete = log;
          // Perhaps the last line is still being written.
          const now = lastLines(isOpen && lines > 0 ? complete.slice(0, -2) : complete, count);
          const { appended, interruption } = newLines(window, now);
          if (lines < count) {
            assert.equal(interruption, null, 'there is no gap where some of the old is still there');
          }
          shown += interruption === null ? appended : `\n<${interruption}>\n${appended}`;
          window = now;
        }
        for (const line of shown.split('\n')) {
          if (line === '<gap>' || line === '<restarted>') {
            last = -1;
          } else if (/^\d+ /.test(line)) {
            const at = Number.parseInt(line, 10);
            // In order, without a hole but for the marked ones; a line that was cut by a mark may be told again.
            assert.ok(last <= 0 ? true : at === last + 1, `${at} after ${last} in\n${shown}`);
            last = at;
          }
        }
        assert.ok(shown.endsWith(window));
      }),
      { numRuns: 2_000 },
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

  it('is found in little time in large texts', () => {
    const lines = (from: number, to: number) => {
      let text = '';
      for (let line = from; line < to; line += 1) {
        text += `[2026-11-24 10:00:00] production.INFO: Order ${line} placed {"total":4200}\n`;
      }
      return text;
    };
    const [before, now] = [lines(0, 70_000), lines(1_000, 71_000)];
    let started = performance.now();
    assert.equal(newLines(before, now).appended, lines(70_000, 71_000));
    assert.ok(performance.now() - started < 200, `${performance.now() - started} ms`);
    started = performance.now();
    for (const [a, b] of [
      ['a'.repeat(500_000), `b${'a'.repeat(499_999)}`],
      ['a\n'.repeat(250_000), `${'a\n'.repeat(249_000)}b\n`],
      [`${'a\n'.repeat(250_000)}c`, 'a\n'.repeat(250_000)],
    ] as const) {
      newLines(a, b);
    }
    assert.ok(performance.now() - started < 2_000, `${performance.now() - started} ms`);
  });
});
