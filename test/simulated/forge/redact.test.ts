import assert from 'node:assert/strict';
import { redact } from '../../../src/forge/redact';
import { redactForPublic } from '../../../src/forge/redactForPublic';
import { anyText } from '../../anyText';
import fc from '../../fastCheck';
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

describe('What is written down for everybody', () => {
  const names = new Map([
    ['shop.example.com', '<site>'],
    ['staging.shop.example.com', '<site>'],
    ['acme', '<organization>'],
    ['Taylor (Acme)', '<account>'],
    ['/home/taylor', '~'],
    ['C:\\Users\\taylor', '~'],
    ['ab', '<server>'],
    ['', '<site>'],
    ['$&', '<site>'],
  ]);
  const publicly = (text: string) => redactForPublic(text, names);

  it('names no site, server, organization or account, the longest name first and in any case', () => {
    assert.equal(
      publicly('GET /orgs/acme/sites of Staging.shop.example.com and shop.example.com'),
      'GET /orgs/<organization>/sites of <site> and <site>',
    );
    assert.equal(publicly('Signed in: Taylor (Acme)'), 'Signed in: <account>');
    assert.equal(publicly('at /home/taylor/.vscode/x.js:1:2'), 'at ~/.vscode/x.js:1:2');
    assert.equal(publicly('at C:\\Users\\taylor\\x.js'), 'at ~\\x.js');
  });

  it('leaves alone what only contains a name, and names that any text may contain', () => {
    assert.equal(publicly('acmeist, pacme, ab, abc $& 1'), 'acmeist, pacme, ab, abc $& 1');
  });

  it('has no address of a person or a server, and no token', () => {
    const written = publicly('a.b+c@mail.example.org at 203.0.113.7 or 2001:db8::ff00:42:8329, Bearer abc');
    assert.equal(written, '••• at ••• or •••, Bearer •••');
    // A time and a version are no address.
    assert.equal(publicly('12:34:56 in 1.139.1'), '12:34:56 in 1.139.1');
  });
});
