import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePackage } from '../makePackage';
import { startSimulator } from '../simulator/simulator';
import type { ColdWindow, WarmWindow } from './inHostFleet';
import { percentiles } from './percentile';
import { copyPackaged, sampleWindows } from './windowSamples';

/** Servers and sites of the fleets that are measured. */
const sizes: readonly (readonly [servers: number, sites: number])[] = [
  [5, 20],
  [50, 500],
  [500, 5_000],
];

/** Rows that Forge gives a page. */
const pageSize = 30;

/** Requests a minute: more than are needed, so that nothing waits. */
const limit = 6_000;

/**
 * What fleets of these sizes cost, by "servers/sites": one organization, Forge answering at once. Each in windows of its own on one
 * VS Code, signed in, with the bundle as it is packaged. The first one, without a snapshot, is measured from opening the
 * view (`ColdWindow` tells what). All later ones are new extension hosts that find the snapshot: `firstRowSnapshotMs`
 * from the moment in which VS Code begins to load the extension, because the view is opened, until the tree has rows to give;
 * `firstRowGivenMs` until VS Code has asked for them and was given them, which is VS Code's own time to a good part.
 * `requestsExpected` is what the list of organizations and full pages of servers and sites make.
 * @param warmWindows how many of those are opened for each size; each takes about four seconds
 * @throws where a window makes more requests than that, or fewer, or one that finds a snapshot makes any.
 */
export async function measureFleet(warmWindows = 3): Promise<Record<string, object>> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-bench-'));
  try {
    await makePackage(join(folder, 'extension.vsix'));
    const extension = join(folder, 'extension');
    // Started by its view alone, and not by the end of the window's start, it is not there before anybody looks.
    copyPackaged(extension, 'fleetProbe.js', { activationEvents: [] });
    const figures: Record<string, object> = {};
    for (const [servers, sites] of sizes) {
      const name = `${servers}/${sites}`;
      figures[name] = await measureSize(servers, sites, extension, join(folder, `${sites}.jsonl`), warmWindows);
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSize(
  servers: number,
  sites: number,
  extension: string,
  file: string,
  warmWindows: number,
): Promise<object> {
  const simulator = await startSimulator({ orgs: 1, servers, sites, limit });
  try {
    const [cold, ...warm] = (await sampleWindows<ColdWindow | WarmWindow>({
      extension,
      tests: 'inHostFleet.js',
      file,
      windows: 1 + warmWindows,
      settings: { 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': limit },
      env: { FORGE_API_TOKEN: simulator.token, FORGE_SIMULATOR: simulator.url },
    })) as [ColdWindow, ...WarmWindow[]];
    const requestsExpected = 1 + Math.ceil(servers / pageSize) + Math.ceil(sites / pageSize);
    if (cold.requests !== requestsExpected) {
      throw new Error(`${servers} servers and ${sites} sites took ${cold.requests} requests, not ${requestsExpected}.`);
    }
    if (warm.some(({ requests }) => requests > 0)) {
      throw new Error('A window that finds a snapshot of just now asked Forge.');
    }
    return {
      requests: cold.requests,
      requestsExpected,
      firstRowColdMs: Math.round(cold.firstRowColdMs),
      firstRowSnapshotMs: percentiles(warm.map(({ availableMs }) => availableMs)),
      firstRowGivenMs: percentiles(warm.map(({ givenMs }) => givenMs)),
      completeMs: Math.round(cold.completeMs),
      heapMb: Math.round(cold.heapMb * 10) / 10,
      keystrokeMs: percentiles(cold.keystrokesMs),
      snapshotKb: Math.round(cold.snapshotKb),
    };
  } finally {
    await simulator.close();
  }
}
