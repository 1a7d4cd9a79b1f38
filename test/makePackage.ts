import { createVSIX } from '@vscode/vsce';
import { projectRoot } from './paths';

/** The time of all files in it, in seconds since 1970: that of when they were made would make each package another one. */
const timeOfFiles = Date.UTC(2026, 0, 1) / 1000;

/**
 * Makes the VSIX, with a minified bundle. On the same system, the same files make the same bytes whenever and wherever they are packaged.
 * @returns the path it was asked for
 */
export async function makePackage(packagePath: string, preRelease = false): Promise<string> {
  // What vsce reads. The times in an archive are local ones.
  process.env.SOURCE_DATE_EPOCH ??= String(timeOfFiles);
  process.env.TZ = 'UTC';
  await createVSIX({ cwd: projectRoot, packagePath, dependencies: false, preRelease });
  return packagePath;
}
