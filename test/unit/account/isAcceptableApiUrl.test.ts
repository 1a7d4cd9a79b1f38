import assert from 'node:assert/strict';
import { isAcceptableApiUrl } from '../../../src/account/isAcceptableApiUrl';
import { anyUrl } from '../../anyText';
import fc from '../../fastCheck';

describe('An address that a token may be sent to', () => {
  it('is https, or http on this machine', () => {
    for (const text of [
      'https://forge.laravel.com/api',
      'https://forge.example:8443',
      'http://localhost:3000/api',
      'http://127.0.0.1:1',
      'http://[::1]:80/api',
    ]) {
      assert.equal(isAcceptableApiUrl(text), true, text);
    }
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'forge.laravel.com',
      'http://forge.laravel.com/api',
      'http://127.0.0.1.evil.example',
      'http://localhost.evil.example',
      'http://localhost@evil.example',
      'http://0.0.0.0',
      'https://user@forge.laravel.com',
      'https://user:password@forge.laravel.com',
      'https://forge.laravel.com/api?x=1',
      'https://forge.laravel.com/api?',
      'https://forge.laravel.com/api#',
      'https://forge.laravel.com/api#x',
      'file:///etc/passwd',
      'ftp://localhost',
      'javascript:alert(1)',
      'https://',
    ]) {
      assert.equal(isAcceptableApiUrl(text), false, text);
    }
  });

  it('keeps a path that is put behind it, whatever it is', () => {
    fc.assert(
      fc.property(anyUrl, (text) => {
        if (isAcceptableApiUrl(text)) {
          assert.ok(new URL(`${text}/me`).pathname.endsWith('/me'));
        }
      }),
    );
  });
});
