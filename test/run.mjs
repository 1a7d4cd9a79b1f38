// What the npm scripts call: install if needed, bundle, then run one of the tools below test/.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installModules } from './installModules.mjs';

const tools = {
  start: 'start',
  test: 'run/cli',
  soak: 'run/soak',
  check: 'check',
  describe: 'describe',
  tables: 'tables',
  translations: 'translations',
  pictures: 'pictures',
  package: 'package',
  release: 'release/cli',
  simulator: 'simulator/cli',
  host: 'host/cli',
  bench: 'bench/cli',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const [name = '', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(tools, name)) {
  console.error(`Usage: node test/run.mjs ${Object.keys(tools).join('|')} [options]`);
  process.exit(2);
}
installModules(root);
const build = spawnSync(process.execPath, ['esbuild.mjs', '--tests'], { cwd: root, stdio: ['ignore', 2, 2] });
if (build.status !== 0) {
  process.exit(build.status ?? 1);
}
const tool = spawn(process.execPath, ['--enable-source-maps', `out/test/${tools[name]}.js`, ...rest], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => tool.kill(signal));
}
tool.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
