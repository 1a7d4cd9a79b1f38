import assert from 'node:assert/strict';
import { sampleSites } from '../sampleWorkspace';
import type { FleetOrganization, FleetSite } from '../simulator/control';
import { inWindow } from './inWindow';
import { until } from './until';

const organizations = 2;
const servers = 250;
const sites = 2_500;

/** More than are needed, so that nothing waits. */
const requestsPerMinute = 6_000;

const themes = [
  ['Light Modern', 'vs', 'light'],
  ['Dark High Contrast', 'hc-black', 'high-contrast'],
  ['Dark Modern', 'vs-dark', 'dark'],
] as const;

describe('A person with 500 servers and 5,000 sites', () => {
  let fleet: readonly FleetOrganization[];
  let all: readonly FleetSite[];
  /** One in the middle of either organization. */
  let favourites: readonly string[];

  const { control, workbench, album } = inWindow({
    pictures: 80,
    forge: { orgs: organizations, servers, sites, limit: requestsPerMinute, speed: 1, latency: 0 },
    prepare: async (forge) => {
      fleet = (await forge.control.fleet()).organizations;
      all = fleet.flatMap(sitesOf);
      favourites = namesOf(fleet.flatMap((organization) => sitesOf(organization)[sites / 2] ?? []));
      return undefined;
    },
  });

  const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  const namesOf = (things: readonly { readonly name: string }[]) => things.map(({ name }) => name).sort(compare);
  const sitesOf = (organization: FleetOrganization | undefined) =>
    organization?.servers.flatMap((server) => server.sites) ?? [];

  /** Waits until the tree has these rows below those of the folder, and some more; what needs attention comes before. */
  const beginsWith = async (below: readonly string[]) => {
    const expected = ['This Folder', sampleSites.main, sampleSites.develop, ...below];
    let begin: readonly string[] = [];
    await until(`the rows ${expected.slice(0, 6).join(', ')} …`, async () => {
      const rows = (await workbench.rows())
        .filter((label) => !label.startsWith('Needs attention'))
        .map((label) => label.split(', ')[0] ?? '');
      begin = rows.slice(0, expected.length);
      return rows.length > 20 && begin.join() === expected.slice(0, rows.length).join();
    }).catch(() => assert.deepEqual(begin, expected.slice(0, begin.length)));
  };
  /** Waits until every page of every list was read once. */
  const lastPage = () => {
    const expected = organizations * (Math.ceil(servers / 30) + Math.ceil(sites / 30));
    return until('the last page', async () => {
      const lists = (await control.requests()).filter(({ path }) => /^\/orgs\/[^/]+\/(servers|sites)$/.test(path));
      return lists.length === expected && lists.every(({ status }) => status === 200);
    });
  };
  /** What a row tells of the sites below it. */
  const countsOf = (below: readonly FleetSite[]) => {
    const failed = below.filter(({ latestDeployment }) => latestDeployment?.status.startsWith('failed')).length;
    return `${failed} failed, ${below.length.toLocaleString('en')} sites`;
  };
  const arrange = async (choice: string) => {
    await workbench.runCommand('Forge: Group, Sort and Filter…');
    await workbench.choices('Group, Sort and Filter');
    await workbench.tick(choice);
    await workbench.giveUp();
    await workbench.goToTop();
  };

  it('sees the first rows soon, and all of them after one request for each thirty', async () => {
    assert.deepEqual([fleet.flatMap((one) => one.servers).length, all.length], [500, 5_000]);
    await workbench.openForge();
    await workbench.row('Acme').waitFor();
    await lastPage();
    // The folder's site is shown, wherever it is.
    await workbench.selectedRow(sampleSites.main).waitFor();
    await workbench.goToTop();
    await beginsWith(['Acme', ...namesOf(fleet[0]?.servers ?? [])]);
  });

  it('finds one of the 5,000 by its name, and goes there', async () => {
    for (const favourite of favourites) {
      await workbench.runCommand('Forge: Go to Site…');
      await workbench.choices('Go to Site');
      await workbench.type(favourite);
      await workbench.find(favourite);
      await workbench.arrivedAt(favourite);
      const above = await workbench.rowsAbove(favourite);
      await workbench.chooseFromRow(favourite, 'Add to Favorites');
      await until('it among the favourites, above', async () => (await workbench.rowsAbove(favourite)) > above);
    }
    await album.take('5000-sites-gone-to');
  });

  it('keeps what is open and selected through a refresh that brings something new', async () => {
    const [, last] = favourites;
    const before = await workbench.rows();
    const host = fleet.flatMap((one) => one.servers).find((server) => server.sites.some(({ name }) => name === last));
    const other = host?.sites.find(({ name }) => name !== last && before.some((label) => label.startsWith(name)));
    assert.ok(last && other, 'another site of the same server is on screen');
    const renamed = `${other.name}.renamed`;
    await control.changeFleet({ change: 'renameSite', site: other.id, name: renamed });
    await control.clearRequests();
    await workbench.runCommand('Forge: Refresh');
    await workbench.row(renamed).waitFor();
    await lastPage();
    await workbench.selectedRow(last).waitFor();
    const begin = (label: string) => label.split(', ')[0] ?? '';
    const then = before.map((label) => (begin(label) === other.name ? renamed : begin(label)));
    let now: readonly string[] = [];
    // The line above the tree, which says how far the reading is, goes when it is over.
    await until('the rows of before', async () => {
      now = (await workbench.rows()).map(begin);
      return now.join() === then.join();
    }).catch(() => assert.deepEqual(now, then));
  });

  let atTheEnd: readonly string[] = [];

  it('arranges them as it pleases', async () => {
    const pinned = ['Favorites', ...favourites];
    const [acme] = fleet;

    await arrange('Tag');
    const tags = namesOf([...new Set(all.flatMap((site) => site.tags))].map((tag) => ({ name: tag })));
    const [tag = ''] = tags;
    const tagged = all.filter((site) => site.tags.includes(tag));
    await beginsWith([...pinned, tag, ...namesOf(tagged)]);
    await workbench.row(`${tag}, ${countsOf(tagged)}`).waitFor();
    await album.take(`5000-sites-by-tag`);

    await arrange('Organization');
    await beginsWith([...pinned, 'Acme', ...namesOf(sitesOf(acme))]);
    await workbench.row(`Acme, ${countsOf(sitesOf(acme))}`).waitFor();
    await album.take(`5000-sites-by-organization`);

    await arrange('None (Flat List)');
    await beginsWith([...pinned, ...namesOf(all)]);
    await album.take(`5000-sites-flat`);

    await arrange('Server');
    const [first = '', ...others] = namesOf(acme?.servers ?? []);
    await beginsWith([...pinned, 'Acme', first, ...others]);
    await workbench.expand(first);
    const host = acme?.servers.find((server) => server.name === first);
    await beginsWith([...pinned, 'Acme', first, ...namesOf(host?.sites ?? []), ...others]);
    atTheEnd = [...pinned, 'Acme', first, ...namesOf(host?.sites ?? []), ...others];
    await album.take('5000-sites-by-server');
  });

  for (const [theme, kind, name] of themes) {
    it(`can read them in ${theme}`, async () => {
      await workbench.chooseTheme(theme, kind);
      await beginsWith(atTheEnd);
      await album.take(`5000-sites-${name}`);
    });
  }
});
