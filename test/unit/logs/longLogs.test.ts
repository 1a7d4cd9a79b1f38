import assert from 'node:assert/strict';
import { problemsIn } from '../../../src/logs/problemsIn';
import { linesOf } from '../../../src/ui/slices';

const repeated = (part: string, length: number) => part.repeat(Math.ceil(length / part.length));

describe('A log that is as long as can be', () => {
  it('has problems, though not more than a person can look at, the first and the last of them', async () => {
    const lines = Array.from(
      { length: 2_500 },
      (_, index) => `PHP Parse error:  no ${index} in app/X${index}.php on line 3`,
    );
    const problems = await problemsIn(await linesOf(lines.join('\n')));
    assert.equal(problems.length, 200);
    assert.deepEqual(
      [problems[0]?.line, problems[99]?.line, problems[100]?.line, problems[199]?.line],
      [0, 99, 2_400, 2_499],
    );
  });

  it('is read from the beginning of each line, however long that is', async () => {
    const { lines } = await linesOf(
      `${repeated('x', 2_000_000)}\n${repeated(' ', 2_000_000)}y\nfatal: ${repeated('no-', 2_000_000)}`,
    );
    assert.deepEqual(
      lines.map(({ length }) => length),
      [1_000, 0, 1_000],
    );
    assert.equal((await problemsIn({ before: 0, lines }))[0]?.message.length, 500);
  });

  it('is read from its end where it is longer still, with the lines counted from its beginning', async () => {
    const text = `$ x\n${repeated(`${'the same old line '.repeat(50)}\n`, 9_000_000)}fatal: no\n`;
    const { before, lines } = await linesOf(text);
    assert.ok(before > 0 && lines.join('\n').length <= 8_000_100);
    const [problem] = await problemsIn({ before, lines });
    assert.equal(text.split('\n')[problem?.line ?? 0], 'fatal: no');
  });
});
