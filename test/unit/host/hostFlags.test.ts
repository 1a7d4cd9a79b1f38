import assert from 'node:assert/strict';
import { parseHostFlags, parseVariables, runTimeout, vsCodeChoice } from '../../host/hostFlags';

describe('the command line of the stand-in', () => {
  it('reads the flags that runTests passes to a desktop VS Code', () => {
    const flags = parseHostFlags([
      '/some/workspace',
      '--user-data-dir=/data',
      '--extensions-dir=/extensions',
      '--no-sandbox',
      '--disable-workspace-trust',
      '--extensionTestsPath=/tests/a=b.js',
      '--extensionDevelopmentPath=/extension',
    ]);
    assert.deepEqual(flags, {
      folder: '/some/workspace',
      userDataDir: '/data',
      extensionsDir: '/extensions',
      trusted: true,
      extensionTestsPath: '/tests/a=b.js',
      extensionDevelopmentPath: '/extension',
    });
  });

  it('opens an empty window in Restricted Mode when nothing says otherwise', () => {
    const flags = parseHostFlags([]);
    assert.equal(flags.folder, undefined);
    assert.equal(flags.trusted, false);
  });

  it('lets the last one of a repeated flag win', () => {
    assert.equal(parseHostFlags(['--user-data-dir=/a', '--user-data-dir=/b']).userDataDir, '/b');
  });
});

describe('the choice of a VS Code', () => {
  it('falls on the newest without a wish', () => {
    assert.equal(vsCodeChoice(undefined), 'newest');
    assert.equal(vsCodeChoice(''), 'newest');
    assert.equal(vsCodeChoice('oldest'), 'oldest');
  });

  it('is refused when it is neither the oldest nor the newest', () => {
    assert.throws(() => vsCodeChoice('1.100.0'), /"oldest" or "newest"/);
  });
});

describe('the time limit of a run', () => {
  it('is ten minutes unless a number of seconds says otherwise', () => {
    assert.equal(runTimeout(undefined), 900_000);
    assert.equal(runTimeout('1.5'), 1_500);
  });

  it('is refused when it is no limit', () => {
    assert.throws(() => runTimeout('soon'), /not a time limit/);
    assert.throws(() => runTimeout('-1'), /not a time limit/);
  });
});

describe('variables on the command line', () => {
  it('keep equals signs and spaces in their value', () => {
    assert.deepEqual(parseVariables(['A=b=c', 'EMPTY=', 'TEXT=two words']), { A: 'b=c', EMPTY: '', TEXT: 'two words' });
  });

  it('need a name and an equals sign', () => {
    assert.throws(() => parseVariables(['A']), /KEY=VALUE/);
    assert.throws(() => parseVariables(['=b']), /KEY=VALUE/);
  });
});
