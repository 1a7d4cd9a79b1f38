import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './paths';

export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** Its folder in node_modules. */
  readonly folder: string;
}

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
}

/** The packages that the extension needs when it runs, with those that they need, by name: what package-lock.json has beside the tools
 * and types. */
export function shippedPackages(): readonly ShippedPackage[] {
  const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  return Object.entries(packages)
    .filter(([path, { dev = false }]) => path !== '' && !dev && !path.includes('@types/'))
    .map(([path, { version = '' }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      folder: join(projectRoot, path),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
