import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type HostWindow, openWindow } from '../host/window';
import { makePackage } from '../makePackage';
import { projectRoot } from '../paths';
import { makeSampleWorkspace } from '../sampleWorkspace';
import { startSimulator } from '../simulator/simulator';
import { percentile } from './percentile';

/** Where the copy of the packaged bundle is, in the bench's own folder. */
const bundlePath = join('extension', 'dist', 'extension.js');

/** How many windows are opened for each figure. */
const runs = 20;

/**
 * What the extension adds to the start of a window, in a real extension host, signed in, as it is packaged.
 * `ownMs`: milliseconds inside `activate`. `loadOverEmptyMs`: milliseconds to load the minified bundle for the first time in a
 * process, beyond those of an empty extension in the same process (median). Sizes in kB of 1,000 bytes.
 */
export async function measureActivation(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-bench-'));
  const simulator = await startSimulator({ orgs: 1 });
  const workspace = makeSampleWorkspace();
  /** Opens windows one after the other on one server, which is at rest by then, and collects what each of them says. */
  const samples = async (tests: string, extension: string): Promise<Record<string, number>[]> => {
    const file = join(folder, `${tests}.jsonl`);
    let exited: (code: number) => void = () => undefined;
    const open = async (show: () => Promise<HostWindow>): Promise<HostWindow> => {
      const code = new Promise<number>((resolve) => {
        exited = resolve;
      });
      const window = await show();
      if ((await code) !== 0) {
        throw new Error('The bench failed in the extension host.');
      }
      return window;
    };
    const first = await open(() =>
      openWindow({
        which: 'newest',
        extension,
        workspace,
        settings: { 'forge.apiUrl': simulator.url },
        env: { FORGE_API_TOKEN: simulator.token, FORGE_BENCH_RESULT: file },
        tests: {
          file: join(projectRoot, 'out', 'test', 'bench', tests),
          log: () => undefined,
          exit: (code) => exited(code),
        },
      }),
    );
    try {
      for (let run = 1; run < runs; run += 1) {
        await (await open(() => first.openAnother())).close();
      }
    } finally {
      await first.close();
    }
    return readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number>);
  };
  try {
    const vsix = await makePackage(join(folder, 'extension.vsix'));
    // A copy of what was packaged: under development it answers with its services, which an installed one does not.
    const packaged = join(folder, 'extension');
    for (const part of ['dist/extension.js', 'media', 'package.json', 'package.nls.json']) {
      cpSync(join(projectRoot, part), join(packaged, part), { recursive: true });
    }
    const loader = join(folder, 'loader');
    cpSync(join(projectRoot, 'test', 'bench', 'loader'), loader, { recursive: true });
    cpSync(join(packaged, 'dist'), join(loader, 'dist'), { recursive: true });
    const own = await samples('inHostActivation.js', packaged);
    const load = await samples('inHostLoad.js', loader);
    const of = (list: readonly Record<string, number>[], key: string) => list.map((entry) => entry[key] ?? Number.NaN);
    return {
      ownMs: { p50: percentile(of(own, 'ownMs'), 50), p95: percentile(of(own, 'ownMs'), 95) },
      loadOverEmptyMs: percentile(of(load, 'loadOverEmptyMs'), 50),
      bundleKb: kilobytes(join(folder, bundlePath)),
      vsixKb: kilobytes(vsix),
      runs,
    };
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(dirname(workspace), { recursive: true, force: true });
  }
}

function kilobytes(file: string): number {
  return Math.round(statSync(file).size / 100) / 10;
}
