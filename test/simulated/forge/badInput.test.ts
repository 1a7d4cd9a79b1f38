import assert from 'node:assert/strict';
import type { ForgeClient } from '../../../src/forge/client';
import { phaseOf } from '../../../src/forge/deploymentStatus';
import { all, failure, SimulatedForge } from './simulatedForge';

describe('What Forge should not send', () => {
  let forge: SimulatedForge;
  let client: ForgeClient;
  before(async () => {
    forge = await SimulatedForge.start();
    client = forge.client();
  });
  afterEach(() => forge.reset());
  after(() => forge.close());

  const malformedLines = () => forge.logged.filter((line) => line.includes('left out'));

  it('is no list: a single resource, no data, nothing at all', async () => {
    for (const body of ['{"data":{"id":"1"}}', '{}', '[]', 'null', '7', '""', '']) {
      await forge.control.fault({ status: 200, body });
      await failure(all(client.list('listOrganizations', {})), 'unexpected');
    }
  });

  it('is no resource: a list, no data, nothing at all', async () => {
    for (const body of ['{"data":[]}', '{}', '[]', 'null', '{"data":null}', '{"data":{"id":null}}', '']) {
      await forge.control.fault({ status: 200, body });
      await failure(client.call('me', {}), 'unexpected');
    }
  });

  it('is a token that ends in the middle of a session', async () => {
    const token = await forge.control.createToken();
    const session = forge.client({ token: () => token });
    await session.call('me', {});
    await forge.control.revokeToken(token);
    await failure(session.call('me', {}), 'unauthenticated');
    await failure(session.list('listServers', { organization: 'acme' }).next(), 'unauthenticated');
  });

  it('is a 403 on one call, which names the scope and leaves the others alone', async () => {
    const token = await forge.control.createToken({ scopes: ['user:view', 'organization:view', 'server:view'] });
    const session = forge.client({ token: () => token });
    const path = await forge.sitePath('shop.example.com');
    assert.deepEqual((await failure(session.call('deploy', path), 'forbidden')).scopes, ['site:manage-deploys']);
    assert.equal((await all(session.list('listOrganizations', {}))).length, 1);
  });

  it('is a list that fails on its second page, after the first could be used', async () => {
    const large = await SimulatedForge.start({ sites: 40 });
    await large.control.fault({ path: '/sites$', status: 404, after: 1 });
    const pages = large.client().list('listSites', { organization: 'acme' });
    assert.equal((await pages.next()).value.items.length, 30);
    await failure(pages.next(), 'notFound');
    await large.close();
  });

  it('is null in every attribute: the rows that can be named stay', async () => {
    await forge.fault({ path: '/(servers|sites|deployments)$', patch: { '*': null } });
    const servers = await all(client.list('listServers', { organization: 'acme' }));
    assert.equal(servers.length, 5);
    assert.ok(servers.every(({ id, name, revoked }) => name === id && !revoked));
    const sites = await all(client.list('listSites', { organization: 'acme' }));
    assert.equal(sites.length, 20);
    assert.ok(sites.every(({ id, name, serverId, repository }) => name === id && serverId && repository === null));
    const path = await forge.sitePath('shop.example.com');
    const deployments = await client.first('listDeployments', path, { count: 3 });
    assert.equal(deployments.length, 3);
    assert.deepEqual([deployments[0]?.status, deployments[0]?.commit.hash], [null, null]);
    assert.deepEqual(malformedLines(), []);
  });

  it('is an organization without a slug, which is left out and logged', async () => {
    await forge.fault({ path: '/orgs$', patch: { '*': null } });
    assert.deepEqual(await all(client.list('listOrganizations', {})), []);
    assert.deepEqual(malformedLines(), ['listOrganizations: left out what could not be read: data[0]']);
  });

  it('is a person, a deployment and a log of which nothing is known', async () => {
    await forge.fault({ path: '/me$', patch: { '*': null } });
    assert.deepEqual({ ...(await client.call('me', {})), id: '' }, { id: '', name: null, email: null });
    const path = await forge.sitePath('shop.example.com');
    const [latest] = await client.first('listDeployments', path, { count: 1 });
    await forge.fault({ path: '/(deployments/\\d+|log)$', patch: { '*': null } });
    const deployment = await client.call('showDeployment', { ...path, deployment: latest?.id ?? '' });
    assert.deepEqual([deployment.status, deployment.createdAt], [null, null]);
    assert.deepEqual(await client.call('showDeploymentLog', { ...path, deployment: latest?.id ?? '' }), {
      text: '',
      isWritten: true,
    });
  });

  it('is null instead of the attributes, relationships and included resources', async () => {
    const data = [{ id: '7', type: 'sites', attributes: null, relationships: null }];
    await forge.control.fault({
      path: '/sites$',
      body: JSON.stringify({ data, included: null, meta: null, links: null }),
    });
    const [site] = await all(client.list('listSites', { organization: 'acme' }));
    assert.deepEqual([site?.id, site?.name, site?.serverId, site?.latestDeployment], ['7', '7', null, null]);
  });

  it('is a status that did not exist when this was written', async () => {
    await forge.fault({ path: 'deployments$', patch: { status: 'Rolling-Back' } });
    const path = await forge.sitePath('shop.example.com');
    const [deployment] = await client.first('listDeployments', path, { count: 1 });
    assert.equal(deployment?.status, 'Rolling-Back');
    assert.equal(deployment && phaseOf(deployment), 'unknown');
  });

  it('is a page that names itself as the next', async () => {
    await forge.fault({ path: '/servers$', patchDocument: { meta: { next_cursor: 'again' } } });
    const error = await failure(all(client.list('listServers', { organization: 'acme' })), 'unexpected');
    assert.match(error.message, /repeat/);
    assert.equal((await forge.requests(/servers$/)).length, 2);
  });

  it('is a cursor that is none', async () => {
    for (const next_cursor of [7, '', false, ['x'], { a: 1 }]) {
      await forge.reset();
      await forge.control.fault({ path: '/servers$', patchDocument: { meta: { next_cursor } } });
      assert.equal((await all(client.list('listServers', { organization: 'acme' }))).length, 5);
      assert.equal((await forge.requests(/servers$/)).length, 1);
    }
  });

  it('is links as an empty array, or none', async () => {
    assert.equal(
      (await all(client.list('listServers', { organization: 'acme' }))).length,
      5,
      'what the simulator sends on one page',
    );
    await forge.control.fault({ path: '/servers$', patchDocument: { links: null } });
    assert.equal((await all(client.list('listServers', { organization: 'acme' }))).length, 5);
  });

  it('is a site without its server', async () => {
    const data = [
      { id: 1, attributes: { name: 'a' } },
      { id: '2', attributes: { name: 'b' }, relationships: { server: { data: null } } },
      { id: '3', attributes: { name: 'c' }, relationships: { server: { data: { type: 'servers', id: 9 } } } },
    ];
    await forge.control.fault({ path: '/sites$', body: JSON.stringify({ data }) });
    assert.deepEqual(
      (await all(client.list('listSites', { organization: 'acme' }))).map(({ id, serverId }) => [id, serverId]),
      [
        ['1', null],
        ['2', null],
        ['3', '9'],
      ],
    );
  });

  it('is nothing at all: an empty fleet', async () => {
    await forge.control.setUser('newcomer', ['empty']);
    const token = await forge.control.createToken({ user: 'newcomer' });
    const session = forge.client({ token: () => token });
    assert.deepEqual(
      (await all(session.list('listOrganizations', {}))).map(({ slug }) => slug),
      ['empty'],
    );
    assert.deepEqual(
      [
        await all(session.list('listServers', { organization: 'empty' })),
        await all(session.list('listSites', { organization: 'empty' })),
      ],
      [[], []],
    );
    await forge.control.setUser('newcomer');
    assert.deepEqual(await all(session.list('listOrganizations', {})), []);
  });

  it('is a name that draws over its neighbours: it becomes one plain line', async () => {
    const odd = 'a\u0000b\r\nc\u001b[31md\u202ee\u2066f\u061cg\u2028h\u0085i\ud800j';
    await forge.fault({ path: '/(servers|sites)$', patch: { name: odd, status: odd } });
    const [server] = await all(client.list('listServers', { organization: 'acme' }));
    const [site] = await all(client.list('listSites', { organization: 'acme' }));
    for (const text of [server?.name, site?.name, site?.status]) {
      assert.equal(text, 'a b c [31md e f g h i j');
    }
  });

  it('is a name in Markdown or HTML, or with an icon: it stays the text that it is, and does nothing', async () => {
    const odd = '[x](command:evil) **bold** <img src=x onerror=alert(1)> $(rocket) `code`';
    await forge.fault({ path: '/servers$', patch: { name: odd } });
    const name = (await all(client.list('listServers', { organization: 'acme' })))[0]?.name ?? '';
    assert.equal(name.replaceAll('\u200b', ''), odd);
    assert.doesNotMatch(name, /[\]$]\(/);
  });

  it('is a name of nothing but blanks: the id stands for it', async () => {
    await forge.fault({ path: '/servers$', patch: { name: ' \t\n\u202e ' } });
    const [server] = await all(client.list('listServers', { organization: 'acme' }));
    assert.equal(server?.name, server?.id);
  });

  it('is a list with elements that cannot be read: the rest stays, the places are logged', async () => {
    const data = [null, { id: 1, attributes: { slug: 'one' } }, 'x', [], { id: 'a/b' }, { id: {} }, { id: '6' }];
    await forge.control.fault({ path: '/orgs$', body: JSON.stringify({ data }) });
    assert.deepEqual(await all(client.list('listOrganizations', {})), [{ id: '1', slug: 'one', name: 'one' }]);
    assert.deepEqual(malformedLines(), [
      'listOrganizations: left out what could not be read: data[0], data[2], data[3], data[4], data[5], data[6]',
    ]);
  });

  it('is another kind of value in every attribute', async () => {
    for (const value of [7, true, [], {}, [null], { enabled: 'yes', url: 3, hash: [] }]) {
      await forge.reset();
      await forge.fault({ path: '/(servers|sites|deployments)$', patch: { '*': value } });
      assert.equal((await all(client.list('listServers', { organization: 'acme' }))).length, 5);
      assert.equal((await all(client.list('listSites', { organization: 'acme' }))).length, 20);
    }
  });

  it('is a secret in an ordinary answer: it is not kept', async () => {
    const kept = JSON.stringify([
      await all(client.list('listSites', { organization: 'acme' })),
      await all(client.list('listServers', { organization: 'acme' })),
    ]);
    assert.ok(!kept.includes('canary'));
  });
});
