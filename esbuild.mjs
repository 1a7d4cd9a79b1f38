// Bundles the extension into dist/, some of its packages beside it, and, with --tests, each TypeScript file below test/ into out/.
//   node esbuild.mjs [--production] [--watch] [--tests]
import { readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const flags = new Set(process.argv.slice(2));

/**
 * Takes these namespaces as they are. For each file that imports one esbuild would copy the whole of it, property by
 * property, which is most of what loading the bundle costs.
 * @type {esbuild.Plugin}
 */
const namespacesUncopied = {
  name: 'namespaces-uncopied',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8')).replace(
        /^import \* as (vscode|l10n) from ('vscode'|'@vscode\/l10n');$/gm,
        'const $1 = require($2) as typeof import($2);',
      ),
    }));
  },
};

/**
 * What lies beside the bundle, by file: it is needed later than at the start, or seldom, and what is loaded then costs time. A module
 * of ours can be here only if nothing else depends on what it depends on.
 */
const apart = {
  'ansi-parser': '@ansi-tools/parser',
  environmentText: './src/files/environmentText.ts',
  'git-url-parse': 'git-url-parse',
  'node-fetch': 'node-fetch',
  operationTable: './src/forge/operationTable.ts',
  picomatch: 'picomatch',
  'proper-lockfile': 'proper-lockfile',
};

/** @type {esbuild.Plugin} */
const partsApart = {
  name: 'parts-apart',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) => {
      const [file] = Object.entries(apart).find(([name, module]) => path === module || path === `./${name}`) ?? [];
      return file === undefined || kind === 'entry-point' ? undefined : { path: `./${file}.js`, external: true };
    });
  },
};

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
  entryPoints: { extension: 'src/extension.ts', ...apart },
  outdir: 'dist',
  // node-fetch's streams for Node.js before 18, which no supported VS Code runs: never required, so left out.
  external: ['vscode', 'web-streams-polyfill'],
  minify: flags.has('--production'),
  plugins: [namespacesUncopied, partsApart],
  // What lies apart is required when it is imported: as CommonJS it has no names for `import()` to find.
  supported: { 'dynamic-import': false },
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
  external: [
    'vscode',
    'mocha',
    'playwright-core',
    '@vscode/*',
    'ajv',
    'ajv-formats',
    'fast-check',
    'esbuild',
    'proper-lockfile',
  ],
  sourcemap: 'linked',
};

const wanted = flags.has('--tests') ? [extension, tests] : [extension];
if (flags.has('--watch')) {
  for (const options of wanted) {
    const context = await esbuild.context({ ...options, logLevel: 'info' });
    await context.watch();
  }
} else {
  // What is no part of the bundle any more must not be packaged with it.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  if (flags.has('--tests')) {
    // A test whose source is gone must not run any more.
    rmSync(join(root, 'out', 'test'), { recursive: true, force: true });
  }
  await Promise.all(wanted.map((options) => esbuild.build(options)));
}
