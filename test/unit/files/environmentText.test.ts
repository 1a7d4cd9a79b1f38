import assert from 'node:assert/strict';
import { parse } from 'dotenv';
import * as environment from '../../../src/files/environmentText';
import { type EnvironmentProblem, isHarmful, withLines, writtenValue } from '../../../src/files/environmentText';
import { atOnce } from '../../../src/ui/slices';
import fc from '../../fastCheck';
import { asLaravel } from './asLaravel';

const readEnvironment = (text: string) => atOnce(environment.readEnvironment(text));
const withValue = (text: string, key: string, value: string) => atOnce(environment.withValue(text, key, value));
const writtenValuesOf = (text: string) => atOnce(environment.writtenValuesOf(text));

const read = (text: string) => Object.fromEntries(atOnce(environment.valuesOf(text)));
const problems = (text: string): [EnvironmentProblem, string][] =>
  readEnvironment(text).problems.map(({ problem, span }) => [problem, text.slice(span.start, span.end)]);

const key = fc.constantFrom('APP_NAME', 'APP_KEY', 'DB_PASSWORD', 'A.B', 'X_1');
const word = fc.stringMatching(/^[\w:/.,@ !$\\=+-]{0,12}$/);
/** A backslash before the closing quote escapes it in Laravel, and does not in the dotenv package. */
const quotable = word.map((text) => text.replace(/[\\=]+$/, ''));
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
  const pieces = [
    'A',
    'B',
    'é',
    'export ',
    '=',
    '="',
    '"',
    "'",
    '`',
    '#',
    '\n',
    '\r',
    '\r\n',
    ' ',
    '\t',
    '\f',
    '\0',
    '\\',
    '$',
    'n',
    '-',
    '\ufeff',
    '\u00a0',
  ];
  const anyText = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''));

  it('says the same as to Laravel, which is said to refuse it where it does', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, text), (env) => {
        const { values } = asLaravel(env);
        const bad = readEnvironment(env).problems.filter(isHarmful);
        if (values) {
          assert.deepEqual(Object.fromEntries(values), read(env), JSON.stringify(env));
          assert.deepEqual(
            bad.filter(({ problem }) => problem !== 'swallows'),
            [],
            JSON.stringify(env),
          );
        } else {
          assert.notDeepEqual(bad, [], JSON.stringify(env));
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it('is said to lose keys where one that stands there is not read', () => {
    const row = fc.constantFrom(
      'K1=1',
      'K2="2"',
      "K3='3'",
      '# A="x',
      'A="x',
      'A=x="y',
      'C="3"',
      '# note',
      'x"',
      '"',
      'D="1" # ="',
      '',
      'E= "',
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
        const env = rows.join('\n');
        const { values } = asLaravel(env);
        const isIntact = !readEnvironment(env).problems.some(isHarmful);
        const isWhole = (name: string) => !rows.some((line) => line.startsWith(`${name}=`)) || values?.has(name);
        // In a value of several lines may stand what it likes.
        if (values && isIntact && !/="x\n/.test(env)) {
          assert.ok(['K1', 'K2', 'K3', 'A', 'C', 'D'].every(isWhole), JSON.stringify(env));
        }
      }),
      { numRuns: 5_000 },
    );
  });

  const readings: readonly (readonly [
    text: string,
    values: Readonly<Record<string, string>>,
    problems: readonly (readonly [EnvironmentProblem, string])[],
  ])[] = [
    // A value of several lines begins with a double quote directly after the equals sign, and with nothing else.
    ['A="one\ntwo"\nB=1', { A: 'one\ntwo', B: '1' }, []],
    ['A="one\r\ntwo"\r\n', { A: 'one\ntwo' }, []],
    [
      "A='one\ntwo'\nB=1",
      { A: "'one", B: '1' },
      [
        ['openQuote', "'"],
        ['noSetting', "two'"],
      ],
    ],
    [
      'A= "one\ntwo"\nB=1',
      { A: '"one', B: '1' },
      [
        ['openQuote', '"'],
        ['noSetting', 'two"'],
      ],
    ],
    ['A=`x\ny`', { A: '`x' }, [['noSetting', 'y`']]],
    // That is looked for anywhere in a line.
    ['# A="x\nB=1', {}, [['swallows', '"']]],
    ['# A="x\nB=1\nC=" 2"\nD=3', { D: '3' }, [['swallows', '"']]],
    ['# say ="x"\nB=1', { B: '1' }, []],
    ['# A="x\n# note\n\n', {}, []],
    ['A=x="y\nB=1\nC="3"', { A: 'x="y', B: '1', C: '3' }, [['swallows', '"']]],
    ['A=1 # b="\nB=2\n"\nC=3', { A: '1', C: '3' }, [['swallows', '"']]],
    ["A='x=\"y'\nB=1", {}, [['swallows', '"']]],
    ['A="open\nB=2\n', {}, [['swallows', '"']]],
    ['A="a\\"\nb" # c', { A: 'a"\nb' }, []],
    ['A="a\\\\"\nB=1', { A: 'a\\', B: '1' }, []],
    // Nothing is escaped in single quotes, and a backtick is a letter.
    ["A='a\\'b'", { A: "'a\\'b'".slice(1, -1) }, [['afterQuote', "'"]]],
    ["A='a\\n\\'", { A: 'a\\n\\' }, []],
    ['A=`z`', { A: '`z`' }, []],
    ['A=`x y`', { A: '`x y`' }, [['spaces', '`x y`']]],
    // Names.
    ['"A"=1\n\'BB\'=2\nGröße=3\nÄ.1=4', { A: '1', BB: '2', Größe: '3', 'Ä.1': '4' }, []],
    ['export AB=1\nexport\tCD=2', { AB: '1', CD: '2' }, []],
    ['export A=1', { A: '1' }, [['name', 'A']]],
    ['漢字=1', { 漢字: '1' }, [['name', '漢字']]],
    ['=1', {}, [['noSetting', '=1']]],
    ['NAME\nA=1', { A: '1' }, [['noValue', 'NAME']]],
    ['  NAME\nA=1', { A: '1' }, [['noSetting', 'NAME']]],
    ['A=a\u00a0b', { A: 'a\u00a0b' }, []],
  ];
  for (const [env, values, wrong] of readings) {
    it(`is read as Laravel reads it: ${JSON.stringify(env)}`, () => {
      assert.deepEqual(read(env), values);
      assert.deepEqual(problems(env), wrong);
      const loaded = asLaravel(env).values;
      if (loaded) {
        assert.deepEqual(Object.fromEntries(loaded), values);
      } else {
        assert.notDeepEqual(wrong, []);
      }
    });
  }

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

  it('has the value that was set, as Laravel reads it, whatever it is and whatever is around it', () => {
    const anyValue = fc
      .oneof(anyText, fc.constantFrom('x="y', '"', '\\', '="', 'a="b" c="', 'it\'s ="', '\\"', '='))
      .filter((value) => !value.includes('\0'));
    fc.assert(
      fc.property(text, key, anyValue, (env, name, wanted) => {
        const before = asLaravel(env).values;
        fc.pre(before !== undefined);
        const after = asLaravel(withValue(env, name, wanted)).values;
        assert.equal(after?.get(name), wanted, JSON.stringify([env, wanted, withValue(env, name, wanted)]));
        for (const [other, value] of before ?? []) {
          assert.ok(other === name || after?.get(other) === value);
        }
      }),
      { numRuns: 5_000 },
    );
    const set = (env: string, name: string, wanted: string) => {
      const changed = withValue(env, name, wanted);
      assert.equal(asLaravel(changed).values?.get(name), wanted, changed);
      return changed;
    };
    assert.equal(set('A=1\nB=2\n', 'A', 'x="y'), 'A="x=\\"y"\nB=2\n');
    assert.equal(set('A="1" # ="x\nB=2\n', 'A', 'z'), 'A="z" # ="x\nB=2\n');
    assert.equal(set('A=1\n# x="\n', 'B', '2'), 'A=1\nB=2\n# x="\n');
    assert.equal(set('A="open\nB=2\n', 'C', '3'), 'C=3\nA="open\nB=2\n');
    assert.equal(set('A= # note\n', 'A', '1'), 'A=1 # note\n');
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

  it('reads back what was written also in the dotenv package, which knows no escapes but for line ends', () => {
    const values = fc.string({ unit: fc.constantFrom('a', ' ', '=', '#', "'", '$', '`', '\n', ':') });
    fc.assert(
      fc.property(
        values.filter((value) => !(value.includes('$') && /['\n]/.test(value))),
        (value) => assert.equal(parse(`A=${writtenValue(value)}\n`).A, value, value),
      ),
    );
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
    // Only what follows it keeps this value in one line.
    assert.equal(writtenValuesOf('A=\'x="\' # "\n').get('A'), '"x=\\""');
  });

  it('has lines that nobody can read', () => {
    assert.deepEqual(problems('A=1\n  what is this  \n# fine\n\nB=2'), [['noSetting', 'what is this']]);
    assert.deepEqual(problems('A="x" y\n'), [['afterQuote', '"']]);
    assert.deepEqual(problems('APP_NAME=My Shop # ours\n'), [['spaces', 'My Shop']]);
    assert.deepEqual(problems('A="C:\\path\\new"\n'), [['escape', '"C:\\path\\new"']]);
    assert.deepEqual(problems('A="C:\\\\path \\"x\\" \\$y \\n"\nB=\'C:\\path\'\nC=C:\\path\n'), []);
    assert.deepEqual(problems('A-B=1\n'), [['name', 'A-B']]);
    assert.deepEqual(problems('A="one\ntwo"\nB=\'x\' # y\nC=\n'), []);
  });
});
