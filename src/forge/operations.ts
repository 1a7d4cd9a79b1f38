import { ForgeError } from './errors';

/** How urgent a call is: somebody waits for it, it fills what is on screen, or nobody would miss it. */
export type Lane = 'user' | 'visible' | 'background';

/** The lanes, most urgent first. */
export const lanes: readonly Lane[] = ['user', 'visible', 'background'];

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The path below `/api`, with `{name}` where a parameter goes. */
  readonly path: string;
  /** The token scopes that Forge asks for (contract.md §2). */
  readonly scopes: readonly string[];
  /** The lane of the operation where the caller names none. */
  readonly lane: Lane;
}

const org = '/orgs/{organization}';
const server = `${org}/servers/{server}`;
const site = `${server}/sites/{site}`;

/** Every operation that the extension uses. The only place that knows paths. */
export const operations = {
  me: { method: 'GET', path: '/me', scopes: ['user:view'], lane: 'user' },
  listOrganizations: { method: 'GET', path: '/orgs', scopes: ['organization:view'], lane: 'visible' },
  listServers: { method: 'GET', path: `${org}/servers`, scopes: ['server:view'], lane: 'visible' },
  listSites: { method: 'GET', path: `${org}/sites`, scopes: ['server:view'], lane: 'visible' },
  listDeployments: { method: 'GET', path: `${site}/deployments`, scopes: ['server:view'], lane: 'visible' },
  showDeployment: {
    method: 'GET',
    path: `${site}/deployments/{deployment}`,
    scopes: ['server:view'],
    lane: 'visible',
  },
  showDeploymentLog: {
    method: 'GET',
    path: `${site}/deployments/{deployment}/log`,
    scopes: ['site:manage-deploys'],
    lane: 'visible',
  },
  deploy: { method: 'POST', path: `${site}/deployments`, scopes: ['site:manage-deploys'], lane: 'user' },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

type ParameterNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;

/** The path parameters that an operation needs, by name. */
export type PathParameters<Name extends OperationName> = Readonly<
  Record<ParameterNames<(typeof operations)[Name]['path']>, string>
>;

/** Scopes of everything that the first look at the tree needs, and those that deploying needs on top. */
export const treeScopes: readonly string[] = ['user:view', 'organization:view', 'server:view'];
export const deployScopes: readonly string[] = operations.deploy.scopes;

/**
 * The operation's path with its parameters filled in.
 * @throws ForgeError `invalid` for a parameter that is neither an id nor a slug, so that a name from the server can
 * never lead a call to another path.
 */
export function pathOf(operation: Operation, parameters: Readonly<Record<string, string>>): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name] ?? '';
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(value)) {
      throw new ForgeError('invalid', `The ${name} in ${operation.method} ${operation.path} is not an id.`);
    }
    return value;
  });
}
