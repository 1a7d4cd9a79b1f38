import type { Repository } from '../forge/resources';
import type { Checkout } from './gitFiles';

// Required with the first address, which is needed later than at the start (esbuild.mjs).
const gitUrlParser = () => require('git-url-parse') as typeof import('git-url-parse');

/** Where each of Forge's hosted providers keeps its repositories. */
const hosts: ReadonlyMap<string | null, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);
const hostedNames = [...hosts.values()];

/** Where they answer ssh on the port of https, for networks that let nothing else out. */
const sshHosts: ReadonlyMap<string, string> = new Map([
  ['ssh.github.com', 'github.com'],
  ['altssh.gitlab.com', 'gitlab.com'],
  ['altssh.bitbucket.org', 'bitbucket.org'],
]);

interface RepositoryName {
  /** Undefined where only "owner/name" is known. */
  readonly host: string | undefined;
  /** "owner/name", in lower case, without ".git". */
  readonly path: string;
  /** Whether the host may be an alias of the person's ssh configuration. */
  readonly isSsh: boolean;
}

/** Whether a git remote's address is the repository that Forge deploys, however either is spelt. */
export function isSameRepository(remote: string, repository: Repository): boolean {
  return isNamed(repositoryName(remote), repository);
}

/** Whether an address tells which repository it is, as the path of a folder does not. */
export function isOfRepository(remote: string): boolean {
  return repositoryName(remote) !== undefined;
}

function isNamed(local: RepositoryName | undefined, repository: Repository): boolean {
  // A fleet has thousands, and to read an address takes its time.
  const name = local?.path.slice(local.path.lastIndexOf('/') + 1);
  const mayBe = name !== undefined && (repository.url.includes('%') || repository.url.toLowerCase().includes(name));
  const deployed = mayBe ? repositoryName(repository.url, hosts.get(repository.provider)) : undefined;
  if (!local || !deployed || local.path !== deployed.path) {
    return false;
  }
  const [own, other] = [deployed.host, local.host];
  return own === undefined || other === undefined || own === other || (local.isSsh && isAlias(other, own));
}

/**
 * Whether a host of the person's ssh configuration can be meant to stand for another: one without a dot may stand for any,
 * `github.com-work` and `work.github.com` for `github.com`. Nobody else can register such a name: there is no top-level domain like
 * `com-work`, and below the names of the hosted providers there are only their own.
 */
function isAlias(alias: string, host: string): boolean {
  const name = alias.replace(/(\.[a-z0-9]+)[-_][\w-]*$/, '$1');
  return !alias.includes('.') || name === host || (hostedNames.includes(host) && name.endsWith(`.${host}`));
}

interface Deployable {
  readonly site: { readonly id: string; readonly repository: Repository | null };
}

/**
 * The sites that a checkout belongs to, which deploy its repository: those that deploy the current branch first, and among
 * them the ones used last; then the others used last, those of main, of master, and the rest, else as they are given.
 */
export function sitesOfCheckout<T extends Deployable>(
  sites: readonly T[],
  checkout: Checkout,
  isLastUsed: (site: T) => boolean,
): readonly T[] {
  const names = checkout.remotes.map(({ url }) => repositoryName(url));
  const deploys = ({ site: { repository } }: T, branch: string | null | undefined) =>
    typeof branch === 'string' && repository?.branch === branch;
  const merits = (entry: T) => [
    deploys(entry, checkout.branch),
    isLastUsed(entry),
    deploys(entry, 'main'),
    deploys(entry, 'master'),
  ];
  return sites
    .filter(({ site: { repository } }) => repository && names.some((name) => isNamed(name, repository)))
    .map((entry) => ({ entry, rank: merits(entry).reduce((rank, merit) => rank * 2 + Number(merit), 0) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ entry }) => entry);
}

/** @param usualHost where a name without a host is; undefined for a remote's address, and where nobody knows */
function repositoryName(address: string, usualHost?: string): RepositoryName | undefined {
  const text = address.trim();
  if (/^\.{0,2}\//.test(text)) {
    return undefined;
  }
  if (/^[\w.-]+\/[\w./-]+$/.test(text) && !text.includes('//')) {
    return { ...oneSpelling(usualHost ?? '', normal(text)), isSsh: false };
  }
  const parse = gitUrlParser();
  try {
    const { resource, pathname, protocol } = parse(text);
    const host = resource.toLowerCase();
    const name = oneSpelling(sshHosts.get(host) ?? host, normal(pathname));
    // An address without a user, `work:acme/shop`, is read as one of the protocol "work", and `C:\shop` is a folder.
    const isFolder = protocol === 'file' || (host === '' && protocol.length === 1);
    return isFolder || name.path === '' ? undefined : { ...name, isSsh: protocol === 'ssh' || host === '' };
  } catch {
    return undefined;
  }
}

/** Hosts that keep the same repository under several addresses, and what stands for them all. */
const spellings: readonly {
  readonly host: RegExp;
  readonly path: RegExp;
  readonly name: (host: string, ...parts: string[]) => Pick<RepositoryName, 'host' | 'path'>;
}[] = [
  // Azure DevOps. A repository that is called as its project may be told without it.
  {
    host: /^dev\.azure\.com$/,
    path: /^([^/]+)\/(?:([^/]+)\/)?_git\/([^/]+)$/,
    name: (_, ...parts) => azure(parts),
  },
  {
    host: /^(?:ssh\.dev\.azure\.com|vs-ssh\.visualstudio\.com)(?:[-_][\w-]*)?$|^[^.]*$/,
    path: /^v3\/([^/]+)\/([^/]+)\/([^/]+)$/,
    name: (_, ...parts) => azure(parts),
  },
  {
    host: /^[^.]+\.visualstudio\.com$/,
    path: /^(?:defaultcollection\/)?(?:([^/]+)\/)?_git\/([^/]+)$/,
    name: (host, ...parts) => azure([host.replace(/\..*/, ''), ...parts]),
  },
  // Bitbucket Data Center, which may lie below a folder of its host. Over ssh it has neither that nor "scm".
  {
    host: /^(?!(?:github\.com|gitlab\.com|bitbucket\.org)$)/,
    path: /^(?:[^/]+\/)?scm\/([^/]+\/[^/]+)$/,
    name: (host, path = '') => ({ host: host || undefined, path }),
  },
];

function azure([organization = '', project, repository = '']: readonly (string | undefined)[]) {
  return { host: 'dev.azure.com', path: [organization, project || repository, repository].join('/') };
}

function oneSpelling(host: string, path: string): Pick<RepositoryName, 'host' | 'path'> {
  for (const spelling of spellings) {
    const parts = spelling.host.test(host) ? spelling.path.exec(path)?.slice(1) : undefined;
    if (parts) {
      return spelling.name(host, ...parts);
    }
  }
  return { host: host || undefined, path };
}

function normal(path: string): string {
  return decodeURIComponent(path)
    .toLowerCase()
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '');
}
