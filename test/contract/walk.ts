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
import { type OpenApi, pathParameters, placeOf } from '../simulator/description';
import { laterOperations } from '../simulator/laterOperations';
import { pathOfSite } from '../simulator/pathOfSite';
import type { Exchange } from '../simulator/requestLog';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { ValidRequests } from '../simulator/validRequest';

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
    await throughTheTable(client, description, await requestsOf(simulator, control, description, path, deployment));
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

/** Requests for what is there: of the fleet these, and an event and an archived server. */
async function requestsOf(
  simulator: Simulator,
  control: SimulatorControl,
  description: OpenApi,
  path: SitePath,
  deployment: string,
): Promise<ValidRequests> {
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${simulator.token}`,
    'user-agent': 'contract-suite',
  };
  const events = await fetch(`${simulator.url}/orgs/${path.organization}/servers/${path.server}/events`, { headers });
  const [event] = ((await events.json()) as { readonly data: readonly { readonly id: string }[] }).data;
  const { organizations } = await control.fleet();
  const archived = organizations[0]?.servers.find((server) => server.archived);
  return new ValidRequests(control, description, {
    ...path,
    deployment,
    event: event?.id ?? '',
    archived: String(archived?.id),
  });
}

/** Every operation of the table, in its order, so that a deployment runs when its status is asked for. */
async function throughTheTable(client: ForgeClient, description: OpenApi, requests: ValidRequests) {
  for (const [name, { method, path }] of Object.entries(operations) as [
    OperationName,
    (typeof operations)[OperationName],
  ][]) {
    const later = laterOperations.find(({ operation }) => operation === `${method} ${path}`);
    const place = placeOf(description, `${method} ${path}`);
    const values = Object.entries(pathParameters(path, await requests.path(path)) ?? {});
    const ids = Object.fromEntries(values.map(([key, value]) => [key, decodeURIComponent(value)]));
    const body = place && (await requests.body(place));
    requests.forget();
    const call = client.call(name, ids as PathParameters<OperationName>, { body });
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
