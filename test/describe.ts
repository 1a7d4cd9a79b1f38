// npm run describe -- FILE|--live: writes test/contract/forge.openapi.json anew, the facts of a full description of the API.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { factsOf } from './contract/factsOf';
import { projectRoot } from './paths';
import { descriptionFile, type OpenApi, placesOf } from './simulator/description';

const liveAddress = 'https://forge.laravel.com/api/docs.openapi';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { live: { type: 'boolean' } }, allowPositionals: true });
  const [file] = positionals;
  if (positionals.length > 1 || (file === undefined) === !values.live) {
    console.error('Usage: npm run describe -- FILE|--live');
    return 2;
  }
  const text = file === undefined ? await readLive() : readFileSync(file, 'utf8');
  const facts = factsOf(JSON.parse(text));
  // In one line: of objects the formatter leaves those apart that somebody broke, and the rest in one line where it fits.
  writeFileSync(descriptionFile, JSON.stringify(facts));
  const biome = join(projectRoot, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const { status } = spawnSync(process.execPath, [biome, 'format', '--write', descriptionFile], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  console.log(`${placesOf(facts as unknown as OpenApi).length} operations from ${file ?? liveAddress}`);
  return status ?? 1;
}

async function readLive(): Promise<string> {
  const response = await fetch(liveAddress, { signal: AbortSignal.timeout(30_000) });
  if (!response.ok) {
    throw new Error(`${liveAddress} answers ${response.status}`);
  }
  return response.text();
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
