import assert from 'node:assert/strict';
import { siteNameIn } from '../../../src/fleet/siteLink';
import { anyText } from '../../anyText';
import fc from '../../fastCheck';

describe('A link to a site', () => {
  it('names it as forge.site does', () => {
    assert.equal(siteNameIn('/site/acme/web-1/shop.example.com'), 'acme/web-1/shop.example.com');
    assert.equal(siteNameIn('/site/acme/web-1/shop.example.com/'), 'acme/web-1/shop.example.com');
    assert.equal(siteNameIn('/site/acme/shop.example.com'), 'acme/shop.example.com');
    assert.equal(siteNameIn('/site/acme/web 1/münchen.example'), 'acme/web 1/münchen.example');
  });

  it('is nothing else: no other path, no part too many, too few or empty, and not of any length', () => {
    for (const path of [
      '',
      '/',
      '/site',
      '/site/',
      '/site/acme',
      '/site//web-1/shop',
      '/site/acme//shop',
      '/site/acme/web-1/shop/deploy',
      '/deploy/acme/web-1/shop',
      '/Site/acme/web-1/shop',
      'site/acme/web-1/shop',
      '/x/site/acme/web-1/shop',
      `/site/acme/web-1/${'x'.repeat(1_000)}`,
    ]) {
      assert.equal(siteNameIn(path), undefined, path.slice(0, 40));
    }
  });

  it('is read of any text at once, and never says more than it', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 2_000 }), (text) => {
        const name = siteNameIn(`/site/${text}`);
        assert.ok(name === undefined || (text.startsWith(name) && name.split('/').length <= 3));
      }),
    );
  });
});
