// npm run package [-- FILE]: makes the VSIX and says where and how large it is.
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makePackage } from './makePackage';
import { projectRoot } from './paths';

const { name, version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Record<string, string>;
makePackage(resolve(process.argv[2] ?? join(projectRoot, `${name}-${version}.vsix`))).then(
  (file) => console.log(`${file} (${(statSync(file).size / 1000).toFixed(0)} kB)`),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
