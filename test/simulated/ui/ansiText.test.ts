import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { type AnsiStyle, ansiText } from '../../../src/ui/ansiText';
import fc from '../../fastCheck';
import { SimulatedForge } from '../forge/simulatedForge';

const plain = (output: string) => ansiText(output).text;

/** Each styled piece with what is particular about it. */
const pieces = (output: string) => {
  const { text, looks } = ansiText(output);
  const lines = text.split('\n');
  return [...looks].flatMap(([line, its]) =>
    its.map(({ start, end, style }) => [
      lines[line]?.slice(start, end),
      Object.fromEntries(Object.entries(style).filter(([, value]) => value !== undefined && value !== false)),
    ]),
  );
};

describe('A remote output as text', () => {
  it('has no colours, moves of the cursor and links', () => {
    assert.equal(plain('\u001b[31mred\u001b[0m \u001b[1;38;5;123mbold\u001b[m'), 'red bold');
    assert.equal(plain('a\u001b[2Kb\u001b[1Ac\u001b[?25ld\u001b(Be'), 'abcde');
    assert.equal(plain('\u001b]8;;https://x.example\u0007link\u001b]8;;\u0007'), 'link');
    assert.equal(plain('\u001b]8;;https://x.example/a b\u001b\\link\u001b]8;;\u001b\\ and on'), 'link and on');
  });

  it('has each line as it was drawn last', () => {
    assert.equal(plain(' 10%\r 50%\r100%\nnext'), '100%\nnext');
    assert.equal(plain('one\r\ntwo\r\n'), 'one\ntwo\n');
    assert.equal(plain('done\r'), 'done');
    assert.equal(plain('done\r\r\nnext'), 'done\nnext');
    assert.equal(plain('done\r\u001b[K\nnext'), 'done\nnext');
    assert.equal(plain('\r\r\n'), '\n');
    assert.equal(plain('a\r\rb\r\n\rc'), 'b\nc');
  });

  it('keeps tabs, empty lines and letters of any language', () => {
    const text = 'a\tb\n\n  ü 日本 🚀 “q”\n';
    assert.equal(plain(text), text);
    assert.equal(ansiText(text).looks.size, 0);
  });

  it('loses no more than a line to a sequence that has no end, and nothing to text that was decoded wrongly', () => {
    assert.equal(plain('one \u001b]8;;https://x.example\ntwo\nthree'), 'one \ntwo\nthree');
    assert.equal(plain('one \u001b[31\ntwo'), 'one \ntwo');
    assert.equal(plain('he said â€\u009dyesâ€\u009d and went'), 'he said â€yesâ€ and went');
  });

  it('has no control characters whatever was sent, and nothing that was not', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            ...['\u001b', '[', ']', '\r', '\n', '3', ';', ':', 'm', 'x', '\u0000', '\u009b', '\t'],
            ...['\u001b[31m', '\u001b[39m'],
          ),
        ),
        (parts) => {
          const output = parts.join('');
          const { text } = ansiText(output);
          assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
          assert.ok(text.length <= output.length);
          assert.equal(plain(text), text);
        },
      ),
    );
  });

  it('is what Node.js makes of it, where nothing is drawn over', () => {
    const sequence = fc.oneof(
      fc
        .tuple(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 5 }), fc.constantFrom(...'mKJHABCDG'))
        .map(([parameters, final]) => `\u001b[${parameters.join(';')}${final}`),
      fc.constantFrom(
        '\u001b[?25l',
        '\u001b[?25h',
        '\u001b]8;;https://x.example/y\u0007',
        '\u001b]8;;\u0007',
        '\u009b1m',
      ),
    );
    const words = fc.string({ unit: fc.constantFrom('a', 'm', 'K', ' ', '\n', '\t', '1', ';', '[', ']', 'ü', '🚀') });
    fc.assert(
      fc.property(fc.array(fc.oneof(sequence, words)), (parts) => {
        const output = parts.join('');
        assert.equal(plain(output), stripVTControlCharacters(output));
      }),
    );
  });

  it('is the log of a deployment with its lines', async () => {
    const forge = await SimulatedForge.start({ servers: 1, sites: 1 });
    const path = await forge.sitePath('shop.example.com');
    const [latest] = await forge.client().first('listDeployments', path, { count: 1 });
    const { text: log } = await forge.client().call('showDeploymentLog', { ...path, deployment: latest?.id ?? '' });
    await forge.close();
    assert.match(log, /\u001b/);
    assert.doesNotMatch(plain(log), /\u001b|\r/);
    assert.equal(plain(log).split('\n').length, log.split('\n').length);
    assert.ok(ansiText(log).looks.size > 10, `${ansiText(log).looks.size} lines`);
  });

  it('is told of 100 kB on one line, whatever stands there', () => {
    for (const part of [
      'x',
      '\r',
      'x\r',
      '\u001b[',
      '\u001b[31m',
      '\u001b[31mx',
      '\n',
      '\u001b[31m\n',
      '\u001b[31mx\u001b[32mx',
      '\u001b]',
    ]) {
      assert.doesNotMatch(plain(part.repeat(100_000 / part.length)), /\u001b|\r/);
    }
  });

  it('is the same whether a line chooses colours only or does more', () => {
    const part = fc.constantFrom(
      '\u001b[31m',
      '\u001b[0;1m',
      '\u001b[m',
      '\u001b[38:2::1:2:3m',
      'x',
      'yz',
      '\t',
      '🚀',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const colours = parts.join('');
        // A cursor that is shown changes nothing that is drawn.
        assert.deepEqual(ansiText(colours), ansiText(colours.replace(/(?<=^|\n)/g, '\u001b[?25h')));
      }),
    );
  });
});

