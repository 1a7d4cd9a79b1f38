import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForgeClient, type SitePath } from '../../src/forge/client';
import { Clock } from '../../src/forge/clock';
import { ForgeError, isAborted } from '../../src/forge/errors';
import { Limiter } from '../../src/forge/limiter';
import type { OperationName, PathParameters } from '../../src/forge/operationTable';
import { operations } from '../../src/forge/operationTable';
import { SimulatorControl } from '../simulator/control';
import { type OpenApi, placeOf } from '../simulator/description';
import { generate } from '../simulator/generatedDocument';
import { laterOperations } from '../simulator/laterOperations';
import { Random } from '../simulator/random';
import type { Exchange } from '../simulator/requestLog';
import { type Simulator, startSimulator } from '../simulator/simulator';

/**
 * Every method of the client and every operation of the table, called once or more on a simulator of its own, in states in
 * which what Forge sends differs from what it describes.
 */
export async function walk(userAgent: string, description: OpenApi): Promise<Exchange[]> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-contract-'));
  const record = join(folder, 'exchanges.jsonl');
  // More than a page of servers and of sites, so that there are lists with links and lists without.
  const simulator = await startSimulator({ servers: 32, sites: 64, limit: 100_000, speed: 0, record, description });
  try {
    const control = new SimulatorControl(simulator.origin);
    await control.switch({ events: true, serverDeployments: true, later: true });
    const path = await pathOfSite(control, 'shop.example.com');
    const limiter = new Limiter({ clock: new Clock(), limit: 100_000 });
    const client = new ForgeClient({ apiUrl: simulator.url, token: () => simulator.token, limiter, userAgent });
    const deployment = await throughTheMethods(client, control, path);
    await throughTheTable(client, description, { ...path, deployment });
    await byHand(simulator, control, path);
    return readExchanges(record);
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The exchanges that a simulator wrote to a file. */
export function readExchanges(file: string): Exchange[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Exchange);
}

/** @returns a deployment that has ended */
async function throughTheMethods(client: ForgeClient, control: SimulatorControl, path: SitePath): Promise<string> {
  const readAll = async () => {
    for await (const { items } of client.list('listOrganizations', {})) {
      for (const { slug } of items) {
        for await (const _ of client.list('listServers', { organization: slug })) {
        }
        for await (const _ of client.list('listSites', { organization: slug })) {
        }
      }
    }
  };
  await client.call('me', {});
  await readAll();
  const { id } = await client.call('deploy', path);
  await readAll();
  await client.first('listDeployments', path, { count: 5 });
  await client.call('showDeployment', { ...path, deployment: id });
  const noLogYet = await client.call('showDeploymentLog', { ...path, deployment: id }).catch((error: unknown) => error);
  if (!(noLogYet instanceof Error) || isAborted(noLogYet)) {
    throw new Error('A queued deployment has a log');
  }
  await control.switch({ advance: 60 });
  await client.call('showDeployment', { ...path, deployment: id });
  await client.call('showDeploymentLog', { ...path, deployment: id });
  await client.first('listDeployments', path, { count: 5 });
  return id;
}

/**
 * Every operation of the table, in its order, so that a deployment runs when its status is asked for.
 * @param ids what is really there; of everything else the simulator has whatever is asked for
 */
async function throughTheTable(client: ForgeClient, description: OpenApi, ids: Readonly<Record<string, string>>) {
  for (const [name, { method, path }] of Object.entries(operations) as [
    OperationName,
    (typeof operations)[OperationName],
  ][]) {
    const later = laterOperations.find(({ operation }) => operation === `${method} ${path}`);
    const { parameters = [], requestBody } = placeOf(description, later?.like ?? `${method} ${path}`)?.operation ?? {};
    const values = parameters.flatMap(({ name: key, in: where, schema }) =>
      where === 'path' ? [[key, ids[key] ?? (schema?.type === 'integer' ? '7' : 'php-8.4')]] : [],
    );
    const schema = requestBody?.content['application/json']?.schema;
    const body = schema && !later ? generate(schema, new Random(name), { description }) : undefined;
    const call = client.call(name, Object.fromEntries(values) as PathParameters<OperationName>, { body });
    if (later?.isFile) {
      await call.then(
        () => Promise.reject(new Error(`${name} is answered`)),
        (error: unknown) =>
          error instanceof ForgeError && error.kind === 'notFound' ? undefined : Promise.reject(error),
      );
    } else {
      await call;
    }
  }
}

async function byHand(simulator: Simulator, control: SimulatorControl, path: SitePath): Promise<void> {
  const send = async (call: string, token = simulator.token) => {
    const [method = 'GET', to = ''] = call.split(' ');
    const response = await fetch(simulator.url + to, {
      method,
      headers: { accept: 'application/json', authorization: `Bearer ${token}`, 'user-agent': 'contract-suite' },
    });
    await response.arrayBuffer();
  };
  const organization = `/orgs/${path.organization}`;
  const server = `${organization}/servers/${path.server}`;
  const site = `${server}/sites/${path.site}`;
  const calls = [
    'GET /sites?include=server,tags,latestDeployment,securityRules,redirectRules',
    `GET ${organization}/events?sort=-created_at`,
    `GET ${organization}/servers?sort=-created_at,name&page[size]=5&filter[name]=web`,
    `GET ${organization}/sites?filter[name]=shop`,
    `GET ${organization}/sites/${path.site}?include=server,latestDeployment`,
    `GET ${server}/deployments?sort=-created_at`,
    `GET ${server}/sites?sort=name&include=tags`,
    `GET ${server}/sites?include=server`,
    `GET ${site}/deployments?sort=-created_at&filter[commit_author]=a`,
    `GET ${site}/deployments/status`,
    'GET /orgs/no-such-organization/sites',
  ];
  for (const call of calls) {
    await send(call);
  }
  await send('GET /me', 'wrong');
  await send('GET /me', await control.createToken({ scopes: [] }));
  await control.limit({ used: 100_000 });
  await send('GET /me');
}

async function pathOfSite(control: SimulatorControl, name: string): Promise<SitePath> {
  const { organizations } = await control.fleet();
  for (const { slug, servers } of organizations) {
    for (const server of servers) {
      const site = server.sites.find((candidate) => candidate.name === name);
      if (site) {
        return { organization: slug, server: String(server.id), site: String(site.id) };
      }
    }
  }
  throw new Error(`There is no site ${name}`);
}
