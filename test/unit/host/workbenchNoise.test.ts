import assert from 'node:assert/strict';
import { isWorkbenchNoise } from '../../host/workbenchNoise';

describe('the output of tests in the stand-in', () => {
  it('goes without what VS Code logs in every run', () => {
    assert.equal(isWorkbenchNoise('Resolving connection token (127.0.0.1:33733)...'), true);
    assert.equal(
      isWorkbenchNoise('getaddrinfo ENOTFOUND open-vsx.org: Failed: getaddrinfo ENOTFOUND open-vsx.org'),
      true,
    );
  });

  it('keeps what tests print, be it about connections', () => {
    assert.equal(isWorkbenchNoise('  ✔ Resolving connection token (12ms)'), false);
    assert.equal(isWorkbenchNoise('getaddrinfo ENOTFOUND forge.laravel.com'), false);
    assert.equal(isWorkbenchNoise('[Forge] signed in'), false);
    assert.equal(isWorkbenchNoise(''), false);
  });
});
