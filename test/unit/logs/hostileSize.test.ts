import assert from 'node:assert/strict';
import { redact } from '../../../src/forge/redact';
import { line, readList, readSite } from '../../../src/forge/resources';
import { exceptionGroups, logEntries } from '../../../src/logs/laravelLog';
import { newLines } from '../../../src/logs/newLines';
import { drawing } from '../../../src/ui/ansiText';
import { quotable } from '../../../src/ui/explain';
import { Log } from '../../../src/ui/log';
import { atOnce, splitLines, type Work } from '../../../src/ui/slices';
import { stepsOf } from '../countSteps';

const size = 5_000_000;

/** The most of a text that is read before whatever else waits has its turn, in characters: a few milliseconds. */
const mostAtOnce = 250_000;

/** As much as tells which input is the worst, in characters. */
const sample = 50_000;

const filled = (length: number, part: string, before = '') => before + part.repeat(Math.ceil(length / part.length));

/** Reads in one go. Whoever calls it hands in little, or it takes little itself. */
type Quick = { readonly quick: (text: string) => unknown; readonly mostSteps?: number };
/** Reads in slices. */
type Long = { readonly work: (text: string) => Work<unknown> };

type Reader = (Quick | Long) & {
  /** What is repeated, with what stands before it. */
  readonly parts: readonly (string | readonly [before: string, part: string])[];
};

const time = '[2026-11-24 10:00:00] ';
const json = '{"message":"x","level_name":"ERROR","datetime":"2026-11-24 10:00:00","context":{}}';
const frame = '#1 /home/forge/x.test/current/vendor/a/b.php(12): c()\n';
const thrown = `${time}a. b.ERROR: ${'x'.repeat(300)} {"exception":"[object] (A\\\\B(code: 0): x at /home/forge/x.test/current/app/X.php:1)\n`;

const readers: Readonly<Record<string, Reader>> = {
  redact: {
    quick: redact,
    parts: [
      'eyJaaaaaaaa-',
      '-eyJaaaaaaaa.',
      'eyJ-',
      '"content":"',
      '"content":"\\\n',
      '"token" ',
      'Bearer ',
      '?token=',
      ['"content":"', '\\"'],
      ['"content":"', '\\\n'],
      ['"token"', ' '],
      ['Bearer', ' '],
      ['eyJaaaaaaaa', '.'],
    ],
  },
  'what Forge refuses, quoted': {
    quick: quotable,
    mostSteps: 200_000,
    parts: ['eyJaaaaaaaa-', ' ', '\u202e', 'x', '](', '$(', '"content":"\\\n'],
  },
  'a line of the log of the extension': {
    quick: (text) => {
      const nothing = () => undefined;
      const log = new Log({ debug: nothing, warn: nothing, error: nothing, show: nothing });
      log.debug(text);
      log.error('Failed', new Error(text));
    },
    mostSteps: 2_000_000,
    parts: ['eyJaaaaaaaa-', '"content":"\\\n', 'x'],
  },
  'a name': { quick: line, mostSteps: 20_000, parts: ['x', ' ', '\u202e', '\u202e ', '$(', '\ud800', '\n'] },
  'a list': {
    quick: (text) =>
      readList({ data: Array.from({ length: 1_000_000 }, (_, id) => ({ id, attributes: { name: text } })) }, readSite),
    mostSteps: 10_000_000,
    parts: ['x', '\u202e '],
  },
  'the lines of a log': { work: splitLines, parts: ['\n', 'x', 'x\n', frame] },
  'the colors of a log': {
    work: drawing,
    parts: [
      'x',
      '\n',
      'x\r',
      '\u001b',
      '\u001b[',
      '\u001b[31m',
      '\u001b[31mx\n',
      '\u001b[31mx\u001b[32mx',
      '\u001b]',
      `\u001b[${'1;'.repeat(4_000)}?1m`,
      '\u001b[Kx',
      ['\u001b[', '1;'],
      ['\u001b]8;;', 'x'],
      ['\u001b[31m', '\n'],
    ],
  },
  'as many colors as there are': {
    work: ({ length }) =>
      drawing(
        Array.from({ length: length / 25 }, (_, n) => `\u001b[38;2;${n % 256};${(n >> 8) % 256};${n >> 16}mxyz`).join(
          '',
        ),
      ),
    parts: ['x'],
  },
  'what is new in a log that was cut': {
    work: (text) => newLines(text, text.slice(1)),
    parts: ['x', 'x\n', '\n', frame],
  },
  'what is new in a log that goes on': {
    work: (text) => newLines(`a\n${text}`, `${text}b\n`),
    parts: ['x\n', 'x\ny\n', 'x\nx\ny\n', ' \n', frame],
  },
  'what is new in a log that is another': {
    work: (text) => newLines(text, `${text.slice(0, -3)}!`),
    parts: ['x', 'x\n', 'x\ny\n'],
  },
  'what is new in a log that repeats all but its end': {
    work: (text) =>
      newLines(`${text}${'y'.repeat(text.length / 50)}`, `x\n${'y'.repeat(1_000)}\n`.repeat(text.length / 1_002)),
    parts: ['x\n'],
  },
  'what is new in a log all of whose lines differ': {
    work: ({ length }) => {
      const lines = (from: number) => Array.from({ length: length / 10 }, (_, n) => `${from + n}`.padStart(9, '0'));
      return newLines(`${lines(0).join('\n')}\n`, `${lines(400_000).join('\n')}\n`);
    },
    parts: ['x'],
  },
  'the entries of Laravel’s log': {
    work: (text) => logEntries(atOnce(splitLines(text))),
    parts: [
      `${time}production.ERROR: x\n`,
      `${time}${'.ERROR'.repeat(30)}\n`,
      `${json}\n`,
      `${json.slice(0, -1)}\n`,
      ['{"message":"', '\\"'],
      [json.slice(0, -2), '"level":"'],
      [time, '.'],
      [`${time}production.ERROR: x`, ' {'],
      '\n',
    ],
  },
  'the exceptions of Laravel’s log': {
    work: (text) => {
      const lines = atOnce(splitLines(text));
      return exceptionGroups(lines, atOnce(logEntries(lines)));
    },
    parts: [
      thrown,
      `${json}\n`,
      [`${time}production.ERROR: x\n`, frame],
      [`${time}production.ERROR: x `, '(View: /'],
      [`${time}production.ERROR: x `, '[object] (A'],
      [`${time}production.ERROR: x `, '[0-9a-f'],
    ],
  },
};

