import assert from 'node:assert/strict';
import { ForgeClient, type TestResource } from './forgeClient';

describe('The simulated fleet', () => {
  let forge: ForgeClient;
  before(async () => {
    forge = await ForgeClient.start({ sites: 65, limit: 1000 });
  });
  after(() => forge.simulator.close());

  it('shows the account, Acme first and the shop with its last deployment', async () => {
    assert.equal((await forge.one('/me')).data.type, 'users');
    assert.equal((await forge.list('/orgs')).data[0]?.attributes.slug, 'acme');
    const servers = await forge.list('/orgs/acme/servers');
    assert.equal(servers.data[0]?.attributes.name, 'acme-web-1');
    assert.equal(servers.data[0]?.attributes.connection_status, 'successful');
    assert.equal(servers.data.filter((server) => server.attributes.revoked === true).length, 1);
    const sites = await forge.list('/orgs/acme/sites?include=server,tags,latestDeployment');
    const [shop, staging] = sites.data;
    assert.equal(shop?.attributes.name, 'shop.example.com');
    assert.deepEqual(shop.attributes.repository, {
      provider: 'github',
      url: 'acme/shop',
      branch: 'main',
      status: 'installed',
    });
    assert.match(
      shop.attributes.deployment_url,
      /^https:\/\/forge\.laravel\.com\/servers\/\d+\/.*deploy\/http\?token=canary/,
    );
    assert.deepEqual(shop.relationships?.server, { data: { type: 'servers', id: servers.data[0]?.id } });
    assert.equal(staging?.attributes.repository.branch, 'develop');
    assert.equal(staging.attributes.quick_deploy, true);
    const ends = new Set(
      sites.included?.filter(({ type }) => type === 'deployments').map(({ attributes }) => attributes.status),
    );
    assert.deepEqual([...ends].sort(), ['cancelled', 'failed', 'failed-build', 'finished']);
    const [tag] = (shop.relationships?.tags?.data ?? []) as { id: string }[];
    assert.equal(
      sites.included?.find(({ type, id }) => type === 'tags' && id === tag?.id)?.attributes.name,
      'production',
    );
  });

  it('has a site that was never deployed, without a repository or a latest deployment', async () => {
    const sites = await forge.list('/orgs/acme/sites?include=latestDeployment&filter[name]=new.example');
    assert.equal(sites.data.length, 1);
    assert.equal(sites.data[0]?.attributes.repository, null);
    assert.equal(sites.data[0]?.attributes.status, 'never-deployed');
    assert.deepEqual(sites.data[0]?.relationships, { latestDeployment: { data: null } });
    assert.equal(sites.included, undefined);
  });

  it('leaves relationships out unless they are asked for', async () => {
    const { data, included } = await forge.list('/orgs/acme/sites');
    assert.ok(data.every((site) => !('relationships' in site)));
    assert.equal(included, undefined);
  });

  it('can ignore include on a single site, as some accounts do', async () => {
    const path = (await forge.sitePath('shop.example.com')).replace(/servers\/\d+\//, '');
    assert.ok((await forge.one(`${path}?include=server`)).data.relationships?.server);
    await forge.control.switch({ siteInclude: false });
    assert.equal((await forge.one(`${path}?include=server`)).data.relationships, undefined);
    await forge.control.switch({ siteInclude: true });
  });

  it('gives 65 sites in pages of at most 30, forwards and back', async () => {
    const pages: TestResource[][] = [];
    let path: string | undefined = '/orgs/acme/sites?page[size]=200&include=tags';
    let previous = '';
    while (path) {
      const { data, links, meta } = await forge.list(path);
      assert.equal(meta.per_page, 30);
      pages.push(data);
      const { next, prev } = links as { next?: string; prev?: string };
      assert.equal(next === undefined, meta.next_cursor === null);
      assert.ok(!next?.includes('['), 'brackets are percent-encoded');
      previous = prev ?? '';
      path = next?.slice(forge.simulator.url.length);
    }
    assert.deepEqual(
      pages.map((page) => page.length),
      [30, 30, 5],
    );
    assert.equal(new Set(pages.flat().map((site) => site.id)).size, 65);
    const back = await forge.list(previous.slice(forge.simulator.url.length));
    assert.deepEqual(
      back.data.map(({ id }) => id),
      pages[1]?.map(({ id }) => id),
    );
  });

  it('neither repeats nor skips a site when others come and go between two pages', async () => {
    const first = await forge.list('/orgs/globex/sites');
    const { organizations } = await forge.control.fleet();
    const gone = Number(first.data[3]?.id);
    assert.ok(organizations[1]?.servers.some((server) => server.sites.some((site) => site.id === gone)));
    await forge.control.changeFleet({ change: 'removeSite', site: gone });
    const second = await forge.list(`/orgs/globex/sites?page[cursor]=${first.meta.next_cursor}`);
    assert.equal(Number(second.data[0]?.id), Number(first.data[29]?.id) + 1);
  });

  it('sends an empty array of links when one page is all', async () => {
    const { links, meta } = await forge.list('/orgs');
    assert.deepEqual(links, []);
    assert.deepEqual([meta.next_cursor, meta.prev_cursor], [null, null]);
  });

  it('refuses unknown sorts and filters of servers and names those allowed, but takes any sort of sites', async () => {
    for (const query of ['sort=colour', 'filter[colour]=red']) {
      const response = await forge.send(`/orgs/acme/servers?${query}`);
      assert.equal(response.status, 400);
      const { message } = (await response.json()) as { message: string };
      assert.match(message, /`colour`.*Allowed .*name, /);
    }
    const names = (await forge.list('/orgs/acme/servers?sort=-name')).data.map(
      (server) => server.attributes.name as string,
    );
    assert.deepEqual(names, [...names].sort().reverse());
    assert.equal((await forge.list('/orgs/acme/servers?filter[name]=WORKER')).data.length, 1);
    const plain = await forge.list('/orgs/acme/sites');
    assert.deepEqual((await forge.list('/orgs/acme/sites?sort=colour')).data, plain.data);
  });

  it('answers an empty HTML body to actions', async () => {
    const path = await forge.sitePath('shop.example.com');
    const response = await forge.send(`${path}/deployments/push-to-deploy`, { method: 'POST' });
    assert.equal(response.status, 202);
    assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
    assert.equal(await response.text(), '');
    const site = await forge.one(path.replace(/servers\/\d+\//, ''));
    assert.equal(site.data.attributes.quick_deploy, true);
    await forge.send(`${path}/deployments/push-to-deploy`, { method: 'DELETE' });
  });

  it('serves logs, the script, the hook and an environment full of canaries', async () => {
    const path = await forge.sitePath('shop.example.com');
    for (const log of ['application', 'nginx-access', 'nginx-error']) {
      assert.ok((await forge.one(`${path}/logs/${log}`)).data.attributes.content.length > 500);
    }
    assert.match((await forge.one(`${path}/environment`)).data.attributes.content, /^DB_PASSWORD="canary-/m);
    assert.match((await forge.one(`${path}/deployments/script`)).data.attributes.content, /\$ACTIVATE_RELEASE\(\)/);
    assert.match((await forge.one(`${path}/deployments/deploy-hook`)).data.attributes.url, /canary/);
  });

  it('answers 404 to what does not exist and to what is below another parent', async () => {
    const path = await forge.sitePath('shop.example.com');
    const elsewhere = path.replace(/servers\/(\d+)/, (_, id) => `servers/${Number(id) + 1}`);
    for (const missing of ['/nothing', '/orgs/nobody', '/orgs/acme/servers/1', `${elsewhere}/deployments`, path]) {
      const response = await forge.send(missing);
      assert.equal(response.status, 404, missing);
      assert.equal(response.headers.get('content-type'), 'application/json');
    }
  });

  it('has the newer operations only when they are switched on', async () => {
    const server = (await forge.sitePath('shop.example.com')).replace(/\/sites.*/, '');
    assert.equal((await forge.send('/orgs/acme/events')).status, 404);
    assert.equal((await forge.send(`${server}/deployments`)).status, 404);
    await forge.control.switch({ events: true, serverDeployments: true });
    assert.ok((await forge.list('/orgs/acme/events?sort=-created_at')).data.length > 0);
    const deployments = await forge.list(`${server}/deployments?include=site&sort=-created_at`);
    assert.equal(deployments.data.length, 30);
    assert.ok(deployments.included?.some((row) => row.attributes.name === 'shop.example.com'));
    await forge.control.switch({ events: false, serverDeployments: false });
  });

  it('changes as others change it', async () => {
    const fleet = await forge.control.changeFleet(
      { change: 'addOrganization', name: 'Late Comers', slug: 'late' },
      { change: 'addServer', organization: 'late', name: 'late-1' },
      {
        change: 'addSite',
        server: 'late-1',
        name: 'late.example',
        repository: { provider: 'github', url: 'l/l', branch: 'main' },
      },
      { change: 'renameSite', site: 'late.example', name: 'later.example' },
      { change: 'tagSite', site: 'later.example', tags: ['fresh'] },
      { change: 'addServer', organization: 'late', name: 'late-2' },
      { change: 'moveSite', site: 'later.example', server: 'late-2' },
      { change: 'renameServer', server: 'late-2', name: 'late-two' },
      { change: 'archiveServer', server: 'late-1' },
    );
    const late = fleet.organizations.find(({ slug }) => slug === 'late');
    assert.deepEqual(
      late?.servers.map(({ name, archived, sites }) => [name, archived, sites.map((site) => site.name)]),
      [
        ['late-1', true, []],
        ['late-two', false, ['later.example']],
      ],
    );
    const { data, included } = await forge.list('/orgs/late/sites?include=server,tags');
    assert.equal(data[0]?.attributes.name, 'later.example');
    assert.deepEqual(
      included?.map(({ attributes }) => attributes.name),
      ['late-two', 'fresh'],
    );
    assert.equal(included?.[0]?.attributes.slug, 'late-2');
    await forge.control.changeFleet({ change: 'removeOrganization', organization: 'late' });
    assert.equal((await forge.send('/orgs/late')).status, 404);
  });
});

describe('The seed', () => {
  it('decides everything but the dates, the token included', async () => {
    const told = async (seed: number): Promise<string> => {
      const forge = await ForgeClient.start({ seed });
      const sites = await forge.one('/orgs/acme/sites?include=server,tags,latestDeployment');
      const path = await forge.sitePath('api.example.com');
      const [deployment] = (await forge.list(`${path}/deployments?sort=-created_at`)).data;
      const log = await forge.one(`${path}/deployments/${deployment?.id}/log`);
      const env = await forge.one(`${path}/environment`);
      await forge.simulator.close();
      const text = JSON.stringify([
        sites.data,
        sites.included,
        log.data.attributes,
        env.data.attributes,
        forge.simulator.token,
      ]);
      return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'date').replaceAll(forge.simulator.origin, 'origin');
    };
    assert.equal(await told(7), await told(7));
    assert.notEqual(await told(7), await told(8));
  });

  it('starts a fleet of 5,000 sites at once', async () => {
    const started = performance.now();
    const forge = await ForgeClient.start({ orgs: 1, servers: 500, sites: 5000 });
    assert.ok(performance.now() - started < 1000);
    assert.equal((await forge.list('/orgs/acme/sites?include=server,latestDeployment,tags')).data.length, 30);
    await forge.simulator.close();
  });
});
