import assert from 'node:assert/strict';
import { allOf, Emitter } from '../../../src/forge/emitter';

describe('An event', () => {
  it('is told to all who listen, until they do not any more', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const one = emitter.event((value) => heard.push(`one ${value}`));
    emitter.event((value) => heard.push(`other ${value}`));
    emitter.fire(1);
    one.dispose();
    emitter.fire(2);
    emitter.dispose();
    emitter.fire(3);
    assert.deepEqual(heard, ['one 1', 'other 1', 'other 2']);
  });

  it('is told to the others before the one that it causes', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    emitter.event((value) => {
      heard.push(`one ${value}`);
      if (value === 1) {
        emitter.fire(2);
      }
    });
    emitter.event((value) => heard.push(`other ${value}`));
    emitter.fire(1);
    assert.deepEqual(heard, ['one 1', 'other 1', 'one 2', 'other 2']);
  });

  it('is not told to who was taken out, or came, while it is told', () => {
    const emitter = new Emitter<void>();
    const heard: string[] = [];
    emitter.event(() => {
      other.dispose();
      emitter.event(() => heard.push('new'));
    });
    const other = emitter.event(() => heard.push('other'));
    emitter.fire();
    assert.deepEqual(heard, []);
  });

  it('reaches the others where one fails, which is reported all the same', async () => {
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const reported = new Promise<Error>((resolve) => process.once('uncaughtException', resolve));
    try {
      const emitter = new Emitter<void>();
      const heard: string[] = [];
      emitter.event(() => {
        throw new Error('mine');
      });
      emitter.event(() => heard.push('other'));
      emitter.fire();
      assert.deepEqual(heard, ['other']);
      assert.equal((await reported).message, 'mine');
    } finally {
      for (const listener of listeners) {
        process.on('uncaughtException', listener);
      }
    }
  });

  it('gives back all parts', () => {
    const given: string[] = [];
    allOf({ dispose: () => given.push('a') }, { dispose: () => given.push('b') }).dispose();
    assert.deepEqual(given, ['a', 'b']);
  });
});
