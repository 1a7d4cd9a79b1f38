import type { SiteEntry } from '../fleet/rows';
import type { Deployment } from '../forge/resources';

/** Which log a document shows. Keys are those of the fleet. */
export interface LogSource {
  readonly kind: 'deployment';
  readonly siteKey: string;
  readonly deploymentId: string;
}

/** The parts of a `forge-log:` address: a path to read, a query to act on. */
export interface LogUri {
  readonly path: string;
  readonly query: string;
}

/** The address of a deployment's log. The path is for people: /acme/web-1/example.com deployment 123.log */
export function logUri({ key, organization, server, site }: SiteEntry, deployment: Deployment): LogUri {
  const names = [organization.name, server?.name, `${site.name} deployment ${deployment.id}.log`];
  const path = names.flatMap((name) => (name === undefined ? [] : `/${name.replace(/[\\/?#%:]+/g, '-')}`)).join('');
  return { path, query: new URLSearchParams({ site: key, deployment: deployment.id }).toString() };
}

/** What an address names; undefined for one that this module did not make. */
export function logSource({ query }: Pick<LogUri, 'query'>): LogSource | undefined {
  const parameters = new URLSearchParams(query);
  const siteKey = parameters.get('site');
  const deploymentId = parameters.get('deployment');
  return siteKey && deploymentId ? { kind: 'deployment', siteKey, deploymentId } : undefined;
}

/** The site that a log belongs to, as the fleet's key; undefined where it belongs to none. */
export function siteKeyOf(source: LogSource): string | undefined {
  return source.siteKey;
}
