import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForgeClient, type SitePath } from '../../src/forge/client';
import { isAborted } from '../../src/forge/errors';
import { Limiter } from '../../src/forge/limiter';
import { SimulatorControl } from '../simulator/control';
import type { Exchange } from '../simulator/requestLog';
import { type Simulator, startSimulator } from '../simulator/simulator';

/**
 * Every operation of the client and the rest of the simulator's, called once or more on a simulator of its own, in states
 * in which what Forge sends differs from what it describes.
 */
export async function walk(userAgent: string): Promise<Exchange[]> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-contract-'));
  const record = join(folder, 'exchanges.jsonl');
  // More than a page of servers and of sites, so that there are lists with links and lists without.
  const simulator = await startSimulator({ orgs: 2, servers: 32, sites: 64, limit: 100_000, speed: 0, record });
  try {
    const control = new SimulatorControl(simulator.origin);
    await control.switch({ events: true, serverDeployments: true });
    const path = await pathOfSite(control, 'shop.example.com');
    await throughTheClient(simulator, control, userAgent, path);
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

async function throughTheClient(
  simulator: Simulator,
  control: SimulatorControl,
  userAgent: string,
  path: SitePath,
): Promise<void> {
  const limiter = new Limiter({ limit: 100_000 });
  const client = new ForgeClient({ apiUrl: simulator.url, token: () => simulator.token, limiter, userAgent });
  const readAll = async () => {
    for await (const { items } of client.organizations()) {
      for (const { slug } of items) {
        for await (const _ of client.servers(slug)) {
        }
        for await (const _ of client.sites(slug)) {
        }
      }
    }
  };
  await client.me();
  await readAll();
  const { id } = await client.deploy(path);
  await readAll();
  await client.latestDeployments(path, 5);
  await client.deployment(path, id);
  const noLogYet = await client.deploymentLog(path, id).catch((error: unknown) => error);
  if (!(noLogYet instanceof Error) || isAborted(noLogYet)) {
    throw new Error('A queued deployment has a log');
  }
  await control.switch({ advance: 60 });
  await client.deployment(path, id);
  await client.deploymentLog(path, id);
  await client.latestDeployments(path, 5);
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
    'GET /me',
    'GET /user',
    'GET /orgs',
    'GET /sites?include=server,tags,latestDeployment,securityRules,redirectRules',
    `GET ${organization}`,
    `GET ${organization}/events?sort=-created_at`,
    `GET ${organization}/servers?sort=-created_at,name&page[size]=5&filter[name]=web`,
    `GET ${organization}/sites?filter[name]=shop`,
    `GET ${organization}/sites/${path.site}`,
    `GET ${organization}/sites/${path.site}?include=server,latestDeployment`,
    `GET ${server}`,
    `GET ${server}/deployments?sort=-created_at`,
    `GET ${server}/sites?sort=name&include=tags`,
    `GET ${site}/deployments?sort=-created_at&filter[commit_author]=a`,
    `GET ${site}/deployments/status`,
    `POST ${site}/deployments`,
    `GET ${site}/deployments/status`,
    `DELETE ${site}/deployments/status`,
    `GET ${site}/deployments/script`,
    `GET ${site}/deployments/deploy-hook`,
    `POST ${site}/deployments/push-to-deploy`,
    `DELETE ${site}/deployments/push-to-deploy`,
    `GET ${site}/environment`,
    ...['application', 'nginx-access', 'nginx-error'].flatMap((log) => [
      `GET ${site}/logs/${log}`,
      `DELETE ${site}/logs/${log}`,
      `GET ${site}/logs/${log}`,
    ]),
    'GET /orgs/no-such-organization/sites',
    `GET ${server}/sites?include=server`,
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
