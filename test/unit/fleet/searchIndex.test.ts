import assert from 'node:assert/strict';
import { SearchIndex } from '../../../src/fleet/searchIndex';
import fc from '../../fastCheck';

describe('The search among sites and servers', () => {
  const index = new SearchIndex([
    { item: 'shop', name: 'shop.example.com', texts: ['web-1', '192.0.2.1', 'acme/shop', 'main', null] },
    {
      item: 'staging',
      name: 'staging.shop.example.com',
      texts: ['web-2', '192.0.2.2', 'acme/shop', 'develop', 'Tag One'],
    },
    { item: 'blog', name: 'blog.example.com', texts: ['web-1', '192.0.2.1', 'acme/blog', 'main', undefined] },
  ]);

  it('shows all in the order given where nothing is asked, and no more than wanted', () => {
    assert.deepEqual(index.find('', 10), ['shop', 'staging', 'blog']);
    assert.deepEqual(index.find('  ', 2), ['shop', 'staging']);
  });

  it('finds by any part of any text, whatever the capitals', () => {
    assert.deepEqual(index.find('0.2.1', 10), ['shop', 'blog']);
    assert.deepEqual(index.find('ACME/B', 10), ['blog']);
    assert.deepEqual(index.find('tag one', 10), ['staging']);
    assert.deepEqual(index.find('nowhere', 10), []);
  });

  it('wants each word somewhere', () => {
    assert.deepEqual(index.find('main web-1 bl', 10), ['blog']);
    assert.deepEqual(index.find('develop web-1', 10), []);
  });

  it('puts names that begin with the question first, then those that hold it', () => {
    assert.deepEqual(index.find('shop', 10), ['shop', 'staging', 'blog'].slice(0, 2));
    assert.deepEqual(index.find('st', 10), ['staging']);
    const names = ['far', 'afar', 'other'];
    const ranked = new SearchIndex(names.toReversed().map((name) => ({ item: name, name, texts: ['far away'] })));
    assert.deepEqual(ranked.find('far', 10), names);
    assert.deepEqual(ranked.find('far', 1), ['far']);
  });

  it('finds what a plain look through all texts finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ maxLength: 6 }), { maxLength: 4 }), { maxLength: 12 }),
        fc.string({ maxLength: 3 }),
        (rows, question) => {
          const items = rows.map((texts, item) => ({ item, name: texts[0] ?? '', texts: texts.slice(1) }));
          const words = question.toLowerCase().split(/\s+/).filter(Boolean);
          const expected = items
            .filter(({ name, texts }) =>
              words.every((word) => [name, ...texts].some((text) => text.toLowerCase().includes(word))),
            )
            .map(({ item }) => item);
          assert.deepEqual(new SearchIndex(items).find(question, 100).toSorted(), expected.toSorted());
        },
      ),
    );
  });
});