describe('How a remote output was drawn', () => {
  it('is known of the sixteen colours, in front and behind', () => {
    assert.deepEqual(pieces('a\u001b[31mb\u001b[39mc\u001b[97;44md\u001b[0me'), [
      ['b', { foreground: 'Red' }],
      ['d', { foreground: 'BrightWhite', background: 'Blue' }],
    ]);
    assert.deepEqual(pieces('\u001b[30;107mx'), [['x', { foreground: 'Black', background: 'BrightWhite' }]]);
  });

  it('is known of the table of 256 and of any colour, in both spellings', () => {
    assert.deepEqual(pieces('\u001b[38;5;9ma\u001b[38;5;196mb\u001b[48;5;244mc'), [
      ['a', { foreground: 'BrightRed' }],
      ['b', { foreground: '#ff0000' }],
      ['c', { foreground: '#ff0000', background: '#808080' }],
    ]);
    for (const spelling of ['38;2;1;2;255', '38:2:1:2:255', '38:2::1:2:255']) {
      assert.deepEqual(pieces(`\u001b[${spelling};1mx`), [['x', { foreground: '#0102ff', bold: true }]], spelling);
    }
  });

  it('is known of bold, dim, italic, underlined and inverse, until each ends', () => {
    assert.deepEqual(pieces('\u001b[1;2;3;4ma\u001b[22mb\u001b[23mc\u001b[24md'), [
      ['a', { bold: true, dim: true, italic: true, underline: true }],
      ['b', { italic: true, underline: true }],
      ['c', { underline: true }],
    ]);
    assert.deepEqual(pieces('\u001b[31;7ma\u001b[27mb'), [
      ['a', { background: 'Red' }],
      ['b', { foreground: 'Red' }],
    ]);
  });

  it('goes on in the next line, and is that of what was drawn last', () => {
    assert.deepEqual(pieces('\u001b[32mone\ntwo\u001b[0m'), [
      ['one', { foreground: 'Green' }],
      ['two', { foreground: 'Green' }],
    ]);
    assert.deepEqual(pieces('\u001b[31m10%\r\u001b[32m100%\n'), [['100%', { foreground: 'Green' }]]);
  });

  it('is nothing where the sequence says nothing', () => {
    assert.deepEqual(pieces('\u001b[38;5;999mx\u001b[38;2;1mx\u001b[38mx\u001b[99mx\u001b[?1mx\u001b[>4mx'), []);
  });

  it('lies inside the text and in order, whatever was sent', () => {
    const part = fc.constantFrom(
      '\u001b[31m',
      '\u001b[0m',
      '\u001b[1m',
      '\u001b[7m',
      '\u001b',
      '[',
      'm',
      '\r',
      '\n',
      'x',
      '🚀',
      '\u0007',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const { text, looks } = ansiText(parts.join(''));
        const lines = text.split('\n');
        for (const [line, its] of looks) {
          let last = 0;
          for (const { start, end, style } of its) {
            assert.ok(start >= last && end > start && end <= (lines[line] ?? '').length);
            const { foreground, background, ...flags }: AnsiStyle = style;
            assert.ok(foreground ?? background ?? Object.values(flags).includes(true));
            last = end;
          }
        }
      }),
    );
  });
});