/** What a reader takes for a text: in all, and at most between two moments at which whatever else waits has its turn. */
function costOf(reader: Reader, text: string): { steps: number; between: number; calls: number } {
  let between = 0;
  let mostCalls = 0;
  const steps = stepsOf((count) => {
    if ('quick' in reader) {
      reader.quick(text);
      return;
    }
    const work = reader.work(text);
    let { calls } = count;
    for (let step = work.next(); !step.done; step = work.next()) {
      between = Math.max(between, step.value);
      mostCalls = Math.max(mostCalls, count.calls - calls);
      calls = count.calls;
    }
    mostCalls = Math.max(mostCalls, count.calls - calls);
  });
  return { steps, between, calls: mostCalls };
}

describe('What reads remote texts', function () {
  this.timeout(240_000);

  for (const [name, reader] of Object.entries(readers)) {
    it(`is linear, or reads little, with 5 MB of its worst: ${name}`, () => {
      const holds = (length: number, part: string, before: string) => {
        const { steps, between, calls } = costOf(reader, filled(length, part, before));
        const what = JSON.stringify(`${before.slice(0, 40)}${part}`);
        const most = ('quick' in reader && reader.mostSteps) || 25 * length;
        assert.ok(steps <= most, `${what}: ${steps} steps`);
        assert.ok(between <= mostAtOnce, `${what}: ${between} at once`);
        assert.ok(calls <= mostAtOnce, `${what}: ${calls} calls at once`);
        return steps;
      };
      const inputs = reader.parts.map((part) => (typeof part === 'string' ? (['', part] as const) : part));
      const [worst] = inputs
        .map(([before, part]) => ({ before, part, steps: holds(sample, part, before) }))
        .sort((one, other) => other.steps - one.steps);
      assert.ok(worst);
      holds(size, worst.part, worst.before);
    });
  }

  it('is noticed where it is more than linear', () => {
    const steps = stepsOf(() => {
      const text = 'x'.repeat(10_000);
      for (let length = 1; length < text.length; length += 1) {
        text.includes(`${'x'.repeat(length)}y`);
      }
    });
    assert.ok(steps > 25 * 10_000);
  });
});
