import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makePackage } from '../makePackage';
import { projectRoot } from '../paths';
import { makeSampleWorkspace } from '../sampleWorkspace';
import { startSimulator } from '../simulator/simulator';
import { percentile, percentiles } from './percentile';
import { copyPackaged, sampleWindows } from './windowSamples';

/** Where the copy of the packaged bundle is, in the bench's own folder. */
const bundlePath = join('extension', 'dist', 'extension.js');

/**
 * What the extension adds to the start of a window, in a real extension host, signed in, as it is packaged. Each window has come to rest
 * before the extension is loaded.
 * `ownMs`: milliseconds inside `activate`; `ownCpuMs`: those of them in which the extension host had a processor. `loadOverEmptyMs`:
 * milliseconds to load the minified bundle for the first time in a process, beyond those of an empty extension in the same process
 * (median). `bundleKb`: all that is loaded with the entry. Sizes in kB of 1,000 bytes.
 * @param windows how many are opened for each figure; each takes about 15 seconds
 */
export async function measureActivation(windows = 20): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-bench-'));
  const simulator = await startSimulator({ orgs: 1 });
  const workspace = makeSampleWorkspace();
  const samples = (tests: string, extension: string): Promise<readonly Record<string, number>[]> =>
    sampleWindows({
      tests,
      extension,
      workspace,
      file: join(folder, `${tests}.jsonl`),
      windows,
      settings: { 'forge.apiUrl': simulator.url },
      env: { FORGE_API_TOKEN: simulator.token },
    });
  try {
    const vsix = await makePackage(join(folder, 'extension.vsix'));
    const packaged = join(folder, 'extension');
    copyPackaged(packaged, 'activationProbe.js', { activationEvents: [] });
    const loader = join(folder, 'loader');
    cpSync(join(projectRoot, 'test', 'bench', 'loader'), loader, { recursive: true });
    cpSync(join(packaged, 'dist'), join(loader, 'dist'), { recursive: true });
    const own = await samples('inHostActivation.js', packaged);
    const load = await samples('inHostLoad.js', loader);
    const of = (list: readonly Record<string, number>[], key: string) => list.map((entry) => entry[key] ?? Number.NaN);
    return {
      ownMs: percentiles(of(own, 'ownMs')),
      ownCpuMs: percentiles(of(own, 'ownCpuMs')),
      loadOverEmptyMs: percentile(of(load, 'loadOverEmptyMs'), 50),
      bundleKb: loadedFirst(join(folder, bundlePath)).reduce((sum, file) => sum + kilobytes(file), 0),
      vsixKb: kilobytes(vsix),
      runs: windows,
    };
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(dirname(workspace), { recursive: true, force: true });
  }
}

/** The entry, and the parts that it and they need at once: those that are imported later are called after what they export. */
function loadedFirst(entry: string): readonly string[] {
  const files = new Set([entry]);
  for (const file of files) {
    for (const [, part = ''] of readFileSync(file, 'utf8').matchAll(/require\("\.\/(chunk-[^"]+)"\)/g)) {
      files.add(join(dirname(file), part));
    }
  }
  return [...files];
}

function kilobytes(file: string): number {
  return Math.round(statSync(file).size / 100) / 10;
}
