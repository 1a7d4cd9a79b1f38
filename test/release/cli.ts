// npm run release -- STEP: what .github/workflows does for a release.
//   check release|pre-release TAG            whether the tag may be published
//   package release|pre-release TAG FOLDER   makes what belongs to the release; prints "version=…" and "vsix=…"
//   await VERSION                            waits until the Marketplace lists the version
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../host/runCommand';
import { projectRoot } from '../paths';
import { awaitPublished } from './awaitPublished';
import { changelogSection } from './changelogSection';
import { packageRelease } from './packageRelease';
import { channelOf, checkTag } from './releaseTag';

const read = (file: string) => readFileSync(join(projectRoot, file), 'utf8');
const { publisher, name, version } = JSON.parse(read('package.json')) as Record<
  'publisher' | 'name' | 'version',
  string
>;

const steps: Readonly<Record<string, (...args: string[]) => Promise<void> | void>> = {
  check(channel, tag = '') {
    checkTag(tag, version, channelOf(channel));
    changelogSection(read('CHANGELOG.md'), version, channelOf(channel));
  },
  async package(channel, tag = '', folder = join('out', 'release')) {
    checkTag(tag, version, channelOf(channel));
    const vsix = await packageRelease(resolve(folder), channelOf(channel));
    console.log(`version=${version}\nvsix=${vsix}`);
  },
  await: (wanted = version) =>
    awaitPublished(wanted, {
      show: () =>
        runCommand(process.execPath, [
          join(projectRoot, 'node_modules', '@vscode', 'vsce', 'vsce'),
          ...['show', `${publisher}.${name}`, '--json'],
        ]),
      sleep,
      say: (line) => console.log(line),
      tries: 60,
      everyMs: 30_000,
    }),
};

async function main([step = '', ...args]: readonly string[]): Promise<void> {
  const run = Object.hasOwn(steps, step) ? steps[step] : undefined;
  if (!run) {
    throw new Error(`Usage: npm run release -- ${Object.keys(steps).join('|')} …`);
  }
  await run(...args);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
