import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { until } from '../e2e/until';
import { WorkbenchPage } from '../e2e/workbenchPage';
import { openWindow } from '../host/window';
import { makeSampleWorkspace, sampleSites } from '../sampleWorkspace';
import { SimulatorControl } from '../simulator/control';
import { Random } from '../simulator/random';
import { startSimulator } from '../simulator/simulator';
import { percentile, percentiles } from './percentile';

const site = sampleSites.main;

/** How long a deployment takes, in seconds, and by how much more at random: its end falls anywhere between two looks. */
const seconds = 60;
const spreadSeconds = 5;

/** Deployments that are followed: in so many windows side by side, each with a Forge of its own, one after the other. */
const windows = 5;
const rounds = 6;

/** How often is looked whether it has ended, and whether that is on screen, in milliseconds. */
const lookMs = 20;

interface Run {
  /** All requests while it ran, as if it had taken 60 s. */
  readonly requests: number;
  /** From its end until the status bar told it, in milliseconds. */
  readonly endToStatusBarMs: number;
}

/**
 * Following a deployment of about 60 s that was begun in a window with the tree on screen and the focus, as it is in front of a
 * person: requests from the click to the end, and the time from the end in Forge until the status bar tells it.
 */
export async function measureDeployment(): Promise<object> {
  const desks = await Promise.all(Array.from({ length: windows }, (_, desk) => follow(desk)));
  const runs = desks.flat();
  const ends = runs.map(({ endToStatusBarMs }) => endToStatusBarMs);
  const requests = runs.map((run) => run.requests);
  return {
    requestsPer60s: percentile(requests, 95),
    endToStatusBarMs: percentiles(ends),
    runs: runs.length,
  };
}

/** The runs of one window. */
async function follow(desk: number): Promise<readonly Run[]> {
  const random = new Random('deployment bench', desk);
  const simulator = await startSimulator({ orgs: 1 });
  const workspace = makeSampleWorkspace();
  const window = await openWindow({
    which: 'newest',
    workspace,
    settings: { 'forge.apiUrl': simulator.url },
    env: { FORGE_API_TOKEN: simulator.token },
  });
  try {
    const control = new SimulatorControl(simulator.origin);
    const workbench = new WorkbenchPage(window.page);
    await workbench.openForge();
    await workbench.expand('acme-web-1');
    await workbench.row(site).waitFor();
    const runs: Run[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const lasts = seconds + random.integer(0, spreadSeconds * 100) / 100;
      await control.nextDeployment({ site, seconds: lasts });
      await workbench.clickRocket(site);
      await control.clearRequests();
      await workbench.answerModal('Deploy');
      await until('it to run', async () => (await state(control)) === 'deploying');
      const ended = await moment(async () => (await state(control)) === 'finished');
      const shown = await moment(async () => !/deploying|queued|starting/.test(await workbench.statusBarText()));
      const requests = (await control.requests()).filter(({ time }) => time <= ended);
      const [first] = requests;
      runs.push({
        requests: (requests.length * 60_000) / (ended - (first?.time ?? ended)),
        endToStatusBarMs: Math.max(0, shown - ended),
      });
      await workbench.dismissNotification(`Deployed ${site}`);
    }
    return runs;
  } finally {
    await window.close();
    await simulator.close();
    rmSync(dirname(workspace), { recursive: true, force: true });
  }
}

async function state(control: SimulatorControl): Promise<string | undefined> {
  const { organizations } = await control.fleet();
  const sites = organizations.flatMap(({ servers }) => servers.flatMap((server) => server.sites));
  return sites.find(({ name }) => name === site)?.latestDeployment?.status;
}

/** When something came true, milliseconds since 1970. Rejects when that takes two minutes. */
async function moment(isTrue: () => Promise<boolean>): Promise<number> {
  for (const from = Date.now(); Date.now() - from < 120_000; ) {
    if (await isTrue()) {
      return Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  throw new Error('The end of a deployment was not seen.');
}
