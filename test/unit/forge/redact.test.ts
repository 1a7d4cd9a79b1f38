import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../src/forge/redact';
import { anyText } from '../anyText';
import { SimulatedForge } from './simulatedForge';

describe('What is written down', () => {
  it('has no token in it, in a header or alone', async () => {
    const forge = await SimulatedForge.start({ servers: 1, sites: 1 });
    const { token } = forge.simulator;
    await forge.close();
    for (const text of [`Authorization: Bearer ${token}`, `token ${token}.`, `"${token}"`, `bearer  ${token}`, token]) {
      const [, payload = ''] = token.split('.');
      assert.ok(!redact(text).includes(payload), redact(text));
    }
    assert.equal(redact('Bearer abc, Accept: x'), 'Bearer •••, Accept: x');
    assert.equal(redact('{"authorization":"Bearer abc"}'), '{"authorization":"Bearer •••"}');
  });

  it('has no deploy hook that works in it', () => {
    const hook = 'https://forge.laravel.com/servers/1/sites/2/deploy/http?token=canary1';
    assert.equal(redact(`GET ${hook} 200`), `GET ${hook.replace('canary1', '•••')} 200`);
    assert.equal(
      redact(`${hook}&forge_deploy_branch=main`),
      `${hook.replace('canary1', '•••')}&forge_deploy_branch=main`,
    );
    assert.equal(redact('/x?a=1&signature=canary&b=2'), '/x?a=1&signature=•••&b=2');
  });

  it('has none of the secrets of JSON in it, also where the text was cut off', () => {
    for (const key of ['deployment_url', 'ping_url', 'password', 'sudo_password', 'token', 'content']) {
      assert.equal(redact(`{"${key}": "can\\"ary\\\\", "name":"x"}`), `{"${key}": "•••", "name":"x"}`);
      assert.equal(redact(`{"name":"x","${key}":"canary`), `{"name":"x","${key}":"•••"`);
      assert.equal(redact(`{"${key}":"can\\`), `{"${key}":"•••"`);
    }
  });

  it('has nothing secret in it whatever the secret looks like', () => {
    fc.assert(
      fc.property(anyText(), (noise) => {
        const text = JSON.stringify({ a: 1, password: `${noise}canary${noise}`, b: ['c'] });
        assert.equal(redact(text), '{"a":1,"password":"•••","b":["c"]}');
      }),
    );
  });

  it('has no canary of any answer of Forge in it', async () => {
    const forge = await SimulatedForge.start({ servers: 2, sites: 4 });
    const { organization, server, site } = await forge.sitePath('shop.example.com');
    const path = `/orgs/${organization}/servers/${server}/sites/${site}`;
    for (const below of [`/orgs/${organization}/sites`, `${path}/environment`, `${path}/deployments/deploy-hook`]) {
      const response = await fetch(forge.simulator.url + below, {
        headers: { authorization: `Bearer ${forge.simulator.token}` },
      });
      const text = await response.text();
      assert.ok(text.includes('canary'), below);
      assert.ok(!redact(text).includes('canary'), below);
    }
    await forge.close();
  });

  it('is otherwise as it was', () => {
    for (const text of ['GET /orgs/acme/servers → 200 in 12 ms', '', '{"name":"token"}', 'the key=1', 'eyes.on.you']) {
      assert.equal(redact(text), text);
    }
  });

  it('has nothing of a token in it that was cut off, or stands behind something else', () => {
    const token = 'eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmVk';
    for (let length = 14; length <= token.length; length += 1) {
      assert.equal(redact(`x-${token.slice(0, length)}`), 'x-•••');
    }
    assert.equal(redact(`a.${token},${token}`), 'a.•••,•••');
    assert.equal(redact('{"password":"can\\\nary"}'), '{"password":"•••"}');
  });
});
