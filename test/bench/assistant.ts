import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePackage } from '../makePackage';
import { startSimulator } from '../simulator/simulator';
import type { AssistantWindow } from './inHostAssistant';
import { percentiles } from './percentile';
import { copyPackaged, sampleWindows } from './windowSamples';

/** Servers and sites of the fleet, and requests a minute: more than are needed, so that nothing waits. */
const fleet = { orgs: 1, servers: 500, sites: 5_000, limit: 6_000 };

/**
 * What the tools for language models cost with 5,000 sites, in a window with the bundle as it is packaged: how many there are, how long
 * package.json's description of them is, the longest answer, the requests that each reading tool makes, and how long those take, in
 * milliseconds, that answer from what the window knows.
 */
export async function measureAssistant(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-bench-'));
  const simulator = await startSimulator(fleet);
  try {
    await makePackage(join(folder, 'extension.vsix'));
    const extension = join(folder, 'extension');
    copyPackaged(extension);
    const [window] = await sampleWindows<AssistantWindow>({
      extension,
      tests: 'inHostAssistant.js',
      file: join(folder, 'answers.jsonl'),
      windows: 1,
      settings: { 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': fleet.limit },
      env: { FORGE_API_TOKEN: simulator.token, FORGE_SIMULATOR: simulator.url },
    });
    if (!window) {
      throw new Error('The window said nothing.');
    }
    const { answersMs, ...figures } = window;
    return { ...figures, answerMs: percentiles(answersMs) };
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
