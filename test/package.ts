// npm run package [-- FILE] [--pre-release]: makes the VSIX and says where and how large it is.
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makePackage } from './makePackage';
import { projectRoot } from './paths';

const { values, positionals } = parseArgs({ options: { 'pre-release': { type: 'boolean' } }, allowPositionals: true });
const { name, version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Record<string, string>;
makePackage(resolve(positionals[0] ?? join(projectRoot, `${name}-${version}.vsix`)), values['pre-release']).then(
  (file) => console.log(`${file} (${(statSync(file).size / 1000).toFixed(0)} kB)`),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
