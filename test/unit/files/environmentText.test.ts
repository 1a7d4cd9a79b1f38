import assert from 'node:assert/strict';
import { parse } from 'dotenv';
import fc from 'fast-check';
import {
  type EnvironmentProblem,
  readEnvironment,
  valuesOf,
  withLines,
  withValue,
  writtenValue,
  writtenValuesOf,
} from '../../../src/files/environmentText';

const read = (text: string) => Object.fromEntries(valuesOf(text));
const problems = (text: string): [EnvironmentProblem, string][] =>
  readEnvironment(text).problems.map(({ problem, span }) => [problem, text.slice(span.start, span.end)]);

const key = fc.constantFrom('APP_NAME', 'APP_KEY', 'DB_PASSWORD', 'A.B', 'X_1');
const word = fc.stringMatching(/^[\w:/.,@ !$\\=+-]{0,12}$/);
/** A backslash before the closing quote escapes it in Laravel, and does not in the dotenv package. */
const quotable = word.map((text) => text.replace(/\\+$/, ''));
const value = fc.oneof(
  word.map((text) => text.trim()),
  quotable.map((text) => `"${text}"`),
  quotable.map((text) => `'${text}'`),
  quotable.map((text) => `"${text}\n${text}"`),
  fc.constant('"a#b" # comment'),
  fc.constant('plain # comment'),
);
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('', 'export ', '  '), key, fc.constantFrom('=', ' = '), value)
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '# comment', '   ', '#A=1') },
);
const lineEnd = fc.constantFrom('\n', '\r\n');
const text = fc
  .tuple(fc.array(line, { maxLength: 10 }), lineEnd, fc.boolean())
  .map(([lines, end, isEnded]) => lines.join(end) + (isEnded ? end : ''));

describe('A .env', () => {
  it('says the same as to the dotenv package, which knows fewer escapes than Laravel', () => {
    const isAlike = (env: string) => !/\\[^nr'`]/.test(env);
    fc.assert(
      fc.property(text.filter(isAlike), (env) => assert.deepEqual(read(env), parse(env), JSON.stringify(env))),
      { numRuns: 2_000 },
    );
  });

  it('never makes the reader fail, and its settings stand where they are said to', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', '=', '"', "'", '`', '#', '\n', '\r', ' ', '\\', 'é') }),
        (env) => {
          let at = 0;
          for (const setting of readEnvironment(env).settings) {
            assert.equal(env.slice(setting.keySpan.start, setting.keySpan.end), setting.key);
            assert.ok(setting.keySpan.start >= at && setting.valueSpan.start >= setting.keySpan.end);
            at = setting.valueSpan.end;
            assert.ok(at <= env.length);
          }
        },
      ),
    );
  });

  it('gets another value and not one other byte', () => {
    fc.assert(
      fc.property(text, key, fc.string({ unit: 'grapheme' }), (env, name, wanted) => {
        const setting = readEnvironment(env).settings.findLast((candidate) => candidate.key === name);
        const changed = withValue(env, name, wanted);
        if (setting) {
          assert.ok(changed.startsWith(env.slice(0, setting.valueSpan.start)));
          assert.ok(changed.endsWith(env.slice(setting.valueSpan.end)));
        } else {
          assert.ok(changed.startsWith(env));
          assert.equal(/[\r\n]$/.test(changed), env === '' || /[\r\n]$/.test(env));
        }
        const others = (of: string) => Object.entries(read(of)).filter(([other]) => other !== name);
        assert.deepEqual(others(changed), others(env));
      }),
    );
  });

  it('reads back what was written, where nothing has to be escaped', () => {
    for (const wanted of [
      '',
      'plain',
      'two words',
      'a#b',
      'pa$$word',
      'back\\slash',
      'say "yes"',
      "it's",
      ' edges ',
      'base64:ab+/=',
    ]) {
      assert.equal(read(`A=${writtenValue(wanted)}\n`).A, wanted, wanted);
    }
    assert.equal(writtenValue(`it's "so" $HOME\n`), '"it\'s \\"so\\" \\$HOME\\n"');
  });

  it('keeps its byte order mark, its line ends and its missing end', () => {
    assert.equal(withValue('\ufeffA=1\r\nB=2', 'A', '3'), '\ufeffA=3\r\nB=2');
    assert.equal(withValue('\ufeffA=1\r\nB=2', 'C', '3'), '\ufeffA=1\r\nB=2\r\nC=3');
    assert.equal(withLines('A=1\n', ['B=2', 'C=3']), 'A=1\nB=2\nC=3\n');
    assert.equal(withLines('', ['B=2']), 'B=2\n');
  });

  it('has keys that stand twice, of which the last one counts', () => {
    assert.deepEqual(problems('A=1\nB=1\nA=2\n'), [['twice', 'A']]);
    assert.equal(withValue('A=1\nB=1\nA=2\n', 'A', '3'), 'A=1\nB=1\nA=3\n');
  });

  it('is what the writing stands for: escapes in double quotes, nothing in single ones', () => {
    assert.deepEqual(read('A="a\\"b\\\\c\\$d\\te"\nB=\'a\\nb\'\nC="$A/x"\n'), {
      A: 'a"b\\c$d\te',
      B: 'a\\nb',
      C: '$A/x',
    });
    for (const value of ['C:\\', "it's \\", 'a\tb']) {
      const text = `A=${writtenValue(value)}\n`;
      assert.equal(read(text).A, value);
      assert.deepEqual(problems(text), [], text);
    }
  });

  it('is taken over as it is written, and so that it can be read', () => {
    const text = 'MAIL_FROM_NAME="$APP_NAME"\nP="a\\"b\\$c"\nQ=\'x y\' # why\nNAME=My Shop\nEMPTY=\n';
    assert.deepEqual(Object.fromEntries(writtenValuesOf(text)), {
      MAIL_FROM_NAME: '"$APP_NAME"',
      P: '"a\\"b\\$c"',
      Q: "'x y'",
      NAME: '"My Shop"',
      EMPTY: '',
    });
    assert.equal(writtenValuesOf('A=1\nA="two"\n').get('A'), '"two"');
  });

  it('has lines that nobody can read', () => {
    assert.deepEqual(problems('A=1\n  what is this  \n# fine\n\nB=2'), [['noSetting', 'what is this']]);
    assert.deepEqual(problems('A="open\nB=2\n'), [['openQuote', '"']]);
    assert.deepEqual(problems('A="x" y\n'), [['afterQuote', '"']]);
    assert.deepEqual(problems('APP_NAME=My Shop # ours\n'), [['spaces', 'My Shop']]);
    assert.deepEqual(problems('A="C:\\path\\new"\n'), [['escape', '"C:\\path\\new"']]);
    assert.deepEqual(problems('A="C:\\\\path \\"x\\" \\$y \\n"\nB=\'C:\\path\'\nC=C:\\path\n'), []);
    assert.deepEqual(problems('A-B=1\n'), [['name', 'A-B']]);
    assert.deepEqual(problems('A="one\ntwo"\nB=\'x\' # y\nC=\n'), []);
  });
});
