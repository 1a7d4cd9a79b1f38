import assert from 'node:assert/strict';
import { missingScopes } from '../../../src/forge/missingScopes';
import { readClaims } from '../../../src/forge/token';
import { anyText } from '../../anyText';
import fc from '../../fastCheck';
import { SimulatedForge } from './simulatedForge';

const tokenOf = (payload: unknown) => `h.${Buffer.from(JSON.stringify(payload) ?? '').toString('base64url')}.s`;

describe('What a token says about itself', () => {
  it('is user, scopes and end', async () => {
    const forge = await SimulatedForge.start({ servers: 1, sites: 1 });
    const token = await forge.control.createToken({ scopes: ['server:view'], expiresIn: 3600 });
    const { id } = await forge
      .client()
      .call('me', {})
      .catch(() => ({ id: '' }));
    const { userId, scopes, expiresAt } = readClaims(token);
    await forge.close();
    assert.deepEqual([userId, scopes], [id, ['server:view']]);
    assert.ok(Math.abs((expiresAt ?? 0) - Date.now() - 3_600_000) < 5000);
  });

  it('is nothing where it is no token of that kind', () => {
    const nothing = { userId: null, scopes: null, expiresAt: null };
    for (const token of [
      '',
      'abc',
      'a.b.c',
      '..',
      tokenOf(null),
      tokenOf([]),
      tokenOf('x'),
      tokenOf({ sub: {}, exp: '1' }),
    ]) {
      assert.deepEqual(readClaims(token), nothing, token);
    }
  });

  it('never throws', () => {
    fc.assert(
      fc.property(anyText(), fc.jsonValue(), (text, payload) => {
        readClaims(text);
        missingScopes(tokenOf(payload), ['a']);
      }),
    );
  });

  it('tells which scopes are missing, and none where it does not tell', () => {
    const token = tokenOf({ scopes: ['server:view'] });
    assert.deepEqual(missingScopes(token, ['server:view', 'user:view']), ['user:view']);
    assert.deepEqual(missingScopes(tokenOf({ scopes: [] }), ['server:view']), ['server:view']);
    assert.deepEqual(missingScopes('opaque', ['server:view', 'user:view']), []);
  });

  it('is not trusted about scopes once it tells of one that is not known', () => {
    for (const scopes of [['*'], ['server:view', 'site:deploy-anything']]) {
      assert.deepEqual(missingScopes(tokenOf({ scopes }), ['user:view']), []);
    }
  });
});
