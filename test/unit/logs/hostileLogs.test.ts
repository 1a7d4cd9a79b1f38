import assert from 'node:assert/strict';
import { logSteps } from '../../../src/deployments/logSteps';
import { failureIn } from '../../../src/logs/failureIn';
import { problemsIn } from '../../../src/logs/problemsIn';
import { filesBlamedIn, placesIn } from '../../../src/logs/remotePath';
import { linesOf } from '../../../src/ui/slices';
import { type FailingLogName, failingLogs, printedLog } from '../../failingLogs';
import { countSteps, textOf } from '../countSteps';

const size = 5_000_000;

/** What may be read over for a character of the text. */
interface Reader {
  readonly name: string;
  readonly read: (text: string) => unknown;
  /** The most that is read for each character: how many patterns a line is held against, each but a few times. */
  readonly mostPerCharacter: number;
  /** The most that is read before something else has its turn. */
  readonly longestSlice: number;
}

const readers: readonly Reader[] = [
  {
    name: 'problemsIn()',
    read: async (text) => problemsIn(await linesOf(text)),
    mostPerCharacter: 50,
    longestSlice: 5_000_000,
  },
  {
    name: 'step headings',
    read: async (text) => logSteps(await linesOf(text)),
    mostPerCharacter: 20,
    longestSlice: 2_000_000,
  },
  { name: 'failureIn()', read: failureIn, mostPerCharacter: 100, longestSlice: 5_000_000 },
  {
    name: 'places',
    read: (text) => {
      // A document is asked for them line by line.
      for (const line of text.split('\n')) {
        placesIn(line.slice(0, 1_000));
        filesBlamedIn(line.slice(0, 1_000));
      }
    },
    mostPerCharacter: 12,
    longestSlice: Number.POSITIVE_INFINITY,
  },
  {
    name: 'places in one line',
    read: (text) => [placesIn(text), filesBlamedIn(text)],
    mostPerCharacter: 12,
    longestSlice: Number.POSITIVE_INFINITY,
  },
];

/** Parts that begin something that may be long, again and again, and whatever has no end. */
const parts: readonly string[] = [
  ...(Object.keys(failingLogs) as FailingLogName[]).map((name) => printedLog(name, '/home/forge/x/releases/1')),
  'npm error x\n',
  'npm error code 1\n',
  '  Problem 1\n',
  '    - x\n',
  'PHP Fatal error:  Uncaught x\n',
  '   FooException\n',
  '  Foo\n\n  x\n',
  '  Foo\n\n',
  'In X.php line 1:\n',
  'In X.php line 1:\n  x\n',
  'Error: x\n',
  'Error: x\n- x\n',
  'error during build:\n',
  'ERROR in ./x\n',
  'ERROR in ./x\n\n',
  'FATAL ERROR: x\n 1: 0x\n',
  'error: x:\n\tx\n',
  'sudo: x\n',
  '> a b /home/a/b/c\n',
  'a/b c: a/b c: \n',
  'a/b.js:1:2 ',
  'a/',
  ':1',
  'a.b/1:',
  'from "a/b.js" ',
  '(1)',
  ' line 1',
  '.',
  ' ',
  '=',
  '-',
  '#',
  '\n',
  '\t',
  'A\\',
  'Aa',
  '1m ',
  'in 1s ',
  '✅',
  'x',
];

describe('A log of 5 MB that is as bad as can be', () => {
  for (const { name, read, mostPerCharacter, longestSlice } of readers) {
    it(`costs ${name} no more than its length, and lets others have their turn`, async function () {
      // Steps are counted, not time: counting takes its own.
      this.timeout(120_000);
      // As they are, and in lines as long as they are read.
      const texts = parts.flatMap((part) => [part, `${part.replaceAll('\n', ' ').repeat(990 / part.length)}\n`]);
      const costs = [];
      for (const text of texts) {
        const sample = textOf(text, 5_000);
        costs.push({ text, ratio: (await countSteps(() => read(sample))).read / sample.length });
      }
      const [worst] = costs.sort((a, b) => b.ratio - a.ratio);
      assert.ok(worst);
      const whole = textOf(worst.text, size);
      const steps = await countSteps(() => read(whole));
      const of = JSON.stringify(worst.text.slice(0, 60));
      const ratio = steps.read / whole.length;
      assert.ok(ratio <= mostPerCharacter, `${of}: ${ratio.toFixed(1)} a character`);
      assert.ok(steps.longestSlice <= longestSlice, `${of}: ${steps.longestSlice} at once`);
    });
  }

  it('has problems, though not more than a person can look at, the first and the last of them', async () => {
    const lines = Array.from(
      { length: 25_000 },
      (_, index) => `PHP Parse error:  no ${index} in app/X${index}.php on line 3`,
    );
    const problems = await problemsIn(await linesOf(lines.join('\n')));
    assert.equal(problems.length, 200);
    assert.deepEqual(
      [problems[0]?.line, problems[99]?.line, problems[100]?.line, problems[199]?.line],
      [0, 99, 24_900, 24_999],
    );
  });

  it('is read from the beginning of each line, however long that is', async () => {
    const { lines } = await linesOf(
      `${textOf('x', 2_000_000)}\n${textOf(' ', 2_000_000)}y\nfatal: ${textOf('no-', 2_000_000)}`,
    );
    assert.deepEqual(
      lines.map(({ length }) => length),
      [1_000, 0, 1_000],
    );
    assert.equal((await problemsIn({ before: 0, lines }))[0]?.message.length, 500);
  });

  it('is read from its end where it is longer still, with the lines counted from its beginning', async () => {
    const text = `$ x\n${textOf('the same old line\n', 9_000_000)}fatal: no\n`;
    const { before, lines } = await linesOf(text);
    assert.ok(before > 0 && lines.join('\n').length <= 8_000_100);
    const [problem] = await problemsIn({ before, lines });
    assert.equal(text.split('\n')[problem?.line ?? 0], 'fatal: no');
  });
});
