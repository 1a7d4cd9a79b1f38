import { parseArgs } from 'node:util';
import { readDescription } from './description';
import { startSimulator } from './simulator';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    orgs: { type: 'string', default: '2' },
    servers: { type: 'string', default: '5' },
    sites: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    limit: { type: 'string', default: '60' },
    'window-ms': { type: 'string', default: '60000' },
    latency: { type: 'string', default: '50' },
    speed: { type: 'string', default: '1' },
    record: { type: 'string' },
    description: { type: 'string' },
  },
});

function numberOf(name: Exclude<keyof typeof values, 'record' | 'description'>): number {
  const value = Number(values[name]);
  if (!Number.isFinite(value) || value < 0) {
    throw new TypeError(`--${name} must be a number from 0, not ${values[name]}`);
  }
  return value;
}

async function main(): Promise<void> {
  const simulator = await startSimulator({
    port: numberOf('port'),
    orgs: numberOf('orgs'),
    servers: numberOf('servers'),
    sites: numberOf('sites'),
    seed: numberOf('seed'),
    limit: numberOf('limit'),
    windowMs: numberOf('window-ms'),
    latency: numberOf('latency'),
    speed: numberOf('speed'),
    ...(values.record !== undefined && { record: values.record }),
    ...(values.description !== undefined && { description: readDescription(values.description) }),
  });
  const stop = (): void => {
    void simulator.close();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.stdout.write(`${JSON.stringify({ url: simulator.url, token: simulator.token })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
