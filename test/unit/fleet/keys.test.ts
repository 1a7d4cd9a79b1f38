import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { organizationKey, readKey, serverKey, siteKey } from '../../../src/fleet/keys';
import fc from '../../fastCheck';
import { projectRoot } from '../../paths';

describe('Keys of the fleet', () => {
  const account = '5@forge.laravel.com';
  const acme = organizationKey({ account: { key: account }, organization: { slug: 'acme' } });

  it('look as they did when favorites and recent sites were kept', () => {
    assert.deepEqual(
      [acme, serverKey(acme, '12'), siteKey(acme, '34')],
      [`${account}/acme`, `${account}/acme/12`, `${account}/acme/site-34`],
    );
  });

  it('are read as they were made, whatever an organization is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), (slug, number) => {
        const id = String(number);
        const organization = organizationKey({ account: { key: account }, organization: { slug } });
        const parts = { account, organization };
        assert.deepEqual(readKey(organization), { ...parts, kind: 'organization' });
        assert.deepEqual(readKey(serverKey(organization, id)), { ...parts, kind: 'server', id });
        assert.deepEqual(readKey(siteKey(organization, id)), { ...parts, kind: 'site', id });
      }),
    );
  });

  it('are told from any other text', () => {
    for (const text of ['', '/', 'acme', `${account}/`, '/acme', `${acme}/`, `${acme}/12/`, `${acme}/site-34/56`]) {
      assert.equal(readKey(text), undefined, text);
    }
  });

  it('are made and taken apart nowhere else', () => {
    const source = join(projectRoot, 'src');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    // Such as `site.key.split('/')`. What is only called `key` is something else: a secret's, a setting's.
    const apart = /\.key\.(?:split|replace|slice|substring|startsWith|match|lastIndexOf)\(|\bsite-\$\{/;
    assert.deepEqual(
      files.filter((file) => apart.test(readFileSync(join(source, file), 'utf8'))),
      [],
    );
  });
});
