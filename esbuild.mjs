// Bundles the extension into dist/ and, with --tests, each TypeScript file below test/ into out/.
//   node esbuild.mjs [--production] [--watch] [--tests]
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const flags = new Set(process.argv.slice(2));

/** @type {esbuild.BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
};

/** @type {esbuild.BuildOptions} */
const extension = {
  ...shared,
  entryPoints: ['src/extension.ts'],
  outdir: 'dist',
  external: ['vscode'],
  minify: flags.has('--production'),
  sourcemap: flags.has('--production') ? false : 'linked',
};

/** @type {esbuild.BuildOptions} */
const tests = {
  ...shared,
  entryPoints: readdirSync(join(root, 'test'), { recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join('test', file)),
  outbase: '.',
  outdir: 'out',
  // Installed modules stay outside, except those that exist as ES modules only: an extension host cannot require them.
  external: ['vscode', 'mocha', 'playwright-core', '@vscode/*', 'ajv', 'ajv-formats', 'fast-check', 'esbuild'],
  sourcemap: 'linked',
};

const wanted = flags.has('--tests') ? [extension, tests] : [extension];
if (flags.has('--watch')) {
  for (const options of wanted) {
    const context = await esbuild.context({ ...options, logLevel: 'info' });
    await context.watch();
  }
} else {
  await Promise.all(wanted.map((options) => esbuild.build(options)));
}
