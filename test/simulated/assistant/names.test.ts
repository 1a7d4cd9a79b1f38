import assert from 'node:assert/strict';
import { findServer, findSite } from '../../../src/assistant/names';
import type { SiteEntry } from '../../../src/fleet/rows';
import { PlainError } from '../../../src/ui/plainError';
import type { LinkedSites } from '../../../src/workspace/linkedSites';
import { sampleSites } from '../../sampleWorkspace';
import { type TestWindow, worldOfBlock } from '../forgeWorld';

describe('A name that a model gives', () => {
  const block = worldOfBlock();
  let window: TestWindow;
  let entries: readonly SiteEntry[];

  beforeEach(() => {
    ({ window } = block);
    entries = [];
  });

  const parts = () => ({
    fleet: window.fleet,
    linked: {
      ready: Promise.resolve(),
      get entries() {
        return entries;
      },
      get entry() {
        return entries[0];
      },
    } as unknown as LinkedSites,
  });
  const find = (name?: string) => block.world.time.during(findSite(parts(), name));
  const failure = async (name?: string): Promise<string> => {
    try {
      await find(name);
    } catch (error) {
      assert.ok(error instanceof PlainError);
      return error.message;
    }
    return assert.fail('it is found');
  };

  it('is the id, the name, the address or organization/server/site of a site', async () => {
    const shop = window.site(sampleSites.main);
    const path = `acme/${shop.server?.name}/${shop.site.name}`;
    for (const name of [
      shop.site.id,
      shop.site.name,
      shop.site.name.toUpperCase(),
      `https://${shop.site.name}/`,
      path,
      path.slice(5),
    ]) {
      assert.equal((await find(name)).key, shop.key, name);
    }
  });

  it('may be missing where the open folder has one site, and is asked for where there are several or none', async () => {
    assert.match(await failure(), /^The open folder belongs to no known site/);
    entries = [window.site(sampleSites.main)];
    assert.equal((await find()).site.name, sampleSites.main);
    entries = [window.site(sampleSites.main), window.site('blog.example.com')];
    const told = await failure();
    assert.match(told, /^Several are possible\. Ask which one is meant: /);
    assert.ok(told.includes(sampleSites.main) && told.includes('blog.example.com'), told);
  });

  it('that several sites have is not guessed at: the error names the candidates', async () => {
    const { control } = block.world;
    const { organizations } = await control.fleet();
    const servers = organizations[0]?.servers.map(({ id }) => id) ?? [];
    for (const server of servers.slice(0, 2)) {
      await control.changeFleet({ change: 'addSite', server, name: 'twin.example.com' });
    }
    await block.world.time.during(window.fleet.refresh('user'));
    const told = await failure('twin.example.com');
    assert.match(
      told,
      /^Several are called "twin\.example\.com"\. Ask which one is meant: "acme\/[\w-]+\/twin\.example\.com \(id \d+\)", "acme\//,
    );
  });

  it('that nothing has is answered with the nearest ones', async () => {
    assert.match(
      await failure('shpo.exmaple.com'),
      /^Nothing is called "shpo\.exmaple\.com"\. Similar names: .*shop\.example\.com/,
    );
    assert.match(await failure('blog'), /Similar names: .*blog\.example\.com/);
    await assert.rejects(block.world.time.during(findServer(parts(), 'acme-wbe-1')), /Similar names: .*acme-web-1/);
    assert.match(await failure(`${'x'.repeat(1_900)}\n`), /^Nothing is called "x{79}…"\.$/);
  });

  it('of a server is its id, name or address, or none for that of the folder', async () => {
    const shop = window.site(sampleSites.main);
    const server = shop.server ?? assert.fail();
    for (const name of [server.id, server.name, server.ipAddress ?? '', `acme/${server.name}`]) {
      assert.equal((await findServer(parts(), name)).server.id, server.id, name);
    }
    entries = [shop];
    assert.equal((await findServer(parts(), undefined)).server.id, server.id);
  });

  it('of somebody who is signed out is answered with what to do', async () => {
    for (const account of window.accounts.session.state === 'signedIn' ? window.accounts.session.accounts : []) {
      window.accounts.signOut(account);
    }
    assert.match(await failure('shop.example.com'), /Sign in to Laravel Forge/);
  });
});
