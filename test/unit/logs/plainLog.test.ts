import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainLog } from '../../../src/logs/plainLog';
import { SimulatedForge } from '../forge/simulatedForge';

describe('A log as plain text', () => {
  it('has no colours, moves of the cursor and links', () => {
    assert.equal(plainLog('\u001b[31mred\u001b[0m \u001b[1;38;5;123mbold\u001b[m'), 'red bold');
    assert.equal(plainLog('a\u001b[2Kb\u001b[1Ac\u001b[?25ld\u001b(Be'), 'abcde');
    assert.equal(plainLog('\u001b]8;;https://x.example\u0007link\u001b]8;;\u0007'), 'link');
  });

  it('has each line as it was drawn last', () => {
    assert.equal(plainLog(' 10%\r 50%\r100%\nnext'), '100%\nnext');
    assert.equal(plainLog('one\r\ntwo\r\n'), 'one\ntwo\n');
    assert.equal(plainLog('done\r'), 'done');
    assert.equal(plainLog('done\r\r\nnext'), 'done\nnext');
    assert.equal(plainLog('\r\r\n'), '\n');
    assert.equal(plainLog('a\r\rb\r\n\rc'), 'b\nc');
  });

  it('keeps tabs, empty lines and letters of any language', () => {
    const text = 'a\tb\n\n  ü 日本 🚀 “q”\n';
    assert.equal(plainLog(text), text);
  });

  it('has no control characters whatever was sent, and nothing that was not', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('\u001b', '[', '\r', '\n', '3', 'm', 'x', '\u0000', '\u009b', '\t') }),
        (text) => {
          const plain = plainLog(text);
          assert.doesNotMatch(plain, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
          assert.ok(plain.length <= text.length);
          assert.equal(plainLog(plain), plain);
        },
      ),
    );
  });

  it('is the log of a deployment with its lines', async () => {
    const forge = await SimulatedForge.start({ servers: 1, sites: 1 });
    const path = await forge.sitePath('shop.example.com');
    const [latest] = await forge.client().latestDeployments(path, 1);
    const log = await forge.client().deploymentLog(path, latest?.id ?? '');
    await forge.close();
    assert.match(log, /\u001b/);
    assert.doesNotMatch(plainLog(log), /\u001b|\r/);
    assert.equal(plainLog(log).split('\n').length, log.split('\n').length);
  });

  it('takes little time for a megabyte on one line', () => {
    const started = performance.now();
    for (const part of ['x', '\r', 'x\r', '\u001b[', '\u001b[31m', '\n']) {
      plainLog(part.repeat(1_000_000 / part.length));
    }
    assert.ok(performance.now() - started < 2000, `${performance.now() - started} ms`);
  });
});
