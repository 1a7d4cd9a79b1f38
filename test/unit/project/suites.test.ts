import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../paths';

const simulator = join(projectRoot, 'test', 'simulator', 'simulator.ts');

/** What a file imports of the project, but for types. */
function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/\b(?:import|export) (?!type\b)[^;]*?\bfrom '(\.[^']+)'/g)]
    .map(([, target = '']) => join(dirname(file), `${target}.ts`))
    .filter((target) => existsSync(target));
}

function needsSimulator(module: string): boolean {
  const files = new Set([module]);
  for (const file of files) {
    for (const imported of importsOf(file)) {
      files.add(imported);
    }
  }
  return files.has(simulator);
}

const modulesIn = (suite: string) =>
  readdirSync(join(projectRoot, 'test', suite), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(projectRoot, 'test', suite, file));

describe('The suites without a window', () => {
  it('talk to a simulated Forge in `simulated`, and not in `unit`, which is to be fast', () => {
    assert.deepEqual(modulesIn('unit').filter(needsSimulator), []);
    assert.deepEqual(
      modulesIn('simulated').filter((module) => !needsSimulator(module)),
      [],
    );
    assert.ok(modulesIn('unit').length > 50 && modulesIn('simulated').length > 30);
  });
});
