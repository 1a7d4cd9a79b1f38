import { createVSIX } from '@vscode/vsce';
import { projectRoot } from './paths';

/** Makes the VSIX, with a minified bundle. @returns the path it was asked for */
export async function makePackage(packagePath: string): Promise<string> {
  await createVSIX({ cwd: projectRoot, packagePath, dependencies: false });
  return packagePath;
}
