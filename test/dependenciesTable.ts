import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { runCommand } from './host/runCommand';
import { partOf, type Written, withPart } from './markedPart';
import { projectRoot } from './paths';

/** Why the extension has each of its packages. */
const reasons: Readonly<Record<string, string>> = {
  '@ansi-tools/parser': 'Finds terminal control sequences in logs.',
  '@vscode/l10n': 'Provides the messages also without VS Code, as in most tests.',
  cronstrue: 'Puts the schedules of jobs into words.',
  'git-url-parse': 'Reads the many spellings of a Git remote.',
  'node-fetch': "Sends the requests, through VS Code's proxy and certificates.",
  'p-limit': 'Checks a few deployments at a time.',
  'p-throttle': 'Keeps the requests within the limit.',
  semver: "Compares `composer.json`'s PHP requirement with a site's version.",
  picomatch: "Matches the patterns of `forge.deploy.production` and of Git's conditional includes.",
  'proper-lockfile': 'Lets one of several windows load data for all.',
};

const document = 'CONTRIBUTING.md';
const part = 'dependencies';

/** When a package was last released, such as "3.39.0 on 2026-11-09". */
type Releases = ReadonlyMap<string, string>;

/** The packages of the running extension, by name, with their versions. */
function dependencies(): readonly (readonly [name: string, version: string])[] {
  const { dependencies: all } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.entries(all);
}

/** What the registry says of each. Rejects if it can't be reached. */
export async function latestReleases(): Promise<Releases> {
  const entries = await Promise.all(
    dependencies().map(async ([name]) => {
      const told = await runCommand('npm', ['view', name, 'time', 'dist-tags', '--json'], { cwd: projectRoot });
      const { time, 'dist-tags': tags } = JSON.parse(told) as Record<'time' | 'dist-tags', Record<string, string>>;
      const { latest = '' } = tags;
      return [name, `${latest} on ${time[latest]?.slice(0, 10)}`] as const;
    }),
  );
  return new Map(entries);
}

/** What the document says of them: the check has no network. */
export function writtenReleases(): Releases {
  const rows = [...partOf(document, part).matchAll(/^\| `(.+?)` .*\| (\S+ on \d{4}-\d\d-\d\d) \|$/gm)];
  return new Map(rows.map(([, name = '', release = '']) => [name, release]));
}

/**
 * The document with the table of dependencies as it should be.
 * @throws Error if a dependency has no reason, or a reason no dependency
 */
export async function contributingWithDependencies(releases: Releases): Promise<Written> {
  const all = dependencies();
  const unneeded = Object.keys(reasons).filter((name) => !all.some(([dependency]) => dependency === name));
  if (unneeded.length > 0) {
    throw new Error(`No longer a dependency: ${unneeded.join(', ')}. Remove the reason.`);
  }
  const rows = await Promise.all(
    all.map(async ([name, version]) => {
      const reason = reasons[name];
      if (reason === undefined) {
        throw new Error(`Give a reason for the dependency ${name}.`);
      }
      const cells = [`\`${name}\` ${version}`, reason, `${await kilobytes(name)} kB`, releases.get(name) ?? ''];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  const table = ['| Package | Why | Size | Last release |', '| --- | --- | --- | --- |', ...rows].join('\n');
  return withPart(document, part, table);
}

/** What a package adds at most, minified and with the packages that it needs. */
async function kilobytes(name: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: `export * as all from '${name}';`, resolveDir: projectRoot },
    bundle: true,
    minify: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // As in the bundle.
    external: ['web-streams-polyfill'],
    logLevel: 'error',
  });
  return ((outputFiles[0]?.contents.byteLength ?? 0) / 1000).toFixed(0);
}
