// npm run check: types, lint, format, and what must agree within the project. No VS Code and no network.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { spawnable } from './host/spawnable';
import { projectRoot } from './paths';

const bin = (name: string) => join(projectRoot, 'node_modules', '.bin', name);

const steps: readonly (readonly [string, ...string[]])[] = [
  [bin('tsc'), '--project', projectRoot],
  [bin('biome'), 'check', '--error-on-warnings', projectRoot],
  [bin('mocha'), '--timeout=10000', join(projectRoot, 'out', 'test', 'unit', 'project', '*.test.mjs')],
];

for (const [command, ...args] of steps) {
  const { command: program, args: passed, shell } = spawnable(command, args);
  const { status } = spawnSync(program, passed, { cwd: projectRoot, stdio: 'inherit', shell });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}
