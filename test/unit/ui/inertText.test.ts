import assert from 'node:assert/strict';
import { withoutAutolinks } from '../../../src/ui/inertText';

describe('A Markdown without links of its own', () => {
  it('has nothing left that is taken for an address, and looks the same', () => {
    const text = 'https://evil.example, FTP://x, www.evil.example and WWW.x; me@evil.example: 10:30';
    const markdown = withoutAutolinks(text);
    assert.doesNotMatch(markdown, /:\/|www\.|@/i);
    assert.equal(
      markdown.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
      text,
    );
  });
});
