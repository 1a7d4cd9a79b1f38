import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot } from '../paths';

/**
 * Called by the extension host of a window without the extension: how much longer its bundle takes to load than a module
 * that does nothing, both for the first time in this process.
 */
export async function run(): Promise<void> {
  const load = createRequire(__filename);
  const timed = (file: string): number => {
    const started = performance.now();
    load(file);
    return performance.now() - started;
  };
  // The loader itself has to be warm, and VS Code has loaded the empty extension already: hence another trivial module.
  timed(join(projectRoot, 'out', 'test', 'paths.js'));
  const empty = timed(join(projectRoot, 'out', 'test', 'bench', 'percentile.js'));
  const own = timed(process.env.FORGE_BENCH_BUNDLE ?? '');
  writeFileSync(process.env.FORGE_BENCH_RESULT ?? '', JSON.stringify({ loadOverEmptyMs: own - empty }));
}
