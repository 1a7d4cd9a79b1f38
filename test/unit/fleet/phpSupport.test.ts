import assert from 'node:assert/strict';
import { endedPhpSupport } from '../../../src/fleet/phpSupport';

describe('The support of a PHP version', () => {
  it('ends after its last day, whatever the version', () => {
    for (const [version, day] of [
      ['7.4', '2022-11-28'],
      ['8.1', '2025-12-31'],
      ['8.2', '2026-12-31'],
    ] as const) {
      assert.equal(endedPhpSupport(version, Date.parse(`${day}T23:59:59Z`)), undefined);
      assert.equal(endedPhpSupport(version, Date.parse(day) + 86_400_000), Date.parse(day));
    }
  });

  it('is not said to have ended where the version is unknown', () => {
    for (const version of [null, '', '9.9', '8', '8.4-dev', 'constructor', '__proto__']) {
      assert.equal(endedPhpSupport(version, Date.parse('2099-01-01')), undefined);
    }
  });
});
