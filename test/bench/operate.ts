import type { SiteEntry } from '../../src/fleet/rows';
import { entryOf, kindOf } from '../../src/logs/logSources';
import { CheckedFleets } from '../../src/operate/checkedFleets';
import { FleetCheck } from '../../src/operate/checkFleet';
import { checkServer, newMark } from '../../src/operate/checkServer';
import { followCommand, startCommand } from '../../src/operate/commandRuns';
import { quiet } from '../quietLog';
import { sampleSites } from '../sampleWorkspace';
import { ForgeWorld, type TestWindow } from '../simulated/forgeWorld';
import { percentiles } from './percentile';

const minute = 60_000;

/** Forge's usual limit, and how long it takes to answer, in milliseconds. */
const limit = 60;
const latency = 150;

/** How often somebody clicks while the fleet is checked, in milliseconds. */
const clickEveryMs = 7_000;

/**
 * What operating servers costs: the requests of following a command for a minute, of Check Server and of Check Fleet with 100 servers and
 * 1,000 sites, how long that takes, and how long a click waits meanwhile. Time is virtual, and Forge grants 60 requests a minute.
 */
export async function measureOperate(): Promise<object> {
  return { ...(await measureCommands()), ...(await measureFleetCheck()) };
}

async function measureCommands(): Promise<object> {
  const world = await ForgeWorld.make();
  try {
    const window = world.openWindow();
    await world.time.during(window.signIn());
    const site = window.site(sampleSites.main);
    await world.control.clearRequests();
    const from = world.time.elapsed();
    await world.time.during(followForAMinute(window, site));
    if (world.time.elapsed() - from < minute) {
      throw new Error('The command was not followed for a minute.');
    }
    const commandRequestsPer60s = (await world.control.requests()).length;
    await world.control.clearRequests();
    await world.control.releaseChanges();
    const other = window.site(sampleSites.develop);
    // What it prints is no answer to a check, which takes the same requests.
    await world.time.during(checkServer(other, newMark(), world.clock).catch(() => undefined));
    return { commandRequestsPer60s, checkServerRequests: (await world.control.requests()).length };
  } finally {
    await world.end();
  }
}

/** Runs a command that does not end, as a click does: what ran before is listed first, and the log read when it is shown. */
async function followForAMinute({ fleet, world }: TestWindow, site: SiteEntry): Promise<void> {
  const { clock, control } = world;
  const end = new AbortController();
  clock.after(minute, () => end.abort());
  await control.nextChange({ path: '/commands$', hold: true });
  const before = await site.api.first('listCommands', {}, { lane: 'user' });
  const started = await startCommand(site, 'sleep 600', new Set(before.map(({ id }) => id)), clock);
  if (started.is !== 'found') {
    throw new Error('The command was not found.');
  }
  const { organization, server, site: id } = site.api.path;
  const path = `/orgs/${organization}/servers/${server}/sites/${id}/commands/${started.id}`;
  await control.changeRows({ path, attributes: { status: 'running' } });
  const source = { kind: 'command', key: site.key, id: started.id } as const;
  const entry = entryOf(fleet, source);
  const read = async () => (entry ? await kindOf(source).read?.(entry, source.id, { lane: 'user' }) : undefined);
  await read();
  let isRead = true;
  await followCommand(clock, end.signal, async () => {
    await (isRead ? undefined : read());
    isRead = false;
    return false;
  }).catch(() => undefined);
}

async function measureFleetCheck(): Promise<object> {
  const world = await ForgeWorld.make({ servers: 100, sites: 1_000, limit, latency });
  try {
    // The limiter's throttle takes no clock.
    world.time.takeOver();
    const window = world.openWindow();
    const account = await world.time.during(window.accounts.signIn(world.simulator.token));
    account.limiter.setLimit(undefined);
    await world.time.during(window.fleet.refresh('user'));
    const checked = new CheckedFleets(window.accounts, window.snapshots, window.focus, world.clock);
    const check = new FleetCheck(
      window.fleet,
      checked,
      () => Promise.reject(new Error('No site is contacted.')),
      quiet,
    );
    const site = window.fleet.allSites()[0];
    await world.control.clearRequests();
    const from = world.time.elapsed();
    const took: number[] = [];
    let isOver = false;
    const clicks = async () => {
      while (!isOver) {
        await world.clock.sleep(clickEveryMs);
        const clickedAt = world.time.elapsed();
        await site?.api.first('listDeployments', {}, { lane: 'user', count: 1 });
        took.push(world.time.elapsed() - clickedAt);
      }
    };
    const parts = check.plan().flatMap(({ part, requests }) => (requests > 0 ? [part] : []));
    const run = async () => {
      const outcome = await check.run(parts, account.signal, () => undefined);
      isOver = true;
      return outcome;
    };
    const all = Promise.all([run(), clicks()]);
    while (!isOver) {
      // One wait for all of it would take longer than a test may wait.
      const before = took.length;
      await world.time.until('a click', () => isOver || took.length > before);
    }
    const [{ left, error }] = await world.time.during(all);
    if (left > 0 || error !== undefined) {
      throw new Error(`The check was not finished: ${left} left, ${error}`);
    }
    const requests = await world.control.requests();
    checked.dispose();
    return {
      checkFleetRequests: requests.length - took.length,
      checkFleetMinutes: Math.round((world.time.elapsed() - from) / minute),
      clickMs: percentiles(took),
      rejected429: requests.filter(({ status }) => status === 429).length,
    };
  } finally {
    await world.end();
  }
}
