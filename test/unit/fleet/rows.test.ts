import assert from 'node:assert/strict';
import type { Account } from '../../../src/account/session';
import { OrganizationRows } from '../../../src/fleet/rows';
import type { Server, Site } from '../../../src/forge/resources';

const organization = { id: '1', name: 'Acme', slug: 'acme' };
const serverOf = (id: string) => ({ id, name: `web-${id}` }) as Server;
const siteOf = (id: string, name: string, serverId: string | null) =>
  ({ id, name, serverId, latestDeployment: null }) as Site;

describe('The rows of an organization', () => {
  const rowsOf = (...sites: readonly Site[]) => {
    const rows = new OrganizationRows({ key: 'me' } as Account, organization, () => undefined);
    rows.putServer(serverOf('1'));
    for (const site of sites) {
      rows.putSite(site);
    }
    return rows;
  };
  const namesOf = (entries: readonly { readonly site: Site }[]) => entries.map(({ site }) => site.name);

  it('gives the sites of a server by name, numbers as a person counts', () => {
    const rows = rowsOf(siteOf('1', 'shop-10', '1'), siteOf('2', 'shop-2', '1'), siteOf('3', 'blog', null));
    assert.deepEqual(namesOf(rows.siteEntries('1')), ['shop-2', 'shop-10']);
    assert.deepEqual(namesOf(rows.siteEntries(null)), ['blog']);
  });

  it('gives all sites in the same order, whatever was asked for before', () => {
    const rows = rowsOf(siteOf('1', 'b', '1'), siteOf('2', 'a', '1'));
    const before = namesOf(rows.siteEntries());
    rows.siteEntries('1');
    assert.deepEqual(namesOf(rows.siteEntries()), before);
  });

  it('puts the sites of a server in order anew after a change', () => {
    const rows = rowsOf(siteOf('1', 'b', '1'), siteOf('2', 'c', '1'));
    rows.siteEntries('1');
    rows.putSite(siteOf('2', 'a', '1'));
    assert.deepEqual(namesOf(rows.siteEntries('1')), ['a', 'b']);
  });
});
