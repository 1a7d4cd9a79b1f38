import assert from 'node:assert/strict';
import { GrowingText, type Marks, shownOutput } from '../../../src/logs/growingText';
import { ansiText } from '../../../src/ui/ansiText';
import fc from '../../fastCheck';

const marks: Marks = {
  cut: (size, kept) => `cut ${size} to ${kept}`,
  gap: () => 'gap',
  restarted: () => 'restarted',
  emptied: () => 'emptied',
};

const grown = async (...outputs: readonly string[]) => {
  const text = new GrowingText(marks);
  for (const output of outputs) {
    await text.take(output);
  }
  return text.get().text;
};

describe('The text of a log that grows', () => {
  it('gets what is new, keeps what Forge has forgotten, and says where something happened', async () => {
    assert.equal(await grown('a\nb\n', 'b\nc\n', 'b\nc\n', 'c\nd'), 'a\nb\nc\nd');
    assert.equal(await grown('a\nb\n', 'x\ny\n'), 'a\nb\n— gap —\nx\ny\n');
    assert.equal(await grown('a\nb\n', '', 'c\n'), 'a\nb\n— emptied —\nc\n');
    assert.equal(await grown('a\nb\nc\n', 'x\n'), 'a\nb\nc\n— restarted —\nx\n');
    assert.equal(await grown('a\nb', 'x\ny\nz\n'), 'a\nb\n— gap —\nx\ny\nz\n');
  });

  it('knows whether something is new, and whether there was ever anything', async () => {
    const text = new GrowingText(marks);
    assert.equal(await text.take(''), false);
    assert.ok(text.wasNeverWritten);
    assert.equal(await text.take('a\n'), true);
    assert.equal(await text.take('a\n'), false);
    assert.equal(await text.take(''), true);
    assert.ok(!text.wasNeverWritten);
  });

  it('has the looks of its lines, also of one that is still being written, and of its marks', async () => {
    const text = new GrowingText(marks);
    await text.take('one\n\u001b[32mtwo\u001b[0m three\n\u001b[31mfo');
    await text.take('one\n\u001b[32mtwo\u001b[0m three\n\u001b[31mfour\u001b[0m\n');
    await text.take('');
    const { looks, text: whole } = text.get();
    const lines = whole.split('\n');
    assert.deepEqual(
      [...looks].map(([line, its]) => its.map(({ start, end }) => lines[line]?.slice(start, end))),
      [['two'], ['four'], ['— emptied —']],
    );
  });

  it('is the same however it came', async () => {
    const part = fc.constantFrom('a', 'b\n', '\u001b[31m', '\u001b[0m', '\r\n', '10%\r', 'ü');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1 }), fc.nat(), async (parts, cut) => {
        const all = `begin\n${parts.join('')}`;
        const at = 6 + (cut % (all.length - 5));
        // A sequence that is cut in its middle is seen as such for a moment only.
        assert.equal(await grown(all.slice(0, at), all), ansiText(all).text);
      }),
    );
  });

  it('tells what has been appended since it was given, or that it was changed otherwise', async () => {
    const part = fc.constantFrom('a', 'b\n', '\u001b[31m', '\u001b[0m', '\r\n', '10%\r', 'ü', '😀\n');
    const step = fc.record({
      output: fc.array(part, { minLength: 1 }).map((parts) => parts.join('')),
      isAnew: fc.nat({ max: 5 }).map((chance) => chance === 5),
      isMarked: fc.nat({ max: 5 }).map((chance) => chance === 5),
      isGiven: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1 }), async (steps) => {
        const text = new GrowingText(marks);
        let output = 'begin\n';
        let given: string | undefined;
        for (const { output: more, isAnew, isMarked, isGiven } of steps) {
          output = isAnew ? more : output + more;
          await text.take(output);
          if (isMarked) {
            text.mark('something');
          }
          if (isGiven) {
            const { text: whole, appended } = text.get();
            if (appended !== undefined) {
              assert.equal((given ?? '') + appended, whole);
            }
            given = whole;
          }
        }
      }),
    );
    const lines = new GrowingText(marks);
    await lines.take('a\n');
    assert.equal(lines.get().appended, undefined, 'nothing was given before');
    await lines.take('a\nb\nc\n');
    await lines.take('c\nd\n');
    assert.equal(lines.get().appended, 'b\nc\nd\n');
    assert.equal(lines.get().appended, '');
  });

  it('holds the last part of one that is too long, and says so', async () => {
    const line = `${'x'.repeat(99)}\n`;
    const text = await grown(line.repeat(600_000));
    assert.match(text, /^— cut 60 to 5 —\nx{99}\n/);
    assert.ok(text.length > 4_900_000 && text.length < 5_100_000);
  });

  it('is the same of an output that is read whole each time: its last part, below a line that says so', async () => {
    const line = `${'x'.repeat(99)}\n`;
    const { text, looks } = await shownOutput(line.repeat(550_000));
    assert.match(text, /^— Showing the last 5 MB of this log, which has 55 MB —\nx{99}\n/);
    assert.ok(text.length > 4_900_000 && text.length < 5_100_000);
    assert.equal(looks.size, 1);
    const { text: short, looks: colors } = ansiText('a\n\u001b[32mb');
    assert.deepEqual(await shownOutput('a\n\u001b[32mb'), { text: short, looks: colors });
    assert.equal((await shownOutput(' \n')).text, '', 'blanks alone are no output');
  });

  it('forgets its beginning before it becomes endless, and says so', async () => {
    const text = new GrowingText(marks);
    let number = 0;
    const more = () => {
      let lines = '';
      for (let line = 0; line < 4_000; line += 1) {
        number += 1;
        lines += `\u001b[32m${number}\u001b[0m ${'x'.repeat(1_000)}\n`;
      }
      return lines;
    };
    let before = '';
    for (let times = 0; times < 6; times += 1) {
      const now = more();
      await text.take(before + now);
      before = now;
    }
    const { text: whole, looks } = text.get();
    assert.ok(whole.length < 21_000_000, `${whole.length}`);
    const lines = whole.split('\n');
    assert.match(lines[0] ?? '', /^— cut \d+ to \d+ —$/);
    assert.equal(lines.at(-2)?.split(' ')[0], String(number));
    for (const line of [0, 1, 2_000, lines.length - 2]) {
      const [look] = looks.get(line) ?? [];
      assert.ok(look, `line ${line}`);
      assert.match(lines[line]?.slice(look.start, look.end) ?? '', line === 0 ? /^— cut/ : /^\d+$/);
    }
    assert.equal(looks.get(lines.length - 1), undefined);
  });
});
