import assert from 'node:assert/strict';
import { keepLineEnds } from '../../../src/files/keepLineEnds';
import fc from '../../fastCheck';

/** What an editor makes of a text: one kind of line end, that of most lines. */
function normalized(text: string): string {
  const ends = text.match(/\r\n|\r|\n/g) ?? [];
  const isCrlf = ends.filter((end) => end.includes('\r')).length > ends.length / 2;
  return text.replace(/\r\n|\r|\n/g, isCrlf ? '\r\n' : '\n');
}

const text = fc
  .array(fc.tuple(fc.constantFrom('', 'A=1', 'B=2', '# x'), fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 12 })
  .chain((lines) => fc.constantFrom('', 'last').map((last) => lines.map(([line, end]) => line + end).join('') + last));

describe('Line ends', () => {
  it('survive byte for byte where nothing was edited', () => {
    fc.assert(fc.property(text, (before) => assert.equal(keepLineEnds(before, normalized(before)), before)));
  });

  it('of lines that were not edited stay, those of new lines are the editor’s', () => {
    assert.equal(keepLineEnds('A=1\r\nB=2\nC=3\n', 'A=1\nB=9\nNEW=1\nC=3\n'), 'A=1\r\nB=9\nNEW=1\nC=3\n');
    assert.equal(keepLineEnds('A\rB\nC', 'A\nC'), 'A\rC');
  });

  it('are the editor’s where the text has one kind', () => {
    assert.equal(keepLineEnds('A\nB\n', 'A\r\nB\r\n'), 'A\r\nB\r\n');
    assert.equal(keepLineEnds('', 'A\n'), 'A\n');
  });

  it('never change anything else', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const edited = normalized(after);
        assert.equal(keepLineEnds(before, edited).replace(/\r\n|\r/g, '\n'), edited.replace(/\r\n/g, '\n'));
      }),
    );
  });

  it('are never two of which an editor makes one', () => {
    assert.equal(keepLineEnds('# x\r\r', '# x\n\n\n'), '# x\n\n\n');
  });

  it('missing at the end stay missing, and come where they are added', () => {
    assert.equal(keepLineEnds('A\r\nB\nC', 'A\nB\nC\n'), 'A\r\nB\nC\n');
    assert.equal(keepLineEnds('A\r\nB\nC\n', 'A\nB\nC'), 'A\r\nB\nC');
  });
});
