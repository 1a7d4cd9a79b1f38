import assert from 'node:assert/strict';
import { Log, type LogChannel } from '../../../src/ui/log';

describe('The log', () => {
  it('has its channel made with its first line, once', () => {
    const lines: string[] = [];
    const write = (line: string | Error) => lines.push(String(line));
    let made = 0;
    const log = new Log((): LogChannel => {
      made += 1;
      return { debug: write, warn: write, error: write, show: () => undefined };
    });
    assert.equal(made, 0);
    log.debug('GET /user');
    log.warn('It is slow.');
    log.show();
    assert.equal(made, 1);
    assert.deepEqual(lines, ['GET /user', 'It is slow.']);
  });

  it('has it made for who wants to see it, though nothing was written', () => {
    let shown = 0;
    const nothing = () => undefined;
    const log = new Log(() => ({ debug: nothing, warn: nothing, error: nothing, show: () => (shown += 1) }));
    log.show();
    assert.equal(shown, 1);
  });
});
