import assert from 'node:assert/strict';
import { ForgeError, type ForgeErrorKind } from '../../../src/forge/errors';
import { commands } from '../../../src/manifest';
import { explain } from '../../../src/ui/explain';
import { Log } from '../../../src/ui/log';
import { PlainError } from '../../../src/ui/plainError';
import { steps } from '../../../src/ui/steps';

describe('What a person is told of an error', () => {
  const helpAgainst = (kind: ForgeErrorKind, details = {}) => {
    const { steps: helpful, isInLog } = explain(new ForgeError(kind, 'for the log', details));
    return [helpful.map(({ label }) => label), isInLog];
  };

  it('has a button for each step that it names, and leads to the log only where that tells more', () => {
    const scopes = ['server:view'];
    for (const [kind, details, labels, isInLog] of [
      ['unauthenticated', {}, ['Sign In', 'Open Token Page'], false],
      ['unauthenticated', { isExpired: true }, ['Sign In', 'Open Token Page'], false],
      ['forbidden', { scopes }, ['Copy Scopes', 'Sign In'], false],
      ['forbidden', { scopes, status: 403 }, ['Copy Scopes', 'Sign In'], false],
      ['forbidden', { status: 403 }, ['Copy Scopes', 'Sign In'], false],
      ['notFound', {}, ['Refresh'], false],
      ['invalid', { fields: { name: 'Too long.' } }, [], false],
      ['invalid', {}, ['Show Output Log'], false],
      ['rateLimited', {}, ['Try Again'], false],
      ['maintenance', {}, ['Try Again'], false],
      ['keychain', {}, ['Try Again', 'Learn More'], true],
      ['timeout', {}, ['Try Again'], true],
      ['network', {}, ['Try Again'], true],
      ['server', {}, ['Try Again'], true],
      ['unexpected', {}, ['Try Again', 'Show Output Log'], false],
    ] as const) {
      assert.deepEqual(helpAgainst(kind, details), [labels, isInLog], kind);
    }
    const { sentence, steps: helpful, isInLog } = explain(new TypeError('x'));
    assert.match(sentence, /See the log/);
    assert.deepEqual([helpful.map(({ label }) => label), isInLog], [['Show Output Log'], false]);
  });

  it('says of a token that has expired that it has, and of any other that it may have', () => {
    assert.match(explain(new ForgeError('unauthenticated', '', { isExpired: true })).sentence, /has expired/);
    assert.doesNotMatch(explain(new ForgeError('unauthenticated', '')).sentence, /expired/);
  });

  it('is said as it was written for them, with the steps that were written', () => {
    const target = { kind: 'site', key: 'x' } as const;
    const root = { path: '/shop' };
    const told = explain(new PlainError('Look there.', steps.openInForge(target), steps.fetch(root)));
    assert.equal(told.sentence, 'Look there.');
    assert.ok(!told.isInLog);
    assert.deepEqual(told.steps, [
      { label: 'Open in Forge', command: commands.openInForge, argument: target },
      { label: 'Fetch', command: 'git.fetch', argument: root },
    ]);
  });

  it('holds no address of a document that only VS Code knows', () => {
    for (const error of [
      new Error('cannot open forge-file:/Acme/web/.env?x'),
      new TypeError('Unable to resolve nonexistent file forge-log:/Acme/x.log'),
      'forge-log:/x',
    ]) {
      assert.doesNotMatch(explain(error).sentence, /forge-/);
    }
  });

  it('stands in the log as a sentence where it is one, and with its place where it is a fault', () => {
    const lines: string[] = [];
    const nothing = () => undefined;
    const log = new Log({ debug: nothing, warn: nothing, show: nothing, error: (line) => lines.push(String(line)) });
    log.error('forge.openCommit', new PlainError('Open the repository.'));
    log.error('forge.openCommit', new TypeError('undefined is no function'));
    assert.equal(lines[0], 'forge.openCommit: Open the repository.');
    assert.match(lines[1] ?? '', /undefined is no function\n\s+at /);
  });
});
