import assert from 'node:assert/strict';
import { failure, SimulatedForge } from '../forge/simulatedForge';

describe('A simulated file', () => {
  let forge: SimulatedForge;
  before(async () => {
    forge = await SimulatedForge.start();
  });
  after(() => forge.close());

  it('has a change in place a while after it was accepted', async () => {
    const client = forge.client();
    const path = await forge.sitePath('shop.example.com');
    const file = `/orgs/${path.organization}/servers/${path.server}/sites/${path.site}/environment`;
    const before = await forge.control.file(file);
    await forge.control.switch({ fileDelay: 150 });
    assert.equal(await client.call('updateEnvironment', { ...path }, { body: { environment: 'A=1' } }), undefined);
    assert.equal(await forge.control.file(file), before);
    await forge.until(async () => (await forge.control.file(file)) === 'A=1');
    await forge.control.setFile(file, 'A=2');
    const document = await client.call('showEnvironment', { ...path });
    assert.match(JSON.stringify(document), /"content":"A=2"/);
  });

  it('refuses an nginx configuration with what nginx would say', async () => {
    const path = await forge.sitePath('shop.example.com');
    const call = forge
      .client()
      .call('updateNginxConfiguration', { ...path }, { body: { config: 'server {\n  lissten 80;\n}' } });
    const { fields, status } = await failure(call, 'invalid');
    assert.equal(status, 422);
    assert.match(fields.config ?? '', /unknown directive "lissten" in .+:2$/);
  });

  it('needs the scope to change it', async () => {
    const token = await forge.control.createToken({ scopes: ['server:view', 'resources:unknown'] });
    const path = await forge.sitePath('shop.example.com');
    const client = forge.client({ token: () => token });
    const { status } = await failure(
      client.call('updateEnvironment', { ...path }, { body: { environment: '' } }),
      'forbidden',
    );
    assert.equal(status, 403);
  });
});
