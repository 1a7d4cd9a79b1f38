import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HostWindow, openWindow, type WindowOptions } from '../host/window';
import { projectRoot } from '../paths';

/** What is measured in windows, one after the other. */
export interface Sampling extends Pick<WindowOptions, 'workspace' | 'settings' | 'env'> {
  /** The folder of the extension under development. */
  readonly extension: string;
  /** A module of `out/test/bench` whose `run` appends a line of JSON to the file that FORGE_BENCH_RESULT names. */
  readonly tests: string;
  /** That file. */
  readonly file: string;
  /** How many windows are opened. */
  readonly windows: number;
}

/**
 * Opens windows one after the other on one server, which is at rest by then and keeps what they store, and collects what
 * each of them says. The first one stays open to the end. Rejects where one of them fails.
 */
export async function sampleWindows<T>({ tests, file, windows, env, ...options }: Sampling): Promise<readonly T[]> {
  let exited: (code: number) => void = () => undefined;
  const measured = async (show: () => Promise<HostWindow>): Promise<HostWindow> => {
    const code = new Promise<number>((resolve) => {
      exited = resolve;
    });
    const window = await show();
    if ((await code) !== 0) {
      throw new Error(`The bench failed in the extension host.\n${output.join('\n')}`);
    }
    return window;
  };
  const output: string[] = [];
  const first = await measured(() =>
    openWindow({
      ...options,
      which: 'newest',
      env: { ...env, FORGE_BENCH_RESULT: file },
      tests: {
        file: join(projectRoot, 'out', 'test', 'bench', tests),
        log: (_level, args) => output.push(args.join(' ')),
        exit: (code) => exited(code),
      },
    }),
  );
  try {
    for (let window = 1; window < windows; window += 1) {
      await (await measured(() => first.openAnother())).close();
    }
  } finally {
    await first.close();
  }
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/**
 * Copies what was packaged last into a folder. Loaded from there as an extension under development, it answers with its
 * services, which an installed one does not.
 * @param probe a module of `out/test/bench` that is loaded in place of the bundle, and loads it
 * @param changes what is different in its manifest then
 */
export function copyPackaged(folder: string, probe?: string, changes: object = {}): void {
  for (const part of ['dist', 'media', 'package.json', 'package.nls.json']) {
    cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
  }
  if (probe !== undefined) {
    cpSync(join(projectRoot, 'out', 'test', 'bench', probe), join(folder, 'probe.js'));
    const manifest = join(folder, 'package.json');
    const packaged = JSON.parse(readFileSync(manifest, 'utf8')) as object;
    writeFileSync(manifest, JSON.stringify({ ...packaged, main: './probe.js', ...changes }));
  }
}
