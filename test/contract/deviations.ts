/** A kind of JSON value, as far as deviations tell them apart. */
export type Kind = 'null' | 'array' | 'object' | 'string' | 'number' | 'boolean';

/**
 * What Forge really sends where its description says otherwise (src/forge/README.md, Where answers differ from the description). Nothing else may differ, and each of these
 * has to occur when every operation is walked, so that the table says no more than is so.
 */
export interface Deviation {
  /** Matches "GET /orgs/{organization}/sites". */
  readonly operation: RegExp;
  /** The places in the document: `*` for any element of a list, `included/TYPE` for included resources. */
  readonly paths: readonly string[];
  /** What is sent there. */
  readonly sent: Kind;
  readonly why: string;
}

/** Where a resource of a type can be: alone, in a list, included. */
const placesOf = (type: string) => ['/data', '/data/*', `/included/${type}`];

/** An attribute of a resource, wherever the resource is. */
function attribute(operation: RegExp, type: string, name: string, sent: Kind, why: string): Deviation {
  return { operation, paths: placesOf(type).map((place) => `${place}/attributes/${name}`), sent, why };
}

const servers = /\/(servers|sites|archives|network)(\/\{(server|site)\})?$/;
const sites = /\/sites(\/\{site\}|\/balancer)?$/;
const deployments = /\/(deployments(\/\{deployment\})?|sites(\/\{site\})?)$/;

export const deviations: readonly Deviation[] = [
  {
    operation: /^GET /,
    paths: ['/links'],
    sent: 'array',
    why: 'A list of one page has nothing to link, and PHP writes the empty object as an array.',
  },
  attribute(servers, 'servers', 'revoked', 'null', 'Null on a server that has just been created.'),
  attribute(sites, 'sites', 'aliases', 'null', 'Can be null in practice.'),
  attribute(
    sites,
    'sites',
    'php_version',
    'string',
    'Typed as null only, a mistake of what generates the description.',
  ),
  attribute(sites, 'sites', 'deployment_status', 'null', 'Null unless a deployment runs.'),
  attribute(sites, 'sites', 'repository', 'null', 'Null on a site without one.'),
  attribute(sites, 'sites', 'repository/provider', 'null', 'Null for a repository by its address.'),
  attribute(sites, 'sites', 'shared_paths', 'null', 'Null on a site that is deployed in place.'),
  attribute(sites, 'sites', 'maintenance_mode', 'null', 'Can be null in practice.'),
  attribute(deployments, 'deployments', 'started_at', 'null', 'Null while a deployment is queued.'),
  attribute(deployments, 'deployments', 'ended_at', 'null', 'Null until a deployment has ended.'),
  {
    operation: /\/deployments\/status$/,
    paths: ['/data/attributes/started_at'],
    sent: 'null',
    why: 'Null while a deployment is queued.',
  },
];

/** Query parameters that are sent although the description does not name them. */
export const undeclaredParameters: readonly {
  readonly operation: string;
  readonly name: string;
  readonly why: string;
}[] = [
  {
    operation: 'GET /orgs/{organization}/sites/{site}',
    name: 'include',
    why: 'Accepted in practice, and the only way to learn the server of a single site (src/forge/README.md, Where answers differ from the description).',
  },
];

/** Who else may call the simulator: the tests themselves. Anything else has to be the extension. */
export const otherClients: readonly string[] = ['contract-suite', 'simulator-tests'];
