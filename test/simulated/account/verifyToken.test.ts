import assert from 'node:assert/strict';
import { verifyToken } from '../../../src/account/verifyToken';
import { isAborted } from '../../../src/forge/errors';
import { usedScopes } from '../../../src/forge/usedScopes';
import { SimulatedForge } from '../forge/simulatedForge';

describe('Trying a token', () => {
  let forge: SimulatedForge;
  let timeoutMs = 5000;
  before(async () => {
    forge = await SimulatedForge.start({ servers: 1, sites: 1 });
  });
  afterEach(() => {
    timeoutMs = 5000;
    return forge.reset();
  });
  after(() => forge.close());

  const verify = (token = forge.simulator.token, apiUrl = forge.simulator.url, signal = new AbortController().signal) =>
    verifyToken(forge.client({ token: () => token, apiUrl, signal, limits: { timeoutMs } }), token, apiUrl);

  it('tells whose it is, with two requests', async () => {
    const answer = await verify();
    assert.equal('user' in answer && answer.user.name, 'Robin Acker');
    assert.deepEqual(
      (await forge.control.requests()).map(({ path }) => path),
      ['/me', '/orgs'],
    );
  });

  it('tells a wrong one', async () => {
    assert.deepEqual(await verify('nonsense'), { problem: 'wrongToken' });
  });

  it('tells one that has expired from one that was revoked', async () => {
    const old = await forge.control.createToken({ expiresIn: -1 });
    assert.deepEqual(await verify(old), { problem: 'expired' });
    const revoked = await forge.control.createToken({ expiresIn: 1_000 });
    await forge.control.revokeToken(revoked);
    assert.deepEqual(await verify(revoked), { problem: 'wrongToken' });
  });

  it('takes one that Forge accepts, whatever it says of its end', async () => {
    const claims = Buffer.from(JSON.stringify({ exp: 1 })).toString('base64url');
    await forge.fault({ path: '^/me$', status: 200, body: JSON.stringify({ data: { id: '1', attributes: {} } }) });
    await forge.fault({ path: '^/orgs', status: 200, body: JSON.stringify({ data: [] }) });
    assert.ok('user' in (await verify(`x.${claims}.x`)));
  });

  it('names the scopes that one lacks for all that the extension can do, all at once', async () => {
    for (const scopes of [['organization:view'], ['user:view'], ['user:view', 'site:manage-deploys']]) {
      const answer = await verify(await forge.control.createToken({ scopes }));
      assert.ok('scopes' in answer && answer.problem === 'missingScopes');
      assert.deepEqual([...answer.scopes].sort(), usedScopes.filter((scope) => !scopes.includes(scope)).sort());
    }
  });

  it('tells an address where nobody is from one where somebody else is', async () => {
    assert.deepEqual(await verify('x', 'https://forge.invalid/api'), { problem: 'noNetwork', host: 'forge.invalid' });
    await forge.fault({ body: '<html>', headers: { 'content-type': 'text/html' } });
    assert.deepEqual(await verify(), { problem: 'wrongAddress', apiUrl: forge.simulator.url });
    await forge.reset();
    const apiUrl = `${forge.simulator.origin}/elsewhere`;
    assert.deepEqual(await verify('x', apiUrl), { problem: 'wrongAddress', apiUrl });
  });

  it('says that it cannot be tried now when Forge is down or slow', async () => {
    for (const [fault, kind] of [
      [{ status: 503 }, 'maintenance'],
      [{ status: 500 }, 'server'],
      [{ hang: true }, 'timeout'],
    ] as const) {
      await forge.reset();
      await forge.fault(fault);
      timeoutMs = kind === 'timeout' ? 50 : 5000;
      const answer = await verify();
      assert.equal('problem' in answer && answer.problem === 'notNow' && answer.error.kind, kind);
    }
  });

  it('ends with its signal', async () => {
    await forge.fault({ hang: true });
    const controller = new AbortController();
    const call = verify(undefined, undefined, controller.signal);
    await forge.until(async () => (await forge.requests(/me/)).length === 1);
    controller.abort();
    await assert.rejects(call, isAborted);
  });
});
