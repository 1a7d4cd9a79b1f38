import assert from 'node:assert/strict';
import { logSteps } from '../src/deployments/logSteps';
import { maskedSides } from '../src/files/compareKeys';
import { drawEnvironment, longestDrawn } from '../src/files/drawnEnvironment';
import { readEnvironment, withValue, writtenValuesOf } from '../src/files/environmentText';
import { redact } from '../src/forge/redact';
import { line, readList, readSite } from '../src/forge/resources';
import { failureIn } from '../src/logs/failureIn';
import { exceptionGroups, logEntries } from '../src/logs/laravelLog';
import { newLines } from '../src/logs/newLines';
import { problemsIn } from '../src/logs/problemsIn';
import { filesBlamedIn, placesIn } from '../src/logs/remotePath';
import { drawing } from '../src/ui/ansiText';
import { quotable } from '../src/ui/explain';
import { Log } from '../src/ui/log';
import { atOnce, linesOf, splitLines, type Work } from '../src/ui/slices';
import { countSteps, cpuMsOf, type Steps } from './countSteps';
import { type FailingLogName, failingLogs, printedLog } from './failingLogs';

/** What reads a remote text, which may be as long and as bad as can be. */
export type Reader = (
  | {
      /** Reads in one go, or, if it is a promise of it, in slices. */
      readonly read: (text: string) => unknown;
    }
  | {
      /** Reads in slices, as far apart as whoever calls it wants. */
      readonly work: (text: string) => Work<unknown>;
    }
) & {
  /** The most steps for each character of the text; 25 without it. */
  readonly mostPerCharacter?: number;
  /** The most steps in all, whatever the text is: for what reads little of it. */
  readonly mostSteps?: number;
  /** The most steps before something else has its turn; any number without it, for what is done in one go. */
  readonly longestSlice?: number;
  /** What texts repeat from their beginning to their end, with what stands before it. */
  readonly parts: readonly (string | Part)[];
  /** What texts of megabytes repeat instead of what costs the most: where that would be a million objects. */
  readonly largeParts?: readonly Part[];
};

/** What is repeated, and what stands before it. */
export type Part = readonly [before: string, part: string];

