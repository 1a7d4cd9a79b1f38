// sayTitles.js FOLDER MODULE …: prints the whole titles of all tests of each module as JSON, without running any and without a VS Code.
import Module from 'node:module';
import Mocha from 'mocha';
import { fileOf } from './modulesOf';

/** Stands for all of `vscode` while modules are loaded: whatever is asked of it or called in it is the same again. */
const anything: object = new Proxy(function nothing() {}, {
  get: (_, name) => {
    switch (name) {
      case Symbol.iterator:
        return [][Symbol.iterator];
      case Symbol.toPrimitive:
        return () => '';
      case 'prototype':
        return {};
      default:
        return anything;
    }
  },
  apply: () => anything,
  construct: () => ({}),
});

/** As it is required: a bundle reads what is in it through its prototype, also the classes that others extend. */
const vscode: object = Object.create(anything);

/** Says nothing: what is printed is the titles alone. */
class Silent extends Mocha.reporters.Base {}

/** As mocha has them after it has loaded the module, also those that are made in loops. */
async function titlesOf(folder: string, module: string): Promise<string[]> {
  const titles: string[] = [];
  const mocha = new Mocha({ dryRun: true, reporter: Silent });
  mocha.addFile(fileOf(folder, module));
  await new Promise<void>((resolve) => {
    mocha.run(() => resolve()).on('test end', (test) => titles.push(test.fullTitle()));
  });
  return titles;
}

async function main(): Promise<void> {
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const { _load: load } = loader;
  loader._load = (request, ...rest) => (request === 'vscode' ? vscode : load.call(Module, request, ...rest));
  // Nobody is there, and nobody is asked.
  process.env.FORGE_SIMULATOR = 'http://127.0.0.1:9';
  const [folder = '', ...modules] = process.argv.slice(2);
  const titles: Record<string, readonly string[]> = {};
  for (const module of modules) {
    titles[module] = await titlesOf(folder, module);
  }
  process.stdout.write(JSON.stringify(titles));
}

void main();
