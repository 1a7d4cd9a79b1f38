import assert from 'node:assert/strict';
import { isProduction } from '../../../src/deployments/isProduction';
import { readOne, readSite } from '../../../src/forge/resources';
import fc from '../../fastCheck';

describe('Production', () => {
  const site = (name: string, branch: string | null, tags: readonly string[] = []) => ({
    ...readOne({ data: { id: '1', attributes: { name, repository: { url: 'acme/shop', branch } } } }, readSite),
    tags,
  });

  it('is what deploys main or master and is not called staging, dev, test or the like', async () => {
    for (const name of ['shop.example.com', 'contest.com', 'latest.news', 'devon.uk', 'tested.com']) {
      assert.ok(await isProduction(site(name, 'main'), []), name);
      assert.ok(await isProduction(site(name, 'Master'), []), name);
      assert.ok(!(await isProduction(site(name, 'develop'), [])), name);
      assert.ok(!(await isProduction(site(name, null), [])), name);
    }
    const others = [
      'staging.shop.com',
      'shop-staging.com',
      'dev.shop.com',
      'test.shop.com',
      'shop_test',
      'shop.dev',
      'qa1',
    ];
    for (const name of others) {
      assert.ok(!(await isProduction(site(name, 'main'), [])), name);
    }
  });

  it('is what the patterns name by tag or by name, and nothing else', async () => {
    assert.ok(await isProduction(site('shop.example.com', 'develop', ['Production']), ['production']));
    assert.ok(await isProduction(site('shop.example.com', 'develop'), ['*.example.com']));
    assert.ok(!(await isProduction(site('shop.example.com', 'main'), ['production', 'live-*'])));
  });

  it('never makes it fail, whatever the patterns are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ minLength: 1 })), fc.string(), async (patterns, name) => {
        await isProduction(site(name, 'main', [name]), patterns);
      }),
    );
  });
});
