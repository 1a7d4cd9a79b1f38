// npm run bench -- NAME [--json FILE] [--windows N]: measures one of the figures that README names, and prints it as JSON. `activation` and
// `fleet` open N windows for each figure: fewer are sooner done, and less exact. `traffic` takes six minutes.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureActivation } from './activation';
import { measureAssistant } from './assistant';
import { measureDeployment } from './deployment';
import { measureFleet } from './fleet';
import { measureLimiter } from './limiter';
import { measureLogs } from './logs';
import { measureOperate } from './operate';
import { measureResources } from './resources';
import { measureTraffic } from './traffic';

const benches: Readonly<Record<string, (windows?: number) => Promise<object>>> = {
  activation: measureActivation,
  assistant: measureAssistant,
  deployment: measureDeployment,
  fleet: measureFleet,
  limiter: measureLimiter,
  logs: measureLogs,
  operate: measureOperate,
  resources: measureResources,
  traffic: measureTraffic,
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'string' }, windows: { type: 'string' } },
    allowPositionals: true,
  });
  const [name = ''] = positionals;
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (!bench) {
    console.error(`Usage: npm run bench -- ${Object.keys(benches).join('|')} [--json FILE] [--windows N]`);
    return 2;
  }
  const text = JSON.stringify(
    { [name]: await bench(values.windows === undefined ? undefined : Number(values.windows)) },
    undefined,
    2,
  );
  console.log(text);
  if (values.json !== undefined) {
    writeFileSync(resolve(values.json), `${text}\n`);
  }
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
