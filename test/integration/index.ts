import { inOldest } from '../run/inOldest';
import { fileOf, modulesOf } from '../run/modulesOf';
import { runMocha } from '../runMocha';

/** Called by the extension host: runs the modules that FORGE_MODULES names, or all. */
export async function run(): Promise<void> {
  const folder = 'integration';
  const { FORGE_MODULES: named } = process.env;
  const modules = named ? named.split(',') : modulesOf({ folder }, '');
  await runMocha(
    modules.map((module) => fileOf(folder, module)),
    60_000,
    1,
    process.env.FORGE_HOST_VERSION === 'oldest' ? modules.flatMap((module) => inOldest[module] ?? []) : undefined,
  );
}
