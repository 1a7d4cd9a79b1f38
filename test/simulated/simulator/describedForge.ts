import assert from 'node:assert/strict';
import { loadDescription, placesOf } from '../../simulator/description';
import { ValidRequests } from '../../simulator/validRequest';
import { ForgeClient } from './forgeClient';

export const description = loadDescription();
export const places = placesOf(description);

/** A simulator whose time stands still unless it is told to go on. */
export async function startDescribed(): Promise<{
  forge: ForgeClient;
  requests: ValidRequests;
  host: string;
  shop: string;
}> {
  const forge = await ForgeClient.start({ limit: 100_000, speed: 0 });
  const shop = await forge.sitePath('shop.example.com');
  const [, organization = '', server = '', site = ''] = /^\/orgs\/(.+)\/servers\/(.+)\/sites\/(.+)$/.exec(shop) ?? [];
  const host = `/orgs/${organization}/servers/${server}`;
  const id = async (path: string) => (await forge.list(path)).data.at(-1)?.id ?? assert.fail(path);
  const deployment = await id(`${shop}/deployments`);
  const event = await id(`${host}/events`);
  const { organizations } = await forge.control.fleet();
  const archived = String(organizations[0]?.servers.find((one) => one.archived)?.id);
  const ids = { organization, server, site, deployment, event, archived };
  const requests = new ValidRequests(forge.control, description, ids);
  return { forge, requests, host, shop };
}

export async function send(forge: ForgeClient, method: string, path: string, body?: object) {
  const response = await forge.send(path, { method, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the API sends
  return { response, status: response.status, text, json: (text === '' ? {} : JSON.parse(text)) as any };
}
