import { serverOf } from '../../src/files/apiText';
import { operations } from '../../src/forge/operationTable';
import { comparedKinds, kinds } from '../../src/resources/catalogue';
import { ResourceLists } from '../../src/resources/resourceLists';
import { sampleSites } from '../sampleWorkspace';
import { ForgeWorld } from '../simulated/forgeWorld';
import { committedDescription, placesOf } from '../simulator/description';
import { reach } from '../unit/resources/reach';
import { percentiles } from './percentile';

/** How often a group is opened. */
const rounds = 40;

/** A page, which is what most servers have at most. */
const rowCount = 30;

/**
 * What the view "Resources" costs: the requests and the time to open a group of 30 rows with a Forge that answers at once, the requests to open
 * it again and to compare two sites, and how much of the API it reaches.
 */
export async function measureResources(): Promise<object> {
  const world = await ForgeWorld.make();
  try {
    const window = world.openWindow();
    await world.time.during(window.signIn());
    await world.time.during(window.fleet.refresh('user'));
    const shop = window.site(sampleSites.main);
    const host = serverOf(window.fleet, shop);
    if (!host) {
      throw new Error('The site has no server.');
    }
    const path = `/orgs/acme/servers/${host.server.id}/monitors`;
    await world.control.removeRows(path);
    await world.control.addRows({
      path,
      count: rowCount,
      attributes: { type: 'disk' },
    });
    const took: number[] = [];
    let requestsToOpenGroup = 0;
    let requestsToReopen = 0;
    for (let round = 0; round < rounds; round += 1) {
      const lists = new ResourceLists(window.fleet);
      const read = () => lists.read(host.key, 'monitors', 'user');
      await world.control.clearRequests();
      const started = performance.now();
      await world.time.during(read());
      took.push(performance.now() - started);
      requestsToOpenGroup = (await world.control.requests()).length;
      await world.time.during(lists.read(host.key, 'monitors', 'visible'));
      requestsToReopen = (await world.control.requests()).length - requestsToOpenGroup;
      lists.dispose();
    }
    const { byKind, elsewhere } = reach();
    const described = new Set(placesOf(committedDescription()).map(({ method, template }) => `${method} ${template}`));
    const all = (Object.keys(operations) as (keyof typeof operations)[]).filter((name) =>
      described.has(`${operations[name].method} ${operations[name].path}`),
    );
    return {
      requestsToOpenGroup,
      requestsToReopen,
      openGroupMs: percentiles(took),
      compareSitesRequests: comparedKinds('site').length * 2,
      kinds: Object.keys(kinds).length,
      operationsReached: all.filter((name) => byKind.has(name) || elsewhere.has(name)).length,
      operationsOfApi: all.length,
    };
  } finally {
    await world.end();
  }
}
