import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runCommand } from '../host/runCommand';
import { packageQuietly } from '../packageQuietly';
import { projectRoot } from '../paths';
import { changelogSection } from './changelogSection';
import type { Channel } from './releaseTag';

/**
 * Makes all that belongs to a release, in a folder that is emptied first: the VSIX, a CycloneDX bill of what is in it, their SHA-256 sums
 * and the notes.
 * @returns the name of the VSIX
 */
export async function packageRelease(folder: string, channel: Channel): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const notes = changelogSection(await readFile(join(projectRoot, 'CHANGELOG.md'), 'utf8'), version ?? '', channel);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const vsix = join(folder, `${name}-${version}.vsix`);
  await packageQuietly(vsix, ...(channel === 'pre-release' ? ['--pre-release'] : []));
  const bill = join(folder, `${name}-${version}.cdx.json`);
  await writeFile(bill, await billOfMaterials(name));
  const sums = await Promise.all(
    [vsix, bill].map(async (file) => {
      const sum = createHash('sha256').update(await readFile(file));
      return `${sum.digest('hex')}  ${basename(file)}\n`;
    }),
  );
  await writeFile(join(folder, 'SHA256SUMS'), sums.join(''));
  await writeFile(join(folder, 'notes.md'), `${notes}\n`);
  return basename(vsix);
}

/** The packages that are bundled, in CycloneDX, by npm. */
async function billOfMaterials(name: string | undefined): Promise<string> {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--omit=dev'];
  const bill = JSON.parse(await runCommand('npm', args, { cwd: projectRoot })) as { metadata: { component: object } };
  // npm takes the name of the folder.
  Object.assign(bill.metadata.component, { name });
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}
