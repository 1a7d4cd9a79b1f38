import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makePackage } from '../makePackage';
import { makeSampleWorkspace } from '../sampleWorkspace';
import { startSimulator } from '../simulator/simulator';
import type { LogsWindow } from './inHostLogs';
import { percentiles } from './percentile';
import { copyPackaged, sampleWindows } from './windowSamples';

/**
 * What logs cost the extension host, in a real window, as the extension is packaged. `open5MbMs`: busy milliseconds from asking for a
 * deployment log of 5 MB in colour until it is a document. `followTickMs`: from asking for what is new in a Laravel log that has grown
 * to 5 MB until it stands in the document; `followTickSettledMs`: until folds, outline and links are renewed too.
 * `parse100kLinesMs`: 100,000 lines of Laravel's log into entries and groups of equal exceptions.
 */
export async function measureLogs(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-bench-'));
  const simulator = await startSimulator({ orgs: 1, limit: 6_000 });
  const workspace = makeSampleWorkspace();
  try {
    await makePackage(join(folder, 'extension.vsix'));
    const extension = join(folder, 'extension');
    copyPackaged(extension);
    const [window] = await sampleWindows<LogsWindow>({
      tests: 'inHostLogs.js',
      extension,
      workspace,
      file: join(folder, 'logs.jsonl'),
      windows: 1,
      settings: { 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': 6_000 },
      env: { FORGE_API_TOKEN: simulator.token, FORGE_SIMULATOR: simulator.url },
    });
    if (!window) {
      throw new Error('The window said nothing.');
    }
    return Object.fromEntries(
      Object.entries(window).map(([key, times]: [string, readonly number[]]) => [
        key,
        { ...percentiles(times), runs: times.length },
      ]),
    );
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(dirname(workspace), { recursive: true, force: true });
  }
}
