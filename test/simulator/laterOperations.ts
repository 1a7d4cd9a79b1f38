/** An operation that is younger than the description. */
export interface LaterOperation {
  /** As in "GET /orgs/{organization}/events". */
  readonly operation: string;
  readonly scopes: readonly string[];
  /** The described operation that it is taken to be like, as long as no more is known. */
  readonly like: string;
  /** It carries a file instead of JSON; the simulator never has it. */
  readonly isFile?: true;
}

const server = '/orgs/{organization}/servers/{server}';
const site = `${server}/sites/{site}`;

/** All that are known (src/forge/README.md, Younger operations). */
export const laterOperations: readonly LaterOperation[] = [
  { operation: 'GET /orgs/{organization}/events', scopes: ['server:view'], like: `GET ${server}/events` },
  { operation: `GET ${server}/deployments`, scopes: ['server:view'], like: `GET ${site}/deployments` },
  { operation: `PUT ${site}/git`, scopes: ['site:manage-project'], like: `PUT ${site}/nginx` },
  {
    operation: `PUT ${site}/redirect-rules/reorder`,
    scopes: ['site:manage-redirects'],
    like: `PUT ${site}/nginx`,
  },
  {
    operation: `GET ${site}/redirect-rules/export`,
    scopes: ['site:manage-redirects'],
    like: `GET ${site}/redirect-rules`,
    isFile: true,
  },
  {
    operation: `POST ${site}/redirect-rules/import`,
    scopes: ['site:manage-redirects'],
    like: `POST ${site}/redirect-rules`,
    isFile: true,
  },
];