/** Parts that begin something that may be long, again and again, and whatever has no end. */
const logParts: readonly string[] = [
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
  '   FAILED  x\n',
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

/** As they are, and in lines as long as they are read. */
const inLines: readonly string[] = logParts.flatMap((part) => [
  part,
  `${part.replaceAll('\n', ' ').repeat(990 / part.length)}\n`,
]);

/** Each line opens what never ends. */
const longValues: Part = ['', `A="${'x'.repeat(400)}\n`];

const environmentParts: readonly string[] = [
  'A= "x\n',
  'A="x\n',
  '# A="\n',
  "A='\n",
  'A=\\"',
  'A=1\n',
  '"',
  '\\',
  ' ',
  '#',
  '\n',
  'A="\\',
  'A=x="y\n',
  '\f',
  `A="${'x'.repeat(40)}\n`,
  `A="${'x'.repeat(400)}\n`,
  `A= "${'x'.repeat(40)}\n`,
  `A=\\\\ x #${'"'.repeat(40)}\n`,
];

const hiddenEnvironmentParts: readonly string[] = [
  '-----BEGIN K\n-----END K\n',
  'A="\n',
  'A= \n',
  '# x = \n',
  '# A: ',
  'A=x y # z ',
  'KEY\n=',
  ' ',
  '# ',
  '=',
  `# -----BEGIN K${'x'.repeat(40)}\n`,
  `A="${'x'.repeat(40)}\n`,
];

const time = '[2026-11-24 10:00:00] ';
const json = '{"message":"x","level_name":"ERROR","datetime":"2026-11-24 10:00:00","context":{}}';
const frame = '#1 /home/forge/x.test/current/vendor/a/b.php(12): c()\n';
const thrown = `${time}a. b.ERROR: ${'x'.repeat(300)} {"exception":"[object] (A\\\\B(code: 0): x at /home/forge/x.test/current/app/X.php:1)\n`;

/** Every reader of remote texts. */
export const readers: Readonly<Record<string, Reader>> = {
  redact: {
    read: redact,
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
    read: quotable,
    mostSteps: 200_000,
    parts: ['eyJaaaaaaaa-', ' ', '\u202e', 'x', '](', '$(', '"content":"\\\n'],
  },
  'a line of the log of the extension': {
    read: (text) => {
      const nothing = () => undefined;
      const log = new Log({ debug: nothing, warn: nothing, error: nothing, show: nothing });
      log.debug(text);
      log.error('Failed', new Error(text));
    },
    mostSteps: 2_000_000,
    parts: ['eyJaaaaaaaa-', '"content":"\\\n', 'x'],
  },
  'a name': { read: line, mostSteps: 20_000, parts: ['x', ' ', '\u202e', '\u202e ', '$(', '\ud800', '\n'] },
  'a list': {
    read: (text) =>
      readList(
        { data: Array.from({ length: text.length / 500 }, (_, id) => ({ id, attributes: { name: text } })) },
        readSite,
      ),
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
  'the problems of a log': {
    read: async (text) => problemsIn(await linesOf(text)),
    mostPerCharacter: 60,
    longestSlice: 2_500_000,
    parts: inLines,
  },
  'the headings of the steps of a deployment': {
    read: async (text) => logSteps(await linesOf(text)),
    mostPerCharacter: 20,
    longestSlice: 2_000_000,
    parts: inLines,
  },
  'why a deployment failed': { read: failureIn, mostPerCharacter: 100, longestSlice: 2_500_000, parts: inLines },
  'the places that the lines of a document name': {
    read: (text) => {
      // A document is asked for them line by line.
      for (const each of text.split('\n')) {
        placesIn(each.slice(0, 1_000));
        filesBlamedIn(each.slice(0, 1_000));
      }
    },
    parts: inLines,
  },
  'the places that one line names': { read: (text) => [placesIn(text), filesBlamedIn(text)], parts: inLines },
  'a .env': {
    work: readEnvironment,
    mostPerCharacter: 40,
    parts: environmentParts,
    largeParts: [longValues],
  },
  'the values of a .env as they are written': {
    work: writtenValuesOf,
    mostPerCharacter: 60,
    parts: environmentParts,
    largeParts: [longValues],
  },
  'a .env that gets a value': {
    work: (text) => withValue(text, 'Z', '="'),
    mostPerCharacter: 150,
    parts: environmentParts,
    largeParts: [longValues],
  },
  'two .env side by side': {
    work: (text) => maskedSides(text, text.slice(1), { another: 'x', missing: (key) => key }),
    mostPerCharacter: 80,
    parts: environmentParts,
    largeParts: [longValues],
  },
  'what is drawn of a .env': {
    work: drawEnvironment,
    mostPerCharacter: 60,
    parts: [...environmentParts, ...hiddenEnvironmentParts],
  },
  'what is drawn of the longest .env': {
    work: (text) => drawEnvironment(text.slice(0, longestDrawn)),
    mostPerCharacter: 60,
    longestSlice: 250_000,
    parts: [...environmentParts, ...hiddenEnvironmentParts].filter((part) => part.includes('\n')),
  },
};

/** The most of a text that is read before something else has its turn, in characters: a few milliseconds. */
const mostAtOnce = 250_000;

/** As much as tells which text is the worst, in characters. */
const sampleLength = 5_000;

/** The parts of a reader's texts. */
function partsOf({ parts }: Reader): Part[] {
  return parts.map((part) => (typeof part === 'string' ? ['', part] : part));
}

/** A text of that many characters or a few more. */
export function textOf([before, part]: Part, length: number): string {
  return before + part.repeat(Math.ceil(length / part.length));
}

/** That part of which a short text costs a reader the most. Holds each such text to what a reader may cost. */
export async function worstOf(reader: Reader): Promise<Part> {
  let worst: { readonly part: Part; readonly perCharacter: number } | undefined;
  for (const part of partsOf(reader)) {
    const text = textOf(part, sampleLength);
    const cost = await holdCost(reader, text, part);
    const perCharacter = cost.steps / text.length;
    worst = worst && worst.perCharacter >= perCharacter ? worst : { part, perCharacter };
    if (cost.cpuMs > suspiciousMs) {
      await holdTime(reader, part);
    }
  }
  assert.ok(worst);
  return worst.part;
}

/** A sample that takes longer, in milliseconds, may be one over which a pattern goes back and forth. */
const suspiciousMs = 8;

/** As many characters as a pattern that goes back and forth over all of them takes seconds for. */
const telling = 40_000;

/** What a reader takes for so many characters at most, in milliseconds: twice what any does on a slow machine, most a tenth. */
const mostMs = 600;

/** Holds a reader to a time in which no pattern can have gone back and forth over the whole text. */
async function holdTime(reader: Reader, part: Part): Promise<void> {
  const text = textOf(part, telling);
  const ms = await cpuMsOf(() => read(reader, text));
  assert.ok(ms <= mostMs, `${said(part)}: ${ms} ms for ${telling} characters`);
}

/** Holds a reader to what it may cost with a text. */
export async function holdCost(reader: Reader, text: string, part: Part): Promise<Steps> {
  const cost = await countSteps((turn) => read(reader, text, turn));
  const { mostPerCharacter = 25, mostSteps = mostPerCharacter * text.length, longestSlice } = reader;
  assert.ok(cost.steps <= mostSteps, `${said(part)}: ${cost.steps} steps for ${text.length} characters`);
  if (longestSlice !== undefined) {
    assert.ok(cost.longestSlice <= longestSlice, `${said(part)}: ${cost.longestSlice} steps at once`);
  }
  if ('work' in reader) {
    assert.ok(cost.mostCalls <= mostAtOnce, `${said(part)}: ${cost.mostCalls} calls at once`);
  }
  return cost;
}

/** @param turn is called where something else may have its turn, apart from `setImmediate` */
function read(reader: Reader, text: string, turn: () => void = () => {}): unknown {
  return 'work' in reader ? doWork(reader.work(text), turn) : reader.read(text);
}

function doWork(work: Work<unknown>, turn: () => void): void {
  for (let step = work.next(); !step.done; step = work.next()) {
    assert.ok(step.value <= mostAtOnce, `${step.value} characters at once`);
    turn();
  }
}

function said([before, part]: Part): string {
  return JSON.stringify(`${before.slice(0, 40)}${part.slice(0, 60)}`);
}
