import assert from 'node:assert/strict';
import { readEnvironment } from '../../../src/files/environmentText';
import * as hidden from '../../../src/files/hiddenParts';
import { atOnce } from '../../../src/ui/slices';
import fc from '../../fastCheck';

const hiddenParts = (text: string) => atOnce(hidden.hiddenParts(text, atOnce(readEnvironment(text))));

/** The text as it is seen. */
function seen(text: string, shown: readonly string[] = []): string {
  const parts = hiddenParts(text).filter(({ name }) => !shown.includes(name));
  return parts.reduceRight((rest, { span }) => `${rest.slice(0, span.start)}•${rest.slice(span.end)}`, text);
}

describe('What is hidden of a .env', () => {
  const cases: readonly (readonly [what: string, text: string, seen: string])[] = [
    ['values', 'A=1\nexport B = "two words"\nC=\n', 'A=•\nexport B = •\nC=\n'],
    ['all lines of a value', 'A="one\ntwo"\nB=1', 'A=•\nB=•'],
    ['what follows a value', 'A=abc#def\nB=abc # def\nC="abc" # def\nD= # def\r\n', 'A=•\nB=•\nC=•\nD= •\r\n'],
    ['a value whose quote never ends', 'A="open # x\nB=1', 'A=•\nB=•'],
    [
      'settings that are commented out',
      '# DB_PASSWORD=old\n  #A = "1"\n# B: 2\n',
      '# DB_PASSWORD=•\n  #A = •\n# B: •\n',
    ],
    ['settings within a comment', '# try A=1 or B=2', '# try A=•'],
    ['long words in comments', `# the key was ${'k'.repeat(20)}, see below`, '# the key was • see below'],
    ['lines that are no setting', 'X: y\n  what is this\nA=1', '•\n  •\nA=•'],
    [
      'a key of several lines without quotes',
      'KEY=-----BEGIN KEY-----\nMIIE+x/y\n\nQUJD\nabc==\n-----END KEY-----\nA=1',
      'KEY=•\n•\n\n•\n•\n•\nA=•',
    ],
    [
      'such a key that is commented out',
      '# -----BEGIN KEY-----\n# MIIE\n# -----END KEY-----\n# yes',
      '# -----BEGIN KEY-----\n•\n•\n# yes',
    ],
    ['values that Laravel takes for a part of another', '# A="x\nB=1\n# C=2\nD="y\nE=3', '# A=•\nB=•\n# C=•\nD=•\nE=•'],
    ['values whose quotes are no such', "A='one\ntwo'\nB=`x\ny`", 'A=•\n•\nB=•\n•'],
    ['the end of something in Base64', 'KEY=MIIE\nabcd==\nQUJD\nefgh=\nA=1', 'KEY=•\n•\n•\n•\nA=•'],
  ];
  for (const [what, text, expected] of cases) {
    it(`are ${what}`, () => assert.equal(seen(text), expected));
  }

  it('are not headings, notes and keys', () => {
    const text = '# Mail\n\n#========= Mail ==========\n# TODO ask Anna\n#-----------------------------\nA=\n';
    assert.equal(seen(text), text);
  });

  it('are shown by key, or by line', () => {
    const text = 'A=1\nA=2\n# A=3\nX: y\n';
    assert.equal(seen(text, ['A']), 'A=1\nA=2\n# A=•\n•\n');
    const [comment, line] = hiddenParts(text).slice(2);
    assert.equal(seen(text, [comment?.name ?? '', line?.name ?? '']), 'A=•\nA=•\n# A=3\nX: y\n');
  });

  it('are apart, in order, each within its lines, and none is empty', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom('A', 'b', '=', '"', "'", '#', '\n', '\r', ' ', ':', '-----BEGIN K', '-----END K', 'é'))
          .map((parts) => parts.join('')),
        (text) => {
          let at = 0;
          for (const { span, whole } of hiddenParts(text)) {
            assert.ok(at <= span.start && span.start < span.end && whole.start <= span.start && span.end <= whole.end);
            at = span.end;
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is every secret, wherever it stands', () => {
    const secret = 'hunter2/hunter2+hunter2';
    const line = fc.constantFrom(
      `A=${secret}`,
      `A="${secret}"`,
      `A='${secret}' # ${secret}`,
      `A= # ${secret}`,
      `A="x\n${secret}\ny"`,
      `A="x" ${secret}`,
      `A=x y ${secret}#${secret}`,
      `# A=${secret}`,
      `# was ${secret}`,
      `  ${secret}  `,
      `${secret}=`,
      `A: ${secret}`,
      `A="${secret}`,
      '# note',
      '',
      'B=1',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        const text = lines.join(end);
        assert.ok(!seen(text).includes('hunter2'), JSON.stringify([text, seen(text)]));
      }),
      { numRuns: 2_000 },
    );
  });
});
